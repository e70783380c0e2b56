"""A network's own life beside its meetings: addresses of seats, times without meetings, who joins and leaves, and
messages to all seats. Whoever calls what mails rings `meetings.tasks.send_soon` afterwards.
"""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.base.editing import claim, save_row, sign
from coordination.base.models import User
from coordination.base.models.register import Confidence
from coordination.base.periods import ONE_DAY, Precision
from meetings import forum_mails, preferences
from meetings.models import CircularMail, Pause, SeatContact, SeatRequest
from network.models import Actor, Contact, Network, Seat

State = SeatRequest.State
Kind = SeatRequest.Kind


class NotWaiting(Exception):
    """The request has been answered, or taken back; `request` is it as it is now."""

    def __init__(self, request: SeatRequest) -> None:
        super().__init__(f"a request that is {request.state}")
        self.request = request


class SeatHasChanged(Exception):
    """What was asked is true already: the actor sits in the network, or does not."""


@transaction.atomic
def set_address(contact: SeatContact, *, seen_version: int, today: datetime.date) -> None:
    """Store where mail to a seat goes. Meetings that are planned already keep the address they have.

    Args:
        seen_version: 0 of a seat that had no address.

    Raises:
        Conflict: somebody else set it meanwhile.
    """
    contact.confirmed_on = today
    if contact.pk is None:
        contact.save()
        return
    claim(contact, seen_version=seen_version)
    contact.version = seen_version + 1
    contact.save()


@transaction.atomic
def remove_address(contact: SeatContact, *, seen_version: int) -> None:
    """Forget the address of a seat. Raises Conflict."""
    claim(contact, seen_version=seen_version)
    contact.delete()


def suggested(seat: Seat) -> list[Contact]:
    """The mailboxes that the seat's actor has given: roles' before persons'."""
    found = seat.actor.contacts.exclude(email="")
    return sorted(found, key=lambda row: (bool(row.name), row.role_sv, row.pk))


@transaction.atomic
def set_pause(pause: Pause, *, seen_version: int, user: User | None) -> None:
    """Note that a network will not meet for a time, or change that. Raises Conflict."""
    if pause.pk is None:
        pause.said_by = user
        pause.save()
        return
    claim(pause, seen_version=seen_version)
    pause.version = seen_version + 1
    pause.save()


@transaction.atomic
def end_pause(pause: Pause, *, seen_version: int, today: datetime.date) -> None:
    """The network meets again: from `today`, or, of a time that has not begun, as if it had not been said.

    Raises Conflict.
    """
    claim(pause, seen_version=seen_version)
    if pause.valid_from is not None and pause.valid_from >= today:
        pause.delete()
        return
    pause.valid_until, pause.to_precision = today, Precision.DAY
    pause.version = seen_version + 1
    pause.save()


@transaction.atomic
def ask(request: SeatRequest, *, user: User, now: datetime.datetime) -> None:
    """Ask for a seat, or to leave it. Whoever convenes the network is told.

    Raises:
        SeatHasChanged.
        django.db.IntegrityError: the same is asked already and waits.
    """
    request.seat = seat_of(request.actor, request.network, now.date())
    if (request.seat is None) == (request.kind == Kind.LEAVE):
        raise SeatHasChanged
    request.asked_by = user
    request.save()
    forum_mails.tell_of_request(request, now=now)


@transaction.atomic
def take_back(request: SeatRequest, *, user: User, now: datetime.datetime) -> None:
    """Ask no longer. Raises NotWaiting."""
    _settle(request, State.TAKEN_BACK, user, now)


@transaction.atomic
def accept(
    request: SeatRequest, *, day: datetime.date, answer: str, user: User, now: datetime.datetime
) -> Seat:
    """Give the actor its seat from `day` on, or end the one it has with `day` as the last; both sides are told.

    Raises:
        NotWaiting, SeatHasChanged.
        Conflict: the seat was changed meanwhile.
    """
    _settle(request, State.ACCEPTED, user, now, answer)
    held = seat_of(request.actor, request.network, now.date())
    if request.kind == Kind.JOIN:
        if held is not None:
            raise SeatHasChanged
        seat = Seat(
            network=request.network,
            actor=request.actor,
            valid_from=day,
            from_precision=Precision.DAY,
            confidence=Confidence.STATED,
            confirmed_on=now.date(),
        )
        sign(seat, user=user, reason=_("Asked to join: %(reason)s") % {"reason": request.reason})
        seat.save()
    else:
        if held is None or (held.valid_from is not None and day < held.valid_from):
            raise SeatHasChanged
        seat = held
        seat.valid_until, seat.to_precision = day + ONE_DAY, Precision.DAY
        save_row(
            seat,
            seen_version=seat.version,
            user=user,
            reason=_("Asked to leave: %(reason)s") % {"reason": request.reason},
        )
    request.seat = seat
    request.save(update_fields=["seat"])
    forum_mails.tell_of_answer(request, now=now)
    return seat


@transaction.atomic
def decline(request: SeatRequest, *, answer: str, user: User, now: datetime.datetime) -> None:
    """Say no, and why; both sides are told. Raises NotWaiting."""
    _settle(request, State.DECLINED, user, now, answer)
    forum_mails.tell_of_answer(request, now=now)


def _settle(request: SeatRequest, state: str, user: User, now: datetime.datetime, answer: str = "") -> None:
    waiting = SeatRequest.objects.filter(pk=request.pk, state=State.WAITING)
    if not waiting.update(state=state, answer=answer[:1000], decided_by=user, decided_at=now):
        raise NotWaiting(SeatRequest.objects.get(pk=request.pk))
    request.refresh_from_db(fields=["state", "answer", "decided_by", "decided_at"])


def seat_of(actor: Actor, network: Network, day: datetime.date) -> Seat | None:
    """The seat that `actor` holds in `network` on `day`; the latest where it holds several."""
    return Seat.objects.as_of(day).filter(actor=actor, network=network).order_by("pk").last()


def readers(network: Network, day: datetime.date) -> list[SeatContact]:
    """To whom a message to all seats goes on `day`: each address once, without those who want none."""
    held = Seat.objects.as_of(day).filter(network=network)
    contacts = SeatContact.objects.filter(seat__in=held).select_related("seat__actor")
    found: dict[str, SeatContact] = {}
    unwilling = preferences.unwilling(preferences.CIRCULARS)
    for contact in contacts.order_by("seat__actor__sort_sv", "pk"):
        address = contact.email.casefold()
        if address not in unwilling:
            found.setdefault(address, contact)
    return list(found.values())


@transaction.atomic
def write_to_seats(circular: CircularMail, *, user: User, now: datetime.datetime) -> int:
    """Send a message to all seats of a network that have an address. Returns how many mails were promised."""
    contacts = readers(circular.network, now.date())
    circular.sent_by, circular.recipients = user, len(contacts)
    circular.save()
    for contact in contacts:
        forum_mails.send_circular(circular, contact, user=user, now=now)
    return len(contacts)
