"""Whether a reply that was read is to be believed, and whether it still says anything.

Trust: the address that it came to was given to one attendee alone, or its sender is the attendee and the receiving
server vouches for the sender's domain (DMARC). Everything else is shown to the chair and changes nothing by itself.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from meetings.itip.replies import Reply
from meetings.itip.values import NEEDS_ACTION

# What becomes of a reply.
COUNTED, UNKNOWN_MEETING, UNKNOWN_ATTENDEE = "counted", "unknown_meeting", "unknown_attendee"
STALE, DUPLICATE, UNCONFIRMED, CANCELLED = "stale", "duplicate", "unconfirmed", "cancelled"
NO_ANSWER, AUTOMATIC, FROM_THE_FUTURE = "no_answer", "automatic", "from_the_future"


@dataclass(frozen=True, slots=True)
class Asked:
    """One attendee as the meeting knows it.

    Attributes:
        sequence: of the last message about another time or place that it got: older answers were to another.
        answered: (sequence, DTSTAMP) of the answer that counts now; None before any.
    """

    sequence: int
    answered: tuple[int, datetime.datetime] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is one of this module's; `attendee`: the key of the one whose answer it is, where that is known."""

    outcome: str
    attendee: str = ""

    @property
    def counts(self) -> bool:
        return self.outcome == COUNTED


def judge(
    reply: Reply,
    *,
    asked: Mapping[str, Asked] | None,
    current: int = 0,
    cancelled: bool = False,
    vouched_for: str = "",
    sender: str = "",
    is_authentic: bool = False,
    is_automatic: bool = False,
) -> Verdict:
    """What becomes of `reply`.

    Args:
        asked: the attendees by address, casefolded; None where no meeting has that UID.
        current: the meeting's own SEQUENCE; a reply to a later one was not made by a calendar of ours.
        vouched_for: the attendee to whom alone the address that the reply came to was given; empty without.
        sender, is_authentic: who sent the mail, and whether the receiving server vouches for that.

    A reply by an alias counts for the attendee that the address vouches for. One to an older version is kept and
    shown, and does not count; of two to the same version the one made last counts, whichever comes last.
    """
    if asked is None:
        return Verdict(UNKNOWN_MEETING)
    named = vouched_for or reply.attendee.casefold()
    if named not in asked:
        return Verdict(UNKNOWN_ATTENDEE)
    if cancelled:
        return Verdict(CANCELLED, named)
    known = asked[named]
    if reply.partstat == NEEDS_ACTION:
        return Verdict(AUTOMATIC if is_automatic else NO_ANSWER, named)
    if reply.sequence > current:
        return Verdict(FROM_THE_FUTURE, named)
    if reply.sequence < known.sequence:
        return Verdict(STALE, named)
    if not vouched_for and not (is_authentic and sender.casefold() == named):
        return Verdict(UNCONFIRMED, named)
    if known.answered is not None:
        order = (reply.sequence, reply.at or known.answered[1])
        if order == known.answered:
            return Verdict(DUPLICATE, named)
        if order < known.answered:
            return Verdict(STALE, named)
    return Verdict(COUNTED, named)
