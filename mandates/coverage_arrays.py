"""The coverage matrix of a large register on a day: columns of numbers in, counts per cell out. Pure.

Measured on 1,000,000 mandates (`benchmarks/coverage`): one pass over columns in memory answers in
milliseconds where rows take seconds. `mandates.matrix` is what it must agree with.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mandates.snapshot import Date, Mandate, Snapshot

Integers = npt.NDArray[np.int32]
Booleans = npt.NDArray[np.bool_]

# Unknown starts and open ends as days that no date lies beyond.
BEGUN, OPEN = np.int32(0), np.int32(datetime.date.max.toordinal() + 1)


def ordinal(day: Date | None, missing: np.int32) -> int:
    return day.toordinal() if day is not None else int(missing)


@dataclass(frozen=True, slots=True)
class Columns:
    """One row per (mandate, level): a mandate counts in each level that it aims at.

    Each array has N rows. `first` and `until` are ordinal days, [first, until), already narrowed to the
    life of the holder. `holder`, `mandate` index `holders`, `mandates`; `cell` is the number of its cell,
    `(area * functions + function) * levels + level`.

    Attributes:
        first, until, holder, mandate, cell: int32.
        explicit: bool.
        areas, functions, levels: the codes that number the cells.
        holders, mandates: the ids that number the rows.
    """

    first: Integers
    until: Integers
    holder: Integers
    mandate: Integers
    cell: Integers
    explicit: Booleans
    areas: tuple[str, ...]
    functions: tuple[str, ...]
    levels: tuple[str, ...]
    holders: tuple[str, ...]
    mandates: tuple[str, ...]

    @property
    def cells(self) -> int:
        return len(self.areas) * len(self.functions) * len(self.levels)

    def number(self, area: str, function: str, level: str) -> int:
        """The number of a cell.

        Raises:
            ValueError: a code that no row has.
        """
        place = self.areas.index(area) * len(self.functions) + self.functions.index(function)
        return place * len(self.levels) + self.levels.index(level)

    def codes(self, number: int) -> tuple[str, str, str]:
        """(area, function, level) of the cell `number`."""
        rest, level = divmod(number, len(self.levels))
        area, function = divmod(rest, len(self.functions))
        return self.areas[area], self.functions[function], self.levels[level]


def columns(snapshot: Snapshot, mandates: Iterable[Mandate] | None = None) -> Columns:
    """The decided mandates of `snapshot` (or those given) as columns, sorted by cell and holder."""
    rows = [m for m in (snapshot.mandates if mandates is None else mandates) if m.status == "decided"]
    areas = _numbered(m.area for m in rows)
    functions = _numbered(m.function for m in rows)
    levels = _numbered(level for m in rows for level in m.levels)
    holders = _numbered(m.holder for m in rows)
    found: list[tuple[int, int, int, int, int, bool]] = []
    for number, mandate in enumerate(rows):
        actor = snapshot.actor_by_slug.get(mandate.holder)
        if actor is None:
            continue
        first = max(ordinal(mandate.valid_from, BEGUN), ordinal(actor.valid_from, BEGUN))
        until = min(ordinal(mandate.valid_until, OPEN), ordinal(actor.valid_until, OPEN))
        place = areas[mandate.area] * len(functions) + functions[mandate.function]
        for level in mandate.levels:
            cell = place * len(levels) + levels[level]
            found.append((cell, holders[mandate.holder], first, until, number, mandate.explicit))
    found.sort()
    table = np.array([row[:5] for row in found], dtype=np.int32).reshape(-1, 5)
    return Columns(
        first=table[:, 2].copy(),
        until=table[:, 3].copy(),
        holder=table[:, 1].copy(),
        mandate=table[:, 4].copy(),
        cell=table[:, 0].copy(),
        explicit=np.array([row[5] for row in found], dtype=np.bool_),
        areas=tuple(areas),
        functions=tuple(functions),
        levels=tuple(levels),
        holders=tuple(holders),
        mandates=tuple(m.code for m in rows),
    )


def _numbered(codes: Iterable[str]) -> Mapping[str, int]:
    return {code: number for number, code in enumerate(sorted(set(codes)))}


@dataclass(frozen=True, slots=True)
class Counts:
    """How much each cell has on a day. Arrays of one int64 per cell, indexed by the cell's number."""

    mandates: npt.NDArray[np.int64]
    holders: npt.NDArray[np.int64]
    explicit_mandates: npt.NDArray[np.int64]
    explicit_holders: npt.NDArray[np.int64]


def counts(table: Columns, day: Date) -> Counts:
    """Mandates and distinct holders active on `day`, per cell; explicit ones apart.

    One pass: rows lie sorted by cell and holder, so a holder is new where either differs from the row
    before. O(N) time, and memory for the rows that are active.
    """
    active = _active(table, day)
    explicit = active[table.explicit[active]]
    return Counts(
        mandates=np.bincount(table.cell[active], minlength=table.cells),
        holders=_distinct(table, active),
        explicit_mandates=np.bincount(table.cell[explicit], minlength=table.cells),
        explicit_holders=_distinct(table, explicit),
    )


def _active(table: Columns, day: Date) -> npt.NDArray[np.intp]:
    on = np.int32(day.toordinal())
    return np.flatnonzero((table.first <= on) & (on < table.until))


def _distinct(table: Columns, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Distinct holders per cell among `rows`, which are in order of cell and holder."""
    cell, holder = table.cell[rows], table.holder[rows]
    is_new = np.ones(len(rows), dtype=np.bool_)
    is_new[1:] = (cell[1:] != cell[:-1]) | (holder[1:] != holder[:-1])
    return np.bincount(cell[is_new], minlength=table.cells)


def rows_of(
    table: Columns, day: Date, area: str, function: str, level: str
) -> tuple[Sequence[str], Sequence[str]]:
    """(mandates, distinct holders) that one cell counts on `day`: what its number links to.

    Found by bisection, since the rows lie sorted by cell.
    """
    number = np.int32(table.number(area, function, level))
    start, stop = np.searchsorted(table.cell, [number, number + 1])
    on = day.toordinal()
    here = np.arange(start, stop)
    here = here[(table.first[here] <= on) & (on < table.until[here])]
    mandates = [table.mandates[number] for number in sorted(table.mandate[here].tolist())]
    return mandates, [table.holders[number] for number in np.unique(table.holder[here]).tolist()]
