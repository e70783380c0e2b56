"""Where groups of actors meet and where they do not: E-I index and ties between groups. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from network.graph.structure import Structure


@dataclass(frozen=True, slots=True)
class Mix:
    """Ties between two groups (or inside one), and how many random mixing would give.

    `expected` spreads the same number of ties evenly over all pairs of actors. `ratio` is observed over
    expected; None where no pair exists.
    """

    some: str
    other: str
    ties: int
    pairs: int
    expected: float

    @property
    def ratio(self) -> float | None:
        return self.ties / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class Openness:
    """The E-I index of a division, and what it would be if ties fell evenly on all pairs of actors."""

    external: int
    internal: int
    index: float | None
    expected: float | None


def ei_index(structure: Structure, groups: Sequence[str]) -> Openness:
    """(external - internal) / (external + internal) ties, in [-1, 1]; None without a tie.

    -1: every tie stays inside a group; 1: every tie leaves it. Since many small groups alone push it
    towards 1, it is read beside its expected value, which depends on the sizes of the groups.

    Args:
        groups: N values, the group of each actor.

    Source: Krackhardt and Stern, "Informal networks and organizational crises", Social Psychology
    Quarterly 51 (1988).
    """
    coded, sizes = _coded(groups)
    inside_pairs = sum(size * (size - 1) // 2 for size in sizes.values())
    all_pairs = structure.order * (structure.order - 1) // 2
    internal = (
        int((coded[structure.ends[:, 0]] == coded[structure.ends[:, 1]]).sum()) if structure.size else 0
    )
    external = structure.size - internal
    return Openness(
        external,
        internal,
        (external - internal) / structure.size if structure.size else None,
        (all_pairs - 2 * inside_pairs) / all_pairs if all_pairs else None,
    )


def mixing(structure: Structure, groups: Sequence[str]) -> list[Mix]:
    """Every pair of groups, and every group with itself: ties there are and ties to expect.

    Ordered by how far below the expected the ties are, so that those who hardly meet come first.
    """
    coded, sizes = _coded(groups)
    names = list(sizes)
    seen: Counter[tuple[int, int]] = Counter()
    if structure.size:
        both = np.sort(coded[structure.ends], axis=1)
        pairs, counts = np.unique(both, axis=0, return_counts=True)
        seen.update({(int(a), int(b)): int(c) for (a, b), c in zip(pairs, counts, strict=True)})
    all_pairs = structure.order * (structure.order - 1) // 2
    rate = structure.size / all_pairs if all_pairs else 0.0
    found = []
    for a, some in enumerate(names):
        for b in range(a, len(names)):
            size = sizes[some]
            possible = size * (size - 1) // 2 if a == b else size * sizes[names[b]]
            if possible:
                found.append(Mix(some, names[b], seen[a, b], possible, possible * rate))
    return sorted(found, key=lambda mix: (mix.ties - mix.expected, mix.some, mix.other))


def openness_of_sets(structure: Structure, groups: Sequence[frozenset[str]]) -> Openness:
    """As `ei_index`, where an actor may be in several groups: a tie is internal if its ends share one.

    Actors without a group are left out, with their ties.

    >>> from network.graph.structure import build
    >>> pairs = build(["a", "b", "c"], [("a", "b"), ("b", "c")])
    >>> openness_of_sets(pairs, [frozenset("x"), frozenset("xy"), frozenset("z")])
    Openness(external=1, internal=1, index=0.0, expected=0.3333333333333333)
    """
    sizes = Counter(own for own in groups if own)
    kinds = list(sizes)
    actors = sum(sizes.values())
    all_pairs = actors * (actors - 1) // 2
    inside_pairs = sum(
        sizes[some] * (sizes[some] - 1) // 2 if a == b else sizes[some] * sizes[kinds[b]]
        for a, some in enumerate(kinds)
        for b in range(a, len(kinds))
        if some & kinds[b]
    )
    internal = external = 0
    for some, other in structure.ends.tolist():
        if groups[some] and groups[other]:
            if groups[some] & groups[other]:
                internal += 1
            else:
                external += 1
    ties = internal + external
    return Openness(
        external,
        internal,
        (external - internal) / ties if ties else None,
        (all_pairs - 2 * inside_pairs) / all_pairs if all_pairs else None,
    )


def mixing_of_sets(structure: Structure, groups: Sequence[frozenset[str]]) -> list[Mix]:
    """As `mixing`, where an actor may be in several groups: a tie counts for every two groups that it joins.

    The expected number spreads the ties among those in any group evenly over all pairs of them.

    >>> from network.graph.structure import build
    >>> pairs = build(["a", "b", "c"], [("a", "b"), ("b", "c")])
    >>> found = mixing_of_sets(pairs, [frozenset("x"), frozenset("xy"), frozenset("z")])
    >>> [(mix.some + mix.other, mix.ties, mix.pairs) for mix in found]
    [('xz', 1, 2), ('xx', 1, 1), ('xy', 1, 1), ('yz', 1, 1)]
    """
    sizes = Counter(own for own in groups if own)
    actors = sum(sizes.values())
    all_pairs = actors * (actors - 1) // 2
    ties, pairs = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    count = 0
    for some, other in structure.ends.tolist():
        if groups[some] and groups[other]:
            count += 1
            ties.update(_joined(groups[some], groups[other]))
    kinds = list(sizes)
    for a, some_set in enumerate(kinds):
        for b in range(a, len(kinds)):
            number = sizes[some_set]
            possible = number * (number - 1) // 2 if a == b else number * sizes[kinds[b]]
            for joined in _joined(some_set, kinds[b]):
                pairs[joined] += possible
    rate = count / all_pairs if all_pairs else 0.0
    found = [Mix(*joined, ties[joined], number, number * rate) for joined, number in pairs.items() if number]
    return sorted(found, key=lambda mix: (mix.ties - mix.expected, mix.some, mix.other))


def _joined(some: frozenset[str], other: frozenset[str]) -> set[tuple[str, str]]:
    return {(min(a, b), max(a, b)) for a in some for b in other}


def _coded(groups: Sequence[str]) -> tuple[np.ndarray, dict[str, int]]:
    sizes = dict(sorted(Counter(groups).items()))
    number = {name: position for position, name in enumerate(sizes)}
    return np.asarray([number[group] for group in groups], dtype=np.int64), sizes
