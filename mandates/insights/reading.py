"""The graph of a day for the pages of insights, where it is small enough to be worked out in a request."""

import datetime

from mandates import register_snapshot
from mandates.snapshot import Snapshot
from network import graph_queries, graph_store
from network.graph.selection import Selection
from network.graph_values import Node, RegisterGraph
from network.shortnames import lower_first, short_name

MOST_MANDATES = 20_000


class TooLarge(Exception):
    """The register has more than what a request works out."""


def read(day: datetime.date) -> RegisterGraph:
    """The whole graph of `day`. At most 4 queries besides those of the graph.

    Raises:
        TooLarge: more rows or ties than a request works out (network.graph_store).
    """
    if not graph_store.is_small():
        raise TooLarge
    found = graph_queries.graph(Selection(as_of=day))
    if found.structure.size > graph_store.SMALL_TIES:
        raise TooLarge
    return found


def register() -> Snapshot:
    """The register's snapshot. Raises TooLarge where it has more mandates than a request looks through."""
    found = register_snapshot.current()
    if len(found.mandates) > MOST_MANDATES:
        raise TooLarge
    return found


def called(node: Node) -> str:
    """The actor's short name as a sentence has it: a group is a common noun."""
    name = short_name(node.name)
    return lower_first(name) if node.is_group else name
