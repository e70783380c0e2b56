"""The days of a series of meetings: "twice a year" as dates. Pure.

Only days are computed: the time of day is the same by the clock, summer and winter, since each meeting's instant
is found from its own day.
"""

import calendar
import datetime
from collections.abc import Iterator
from itertools import islice, takewhile

WEEK = 7
LAST = -1
MOST = 60  # meetings of one series


def days(
    first: datetime.date,
    months: int,
    *,
    same_weekday: bool,
    count: int | None = None,
    until: datetime.date | None = None,
) -> list[datetime.date]:
    """The days on which the meetings of a series fall, `first` being the first of them.

    Args:
        months: from one to the next: 1 each month, 3 a quarter, 6 twice a year, 12 each year.
        same_weekday: on the same weekday of the month ("the second Tuesday"; a fifth one is the last one), or
            else on the same date, which in a shorter month is its last day.
        count, until: how many, and up to which day; whichever ends the series first. At most MOST.

    Raises:
        ValueError: neither a number nor a last day, or months < 1.

    >>> [str(day) for day in days(datetime.date(2026, 12, 8), 6, same_weekday=True, count=3)]
    ['2026-12-08', '2027-06-08', '2027-12-14']
    >>> [str(day) for day in days(datetime.date(2027, 1, 31), 1, same_weekday=False, until=datetime.date(2027, 4, 1))]
    ['2027-01-31', '2027-02-28', '2027-03-31']
    >>> [str(day) for day in days(datetime.date(2027, 3, 29), 1, same_weekday=True, count=3)]
    ['2027-03-29', '2027-04-26', '2027-05-31']
    """
    if months < 1:
        raise ValueError("at least a month from one meeting to the next")
    if count is None and until is None:
        raise ValueError("a series ends after a number of meetings, or on a day")
    found = _endless(first, months, same_weekday)
    if until is not None:
        found = takewhile(lambda day: day <= until, found)
    return list(islice(found, MOST if count is None else min(count, MOST)))


def nth_weekday(day: datetime.date) -> int:
    """Which of its month's Mondays, Tuesdays … `day` is, from 1; LAST where it is the fifth.

    >>> nth_weekday(datetime.date(2026, 12, 8)), nth_weekday(datetime.date(2027, 3, 29))
    (2, -1)
    """
    nth = (day.day - 1) // WEEK + 1
    return LAST if nth > WEEK - 3 else nth


def _endless(first: datetime.date, months: int, same_weekday: bool) -> Iterator[datetime.date]:
    for step in range(MOST):
        months_on = first.month - 1 + step * months
        year, month = first.year + months_on // 12, months_on % 12 + 1
        length = calendar.monthrange(year, month)[1]
        if not same_weekday:
            yield datetime.date(year, month, min(first.day, length))
            continue
        nth = nth_weekday(first)
        if nth == LAST:
            last = datetime.date(year, month, length)
            yield last - datetime.timedelta(days=(last.weekday() - first.weekday()) % WEEK)
        else:
            start = datetime.date(year, month, 1)
            offset = (first.weekday() - start.weekday()) % WEEK + WEEK * (nth - 1)
            yield start + datetime.timedelta(days=offset)
