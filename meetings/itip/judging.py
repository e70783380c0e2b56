"""Whether a reply that was read is to be believed, and whether it still says anything.

Trust: the address that it came to was given to one attendee alone, or its sender is the attendee and the receiving
server vouches for the sender's domain (DMARC). Everything else is shown to the chair and changes nothing by itself.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from meetings.itip import values
from meetings.itip.replies import Reply
from meetings.itip.values import NEEDS_ACTION

# What becomes of a reply.
COUNTED, UNKNOWN_MEETING, UNKNOWN_ATTENDEE = "counted", "unknown_meeting", "unknown_attendee"
STALE, DUPLICATE, UNCONFIRMED, CANCELLED = "stale", "duplicate", "unconfirmed", "cancelled"
NO_ANSWER, AUTOMATIC, FROM_THE_FUTURE, LATE = "no_answer", "automatic", "from_the_future", "late"
COUNTER, REFRESH = "counter", "refresh"

# Domains where two addresses say nothing about two people: no organisation gives them out.
PUBLIC_DOMAINS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.se",
        "live.com",
        "live.se",
        "msn.com",
        "icloud.com",
        "me.com",
        "yahoo.com",
        "yahoo.se",
        "telia.com",
        "bredband.net",
        "proton.me",
        "protonmail.com",
    ]
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One attendee as the meeting knows it.

    Attributes:
        sequence: of the last message about another time or place that it got: older answers were to another.
        answered: (sequence, DTSTAMP) of the answer that counts now; None before any.
        partstat: what that answer said.
    """

    sequence: int
    answered: tuple[int, datetime.datetime] | None = None
    partstat: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is one of this module's; `attendee`: the key of the one whose answer it is, where that is known.

    `is_certain`: that it is the attendee's is vouched for.
    """

    outcome: str
    attendee: str = ""
    is_certain: bool = False

    @property
    def counts(self) -> bool:
        return self.outcome == COUNTED


def judge(
    reply: Reply,
    *,
    asked: Mapping[str, Asked] | None,
    current: int = 0,
    cancelled: bool = False,
    is_over: bool = False,
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

    A reply to an older version is kept and shown, and does not count; of two to the same version the one made last
    counts, whichever comes last.
    """
    if asked is None:
        return Verdict(UNKNOWN_MEETING)
    named, is_certain = whose(reply, asked, vouched_for, sender.casefold() if is_authentic else "")
    if not named:
        return Verdict(UNKNOWN_ATTENDEE)
    outcome = _outcome(reply, asked[named], current, is_certain, is_automatic)
    if cancelled or is_over:
        outcome = CANCELLED if cancelled else LATE
    return Verdict(outcome, named, is_certain)


def whose(reply: Reply, asked: Mapping[str, Asked], vouched_for: str, sender: str) -> tuple[str, bool]:
    """The attendee whose reply it is, and whether that is certain; ("", False) of one who was not asked.

    Who forwards an invitation forwards its reply address too. So an address vouches for the attendee it was given
    to, for an alias in the same organisation, and for a reply that names nobody; for nobody else.

    Args:
        sender: the mail's, where the receiving server vouches for it; otherwise empty.
    """
    written = reply.attendee.casefold()
    if vouched_for not in asked:
        return (written, sender == written) if written in asked else ("", False)
    if not written or written == vouched_for:
        return vouched_for, True
    if written in asked:
        return written, sender == written
    if reply.delegated_from:
        return "", False
    return vouched_for, sender == vouched_for or is_alias(written, vouched_for)


def is_alias(written: str, known: str) -> bool:
    """Whether two casefolded addresses may be taken for one organisation's.

    >>> is_alias("per.strom@kommun.se", "registrator@kommun.se"), is_alias("a@gmail.com", "b@gmail.com")
    (True, False)
    >>> is_alias("anna+moten@gmail.com", "anna@gmail.com")
    True
    """
    (local, _, domain), (known_local, _, known_domain) = written.rpartition("@"), known.rpartition("@")
    if domain != known_domain:
        return False
    return domain not in PUBLIC_DOMAINS or local.partition("+")[0] == known_local.partition("+")[0]


def _outcome(reply: Reply, known: Asked, current: int, is_certain: bool, is_automatic: bool) -> str:
    if reply.method == values.COUNTER:
        return COUNTER
    if reply.method == values.REFRESH:
        return REFRESH if is_certain else UNCONFIRMED
    if reply.partstat == NEEDS_ACTION:
        return AUTOMATIC if is_automatic else NO_ANSWER
    if reply.sequence > current:
        return FROM_THE_FUTURE
    if reply.sequence < known.sequence:
        return STALE
    # Our meetings have no recurrences: a reply about one of them answers something else than was asked.
    if not is_certain or reply.recurrence:
        return UNCONFIRMED
    if known.answered is not None:
        order = (reply.sequence, reply.at or known.answered[1])
        if order < known.answered:
            return STALE
        if order == known.answered and known.partstat in ("", reply.partstat):
            return DUPLICATE
    return COUNTED
