"""A copy of everything, made while others work."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coordination.backup.making import CannotBackUp, make


class Command(BaseCommand):
    help = "Write the database and the uploaded files to FILE, as one consistent and checked whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, file: Path, format: str, **options: Any) -> None:
        try:
            made = make(file, now=timezone.now())
        except CannotBackUp as error:
            raise CommandError(str(error)) from error
        if format == "json":
            self.stdout.write(json.dumps(dataclasses.asdict(made), indent=2))
        else:
            self.stdout.write(
                f"Backed up {made.rows} rows and {made.files} files to {made.file} ({made.bytes:,} bytes)."
            )
