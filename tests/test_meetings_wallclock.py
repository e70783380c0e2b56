"""From a day and a time by the clock to the instant that is meant, in zones that move their clocks and in one that does not."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings import rhythm, wallclock
from meetings.itip import zones

NAMES = ["Europe/Stockholm", "Europe/London", "Europe/Dublin", "Europe/Chisinau", "Europe/Istanbul", "UTC"]
ZONES = st.sampled_from([ZoneInfo(name) for name in NAMES])
# Naive on purpose: what clocks show.
WALLS = st.datetimes(datetime.datetime(2017, 1, 1), datetime.datetime(2040, 12, 31)).map(  # noqa: DTZ001  # as above
    lambda wall: wall.replace(second=0, microsecond=0)
)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# The nights on which clocks are moved, where every case is, and which a random day rarely hits.
NIGHTS = st.builds(
    lambda change, minutes: change.wall + datetime.timedelta(minutes=minutes),
    st.sampled_from(zones.changes(STOCKHOLM, 2017, 2040)),
    st.integers(-180, 180),
)


@given(st.one_of(WALLS, NIGHTS), ZONES, st.sampled_from([wallclock.FIRST, wallclock.SECOND]))
def test_clocks_show_the_time_that_was_meant_or_there_is_a_next_one(wall, zone, which):
    try:
        found = wallclock.instant(wall, zone, which)
    except wallclock.NoSuchTime as wrong:
        assert wrong.next_valid > wall
        assert wallclock.instant(wrong.next_valid, zone, which)
        minute_before = wrong.next_valid - datetime.timedelta(minutes=1)
        with pytest.raises(wallclock.NoSuchTime):  # it is the very next one
            wallclock.instant(minute_before, zone, which)
    else:
        assert found.replace(tzinfo=None, fold=0) == wall
        assert found.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall


@given(NIGHTS)
def test_a_time_that_comes_twice_is_asked_about_and_the_first_is_earlier(wall):
    try:
        found = wallclock.instant(wall, STOCKHOLM)
    except wallclock.TwoTimes:
        first, second = (
            wallclock.instant(wall, STOCKHOLM, which) for which in (wallclock.FIRST, wallclock.SECOND)
        )
        assert second.astimezone(datetime.UTC) - first.astimezone(datetime.UTC) == datetime.timedelta(hours=1)
        assert wallclock.is_doubtful(first) and wallclock.is_doubtful(second)
    except wallclock.NoSuchTime:
        pass
    else:
        assert not wallclock.is_doubtful(found)


@given(
    st.dates(datetime.date(2020, 1, 1), datetime.date(2039, 12, 31)),
    st.times().map(lambda t: t.replace(hour=max(t.hour, 4), second=0, microsecond=0)),
    st.sampled_from([1, 3, 6, 12]),
)
def test_a_series_is_at_the_same_hour_by_the_clock_summer_and_winter(first, time, months):
    days = rhythm.days(first, months, same_weekday=True, count=8)
    shown = [wallclock.instant(datetime.datetime.combine(day, time), STOCKHOLM) for day in days]
    assert {moment.astimezone(STOCKHOLM).time() for moment in shown} == {time}
