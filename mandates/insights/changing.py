"""What moved between two days: actors and ties that came and went, the records behind them, and measures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from network.graph import measures
from network.graph.ties import Tie
from network.graph_values import Behind, Node, RegisterGraph

MOST_NAMED = 4
WHOLE = (
    "actors",
    "tied",
    "ties",
    "components",
    "largest_component",
    "density",
    "transitivity",
    "articulation_points",
    "bridges",
)


@dataclass(frozen=True)
class Measure:
    """A measure of the whole graph on both days."""

    name: str
    before: float
    after: float


@dataclass(frozen=True)
class Moved:
    """An actor's ties on both days; None where it did not exist."""

    node: Node
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Source:
    """A record behind ties of one of the days alone: `ties` are how many went or came with it.

    `who`: those in it, where they are few enough to name.
    """

    record: Behind
    ties: int
    who: Sequence[Node]


@dataclass(frozen=True)
class Change:
    """`lost` and `gained` are ties of the first and of the second day alone; `came` and `went` are actors.

    `lost_by` and `gained_by`: the records behind those ties, most ties first.
    """

    before: RegisterGraph
    after: RegisterGraph
    measures: Sequence[Measure]
    lost: Sequence[Tie]
    gained: Sequence[Tie]
    lost_by: Sequence[Source]
    gained_by: Sequence[Source]
    went: Sequence[Node]
    came: Sequence[Node]
    moved: Sequence[Moved]
    kept: int

    @property
    def is_nothing(self) -> bool:
        return not (self.lost or self.gained or self.went or self.came)


def change(before: RegisterGraph, after: RegisterGraph) -> Change:
    """What differs between the graphs of two days. No query."""
    first = {(tie.source, tie.target): tie for tie in before.ties}
    second = {(tie.source, tie.target): tie for tie in after.ties}
    lost = [tie for pair, tie in first.items() if pair not in second]
    gained = [tie for pair, tie in second.items() if pair not in first]
    some, other = _whole(before), _whole(after)
    return Change(
        before,
        after,
        [Measure(name, some[name], other[name]) for name in WHOLE],
        lost,
        gained,
        _behind(before, lost),
        _behind(after, gained),
        [node for slug, node in before.nodes.items() if slug not in after.nodes],
        [node for slug, node in after.nodes.items() if slug not in before.nodes],
        _moved(before, after),
        len(first.keys() & second.keys()),
    )


def _whole(found: RegisterGraph) -> dict[str, float]:
    structure = found.structure
    parts = measures.components(structure)
    return {
        "actors": structure.order,
        "tied": found.tied,
        "ties": structure.size,
        "components": int(parts.max()) + 1 if len(parts) else 0,
        "largest_component": int((parts == 0).sum()),
        "density": measures.density(structure),
        "transitivity": measures.transitivity(structure),
        "articulation_points": len(measures.articulation_points(structure)),
        "bridges": len(measures.bridges(structure)),
    }


def _behind(found: RegisterGraph, ties: Sequence[Tie]) -> list[Source]:
    counted = Counter(key for tie in ties for key in tie.records if key[0] != "encounter")
    return [
        Source(found.records[key], count, _named(found, found.records[key]))
        for key, count in sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    ]


def _named(found: RegisterGraph, record: Behind) -> list[Node]:
    if len(record.participants) > MOST_NAMED:
        return []
    return [found.nodes[slug] for slug in record.participants if slug in found.nodes]


def _moved(before: RegisterGraph, after: RegisterGraph) -> list[Moved]:
    first = dict(zip(before.structure.names, before.structure.degree.tolist(), strict=True))
    second = dict(zip(after.structure.names, after.structure.degree.tolist(), strict=True))
    rows = [
        Moved(after.nodes.get(slug) or before.nodes[slug], first.get(slug), second.get(slug))
        for slug in sorted(first.keys() | second.keys())
        if (first.get(slug) or 0) != (second.get(slug) or 0)
    ]
    return sorted(rows, key=lambda row: (-abs(row.difference), row.node.slug))
