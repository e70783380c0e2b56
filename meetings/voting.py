"""What those who are asked say of proposed times."""

import datetime
from dataclasses import dataclass

from django.db import transaction

from meetings.models import Invitation, Poll, PollAnswer, PollBallot
from meetings.polling import WrongState


@dataclass(frozen=True)
class Noted:
    """How many times an answer was about, and how many it named that are proposed no longer."""

    times: int
    gone: int


@transaction.atomic
def answer(
    invitation: Invitation,
    values: dict[int, str],
    *,
    comment: str,
    now: datetime.datetime,
) -> Noted:
    """Note what one who was asked says of each time, by its key; the last answer counts, until the deadline.

    Raises:
        WrongState: with "withdrawn" (no longer invited), "deadline", or the poll's state.
    """
    row = Invitation.objects.select_for_update().select_related("meeting").get(pk=invitation.pk)
    poll = Poll.objects.select_related("meeting").get(meeting=row.meeting)
    if why := why_closed(poll, row, now):
        raise WrongState(why)
    standing = set(poll.slots.filter(withdrawn_at=None).values_list("pk", flat=True))
    for slot, value in values.items():
        if slot in standing:
            PollAnswer.objects.update_or_create(
                slot_id=slot, invitation=row, defaults={"value": PollAnswer.Value(value), "at": now}
            )
    PollBallot.objects.update_or_create(
        invitation=row,
        defaults={"answered_at": now, "comment": " ".join(comment.split())[:1000]},
        create_defaults={"asked_at": now, "answered_at": now, "comment": " ".join(comment.split())[:1000]},
    )
    return Noted(len(standing & set(values)), len(set(values) - standing))


def why_closed(poll: Poll, invitation: Invitation, now: datetime.datetime) -> str:
    """Why `invitation` cannot answer about the times now; empty if it can."""
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    if poll.stage != Poll.State.OPEN:
        return poll.stage
    return "deadline" if poll.deadline <= now else ""
