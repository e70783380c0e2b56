"""Writing meetings: what is decided about one, and the mails that tell its attendees, in one transaction.

Whoever calls these rings `meetings.tasks.send_soon` afterwards; without it, the next tick of beat sends.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from coordination.base.editing import Conflict, sign
from coordination.base.models import User
from coordination.base.slugs import free_slug, slug_of
from meetings import events, mails, outbox
from meetings.itip.revising import Message, revise
from meetings.itip.values import NEEDS_ACTION, REQUEST, Mailbox, Stamp
from meetings.models import Invitation, Meeting, Partstat, SeatContact
from network.models import Network, Seat

SECOND = datetime.timedelta(seconds=1)
State = Meeting.State


class NotNow(Exception):
    """The meeting's state does not allow this; `state` is the one it has."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(f"a meeting that is {meeting.state}")
        self.state = meeting.state


@dataclass(frozen=True)
class Told:
    """How many mails were promised, and how many of those who answered are asked again."""

    mails: int = 0
    asked_again: int = 0


@transaction.atomic
def create(meeting: Meeting, *, user: User | None, invite_seats: bool = True) -> Meeting:
    """Store a new draft. With `invite_seats` the network's seats that have an address are put on its list."""
    day = f"-{meeting.local_start:%Y-%m-%d}" if meeting.local_start else ""
    stem = f"{meeting.network.slug[:45]}{day}"
    taken = set(Meeting.objects.filter(slug__startswith=slug_of(stem)).values_list("slug", flat=True))
    meeting.slug = free_slug(stem, taken)
    meeting.created_by = user
    sign(meeting, user=user, reason="")
    meeting.save()
    if invite_seats:
        on = meeting.local_start.date() if meeting.local_start else meeting.created_at.date()
        add_seats(meeting, on=on)
    return meeting


def add_seats(meeting: Meeting, *, on: datetime.date) -> list[Invitation]:
    """Put each seat held on `on` that has an address, and is not there yet, on the list. No mail is sent."""
    there = set(meeting.invitations.standing().values_list("seat_id", flat=True))
    addresses = {row.email.casefold() for row in meeting.invitations.standing()}
    contacts = (
        SeatContact.objects.filter(seat__in=Seat.objects.as_of(on).filter(network=meeting.network))
        .exclude(seat__in=there - {None})
        .select_related("seat__actor")
    )
    made = []
    for contact in contacts:
        if contact.email.casefold() not in addresses:
            addresses.add(contact.email.casefold())
            made.append(invitation_of(meeting, contact))
    return made


def invitation_of(meeting: Meeting, contact: SeatContact) -> Invitation:
    """A stored invitation of a seat, to whoever's address the seat has now."""
    return Invitation.objects.create(
        meeting=meeting,
        seat=contact.seat,
        actor=contact.seat.actor,
        name=contact.name,
        email=contact.email,
        language=contact.language,
    )


@transaction.atomic
def change(
    meeting: Meeting, *, seen_version: int, user: User | None, now: datetime.datetime, reason: str = ""
) -> Told:
    """Store an edited meeting; its attendees are told if they know of it.

    Raises:
        Conflict: it was changed meanwhile.
        NotNow: it was held or cancelled.
    """
    _claim(meeting, seen_version, State.DRAFT, State.INVITED)
    _save(meeting, seen_version, user, reason)
    return tell(meeting, now=now) if meeting.state == State.INVITED else Told()


@transaction.atomic
def invite(meeting: Meeting, *, seen_version: int, user: User | None, now: datetime.datetime) -> Told:
    """Turn a draft that has a time into a meeting, and ask everybody on its list.

    Raises:
        Conflict: it was changed meanwhile.
        NotNow: it is no draft.
        ValueError: it has no time.
    """
    _claim(meeting, seen_version, State.DRAFT)
    if meeting.starts is None:
        raise ValueError("a meeting without a time")
    meeting.state = State.INVITED
    _save(meeting, seen_version, user)
    return tell(meeting, now=now)


@transaction.atomic
def cancel(
    meeting: Meeting, *, reason: str, seen_version: int, user: User | None, now: datetime.datetime
) -> Told:
    """Cancel for good. Attendees who know of the meeting are told, with the reason; the UID is never used again.

    Raises:
        Conflict: it was changed meanwhile.
        NotNow: it was held, or cancelled already.
    """
    _claim(meeting, seen_version, State.DRAFT, State.INVITED)
    was_told = meeting.state == State.INVITED
    meeting.state, meeting.reason = State.CANCELLED, reason[:500]
    _save(meeting, seen_version, user, reason)
    return tell(meeting, now=now) if was_told else Told()


@transaction.atomic
def set_list(
    meeting: Meeting,
    *,
    add: Iterable[Invitation] = (),
    withdraw: Iterable[Invitation] = (),
    seen_version: int,
    user: User | None,
    now: datetime.datetime,
) -> Told:
    """Put unsaved invitations on the list and take others off it; of a meeting that is known, they are told.

    Raises:
        Conflict: the meeting was changed meanwhile.
        NotNow: it was held or cancelled.
        django.db.IntegrityError: an address is on the list already.
    """
    _claim(meeting, seen_version, State.DRAFT, State.INVITED)
    keys = [row.pk for row in withdraw]
    meeting.invitations.standing().filter(pk__in=keys).update(withdrawn_at=now)
    for row in add:
        row.meeting = meeting
        row.save()
    _save(meeting, seen_version, user)
    return tell(meeting, now=now) if meeting.state == State.INVITED else Told()


def tell(meeting: Meeting, *, now: datetime.datetime) -> Told:
    """Promise the mails that make what attendees know equal to the stored meeting. None if it is already.

    Called within the transaction of what changed.
    """
    people = {str(row.pk): row for row in meeting.invitations.select_related("actor")}
    standing = [row for row in people.values() if row.withdrawn_at is None]
    before = events.told_version(meeting)
    version, messages = revise(before, events.event_of(meeting), events.attendees(standing), now=now)
    stamp = Stamp(version.sequence, _later(meeting.stamped_at, now))
    asked_again = 0
    for message in messages:
        row = people[message.key]
        asked_again += _note(row, message, now)
        _promise(meeting, row, message, stamp, mails.Change.of(before, version, message), now)
    stored = events.stored(version, meeting.zone)
    Meeting.objects.filter(pk=meeting.pk).update(
        told=stored, sequence=version.sequence, stamped_at=stamp.at if messages else meeting.stamped_at
    )
    meeting.told, meeting.sequence = stored, version.sequence
    return Told(len(messages), asked_again)


def ask_again(invitation: Invitation, *, now: datetime.datetime) -> Told:
    """Send one attendee the meeting as it stands once more (RFC 5546, 3.2.6: what a REFRESH asks for)."""
    meeting = invitation.meeting
    version = events.told_version(meeting)
    if version is None or str(invitation.pk) not in version.attendees or meeting.state != State.INVITED:
        raise NotNow(meeting)
    message = Message(REQUEST, version.attendees[str(invitation.pk)], meeting.sequence, str(invitation.pk))
    stamp = Stamp(meeting.sequence, _later(meeting.stamped_at, now))
    with transaction.atomic():
        _promise(meeting, invitation, message, stamp, mails.Change.AGAIN, now)
        Meeting.objects.filter(pk=meeting.pk).update(stamped_at=stamp.at)
    return Told(1)


def _note(row: Invitation, message: Message, now: datetime.datetime) -> bool:
    """Keep what the attendee knows now; whether an answer that it gave is void by it."""
    void = message.asks_again and row.partstat != Partstat.NEEDS_ACTION
    if message.asks_again:
        row.partstat = Partstat.NEEDS_ACTION
    if row.asked_sequence is None or message.asks_again:
        row.asked_sequence = message.sequence
    row.told_at = now
    row.save(update_fields=["partstat", "asked_sequence", "told_at"])
    return void


def _promise(
    meeting: Meeting,
    row: Invitation,
    message: Message,
    stamp: Stamp,
    change: mails.Change,
    now: datetime.datetime,
) -> None:
    partstat = row.partstat if row.partstat in mails.KEPT_ANSWERS else NEEDS_ACTION
    written = mails.invitation(meeting, row, message, stamp, change, partstat=partstat, now=now)
    outbox.promise(
        written.content,
        recipient=message.attendee.address,
        sender=written.sender,
        subject=written.subject,
        message_id=written.message_id,
        dedupe_key=f"{meeting.uid} {row.pk} {stamp.sequence} {message.method} {stamp.at:%Y%m%dT%H%M%S}",
        order_key=f"{meeting.uid} {row.pk}",
        replaceable=message.method == REQUEST,
    )


def _later(last: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
    """`now` in whole seconds, as DTSTAMP has them, and later than `last`."""
    now = now.astimezone(datetime.UTC).replace(microsecond=0)
    return now if last is None else max(now, last + SECOND)


def _claim(meeting: Meeting, seen_version: int, *states: str) -> None:
    """Hold the version that the user saw until the transaction ends, in a state that allows what is to be done."""
    rows = Meeting.objects.filter(pk=meeting.pk)
    stored_state = rows.values_list("state", flat=True).first()
    if stored_state not in states:
        meeting.state = stored_state or meeting.state
        raise NotNow(meeting)
    if not rows.filter(version=seen_version).update(version=seen_version):
        raise Conflict(rows.first())
    # What attendees know may have grown without a new version: somebody sent another in their place.
    meeting.refresh_from_db(fields=["told", "sequence", "stamped_at"])


def _save(meeting: Meeting, seen_version: int, user: User | None, reason: str = "") -> None:
    meeting.version = seen_version + 1
    sign(meeting, user=user, reason=reason)
    meeting.save()


def network_mailbox(network: Network) -> Mailbox:
    """Who a network's mails are from."""
    return replace(mails.mailbox(), name=network.name)
