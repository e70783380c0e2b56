"""How firmly each expectation is met on a date, and until when. Pure.

The words are those of the design: *status*, *marks*. Who counts is in `eligibility`, since when in `met_spans`.
"""

import datetime
from bisect import bisect_right
from dataclasses import dataclass

from mandates.eligibility import Cell, Count, cells_on, count_on, stands
from mandates.met_spans import is_met, turning_points, unmet_spans
from mandates.snapshot import ONE_DAY, Date, Expectation, Mandate, Snapshot, add_months

UNMET = frozenset({"gap", "projected_gap", "voluntary_only", "not_mapped"})
NOT_EXPECTED = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What the rules measure against; stored with each finding.

    horizon_days: H, how far ahead a cell that goes dark is announced. recent_months: R, how long something
    counts as recent. network_share: least share of an area's actors that a network must seat to coordinate
    it. missed_meetings: held meetings in a row. cut_off, sole_expectations: least number that makes a
    single point of failure. strongest: pairs shown when a rule sums up many.
    """

    horizon_days: int = 365
    recent_months: int = 12
    network_share: float = 0.8
    missed_meetings: int = 3
    cut_off: int = 2
    sole_expectations: int = 2
    strongest: int = 20

    @property
    def horizon(self) -> datetime.timedelta:
        return datetime.timedelta(days=self.horizon_days)


DEFAULTS = Thresholds()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellState:
    """A cell on a day.

    Attributes:
        status: covered, gap, projected_gap, voluntary_only, not_mapped, or none where it does not stand.
        marks: of thin, goes_dark.
        holders, mandates: those that meet it or go some way towards it, in the order of the register.
        explicit_holders: of them, those whose mandate names the strategy's goal.
        goes_dark_on: first day in (day, day + H] on which it is unmet; only when met.
        members_covered, members_asked: when all members of a group are asked, how many of them hold it.
        from_above: it is met, by holders of a level above the one that is asked, and by no others.
    """

    cell: Cell
    status: str
    marks: frozenset[str] = frozenset()
    holders: tuple[str, ...] = ()
    mandates: tuple[str, ...] = ()
    explicit_holders: tuple[str, ...] = ()
    goes_dark_on: Date | None = None
    members_covered: int | None = None
    members_asked: int | None = None
    from_above: bool = False

    @property
    def is_unmet(self) -> bool:
        return self.status in UNMET


@dataclass(frozen=True, slots=True)
class Lane:
    """A maximal run [first, until) of equal status, marks and holders."""

    first: Date
    until: Date
    status: str
    marks: frozenset[str]
    holders: tuple[str, ...]


def goes_dark_on(snapshot: Snapshot, cell: Cell, day: Date, thresholds: Thresholds = DEFAULTS) -> Date | None:
    """The first day in (day, day + H] on which `cell` stands and is unmet."""
    spans = unmet_spans(snapshot, cell)
    place = bisect_right(spans, day, key=lambda span: span[0])
    if place < len(spans) and spans[place][0] <= day + thresholds.horizon:
        return spans[place][0]
    return None


def status(snapshot: Snapshot, cell: Cell, day: Date, thresholds: Thresholds = DEFAULTS) -> str:
    """Status of `cell` on `day`: the first that holds, as in the design (Rules)."""
    if not stands(snapshot, cell, day):
        return NOT_EXPECTED
    return _status(snapshot, cell, day, count_on(snapshot, cell, day), thresholds)


def _status(snapshot: Snapshot, cell: Cell, day: Date, count: Count, thresholds: Thresholds) -> str:
    if count.is_met:
        return "covered"
    asked = cell.expectation
    if not is_mapped(asked, day, thresholds):
        return "not_mapped"
    if (
        asked.mapped_until is not None
        and day > asked.mapped_until
        and is_met(snapshot, cell, asked.mapped_until)
    ):
        return "projected_gap"
    if _is_voluntary_only(snapshot, cell, day):
        return "voluntary_only"
    return "gap"


def is_mapped(asked: Expectation, day: Date, thresholds: Thresholds = DEFAULTS) -> bool:
    """Whether somebody has checked it, at most R ago (design: d < mapped_from or d > mapped_until + R)."""
    if asked.mapped_from is None and asked.mapped_until is None:
        return False
    if asked.mapped_from is not None and day < asked.mapped_from:
        return False
    return asked.mapped_until is None or day <= add_months(asked.mapped_until, thresholds.recent_months)


def voluntary_tasks(snapshot: Snapshot, cell: Cell, day: Date) -> tuple[Mandate, ...]:
    """Active voluntary tasks of the asked group, or of its members, where a statutory duty is asked."""
    asked = cell.expectation
    if asked.holder_group is None or not any(
        snapshot.has_trait("mandate_kind", kind, "statutory") for kind in asked.kinds
    ):
        return ()
    holders = {asked.holder_group} | (snapshot.members(asked.holder_group, day) or frozenset())
    return tuple(
        mandate
        for mandate in snapshot.mandates_by_area.get((asked.strategy, asked.function, cell.area), ())
        if mandate.holder in holders
        and asked.level in mandate.levels
        and snapshot.has_trait("mandate_kind", mandate.kind, "voluntary")
        and snapshot.is_active(mandate, day)
    )


def _is_voluntary_only(snapshot: Snapshot, cell: Cell, day: Date) -> bool:
    return bool(voluntary_tasks(snapshot, cell, day))


def ends_before(snapshot: Snapshot, mandate: Mandate, until: Date | None) -> bool:
    """Whether `mandate` (or its holder) ends before `until`; an open `until` lies after every end."""
    ends = snapshot.ends(mandate)
    return ends is not None and (until is None or ends < until)


def _is_thin(snapshot: Snapshot, cell: Cell, count: Count) -> bool:
    """Met by exactly one organisation, all voluntary or ending before the strategy; never a single lead."""
    if cell.expectation.single_lead or len(count.holders) != 1:
        return False
    holder = snapshot.actor_by_slug[count.holders[0]]
    strategy = snapshot.strategy_by_slug.get(cell.expectation.strategy)
    end = strategy.valid_until if strategy else None
    return not holder.is_group and all(
        snapshot.has_trait("mandate_kind", m.kind, "voluntary") or ends_before(snapshot, m, end)
        for m in count.mandates
    )


def _is_from_above(snapshot: Snapshot, cell: Cell, count: Count) -> bool:
    """Met only by holders of a level above the asked one: a national mandate where a local is expected."""
    order = snapshot.level_order
    asked = order.get(cell.expectation.level)
    levels = [order.get(snapshot.actor_by_slug[slug].level) for slug in count.holders]
    return asked is not None and bool(levels) and all(level is not None and level < asked for level in levels)


def state(snapshot: Snapshot, cell: Cell, day: Date, thresholds: Thresholds = DEFAULTS) -> CellState:
    """`cell` on `day`, with who holds it, its status and its marks."""
    return snapshot.remembered(
        ("state", cell, day, thresholds), lambda: _state(snapshot, cell, day, thresholds)
    )


def _state(snapshot: Snapshot, cell: Cell, day: Date, thresholds: Thresholds) -> CellState:
    if not stands(snapshot, cell, day):
        return CellState(cell=cell, status=NOT_EXPECTED)
    count = count_on(snapshot, cell, day)
    marks = set()
    dark = None
    if count.is_met:
        dark = goes_dark_on(snapshot, cell, day, thresholds)
        if dark is not None:
            marks.add("goes_dark")
        if _is_thin(snapshot, cell, count):
            marks.add("thin")
    return CellState(
        cell=cell,
        status=_status(snapshot, cell, day, count, thresholds),
        marks=frozenset(marks),
        holders=count.holders,
        mandates=tuple(m.code for m in count.mandates),
        explicit_holders=tuple(dict.fromkeys(m.holder for m in count.mandates if m.explicit)),
        goes_dark_on=dark,
        members_covered=count.members_covered,
        members_asked=count.members_asked,
        from_above=count.is_met and _is_from_above(snapshot, cell, count),
    )


def states(snapshot: Snapshot, day: Date, thresholds: Thresholds = DEFAULTS) -> tuple[CellState, ...]:
    """Every cell that stands on `day`."""
    return tuple(state(snapshot, cell, day, thresholds) for cell in cells_on(snapshot, day))


def lanes(snapshot: Snapshot, cell: Cell, thresholds: Thresholds = DEFAULTS) -> tuple[Lane, ...]:
    """Runs of equal status, marks and holders, from the strategy's start to its end.

    Computed at the days on which something can change, not day by day. Where the strategy has no start or
    no end, the first or last such day bounds the lane.
    """
    asked = cell.expectation
    turns = turning_points(snapshot, cell)
    points: set[Date] = set(turns)
    # It goes dark in the H days before each day on which a gap may open.
    points |= {day - thresholds.horizon for day in turns}
    if asked.mapped_from is not None:
        points.add(asked.mapped_from)
    if asked.mapped_until is not None:
        points.add(asked.mapped_until + ONE_DAY)
        points.add(add_months(asked.mapped_until, thresholds.recent_months) + ONE_DAY)
    if asked.holder_group:
        for mandate in snapshot.mandates_by_area.get((asked.strategy, asked.function, cell.area), ()):
            points |= {day for day in (mandate.valid_from, snapshot.ends(mandate)) if day}
    strategy = snapshot.strategy_by_slug.get(asked.strategy)
    if not points:
        points = {day for day in (strategy and strategy.valid_from, strategy and strategy.valid_until) if day}
    if not points:
        return ()
    begin = (strategy and strategy.valid_from) or min(points)
    end = (strategy and strategy.valid_until) or max(points)
    days = [begin, *sorted(day for day in points if begin < day < end), end]
    found: list[Lane] = []
    for first, until in zip(days, days[1:], strict=False):
        now = state(snapshot, cell, first, thresholds)
        lane = Lane(first, until, now.status, now.marks, now.holders)
        last = found[-1] if found else None
        if last and (last.status, last.marks, last.holders) == (lane.status, lane.marks, lane.holders):
            found[-1] = Lane(last.first, until, lane.status, lane.marks, lane.holders)
        else:
            found.append(lane)
    return tuple(found)
