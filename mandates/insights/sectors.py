"""Where sectors meet and where they do not: ties between kinds, levels and areas against chance."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from mandates.snapshot import Snapshot
from network.graph.mixing import Mix, Openness, ei_index, mixing, mixing_of_sets, openness_of_sets
from network.graph_values import RegisterGraph

KIND, LEVEL, AREA = DIVISIONS = ("kind", "level", "area")
NONE, FEWER, AS_CHANCE, MORE, TOO_FEW = "none", "fewer", "as_chance", "more", "too_few"
# Counts that fall by chance lie within two standard deviations 19 times out of 20 (Poisson).
DEVIATIONS = 2.0
LEAST_EXPECTED = 1.0


@dataclass(frozen=True)
class Line:
    """Two sectors, or one with itself, and what their ties are beside chance."""

    mix: Mix
    verdict: str

    @property
    def is_inside(self) -> bool:
        return self.mix.some == self.mix.other


@dataclass(frozen=True)
class Division:
    """One way of parting the actors. `actors`: how many are in one of its groups."""

    by: str
    openness: Openness
    lines: Sequence[Line]
    actors: int

    @property
    def apart(self) -> list[Line]:
        """Two different sectors with clearly fewer ties than chance would give, worst first."""
        return [line for line in self.lines if not line.is_inside and line.verdict in (NONE, FEWER)]


def verdict(ties: int, expected: float) -> str:
    """What to say of `ties` where chance would give `expected` (>= 0).

    >>> [verdict(0, 16.8), verdict(33, 50.4), verdict(1, 2.0), verdict(480, 356.0), verdict(0, 0.4)]
    ['none', 'fewer', 'as_chance', 'more', 'too_few']
    """
    if expected < LEAST_EXPECTED and ties <= LEAST_EXPECTED:
        return TOO_FEW
    margin = DEVIATIONS * sqrt(expected)
    if ties <= expected - margin:
        return FEWER if ties else NONE
    return MORE if ties >= expected + margin else AS_CHANCE


def areas_of(snapshot: Snapshot, found: RegisterGraph) -> Mapping[str, frozenset[str]]:
    """{actor: codes of the areas in which it holds an active mandate; `*` for one across all}."""
    areas: dict[str, set[str]] = defaultdict(set)
    for mandate in snapshot.active(found.asked.as_of):
        areas[mandate.holder].add(mandate.area)
    return {slug: frozenset(codes) for slug, codes in areas.items()}


def divisions(found: RegisterGraph, snapshot: Snapshot) -> list[Division]:
    """The actors parted by kind, by level, and by the areas of their mandates. No query."""
    structure = found.structure
    divided = [
        Division(by, ei_index(structure, groups), _lines(mixing(structure, groups)), structure.order)
        for by in (KIND, LEVEL)
        for groups in [found.groups(by)]
    ]
    areas = areas_of(snapshot, found)
    sets = [areas.get(slug, frozenset()) for slug in structure.names]
    divided.append(
        Division(
            AREA,
            openness_of_sets(structure, sets),
            _lines(mixing_of_sets(structure, sets)),
            sum(1 for own in sets if own),
        )
    )
    return divided


def _lines(mixes: Sequence[Mix]) -> list[Line]:
    """Those to be told first: the largest shortage of ties."""
    return [Line(mix, verdict(mix.ties, mix.expected)) for mix in mixes]
