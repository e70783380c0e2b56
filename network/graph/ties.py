"""From records to ties: how a collaboration or a network of k participants becomes edges. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product

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
    weights: dict[tuple[str, str], float] = {}
    behind: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for record in sorted(records):
        weight, pairs = _pairs(record)
        for pair in pairs:
            weights[pair] = weights.get(pair, 0.0) + weight
            behind.setdefault(pair, []).append((record.kind, record.id))
    for meeting in sorted(meetings):
        if as_of is None:
            raise ValueError("encounters fade with time: say as of which day")
        if meeting.day > as_of:
            continue
        weight, pairs = _pairs(meeting)
        for pair in pairs:
            if pair in weights:
                weights[pair] += decay((as_of - meeting.day).days) * weight
                behind[pair].append(("encounter", meeting.id))
    return [Tie(*pair, weights[pair], tuple(behind[pair])) for pair in sorted(weights)]


def neighbours(records: Iterable[Record]) -> dict[str, set[str]]:
    """{actor: those that share a record with it}: the same ties as `project` makes, without their weights.

    >>> found = neighbours([Record("network", "N", ("a", "b")), Record("network", "M", ("c",))])
    >>> {actor: sorted(others) for actor, others in found.items()}
    {'a': ['b'], 'b': ['a']}
    """
    found: dict[str, set[str]] = {}
    for record in records:
        for some, other in _pairs(record)[1]:
            found.setdefault(some, set()).add(other)
            found.setdefault(other, set()).add(some)
    return found


def _pairs(row: Record | Meeting) -> tuple[float, Iterable[tuple[str, str]]]:
    """The weight that `row` gives to each of its pairs, and the pairs."""
    everyone = sorted({*row.participants, *(member for group in row.groups for member in group)})
    if len(everyone) < 2:
        return 0.0, ()
    weight = 1 / (len(everyone) - 1)
    if not row.groups:
        return weight, combinations(everyone, 2)
    sides = [{actor} for actor in set(row.participants)] + [set(group) for group in row.groups]
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
