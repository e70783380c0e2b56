"""Puts a backup back, or only looks whether it could be."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from coordination.backup import restoring
from coordination.backup.archive import Unusable
from coordination.backup.targets import InUse
from coordination.supervisor import AlreadyRunning, alone_in


class Command(BaseCommand):
    help = (
        "Replace the database and the uploaded files by those in the backup FILE; what they replace is kept."
    )
    requires_system_checks = ()  # it must work on a database that is damaged or not there

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--check", action="store_true", help="only see whether FILE is whole; change nothing"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, file: Path, check: bool, format: str, **options: Any) -> None:
        try:
            if check:
                self._say_checked(file, format)
                return
            with alone_in(settings.VAR_DIR):
                done = restoring.restore(file, now=timezone.now())
        except AlreadyRunning as error:
            raise CommandError(f"{error} Stop it before you restore.") from error
        except (Unusable, InUse) as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"The backup could not be put back: {error}") from error
        if format == "json":
            self.stdout.write(json.dumps(dataclasses.asdict(done), indent=2))
            return
        self.stdout.write(
            f"Put back {done.rows} rows and {done.files} files as of {done.made_at}. Everyone logs in again."
        )
        for place in done.replaced:
            self.stdout.write(f"What was there before is kept in {place}.")

    def _say_checked(self, file: Path, format: str) -> None:
        manifest = restoring.check(file)
        if format == "json":
            self.stdout.write(json.dumps(dataclasses.asdict(manifest), indent=2))
        else:
            self.stdout.write(
                f"{file} is whole: {sum(manifest.rows.values())} rows and {manifest.files} files"
                f" as of {manifest.made_at}."
            )
