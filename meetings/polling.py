"""Finding a date: proposing times for a draft meeting, asking about them, and deciding.

As with `meetings.inviting`, whoever calls these rings `meetings.tasks.send_soon` afterwards.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from coordination.base.editing import claim
from coordination.base.models import User
from meetings import inviting, poll_mails, preferences
from meetings.inviting import Told
from meetings.models import Invitation, Meeting, Poll, PollBallot, PollSlot

Span = tuple[datetime.datetime, datetime.datetime]
State = Poll.State
LAST_CALL = datetime.timedelta(days=2)  # before the deadline, when those who have not answered are reminded
MOST_SLOTS = 30


class WrongState(Exception):
    """The poll's state does not allow this; `state` is the one it has."""

    def __init__(self, state: str) -> None:
        super().__init__(f"a poll that is {state}")
        self.state = state


@transaction.atomic
def create(poll: Poll, times: Iterable[Span], *, user: User | None, now: datetime.datetime) -> Poll:
    """Store a new poll with its new draft meeting (`poll.meeting`, without a time). Nobody is mailed."""
    poll.meeting = inviting.create(poll.meeting, user=user)
    poll.save()
    _add(poll, times, now)
    return poll


@transaction.atomic
def change(poll: Poll, *, seen_version: int) -> None:
    """Store another deadline, quorum or message. A new deadline counts from now on; nobody is mailed.

    Raises:
        Conflict, WrongState.
    """
    _hold(poll, seen_version, State.DRAFT, State.OPEN)
    _save(poll, seen_version)


@transaction.atomic
def send(poll: Poll, *, seen_version: int, now: datetime.datetime) -> Told:
    """Ask everybody on the meeting's list who has not been asked: all of them at first, later those who came after.

    Raises:
        Conflict, WrongState.
        ValueError: there is no time to choose.
    """
    _hold(poll, seen_version, State.DRAFT, State.OPEN)
    if not poll.slots.filter(withdrawn_at=None).exists():
        raise ValueError("a poll without times")
    poll.state = State.OPEN
    _save(poll, seen_version)
    asked = list(poll.meeting.invitations.standing().filter(ballot=None).select_related("actor"))
    for invitation in asked:
        PollBallot.objects.create(invitation=invitation, asked_at=now)
        poll_mails.ask(poll, invitation, now=now)
    return Told(len(asked))


@transaction.atomic
def add_times(poll: Poll, times: Iterable[Span], *, seen_version: int, now: datetime.datetime) -> Told:
    """Propose more times. Those who have answered are told which are new; the others see them anyway.

    A time that was withdrawn before is proposed again, with its answers.

    Raises:
        Conflict, WrongState.
    """
    _hold(poll, seen_version, State.DRAFT, State.OPEN)
    new = _add(poll, times, now)
    _save(poll, seen_version)
    if poll.state != State.OPEN or not new:
        return Told()
    told = list(voters(poll).exclude(ballot__answered_at=None))
    for invitation in told:
        poll_mails.tell_new_times(poll, invitation, new, now=now)
    return Told(len(told))


@transaction.atomic
def withdraw_time(poll: Poll, slot: PollSlot, *, seen_version: int, now: datetime.datetime) -> None:
    """Propose a time no longer. What was answered about it is kept.

    Raises:
        Conflict, WrongState.
    """
    _hold(poll, seen_version, State.DRAFT, State.OPEN)
    poll.slots.filter(pk=slot.pk, withdrawn_at=None).update(withdrawn_at=now)
    _save(poll, seen_version)


@transaction.atomic
def choose(
    poll: Poll, slot: PollSlot, *, seen_version: int, user: User | None, now: datetime.datetime
) -> Told:
    """Set the meeting's time and invite everybody on its list; that also tells those who answered.

    Raises:
        Conflict, WrongState.
        NotNow: the meeting is no draft any more.
        ValueError: the time was withdrawn, or has passed.
    """
    _hold(poll, seen_version, State.OPEN)
    stored = poll.slots.filter(pk=slot.pk, withdrawn_at=None, starts__gt=now).first()
    if stored is None:
        raise ValueError("a time that cannot be chosen")
    poll.state, poll.chosen = State.DECIDED, stored
    _save(poll, seen_version)
    poll_mails.take_back_unsent(poll)
    meeting = Meeting.objects.select_related("network").get(pk=poll.meeting_id)
    meeting.starts, meeting.ends = stored.starts, stored.ends
    told = inviting.invite(meeting, seen_version=meeting.version, user=user, now=now)
    poll.meeting = meeting
    return told


@transaction.atomic
def close(poll: Poll, *, seen_version: int, now: datetime.datetime) -> Told:
    """End the poll without a date; everybody who was asked is told. The meeting stays a draft.

    Raises:
        Conflict, WrongState.
    """
    _hold(poll, seen_version, State.DRAFT, State.OPEN)
    was_sent = poll.state == State.OPEN
    poll.state = State.CLOSED
    _save(poll, seen_version)
    told = list(voters(poll)) if was_sent else []
    for invitation in told:
        poll_mails.tell_closed(poll, invitation, now=now)
    return Told(len(told))


def voters(poll: Poll) -> QuerySet[Invitation]:
    """Those who have been asked and are still on the list."""
    rows = poll.meeting.invitations.standing().exclude(ballot=None)
    return rows.select_related("actor", "ballot")


def remind(poll: Poll, *, now: datetime.datetime) -> Told:
    """Remind those who have not answered, today: nobody gets two on one day, nor one on the day of being asked."""
    if poll.stage != State.OPEN or poll.deadline <= now:
        return Told()
    unwilling = preferences.unwilling(preferences.NUDGES)
    count = 0
    with transaction.atomic():
        for invitation in voters(poll).filter(ballot__answered_at=None):
            ballot = invitation.ballot
            last = max(filter(None, (ballot.asked_at, ballot.nudged_at)))
            zone = poll_mails.zone_of(poll)
            today = now.astimezone(zone).date()
            if last.astimezone(zone).date() >= today or invitation.email.casefold() in unwilling:
                continue
            mine = PollBallot.objects.filter(pk=ballot.pk, nudged_at=ballot.nudged_at)
            if not mine.update(nudged_at=now):
                continue  # another beat, or the button, was first
            poll_mails.remind(poll, invitation, today=today, now=now)
            count += 1
    return Told(count)


def nudge(poll: Poll, now: datetime.datetime) -> Told:
    """What is to be mailed about `poll` by itself: the last call to those who have not answered, once, and word to
    whoever runs it when the deadline has passed, once. Safe to call again and again.
    """
    if poll.stage != State.OPEN:
        return Told()
    if poll.deadline <= now:
        with transaction.atomic():
            return Told(poll_mails.tell_deadline(poll, now=now))
    if poll.deadline - now > LAST_CALL:
        return Told()
    begins = poll.deadline - LAST_CALL
    if voters(poll).filter(ballot__nudged_at__gte=begins).exists():
        return Told()
    return remind(poll, now=now)


def nudge_all(now: datetime.datetime) -> Told:
    """`nudge` every open poll."""
    count = 0
    for poll in Poll.objects.filter(state=State.OPEN).select_related("meeting__network"):
        count += nudge(poll, now).mails
    return Told(count)


def _add(poll: Poll, times: Iterable[Span], now: datetime.datetime) -> list[PollSlot]:
    """The times that were not proposed already."""
    known = {(slot.starts, slot.ends): slot for slot in poll.slots.all()}
    found = []
    for starts, ends in times:
        slot = known.get((starts, ends))
        if slot is None:
            slot = PollSlot.objects.create(poll=poll, starts=starts, ends=ends, added_at=now)
        elif slot.withdrawn_at is not None:
            slot.withdrawn_at, slot.added_at = None, now
            slot.save(update_fields=["withdrawn_at", "added_at"])
        else:
            continue
        known[starts, ends] = slot
        found.append(slot)
    return found


def _hold(poll: Poll, seen_version: int, *states: str) -> None:
    """Hold the version that the user saw until the transaction ends, in a state that allows what is to be done."""
    stored = Poll.objects.select_related("meeting").get(pk=poll.pk)
    if stored.stage not in states:
        raise WrongState(stored.stage)
    claim(poll, seen_version=seen_version)


def _save(poll: Poll, seen_version: int) -> None:
    poll.version = seen_version + 1
    poll.save()
