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


def _coded(groups: Sequence[str]) -> tuple[np.ndarray, dict[str, int]]:
    sizes = dict(sorted(Counter(groups).items()))
    number = {name: position for position, name in enumerate(sizes)}
    return np.asarray([number[group] for group in groups], dtype=np.int64), sizes
