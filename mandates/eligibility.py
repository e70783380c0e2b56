"""Which expectations there are, and which mandates count for each. Pure.

A `Cell` is one expectation in one area; its id is that of the expectation, with the area after a slash where it
is asked in each area. *Eligible* is the design's word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mandates.snapshot import EACH_AREA, Date, Expectation, Mandate, Snapshot, earliest


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


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A mandate with the asked function that does not count, and why.

    Reasons: ended, holder_ceased, not_begun, proposed, area, level, not_explicit, kind, holder_group.
    """

    mandate: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    holders: tuple[str, ...]
    mandates: tuple[Mandate, ...]
    is_met: bool
    members_covered: int | None = None
    members_asked: int | None = None


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


def count_of(snapshot: Snapshot, cell: Cell, active: Sequence[Mandate], day: Date) -> Count:
    """Who of the `active` candidates counts on `day`, and whether that is enough."""
    asked = cell.expectation
    if asked.holder_group is None:
        holders = tuple(dict.fromkeys(m.holder for m in active))
        return Count(holders, tuple(active), len(holders) >= asked.min_holders)
    group = asked.holder_group
    own = tuple(m for m in active if m.holder == group)
    members = snapshot.members(group, day) or frozenset()
    theirs = tuple(m for m in active if m.holder in members)
    covered = len({m.holder for m in theirs})
    if own:  # the group holds it for all its members
        return Count((group,), own, True, len(members) or None, len(members) or None)
    holders = tuple(dict.fromkeys(m.holder for m in theirs))
    enough = bool(members) and covered == len(members) and covered >= asked.min_holders
    return Count(holders, theirs, enough, covered, len(members) or None)


def count_on(snapshot: Snapshot, cell: Cell, day: Date) -> Count:
    return count_of(snapshot, cell, _active(snapshot, cell, day), day)


def eligible(snapshot: Snapshot, cell: Cell, day: Date) -> tuple[Mandate, ...]:
    """The mandates that count for `cell` on `day`, whether or not they are enough."""
    return count_on(snapshot, cell, day).mandates


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
