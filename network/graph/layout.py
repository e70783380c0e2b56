"""Where to draw each actor: positions that stay where they were when the graph changes a little. Pure."""

import math
import random
from collections.abc import Mapping

import igraph
import numpy as np

from network.graph import measures
from network.graph.structure import Floats, Ints, Structure, from_positions

ITERATIONS = 300
SETTLING_ITERATIONS = 12
SETTLING_STEP = 0.3  # the first step; they shrink to nothing
SEED = 20_180_101
LARGE = 5_000  # actors of a part; forces among more take longer than a worker has
LARGE_ITERATIONS = 50  # for each of its communities, fewer for those above MANY
MANY = 1_000
GAP = 0.35  # between parts, in units of the typical distance between neighbours

Position = tuple[float, float]


def layout(structure: Structure, known: Mapping[str, Position] | None = None) -> dict[str, Position]:
    """A position for each actor that has a tie; isolates are counted in words, not drawn.

    Without `known` each connected part is laid out by force and the parts are packed, the largest in the
    middle. With it, actors stay near where they were: newcomers begin among their neighbours, and only a
    few small steps are taken, so that people keep their mental map. A part of more than LARGE actors is laid
    out community by community, and later stays as it is, with newcomers among their neighbours.

    Source: Fruchterman and Reingold, "Graph drawing by force-directed placement", Software: Practice and
    Experience 21 (1991).
    """
    tied = np.flatnonzero(structure.degree > 0)
    if not len(tied):
        return {}
    parts = measures.components(structure)
    known = {name: place for name, place in (known or {}).items() if name in structure.index}
    placed: dict[str, Position] = {}
    fresh: list[tuple[list[str], Floats]] = []
    for part in range(int(parts[tied].max()) + 1):
        members = np.flatnonzero(parts == part)
        if structure.degree[members[0]] == 0:
            continue
        inner = _part(structure, members)
        if sum(name in known for name in inner.names) * 2 >= len(inner.names):
            placed.update(_settle(inner, known))
        else:
            fresh.append((list(inner.names), _free(inner)))
    for names, where in _packed(fresh, placed):
        placed.update({name: (float(x), float(y)) for name, (x, y) in zip(names, where, strict=True)})
    return placed


def displacement(before: Mapping[str, Position], after: Mapping[str, Position]) -> float:
    """The mean distance that actors in both moved, over the diagonal of the picture before: a ratio >= 0."""
    both = sorted(before.keys() & after.keys())
    if not both:
        return 0.0
    old, new = (np.asarray([places[name] for name in both]) for places in (before, after))
    diagonal = float(np.linalg.norm(old.max(axis=0) - old.min(axis=0)))
    return float(np.linalg.norm(new - old, axis=1).mean()) / diagonal if diagonal else 0.0


def _part(structure: Structure, members: Ints) -> Structure:
    place = np.full(structure.order, -1)
    place[members] = np.arange(len(members))
    inside = place[structure.ends[:, 0]] >= 0
    names = tuple(structure.names[v] for v in members)
    return from_positions(names, place[structure.ends[inside]], structure.weights[inside])


def _free(part: Structure) -> Floats:
    """Positions around the origin, about one unit between neighbours; the same for the same graph."""
    if len(part.names) > LARGE:
        return _centred(_by_communities(part))
    dice = random.Random(SEED)
    start = [(dice.random(), dice.random()) for _ in part.names]
    return _centred(_forced(part, start, ITERATIONS, None))


def _by_communities(part: Structure) -> Floats:
    """Communities by force, as discs that leave each other room, and the actors of each by force within its disc."""
    of = measures.communities(part)
    sizes = np.bincount(of)
    radius = np.sqrt(sizes)
    first, second = of[part.ends].T
    outside = first != second
    names = tuple(str(number) for number in range(len(sizes)))
    ends, place = np.unique(
        np.sort(np.stack([first, second], axis=1)[outside], axis=1), axis=0, return_inverse=True
    )
    between = from_positions(names, ends, np.bincount(place.ravel(), minlength=len(ends)).astype(np.float64))
    middle = _forced(between, _strewn(len(sizes)), ITERATIONS, None)
    if len(ends):
        long = np.linalg.norm(middle[ends[:, 0]] - middle[ends[:, 1]], axis=1).mean()
        middle *= float((radius[ends[:, 0]] + radius[ends[:, 1]]).mean() / max(long, 1e-9))
    members = np.argsort(of, kind="stable")
    starts = np.cumsum(sizes) - sizes
    own = np.empty(part.order, dtype=np.int64)  # the place of each among its community's
    own[members] = np.arange(part.order) - np.repeat(starts, sizes)
    inside = np.flatnonzero(~outside)
    inside = inside[np.argsort(first[inside], kind="stable")]
    bounds = np.cumsum(np.bincount(first[inside], minlength=len(sizes)))
    where = np.empty((part.order, 2))
    for number, ties in enumerate(np.split(inside, bounds[:-1])):
        here = members[starts[number] : starts[number] + sizes[number]]
        inner = from_positions(tuple(map(str, here)), own[part.ends[ties]], part.weights[ties])
        steps = max(SETTLING_ITERATIONS, LARGE_ITERATIONS * MANY // max(MANY, len(here)))
        found = _centred(_forced(inner, _strewn(len(here)), steps, None))
        far = float(np.linalg.norm(found, axis=1).max())
        where[here] = middle[number] + found * (float(radius[number]) / far if far else 0.0)
    return where


def _strewn(count: int) -> list[Position]:
    """Places to begin from, about one to a unit of ground: all in one spot, each would push all the others."""
    dice, side = random.Random(SEED), math.sqrt(count)
    return [(dice.random() * side, dice.random() * side) for _ in range(count)]


def _settle(part: Structure, known: Mapping[str, Position]) -> dict[str, Position]:
    start = []
    for name in part.names:
        start.append(known.get(name) or _among(part, name, known))
    if len(part.names) > LARGE:
        return dict(zip(part.names, start, strict=True))
    moved = _forced(part, start, SETTLING_ITERATIONS, SETTLING_STEP)
    keep = [at for at, name in enumerate(part.names) if name in known]
    moved = _aligned(moved, keep, np.asarray([known[part.names[at]] for at in keep]))
    return {name: (float(x), float(y)) for name, (x, y) in zip(part.names, moved, strict=True)}


def _aligned(moved: Floats, keep: list[int], old: Floats) -> Floats:
    """`moved`, turned, mirrored and shifted so that its rows `keep` lie as near `old` as they can.

    igraph turns every layout along the axes, which would undo the mental map.

    Source: Schönemann, "A generalized solution of the orthogonal Procrustes problem", Psychometrika 31 (1966).
    """
    here, there = moved[keep].mean(axis=0), old.mean(axis=0)
    left, _, right = np.linalg.svd((moved[keep] - here).T @ (old - there))
    turned: Floats = (moved - here) @ (left @ right) + there
    return turned


def _among(part: Structure, name: str, known: Mapping[str, Position]) -> Position:
    near = [known[part.names[v]] for v in part.graph.neighbors(part.index[name]) if part.names[v] in known]
    dice = random.Random(f"{SEED} {name}")
    x, y = np.mean(near, axis=0) if near else np.mean(list(known.values()), axis=0)
    return float(x) + dice.uniform(-0.5, 0.5), float(y) + dice.uniform(-0.5, 0.5)


def _forced(part: Structure, start: list[Position], iterations: int, temperature: float | None) -> Floats:
    igraph.set_random_number_generator(random.Random(SEED))
    settings = {} if temperature is None else {"start_temp": temperature}
    try:
        found = part.graph.layout_fruchterman_reingold(seed=start, niter=iterations, **settings)
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.coords, dtype=np.float64)


def _centred(where: Floats) -> Floats:
    centred: Floats = where - where.mean(axis=0)
    return centred


def _packed(
    fresh: list[tuple[list[str], Floats]], placed: Mapping[str, Position]
) -> list[tuple[list[str], Floats]]:
    """Parts moved apart: the largest in the middle, the others on growing rings around it."""
    radius = 0.0
    centre = np.zeros(2)
    if placed:
        taken = np.asarray(list(placed.values()))
        centre = taken.mean(axis=0)
        radius = float(np.linalg.norm(taken - centre, axis=1).max()) + GAP
    found: list[tuple[list[str], Floats]] = []
    angle, ring, thickness = 0.0, radius, 0.0
    for names, where in sorted(fresh, key=lambda part: (-len(part[0]), part[0])):
        own = float(np.linalg.norm(where, axis=1).max()) + GAP
        if not radius and not found:
            found.append((names, where))
            ring = own
            continue
        if angle == 0.0:
            thickness = own
        distance = ring + thickness
        step = 2 * math.asin(min(1.0, own / distance))
        if angle and angle + step > 2 * math.pi:
            ring, angle, thickness = ring + 2 * thickness, 0.0, own
            distance = ring + thickness
            step = 2 * math.asin(min(1.0, own / distance))
        middle = angle + step / 2
        offset = centre + distance * np.asarray([math.cos(middle), math.sin(middle)])
        found.append((names, where + offset))
        angle += step
    return found
