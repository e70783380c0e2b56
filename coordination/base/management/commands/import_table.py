"""A file into the register: the shell door to `tables.import_rows`."""

import json
import stat
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination.base import importjobs
from coordination.base.diskfull import is_disk_full
from coordination.base.tables import BadMapping, Report, all_kinds, import_rows
from coordination.base.tables.reading import LIMITS

BAD_DATA, BAD_USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Take the rows of a CSV, XLSX or JSON file into the register, all of them or none. "
        "Exit code 1: rows were rejected; 2: the command was used wrongly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = [kind.name for kind in all_kinds()]
        parser.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
        parser.add_argument(
            "file", metavar="FILE", help="CSV, XLSX or JSON; what is in it counts, not its name"
        )
        parser.add_argument(
            "--map",
            metavar="COLUMN=FIELD",
            dest="mapping",
            nargs="+",
            action="extend",
            default=[],
            help="a column of the file that is not called as the field is",
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything and keep nothing")
        parser.add_argument(
            "--skip-rejected", action="store_true", help="take in the other rows all the same"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=["sv", "en"], default="sv", help="of the messages (sv)")

    def handle(self, *, kind: str, file: str, language: str, **options: Any) -> None:
        with override(language):
            try:
                report = self._take_in(kind, file, language, options)
            except BadMapping as error:
                raise CommandError(str(error), returncode=BAD_USAGE) from error
            except DatabaseError as error:
                if not is_disk_full(error):
                    raise
                message = _("The disk is full. Nothing was saved.")
                raise CommandError(message, returncode=BAD_DATA) from error
            self._print(report, options)
            if report.rejected and not options["skip_rejected"]:
                message = _("%(rejected)s rows cannot be taken in. Nothing was saved.")
                raise CommandError(
                    message % {"rejected": len({found.row for found in report.rejected})}, returncode=BAD_DATA
                )

    def _take_in(self, kind: str, file: str, language: str, options: dict[str, Any]) -> Report:
        content, mapping = self._content(file), self._mapping(options["mapping"])
        skip_rejected: bool = options["skip_rejected"]
        if options["dry_run"]:
            return import_rows(kind, content, dry_run=True, skip_rejected=skip_rejected, mapping=mapping)
        return importjobs.by_command(
            kind=kind,
            file_name=Path(file).name,
            content=content,
            language=language,
            skip_rejected=skip_rejected,
            mapping=mapping,
        )

    def _content(self, file: str) -> bytes:
        path = Path(file)
        try:
            # A pipe or a device could go on for ever.
            if not stat.S_ISREG(path.stat().st_mode):
                raise CommandError(_("%(file)s is no file.") % {"file": file}, returncode=BAD_USAGE)
            with path.open("rb") as opened:
                return opened.read(LIMITS.bytes + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = _("%(file)s cannot be read: %(reason)s.") % {"file": file, "reason": reason}
            raise CommandError(message, returncode=BAD_USAGE) from error

    def _mapping(self, pairs: list[str]) -> dict[str, str]:
        found = {}
        for pair in pairs:
            column, equals, name = pair.rpartition("=")
            if not equals or not column or not name:
                message = _("--map %(pair)s: write COLUMN=FIELD.") % {"pair": pair[:80]}
                raise CommandError(message, returncode=BAD_USAGE)
            found[column] = name
        return found

    def _print(self, report: Report, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
            return
        for found in report.warnings:
            self.stderr.write(_("Note: %(text)s") % {"text": found})
        for found in report.rejected:
            self.stderr.write(_("Rejected: %(text)s") % {"text": found})
        counts = {
            "rows": report.rows,
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "rejected": len({found.row for found in report.rejected}),
        }
        self.stdout.write(
            _(
                "%(rows)s rows: %(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(rejected)s rejected."
            )
            % counts
        )
        if options["dry_run"]:
            self.stdout.write(_("Only tried: nothing was saved."))
