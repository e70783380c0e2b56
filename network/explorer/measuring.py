"""The measures and positions of a graph, as the worker or an earlier request kept them."""

from network import graph_store
from network.explorer.picture import Measured
from network.graph.brokerage import ROLES
from network.graph.measures import ACTOR_MEASURES
from network.graph_store import Stored
from network.graph_values import RegisterGraph

FIELDS = ("slug", *ACTOR_MEASURES, "community", "articulation", *ROLES, "x", "y")


def measured(found: RegisterGraph) -> tuple[Measured, Stored]:
    """What is kept of the graph of `found`, and how far the work has come. Constant queries once it is kept."""
    stored = graph_store.stored_graph(found.asked)
    if not stored.is_known:
        return Measured(), stored
    actors, positions = {}, {}
    for values in stored.actors().values_list(*FIELDS):
        own = dict(zip(FIELDS, values, strict=True))
        slug, x, y = own.pop("slug"), own.pop("x"), own.pop("y")
        own["brokered"] = sum(own[role] for role in ROLES)
        actors[slug] = own
        if x is not None:
            positions[slug] = (x, y)
    return Measured(actors, stored.network, positions), stored
