"""The measures and positions of a graph, as the worker or an earlier request kept them."""

from django.db.models import QuerySet

from network import graph_store
from network.explorer.picture import Measured
from network.graph.brokerage import ROLES
from network.graph.measures import ACTOR_MEASURES
from network.graph_store import Stored
from network.graph_values import RegisterGraph
from network.models import GraphActor

FIELDS = ("slug", *ACTOR_MEASURES, "community", "articulation", *ROLES, "x", "y")


def measured(found: RegisterGraph, *, may_start: bool = True) -> tuple[Measured, Stored]:
    """What is kept of the graph of `found`, and how far the work has come. Constant queries once it is kept."""
    stored = graph_store.stored_graph(found.asked, may_start=may_start)
    if not stored.is_known:
        return Measured(), stored
    return of_rows(stored.actors(), stored), stored


def of_rows(rows: QuerySet[GraphActor], stored: Stored) -> Measured:
    """The measures and positions of `rows`, some of the actors of `stored`. One query."""
    actors, positions = {}, {}
    for values in rows.values_list(*FIELDS):
        own = dict(zip(FIELDS, values, strict=True))
        slug, x, y = own.pop("slug"), own.pop("x"), own.pop("y")
        own["brokered"] = sum(own[role] for role in ROLES)
        actors[slug] = own
        if x is not None:
            positions[slug] = (x, y)
    return Measured(actors, stored.network, positions)
