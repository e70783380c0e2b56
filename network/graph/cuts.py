"""Whose going, and which tie's, would part those who reach each other today. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from network.graph.structure import Structure

Span = tuple[int, int]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Cuts:
    """The articulation points and bridges of a graph, and who is cut off without each.

    Attributes:
        counts: {articulation point: how many others no longer reach the largest part that is left of its
            own}.
        bridges: {tie without which some no longer reach each other, by ids: how many its smaller side has}.
    """

    counts: Mapping[str, int]
    bridges: Mapping[Pair, int]
    # Actors in the order of the walk: what hangs below one lies in one span after it.
    _walked: list[str] = field(repr=False)
    _below: Mapping[str, list[Span]] = field(repr=False)
    _parts: Mapping[str, Span] = field(repr=False)
    _spans: Mapping[Pair, tuple[Span, Span]] = field(repr=False)

    def cut_off(self, actor: str) -> tuple[tuple[str, ...], ...]:
        """Those cut off without `actor`, by piece, largest first; none for one that is no articulation point.

        Of pieces of one size the one with the first name is the one that is left.
        """
        if actor not in self.counts:
            return ()
        first, until = self._parts[actor]
        hanging = [self._walked[begin:end] for begin, end in self._below[actor]]
        above = until - first - 1 - sum(map(len, hanging))
        if above > max(map(len, hanging)):  # most often: what is above need not be written down
            return _ordered(hanging)
        inside = {actor, *(name for piece in hanging for name in piece)}
        rest = [name for name in self._walked[first:until] if name not in inside]
        return _ordered([*hanging, rest])[1:]

    def behind(self, bridge: Pair) -> tuple[str, ...]:
        """Those on the smaller side of `bridge`, by id. Raises KeyError for what is no bridge."""
        (first, until), (begin, end) = self._spans[bridge]
        inside = self._walked[begin:end]
        if 2 * len(inside) <= until - first:
            return tuple(sorted(inside))
        return tuple(sorted(self._walked[first:begin] + self._walked[end:until]))


def _ordered(pieces: Iterable[list[str]]) -> tuple[tuple[str, ...], ...]:
    found = (tuple(sorted(piece)) for piece in pieces if piece)
    return tuple(sorted(found, key=lambda piece: (-len(piece), piece)))


def cuts(structure: Structure) -> Cuts:
    """All articulation points and bridges of `structure`; as `cuts_of`."""
    near: dict[str, list[str]] = {}
    names = structure.names
    for some, other in structure.ends.tolist():
        near.setdefault(names[some], []).append(names[other])
        near.setdefault(names[other], []).append(names[some])
    return cuts_of(near)


def cuts_of(near: Mapping[str, Iterable[str]]) -> Cuts:
    """All articulation points and bridges of a graph, in one walk in proportion to its size.

    Args:
        near: {actor: those it is tied to}, each tie from both sides, none to itself.

    Source: Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1 (1972).

    >>> found = cuts_of({"a": "be", "b": "ace", "c": "bd", "d": "c", "e": "ab"})
    >>> dict(sorted(found.counts.items())), found.cut_off("b"), sorted(found.bridges.items())
    ({'b': 2, 'c': 1}, (('c', 'd'),), [(('b', 'c'), 2), (('c', 'd'), 1)])
    """
    walk = _Walk(near)
    for root in near:
        if root not in walk.order:
            walk.through(root)
    counts = {}
    for name, hanging in walk.below.items():
        first, until = walk.parts[name]
        sizes = [end - begin for begin, end in hanging]
        counts[name] = until - first - 1 - max(*sizes, until - first - 1 - sum(sizes))
    bridges = {
        pair: min(end - begin, until - first - (end - begin))
        for pair, ((first, until), (begin, end)) in walk.spans.items()
    }
    return Cuts(counts, bridges, walk.walked, walk.below, walk.parts, walk.spans)


class _Walk:
    """Depth first, without recursion, and what is met on the way."""

    def __init__(self, near: Mapping[str, Iterable[str]]) -> None:
        self.near = near
        self.order: dict[str, int] = {}
        self.walked: list[str] = []
        self.below: dict[str, list[Span]] = {}
        self.parts: dict[str, Span] = {}
        self.spans: dict[Pair, tuple[Span, Span]] = {}

    def through(self, root: str) -> None:
        """The part of `root`."""
        order, walked = self.order, self.walked
        first = order[root] = len(walked)
        walked.append(root)
        low, parent = {root: first}, {root: ""}
        below: dict[str, list[Span]] = {}
        bridges: list[tuple[Pair, Span]] = []
        stack = [(root, iter(self.near[root]))]
        while stack:
            node, rest = stack[-1]
            for other in rest:
                if other not in order:
                    order[other] = low[other] = len(walked)
                    walked.append(other)
                    parent[other] = node
                    stack.append((other, iter(self.near[other])))
                    break
                if other != parent[node]:
                    low[node] = min(low[node], order[other])
            else:
                stack.pop()
                if not stack:
                    break
                above, span = stack[-1][0], (order[node], len(walked))
                low[above] = min(low[above], low[node])
                if low[node] >= order[above]:
                    below.setdefault(above, []).append(span)
                if low[node] > order[above]:
                    bridges.append(((min(above, node), max(above, node)), span))
        if len(below.get(root, ())) < 2:
            below.pop(root, None)
        part = (first, len(walked))
        self.below.update(below)
        self.parts.update(dict.fromkeys(below, part))
        self.spans.update((pair, (part, span)) for pair, span in bridges)
