"""What the page of a poll shows: every time with what is said of it, and every voter with their answers."""

import datetime
from collections.abc import Hashable
from dataclasses import dataclass

from meetings import poll_mails, ranking, times
from meetings.answers import represented
from meetings.models import Invitation, Poll, PollAnswer, PollBallot, PollSlot
from meetings.redletters import holiday

SATURDAY = 5


@dataclass(frozen=True)
class Choice:
    """A proposed time. `holiday`: what the day is called, if it is one. `tally`: None of one that was withdrawn."""

    slot: PollSlot
    text: str
    short: str
    holiday: str
    is_weekend: bool
    is_past: bool
    tally: ranking.Tally | None
    is_best: bool


@dataclass(frozen=True)
class Voter:
    """One who was asked, or is still to be. `answers`: for each standing time, empty where it is not answered."""

    invitation: Invitation
    ballot: PollBallot | None
    answers: list[str]


@dataclass(frozen=True)
class Results:
    """A poll as it stands. `unasked`: how many came on the list after it was sent."""

    choices: list[Choice]
    withdrawn: list[Choice]
    voters: list[Voter]
    asked: int
    answered: int
    unasked: int

    @property
    def best(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.is_best]

    @property
    def is_met(self) -> bool:
        """Whether the quorum can be met at some time."""
        return any(choice.tally and choice.tally.quorum for choice in self.choices)


def words_of(slot: PollSlot, poll: Poll, language: str) -> tuple[str, str, str, bool]:
    """Its time in full and in short, the holiday on its day, and whether that is a Saturday or Sunday."""
    zone = poll_mails.zone_of(poll)
    starts, ends = slot.starts.astimezone(zone), slot.ends.astimezone(zone)
    day = starts.date()
    return (
        times.span(starts, ends, language),
        times.short(starts, ends, language),
        holiday(day, language),
        day.weekday() >= SATURDAY,
    )


def results(poll: Poll, *, language: str, now: datetime.datetime) -> Results:
    """How `poll` stands. Four queries."""
    slots = list(poll.slots.all())
    rows = list(poll.meeting.invitations.standing().select_related("actor", "ballot"))
    answers = {
        (slot, invitation): value
        for slot, invitation, value in PollAnswer.objects.filter(slot__poll=poll).values_list(
            "slot", "invitation", "value"
        )
    }
    actor_of: dict[int, Hashable] = {row.pk: represented(row) for row in rows}
    standing = [slot for slot in slots if slot.withdrawn_at is None]
    given: dict[Hashable, list[tuple[Hashable, str]]] = {
        slot.pk: [
            (actor, value)
            for pk, actor in actor_of.items()
            if (value := answers.get((slot.pk, pk))) is not None
        ]
        for slot in standing
    }
    tallies = {found.slot: found for found in ranking.ranked(given, quorum=poll.quorum)}
    ahead = {slot.pk for slot in standing if slot.starts > now}
    best = set(ranking.best(found for slot, found in tallies.items() if slot in ahead))

    def choice(slot: PollSlot) -> Choice:
        text, short, red, weekend = words_of(slot, poll, language)
        tally = tallies.get(slot.pk)
        return Choice(slot, text, short, red, weekend, slot.starts <= now, tally, slot.pk in best)

    voters = [
        Voter(row, getattr(row, "ballot", None), [answers.get((slot.pk, row.pk), "") for slot in standing])
        for row in rows
    ]
    asked = [voter for voter in voters if voter.ballot]
    return Results(
        choices=[choice(slot) for slot in standing],
        withdrawn=[choice(slot) for slot in slots if slot.withdrawn_at is not None],
        voters=voters,
        asked=len(asked),
        answered=sum(1 for voter in asked if voter.ballot and voter.ballot.answered_at),
        unasked=len(voters) - len(asked),
    )
