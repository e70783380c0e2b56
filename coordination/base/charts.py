"""What the time lines of every app have in common: their words, and the years they show."""

import datetime
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coordination.base import dates
from coordination.base.models import Strategy
from coordination.base.periods import Period
from coordination.base.timeline import Words

COLUMN = 820  # px beside a side column; a chart drawn wider would shrink its text below 12 px

Span = tuple[datetime.date, datetime.date]


def language() -> str:
    return "en" if (get_language() or "sv").startswith("en") else "sv"


def words() -> Words:
    """What the charts say, in the reader's language."""
    return Words(
        chosen=_("Chosen day {}"),
        known=_("Known until {}"),
        both=_("Chosen day {}, known until the same day"),
        gap=_("Gap"),
        others=_("{} and others"),
    )


def strategy_span(strategies: Iterable[Strategy], as_of: datetime.date) -> Span:
    """Whole years from the first strategy's start to the last one's end; round `as_of` where there is none."""
    known = list(strategies)
    first = min((s.valid_from for s in known if s.valid_from), default=as_of)
    until = max((s.valid_until for s in known if s.valid_until), default=as_of)
    return datetime.date(first.year, 1, 1), next_january(max(until, first))


def next_january(until: datetime.date) -> datetime.date:
    """The first 1 January on or after `until`, an exclusive end."""
    return until if (until.month, until.day) == (1, 1) else datetime.date(until.year + 1, 1, 1)


def said_period(row: Period) -> str:
    """The period of `row` in words, no more precise than it is known."""
    return dates.format_period(
        row.valid_from,
        row.from_precision or "day",
        row.valid_to,
        row.to_precision or "day",
        language(),
    )
