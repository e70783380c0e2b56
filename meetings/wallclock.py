"""From a day and a time by the clock to the instant that is meant. Pure."""

import datetime
from zoneinfo import ZoneInfo

from meetings.itip import zones

FIRST, SECOND = "first", "second"  # of an hour that comes twice: by summer time, then by normal time


class NoSuchTime(Exception):
    """Clocks jump over this time; `next_valid`, naive, is what they show instead."""

    def __init__(self, wall: datetime.datetime, next_valid: datetime.datetime) -> None:
        super().__init__(f"{wall} does not exist")
        self.wall, self.next_valid = wall, next_valid


class TwoTimes(Exception):
    """Clocks show this time twice, and nobody said which is meant."""


def instant(wall: datetime.datetime, zone: ZoneInfo, which: str = "") -> datetime.datetime:
    """The instant, in `zone`, at which clocks there show the naive time `wall`.

    Args:
        which: FIRST or SECOND, of a time that comes twice; else it does not matter.

    Raises:
        NoSuchTime: it is in the hour that is left out in spring.
        TwoTimes: it comes twice, and `which` does not say which it is.

    >>> stockholm = ZoneInfo("Europe/Stockholm")
    >>> instant(datetime.datetime(2026, 12, 8, 9, 0), stockholm).isoformat()
    '2026-12-08T09:00:00+01:00'
    >>> instant(datetime.datetime(2027, 10, 31, 2, 30), stockholm, SECOND).isoformat()
    '2027-10-31T02:30:00+01:00'
    >>> try:
    ...     instant(datetime.datetime(2027, 3, 28, 2, 30), stockholm)
    ... except NoSuchTime as wrong:
    ...     print(wrong.next_valid)
    2027-03-28 03:00:00
    """
    found = zones.instants(wall, zone)
    if not found:
        raise NoSuchTime(wall, _after_gap(wall, zone))
    if len(found) == 1:
        return found[0]
    if which not in (FIRST, SECOND):
        raise TwoTimes
    return found[0] if which == FIRST else found[-1]


def is_doubtful(moment: datetime.datetime) -> bool:
    """Whether clocks in the zone of `moment` show its time twice."""
    zone = moment.tzinfo
    return isinstance(zone, ZoneInfo) and len(zones.instants(moment.replace(tzinfo=None, fold=0), zone)) > 1


def _after_gap(wall: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    for change in zones.changes(zone, wall.year, wall.year):
        begins_again = change.wall + (change.after - change.before)
        if change.wall <= wall < begins_again:
            return begins_again
    return wall + datetime.timedelta(hours=1)
