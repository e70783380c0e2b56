"""Wall time in a zone, and zones as calendars are told of them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DateTime = datetime.datetime
DAY = datetime.timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEK = 7
FIRST_YEAR = 1970  # where rules that hold now are written to begin, as calendars themselves do
YEARS_AROUND = 2  # a rule is believed if it held for so many years before and after


def instants(wall: DateTime, zone: ZoneInfo) -> list[DateTime]:
    """The instants, earliest first, at which clocks in `zone` show the naive time `wall`.

    None in the hour that is left out in spring, two in the one that comes twice in autumn, else one.

    >>> stockholm = ZoneInfo("Europe/Stockholm")
    >>> [len(instants(DateTime(2027, *rest), stockholm)) for rest in ((3, 28, 2, 30), (10, 31, 2, 30), (5, 3, 9, 0))]
    [0, 2, 1]
    """
    found: list[DateTime] = []
    for fold in (0, 1):
        local = wall.replace(tzinfo=zone, fold=fold)
        there = local.astimezone(datetime.UTC).astimezone(zone)
        # A time that does not exist comes back as another one (PEP 495).
        if there.replace(tzinfo=None) == wall and there.utcoffset() not in [t.utcoffset() for t in found]:
            found.append(there)
    return sorted(found, key=lambda t: t.astimezone(datetime.UTC))


@dataclass(frozen=True, slots=True)
class Change:
    """That clocks in a zone are moved.

    Attributes:
        wall: what they show until then, naive.
        before, after: the offset from UTC. name: of the time that begins. summer: whether that is summer time.
    """

    wall: DateTime
    before: datetime.timedelta
    after: datetime.timedelta
    name: str
    summer: bool


def changes(zone: ZoneInfo, first: int, last: int) -> list[Change]:
    """When clocks are moved in the years `first` to `last`, both included, to the second."""
    return list(_changes(zone, first, last))


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[Change]:
    day = DateTime(first, 1, 1, tzinfo=datetime.UTC)
    end = DateTime(last + 1, 1, 1, tzinfo=datetime.UTC)
    while day < end:
        after = day + DAY
        if _offset(day, zone) != _offset(after, zone):
            low, high = day, after
            while high - low > datetime.timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if _offset(middle, zone) == _offset(day, zone) else (low, middle)
            yield _change(high, zone)
        day = after


def _offset(instant: DateTime, zone: ZoneInfo) -> datetime.timedelta:
    return instant.astimezone(zone).utcoffset() or datetime.timedelta()


def _change(instant: DateTime, zone: ZoneInfo) -> Change:
    before = _offset(instant - datetime.timedelta(seconds=1), zone)
    local = instant.astimezone(zone)
    return Change(
        wall=(instant + before).replace(tzinfo=None),
        before=before,
        after=_offset(instant, zone),
        name=local.tzname() or "",
        summer=bool(local.dst()),
    )


@lru_cache(maxsize=512)
def component(zone: ZoneInfo, first: int, last: int) -> Timezone:
    """`zone` as a VTIMEZONE (RFC 5545, 3.6.5) for the years `first` to `last`, and the two before and after.

    It is shared between those who ask for the same: do not change it.

    Where clocks are moved by the same rule in the years around, it is the compact form with that rule, right for
    ever if the rule stays. Elsewhere each change in those years stands by itself. Never RDATE beside RRULE, which
    Exchange misreads.
    """
    found = Timezone()
    found.add("TZID", zone.key)
    years = first - YEARS_AROUND, last + YEARS_AROUND
    known = changes(zone, *years)
    rules = _rules(known, *years)
    if not known:
        found.add_component(_still(zone, DateTime(first, 1, 1, tzinfo=datetime.UTC)))
    elif rules:
        for change, rule in rules:
            found.add_component(_observance(change, rule))
    else:
        # What holds before the first change is told too, or clients guess.
        found.add_component(_still(zone, DateTime(years[0], 1, 1, tzinfo=datetime.UTC)))
        for change in known:
            found.add_component(_observance(change, None))
    return found


@dataclass(frozen=True, slots=True)
class _Rule:
    """The `nth` (-1: last) `weekday` (0: Monday) of `month` at `time`."""

    month: int
    nth: int
    weekday: int
    time: datetime.time

    def in_year(self, year: int) -> DateTime:
        if self.nth > 0:
            day = datetime.date(year, self.month, 1)
            day += ((self.weekday - day.weekday()) % WEEK + WEEK * (self.nth - 1)) * DAY
        else:
            day = (datetime.date(year, self.month, 28) + 4 * DAY).replace(day=1) - DAY
            day -= ((day.weekday() - self.weekday) % WEEK) * DAY
        return DateTime.combine(day, self.time)


def _rules(known: list[Change], first: int, last: int) -> list[tuple[Change, _Rule]]:
    """The two rules that explain every change of those years; none where there are no such two."""
    kinds = {(change.before, change.after, change.name, change.summer) for change in known}
    found = []
    for kind in sorted(kinds, key=str):
        same = [c for c in known if (c.before, c.after, c.name, c.summer) == kind]
        rule = next((r for r in _candidates(same[0].wall) if _explains(r, same, first, last)), None)
        if rule is None:
            return []
        found.append((same[0], rule))
    return found if len(found) == 2 else []


def _candidates(wall: DateTime) -> list[_Rule]:
    rule = (wall.month, wall.weekday(), wall.time())
    month, weekday, time = rule
    return [_Rule(month, -1, weekday, time), _Rule(month, (wall.day - 1) // WEEK + 1, weekday, time)]


def _explains(rule: _Rule, same: list[Change], first: int, last: int) -> bool:
    return [c.wall for c in same] == [rule.in_year(year) for year in range(first, last + 1)]


def _observance(change: Change, rule: _Rule | None) -> TimezoneStandard | TimezoneDaylight:
    found = TimezoneDaylight() if change.summer else TimezoneStandard()
    found.add("TZNAME", change.name)
    found.add("TZOFFSETFROM", change.before)
    found.add("TZOFFSETTO", change.after)
    found.add("DTSTART", rule.in_year(FIRST_YEAR) if rule else change.wall)
    if rule:
        found.add(
            "RRULE",
            {"FREQ": "YEARLY", "BYMONTH": rule.month, "BYDAY": f"{rule.nth}{WEEKDAYS[rule.weekday]}"},
        )
    return found


def _still(zone: ZoneInfo, instant: DateTime) -> TimezoneStandard:
    """The time that holds at `instant`, as if it always had."""
    local = instant.astimezone(zone)
    found = TimezoneStandard()
    found.add("TZNAME", local.tzname() or zone.key)
    found.add("TZOFFSETFROM", local.utcoffset() or datetime.timedelta())
    found.add("TZOFFSETTO", local.utcoffset() or datetime.timedelta())
    found.add("DTSTART", DateTime(FIRST_YEAR, 1, 1))
    return found
