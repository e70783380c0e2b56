"""The mails of a network's own life: requests about seats, their answers, messages to all seats."""

import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.base.models import User
from meetings import chairs, links, mails, outbox, preferences
from meetings.itip.values import Mailbox
from meetings.models import CircularMail, SeatContact, SeatRequest
from network.models import Network

JOIN, ACCEPTED = SeatRequest.Kind.JOIN, SeatRequest.State.ACCEPTED


def tell_of_request(request: SeatRequest, *, now: datetime.datetime) -> None:
    """To whoever convenes the network: somebody asks to join or to leave."""
    for user in chairs.of_network(request.network, now.date()):
        with translation.override(user.language):
            names = {"actor": request.actor.name, "network": request.network.name}
            subject = (
                _("%(actor)s asks to join %(network)s")
                if request.kind == JOIN
                else _("%(actor)s asks to leave %(network)s")
            )
            _promise_request(request, user, "asked", subject % names, now=now)


def tell_of_answer(request: SeatRequest, *, now: datetime.datetime) -> None:
    """To whoever asked, and to those who convene the network and did not answer themselves."""
    told = {user.pk: user for user in chairs.of_network(request.network, now.date())}
    if request.asked_by is not None and request.asked_by.is_active:
        told[request.asked_by.pk] = request.asked_by
    for user in told.values():
        if user.pk == request.decided_by_id and user.pk != request.asked_by_id:
            continue
        with translation.override(user.language):
            subject = (
                _("Accepted: %(actor)s and %(network)s")
                if request.state == ACCEPTED
                else _("Declined: %(actor)s and %(network)s")
            )
            names = {"actor": request.actor.name, "network": request.network.name}
            _promise_request(request, user, "answered", subject % names, now=now)


def circular_words(circular: CircularMail, contact: SeatContact, *, user: User) -> str:
    """How the message will read to one seat, without the links that are only its reader's."""
    with translation.override(contact.language):
        return render_to_string("meetings/mail/circular.txt", _words(circular, contact, user)).strip()


def _words(circular: CircularMail, contact: SeatContact, user: User) -> dict[str, Any]:
    """What was written stays as it was written; all around it is in the recipient's language."""
    return {
        "circular": circular,
        "subject": circular.subject,
        "network": circular.network,
        "who": contact.seat.actor.name,
        "written_by": user.name or user.email,
        "network_url": links.absolute(circular.network.get_absolute_url()),
    }


def send_circular(
    circular: CircularMail, contact: SeatContact, *, user: User, now: datetime.datetime
) -> None:
    reader = preferences.recipient(contact.email)
    with translation.override(contact.language):
        stop = {
            "unsubscribe_url": preferences.unsubscribe_url(reader, preferences.CIRCULARS),
            "preferences_url": preferences.page_url(reader),
        }
        written = mails.write(
            "circular",
            _words(circular, contact, user) | stop,
            subject=circular.subject,
            sender=_sender(circular.network),
            recipient=Mailbox(contact.email, contact.name or contact.seat.actor.name),
            reply_to=user.email,
            headers=preferences.headers(reader, preferences.CIRCULARS),
            now=now,
        )
    key = f"{circular_key(circular)} {contact.pk}"
    _promise(written, contact.email, key)


def circular_key(circular: CircularMail) -> str:
    """How the dedupe keys of its mails begin."""
    return f"circular {circular.pk}"


def _promise_request(
    request: SeatRequest, user: User, kind: str, subject: str, *, now: datetime.datetime
) -> None:
    context: dict[str, Any] = {
        "request": request,
        "network": request.network,
        "kind": kind,
        "joins": request.kind == JOIN,
        "accepted": request.state == ACCEPTED,
        "url": links.absolute(request.get_absolute_url()),
    }
    writer = request.asked_by if kind == "asked" else request.decided_by
    written = mails.write(
        "seat_request",
        context,
        subject=subject,
        sender=_sender(request.network),
        recipient=Mailbox(user.email, user.name),
        reply_to=writer.email if writer else "",
        now=now,
    )
    _promise(written, user.email, f"seat request {request.pk} {kind} {user.pk}")


def _promise(written: mails.Written, recipient: str, key: str) -> None:
    outbox.promise(
        written.content,
        recipient=recipient,
        sender=written.sender,
        subject=written.subject,
        message_id=written.message_id,
        dedupe_key=key,
        order_key=key,
    )


def _sender(network: Network) -> Mailbox:
    return Mailbox(settings.MEETINGS_MAILBOX, network.name)
