"""A model of an attendee's calendar program, after RFC 5546: what it shows after the messages it got."""

import datetime

from icalendar import Calendar


class AttendeeCalendar:
    """Keeps the latest version of one event by (SEQUENCE, DTSTAMP), as section 2.1.5 has it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.latest = (-1, datetime.datetime.min.replace(tzinfo=datetime.UTC))
        self.event = None
        self.uid = ""

    def receive(self, content: bytes) -> None:
        calendar = Calendar.from_ical(content)
        [event] = calendar.walk("VEVENT")
        stamp = (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
        if stamp <= self.latest:
            return
        assert not self.uid or self.uid == str(event["UID"]), "one meeting has one UID"
        self.uid, self.latest = str(event["UID"]), stamp
        self.event = event if str(calendar["METHOD"]) == "REQUEST" else None

    def shows(self) -> tuple | None:
        """(title, start, end), or None where the meeting is not in the calendar."""
        if self.event is None:
            return None
        return str(self.event["SUMMARY"]), self.event["DTSTART"].dt, self.event["DTEND"].dt

    def answer(self, partstat: str, at: datetime.datetime) -> bytes | None:
        """A reply as programs write it; None where there is nothing to answer."""
        if self.event is None:
            return None
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//Calendar//EN",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            f"SEQUENCE:{self.latest[0]}",
            f"DTSTAMP:{at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}",
            f"ATTENDEE;PARTSTAT={partstat}:MAILTO:{self.address.upper()}",
            "ORGANIZER:mailto:moten@example.org",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
        return "\r\n".join([*lines, ""]).encode()
