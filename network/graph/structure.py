"""A weighted, undirected, simple graph as arrays, and igraph's view of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import igraph
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class BadTie(ValueError):
    """A tie that no measure is defined for; `position` is its place among the ties given, from 0."""

    def __init__(self, position: int, weight: float) -> None:
        super().__init__(f"tie {position}: the weight must be greater than 0 and finite, not {weight}")
        self.position = position
        self.weight = weight


@dataclass(frozen=True, eq=False)
class Structure:
    """N actors and M ties without loops or parallels.

    Attributes:
        names: the actors' ids; an actor without a tie is an isolate, and counted.
        ends: M×2 positions in `names`, the smaller first, each pair once.
        weights: M weights, all > 0.
        loops: how many ties from an actor to itself were dropped.
        summed: how many duplicate or reversed ties were added to another.
    """

    names: tuple[str, ...]
    ends: Ints
    weights: Floats
    loops: int = 0
    summed: int = 0

    @property
    def order(self) -> int:
        """N, the number of actors."""
        return len(self.names)

    @property
    def size(self) -> int:
        """M, the number of ties."""
        return len(self.weights)

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.names)}

    @cached_property
    def graph(self) -> Any:
        """The igraph.Graph, with edge attribute `weight`; vertex i is names[i], edge i is ends[i]."""
        # igraph reads pairs in half the time that it takes over an array.
        pairs = list(zip(*self.ends.T.tolist(), strict=True))
        graph = igraph.Graph(n=self.order, edges=pairs, directed=False)
        graph.es["weight"] = self.weights.tolist()  # plain numbers: an array gives out one object each
        return graph

    @cached_property
    def degree(self) -> Ints:
        return np.bincount(self.ends.ravel(), minlength=self.order)

    @cached_property
    def triangles(self) -> tuple[Ints, Ints]:
        """(T×3 actors, T×3 ties): each triangle once; tie j lies opposite actor j."""
        corners = np.asarray(self.graph.list_triangles(), dtype=np.int64).reshape(-1, 3)
        opposite = [self._tie_between(corners[:, (j + 1) % 3], corners[:, (j + 2) % 3]) for j in range(3)]
        return corners, np.stack(opposite, axis=1) if len(corners) else np.empty((0, 3), np.int64)

    @cached_property
    def _keys(self) -> tuple[Ints, Ints]:
        keys = self.ends[:, 0] * self.order + self.ends[:, 1]
        order = np.argsort(keys)
        return keys[order], order

    def _tie_between(self, some: Ints, others: Ints) -> Ints:
        keys, order = self._keys
        wanted = np.minimum(some, others) * self.order + np.maximum(some, others)
        return order[np.searchsorted(keys, wanted)]


def build(
    names: Iterable[str],
    ties: Iterable[tuple[str, str]],
    weights: Sequence[float | None] | Floats | None = None,
) -> Structure:
    """The structure of ties between named actors.

    Args:
        names: the actors, isolates included; those that only `ties` name are added after them.
        ties: pairs of ids. A pair that comes twice, in whichever order, becomes one tie with the sum of
            the weights; a tie from an actor to itself is dropped.
        weights: one for each tie; None, as a whole or for one tie, means 1.

    Raises:
        BadTie: a weight that is zero, negative, infinite or not a number.
        ValueError: as many weights as ties are needed.

    >>> found = build(["c"], [("b", "a"), ("a", "b"), ("a", "a")], [1, None, 5])
    >>> found.names, found.ends.tolist(), found.weights.tolist(), found.loops, found.summed
    (('c', 'b', 'a'), [[1, 2]], [2.0], 1, 1)
    """
    index = {name: position for position, name in enumerate(dict.fromkeys(names))}
    pairs = [
        (index.setdefault(some, len(index)), index.setdefault(other, len(index))) for some, other in ties
    ]
    ends = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    return from_positions(tuple(index), ends, _weights(weights, len(ends)))


def from_positions(names: tuple[str, ...], ends: Ints, weights: Floats | None = None) -> Structure:
    """As `build`, of M×2 positions in `names` and M weights: the quick way for large registers."""
    if weights is None:
        weights = np.ones(len(ends))
    refused = ~((weights > 0) & np.isfinite(weights))
    if refused.any():
        first = int(np.argmax(refused))
        raise BadTie(first, float(weights[first]))
    proper = ends[:, 0] != ends[:, 1]
    loops = int(len(ends) - proper.sum())
    if loops:
        ends, weights = ends[proper], weights[proper]
    keys = np.minimum(ends[:, 0], ends[:, 1]) * len(names) + np.maximum(ends[:, 0], ends[:, 1])
    ordered = bool(np.all(keys[1:] > keys[:-1]))
    if ordered:
        single, summed_weights = keys, weights
    else:
        single, place = np.unique(keys, return_inverse=True)
        summed_weights = np.bincount(place, weights=weights, minlength=len(single))
    both = np.stack(np.divmod(single, max(len(names), 1)), axis=1) if len(single) else ends.reshape(0, 2)
    return Structure(names, both, summed_weights, loops, len(keys) - len(single))


def _weights(weights: Sequence[float | None] | Floats | None, count: int) -> Floats:
    if weights is None:
        return np.ones(count)
    if len(weights) != count:
        raise ValueError(f"{count} ties and {len(weights)} weights")
    return np.asarray([1.0 if weight is None else weight for weight in weights], dtype=np.float64)
