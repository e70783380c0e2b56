"""Who may do what to meetings (design, "Who sees what"): whoever convenes a network runs them."""

from typing import Any

import rules

from coordination.base.authorisation import (
    AnyUser,
    allow,
    is_coordinator,
    is_logged_in,
    is_reader,
)
from meetings.models import (
    Action,
    AgendaItem,
    CircularMail,
    Decision,
    Feed,
    HealthAnswer,
    IncomingReply,
    Invitation,
    Meeting,
    Minutes,
    OutgoingMail,
    Pause,
    Poll,
    Recipient,
    SeatContact,
    SeatRequest,
)
from network.models import Network, Seat
from network.permissions import convened_networks, is_member, own_actors


def network_of(row: object) -> int | None:
    """Key of the network that a row of this app belongs to."""
    match row:
        case Network():
            return row.pk
        case Meeting() | Pause() | SeatRequest() | CircularMail() | HealthAnswer():
            return row.network_id
        case Invitation() | Poll() | IncomingReply():
            return row.meeting.network_id if row.meeting else None
        case AgendaItem() | Minutes():
            return row.meeting.network_id
        case Decision() | Action():
            return row.item.meeting.network_id
        case SeatContact():
            return row.seat.network_id
    return None


def seated_networks(user: AnyUser) -> frozenset[int]:
    """Keys of the networks in which an actor of `user` has, or had, a seat. One query for each user object."""
    own = own_actors(user)
    if not own:
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_seated_networks", None)
    if cached is None:
        cached = frozenset(Seat.objects.filter(actor__in=own).values_list("network_id", flat=True))
        user._seated_networks = cached  # type: ignore[union-attr]  # who has own actors is a user
    return cached


@rules.predicate
def runs(user: AnyUser, row: object = None) -> bool:
    """An actor of the user's convenes the row's network today; with no row, some network."""
    convened = convened_networks(user)
    return bool(convened) if row is None else network_of(row) in convened


@rules.predicate
def is_seated(user: AnyUser, row: object = None) -> bool:
    """An actor of the user's has a seat in the row's network; with no row, in some network."""
    seated = seated_networks(user)
    return bool(seated) if row is None else network_of(row) in seated


@rules.predicate
def is_told(user: AnyUser, row: Any = None) -> bool:
    """The meeting, or that of an item, an invitation or its minutes, is no draft: those are their makers' own business."""
    match row:
        case AgendaItem() | Minutes() | Invitation():
            row = row.meeting
        case Decision() | Action():
            row = row.item.meeting
    return row is None or row.is_told


@rules.predicate
def is_asked(user: AnyUser, row: Poll | None = None) -> bool:
    """The poll has been sent: before, it is its maker's own business."""
    return row is None or row.state != Poll.State.DRAFT


@rules.predicate
def is_own_seat(user: AnyUser, row: SeatContact | None = None) -> bool:
    """The address is of a seat that an actor of the user's holds."""
    own = own_actors(user)
    return bool(own) if row is None else row.seat.actor_id in own


@rules.predicate
def is_invited(user: AnyUser, row: Any = None) -> bool:
    """The invitation is for an actor of the user's; with no row, the user has an actor."""
    own = own_actors(user)
    return bool(own) if row is None else row.actor_id in own


@rules.predicate
def asks(user: AnyUser, row: SeatRequest | None = None) -> bool:
    """The request is about an actor of the user's."""
    own = own_actors(user)
    return bool(own) if row is None else row.actor_id in own


@rules.predicate
def owns(user: AnyUser, row: Feed | None = None) -> bool:
    return row is None or row.owner_id == user.pk


@rules.predicate
def is_owner(user: AnyUser, row: Action | None = None) -> bool:
    """An actor of the user's is to see to the action; with no row, the user has an actor."""
    own = own_actors(user)
    return bool(own) if row is None else row.owner_id in own


chair = is_coordinator | runs
allow(Meeting, "view", chair | (is_told & is_reader))
allow(Meeting, "see answers", chair | (is_told & is_seated))
for action in ("add", "edit", "invite", "cancel", "hold"):
    allow(Meeting, action, chair)
allow(Meeting, "undo holding", is_coordinator)
allow(Invitation, "view", chair | (is_told & is_seated))
allow(Invitation, "edit", chair)
allow(Invitation, "answer", chair | (is_told & is_invited))
allow(Poll, "view", chair | (is_asked & is_seated))
allow(Poll, "edit", chair)
allow(IncomingReply, "view", chair)
allow(IncomingReply, "settle", chair)
allow(SeatContact, "view", chair | is_seated)
allow(SeatContact, "edit", chair | is_own_seat)
allow(Pause, "view", is_reader)
allow(Pause, "edit", chair)
allow(SeatRequest, "view", chair | asks)
allow(SeatRequest, "add", asks)
allow(SeatRequest, "take back", asks)
allow(SeatRequest, "decide", chair)
allow(CircularMail, "view", chair | is_seated)
allow(CircularMail, "add", chair)
allow(Feed, "view", is_logged_in & owns)
allow(Feed, "add", is_logged_in)
allow(Feed, "revoke", is_logged_in & owns)
allow(Recipient, "edit", is_logged_in)
allow(OutgoingMail, "view", is_coordinator)
allow(OutgoingMail, "send again", is_coordinator)

# An agenda is for those at the table; what was decided there becomes public as what it did to the register.
for model in (AgendaItem, Minutes, Decision):
    allow(model, "view", chair | (is_told & is_seated))
    allow(model, "edit", chair)
allow(Action, "view", chair | (is_told & is_seated) | is_owner)
allow(Action, "edit", chair)
allow(Minutes, "reopen", is_coordinator)
allow(Minutes, "approve", chair | is_seated)  # `meetings.minutes` asks besides whether it is the adjuster's
allow(Decision, "carry out", chair)
allow(Action, "close", chair | is_owner)
allow(HealthAnswer, "view", chair | is_seated)
allow(HealthAnswer, "add", is_member & (runs | is_seated))
