"""Dates as people know them: "2022-08-31", "2022-08", "2022", and what is only known for a period. Pure."""

import calendar
import datetime
import re
from typing import NamedTuple

# Uppsala University is of 1477.
EARLIEST, LATEST = datetime.date(1000, 1, 1), datetime.date(2199, 12, 31)
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
# From the finest to the coarsest; a stated precision may be coarser than what was typed, never finer.
FINENESS = ("day", "month", "season", "year", "period", "unknown")


class PartialDate(NamedTuple):
    """A stored day and how exactly it is known ("" without a day: open, or nobody has asked)."""

    date: datetime.date | None
    precision: str


class BadDate(ValueError):
    """What was typed is no date; `code` says why: format, range, too_fine, unknown_with_date, needs_date."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(text: str, precision: str = "", *, is_end: bool = False) -> PartialDate:
    """Read a date and the precision chosen for it ("" = as exactly as it is written).

    Args:
        text: YYYY-MM-DD, YYYY-MM or YYYY; empty for none.
        precision: one of FINENESS, or "".
        is_end: whether a month or year stands for its last day instead of its first.

    Raises:
        BadDate: no such day, outside 1000-2199, or a precision finer than what is written.

    >>> parse("2022-08", is_end=True), parse("2022")
    (PartialDate(date=datetime.date(2022, 8, 31), precision='month'), PartialDate(date=datetime.date(2022, 1, 1), precision='year'))
    >>> parse("2022-12-31", "period"), parse("", "unknown")
    (PartialDate(date=datetime.date(2022, 12, 31), precision='period'), PartialDate(date=None, precision='unknown'))
    """
    cleaned = text.strip()
    if not cleaned:
        if precision not in ("", "unknown"):
            raise BadDate("needs_date")
        return PartialDate(None, precision)
    found = _WRITTEN.fullmatch(cleaned)
    if found is None or not cleaned.isascii():
        raise BadDate("format")
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or not EARLIEST.year <= year <= LATEST.year:
        raise BadDate("range")
    written = "day" if day else "month" if month else "year"
    if precision == "unknown":
        raise BadDate("unknown_with_date")
    if precision and FINENESS.index(precision) < FINENESS.index(written):
        raise BadDate("too_fine")
    month = month or (12 if is_end else 1)
    try:
        day = day or (calendar.monthrange(year, month)[1] if is_end else 1)
        return PartialDate(datetime.date(year, month, day), precision or written)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise BadDate("format") from error


def write(date: datetime.date | None, precision: str, *, is_end: bool = False) -> str:
    """The shortest text that `parse` reads back as the same day, no more exact than its precision.

    >>> write(datetime.date(2022, 8, 31), "month", is_end=True), write(datetime.date(2022, 8, 30), "month", is_end=True)
    ('2022-08', '2022-08-30')
    """
    if date is None:
        return ""
    last = calendar.monthrange(date.year, date.month)[1]
    whole_month = date.day == (last if is_end else 1)
    if precision in ("year", "period") and whole_month and date.month == (12 if is_end else 1):
        return f"{date.year}"
    if precision in ("month", "season", "year", "period") and whole_month:
        return f"{date.year}-{date.month:02}"
    return date.isoformat()
