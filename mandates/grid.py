"""The numbers that a page of the coverage matrix shows, of one strategy on one day. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mandates import coverage_arrays as arrays
from mandates.coverage import DEFAULTS, NOT_EXPECTED, CellState, Thresholds, state
from mandates.eligibility import cells_on
from mandates.matrix import UNEXPECTED, Selection, asks, worst
from mandates.snapshot import Date, Snapshot

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mandates, and how many distinct holders they have."""

    mandates: int = 0
    holders: int = 0

    def number(self, count: str) -> int:
        """`count` is "holders" or "mandates"."""
        return self.mandates if count == "mandates" else self.holders


@dataclass(frozen=True, kw_only=True)
class Box:
    """One area, function and level on the page.

    Attributes:
        states: the expectations here, whole: statuses are never those of a narrower selection.
        counted: what counts for the expectation shown; where nothing is expected, all that is held.
        besides: what is held here and counts for no expectation.
    """

    area: str
    function: str
    level: str
    states: tuple[CellState, ...] = ()
    counted: Tally = Tally()
    besides: Tally = Tally()

    @property
    def key(self) -> Key:
        return self.area, self.function, self.level

    @cached_property
    def now(self) -> CellState | None:
        """The expectation that the page shows: the worst of them."""
        return worst(self.states)

    @property
    def status(self) -> str:
        now = self.now
        if now is not None:
            return now.status
        return UNEXPECTED if self.counted.mandates else NOT_EXPECTED

    @cached_property
    def shown(self) -> str:
        """Status or mark: gap before goes dark before thin before covered."""
        now = self.now
        if now is None or now.status != "covered":
            return self.status
        return next((mark for mark in ("goes_dark", "thin") if mark in now.marks), now.status)

    @property
    def is_expected(self) -> bool:
        return bool(self.states)

    @property
    def is_empty(self) -> bool:
        return not self.states and not self.counted.mandates


def grid(
    snapshot: Snapshot,
    strategy: str,
    day: Date,
    selection: Selection | None = None,
    thresholds: Thresholds = DEFAULTS,
) -> Mapping[Key, Box]:
    """{(area, function, level): box} of `strategy`, where anything is expected or held on `day`.

    `selection` narrows what is counted; its areas, functions and levels also what is expected.

    Raises:
        UnknownCode, ValueError: as `coverage_arrays.chosen`.
    """
    wanted = selection or Selection()
    return snapshot.remembered(
        ("grid", strategy, day, wanted, thresholds),
        lambda: _grid(snapshot, strategy, day, wanted, thresholds),
    )


def _grid(
    snapshot: Snapshot, strategy: str, day: Date, selection: Selection, thresholds: Thresholds
) -> dict[Key, Box]:
    table = arrays.columns(snapshot)
    rows = arrays.chosen(table, snapshot, day, selection)
    held = arrays.counts(table, rows)
    expected: dict[Key, list[CellState]] = {}
    for cell in cells_on(snapshot, day):
        asked = cell.expectation
        if asked.strategy == strategy and asks(selection, cell):
            key = (cell.area, asked.function, asked.level)
            expected.setdefault(key, []).append(state(snapshot, cell, day, thresholds))
    found = {key: _expected(table, rows, strategy, key, here) for key, here in expected.items()}
    for number in np.flatnonzero(held.mandates).tolist():
        owner, *codes = table.codes(number)
        area, function, level = codes
        if owner == strategy and (area, function, level) not in found:
            tally = Tally(int(held.mandates[number]), int(held.holders[number]))
            found[area, function, level] = Box(area=area, function=function, level=level, counted=tally)
    return found


def _expected(
    table: arrays.Columns, rows: arrays.Rows, strategy: str, key: Key, states: Iterable[CellState]
) -> Box:
    area, function, level = key
    here = tuple(states)
    box = Box(area=area, function=function, level=level, states=here)
    number = table.number(strategy, *key)
    if number is None:
        return box
    own = arrays.rows_of(table, rows, number)
    met = np.zeros(len(own), dtype=np.bool_)
    counted = met
    for now in here:
        meets = _meeting(table, own, now)
        met = met | meets
        if now is box.now:
            counted = meets
    return Box(
        area=area,
        function=function,
        level=level,
        states=here,
        counted=_tally(table, own[counted]),
        besides=_tally(table, own[~met]),
    )


def _meeting(table: arrays.Columns, rows: arrays.Rows, now: CellState) -> arrays.Booleans:
    """Which of `rows`, in force in one cell, count for its expectation: those that `now` names.

    Without a holder group, what the columns say decides it, and a busy cell's thousands of ids need not be
    compared.
    """
    asked = now.cell.expectation
    if asked.holder_group is not None:
        wanted = set(now.mandates)
        return np.array([table.mandates[n] in wanted for n in table.mandate[rows].tolist()], dtype=np.bool_)
    found = table.explicit[rows] if asked.explicit_only else np.ones(len(rows), dtype=np.bool_)
    if asked.kinds:
        found = found & arrays.among(table.kinds, asked.kinds)[table.kind[rows]]
    return found


def _tally(table: arrays.Columns, rows: arrays.Rows) -> Tally:
    """Of rows of one cell, where each mandate has one and those of a holder lie together."""
    pair = table.pair[rows]
    return Tally(len(rows), int(len(rows) > 0) + int(np.count_nonzero(pair[1:] != pair[:-1])))


def rows(
    snapshot: Snapshot, strategy: str, day: Date, key: Key, selection: Selection | None = None
) -> list[str]:
    """The codes of the mandates that `selection` leaves in one box on `day`: what its numbers count."""
    table = arrays.columns(snapshot)
    number = table.number(strategy, *key)
    if number is None:
        return []
    chosen = arrays.chosen(table, snapshot, day, selection or Selection())
    return arrays.mandates_of(table, arrays.rows_of(table, chosen, number))


def mandates_in(snapshot: Snapshot, strategy: str, day: Date, area: str, selection: Selection) -> int:
    """How many different mandates `selection` leaves in an area on `day`, at whatever level."""
    table = arrays.columns(snapshot)
    here = replace(selection, strategies=frozenset({strategy}), areas=frozenset({area}))
    return len(np.unique(table.mandate[arrays.chosen(table, snapshot, day, here)]))


def totals(boxes: Mapping[Key, Box], level: str | None = None) -> Mapping[str, int]:
    """How many expectations there are, and how many of each status, at `level` or in all."""
    states = [now for box in boxes.values() if level in (None, box.level) for now in box.states]
    return {"expected": len(states)} | {
        status: sum(1 for now in states if now.status == status)
        for status in dict.fromkeys(now.status for now in states)
    }
