"""Where the explorer draws each actor: rings round one, columns along a path, a circle of groups. Pure.

Lengths are pixels of a picture that nobody has zoomed; x grows to the right and y downwards, as in SVG.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SLOT = 22.0  # along the first ring, from one actor to the next: a line of text and air
KIND_GAP = 1.4  # slots between two kinds
OUTER_SHARE = 0.9  # of a slot, for one further out
FIRST_RING = 150.0  # at least
LABEL_ROOM = 118.0  # outside a ring, for the names of those on it
PART_WIDTH, PART_HEIGHT, PART_RING = 430.0, 122.0, 34.0
PARTS_IN_ROW = 2
COLUMN_WIDTH, STEP_HEIGHT = 230.0, 74.0
FACING_WIDTH, FACING_SLOT = 360.0, 24.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an actor is drawn; `angle` (radians, clockwise from the right) is where its name points, if it does.

    `ring` is how many steps it is from the middle; -1 in the parts beside the rings.
    """

    x: float
    y: float
    angle: float | None = None
    ring: int = -1


Neighbours = Mapping[str, Sequence[str]]


def neighbours(order: Sequence[str], ties: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """{actor: those it is tied to, in `order`}; ties to others than those in `order` are left out."""
    rank = {name: at for at, name in enumerate(order)}
    found: dict[str, set[str]] = {name: set() for name in order}
    for some, other in ties:
        if some in rank and other in rank and some != other:
            found[some].add(other)
            found[other].add(some)
    return {name: sorted(near, key=rank.__getitem__) for name, near in found.items()}


def rings(order: Sequence[str], near: Neighbours, groups: Mapping[str, str], centre: str) -> dict[str, Place]:
    """`centre` in the middle, those tied to it on a ring, those tied to these outside them, and so on.

    Args:
        order: every actor, in the order in which they are to stand: by kind, then by name.
        near: from `neighbours`.
        groups: the kind of each; kinds stand apart on the first ring.
        centre: one of `order`.

    Parts that do not reach the centre stand in rows under the rings, the largest first.

    >>> found = rings(["m", "a", "b"], {"m": ["a", "b"], "a": ["m"], "b": ["m"]}, {}, "m")
    >>> [(round(p.x), round(p.y), p.ring) for p in found.values()]
    [(0, 0, 0), (0, -150, 1), (0, 150, 1)]
    """
    parent, ring = _walk(near, centre)
    children: dict[str, list[str]] = {}
    for name in order:
        if name in parent:
            children.setdefault(parent[name], []).append(name)
    first = children.get(centre, [])
    share = {name: _breadth(name, children) for name in first}
    gaps = sum(1 for a, b in _in_turn(first) if groups.get(a) != groups.get(b))
    slots = sum(share.values()) + KIND_GAP * gaps
    radius = max(FIRST_RING, slots * SLOT / (2 * math.pi))
    found = {centre: Place(0.0, 0.0, None, 0)}
    at = -_upwards(first, share, children, groups)
    for name, after in _in_turn(first):
        _fan(name, children, found, radius, slots, at, depth=1)
        at += share[name] + (KIND_GAP if groups.get(name) != groups.get(after) else 0.0)
    rest = [name for name in order if name not in ring]
    lowest = max((place.y for place in found.values()), default=0.0) + LABEL_ROOM if first else 0.0
    found |= parts(rest, near, top=lowest)
    return found


def parts(order: Sequence[str], near: Neighbours, *, top: float = 0.0) -> dict[str, Place]:
    """Every connected part for itself, PARTS_IN_ROW beside each other under `top`; the largest first."""
    seen: set[str] = set()
    pieces: list[list[str]] = []
    for name in order:
        if name not in seen:
            reached = set(_walk(near, name)[1])
            seen |= reached
            pieces.append([other for other in order if other in reached])
    pieces.sort(key=lambda piece: -len(piece))
    wide = min(PARTS_IN_ROW, len(pieces))
    found: dict[str, Place] = {}
    y = top
    for row in range(0, len(pieces), PARTS_IN_ROW):
        tallest = max(_part_radius(piece) for piece in pieces[row : row + PARTS_IN_ROW])
        y += tallest
        for column, piece in enumerate(pieces[row : row + PARTS_IN_ROW]):
            x = (column - (wide - 1) / 2) * (PART_WIDTH + 2 * max(0.0, tallest - PART_RING))
            found |= _circle(piece, x, y, _part_radius(piece))
        y += tallest + PART_HEIGHT - 2 * PART_RING
    return found


def circle(order: Sequence[str], *, radius: float = 0.0) -> dict[str, Place]:
    """All of `order` on one circle, beginning at the top."""
    return _circle(order, 0.0, 0.0, radius or max(170.0, len(order) * 2.2 * SLOT / (2 * math.pi)))


def steps(layers: Sequence[Sequence[str]]) -> dict[str, Place]:
    """Each layer a row, from the top down; the names stand to the right of the actors.

    >>> [(round(p.x), round(p.y)) for p in steps([["a"], ["b", "c"]]).values()]
    [(0, 0), (-115, 74), (115, 74)]
    """
    found: dict[str, Place] = {}
    for row, layer in enumerate(layers):
        for column, name in enumerate(layer):
            x = (column - (len(layer) - 1) / 2) * COLUMN_WIDTH
            found[name] = Place(x, row * STEP_HEIGHT, 0.0)
    return found


def layers(paths: Iterable[Sequence[str]]) -> list[list[str]]:
    """The actors of shortest paths between the same two, by their distance from the first.

    >>> layers([("a", "b", "d"), ("a", "c", "d")])
    [['a'], ['b', 'c'], ['d']]
    """
    found: list[list[str]] = []
    for path in paths:
        for step, name in enumerate(path):
            while len(found) <= step:
                found.append([])
            if name not in found[step]:
                found[step].append(name)
    return found


def facing(left: Sequence[str], right: Sequence[str], near: Neighbours) -> dict[str, Place]:
    """Two kinds of nodes in two columns; `left` by where its ties lead, so that lines cross less."""
    rank = {name: at for at, name in enumerate(right)}
    means = {name: _mean([rank[other] for other in near.get(name, ()) if other in rank]) for name in left}
    ordered = sorted(left, key=lambda name: means[name])  # sorting keeps the order otherwise
    height = max(len(left) * FACING_SLOT, len(right) * 2 * FACING_SLOT)
    found: dict[str, Place] = {}
    for column, x, angle in ((ordered, 0.0, math.pi), (right, FACING_WIDTH, 0.0)):
        step = height / max(1, len(column))
        for row, name in enumerate(column):
            found[name] = Place(x, (row - (len(column) - 1) / 2) * step, angle, int(x > 0))
    return found


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _walk(near: Neighbours, start: str) -> tuple[dict[str, str], dict[str, int]]:
    """From `start` outwards: {actor: the one nearer by that leads to it}, {actor: steps}."""
    parent: dict[str, str] = {}
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for other in near.get(name, ()):
            if other not in steps:
                steps[other] = steps[name] + 1
                parent[other] = name
                waiting.append(other)
    return parent, steps


def _in_turn(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each with the one after it, the last with the first."""
    return list(zip(names, [*names[1:], *names[:1]], strict=True))


def _upwards(
    first: Sequence[str],
    share: Mapping[str, float],
    children: Mapping[str, Sequence[str]],
    groups: Mapping[str, str],
) -> float:
    """The slot to turn to the top: that of the longest chain, since a page has more room above than beside."""
    at, longest, found = 0.0, 1, 0.0
    for name, after in _in_turn(first):
        depth = _depth(name, children)
        if depth > longest:
            longest, found = depth, at + share[name] / 2 if depth > 1 else 0.0
        at += share[name] + (KIND_GAP if groups.get(name) != groups.get(after) else 0.0)
    return found


def _depth(name: str, children: Mapping[str, Sequence[str]]) -> int:
    return 1 + max((_depth(child, children) for child in children.get(name, ())), default=0)


def _breadth(name: str, children: Mapping[str, Sequence[str]]) -> float:
    """How many slots an actor and those outside it take up, side by side."""
    own = children.get(name, ())
    return 1.0 + sum(OUTER_SHARE * _breadth(child, children) for child in own)


def _fan(
    name: str,
    children: Mapping[str, Sequence[str]],
    found: dict[str, Place],
    radius: float,
    slots: float,
    at: float,
    *,
    depth: int,
    scale: float = 1.0,
) -> None:
    """Place `name` in the slot `at`, and those outside it beside its name rather than over it."""
    angle = 2 * math.pi * at / slots - math.pi / 2
    found[name] = Place(radius * math.cos(angle), radius * math.sin(angle), angle, depth)
    outer = radius + (LABEL_ROOM if depth == 1 else LABEL_ROOM * 0.5)
    at += scale * (1.0 + OUTER_SHARE) / 2
    for child in children.get(name, ()):
        _fan(child, children, found, outer, slots, at, depth=depth + 1, scale=scale * OUTER_SHARE)
        at += scale * OUTER_SHARE * _breadth(child, children)


def _part_radius(piece: Sequence[str]) -> float:
    return max(PART_RING, len(piece) * SLOT * 1.3 / (2 * math.pi)) if len(piece) > 1 else 0.0


def _circle(names: Sequence[str], x: float, y: float, radius: float) -> dict[str, Place]:
    if len(names) == 2:  # side by side, the names on the outer sides
        some, other = names
        return {some: Place(x - radius, y, math.pi), other: Place(x + radius, y, 0.0)}
    found: dict[str, Place] = {}
    for at, name in enumerate(names):
        angle = 2 * math.pi * at / len(names) - math.pi / 2
        found[name] = Place(x + radius * math.cos(angle), y + radius * math.sin(angle), angle)
    return found
