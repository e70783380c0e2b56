"""Where pages and programs get a measured graph from: what the worker kept, or the graph itself where it is small.

    stored = stored_graph(Selection(as_of=day))
    stored.state          # FRESH; OLD: the register has moved on, what is shown is of `stored.revision`, and a
                          # newer one is being worked out; NONE: nothing yet, being worked out; FAILED: too large
                          # CLOSED: nothing yet, and this reader's asking starts no work
    stored.stage, STAGES  # how far the work has come, of how many stages
    stored.network        # measures of the whole, as `graph_measures` prints them
    stored.actors()       # rows with names, measures and positions (x, y): a queryset to sort and page
    stored.communities    # the graph seen from afar (network.graph.clusters), for pictures of large registers
    stored.structure()    # the ties, for paths, neighbours and what breaks (network.graph.removal)

A request computes nothing but small graphs: at most SMALL actors with ties, SMALL_TIES ties, from at most
SMALL_ROWS rows. All else is the worker's (network.tasks). Whoever is not logged in starts work only on the whole
graph of the register's own day; what has been worked out before is renewed for everybody.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import OperationalError
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from coordination.base import revision
from coordination.base.charts import language
from coordination.base.commands import default_day
from network import graph_queries, graph_refresh, tasks
from network.graph.brokerage import ROLES
from network.graph.layout import Position
from network.graph.measures import ACTOR_MEASURES
from network.graph.selection import Selection
from network.graph.structure import Structure, from_positions
from network.models import Actor, Convener, GraphActor, GraphResult, Participant, Seat

FRESH, OLD, NONE, FAILED, CLOSED = "fresh", "old", "none", "failed", "closed"
STAGES = graph_refresh.KEPT
SMALL, SMALL_TIES, SMALL_ROWS = 2_000, 20_000, 15_000
SMALL_PAIRS = 100_000  # that all records of the register could make, whatever their day
BROKERED = "brokered"  # pairs, in whichever role
SORTABLE = (*ACTOR_MEASURES, "community", "articulation", *ROLES, BROKERED, "kind", "level", "county", "name")


@dataclass(frozen=True)
class Stored:
    """What is known of the graph of `asked`. In the states NONE and FAILED there may be no result."""

    asked: Selection
    state: str
    result: GraphResult | None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to show, of whatever revision."""
        return self.result is not None and self.result.revision is not None

    @property
    def revision(self) -> int | None:
        return self.result.revision if self.result else None

    @property
    def computed_at(self) -> datetime.datetime | None:
        return self.result.computed_at if self.result else None

    @property
    def is_working(self) -> bool:
        """Whether something better is on its way."""
        return self.state in (OLD, NONE)

    @property
    def stage(self) -> int:
        """How many of STAGES the work has come through."""
        if self.state == FRESH:
            return STAGES
        return self.result.stage if self.result else graph_refresh.ASKED

    @property
    def network(self) -> dict[str, Any]:
        return (self.result.network if self.result else None) or {}

    @property
    def communities(self) -> dict[str, Any]:
        return (self.result.communities if self.result else None) or {}

    def actors(self, by: str = "position") -> QuerySet[GraphActor]:
        """The rows of all actors, isolates included, sorted `by` one of SORTABLE, `-` in front: largest first.

        Raises:
            ValueError: any other word.
        """
        rows = GraphActor.objects.filter(result=self.result)
        if by.removeprefix("-") == BROKERED:
            rows = rows.annotate(**{BROKERED: sum((F(role) for role in ROLES[1:]), F(ROLES[0]))})
        if by == "position":
            return rows.order_by("position")
        name = by.removeprefix("-")
        if name not in SORTABLE:
            raise ValueError(f"nothing is sorted by {name!r}")
        field = F(f"sort_{language()}" if name == "name" else name)
        order = field.desc(nulls_last=True) if by.startswith("-") else field.asc(nulls_last=True)
        return rows.order_by(order, f"sort_{language()}", "slug")

    def positions(self) -> dict[str, Position]:
        """Where each actor with a tie is drawn. One query."""
        return graph_refresh.positions(self.actors())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids of all actors, by position. One query."""
        return tuple(self.actors().values_list("slug", flat=True))

    def structure(self) -> Structure:
        """All actors and ties. Two queries; in proportion to the register, and without a search through it."""
        if self.result is None or self.result.ties is None:
            return from_positions((), graph_refresh.NO_ENDS)
        return graph_refresh.unpacked(bytes(self.result.ties), self.names)


def stored_graph(asked: Selection, *, at_once: bool = True, may_start: bool = True) -> Stored:
    """What is known of the graph of `asked`; whatever is missing or old is being worked out when it returns.

    Args:
        at_once: a small graph that is missing or old is worked out here, within bounds.
        may_start: whether the worker may be asked for a selection that has never been worked out.
    """
    number = revision.current()
    result = _latest(asked)
    if graph_refresh.is_fresh(result, number):
        return Stored(asked, FRESH, result)
    if at_once and is_small():
        found = graph_queries.graph(asked, records=False)
        if found.tied <= SMALL and found.structure.size <= SMALL_TIES:
            try:
                return Stored(asked, FRESH, graph_refresh.keep(found, now=timezone.now()))
            except OperationalError:  # somebody else writes for long: what they keep will do
                pass
    if result is None and not may_start and asked != Selection(as_of=default_day()):
        return Stored(asked, CLOSED, None)
    has_room = tasks.find_out_soon(asked)
    result = _latest(asked)
    if graph_refresh.is_fresh(result, number):
        return Stored(asked, FRESH, result)
    if result is not None and result.has_failed:
        return Stored(asked, FAILED, result)
    if result is not None and result.revision is not None:
        return Stored(asked, OLD, result)
    return Stored(asked, NONE if has_room else CLOSED, result)


def is_small() -> bool:
    """Whether the register has so few rows that reading its graph is the work of a moment. Six queries."""
    rows = 0
    models: Iterable[Any] = (Actor, Participant, Seat, Convener)
    for model in models:
        rows += model.objects.count()
        if rows > SMALL_ROWS:
            return False
    return _pairs(Participant, "collaboration") + _pairs(Seat, "network") <= SMALL_PAIRS


def _pairs(model: Any, field: str) -> int:
    """How many pairs those in the same `field` make. One query."""
    sizes = model.objects.order_by().values(field).annotate(n=Count("actor", distinct=True))
    return sum(n * (n - 1) // 2 for n in sizes.filter(n__gt=2).values_list("n", flat=True))


def _latest(asked: Selection) -> GraphResult | None:
    return GraphResult.objects.defer("ties").filter(key=asked.key).first()
