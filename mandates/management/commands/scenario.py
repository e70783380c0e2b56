import datetime
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mandates import proposed, register_snapshot, scenarios
from mandates.change_texts import why
from mandates.explain import Names, as_json
from mandates.rules import Finding
from mandates.snapshot import Snapshot

BAD_USAGE = 2


class Command(BaseCommand):
    help = "Say which findings a scenario opens and closes on a date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", help="id of a scenario, stored or named by the register's proposed mandates"
        )
        parser.add_argument(
            "--as-of", type=datetime.date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="the day"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, name: str, as_of: datetime.date, format: str, **options: Any) -> None:
        register = register_snapshot.current()
        scenario = scenarios.named(name, register)
        if scenario is None:
            known = ", ".join(proposed.names(register)) or "none"
            raise CommandError(
                f"There is no scenario {name!r}. The register itself has: {known}.", returncode=BAD_USAGE
            )
        try:
            scenarios.require_within(register, as_of)
        except scenarios.OutsideStrategy as error:
            raise CommandError(f"--as-of {error}: no strategy is in force.") from error
        found = scenarios.outcome(scenario, as_of, snapshot=register)
        if found.effect is None or found.laid is None:
            unreadable = [f"Change {number}: it cannot be read." for number in found.unreadable]
            names = Names(register)
            raise CommandError(
                "\n".join(
                    [
                        "The scenario no longer fits.",
                        *unreadable,
                        *(why(m, "en", names) for m in found.misfits),
                    ]
                )
            )
        opened = _objects(found.laid.snapshot, found.effect.opened)
        closed = _objects(register, found.effect.closed)
        if format == "json":
            result = {"opened": opened, "closed": closed, "unchanged": found.effect.unchanged}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
            return
        for word, rows in (("opened", opened), ("closed", closed)):
            for row in rows:
                self.stdout.write(f"{word}\t{row['key']}\t{row['explanation']['en']}")
        self.stdout.write(f"unchanged\t{found.effect.unchanged}")


def _objects(snapshot: Snapshot, found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    names = Names(snapshot)
    return [as_json(finding, names) for finding in found]
