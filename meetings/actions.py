"""Actions: whose they are, which are late, and how one is closed."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from coordination.base.authorisation import AnyUser, is_coordinator
from coordination.base.editing import claim
from coordination.base.models import User
from meetings.models import Action, Meeting
from meetings.permissions import seated_networks
from network.permissions import convened_networks, own_actors

State = Action.State
MINE, NETWORKS = "mine", "networks"


def visible_to(user: AnyUser) -> QuerySet[Action]:
    """Those that `user` may see: of its own actors, and of networks where they convene or, once told, have a seat."""
    rows = Action.objects.select_related("owner", "item__meeting__network", "decision")
    if is_coordinator(user):
        return rows
    told = Q(item__meeting__network__in=seated_networks(user)) & ~Meeting.untold("item__meeting__")
    convened = Q(item__meeting__network__in=convened_networks(user))
    return rows.filter(Q(owner__in=own_actors(user)) | told | convened)


def of(user: AnyUser, whose: str) -> QuerySet[Action]:
    """MINE: what the user's own actors are to do. NETWORKS: all in the networks that the user may see."""
    rows = visible_to(user)
    return rows.filter(owner__in=own_actors(user)) if whose == MINE else rows


def narrowed(rows: QuerySet[Action], state: str, network: str, today: datetime.date) -> QuerySet[Action]:
    """What a list's facets leave, by when it is due: "" the open ones, "late", "closed" or "all"; those undated last."""
    if state in ("", "late"):
        rows = rows.filter(state=State.OPEN)
    if state == "late":
        rows = rows.filter(due__lt=today)
    if state == "closed":
        rows = rows.exclude(state=State.OPEN)
    if network:
        rows = rows.filter(item__meeting__network__slug=network)
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


@dataclass(frozen=True)
class Shown:
    """An action as a list shows it."""

    row: Action
    is_late: bool

    @property
    def sign(self) -> str:
        """The sign of its state, as `coordination.base.signs` has them."""
        if self.row.state != State.OPEN:
            return "covered" if self.row.state == State.DONE else "none"
        return "gap" if self.is_late else "thin"


def is_late(action: Action, today: datetime.date) -> bool:
    """Open, and its last day has passed."""
    return action.state == State.OPEN and action.due is not None and action.due < today


def with_state(rows: Iterable[Action], today: datetime.date) -> list[Shown]:
    return [Shown(row, is_late(row, today)) for row in rows]


@transaction.atomic
def close(
    action: Action, *, state: str, outcome: str, seen_version: int, user: User, now: datetime.datetime
) -> None:
    """Close an open action as done or dropped, with what came of it.

    Raises:
        coordination.base.editing.Conflict: somebody changed it meanwhile.
    """
    claim(action, seen_version=seen_version)
    action.state, action.outcome = state, outcome
    action.closed_at, action.closed_by = now, user
    action.version = seen_version + 1
    action.save(update_fields=["state", "outcome", "closed_at", "closed_by", "version"])
