"""Rules on mandates that go together: the same task at several levels, different tasks in one area.

A country has millions of such pairs. They are summed up per cell as they are found, some at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mandates.coverage import Thresholds
from mandates.rules import pair_arrays as arrays
from mandates.rules.finding import MOST_NAMED, Finding, Message, key_of, rule
from mandates.rules.overlap import unlike
from mandates.rules.pair_arrays import DayRows, Numbers
from mandates.rules.tie_arrays import bonded
from mandates.snapshot import Date, Mandate, Snapshot


@dataclass(frozen=True, slots=True)
class Summary:
    """Pairs of a cell summed up.

    Attributes:
        actors: how many different pairs of actors there are.
        named: the numbers of its rows, all or, where there are many, those of the strongest.
        strongest: the most alike, as (first, second, likeness).
    """

    rows: DayRows
    actors: int
    named: tuple[Mandate, ...]
    strongest: tuple[tuple[Mandate, Mandate, float], ...]
    is_all: bool

    @property
    def holders(self) -> list[str]:
        return sorted({m.holder for m in self.named})


class _Adding:
    """Sums up the pairs of a cell, some at a time."""

    def __init__(self, rows: DayRows, limit: int) -> None:
        self._rows, self._limit = rows, limit
        self._actors = [np.empty(0, dtype=np.int64)]
        self._strongest = np.empty(0, dtype=np.int64)
        self._is_in = np.zeros(len(rows.rows), dtype=np.bool_)

    def add(self, first: Numbers, second: Numbers, actors: Numbers) -> None:
        """`actors`: the pairs of holders, each once."""
        self._is_in[first] = self._is_in[second] = True
        self._actors.append(actors)
        fresh = arrays.smallest(arrays.ranked(self._rows, first, second), self._limit)
        self._strongest = arrays.smallest(np.concatenate([self._strongest, fresh]), self._limit)

    def summary(self) -> Summary | None:
        """None without a pair."""
        if not len(self._strongest):
            return None
        mandates = self._rows.rows
        first, second, alike = arrays.unranked(self._rows, self._strongest)
        every = np.flatnonzero(self._is_in)
        is_all = len(every) <= MOST_NAMED
        return Summary(
            rows=self._rows,
            actors=len(np.unique(np.concatenate(self._actors))),
            named=tuple(mandates[n] for n in (every if is_all else np.union1d(first, second)).tolist()),
            strongest=tuple(
                (mandates[a], mandates[b], c / arrays.HUNDRED)
                for a, b, c in zip(first.tolist(), second.tolist(), alike.tolist(), strict=True)
            ),
            is_all=is_all,
        )


@dataclass(frozen=True, slots=True)
class Apart:
    """Pairs of actors that complement each other in an area without a bond.

    Attributes:
        count, of: how many, of how many that complement each other.
        actors, mandates: all, or those of the strongest where they are many.
        strongest: the pairs with most in common, with their mandates that complement each other.
    """

    count: int
    of: int
    actors: tuple[str, ...]
    mandates: tuple[str, ...]
    strongest: tuple[tuple[tuple[str, str], tuple[str, ...]], ...]
    is_all: bool


Area = tuple[str, str]
Complements = Mapping[Area, tuple[Summary, Apart | None]]


def complements(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> Complements:
    """{(strategy, area): what complements what in it, and what of it is apart}. Found once for both rules."""

    def found() -> Complements:
        rows = arrays.day_rows(snapshot, day)
        areas: dict[Area, tuple[Summary, Apart | None]] = {}
        for here in arrays.groups(rows.area, np.flatnonzero(rows.is_task)):
            adding, apart = _Adding(rows, thresholds.strongest), _Parting(snapshot, rows, day, thresholds)
            for first, second in unlike(snapshot, rows, day, here, across=False):
                other = rows.function[first] != rows.function[second]
                first, second = first[other], second[other]
                actors, counts = np.unique(rows.actors_of(first, second), return_counts=True)
                adding.add(first, second, actors)
                apart.add(first, second, actors, counts)
            one = rows.rows[int(here[0])]
            if summary := adding.summary():
                areas[one.strategy, one.area] = (summary, apart.found(here, summary.actors))
        return areas

    return snapshot.remembered(("complements", day, thresholds), found)


class _Parting:
    """Keeps the pairs of actors without a bond, with how many pairs of mandates they have."""

    def __init__(self, snapshot: Snapshot, rows: DayRows, day: Date, thresholds: Thresholds) -> None:
        self._snapshot, self._rows, self._day = snapshot, rows, day
        self._limit = thresholds.strongest
        self._bonds = bonded(snapshot, rows, day, thresholds)
        self._pairs = [np.empty(0, dtype=np.int64)]
        self._counts = [np.empty(0, dtype=np.int64)]
        self._is_in = np.zeros(len(rows.rows), dtype=np.bool_)
        self._seen = 0

    def add(self, first: Numbers, second: Numbers, actors: Numbers, counts: Numbers) -> None:
        """`actors`: the pairs of holders, each once; `counts`: how many pairs of mandates each has."""
        size = len(self._rows.slugs)
        free = ~self._bonds.join(*np.divmod(actors, size))
        self._pairs.append(actors[free])
        self._counts.append(counts[free])
        self._seen += len(first)
        if self._seen <= MOST_NAMED**2:  # more pairs are of more rows than are named
            holder = self._rows.holder
            free = ~self._bonds.join(holder[first], holder[second])
            self._is_in[first[free]] = self._is_in[second[free]] = True

    def found(self, here: Numbers, of: int) -> Apart | None:
        """None where every pair has a bond. `here`: the rows of the area."""
        rows = self._rows
        pairs, place = np.unique(np.concatenate(self._pairs), return_inverse=True)
        if not len(pairs):
            return None
        counts = np.bincount(place, weights=np.concatenate(self._counts)).astype(np.int64)
        best = pairs[np.lexsort((pairs, -counts))[: self._limit]]
        strongest = []
        for low, high in zip(*(part.tolist() for part in np.divmod(best, len(rows.slugs))), strict=True):
            strongest.append(((rows.slugs[low], rows.slugs[high]), self._shared(here, low, high)))
        every = np.flatnonzero(self._is_in)
        is_all = len(every) <= MOST_NAMED and self._seen <= MOST_NAMED**2
        if is_all:
            mandates = {rows.rows[n].code for n in every.tolist()}
            actors = {rows.rows[n].holder for n in every.tolist()}
        else:
            mandates = {code for _pair, codes in strongest for code in codes}
            actors = {slug for pair, _codes in strongest for slug in pair}
        return Apart(
            count=len(pairs),
            of=of,
            actors=tuple(sorted(actors)),
            mandates=tuple(sorted(mandates)),
            strongest=tuple(strongest),
            is_all=is_all,
        )

    def _shared(self, here: Numbers, low: int, high: int) -> tuple[str, ...]:
        """The mandates of two actors that complement each other."""
        rows = self._rows
        own = here[(rows.holder[here] == low) | (rows.holder[here] == high)]
        found: set[int] = set()
        for first, second in unlike(self._snapshot, rows, self._day, own, across=False):
            other = rows.function[first] != rows.function[second]
            found |= {*first[other].tolist(), *second[other].tolist()}
        return tuple(sorted(rows.rows[n].code for n in found))


def _summed_up(
    name: str, strategy: str, area: str, function: str | None, here: Summary, thresholds: Thresholds
) -> Finding:
    """One finding that counts the pairs of actors and shows the strongest."""
    return Finding(
        rule=name,
        key=key_of(name, strategy=strategy, area=f"{area}/{function}" if function else area),
        severity=1,
        strategy=strategy,
        area=area,
        function=function,
        actors=tuple(here.holders),
        mandates=tuple(sorted(m.code for m in here.named)),
        evidence={
            "count": here.actors,
            "strongest": [
                {"mandates": [a.code, b.code], "actors": sorted([a.holder, b.holder]), "likeness": alike}
                for a, b, alike in here.strongest
            ],
        },
        explanation=(
            Message(
                name if here.is_all else f"{name}.many",
                {"area": area, "function": function, "count": here.actors, "actors": here.holders},
            ),
        ),
        closes=(Message("close.nothing"),),
        thresholds=thresholds,
    )


@rule("vertical_sharing", thresholds=("strongest",), apart=True)
def vertical_sharing(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """The same task in the same area is held at several levels: often meant so. Summed up per area and task."""
    rows = arrays.day_rows(snapshot, day)
    found = []
    for here in arrays.groups(rows.cell, np.flatnonzero(rows.is_task)):
        adding = _Adding(rows, thresholds.strongest)
        for first, second in unlike(snapshot, rows, day, here, across=True):
            adding.add(first, second, np.unique(rows.actors_of(first, second)))
        one = rows.rows[int(here[0])]
        if summary := adding.summary():
            found.append(
                _summed_up("vertical_sharing", one.strategy, one.area, one.function, summary, thresholds)
            )
    return found


@rule("complementary", thresholds=("strongest",), apart=True)
def complementary(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Different tasks in the same area, for the same level and ground. Summed up per area."""
    return [
        _summed_up("complementary", strategy, area, None, summary, thresholds)
        for (strategy, area), (summary, _apart) in complements(snapshot, day, thresholds).items()
    ]
