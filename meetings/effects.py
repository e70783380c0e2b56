"""What saving a meeting would tell whom: shown before it is done."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from meetings import events
from meetings.itip.revising import revise
from meetings.itip.values import CANCEL
from meetings.models import Invitation, Meeting, Partstat


@dataclass(frozen=True)
class Effect:
    """One who would be mailed. `void`: an answer that was given would count no longer."""

    invitation: Invitation
    is_cancelled: bool
    void: bool


def effects(
    meeting: Meeting,
    *,
    now: datetime.datetime,
    add: Iterable[Invitation] = (),
    withdraw: Iterable[Invitation] = (),
) -> list[Effect]:
    """Who would be mailed if `meeting` were saved as it is, with others on its list. Nothing is stored. One query."""
    people = {str(row.pk): row for row in meeting.invitations.standing().select_related("actor")}
    after = dict(people)
    for row in withdraw:
        after.pop(str(row.pk), None)
    wanted = events.attendees(after.values())
    for number, row in enumerate(add):
        people[f"new {number}"] = row
        wanted |= {f"new {number}": mailbox for mailbox in events.attendees([row]).values()}
    _version, messages = revise(events.told_version(meeting), events.event_of(meeting), wanted, now=now)
    found = [
        Effect(
            people[message.key],
            message.method == CANCEL,
            message.asks_again and people[message.key].partstat != Partstat.NEEDS_ACTION,
        )
        for message in messages
        if message.key in people
    ]
    return sorted(found, key=lambda effect: (effect.invitation.sort_sv, effect.invitation.email))
