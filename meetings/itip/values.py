"""A meeting as it stands in calendars: what invitations are made of."""

import datetime
from dataclasses import dataclass

REQUEST, CANCEL, PUBLISH, REPLY = "REQUEST", "CANCEL", "PUBLISH", "REPLY"
COUNTER, REFRESH = "COUNTER", "REFRESH"
NEEDS_ACTION, ACCEPTED, TENTATIVE, DECLINED, DELEGATED = (
    "NEEDS-ACTION",
    "ACCEPTED",
    "TENTATIVE",
    "DECLINED",
    "DELEGATED",
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who reads an address, and under which name. Addresses are compared without regard to case."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        """The address as it is compared: RFC 5321 lets the local part differ by case, and no server in use does."""
        return self.address.casefold()


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting in one of its versions.

    Attributes:
        uid: fixed when the meeting is made, for all its life.
        start, end: aware; the end is later. Their zone is the one that calendars are told.
        organizer: the network's own mailbox, since calendars send their replies there.
        url: where it is held by video, or its page.
    """

    uid: str
    summary: str
    start: datetime.datetime
    end: datetime.datetime
    organizer: Mailbox
    location: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a meeting's times need a zone")
        if self.end <= self.start:
            raise ValueError("a meeting ends after it starts")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of an event a message is about (RFC 5546, 2.1.4 and 2.1.5).

    Attributes:
        sequence: 0 or more; the organiser alone raises it.
        at: when the message was made; later messages of one sequence are later.
    """

    sequence: int
    at: datetime.datetime
