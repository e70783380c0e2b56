"""What falls due on a day, as iCalendar: an all-day event of feeds."""

import datetime
from dataclasses import dataclass

from icalendar import Event as Component

from meetings.itip import building
from meetings.itip.values import Stamp


@dataclass(frozen=True, slots=True)
class DayEvent:
    """An event on the days [start, end), which takes up nobody's time.

    Attributes:
        end: the day after the last, as DTEND has it (RFC 5545, 3.6.1).
    """

    uid: str
    summary: str
    start: datetime.date
    end: datetime.date
    description: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("an event ends after it starts")


def published(event: DayEvent, stamp: Stamp) -> bytes:
    """The event as a part of feeds: a VEVENT of whole days, to be stored and joined by `building.feed`."""
    component = Component()
    component.add("UID", event.uid)
    component.add("SEQUENCE", stamp.sequence)
    component.add("DTSTAMP", stamp.at.astimezone(datetime.UTC))
    component.add("DTSTART", event.start)
    component.add("DTEND", event.end)
    component.add("SUMMARY", building.printable(event.summary, building.MOST_SUMMARY))
    if event.description:
        component.add("DESCRIPTION", building.printable(event.description, building.MOST_TEXT))
    if event.url:
        component.add("URL", event.url)
    component.add("STATUS", "CONFIRMED")
    component.add("TRANSP", "TRANSPARENT")
    return bytes(component.to_ical())
