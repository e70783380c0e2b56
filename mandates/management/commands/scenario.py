"""What a scenario would open and close."""

import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from coordination.base.charts import language
from coordination.base.commands import AnswerCommand, BadUsage, default_day
from mandates import proposed, register_snapshot, scenarios


class Command(AnswerCommand):
    help = (
        "Which findings a scenario opens and closes on a day. NAME is the id of a stored scenario, or one "
        "that the register's proposed mandates name; proposals start on the day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", metavar="NAME")

    def handle(self, *, name: str, as_of: datetime.date | None, **options: Any) -> None:
        register = register_snapshot.current()
        scenario = scenarios.named(name, register)
        if scenario is None:
            known = ", ".join(proposed.names(register)) or "–"
            raise BadUsage(
                _("There is no scenario “%(name)s”. The register itself proposes: %(known)s.")
                % {"name": name[:80], "known": known}
            )
        day = as_of or default_day()
        try:
            scenarios.require_within(register, day)
        except scenarios.OutsideStrategy as error:
            raise CommandError(str(error)) from error
        found = scenarios.outcome(scenario, day, snapshot=register)
        if found.effect is None:
            raise CommandError("\n".join([_("The scenario no longer fits."), *found.problems(language())]))
        answer = scenarios.as_json(found)
        if options["format"] == "json":
            self.print_json(answer)
            return
        for word in ("opened", "closed"):
            for row in answer[word]:
                self.stdout.write(f"{word}\t{row['key']}\t{row['explanation'][language()]}")
        self.stdout.write(f"unchanged\t{answer['unchanged']}")
