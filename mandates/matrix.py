"""Which mandates a question selects, and the coverage matrix they fill. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mandates.coverage import DEFAULTS, NOT_EXPECTED, Cell, Thresholds, cells_on, state
from mandates.snapshot import CROSS_SECTOR, Date, Mandate, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which mandates a question is about; an empty set does not filter.

    legal: words, one of which the legal basis contains. place: the territory covers it (rolled down) or
    lies within it (rolled up).
    """

    strategies: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    explicit: bool | None = None
    actors: frozenset[str] = frozenset()
    legal: frozenset[str] = frozenset()
    place: str | None = None
    include_proposed: bool = False


def selected(snapshot: Snapshot, day: Date, selection: Selection) -> tuple[Mandate, ...]:
    """The mandates of `selection` in force on `day`, in the order of the register.

    Raises:
        LookupError: the selection names a code that the register does not know.
    """
    _check(snapshot, selection)
    wanted = selection
    here = frozenset({wanted.place}) if wanted.place else None
    return tuple(
        mandate
        for mandate in snapshot.mandates
        if (not wanted.strategies or mandate.strategy in wanted.strategies)
        and (not wanted.areas or mandate.area in wanted.areas)
        and (not wanted.functions or mandate.function in wanted.functions)
        and (not wanted.levels or mandate.levels & wanted.levels)
        and (not wanted.kinds or mandate.kind in wanted.kinds)
        and (wanted.explicit is None or mandate.explicit == wanted.explicit)
        and (not wanted.actors or mandate.holder in wanted.actors)
        and (not wanted.legal or any(word in mandate.legal_basis for word in wanted.legal))
        and _is_in_force(snapshot, mandate, day, wanted.include_proposed)
        and (here is None or snapshot.places_meet(snapshot.territory(mandate, day), here))
    )


def _is_in_force(snapshot: Snapshot, mandate: Mandate, day: Date, include_proposed: bool) -> bool:
    if mandate.status == "decided":
        return snapshot.is_active(mandate, day)
    return include_proposed and mandate.holds_on(day) and snapshot.exists(mandate.holder, day)


def _check(snapshot: Snapshot, selection: Selection) -> None:
    known: list[tuple[str, Iterable[str], set[str]]] = [
        ("strategy", selection.strategies, {row.slug for row in snapshot.strategies}),
        ("area", selection.areas, {CROSS_SECTOR, *(row.code for row in snapshot.areas)}),
        ("function", selection.functions, {row.code for row in snapshot.functions}),
        ("level", selection.levels, {row.code for row in snapshot.levels}),
        ("kind", selection.kinds, {row.code for row in snapshot.mandate_kinds}),
        ("actor", selection.actors, {row.slug for row in snapshot.actors}),
        ("place", [selection.place] if selection.place else [], {row.code for row in snapshot.places}),
    ]
    for noun, asked, codes in known:
        for code in sorted(asked):
            if code not in codes:
                raise LookupError(f"unknown {noun} {code!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """Who holds mandates in one area, function and level (dimensions not asked for are None).

    `expectation` is the id of the cell where something is expected. Status and marks are those of the
    whole register, never of a narrower selection. An area outside the strategy is `outside`.
    """

    area: str | None
    function: str | None
    level: str | None
    place: str | None
    expectation: str | None
    holders: tuple[str, ...] = ()
    mandates: tuple[str, ...] = ()
    explicit_holders: tuple[str, ...] = ()
    status: str = NOT_EXPECTED
    marks: frozenset[str] = field(default_factory=frozenset)
    goes_dark_on: Date | None = None
    explicit_mandates: tuple[str, ...] = ()

    @property
    def sector_holders(self) -> tuple[str, ...]:
        """Holders that have no explicit mandate here."""
        return tuple(slug for slug in self.holders if slug not in self.explicit_holders)


_Key = tuple[str | None, str | None, str | None, str | None]
DIMENSIONS = ("area", "function", "level", "place")


def matrix(
    snapshot: Snapshot,
    day: Date,
    selection: Selection | None = None,
    by: Sequence[str] = ("area", "function", "level"),
    thresholds: Thresholds = DEFAULTS,
) -> tuple[MatrixCell, ...]:
    """The cells of the coverage matrix on `day`: one per expectation, and one where something is only held.

    Args:
        selection: which mandates are counted; all by default.
        by: dimensions kept apart, of area, function, level, place. Expectations are attached when area,
            function and level all are. A mandate counts in each of its levels, and, by place, at each
            place of its own territory.

    Raises:
        LookupError: unknown dimension or code.
    """
    for dimension in by:
        if dimension not in DIMENSIONS:
            raise LookupError(f"unknown dimension {dimension!r}")
    selection = selection or Selection()
    found: dict[_Key, list[Mandate]] = {}
    for mandate in selected(snapshot, day, selection):
        levels = mandate.levels & selection.levels if selection.levels else mandate.levels
        for level in sorted(levels) if "level" in by else [None]:
            for place in _own_places(mandate, selection) if "place" in by else [None]:
                key = (
                    mandate.area if "area" in by else None,
                    mandate.function if "function" in by else None,
                    level,
                    place,
                )
                found.setdefault(key, []).append(mandate)
    expected: dict[_Key, list[Cell]] = {}
    if {"area", "function", "level"} <= set(by) and "place" not in by:
        for cell in cells_on(snapshot, day):
            asked = cell.expectation
            if _asks(selection, cell):
                expected.setdefault((cell.area, asked.function, asked.level, None), []).append(cell)
    cells: list[MatrixCell] = []
    for key in [*expected, *(key for key in found if key not in expected)]:
        here = found.get(key, [])
        area, function, level, place = key
        asking: list[Cell | None] = [*expected.get(key, ())]
        for cell_here in asking or [None]:
            now = state(snapshot, cell_here, day, thresholds) if cell_here else None
            cells.append(
                MatrixCell(
                    area=area,
                    function=function,
                    level=level,
                    place=place,
                    expectation=cell_here.id if cell_here else None,
                    holders=tuple(dict.fromkeys(m.holder for m in here)),
                    mandates=tuple(m.code for m in here),
                    explicit_holders=tuple(dict.fromkeys(m.holder for m in here if m.explicit)),
                    explicit_mandates=tuple(m.code for m in here if m.explicit),
                    status=now.status if now else "unexpected",
                    marks=now.marks if now else frozenset(),
                    goes_dark_on=now.goes_dark_on if now else None,
                )
            )
    return tuple(cells)


def _asks(selection: Selection, cell: Cell) -> bool:
    asked = cell.expectation
    return (
        (not selection.strategies or asked.strategy in selection.strategies)
        and (not selection.areas or cell.area in selection.areas)
        and (not selection.functions or asked.function in selection.functions)
        and (not selection.levels or asked.level in selection.levels)
    )


def _own_places(mandate: Mandate, selection: Selection) -> list[str]:
    if selection.place:
        return [selection.place]
    return sorted(mandate.territory_places | {f"group:{slug}" for slug in mandate.territory_groups}) or [
        "unknown"
    ]
