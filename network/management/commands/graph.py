"""The collaboration graph of a day, with the records behind each tie."""

import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import override

from coordination.base.commands import AnswerCommand, BadUsage, default_day
from network import graph_asked, graph_output, graph_queries

WORDS = ("area", "strategy", "tie", "confidence", "kind", "level", "county")


class Command(AnswerCommand):
    help = (
        "The collaboration graph on a day: actors, and ties with the records behind them. Several "
        "alternatives are separated by “;”; the area * is cross-sector."
    )
    formats = graph_output.FORMATS

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        helps = {
            "area": "only ties of records of this area",
            "strategy": "only ties of records of this strategy's areas, and cross-sector ones",
            "tie": "only this kind of collaboration, or “network” for networks that meet",
            "confidence": "only ties by records that are “stated”, or “inferred”",
            "kind": "only actors of this kind",
            "level": "only actors of this level",
            "county": "only actors in this county",
        }
        for name, text in helps.items():
            parser.add_argument(f"--{name}", default="", metavar="CODE", help=text)
        parser.add_argument(
            "--expand-groups", action="store_true", help="the members of groups in place of the groups"
        )
        parser.add_argument(
            "--language", choices=("sv", "en"), default="sv", help="of names and messages (sv)"
        )

    def handle(self, *, as_of: datetime.date | None, language: str, **options: Any) -> None:
        with override(language):
            words = {name: options[name] for name in (*WORDS, "expand_groups")}
            try:
                asked = graph_asked.selection(as_of or default_day(), **words)
            except graph_asked.UnknownWord as error:
                raise BadUsage(f"--{error.parameter}: {error}") from error
            found = graph_queries.graph(asked)
            if options["format"] == "json":
                self.print_json(graph_output.as_json(found))
            else:
                self.stdout.write(graph_output.as_text(found, options["format"]), ending="")
