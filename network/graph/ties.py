"""From records to ties: how a collaboration or a network of k participants becomes edges. Pure."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from network.graph import incidence

HALF_LIFE_DAYS = 365


@dataclass(frozen=True, slots=True, order=True)
class Record:
    """A row of the register that ties those in it: `kind` is collaboration or network, `id` its code.

    `groups` are groups that take part as one, spelled out as their members. Each member has the group's ties;
    that the group takes part says nothing of how its members stand to each other.
    """

    kind: str
    id: str
    participants: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """An encounter: its last day, and those known to have been there; `groups` as in `Record`."""

    id: str
    day: datetime.date
    participants: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """Two actors (`source` < `target`), how strong their tie is, and the records behind it.

    `records` are (kind, id): collaborations and networks first, then the encounters that add to it.
    """

    source: str
    target: str
    weight: float
    records: tuple[tuple[str, str], ...]


def project(
    records: Iterable[Record], meetings: Iterable[Meeting] = (), *, as_of: datetime.date | None = None
) -> list[Tie]:
    """The ties between actors that share records, ordered by source and target.

    A record of k distinct participants gives each of its pairs the weight 1/(k-1), so that each participant
    gets one unit from it, however many take part. An encounter adds 1/(k-1), halved for every year since,
    to ties that exist, and makes none by itself.

    Args:
        records: the collaborations and networks in force on one day.
        meetings: encounters; those after `as_of` are left out. They need `as_of`.

    Raises:
        ValueError: meetings without the day to count from.

    Source: Newman, "Scientific collaboration networks. II", Physical Review E 64, 016132 (2001).

    >>> abc = Record("network", "N", ("a", "b", "c"))
    >>> [(t.source, t.target, t.weight, len(t.records)) for t in project([abc, Record("collaboration", "S", ("b", "a"))])]
    [('a', 'b', 1.5, 2), ('a', 'c', 0.5, 1), ('b', 'c', 0.5, 1)]
    """
    rows = sorted(records)
    held = sorted(meetings)
    if held and as_of is None:
        raise ValueError("encounters fade with time: say as of which day")
    held = [meeting for meeting in held if as_of and meeting.day <= as_of]
    sides = [(row.participants, row.groups) for row in rows]
    sides += [(meeting.participants, meeting.groups) for meeting in held]
    everybody = {
        actor for part, groups in sides for actor in (*part, *(a for group in groups for a in group))
    }
    names = tuple(sorted(everybody))
    faded = [decay((as_of - meeting.day).days) for meeting in held if as_of]
    found = incidence.project(names, circles({n: i for i, n in enumerate(names)}, sides, faded))
    return ties_of(found, [*((row.kind, row.id) for row in rows), *(("encounter", m.id) for m in held)])


def neighbours(records: Iterable[Record]) -> dict[str, set[str]]:
    """{actor: those that share a record with it}: the same ties as `project` makes, without their weights.

    >>> found = neighbours([Record("network", "N", ("a", "b")), Record("network", "M", ("c",))])
    >>> {actor: sorted(others) for actor, others in found.items()}
    {'a': ['b'], 'b': ['a']}
    """
    found: dict[str, set[str]] = {}
    for record in records:
        for some, other in pairs_of(record.participants, record.groups)[1]:
            found.setdefault(some, set()).add(other)
            found.setdefault(other, set()).add(some)
    return found


def circles(
    place: Mapping[str, int],
    sides: Sequence[tuple[Sequence[str], Collection[Collection[str]]]],
    faded: Sequence[float] = (),
) -> incidence.Circles:
    """Records as arrays.

    Args:
        place: {actor: its position}. sides: (participants, groups spelled out) of each record.
        faded: what is left of each of the last records, which only add.
    """
    whole = [(number, place[actor]) for number, (part, gs) in enumerate(sides) if not gs for actor in part]
    parts: list[tuple[int, int, int, float]] = []
    factor = np.ones(len(sides))
    factor[len(sides) - len(faded) :] = faded
    for number, (participants, groups) in enumerate(sides):
        if groups:
            weight, pairs = pairs_of(participants, groups)
            parts += [
                (
                    number,
                    min(place[some], place[other]),
                    max(place[some], place[other]),
                    weight * float(factor[number]),
                )
                for some, other in pairs
            ]
    rows = np.asarray(whole, dtype=np.int64).reshape(-1, 2)
    pairs_apart = np.asarray(parts, dtype=np.float64).reshape(-1, 4)
    some = pairs_apart[:, :3].astype(np.int64)
    adds = np.arange(len(sides)) >= len(sides) - len(faded)
    apart = (some[:, 0], some[:, 1], some[:, 2], pairs_apart[:, 3])
    return incidence.Circles(rows[:, 0], rows[:, 1], factor, adds, apart)


def ties_of(found: incidence.Projection, keys: Sequence[tuple[str, str]]) -> list[Tie]:
    """The ties of a projection, in the order of its structure; `keys` are the records, by number."""
    structure = found.structure
    return [
        Tie(structure.names[some], structure.names[other], weight, tuple(keys[number] for number in numbers))
        for (some, other), weight, numbers in zip(
            structure.ends.tolist(), structure.weights.tolist(), found.records, strict=True
        )
    ]


def pairs_of(
    participants: Iterable[str], groups: Collection[Collection[str]]
) -> tuple[float, Iterable[tuple[str, str]]]:
    """The weight that a record gives to each of its pairs, and the pairs.

    >>> pairs_of(["a"], [["b", "c"]])
    (0.5, [('a', 'b'), ('a', 'c')])
    """
    everyone = sorted({*participants, *(member for group in groups for member in group)})
    if len(everyone) < 2:
        return 0.0, ()
    weight = 1 / (len(everyone) - 1)
    if not groups:
        return weight, combinations(everyone, 2)
    sides = [{actor} for actor in set(participants)] + [set(group) for group in groups]
    found = {
        (min(pair), max(pair))
        for some, other in combinations(sides, 2)
        for pair in product(some, other)
        if pair[0] != pair[1]
    }
    return weight, sorted(found)


def decay(days: int) -> float:
    """What is left of an encounter's weight after `days` (>= 0): a ratio in (0, 1].

    >>> decay(0), decay(365)
    (1.0, 0.5)
    """
    return float(0.5 ** (days / HALF_LIFE_DAYS))
