import datetime
import io
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.itip import zones

wall_time = datetime.datetime  # naive on purpose: what a clock shows
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = [
    "Europe/Stockholm",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Jerusalem",
    "Asia/Tokyo",
    "Asia/Gaza",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
]


def as_read(zone: ZoneInfo, first: int, last: int) -> datetime.tzinfo:
    """The zone as another program reads our VTIMEZONE."""
    found = tzical(io.StringIO(zones.component(zone, first, last).to_ical().decode())).get()
    assert found is not None
    return found


@given(
    st.sampled_from(ZONES),
    st.datetimes(wall_time(2020, 1, 1), wall_time(2040, 12, 31)),
    st.timedeltas(datetime.timedelta(minutes=15), datetime.timedelta(days=3)),
)
@settings(max_examples=300, deadline=None)
def test_another_program_reads_the_same_instant(name, wall, length):
    zone = ZoneInfo(name)
    told = as_read(zone, wall.year, (wall + length).year)
    for moment in (wall.replace(microsecond=0), (wall + length).replace(microsecond=0)):
        found = zones.instants(moment, zone)
        if len(found) == 1:  # what does not exist or comes twice is not sent before somebody chose
            theirs = moment.replace(tzinfo=told).astimezone(datetime.UTC)
            assert theirs == found[0].astimezone(datetime.UTC)


@pytest.mark.parametrize("name", ZONES)
def test_around_every_change_of_the_clocks(name):
    zone = ZoneInfo(name)
    for year in range(2020, 2041):
        told = as_read(zone, year, year)
        for change in zones.changes(zone, year, year):
            for hours in (-3, 3):
                wall = change.wall + datetime.timedelta(hours=hours)
                [instant] = zones.instants(wall, zone)
                assert wall.replace(tzinfo=told).astimezone(datetime.UTC) == instant.astimezone(datetime.UTC)


def test_the_rule_is_written_as_calendars_write_it():
    text = zones.component(STOCKHOLM, 2027, 2027).to_ical().decode()
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text and "DTSTART:19701025T030000" in text
    assert "RDATE" not in text and len(text) < 400


def test_a_zone_without_summer_time_has_one_offset():
    text = zones.component(ZoneInfo("Asia/Tokyo"), 2027, 2027).to_ical().decode()
    assert text.count("BEGIN:STANDARD") == 1 and "DAYLIGHT" not in text and "RRULE" not in text


def test_a_zone_without_a_rule_has_each_change():
    text = zones.component(ZoneInfo("Africa/Casablanca"), 2027, 2027).to_ical().decode()
    assert "RRULE" not in text and text.count("TZOFFSETFROM") > 5


def test_the_hour_that_is_left_out_and_the_one_that_comes_twice():
    assert zones.instants(wall_time(2027, 3, 28, 2, 30), STOCKHOLM) == []
    first, second = zones.instants(wall_time(2027, 10, 31, 2, 30), STOCKHOLM)
    assert second.astimezone(datetime.UTC) - first.astimezone(datetime.UTC) == datetime.timedelta(hours=1)
