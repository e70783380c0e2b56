"""Invitations, updates, cancellations and feeds as iCalendar bytes."""

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vDuration, vText
from icalendar import Event as Component

from meetings.itip import zones
from meetings.itip.values import CANCEL, NEEDS_ACTION, PUBLISH, REQUEST, Event, Mailbox, Stamp

PRODID = "-//Samsyn//Samsyn//SV"
REFRESH, REFRESH_WRITTEN = datetime.timedelta(hours=1), "PT1H"
MOST_SUMMARY = 500  # characters; calendars cut a title long before
MOST_TEXT = 10_000


def request(event: Event, attendee: Mailbox, stamp: Stamp, *, partstat: str = NEEDS_ACTION) -> bytes:
    """The invitation of one attendee, or its update: METHOD:REQUEST (RFC 5546, 3.2.2).

    Only the recipient is named: who else is invited is for the meeting's page to show to those who may see it.

    Raises:
        ValueError: the event is cancelled, which a REQUEST cannot say.
    """
    if event.cancelled:
        raise ValueError("a cancelled meeting is not asked for")
    return _message(REQUEST, event, attendee, stamp, partstat)


def cancel(event: Event, attendee: Mailbox, stamp: Stamp) -> bytes:
    """That the meeting is cancelled, or no longer the attendee's: METHOD:CANCEL (RFC 5546, 3.2.5)."""
    return _message(CANCEL, event, attendee, stamp, NEEDS_ACTION)


def _message(method: str, event: Event, attendee: Mailbox, stamp: Stamp, partstat: str) -> bytes:
    calendar = _calendar(method)
    zone = getattr(event.start.tzinfo, "key", "")
    if zone and zone != "UTC":
        calendar.add_component(zones.component(ZoneInfo(zone), event.start.year, event.end.year))
    component = _component(event, stamp, in_utc=not zone)
    component.add("ORGANIZER", _address(event.organizer))
    asked = _address(attendee)
    asked.params["CUTYPE"] = vText("INDIVIDUAL")
    asked.params["ROLE"] = vText("REQ-PARTICIPANT")
    if method == REQUEST:
        asked.params["PARTSTAT"] = vText(partstat)
        # Without it Apple's and Mozilla's programs show no buttons.
        asked.params["RSVP"] = vText("TRUE")
        component.add("STATUS", "CONFIRMED")
        component.add("TRANSP", "OPAQUE")
    else:
        component.add("STATUS", "CANCELLED")
    component.add("ATTENDEE", asked)
    calendar.add_component(component)
    return bytes(calendar.to_ical())


def published(event: Event, stamp: Stamp) -> bytes:
    """The event as a part of feeds: a VEVENT in UTC without organiser and attendees, to be stored and joined.

    Some programs answer the organiser of every event that they read in a feed, and who takes part is not for
    whoever has its address.
    """
    component = _component(event, stamp, in_utc=True)
    component.add("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    return bytes(component.to_ical())


def feed(name: str, events: Iterable[bytes]) -> bytes:
    """Stored events, as `published` made them, as one calendar: METHOD:PUBLISH (RFC 5546, 3.2.1; RFC 7986)."""
    calendar = _calendar(PUBLISH)
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", REFRESH_WRITTEN)
    head, end, tail = bytes(calendar.to_ical()).rpartition(b"END:VCALENDAR")
    return b"".join((head, *events, end, tail))


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def _component(event: Event, stamp: Stamp, *, in_utc: bool) -> Component:
    component = Component()
    component.add("UID", event.uid)
    component.add("SEQUENCE", stamp.sequence)
    component.add("DTSTAMP", stamp.at.astimezone(datetime.UTC))
    for name, moment in (("DTSTART", event.start), ("DTEND", event.end)):
        component.add(name, moment.astimezone(datetime.UTC) if in_utc else moment)
    component.add("SUMMARY", printable(event.summary, MOST_SUMMARY))
    for name, text in (("LOCATION", event.location), ("DESCRIPTION", event.description)):
        if text:
            component.add(name, printable(text, MOST_TEXT))
    if event.url:
        component.add("URL", event.url)
    return component


def printable(text: str, most: int) -> str:
    """Without control characters other than line breaks, which no program shows and some choke on; cut at `most`."""
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c.isprintable())
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def _address(mailbox: Mailbox) -> vCalAddress:
    found = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        found.params["CN"] = vText(" ".join(printable(mailbox.name, MOST_SUMMARY).split()))
    return found
