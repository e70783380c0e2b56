"""The graph seen from afar: its communities as nodes, for pictures that cannot show every actor. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from network.graph.measures import components, strength
from network.graph.structure import Ints, Structure

MOST = 300
NAMED = 3
PIECES, PIECE_NAMED = 50, 20


def clusters(
    structure: Structure,
    membership: Ints,
    positions: Mapping[str, tuple[float, float]],
    kinds: Sequence[str],
) -> dict[str, Any]:
    """The largest MOST communities of at least two actors, and the ties between them.

    Args:
        membership: N numbers of communities.
        positions: of the actors that are drawn. kinds: N codes.

    Returns:
        {"communities": [{"number", "size", "ties" inside, "actors": ids of the NAMED strongest, "kinds":
        {code: actors}, "x", "y": the middle of those drawn}], "between": [{"some", "other", "ties",
        "weight"}], "left_out": how many further communities of at least two actors there are}.
    """
    sizes = np.bincount(membership) if structure.order else np.zeros(0, dtype=np.int64)
    wanted = [int(number) for number in np.argsort(-sizes, kind="stable") if sizes[number] > 1]
    shown = set(wanted[:MOST])
    weight_of = strength(structure)
    members: dict[int, list[int]] = {number: [] for number in wanted[:MOST]}
    for at, number in enumerate(membership.tolist()):
        if number in shown:
            members[number].append(at)
    inside: Counter[int] = Counter()
    between: dict[tuple[int, int], tuple[int, float]] = {}
    if structure.size:
        ends = np.sort(membership[structure.ends], axis=1)
        pairs, place = np.unique(ends, axis=0, return_inverse=True)
        ties = np.bincount(place.ravel())
        weights = np.bincount(place.ravel(), weights=structure.weights)
        for (some, other), count, weight in zip(pairs.tolist(), ties.tolist(), weights.tolist(), strict=True):
            if some == other:
                inside[some] = count
            elif some in shown and other in shown:
                between[some, other] = (count, weight)
    return {
        "communities": [
            {
                "number": number,
                "size": len(found),
                "ties": inside[number],
                "actors": [
                    structure.names[at]
                    for at in sorted(found, key=lambda at: (-weight_of[at], structure.names[at]))[:NAMED]
                ],
                "kinds": dict(sorted(Counter(kinds[at] for at in found).items())),
                **_middle([positions[name] for at in found if (name := structure.names[at]) in positions]),
            }
            for number, found in members.items()
        ],
        "between": [
            {"some": some, "other": other, "ties": count, "weight": weight}
            for (some, other), (count, weight) in sorted(between.items())
        ],
        "left_out": len(wanted) - len(shown),
    }


def pieces(structure: Structure) -> list[dict[str, Any]]:
    """The largest PIECES connected parts of at least two actors: [{"size", "ties", "actors": the first ids}].

    The actors with most ties come first.
    """
    of = components(structure)
    sizes = np.bincount(of) if structure.order else np.zeros(0, dtype=np.int64)
    inside = np.bincount(of[structure.ends[:, 0]], minlength=len(sizes)) if structure.size else sizes * 0
    order = np.lexsort((np.arange(structure.order), -structure.degree, of))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return [
        {
            "size": int(sizes[part]),
            "ties": int(inside[part]),
            "actors": [structure.names[at] for at in order[starts[part] : starts[part + 1]][:PIECE_NAMED]],
        }
        for part in range(min(PIECES, int((sizes > 1).sum())))
    ]


def _middle(places: Sequence[tuple[float, float]]) -> dict[str, float | None]:
    if not places:
        return {"x": None, "y": None}
    x, y = np.mean(places, axis=0)
    return {"x": float(x), "y": float(y)}
