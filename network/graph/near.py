"""A bounded part of a large graph: who is around an actor, and the chains between two. Pure.

Each step looks once through the arrays of ties; nothing is built of the graph as a whole.
"""

from collections.abc import Sequence

import numpy as np

from network.graph.structure import Ints, Structure, from_positions

FURTHEST = 12  # steps


def around(structure: Structure, at: int, steps: int, most: int) -> list[int]:
    """The positions of `at` and of those within `steps` of it, nearest first: `most` of them.

    Of those just as near, the ones with the strongest ties to those before come first.

    >>> from network.graph.structure import build
    >>> around(build("abcd", [("a", "b"), ("a", "c"), ("c", "d")], [1, 2, 1]), 0, 1, 2)
    [0, 2]
    """
    found = [at]
    seen = np.zeros(structure.order, dtype=np.bool_)
    seen[at] = True
    frontier = seen.copy()
    for _step in range(steps):
        pull = np.zeros(structure.order)
        for some, other in ((0, 1), (1, 0)):
            ties = frontier[structure.ends[:, some]]
            np.add.at(pull, structure.ends[ties, other], structure.weights[ties])
        pull[seen] = 0.0
        fresh = np.flatnonzero(pull)
        fresh = fresh[np.argsort(-pull[fresh], kind="stable")][: most - len(found)]
        if not len(fresh):
            break
        found += fresh.tolist()
        seen[fresh] = True
        frontier = np.zeros(structure.order, dtype=np.bool_)
        frontier[fresh] = True
    return found


def chains(structure: Structure, some: int, other: int, *, most: int) -> list[tuple[int, ...]]:
    """The shortest chains of positions from `some` to `other`, at most `most` of them; none beyond FURTHEST steps.

    >>> from network.graph.structure import build
    >>> chains(build("abcd", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), 0, 3, most=9)
    [(0, 1, 3), (0, 2, 3)]
    """
    far = np.full(structure.order, -1)
    far[some] = 0
    first, second = structure.ends.T
    for step in range(FURTHEST):
        if far[other] >= 0:
            break
        reached = np.concatenate([second[far[first] == step], first[far[second] == step]])
        fresh = reached[far[reached] < 0]
        if not len(fresh):
            return []
        far[fresh] = step + 1
    if far[other] < 0:
        return []
    found: list[tuple[int, ...]] = []
    waiting: list[tuple[int, ...]] = [(other,)]
    while waiting and len(found) < most:
        chain = waiting.pop()
        if chain[0] == some:
            found.append(chain)
            continue
        near = _neighbours(structure, chain[0])
        nearer = near[far[near] == far[chain[0]] - 1]
        waiting += [(int(at), *chain) for at in nearer[:most][::-1]]
    return found


def part(structure: Structure, places: Sequence[int] | Ints) -> Structure:
    """Those at `places` and the ties among them, in the order of the whole.

    >>> from network.graph.structure import build
    >>> part(build("abc", [("a", "b"), ("b", "c")]), [2, 1]).names
    ('b', 'c')
    """
    kept = np.sort(np.asarray(places, dtype=np.int64))
    new = np.full(structure.order, -1)
    new[kept] = np.arange(len(kept))
    ends = new[structure.ends]
    inside = (ends >= 0).all(axis=1)
    return from_positions(tuple(structure.names[at] for at in kept), ends[inside], structure.weights[inside])


def _neighbours(structure: Structure, at: int) -> Ints:
    first, second = structure.ends.T
    found: Ints = np.sort(np.concatenate([second[first == at], first[second == at]]))
    return found
