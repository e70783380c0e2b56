"""Who convenes a network on a day, and how many sit in it."""

import datetime
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coordination.base.as_of import current_strategy
from network import networks
from network.models import Network


class Command(BaseCommand):
    help = "Who convenes a network on a day, and how many sit in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("network", help="id of the network")
        parser.add_argument(
            "--as-of",
            type=datetime.date.fromisoformat,
            default=None,
            help="YYYY-MM-DD (the earlier of today and the day up to which the register is checked)",
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(
        self, *args: Any, network: str, as_of: datetime.date | None, format: str, **options: Any
    ) -> None:
        row = networks.described(Network.objects.filter(slug=network)).first()
        if row is None:
            raise CommandError(f"There is no network {network!r}.")
        found = networks.answer(row, as_of or _default_day())
        if format == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write(f"{row.name} ({row.slug})")
        self.stdout.write(f"conveners: {', '.join(found['conveners']) or 'nobody'}")
        stated = "" if found["stated_members"] is None else f", {found['stated_members']} stated"
        self.stdout.write(f"seats: {found['seats']} named{stated}")


def _default_day() -> datetime.date:
    today = timezone.localdate()
    strategy = current_strategy(today)
    return min(today, strategy.known_until) if strategy and strategy.known_until else today
