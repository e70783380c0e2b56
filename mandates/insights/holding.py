"""What holds the graph together: actors and ties that others hang on, and those who stand between others."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordination.base.wording import reading_key
from network.graph.brokerage import brokerage
from network.graph.cuts import Cuts, cuts
from network.graph_values import Behind, Node, RegisterGraph

MOST_BROKERS = 50


@dataclass(frozen=True)
class Point:
    """An actor without whom others lose contact: `pieces` are they, by piece, largest first."""

    node: Node
    pieces: Sequence[Sequence[Node]]

    @property
    def count(self) -> int:
        return sum(len(piece) for piece in self.pieces)

    @property
    def cut_off(self) -> list[Node]:
        return [node for piece in self.pieces for node in piece]

    @property
    def everybody(self) -> list[str]:
        """The ids of the actor and of those who are cut off without it."""
        return [self.node.slug, *(node.slug for node in self.cut_off)]


@dataclass(frozen=True)
class Bridge:
    """A tie that is the only way between two sides: `behind` are its records, `cut_off` the smaller side."""

    ends: tuple[Node, Node]
    behind: Sequence[Behind]
    cut_off: Sequence[Node]


@dataclass(frozen=True)
class Broker:
    """An actor that stands between pairs of others who have no tie of their own.

    `roles` are the numbers of pairs in the order of network.graph.brokerage.ROLES, by kind of actor.
    `count`: how many others are cut off without it.
    """

    node: Node
    roles: Sequence[int]
    count: int

    @property
    def total(self) -> int:
        return sum(self.roles)


@dataclass(frozen=True)
class Holding:
    """Points by how many they hold, bridges likewise, brokers by how many pairs. `brokers_in_all` may be more."""

    points: Sequence[Point]
    bridges: Sequence[Bridge]
    brokers: Sequence[Broker]
    brokers_in_all: int


def holding(found: RegisterGraph) -> Holding:
    """Everything of the graph that others hang on. No query."""
    cut = cuts(found.structure)
    brokers = _brokers(found, cut)
    return Holding(_points(found, cut), _bridges(found, cut), brokers[:MOST_BROKERS], len(brokers))


def _nodes(found: RegisterGraph, slugs: Sequence[str]) -> tuple[Node, ...]:
    return tuple(sorted((found.nodes[slug] for slug in slugs), key=lambda node: reading_key(node.name)))


def _points(found: RegisterGraph, cut: Cuts) -> list[Point]:
    ordered = sorted(cut.counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Point(found.nodes[slug], tuple(_nodes(found, piece) for piece in cut.cut_off(slug)))
        for slug, _count in ordered
    ]


def _bridges(found: RegisterGraph, cut: Cuts) -> list[Bridge]:
    rows = []
    for pair, _count in sorted(cut.bridges.items(), key=lambda row: (-row[1], row[0])):
        tie = found.tie_between(*pair)
        assert tie is not None
        ends = (found.nodes[pair[0]], found.nodes[pair[1]])
        rows.append(Bridge(ends, found.behind(tie), _nodes(found, cut.behind(pair))))
    return rows


def _brokers(found: RegisterGraph, cut: Cuts) -> list[Broker]:
    table = brokerage(found.structure, found.groups("kind"))
    rows = [
        Broker(found.nodes[slug], tuple(int(n) for n in line), cut.counts.get(slug, 0))
        for slug, line in zip(found.structure.names, table, strict=True)
        if line.sum()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.node.slug))
