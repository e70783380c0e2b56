import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from meetings.itip import building
from meetings.itip.values import Event, Mailbox, Stamp

STOCKHOLM = ZoneInfo("Europe/Stockholm")
START = datetime.datetime(2027, 3, 27, 9, tzinfo=STOCKHOLM)
NETWORK = Mailbox("moten+abc@samsyn.example.org", "Kommunnätverket")
PER = Mailbox("per@example.org", "Per Ström")
AT = Stamp(0, datetime.datetime(2026, 11, 1, 8, tzinfo=datetime.UTC))
HOUR = datetime.timedelta(hours=1)


def event(**changes):
    return Event(
        **(
            {"uid": "u1@x", "summary": "Möte", "start": START, "end": START + HOUR, "organizer": NETWORK}
            | changes
        )
    )


def parsed(content: bytes):
    calendar = Calendar.from_ical(content)
    [found] = calendar.walk("VEVENT")
    return calendar, found


def test_an_invitation_says_all_that_calendars_need():
    calendar, found = parsed(building.request(event(location="Sal 1", url="https://example.org/m"), PER, AT))
    assert str(calendar["METHOD"]) == "REQUEST" and "METHOD" not in found
    assert (str(found["UID"]), int(found["SEQUENCE"]), str(found["STATUS"])) == ("u1@x", 0, "CONFIRMED")
    assert found["DTSTART"].dt == START and found["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Stockholm"]
    attendee = found["ATTENDEE"]
    assert str(attendee) == "mailto:per@example.org"
    assert {name: str(value) for name, value in attendee.params.items()} == {
        "CN": "Per Ström",
        "CUTYPE": "INDIVIDUAL",
        "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "TRUE",
    }
    assert str(found["ORGANIZER"]) == "mailto:moten+abc@samsyn.example.org"
    assert found["DTSTAMP"].to_ical() == b"20261101T080000Z"


def test_lines_end_and_fold_as_the_standard_says():
    content = building.request(event(description="å" * 400), PER, AT)
    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"") and max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two


def test_a_cancellation_keeps_its_times_and_names_only_the_attendee():
    calendar, found = parsed(building.cancel(event(), PER, Stamp(3, AT.at)))
    assert (str(calendar["METHOD"]), str(found["STATUS"]), int(found["SEQUENCE"])) == (
        "CANCEL",
        "CANCELLED",
        3,
    )
    assert found["DTEND"].dt - found["DTSTART"].dt == HOUR
    assert str(found["ATTENDEE"]) == "mailto:per@example.org" and "RSVP" not in found["ATTENDEE"].params


def test_a_cancelled_meeting_is_not_asked_for():
    with pytest.raises(ValueError, match="cancelled"):
        building.request(event(cancelled=True), PER, AT)


def test_the_same_message_is_the_same_bytes():
    assert building.request(event(), PER, AT) == building.request(event(), PER, AT)


def test_a_feed_names_nobody():
    content = building.feed(
        "Nätverk å",
        [building.published(event(), AT), building.published(event(uid="u2@x", cancelled=True), AT)],
    )
    calendar = Calendar.from_ical(content)
    assert str(calendar["METHOD"]) == "PUBLISH" and str(calendar["X-WR-CALNAME"]) == "Nätverk å"
    assert [str(found["STATUS"]) for found in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert b"ATTENDEE" not in content and b"ORGANIZER" not in content


@pytest.mark.parametrize(
    "wrong",
    [{"end": START}, {"start": START.replace(tzinfo=None), "end": (START + HOUR).replace(tzinfo=None)}],
)
def test_times_that_are_none_are_refused(wrong):
    with pytest.raises(ValueError):
        event(**wrong)


NASTY = st.text(st.characters(codec="utf-8"), max_size=300) | st.sampled_from(
    [
        "x\r\nATTENDEE:mailto:eve@example.org",
        "x\nBEGIN:VALARM",
        "x\rMETHOD:CANCEL",
        "\u2028a\x0b\x0c\x85b",
        'a\\nb;,:"',
    ]
)


@given(summary=NASTY, location=NASTY, description=NASTY, name=NASTY)
@settings(max_examples=200, deadline=None)
def test_no_text_adds_a_property(summary, location, description, name):
    asked = event(summary=summary, location=location, description=description)
    calendar, found = parsed(building.request(asked, Mailbox("per@example.org", name), AT))
    optional = {n for n, text in (("LOCATION", location), ("DESCRIPTION", description)) if text}
    expected = {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "ORGANIZER",
        "ATTENDEE",
        "STATUS",
        "TRANSP",
    }
    assert set(found) == expected | optional
    assert str(found["ATTENDEE"]) == "mailto:per@example.org"
    assert set(calendar) == {"VERSION", "PRODID", "CALSCALE", "METHOD"} and found.subcomponents == []
