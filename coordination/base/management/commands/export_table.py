"""Rows of the register as a file on standard output."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper

from coordination.base.tables import all_kinds, export_rows, write


class Command(BaseCommand):
    help = "Write the rows of a kind to standard output, as a file that import_table reads back unchanged."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = [kind.name for kind in all_kinds()]
        parser.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
        parser.add_argument(
            "--as-of",
            type=datetime.date.fromisoformat,
            default=None,
            metavar="YYYY-MM-DD",
            help="only rows in force on that day (all rows)",
        )
        parser.add_argument("--format", choices=["csv", "xlsx", "json"], default="csv")
        parser.add_argument("--output", metavar="FILE", default="", help="write to a file instead")

    def handle(self, *, kind: str, as_of: datetime.date | None, **options: Any) -> None:
        content = write(kind, export_rows(kind, as_of=as_of), options["format"])
        if options["output"]:
            with open(options["output"], "wb") as file:
                file.write(content)
            return
        out: Any = self.stdout._out if isinstance(self.stdout, OutputWrapper) else self.stdout
        binary = getattr(out, "buffer", None)
        if binary is not None:
            binary.write(content)
            binary.flush()
        elif options["format"] == "xlsx":
            out.write(content.decode("latin-1"))  # a text stream that stands in for standard output
        else:
            out.write(content.decode())
