"""Who may do what to the rows of this app (design, "Who sees what").

`convenes` asks about today, whatever day the page shows: a right holds now.
"""

from typing import Any

import rules
from django.db.models import Model, QuerySet
from django.utils import timezone

from coordination.base.authorisation import AnyUser, allow, is_coordinator, is_reader, is_reviewer
from coordination.base.models import Proposal, User
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Collaboration,
    Contact,
    Convener,
    Encounter,
    GroupMember,
    Identifier,
    Membership,
    Merge,
    Milestone,
    Network,
    Participant,
    Seat,
)


def own_actors(user: AnyUser) -> frozenset[int]:
    """Keys of the actors that `user` may speak for. One query for each user object, then none."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_own_actors", None)
    if cached is None:
        cached = frozenset(Membership.objects.filter(user=user).values_list("actor_id", flat=True))
        user._own_actors = cached  # type: ignore[attr-defined]  # lives as long as the request's user
    return cached


def convened_networks(user: AnyUser) -> frozenset[int]:
    """Keys of the networks that an actor of `user` convenes today. One query for each user object."""
    own = own_actors(user)
    if not own:
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_convened_networks", None)
    if cached is None:
        conveners = Convener.objects.as_of(timezone.localdate()).filter(actor__in=own)
        cached = frozenset(conveners.values_list("network_id", flat=True))
        user._convened_networks = cached  # type: ignore[union-attr]  # likewise; who has own actors is a user
    return cached


def concerned_actors(row: object) -> frozenset[int]:
    """Keys of the actors that a row of this app is about: those who know whether it is true."""
    match row:
        case Actor():
            return frozenset({row.pk})
        case ActorName() | ActorParent() | Identifier() | Contact() | Seat() | Convener():
            return frozenset({row.actor_id})
        case GroupMember():
            return frozenset({row.actor_id, row.group_id})
        case Collaboration():
            return frozenset(row.sides.values_list("actor_id", flat=True)) if row.pk else frozenset()
        case Network():
            if not row.pk:
                return frozenset()
            sides: tuple[QuerySet, ...] = (row.seats.all(), row.conveners.all())
            return frozenset(actor for rows in sides for actor in rows.values_list("actor_id", flat=True))
        case Encounter() | Milestone():
            known = frozenset(row.participants.values_list("pk", flat=True)) if row.pk else frozenset()
            seats = concerned_actors(row.network) if row.network else frozenset()
            return known | seats | ({row.organiser_id} if row.organiser_id else frozenset())
    return frozenset()


@rules.predicate
def is_member(user: AnyUser, row: object = None) -> bool:
    return bool(own_actors(user))


@rules.predicate
def speaks_for(user: AnyUser, row: Actor | None = None) -> bool:
    """The row is one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    return bool(own) if row is None else row.pk in own


@rules.predicate
def is_concerned(user: AnyUser, row: object = None) -> bool:
    """The row is about one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    return bool(own) if row is None or not own else bool(own & concerned_actors(row))


@rules.predicate
def convenes(user: AnyUser, row: object = None) -> bool:
    """The row is a network that one of the user's actors convenes today, or belongs to one."""
    convened = convened_networks(user)
    if row is None:
        return bool(convened)
    return (row.pk if isinstance(row, Network) else getattr(row, "network_id", None)) in convened


@rules.predicate
def holds_seat(user: AnyUser, row: Seat | None = None) -> bool:
    """The seat is one of the user's own actors'."""
    own = own_actors(user)
    return bool(own) if row is None else row.actor_id in own


@rules.predicate
def is_own_side(user: AnyUser, row: Participant | None = None) -> bool:
    """The side of a collaboration is one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    return bool(own) if row is None else row.actor_id in own


@rules.predicate
def is_other_side(user: AnyUser, row: Proposal | None = None) -> bool:
    """The proposal asks to end a collaboration, and the user speaks for a side that did not propose it.

    A member ends a collaboration with the other's word, or a coordinator's (design, "Who sees what").
    """
    own = own_actors(user)
    if row is None or not own:
        return bool(own)
    asked = row.changes.get("fields", {}) if isinstance(row.changes, dict) else {}
    if row.content_type.model_class() is not Collaboration or not set(asked) <= {"valid_to", "sources"}:
        return False
    proposers = own_actors(row.proposed_by) if row.proposed_by else frozenset()
    sides = concerned_actors(row.row)
    return bool(proposers & sides) and bool((own & sides) - proposers)


@rules.predicate
def is_new(user: AnyUser, row: Model | None = None) -> bool:
    """The row is not stored yet; with no row, it may be."""
    return row is None or row.pk is None


REGISTER: tuple[type[Model], ...] = (
    Actor,
    ActorName,
    ActorParent,
    Identifier,
    GroupMember,
    Collaboration,
    Network,
    Seat,
    Convener,
    Encounter,
    Milestone,
)
EDITORS: dict[type[Model], Any] = {
    Network: is_coordinator | convenes,
    Seat: is_coordinator | convenes | holds_seat,
    Convener: is_coordinator | convenes,
    Encounter: is_coordinator | convenes,
}
ADDERS: dict[type[Model], Any] = {
    Network: is_coordinator,
    Seat: is_coordinator | convenes,
    Collaboration: is_coordinator | is_member,
}

# A coordinator edits what there is, and may put a collaboration that is only thought of before the others.
PROPOSERS: dict[type[Model], Any] = {Collaboration: is_concerned | (is_coordinator & is_new)}

for model in REGISTER:
    allow(model, "view", is_reader)
    allow(model, "edit", EDITORS.get(model, is_coordinator))
    allow(model, "add", ADDERS.get(model, EDITORS.get(model, is_coordinator)))
    allow(model, "propose", PROPOSERS.get(model, is_concerned))
    allow(model, "confirm", is_coordinator | is_concerned)
    allow(model, "remove", is_coordinator)
for model in (Actor, Merge):
    allow(model, "merge", is_coordinator)

# Who ought to work together is judged as findings are, not read as the register is.
allow(Collaboration, "suggest", is_coordinator | is_reviewer | is_member)

allow(Participant, "view", is_reader)
allow(Participant, "edit", is_coordinator | is_own_side)

allow(Proposal, "answer", is_other_side)

allow(Contact, "view", is_member | is_coordinator)
for action in ("edit", "add", "confirm", "remove"):
    allow(Contact, action, is_coordinator | is_concerned)
