"""A mail as a person reads it: its words, its HTML and what its calendar part asks of a calendar.

Meant for mail that this program composed; anything else is shown as far as it can be read.
"""

import datetime
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, vCalAddress
from icalendar.cal import Component

from meetings import times

ADDRESSES = ("ORGANIZER", "ATTENDEE")
LABELS = {
    "METHOD": _("Kind of message"),
    "SUMMARY": _("Title"),
    "DTSTART": _("The meeting starts"),
    "DTEND": _("The meeting ends"),
    "LOCATION": _("Place"),
    "URL": _("Address on the web"),
    "STATUS": _("State"),
    "ORGANIZER": _("Answers go to"),
    "ATTENDEE": _("Invited"),
    "UID": _("The meeting's identity"),
    "SEQUENCE": _("Version"),
    "DTSTAMP": _("Written"),
}


@dataclass(frozen=True)
class Read:
    """`calendar`: (property, what that is called, what it says); `source`: the calendar part as it is sent."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    calendar: list[tuple[str, str | Promise, str]] = field(default_factory=list)
    source: str = ""


def read(content: bytes, language: str) -> Read:
    """The parts of a mail. Never raises for what is in it."""
    message = message_from_bytes(content, policy=policy.default)
    names = ("From", "To", "Subject", "Date", "Reply-To", "Message-ID", "List-Unsubscribe")
    headers = [(name, str(message[name])) for name in names if message[name]]
    source = _part(message, "text/calendar")
    return Read(
        headers,
        _part(message, "text/plain"),
        _part(message, "text/html"),
        _calendar(source, language),
        source,
    )


def _part(message: EmailMessage, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            given = part.get_payload(decode=True)
            return given.decode("utf-8", errors="replace") if isinstance(given, bytes) else ""
    return ""


def _calendar(source: str, language: str) -> list[tuple[str, str | Promise, str]]:
    if not source:
        return []
    try:
        calendar = Calendar.from_ical(source.encode())  # bytes: a string may be taken for a path
        event = next(iter(calendar.walk("VEVENT")))
        return [
            (name, label, said)
            for name, label in LABELS.items()
            if (said := _said(calendar if name == "METHOD" else event, name, language))
        ]
    except (ValueError, StopIteration, AttributeError, TypeError, KeyError):
        return []


def _said(component: Component, name: str, language: str) -> str:
    value = component.get(name)
    if value is None:
        return ""
    if name in ADDRESSES:
        return ", ".join(_address(one) for one in (value if isinstance(value, list) else [value]))
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime.datetime):
        zone = times.zone_name(moment, language) if name != "DTSTAMP" else "UTC"
        return f"{moment:%Y-%m-%d} {times.clock(moment, language)}" + (f" ({zone})" if zone else "")
    return str(moment or value)


def _address(value: vCalAddress) -> str:
    address = str(value).partition(":")[2] or str(value)
    name, partstat = (str(value.params.get(key, "")) for key in ("CN", "PARTSTAT"))
    said = f"{name} <{address}>" if name else address
    return f"{said}, {partstat}" if partstat else said
