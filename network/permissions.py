"""Who may do what to the rows of this app (design, "Who sees what")."""

import rules

from coordination.base.authorisation import AnyUser, allow, is_coordinator, is_reader
from coordination.base.models import User
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
    Milestone,
    Network,
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


@rules.predicate
def is_member(user: AnyUser, row: object = None) -> bool:
    return bool(own_actors(user))


@rules.predicate
def speaks_for(user: AnyUser, row: Actor | None = None) -> bool:
    """The row is one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    return bool(own) if row is None else row.pk in own


for model in (
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
):
    allow(model, "view", is_reader)
    allow(model, "edit", is_coordinator)

allow(Contact, "view", is_member | is_coordinator)
