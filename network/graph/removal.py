"""What breaks if an actor disappears. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from network.graph import measures
from network.graph.structure import Structure, from_positions


@dataclass(frozen=True, slots=True)
class Removal:
    """The graph without one actor.

    Attributes:
        components_before, components_after: numbers of connected parts, isolates included.
        cut_off: the others that no longer reach the largest remaining piece of the actor's old part,
            by piece, largest piece first.
        lost: the actor's neighbours, each with the weight of the lost tie, strongest first.
    """

    actor: str
    components_before: int
    components_after: int
    cut_off: tuple[tuple[str, ...], ...]
    lost: tuple[tuple[str, float], ...]

    @property
    def added(self) -> int:
        """How many more parts the graph falls into."""
        return self.components_after - self.components_before


def without(structure: Structure, actor: str) -> Structure:
    """The structure less one actor and its ties. Raises KeyError for an actor that is not in it."""
    at = structure.index[actor]
    keep = (structure.ends != at).all(axis=1)
    ends = structure.ends[keep]
    names = structure.names[:at] + structure.names[at + 1 :]
    return from_positions(names, ends - (ends > at), structure.weights[keep])


def removal(structure: Structure, actor: str) -> Removal:
    """What is lost, and who is cut off, if `actor` disappears. Raises KeyError for one not in the graph."""
    at = structure.index[actor]
    before = measures.components(structure)
    rest = without(structure, actor)
    after = measures.components(rest)
    touching = (structure.ends == at).any(axis=1)
    ends, weights = structure.ends[touching], structure.weights[touching]
    neighbours = np.where(ends[:, 0] == at, ends[:, 1], ends[:, 0])
    lost = sorted(
        ((structure.names[other], float(weight)) for other, weight in zip(neighbours, weights, strict=True)),
        key=lambda pair: (-pair[1], pair[0]),
    )
    pieces: dict[int, list[str]] = {}
    for name, part in zip(rest.names, after, strict=True):
        if before[structure.index[name]] == before[at]:
            pieces.setdefault(int(part), []).append(name)
    ordered = sorted(pieces.values(), key=lambda piece: (-len(piece), piece))
    return Removal(
        actor=actor,
        components_before=_count(before),
        components_after=_count(after),
        cut_off=tuple(tuple(sorted(piece)) for piece in ordered[1:]),
        lost=tuple(lost),
    )


def paths(structure: Structure, some: str, other: str, *, most: int = 10) -> list[tuple[str, ...]]:
    """The shortest chains of actors from `some` to `other`, at most `most` of them, by id.

    Empty where they do not reach each other. Raises KeyError for an actor that is not in the graph.
    """
    graph = structure.graph
    source, target = structure.index[some], structure.index[other]
    steps = graph.distances(source, target)[0][0]
    if steps == float("inf"):
        return []
    # Walk back along falling distance, so that a graph with millions of shortest chains yields only `most`.
    far = np.asarray(graph.distances(source)[0])
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[int, ...]] = [(target,)]
    while waiting and len(found) < most:
        chain = waiting.pop()
        if chain[0] == source:
            found.append(tuple(structure.names[v] for v in chain))
            continue
        nearer = [v for v in graph.neighbors(chain[0]) if far[v] == far[chain[0]] - 1]
        waiting += [(v, *chain) for v in sorted(nearer, key=lambda v: structure.names[v], reverse=True)]
    return sorted(found)


def ego(structure: Structure, actor: str, steps: int) -> Mapping[str, int]:
    """{actor: distance} of all within `steps` (0 or more) of `actor`, itself included."""
    graph = structure.graph
    order = graph.neighborhood(structure.index[actor], order=steps)
    far = graph.distances(structure.index[actor], order)[0] if order else []
    return {structure.names[v]: int(distance) for v, distance in zip(order, far, strict=True)}


def _count(membership: np.ndarray) -> int:
    return int(membership.max()) + 1 if len(membership) else 0
