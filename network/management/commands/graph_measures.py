"""Every measure of the collaboration graph of a day, or of a file of ties."""

import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination.base.commands import AnswerCommand, BadUsage, default_day
from network import graph_asked, graph_files, graph_output, graph_queries
from network.graph.report import report

BAD_DATA = 1
LINES = 20


class Command(AnswerCommand):
    help = (
        "Measures of the collaboration graph on a day: the whole and each actor. With --edges, of a CSV file "
        "with the columns source, target and, optionally, weight; the register is not read then. "
        "Exit code 1: the file has a line that cannot be used; 2: the command was used wrongly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--area", default="", metavar="CODE", help="only ties of records of this area; * is cross-sector"
        )
        parser.add_argument(
            "--expand-groups", action="store_true", help="the members of groups in place of the groups"
        )
        parser.add_argument("--edges", metavar="FILE", help="measure the ties of this CSV file instead")
        parser.add_argument("--language", choices=("sv", "en"), default="sv", help="of messages (sv)")

    def handle(
        self, *, as_of: datetime.date | None, edges: str | None, language: str, **options: Any
    ) -> None:
        with override(language):
            if edges is None:
                found = self._of_the_register(as_of, options)
            elif as_of or options["area"] or options["expand_groups"]:
                raise BadUsage(_("With --edges, the file alone says what is measured."))
            else:
                found = self._of_a_file(edges)
            if options["format"] == "json":
                self.print_json(found)
            else:
                self._print_lines(found)

    def _of_the_register(self, as_of: datetime.date | None, options: dict[str, Any]) -> dict[str, Any]:
        day = as_of or default_day()
        try:
            asked = graph_asked.selection(day, area=options["area"], expand_groups=options["expand_groups"])
        except graph_asked.UnknownWord as error:
            raise BadUsage(f"--{error.parameter}: {error}") from error
        return {"as_of": day.isoformat(), **graph_output.measured(graph_queries.graph(asked, records=False))}

    def _of_a_file(self, path: str) -> dict[str, Any]:
        try:
            return report(graph_files.read(path))
        except graph_files.NoFile as error:
            raise BadUsage(str(error)) from error
        except graph_files.BadFile as error:
            raise CommandError(str(error), returncode=BAD_DATA) from error

    def _print_lines(self, found: dict[str, Any]) -> None:
        for name, value in found["network"].items():
            if not isinstance(value, (list, dict)):
                self.stdout.write(f"{name}\t{'–' if value is None else value}")
        first = sorted(found["actors"].items(), key=lambda pair: (-pair[1]["betweenness"], pair[0]))
        for actor, values in first[:LINES]:
            self.stdout.write(f"{actor}\tdegree {values['degree']}\tbetweenness {values['betweenness']:.4f}")
