"""The coverage matrix of a large register on a day: columns of numbers in, counts per cell out. Pure.

Measured on 1,000,000 mandates (`benchmarks/coverage`): one pass over columns in memory answers in
milliseconds where rows take seconds. `mandates.matrix` is what it must agree with.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mandates.matrix import Selection, check
from mandates.snapshot import CROSS_SECTOR, Date, Mandate, Snapshot

Integers = npt.NDArray[np.int32]
Booleans = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

# Unknown starts and open ends as days that no date lies beyond.
BEGUN, OPEN = np.int32(0), np.int32(datetime.date.max.toordinal() + 1)


@dataclass(frozen=True, slots=True)
class Columns:
    """One row per (mandate, level): a mandate counts in each level that it aims at.

    Each array has N rows, in order of `cell` and `holder`. `first` and `until` are ordinal days, [first,
    until), already narrowed to the life of the holder. `holder`, `kind`, `ground` and `mandate` index
    `holders`, `kinds`, `grounds` and `mandates`; `cell` is the number of its cell,
    `(area * functions + function) * levels + level`.

    Attributes:
        first, until, holder, mandate, cell, kind, ground: int32.
        explicit: bool.
        pair: int32, the number of the row's (cell, holder): equal for rows of one holder in one cell.
        starts: the first row of each cell, and the end of the last; `cells` + 1 of them.
        areas: (strategy, code) of each area; of each strategy also cross-sector.
        functions, levels, kinds: codes.
        holders, mandates: the ids that number the rows.
        grounds: a mandate of each different territory.
    """

    first: Integers
    until: Integers
    holder: Integers
    mandate: Integers
    cell: Integers
    kind: Integers
    ground: Integers
    explicit: Booleans
    pair: Integers
    starts: Rows
    areas: tuple[tuple[str, str], ...]
    functions: tuple[str, ...]
    levels: tuple[str, ...]
    kinds: tuple[str, ...]
    holders: tuple[str, ...]
    mandates: tuple[str, ...]
    grounds: tuple[Mandate, ...]

    @property
    def cells(self) -> int:
        return len(self.areas) * len(self.functions) * len(self.levels)

    def number(self, strategy: str, area: str, function: str, level: str) -> int | None:
        """The number of a cell; None where the register knows no such code."""
        try:
            place = self.areas.index((strategy, area)) * len(self.functions) + self.functions.index(function)
            return place * len(self.levels) + self.levels.index(level)
        except ValueError:
            return None

    def codes(self, number: int) -> tuple[str, str, str, str]:
        """(strategy, area, function, level) of the cell `number`."""
        rest, level = divmod(number, len(self.levels))
        area, function = divmod(rest, len(self.functions))
        return (*self.areas[area], self.functions[function], self.levels[level])


ARRAYS = ("first", "until", "holder", "mandate", "cell", "kind", "ground", "explicit")


def columns(snapshot: Snapshot) -> Columns:
    """The decided mandates of `snapshot` as columns; made once for each snapshot."""
    return snapshot.remembered("columns", lambda: _columns(snapshot, snapshot.mandates))


def _columns(snapshot: Snapshot, mandates: Iterable[Mandate], like: Columns | None = None) -> Columns:
    """Columns of `mandates`, numbered as `like` numbers them, whose ids they add to.

    Raises:
        KeyError: `like` knows no such area, function, level, kind or holder.
    """
    rows = [m for m in mandates if m.status == "decided"]
    areas, functions, levels, kinds, holders = _numbers(snapshot, rows, like)
    grounds: dict[tuple, int] = {}
    samples: list[Mandate] = list(like.grounds) if like else []
    for place, sample in enumerate(samples):
        grounds[_ground(snapshot, sample)] = place
    codes = list(like.mandates) if like else []
    found: list[tuple[int, int, int, int, int, int, int, bool]] = []
    for mandate in rows:
        if (life := snapshot.life(mandate)) is None:
            continue
        ground = grounds.setdefault(_ground(snapshot, mandate), len(samples))
        if ground == len(samples):
            samples.append(mandate)
        first, until = (
            int(BEGUN) if life[0] == Date.min else life[0].toordinal(),
            int(OPEN) if life[1] == Date.max else life[1].toordinal(),
        )
        place = areas[mandate.strategy, mandate.area] * len(functions) + functions[mandate.function]
        kind, holder = kinds[mandate.kind], holders[mandate.holder]
        for level in mandate.levels:
            cell = place * len(levels) + levels[level]
            found.append((first, until, holder, len(codes), cell, kind, ground, mandate.explicit))
        codes.append(mandate.code)
    table = np.array(found, dtype=np.int32).reshape(-1, len(ARRAYS))
    table = table[np.lexsort((table[:, 3], table[:, 2], table[:, 4]))]
    arrays = {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(ARRAYS)}
    return Columns(
        **{**arrays, "explicit": arrays["explicit"].astype(np.bool_)},  # type: ignore[arg-type]  # one is bool, the others whole numbers
        **_order(arrays["cell"], arrays["holder"], len(areas) * len(functions) * len(levels)),
        areas=tuple(areas),
        functions=tuple(functions),
        levels=tuple(levels),
        kinds=tuple(kinds),
        holders=tuple(holders),
        mandates=tuple(codes),
        grounds=tuple(samples),
    )


def _order(cell: Integers, holder: Integers, cells: int) -> dict[str, Any]:
    """`pair` and `starts` of rows that lie in order of cell and holder."""
    is_new = np.zeros(len(cell), dtype=np.int32)
    is_new[1:] = (cell[1:] != cell[:-1]) | (holder[1:] != holder[:-1])
    return {
        "pair": np.cumsum(is_new, dtype=np.int32),
        "starts": np.searchsorted(cell, np.arange(cells + 1)),
    }


def _numbers(
    snapshot: Snapshot, rows: Sequence[Mandate], like: Columns | None
) -> tuple[dict[tuple[str, str], int], dict[str, int], dict[str, int], dict[str, int], dict[str, int]]:
    if like is not None:
        return (
            _numbered(like.areas),
            _numbered(like.functions),
            _numbered(like.levels),
            _numbered(like.kinds),
            _numbered(like.holders),
        )
    across = [(row.slug, CROSS_SECTOR) for row in snapshot.strategies]
    own = [(row.strategy, row.code) for row in snapshot.areas]
    return (
        _numbered([*across, *own, *((m.strategy, m.area) for m in rows)]),
        _numbered([*(row.code for row in snapshot.functions), *(m.function for m in rows)]),
        _numbered([*(row.code for row in snapshot.levels), *(level for m in rows for level in m.levels)]),
        _numbered([*(row.code for row in snapshot.mandate_kinds), *(m.kind for m in rows)]),
        _numbered([*(row.slug for row in snapshot.actors)]),
    )


def _numbered(codes: Iterable) -> dict:
    return {code: number for number, code in enumerate(dict.fromkeys(codes))}


def _ground(snapshot: Snapshot, mandate: Mandate) -> tuple:
    """What decides a mandate's territory: where two agree, one stands for both."""
    if mandate.territory_places or mandate.territory_groups:
        return mandate.territory_places, mandate.territory_groups
    holder = snapshot.actor_by_slug.get(mandate.holder)
    return (holder.place if holder else None,)


def with_rows(table: Columns, snapshot: Snapshot, changed: Mapping[str, Mandate | None]) -> Columns | None:
    """`table` with the mandates of `changed` in place of those with the same codes (None: removed).

    None where a new code, or a new actor, asks for columns made afresh.
    """
    numbers = [place for place, code in enumerate(table.mandates) if code in changed]
    kept = ~np.isin(table.mandate, numbers)
    try:
        new = _columns(snapshot, [m for m in changed.values() if m is not None], table)
    except KeyError:
        return None
    rest = {name: getattr(table, name)[kept] for name in ARRAYS}
    order = np.searchsorted(
        rest["cell"].astype(np.int64) << 32 | rest["holder"],
        new.cell.astype(np.int64) << 32 | new.holder,
    )
    merged: dict[str, Any] = {name: np.insert(rest[name], order, getattr(new, name)) for name in ARRAYS}
    return replace(new, **merged, **_order(merged["cell"], merged["holder"], new.cells))


@dataclass(frozen=True, slots=True)
class Counts:
    """How much each cell has on a day. Arrays of one int64 per cell, indexed by the cell's number."""

    mandates: npt.NDArray[np.int64]
    holders: npt.NDArray[np.int64]


def active(table: Columns, day: Date) -> Rows:
    """The rows in force on `day`, in order."""
    on = np.int32(day.toordinal())
    in_force = table.first <= on
    in_force &= table.until > on
    return in_force.nonzero()[0]


def counts(table: Columns, rows: Rows) -> Counts:
    """Mandates and distinct holders of `rows`, per cell.

    Rows lie sorted by cell and holder, so the rows of a cell lie between two places, and a holder is new
    where the pair of cell and holder differs from the row before. O(N) time, and memory for `rows`.
    """
    pair = table.pair[rows]
    is_new = np.ones(len(rows), dtype=np.bool_)
    np.not_equal(pair[1:], pair[:-1], out=is_new[1:])
    bounds = rows.searchsorted(table.starts)
    holders = is_new.nonzero()[0].searchsorted(bounds)
    return Counts(bounds[1:] - bounds[:-1], holders[1:] - holders[:-1])


def explicit(table: Columns, rows: Rows) -> Rows:
    """Those of `rows` whose mandates name the strategy's goal."""
    return rows[table.explicit[rows]]


def chosen(table: Columns, snapshot: Snapshot, day: Date, selection: Selection) -> Rows:
    """The rows in force on `day` that `selection` asks for.

    Raises:
        UnknownCode: the selection names a code that the register does not know.
        ValueError: it asks for holders, words of law or proposals, which are no columns.
    """
    if selection.actors or selection.legal or selection.include_proposed:
        raise ValueError("holders, legal bases and proposals are read from rows, not from columns")
    check(snapshot, selection)
    rows = active(table, day)
    wanted = selection
    if wanted.strategies or wanted.areas or wanted.functions or wanted.levels:
        cells = np.fromiter(
            (_asks(table.codes(n), wanted) for n in range(table.cells)), np.bool_, table.cells
        )
        rows = rows[cells[table.cell[rows]]]
    if wanted.kinds:
        rows = rows[among(table.kinds, wanted.kinds)[table.kind[rows]]]
    if wanted.explicit is not None:
        rows = rows[table.explicit[rows] == wanted.explicit]
    if wanted.places:
        meets = [snapshot.places_meet(snapshot.territory(m, day), wanted.places) for m in table.grounds]
        rows = rows[np.array(meets, dtype=np.bool_)[table.ground[rows]]]
    return rows


def _asks(codes: tuple[str, str, str, str], wanted: Selection) -> bool:
    asked = (wanted.strategies, wanted.areas, wanted.functions, wanted.levels)
    return all(not some or code in some for code, some in zip(codes, asked, strict=True))


def among(codes: Sequence[str], some: frozenset[str]) -> Booleans:
    """For each of `codes`, whether it is one of `some`."""
    return np.array([code in some for code in codes], dtype=np.bool_)


def rows_of(table: Columns, rows: Rows, number: int) -> Rows:
    """Those of `rows` that lie in the cell `number`, found by bisection."""
    first, last = np.searchsorted(rows, table.starts[number : number + 2])
    return rows[first:last]


def mandates_of(table: Columns, rows: Rows) -> list[str]:
    """The codes of the mandates of `rows`, in the order of the register."""
    return [table.mandates[number] for number in np.unique(table.mandate[rows]).tolist()]


def holders_of(table: Columns, rows: Rows) -> list[str]:
    """The distinct holders of `rows`."""
    return [table.holders[number] for number in np.unique(table.holder[rows]).tolist()]
