"""The mails of a poll: each is promised once, however often it is asked for."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import chairs, links, mails, outbox, preferences, times
from meetings.itip.values import Mailbox
from meetings.models import Invitation, OutgoingMail, Poll, PollSlot


def zone_of(poll: Poll) -> ZoneInfo:
    return ZoneInfo(poll.meeting.zone)


def ask(poll: Poll, invitation: Invitation, *, now: datetime.datetime) -> None:
    """The first mail: which times suit?"""
    with translation.override(invitation.language):
        subject = _("Which times suit? %(title)s") % {"title": poll.meeting.title}
        _promise(poll, invitation, "ask", subject, now=now)


def tell_new_times(
    poll: Poll, invitation: Invitation, new: list[PollSlot], *, now: datetime.datetime
) -> None:
    """To one who has answered: these times are new."""
    detail = f"new {now:%Y%m%dT%H%M%S} {min(slot.pk for slot in new)}"
    with translation.override(invitation.language):
        subject = _("New times: %(title)s") % {"title": poll.meeting.title}
        _promise(poll, invitation, "new", subject, now=now, detail=detail, new={slot.pk for slot in new})


def remind(poll: Poll, invitation: Invitation, *, today: datetime.date, now: datetime.datetime) -> None:
    """To one who has not answered; at most one a day."""
    with translation.override(invitation.language):
        subject = _("Reminder: which times suit? %(title)s") % {"title": poll.meeting.title}
        _promise(poll, invitation, "remind", subject, now=now, detail=f"remind {today}")


def tell_closed(poll: Poll, invitation: Invitation, *, now: datetime.datetime) -> None:
    """The poll ended without a date."""
    with translation.override(invitation.language):
        subject = _("No date was found: %(title)s") % {"title": poll.meeting.title}
        _promise(poll, invitation, "closed", subject, now=now)


def tell_deadline(poll: Poll, *, now: datetime.datetime) -> int:
    """To whoever runs the meeting: the deadline has passed. Once for each deadline; how many mails are new."""
    count = 0
    for user in chairs.of_meeting(poll.meeting, now.date()):
        key = f"poll {poll.pk} deadline {poll.deadline:%Y%m%dT%H%M%S} {user.pk}"
        if OutgoingMail.objects.filter(dedupe_key=key).exists():
            continue
        with translation.override(user.language):
            written = mails.write(
                "poll_deadline",
                {"poll": poll, "meeting": poll.meeting, "url": links.absolute(poll.get_absolute_url())}
                | _counts(poll),
                subject=_("Time to choose a date: %(title)s") % {"title": poll.meeting.title},
                sender=_sender(poll),
                recipient=Mailbox(user.email, user.name),
                now=now,
            )
        try:
            with transaction.atomic():
                outbox.promise(
                    written.content,
                    recipient=user.email,
                    sender=written.sender,
                    subject=written.subject,
                    message_id=written.message_id,
                    dedupe_key=key,
                    order_key=key,
                )
        except IntegrityError:  # another beat was first
            continue
        count += 1
    return count


def take_back_unsent(poll: Poll) -> None:
    """What still waits to be sent about the times is not sent any more: they are decided."""
    OutgoingMail.objects.filter(
        order_key__startswith=f"poll {poll.pk} ", state=OutgoingMail.State.WAITING, replaceable=True
    ).update(state=OutgoingMail.State.SUPERSEDED, content=None)


def _counts(poll: Poll) -> dict[str, int]:
    asked = poll.meeting.invitations.standing().exclude(ballot=None)
    return {"asked": asked.count(), "answered": asked.exclude(ballot__answered_at=None).count()}


def _sender(poll: Poll) -> Mailbox:
    return Mailbox(settings.MEETINGS_MAILBOX, poll.meeting.network.name)


def _promise(
    poll: Poll,
    invitation: Invitation,
    kind: str,
    subject: str,
    *,
    now: datetime.datetime,
    detail: str = "",
    new: set[int] | None = None,
) -> None:
    """Promise a mail in the active language. A later one about the same poll replaces one that still waits."""
    zone, language = zone_of(poll), translation.get_language() or "sv"
    slots = poll.slots.filter(withdrawn_at=None)
    context: dict[str, Any] = {
        "kind": kind,
        "poll": poll,
        "meeting": poll.meeting,
        "invitation": invitation,
        "slots": [
            (
                times.span(slot.starts.astimezone(zone), slot.ends.astimezone(zone), language),
                slot.pk in (new or ()),
            )
            for slot in slots
        ],
        "deadline": times.moment(poll.deadline.astimezone(zone), language),
        "own_url": links.poll_url(invitation),
        "network_url": links.absolute(poll.meeting.network.get_absolute_url()),
    }
    headers = None
    if kind == "remind":
        reader = preferences.recipient(invitation.email)
        headers = preferences.headers(reader, preferences.NUDGES)
        context["unsubscribe_url"] = preferences.unsubscribe_url(reader, preferences.NUDGES)
        context["preferences_url"] = preferences.page_url(reader)
    written = mails.write(
        "poll",
        context,
        subject=subject,
        sender=_sender(poll),
        recipient=Mailbox(invitation.email, invitation.name or invitation.who),
        reply_to=links.reply_address(invitation),
        headers=headers,
        now=now,
    )
    outbox.promise(
        written.content,
        recipient=invitation.email,
        sender=written.sender,
        subject=written.subject,
        message_id=written.message_id,
        dedupe_key=f"poll {poll.pk} {invitation.pk} {detail or kind}",
        order_key=f"poll {poll.pk} {invitation.pk}",
        replaceable=True,
    )
