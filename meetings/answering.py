"""Answers to invitations, by whichever way they come."""

import datetime

from django.db import transaction

from coordination.base.models import User
from meetings.models import Invitation, InvitationAnswer, Meeting, Partstat

Via = InvitationAnswer.Via
MOST = 100  # answers by one link: its page needs no account, and each answer is kept


class CannotAnswer(Exception):
    """Why an answer is not taken: the `code` is the meeting's state, "withdrawn", "over", "too_many" or "too_often"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def answer(
    invitation: Invitation,
    partstat: str,
    *,
    via: str,
    now: datetime.datetime,
    comment: str = "",
    user: User | None = None,
    sequence: int | None = None,
    at: datetime.datetime | None = None,
) -> InvitationAnswer:
    """Note what an attendee answers; the last answer counts, and the earlier ones stay in the log.

    Args:
        sequence, at: of the version that was answered, and when by the answerer's clock; by default the
            meeting's own, and `now`.

    Raises:
        CannotAnswer: the meeting is a draft, held or cancelled, is over, or the attendee is no longer invited.
    """
    row = Invitation.objects.select_for_update().select_related("meeting").get(pk=invitation.pk)
    meeting = row.meeting
    if row.withdrawn_at is not None:
        raise CannotAnswer("withdrawn")
    if meeting.state != Meeting.State.INVITED:
        raise CannotAnswer(meeting.state)
    if via != Via.CHAIR and meeting.ends is not None and meeting.ends <= now:
        raise CannotAnswer("over")
    if via == Via.LINK and row.answers.filter(via=Via.LINK).count() >= MOST:
        raise CannotAnswer("too_often")
    row.partstat = Partstat(partstat)
    row.comment = " ".join(comment.split())[:1000]
    row.answered_sequence = meeting.sequence if sequence is None else sequence
    row.answered_at = at or now
    row.save(update_fields=["partstat", "comment", "answered_sequence", "answered_at"])
    made = InvitationAnswer.objects.create(
        invitation=row,
        partstat=row.partstat,
        comment=row.comment,
        via=via,
        sequence=row.answered_sequence,
        at=now,
        by=user,
    )
    for name in ("partstat", "comment", "answered_sequence", "answered_at"):
        setattr(invitation, name, getattr(row, name))
    return made


def delegate(
    invitation: Invitation,
    *,
    name: str,
    email: str,
    via: str,
    now: datetime.datetime,
    user: User | None = None,
) -> Invitation:
    """Somebody else comes for the seat: an invitation of the same actor's, which the caller's service tells.

    Raises:
        CannotAnswer: as `answer`.
        django.db.IntegrityError: the address is invited already.
    """
    with transaction.atomic():
        answer(invitation, Partstat.DELEGATED, via=via, now=now, user=user)
        made = Invitation(
            meeting=invitation.meeting,
            seat=invitation.seat,
            actor=invitation.actor,
            organisation=invitation.organisation,
            name=name,
            email=email,
            language=invitation.language,
            delegated_from=invitation,
        )
        made.save()
        return made
