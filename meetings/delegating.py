"""Somebody else comes for the one who is asked: told in the same transaction."""

import datetime

from django.db import IntegrityError, transaction

from coordination.base.models import User
from meetings import inviting
from meetings.answering import CannotAnswer, delegate
from meetings.models import Invitation, Meeting

MOST = 3  # who come in all for one who was asked: a link is no way to mail strangers


class InvitedAlready(Exception):
    """The address is on the meeting's list."""


@transaction.atomic
def send_somebody(
    invitation: Invitation,
    *,
    name: str,
    email: str,
    via: str,
    now: datetime.datetime,
    user: User | None = None,
) -> Invitation:
    """Put whoever comes instead on the meeting's list and promise the invitation.

    Raises:
        CannotAnswer: as `answering.answer`; "too_many" of one who has sent somebody again and again.
        InvitedAlready: the address is asked already.
    """
    # Held until the end: what attendees know of the meeting is written by one at a time.
    meeting = Meeting.objects.select_for_update().select_related("network").get(pk=invitation.meeting_id)
    if _sent_for(_first(invitation)) >= MOST:
        raise CannotAnswer("too_many")
    try:
        made = delegate(invitation, name=name, email=email, via=via, now=now, user=user)
    except IntegrityError as error:
        raise InvitedAlready from error
    inviting.tell(meeting, now=now)
    return made


def _first(invitation: Invitation) -> Invitation:
    """Whom the meeting asked, for whom everybody in the chain comes."""
    while invitation.delegated_from is not None:
        invitation = invitation.delegated_from
    return invitation


def _sent_for(invitation: Invitation) -> int:
    """How many come, or were to come, for `invitation`, through however many hands."""
    return sum(1 + _sent_for(row) for row in invitation.delegates.all())
