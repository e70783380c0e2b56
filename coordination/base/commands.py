"""What the commands of the machine interface share: a day, a format, one JSON document on standard output.

Messages go to standard error. Exit codes: 1 for bad data, 2 for bad usage (design, Machine interface).
"""

import argparse
import datetime
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coordination.base import as_of


def day(text: str) -> datetime.date:
    """The type of a `--as-of` argument."""
    found = as_of.parse(text)
    if found is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date between 1800 and 2200; write it as 2022-06-30"
        )
    return found


def default_day() -> datetime.date:
    """Today, or the last day up to which the register was checked, as the pages have it."""
    today = timezone.localdate()
    strategy = as_of.current_strategy(today)
    return min(today, strategy.known_until) if strategy and strategy.known_until else today


class BadUsage(CommandError):
    """A question that cannot be answered as it is asked; exit code 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"returncode": 2, **kwargs})


class AnswerCommand(BaseCommand):
    """A command that answers a question about a day, as JSON or as lines for people."""

    formats: tuple[str, ...] = ("text", "json")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DAY", help="YYYY-MM-DD (the register's own day)")
        parser.add_argument("--format", choices=self.formats, default=self.formats[0])

    def print_json(self, document: Any) -> None:
        """`document` alone on standard output, however much it is; characters as they are."""
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
