"""Measures of actors and of the whole graph, with networkx's definitions and default scales. Pure.

Weights count in strength, PageRank, constraint, effective size and modularity only. What is undefined is
NaN in the arrays. Three lists say how each measure is held to its definition (tests/test_graph_measures.py):
EQUAL has networkx's value, OURS has a published or hand-worked one, ESTIMATE is sampled and says its error.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import igraph
import numpy as np

from network.graph.structure import Floats, Ints, Structure

EQUAL = (
    "degree",
    "strength",
    "betweenness",
    "closeness",
    "harmonic",
    "pagerank",
    "core_number",
    "constraint",
    "effective_size",
    "clustering",
)
OURS = ("community", "articulation", "brokerage", "ei_index")
ESTIMATE = ("betweenness", "closeness", "harmonic")  # above EXACT_UP_TO actors

EXACT_UP_TO = 10_000
SAMPLES = 1_024  # at least; of fewer actors more, since each then costs less
WORTH = 60_000_000  # sources times actors
AT_ONCE = 16  # actors whose distances to all others are held at once
COMMUNITY_TRIES, MANY_TIES = 10, 50_000
# Isolates and single ties decide nothing about communities, and Leiden's answer depends on its dice.
SEED = 20_180_101


@dataclass(frozen=True)
class Sample:
    """How a measure was estimated: from `sources` of `actors`, with the standard error of one of the first hundred."""

    sources: int
    actors: int
    standard_error: float


def degree(structure: Structure) -> Ints:
    """How many others each actor is tied to."""
    return structure.degree


def strength(structure: Structure) -> Floats:
    """The sum of the weights of each actor's ties."""
    ends = structure.ends
    twice = np.concatenate([structure.weights, structure.weights])
    return np.bincount(ends.T.ravel(), weights=twice, minlength=structure.order).astype(np.float64)


def betweenness(structure: Structure) -> Floats:
    """The share of all pairs of others whose shortest paths pass each actor, in [0, 1]; exact.

    Source: Freeman, "A set of measures of centrality based on betweenness", Sociometry 40 (1977).
    """
    return np.asarray(structure.graph.betweenness(directed=False)) * _pairs_scale(structure.order)


def sources(order: int) -> int:
    """How many of `order` actors betweenness is sampled from: the same work for every size, and at least SAMPLES.

    >>> sources(100_000), sources(20_000), sources(100)
    (1024, 3000, 100)
    """
    return min(order, max(SAMPLES, WORTH // max(order, 1)))


def sampled_betweenness(
    structure: Structure, *, samples: int | None = None, seed: int = SEED
) -> tuple[Floats, Sample]:
    """Betweenness estimated from the shortest paths of `samples` actors drawn without replacement.

    Without `samples`: as many as `sources` says.

    The error is the standard error of the estimate of an actor of middling rank among the hundred first,
    from two halves of the sample.

    Source: Brandes and Pich, "Centrality estimation in large networks", IJBC 17 (2007).
    """
    samples = min(samples or sources(structure.order), structure.order)
    drawn = random.Random(seed).sample(range(structure.order), samples)
    halves = [drawn[0::2], drawn[1::2]]
    scale = _pairs_scale(structure.order) * structure.order
    parts = [
        np.asarray(structure.graph.betweenness(directed=False, sources=half)) * 2 if half else None
        for half in halves
    ]
    estimates = [
        part * scale / 2 / len(half) for part, half in zip(parts, halves, strict=True) if part is not None
    ]
    mean = np.average(estimates, axis=0, weights=[len(half) for half in halves if half])
    error = 0.0
    if len(estimates) == 2:
        first = np.argsort(-mean)[:100]
        error = float(np.median(np.abs(estimates[0] - estimates[1])[first]) / 2)
    return mean, Sample(samples, structure.order, error)


def closeness(structure: Structure) -> Floats:
    """(r-1)/(sum of distances) to the r actors in reach, times (r-1)/(N-1); 0 for an isolate.

    Source: Wasserman and Faust, "Social Network Analysis" (1994), p. 201.
    """
    reached = _component_sizes(structure)
    inside = np.nan_to_num(np.asarray(structure.graph.closeness(normalized=True)))
    if structure.order < 2:
        return np.zeros(structure.order)
    found: Floats = inside * (reached - 1) / (structure.order - 1)
    return found


def harmonic(structure: Structure) -> Floats:
    """The sum of 1/distance to all others in reach.

    Source: Marchiori and Latora, "Harmony in the small-world", Physica A 285 (2000).
    """
    if structure.order < 2:
        return np.zeros(structure.order)
    return np.asarray(structure.graph.harmonic_centrality(normalized=True)) * (structure.order - 1)


def sampled_distances(
    structure: Structure, *, samples: int | None = None, seed: int = SEED
) -> tuple[Floats, Floats, Sample]:
    """Closeness and harmonic centrality, estimated in parts of more than EXACT_UP_TO actors and exact in others.

    In such a part the distances to `samples` of its actors, drawn without replacement, stand for those to
    all. The error is that of closeness: of two halves of the sample, for an actor among the hundred first.

    Source: Eppstein and Wang, "Fast approximation of centrality", Journal of Graph Algorithms and
    Applications 8 (2004).
    """
    parts = components(structure)
    sizes = np.bincount(parts, minlength=1)
    near, far = np.zeros(structure.order), np.zeros(structure.order)
    small = np.flatnonzero((sizes[parts] <= EXACT_UP_TO) & (sizes[parts] > 1))
    if len(small):
        graph = structure.graph
        near[small] = graph.closeness(vertices=small, normalized=True)
        far[small] = np.asarray(graph.harmonic_centrality(vertices=small)) * (structure.order - 1)
    error, sources = 0.0, 0
    for part in np.flatnonzero(sizes > EXACT_UP_TO):
        members = np.flatnonzero(parts == part)
        drawn = random.Random(seed).sample(members.tolist(), min(samples or SAMPLES, len(members)))
        halves = [_to_sample(structure, half, members) for half in (drawn[0::2], drawn[1::2])]
        total, inverse, counted = (halves[0][at] + halves[1][at] for at in range(3))
        others = len(members) - 1
        near[members] = counted / total
        far[members] = inverse / counted * others
        with np.errstate(invalid="ignore", divide="ignore"):  # half of a tiny sample may be the actor itself
            apart = np.abs(halves[0][2] / halves[0][0] - halves[1][2] / halves[1][0])
        first = np.argsort(-near[members])[:100]
        known = apart[first][np.isfinite(apart[first])]
        if len(known):
            error = max(error, float(np.median(known) / 2) * others / (structure.order - 1))
        sources += len(drawn)
    near *= (sizes[parts] - 1) / max(structure.order - 1, 1)
    return near, far, Sample(sources, structure.order, error)


def _to_sample(structure: Structure, drawn: Sequence[int], members: Ints) -> tuple[Floats, Floats, Floats]:
    """Of each of `members`: the sum of its distances to `drawn`, of their inverses, and how many they are."""
    total, inverse = np.zeros(len(members)), np.zeros(len(members))
    counted = np.full(len(members), float(len(drawn)))
    place = np.searchsorted(members, drawn)
    counted[place] -= 1  # nobody is at a distance from itself
    for start in range(0, len(drawn), AT_ONCE):
        far = np.asarray(structure.graph.distances(drawn[start : start + AT_ONCE], members), dtype=np.float64)
        total += far.sum(axis=0)
        with np.errstate(divide="ignore"):
            inverse += np.where(far > 0, 1 / far, 0.0).sum(axis=0)
    return total, inverse, counted


def pagerank(structure: Structure, damping: float = 0.85) -> Floats:
    """The share of time that a walk along ties, drawn by weight, spends at each actor; sums to 1.

    Source: Brin and Page, "The anatomy of a large-scale hypertextual web search engine" (1998).
    """
    if not structure.order:
        return np.zeros(0)
    return np.asarray(structure.graph.pagerank(weights="weight", damping=damping))


def core_number(structure: Structure) -> Ints:
    """The largest k such that the actor belongs to a part where everyone has k ties inside the part.

    Source: Seidman, "Network structure and minimum degree", Social Networks 5 (1983).
    """
    return np.asarray(structure.graph.coreness(), dtype=np.int64)


def constraint(structure: Structure) -> Floats:
    """How much each actor's ties lead back to the same people, >= 0; NaN for an isolate.

    Source: Burt, "Structural Holes" (1992), p. 54.
    """
    if not structure.size:
        return np.full(structure.order, np.nan)
    found = np.asarray(structure.graph.constraint(weights="weight"), dtype=np.float64)
    found[structure.degree == 0] = np.nan
    return found


def effective_size(structure: Structure) -> Floats:
    """The number of an actor's ties less their redundancy, weighted; NaN for an isolate.

    Burt's sum is taken over the triangles that the actor is in, since only they make a tie redundant.

    Source: Burt, "Structural Holes" (1992), p. 52; networkx's `effective_size(G, weight="weight")`.
    """
    found = structure.degree.astype(np.float64)
    corners, ties = structure.triangles
    if len(corners):
        total = strength(structure)
        largest = np.zeros(structure.order)
        for side in range(2):
            np.maximum.at(largest, structure.ends[:, side], structure.weights)
        for at in range(3):
            for via in ((at + 1) % 3, (at + 2) % 3):
                # Of actor, via and the third corner: the tie opposite `via` joins actor and the third.
                actor = corners[:, at]
                share = structure.weights[ties[:, via]] / total[actor]
                marginal = structure.weights[ties[:, at]] / largest[corners[:, via]]
                found -= np.bincount(actor, weights=share * marginal, minlength=structure.order)
    found[structure.degree == 0] = np.nan
    return found


def clustering(structure: Structure) -> Floats:
    """The share of each actor's pairs of neighbours that are tied; 0 for fewer than two neighbours.

    Source: Watts and Strogatz, "Collective dynamics of small-world networks", Nature 393 (1998).
    """
    if not structure.order:
        return np.zeros(0)
    return np.asarray(structure.graph.transitivity_local_undirected(mode="zero"))


def communities(structure: Structure) -> Ints:
    """A number for each actor: those with the same one are tied more among themselves than with others.

    The best of several runs of Leiden by modularity with fixed dice, numbered by falling size and then by
    the first actor in them, so that the same graph has the same numbers. An isolate is alone.

    Source: Traag, Waltman and van Eck, "From Louvain to Leiden", Scientific Reports 9 (2019).
    """
    if not structure.size:
        return np.arange(structure.order)
    is_large = structure.size >= MANY_TIES
    tries = 1 if is_large else COMMUNITY_TRIES
    rounds = (
        2 if is_large else -1
    )  # -1: until nothing moves, which takes four times as long for the fifth decimal
    dice = random.Random(SEED)
    igraph.set_random_number_generator(dice)
    try:
        found = [
            structure.graph.community_leiden(
                objective_function="modularity", weights="weight", n_iterations=rounds
            )
            for _ in range(tries)
        ]
    finally:
        igraph.set_random_number_generator(random)
    best = max(found, key=lambda clustering: clustering.modularity)
    return _numbered_by_size(np.asarray(best.membership, dtype=np.int64))


def modularity(structure: Structure, membership: Ints) -> float | None:
    """Newman's modularity of a division, in [-1/2, 1); None without a tie.

    Source: Newman, "Analysis of weighted networks", Physical Review E 70, 056131 (2004).
    """
    if not structure.size:
        return None
    return float(structure.graph.modularity(membership.tolist(), weights="weight"))


def components(structure: Structure) -> Ints:
    """A number for each actor: those with the same one reach each other. The largest has number 0."""
    if not structure.order:
        return np.zeros(0, dtype=np.int64)
    return _numbered_by_size(np.asarray(structure.graph.connected_components().membership, dtype=np.int64))


def articulation_points(structure: Structure) -> list[str]:
    """The actors without whom some of the others no longer reach each other, by id.

    Source: Hopcroft and Tarjan, "Efficient algorithms for graph manipulation", CACM 16 (1973).
    """
    return sorted(structure.names[v] for v in structure.graph.articulation_points())


def bridges(structure: Structure) -> list[tuple[str, str]]:
    """The ties without which some actors no longer reach each other, by ids."""
    pairs = structure.ends[structure.graph.bridges()] if structure.size else structure.ends
    return sorted(
        (min(pair), max(pair))
        for pair in ((structure.names[some], structure.names[other]) for some, other in pairs)
    )


def density(structure: Structure) -> float:
    """The share of all possible ties that exist, in [0, 1]; 0 for fewer than two actors."""
    possible = structure.order * (structure.order - 1) / 2
    return structure.size / possible if possible else 0.0


def transitivity(structure: Structure) -> float:
    """Three times the triangles over the connected triples, in [0, 1]; 0 without such a triple."""
    if not structure.size:
        return 0.0
    return float(structure.graph.transitivity_undirected(mode="zero"))


ACTOR_MEASURES: Mapping[str, Callable[[Structure], Any]] = {
    "degree": degree,
    "strength": strength,
    "betweenness": lambda s: betweenness(s) if s.order <= EXACT_UP_TO else sampled_betweenness(s)[0],
    "closeness": lambda s: closeness(s) if s.order <= EXACT_UP_TO else sampled_distances(s)[0],
    "harmonic": lambda s: harmonic(s) if s.order <= EXACT_UP_TO else sampled_distances(s)[1],
    "pagerank": pagerank,
    "core_number": core_number,
    "constraint": constraint,
    "effective_size": effective_size,
    "clustering": clustering,
}


def _pairs_scale(order: int) -> float:
    return 2 / ((order - 1) * (order - 2)) if order > 2 else 1.0


def _component_sizes(structure: Structure) -> Ints:
    membership = components(structure)
    return np.bincount(membership, minlength=1)[membership] if structure.order else membership


def _numbered_by_size(membership: Ints) -> Ints:
    values, first, inverse, counts = np.unique(
        membership, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(values), dtype=np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(values))
    return rank[inverse]
