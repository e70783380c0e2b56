"""What whoever runs a meeting makes of a reply by mail that did not count by itself. Each is decided once."""

import datetime

from django.db import transaction

from coordination.base.models import User
from meetings import answering, inviting
from meetings.models import IncomingReply, Invitation, InvitationAnswer, Meeting

Settlement = IncomingReply.Settlement
Outcome = IncomingReply.Outcome


class AlreadySettled(Exception):
    """Somebody else has decided about it meanwhile."""


@transaction.atomic
def take_as_answer(
    row: IncomingReply, invitation: Invitation, partstat: str, *, user: User, now: datetime.datetime
) -> InvitationAnswer:
    """Count the mail as what an attendee of its meeting answers.

    Raises:
        AlreadySettled: somebody else was first.
        answering.CannotAnswer: the meeting can no longer be answered, or the attendee was taken off.
    """
    _settle(row, Settlement.ANSWER, user, now, invitation)
    return answering.answer(
        invitation,
        partstat,
        via=InvitationAnswer.Via.CHAIR,
        now=now,
        comment=row.said.get("comment", ""),
        user=user,
    )


@transaction.atomic
def invite(row: IncomingReply, *, name: str, email: str, user: User, now: datetime.datetime) -> Invitation:
    """Invite whoever answered uninvited, or comes for an attendee; the mail that tells them is promised.

    Raises:
        AlreadySettled: somebody else was first.
        answering.CannotAnswer, inviting.NotNow: the meeting is over, held or cancelled.
        django.db.IntegrityError: the address is invited already.
    """
    assert row.meeting_id is not None  # without a meeting there is nothing to invite to
    meeting = Meeting.objects.select_for_update().get(pk=row.meeting_id)
    _settle(row, Settlement.INVITED, user, now, row.invitation)
    if row.outcome == Outcome.DELEGATE and row.invitation is not None:
        via = InvitationAnswer.Via.CHAIR
        made = answering.delegate(row.invitation, name=name, email=email, via=via, now=now, user=user)
        inviting.tell(meeting, now=now)
        return made
    made = Invitation(name=name, email=email, language=meeting.language)
    inviting.set_list(meeting, add=[made], seen_version=meeting.version, user=user, now=now)
    return made


@transaction.atomic
def leave(row: IncomingReply, *, user: User, now: datetime.datetime) -> None:
    """Decide that nothing follows from the mail.

    Raises:
        AlreadySettled: somebody else was first.
    """
    _settle(row, Settlement.IGNORED, user, now, row.invitation)


def _settle(
    row: IncomingReply, settled_as: str, user: User, now: datetime.datetime, invitation: Invitation | None
) -> None:
    values = {"settled_at": now, "settled_by": user, "settled_as": settled_as, "invitation": invitation}
    if not IncomingReply.objects.filter(pk=row.pk, settled_at=None).update(**values):
        raise AlreadySettled
    for name, value in values.items():
        setattr(row, name, value)
