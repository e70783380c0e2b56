"""Who meets each expectation on a date, how firmly, and until when. Pure.

The words are those of the design: *eligible*, *status*, *marks*. A `Cell` is one expectation in one area;
its id is that of the expectation, with the area after a slash where it is asked in each area.
"""

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mandates.snapshot import (
    EACH_AREA,
    ONE_DAY,
    Date,
    Expectation,
    Mandate,
    Snapshot,
    add_months,
    earliest,
)

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


@dataclass(frozen=True, slots=True)
class Cell:
    """One expectation in one area (`*`: cross-sector)."""

    expectation: Expectation
    area: str

    @property
    def id(self) -> str:
        """X02, or X14/demokrati where the expectation is asked in each area."""
        code = self.expectation.code
        return f"{code}/{self.area}" if self.expectation.area == EACH_AREA else code


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


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A mandate with the asked function that does not count, and why.

    Reasons: ended, holder_ceased, not_begun, proposed, area, level, not_explicit, kind, holder_group.
    """

    mandate: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Count:
    holders: tuple[str, ...]
    mandates: tuple[Mandate, ...]
    is_met: bool
    members_covered: int | None = None
    members_asked: int | None = None


# Cells.


def stands(snapshot: Snapshot, cell: Cell, day: Date) -> bool:
    """Whether the expectation is in its period on `day`, and its area, if asked in each, adopted."""
    if not cell.expectation.holds_on(day):
        return False
    if cell.expectation.area != EACH_AREA:
        return True
    area = snapshot.area_by_code.get((cell.expectation.strategy, cell.area))
    return area is not None and area.status == "adopted" and area.holds_on(day)


def all_cells(snapshot: Snapshot) -> tuple[Cell, ...]:
    """The cells of every expectation, in every area ever adopted where it is asked in each."""

    def found() -> Iterator[Cell]:
        for expectation in snapshot.expectations:
            if expectation.area != EACH_AREA:
                yield Cell(expectation, expectation.area)
                continue
            for area in snapshot.areas:
                if area.strategy == expectation.strategy and area.status == "adopted":
                    yield Cell(expectation, area.code)

    return snapshot.remembered("cells", lambda: tuple(found()))


def cells_on(snapshot: Snapshot, day: Date) -> tuple[Cell, ...]:
    """The cells that stand on `day`."""
    return tuple(cell for cell in all_cells(snapshot) if stands(snapshot, cell, day))


# Who counts.


def misses(snapshot: Snapshot, cell: Cell, mandate: Mandate) -> tuple[str, ...]:
    """Why a mandate of the asked strategy and function is not eligible; empty when it is.

    Of: area, level, not_explicit, kind. Dates, status and holder group are judged per day.
    """
    asked = cell.expectation
    reasons = []
    if mandate.area != cell.area:
        reasons.append("area")
    if asked.level not in mandate.levels:
        reasons.append("level")
    if asked.explicit_only and not mandate.explicit:
        reasons.append("not_explicit")
    if asked.kinds and mandate.kind not in asked.kinds:
        reasons.append("kind")
    return tuple(reasons)


def candidates(snapshot: Snapshot, cell: Cell) -> tuple[Mandate, ...]:
    """The decided mandates, of any period, that are eligible for `cell` by what they say."""
    place = (cell.expectation.strategy, cell.expectation.function, cell.area)

    def found() -> tuple[Mandate, ...]:
        return tuple(
            mandate
            for mandate in snapshot.mandates_by_area.get(place, ())
            if mandate.status == "decided" and not misses(snapshot, cell, mandate)
        )

    return snapshot.remembered(("candidates", cell), found)


def _lives(snapshot: Snapshot, cell: Cell) -> npt.NDArray[np.int32]:
    """Rows [first, until) of ordinal days, one for each of the `candidates`.

    Columns, because a busy cell has thousands of candidates and is asked about day after day.
    """

    def found() -> npt.NDArray[np.int32]:
        never = (Date.max, Date.min)
        lives = [snapshot.life(m) or never for m in candidates(snapshot, cell)]
        days = [(first.toordinal(), until.toordinal()) for first, until in lives]
        return np.array(days, dtype=np.int32).reshape(-1, 2)

    return snapshot.remembered(("lives", cell), found)


def _active(snapshot: Snapshot, cell: Cell, day: Date) -> list[Mandate]:
    """The `candidates` that are active on `day`."""
    every = candidates(snapshot, cell)
    if not every:
        return []
    lives, on = _lives(snapshot, cell), np.int32(day.toordinal())
    return [every[place] for place in np.flatnonzero((lives[:, 0] <= on) & (on < lives[:, 1]))]


def _count(snapshot: Snapshot, cell: Cell, active: Sequence[Mandate], day: Date) -> _Count:
    """Who of the `active` candidates counts on `day`, and whether that is enough."""
    asked = cell.expectation
    if asked.holder_group is None:
        holders = tuple(dict.fromkeys(m.holder for m in active))
        return _Count(holders, tuple(active), len(holders) >= asked.min_holders)
    group = asked.holder_group
    own = tuple(m for m in active if m.holder == group)
    members = snapshot.members(group, day) or frozenset()
    theirs = tuple(m for m in active if m.holder in members)
    covered = len({m.holder for m in theirs})
    if own:  # the group holds it for all its members
        return _Count((group,), own, True, len(members) or None, len(members) or None)
    holders = tuple(dict.fromkeys(m.holder for m in theirs))
    enough = bool(members) and covered == len(members) and covered >= asked.min_holders
    return _Count(holders, theirs, enough, covered, len(members) or None)


def _count_on(snapshot: Snapshot, cell: Cell, day: Date) -> _Count:
    return _count(snapshot, cell, _active(snapshot, cell, day), day)


def eligible(snapshot: Snapshot, cell: Cell, day: Date) -> tuple[Mandate, ...]:
    """The mandates that count for `cell` on `day`, whether or not they are enough."""
    return _count_on(snapshot, cell, day).mandates


# When it is met.


def _turning_points(snapshot: Snapshot, cell: Cell) -> list[Date]:
    """The days on which anything that decides whether `cell` stands or is met may change, in order."""
    asked = cell.expectation
    days: set[Date | None] = {asked.valid_from, asked.valid_until}
    if asked.area == EACH_AREA and (area := snapshot.area_by_code.get((asked.strategy, cell.area))):
        days |= {area.valid_from, area.valid_until}
    for mandate in candidates(snapshot, cell):
        days |= {mandate.valid_from, mandate.valid_until}
        if holder := snapshot.actor_by_slug.get(mandate.holder):
            days |= {holder.valid_from, holder.valid_until}
    if asked.holder_group and (group := snapshot.actor_by_slug.get(asked.holder_group)):
        for member in group.members:
            days |= {member.valid_from, member.valid_until}
        if group.rule != "list":
            for actor in snapshot.actors:
                days |= {actor.valid_from, actor.valid_until}
    return sorted(day for day in days if day is not None)


def unmet_spans(snapshot: Snapshot, cell: Cell) -> tuple[tuple[Date, Date], ...]:
    """The maximal spans [first, until) in which `cell` stands and too few hold it, in order.

    An end that nothing sets is `datetime.date.max`, a beginning `datetime.date.min`.
    """
    return snapshot.remembered(("unmet", cell), lambda: _spans(snapshot, cell))


def _spans(snapshot: Snapshot, cell: Cell) -> tuple[tuple[Date, Date], ...]:
    points = [Date.min, *_turning_points(snapshot, cell), Date.max]
    begins: dict[Date, list[Mandate]] = {}
    ends: dict[Date, list[Mandate]] = {}
    for mandate in candidates(snapshot, cell):
        if (life := snapshot.life(mandate)) is not None:
            begins.setdefault(life[0], []).append(mandate)
            ends.setdefault(life[1], []).append(mandate)
    # A running count instead of one evaluation per day: a busy cell has thousands of turning points.
    active: dict[str, Mandate] = {}
    held: Counter[str] = Counter()
    found: list[tuple[Date, Date]] = []
    for first, until in zip(points, points[1:], strict=False):
        for mandate in ends.pop(first, ()):
            del active[mandate.code]
            held[mandate.holder] -= 1
            if not held[mandate.holder]:
                del held[mandate.holder]
        for mandate in begins.pop(first, ()):
            active[mandate.code] = mandate
            held[mandate.holder] += 1
        if first == until or not stands(snapshot, cell, first):
            continue
        if cell.expectation.holder_group is None:
            is_met = len(held) >= cell.expectation.min_holders
        else:
            is_met = _count(snapshot, cell, list(active.values()), first).is_met
        if is_met:
            continue
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], until)
        else:
            found.append((first, until))
    return tuple(found)


def is_met(snapshot: Snapshot, cell: Cell, day: Date) -> bool:
    """Whether enough hold it on `day`, whether or not it stands."""
    return _count_on(snapshot, cell, day).is_met


def goes_dark_on(snapshot: Snapshot, cell: Cell, day: Date, thresholds: Thresholds = DEFAULTS) -> Date | None:
    """The first day in (day, day + H] on which `cell` stands and is unmet."""
    spans = unmet_spans(snapshot, cell)
    place = bisect_right(spans, day, key=lambda span: span[0])
    if place < len(spans) and spans[place][0] <= day + thresholds.horizon:
        return spans[place][0]
    return None


def unmet_since(snapshot: Snapshot, cell: Cell, day: Date) -> Date | None:
    """The first day of the unmet span that `day` lies in; None when it lies in none or has no beginning."""
    spans = unmet_spans(snapshot, cell)
    place = bisect_right(spans, day, key=lambda span: span[0]) - 1
    if place < 0 or spans[place][1] <= day or spans[place][0] == Date.min:
        return None
    return spans[place][0]


def last_to_meet(snapshot: Snapshot, cell: Cell, day: Date) -> tuple[Mandate, ...]:
    """The mandates that met `cell` on the last day before `day` on which it stood and was met."""
    since = unmet_since(snapshot, cell, day)
    while since is not None:
        before = since - ONE_DAY
        if stands(snapshot, cell, before):
            return eligible(snapshot, cell, before)
        # It did not stand just before: look behind that pause, at the last day on which it did.
        earlier = [
            p for p in _turning_points(snapshot, cell) if p <= before and stands(snapshot, cell, p - ONE_DAY)
        ]
        if not earlier:
            return ()
        last = earlier[-1] - ONE_DAY
        if is_met(snapshot, cell, last):
            return eligible(snapshot, cell, last)
        since = unmet_since(snapshot, cell, last)
    return ()


# Status and marks.


def status(snapshot: Snapshot, cell: Cell, day: Date, thresholds: Thresholds = DEFAULTS) -> str:
    """Status of `cell` on `day`: the first that holds, as in the design (Rules)."""
    if not stands(snapshot, cell, day):
        return NOT_EXPECTED
    return _status(snapshot, cell, day, _count_on(snapshot, cell, day), thresholds)


def _status(snapshot: Snapshot, cell: Cell, day: Date, count: _Count, thresholds: Thresholds) -> str:
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


def _is_thin(snapshot: Snapshot, cell: Cell, count: _Count) -> bool:
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


def _is_from_above(snapshot: Snapshot, cell: Cell, count: _Count) -> bool:
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
    count = _count_on(snapshot, cell, day)
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


def near_misses(snapshot: Snapshot, cell: Cell, day: Date, limit: int = 20) -> tuple[NearMiss, ...]:
    """Mandates with the asked function that do not count on `day`, those that lack least first.

    At most one property that the wording lacks; a period or a decision may be missing besides.
    """
    asked = cell.expectation
    counted = {m.code for m in eligible(snapshot, cell, day)}
    found: list[tuple[int, Date, NearMiss]] = []
    for mandate in snapshot.mandates_by_task.get((asked.strategy, asked.function), ()):
        lacks = list(misses(snapshot, cell, mandate))
        if mandate.code in counted or len(lacks) > 1:
            continue
        if mandate.status != "decided":
            lacks.append("proposed")
        if mandate.has_ended(day):
            lacks.append("ended")
        elif mandate.valid_from is not None and mandate.valid_from > day:
            lacks.append("not_begun")
        elif not snapshot.exists(mandate.holder, day):
            lacks.append("holder_ceased")
        if not lacks:
            lacks.append("holder_group")
        end = earliest(snapshot.ends(mandate), Date.max) or Date.max
        found.append((len(lacks), end, NearMiss(mandate.code, tuple(lacks))))
    found.sort(key=lambda item: (item[0], -item[1].toordinal(), item[2].mandate))
    return tuple(miss for _, _, miss in found[:limit])


# Over time.


def lanes(snapshot: Snapshot, cell: Cell, thresholds: Thresholds = DEFAULTS) -> tuple[Lane, ...]:
    """Runs of equal status, marks and holders, from the strategy's start to its end.

    Computed at the days on which something can change, not day by day. Where the strategy has no start or
    no end, the first or last such day bounds the lane.
    """
    asked = cell.expectation
    turns = _turning_points(snapshot, cell)
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
