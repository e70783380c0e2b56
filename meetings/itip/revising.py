"""What is sent to whom when a meeting is made, changed or cancelled.

RFC 5546, 2.1.4 says when SEQUENCE rises; that a new place or address counts too is our choice, since people
travel to it. Who is told is what a careful secretary would do: whoever the change concerns, and nobody of a
meeting that is over.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from meetings.itip.values import CANCEL, REQUEST, Event, Mailbox

MATERIAL = ("start", "end", "location", "url", "cancelled")


class CancelledForGood(ValueError):
    """A cancelled meeting was to be changed. CANCEL is final: make a new meeting, with a new UID."""


@dataclass(frozen=True, slots=True)
class Version:
    """A meeting as its attendees know it.

    Attributes:
        attendees: whatever names an attendee for good (its address as it is compared, or a key) -> mailbox.
        sequence: of the event. Each attendee knows of this one or, where it was not concerned, of a lower one.
    """

    event: Event
    attendees: Mapping[str, Mailbox]
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one attendee; `asks_again`: an answer that was given is about another time or place.

    `key` is the attendee's among those of the version that the message comes from.
    """

    method: str
    attendee: Mailbox
    sequence: int
    key: str = ""
    asks_again: bool = False


def is_material(before: Event, after: Event) -> bool:
    """Whether answers given to `before` may not hold for `after`."""
    return any(getattr(before, name) != getattr(after, name) for name in MATERIAL)


def revise(
    before: Version | None, event: Event, attendees: Mapping[str, Mailbox], *, now: datetime.datetime
) -> tuple[Version, list[Message]]:
    """The version that follows `before` (None: nothing has been sent), and the messages that make it known.

    SEQUENCE never falls. It rises by one where something material changed or an attendee was taken off, since a
    CANCEL must be later than the REQUEST it takes back, and so must a later invitation of the same attendee.

    Raises:
        CancelledForGood: `before` is cancelled and something was to change.
        ValueError: another UID.
    """
    if before is None:
        version = Version(event, dict(attendees))
        asked = [] if event.cancelled else [Message(REQUEST, who, 0, key) for key, who in attendees.items()]
        return version, _unless_over(event, asked, now)
    if event.uid != before.event.uid:
        raise ValueError("a UID is for life")
    same_people = attendees == before.attendees
    if before.event.cancelled:
        if event != before.event or not same_people:
            raise CancelledForGood
        return before, []
    material = is_material(before.event, event)
    gone = {key: who for key, who in before.attendees.items() if key not in attendees}
    sequence = before.sequence + (1 if material or gone else 0)
    version = Version(event, dict(attendees), sequence)
    told = [Message(CANCEL, who, sequence, key) for key, who in gone.items()]
    if event.cancelled:
        told += [
            Message(CANCEL, who, sequence, key) for key, who in attendees.items() if key in before.attendees
        ]
    else:
        for key, who in attendees.items():
            known = before.attendees.get(key)
            if known is None or event != before.event or known != who:
                told.append(Message(REQUEST, who, sequence, key, asks_again=material and known is not None))
    over = before.event if before.event.end > event.end else event
    return version, _unless_over(over, told, now)


def _unless_over(event: Event, messages: list[Message], now: datetime.datetime) -> list[Message]:
    return messages if event.end > now else []
