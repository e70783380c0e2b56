"""Whether a network meets, and who convened it when. Pure.

The rule is the design's: a network meets while it has a convener, unless it has encounters and the last is
older than R. An encounter known only as a period counts throughout it.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from coordination.base.dates import add_months

Date = datetime.date
ONE_DAY = datetime.timedelta(days=1)
RECENT_MONTHS = 12  # R of the design's rules


def last_met(encounters: Iterable[tuple[Date | None, Date | None]], day: Date) -> Date | None:
    """The last day up to `day` on which one of `encounters`, half-open (first, until), was held.

    >>> d = datetime.date
    >>> str(last_met([(d(2022, 9, 1), d(2022, 10, 1)), (None, None)], d(2023, 2, 14)))
    '2022-09-30'
    >>> str(last_met([(d(2018, 1, 1), d(2022, 9, 1))], d(2020, 5, 1))), last_met([], d(2020, 5, 1))
    ('2020-05-01', None)
    """
    days = [
        min(day, until - ONE_DAY if until else first)
        for first, until in encounters
        if first is not None and first <= day
    ]
    return max(days, default=None)


def meets(*, convened: bool, last: Date | None, day: Date, recent_months: int = RECENT_MONTHS) -> bool:
    """Whether a network that is convened, or not, and met `last` (None: no dated encounter) meets on `day`.

    >>> d = datetime.date
    >>> meets(convened=True, last=d(2022, 2, 14), day=d(2023, 2, 14))
    True
    >>> meets(convened=True, last=d(2022, 2, 13), day=d(2023, 2, 14)), meets(convened=False, last=None, day=d(2023, 2, 14))
    (False, False)
    """
    return convened and (last is None or add_months(last, recent_months) >= day)


@dataclass(frozen=True)
class Span:
    """That `who` convened, or sat, on [first, until); None: unknown start, open end.

    `blurred`: the end only bounds what somebody mapped, so what came after is not known.
    """

    who: str
    first: Date | None
    until: Date | None
    blurred: bool = False


@dataclass(frozen=True)
class Run:
    """A stretch [first, until) with the same people; none at all is a gap, or `unknown` after a blurred end."""

    first: Date | None
    until: Date | None
    who: tuple[str, ...]
    blurred: bool = False
    unknown: bool = False


def runs(spans: Iterable[Span], *, first: Date | None, until: Date | None) -> list[Run]:
    """The stretches of a life [first, until), from its first known span on, those without anybody included.

    Nobody is said to be missing before the first span that is known: the register begins there, not the world.

    >>> d = datetime.date
    >>> found = runs([Span("a", d(2018, 1, 1), d(2022, 9, 1)), Span("b", d(2022, 9, 1), d(2023, 1, 1))], first=None, until=None)
    >>> [(run.who, str(run.first), str(run.until)) for run in found]
    [(('a',), '2018-01-01', '2022-09-01'), (('b',), '2022-09-01', '2023-01-01'), ((), '2023-01-01', 'None')]
    >>> [run.unknown for run in runs([Span("a", None, d(2022, 1, 1), True)], first=None, until=None)]
    [False, True]
    """
    known = [span for span in spans if span.until is None or first is None or span.until > first]
    known = [span for span in known if until is None or span.first is None or span.first < until]
    if not known:
        return [Run(first, until, ())] if first is not None else []
    begins = None if any(span.first is None for span in known) else min(s.first for s in known if s.first)
    if first is not None and (begins is None or begins < first):
        begins = first
    bounds = {day for span in known for day in (span.first, span.until) if day}
    inner = sorted(
        day for day in bounds if (begins is None or day > begins) and (until is None or day < until)
    )
    edges: list[Date | None] = [begins, *inner, until]
    found: list[Run] = []
    for start, end in zip(edges, edges[1:], strict=False):
        probe = start if start is not None else Date.min
        here = [s for s in known if (s.first or Date.min) <= probe and (s.until is None or probe < s.until)]
        left = [s for s in known if s.until is not None and s.until == start]
        who = tuple(dict.fromkeys(s.who for s in here))
        unknown = not who and bool(left) and all(s.blurred for s in left)
        blurred = bool(here) and all(s.until == end and s.blurred for s in here)
        if found and found[-1].who == who and not found[-1].blurred and found[-1].unknown == unknown:
            found[-1] = Run(found[-1].first, end, who, blurred, unknown)
        else:
            found.append(Run(start, end, who, blurred, unknown))
    return found
