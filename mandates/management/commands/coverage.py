"""Who holds which mandates on a day, and how that compares with what is expected."""

import datetime
from typing import Any

from django.core.management.base import CommandParser

from coordination.base.commands import AnswerCommand, BadUsage, day, default_day
from mandates import coverage_report
from mandates.matrix import UnknownCode

CODES = ("strategy", "area", "function", "level", "kind", "actor", "place")


class Command(AnswerCommand):
    help = (
        "Coverage on a day: holders and mandates per area, function and level, with the status of what is "
        "expected. Several alternatives are separated by “;”; the area * is cross-sector."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        for name in CODES:
            parser.add_argument(f"--{name}", default="", metavar="CODE", help=f"only this {name}")
        parser.add_argument(
            "--explicit", choices=("yes", "no"), help="names the strategy's goal, or does not"
        )
        parser.add_argument("--legal", default="", metavar="TEXT", help="the legal basis contains this text")
        parser.add_argument(
            "--include-proposed", action="store_true", help="count proposed mandates from the day on"
        )
        parser.add_argument(
            "--by", default="area,function,level", metavar="DIMENSIONS", help="area,function,level,place"
        )
        parser.add_argument(
            "--compare", type=day, metavar="DAY", help="also list gaps opened and closed since this day"
        )

    def handle(self, *, as_of: datetime.date | None, **options: Any) -> None:
        asked = {name: options[name] for name in (*CODES, "legal", "include_proposed", "by", "compare")}
        explicit = {"yes": True, "no": False, None: None}[options["explicit"]]
        question = coverage_report.Question(as_of=as_of or default_day(), explicit=explicit, **asked)
        try:
            found = coverage_report.answer(question)
        except UnknownCode as error:
            raise BadUsage(coverage_report.explain(error)) from error
        asked_days = [question.as_of, *filter(None, [question.compare])]
        for message in coverage_report.outside(asked_days, question.selection):
            self.stderr.write(message)
        if options["format"] == "json":
            self.print_json(found)
        else:
            self._print_lines(found)

    def _print_lines(self, found: dict[str, Any]) -> None:
        for cell in found["cells"]:
            place = [cell[name] or "–" for name in ("area", "function", "level", "place")]
            marks = " ".join([cell["status"], *cell["marks"]])
            self.stdout.write(
                "\t".join([*place, cell["expectation"] or "–", marks, ", ".join(cell["holders"])])
            )
        for name in ("opened", "closed"):
            if name in found:
                self.stdout.write(f"{name}: {', '.join(found[name]) or '–'}")
