"""Every integrity rule in one go."""

import dataclasses
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.base import faults


class Command(BaseCommand):
    help = "Look for what is wrong with the register: exit 0 if nothing is, 1 with a list if something is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, format: str, **options: Any) -> None:
        result = faults.check()
        if format == "json":
            self.stdout.write(json.dumps(dataclasses.asdict(result), indent=2, ensure_ascii=False))
        else:
            for found in result.faults:
                where = " ".join(filter(None, (found.kind, found.id, found.field)))
                value = f" ({found.value})" if found.value else ""
                self.stdout.write(f"{found.rule}: {where}{value}: {found.error}")
        if result.faults:
            raise CommandError(f"{len(result.faults)} faults by {len(result.rules)} rules.")
        if format == "text":
            self.stdout.write(f"{len(result.rules)} rules, nothing wrong.")
