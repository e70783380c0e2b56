"""What the rules find on a day."""

import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from coordination.base.commands import AnswerCommand, BadUsage, default_day
from mandates import coverage_report, findings_report
from mandates.matrix import Selection, UnknownCode

CODES = ("strategy", "rule", "area", "scenario")


class Command(AnswerCommand):
    help = (
        "Gaps, overlaps and what else the rules find on a day, most severe first. Several alternatives are "
        "separated by “;”; the area * is cross-sector; a scenario is laid over the register, which stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        for name in CODES:
            parser.add_argument(f"--{name}", default="", metavar="CODE", help=f"only this {name}")

    def handle(self, *, as_of: datetime.date | None, **options: Any) -> None:
        asked = {name: options[name] for name in CODES}
        question = findings_report.Question(as_of=as_of or default_day(), **asked)
        try:
            found = findings_report.answer(question)
        except UnknownCode as error:
            raise BadUsage(coverage_report.explain(error)) from error
        except findings_report.DoesNotFit as error:
            raise CommandError(str(error)) from error
        selection = Selection(strategies=coverage_report.alternatives(question.strategy))
        for message in coverage_report.outside([question.as_of], selection):
            self.stderr.write(message)
        if options["format"] == "json":
            self.print_json(found)
            return
        for row in found:
            managed = {True: "managed", False: "unmanaged", None: "–"}[row["managed"]]
            self.stdout.write("\t".join([str(row["severity"]), row["key"], managed, row["title"]["en"]]))
