"""Which mandates a question selects, and the coverage matrix they fill. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from mandates.coverage import DEFAULTS, NOT_EXPECTED, CellState, Thresholds, state
from mandates.eligibility import Cell, cells_on
from mandates.snapshot import CROSS_SECTOR, Date, Mandate, Snapshot

UNEXPECTED = "unexpected"
# The one status of several expectations: whatever is missing, before what nobody has checked.
WORST_FIRST = ("gap", "voluntary_only", "projected_gap", "not_mapped", "covered")
DIMENSIONS = ("area", "function", "level", "place")
ALL_OF_A_CELL = frozenset({"area", "function", "level"})


class UnknownCode(LookupError):
    """A question names what the register does not know.

    Attributes:
        noun: strategy, area, function, level, kind, actor, place or dimension.
        code: as it was asked.
        known: the codes that there are, where they are few; else empty.
    """

    def __init__(self, noun: str, code: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"unknown {noun} {code!r}")
        self.noun, self.code, self.known = noun, code, tuple(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which mandates a question is about; an empty set does not filter.

    legal: words, one of which the legal basis contains, in whatever case. places: the territory covers one
    of them (rolled down) or lies within it (rolled up), or is not known. include_proposed: proposed mandates count as if
    decided from the asked day on.
    """

    strategies: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    explicit: bool | None = None
    actors: frozenset[str] = frozenset()
    legal: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    include_proposed: bool = False


def with_proposals(snapshot: Snapshot, day: Date) -> Snapshot:
    """`snapshot` as it would be if every proposed mandate were decided and began on `day`, or when it says."""
    return replace(
        snapshot,
        mandates=tuple(
            m
            if m.status == "decided"
            else replace(m, status="decided", valid_from=max(day, m.valid_from or day))
            for m in snapshot.mandates
        ),
    )


def selected(snapshot: Snapshot, day: Date, selection: Selection) -> tuple[Mandate, ...]:
    """The mandates of `selection` in force on `day`, in the order of the register.

    Raises:
        UnknownCode: the selection names a code that the register does not know.
    """
    check(snapshot, selection)
    return _selected(_register(snapshot, day, selection), day, selection)


def _register(snapshot: Snapshot, day: Date, selection: Selection) -> Snapshot:
    return with_proposals(snapshot, day) if selection.include_proposed else snapshot


def _selected(register: Snapshot, day: Date, wanted: Selection) -> tuple[Mandate, ...]:
    legal = frozenset(word.casefold() for word in wanted.legal)
    return tuple(
        mandate
        for mandate in register.mandates
        if (not wanted.strategies or mandate.strategy in wanted.strategies)
        and (not wanted.areas or mandate.area in wanted.areas)
        and (not wanted.functions or mandate.function in wanted.functions)
        and (not wanted.levels or mandate.levels & wanted.levels)
        and (not wanted.kinds or mandate.kind in wanted.kinds)
        and (wanted.explicit is None or mandate.explicit == wanted.explicit)
        and (not wanted.actors or mandate.holder in wanted.actors)
        and (not legal or any(word in mandate.legal_basis.casefold() for word in legal))
        and register.is_active(mandate, day)
        and (not wanted.places or register.places_meet(register.territory(mandate, day), wanted.places))
    )


def check(snapshot: Snapshot, selection: Selection) -> None:
    """Raise UnknownCode for the first code of `selection` that the register does not know."""
    few: list[tuple[str, Iterable[str], list[str]]] = [
        ("strategy", selection.strategies, [row.slug for row in snapshot.strategies]),
        ("area", selection.areas, [CROSS_SECTOR, *dict.fromkeys(row.code for row in snapshot.areas)]),
        ("function", selection.functions, [row.code for row in snapshot.functions]),
        ("level", selection.levels, [row.code for row in snapshot.levels]),
        ("kind", selection.kinds, [row.code for row in snapshot.mandate_kinds]),
    ]
    for noun, asked, codes in few:
        for code in sorted(asked):
            if code not in codes:
                raise UnknownCode(noun, code, codes)
    for slug in sorted(selection.actors):
        if slug not in snapshot.actor_by_slug:
            raise UnknownCode("actor", slug)
    for code in sorted(selection.places):
        if not snapshot.has_place(code):
            raise UnknownCode("place", code)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """Who holds mandates in one area, function, level and place (dimensions not asked for are None).

    Where something is expected, the rows are those that count for the `expectation`, and the other rows of
    the same area, function and level have a cell of their own with the status `unexpected`: no row is lost,
    and none is counted for what it does not meet. Status, marks and `goes_dark_on` are those of the whole
    register, never of a narrower selection. A cell of several areas, functions or levels has the worst
    status of the `expectations` in it.
    """

    strategy: str | None = None
    area: str | None = None
    function: str | None = None
    level: str | None = None
    place: str | None = None
    expectation: str | None = None
    expectations: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    mandates: tuple[str, ...] = ()
    explicit_holders: tuple[str, ...] = ()
    explicit_mandates: tuple[str, ...] = ()
    status: str = NOT_EXPECTED
    marks: frozenset[str] = frozenset()
    goes_dark_on: Date | None = None

    @property
    def sector_holders(self) -> tuple[str, ...]:
        """Holders that have no explicit mandate here."""
        return tuple(slug for slug in self.holders if slug not in self.explicit_holders)


@dataclass(frozen=True, slots=True)
class _Key:
    strategy: str | None
    area: str | None
    function: str | None
    level: str | None
    place: str | None = None


def matrix(
    snapshot: Snapshot,
    day: Date,
    selection: Selection | None = None,
    by: Sequence[str] = ("area", "function", "level"),
    thresholds: Thresholds = DEFAULTS,
) -> tuple[MatrixCell, ...]:
    """The cells of the coverage matrix on `day`: one per expectation, and one where something else is held.

    Args:
        selection: which mandates are counted; all by default. An area, function and level that are all
            named, with nothing expected and nothing held, give a cell too: status `none`.
        by: dimensions kept apart, of area, function, level, place. A mandate counts in each of its levels,
            and, by place, at each place of its own territory (or of the asked places that it meets).

    Raises:
        UnknownCode: unknown dimension or code.
    """
    for dimension in by:
        if dimension not in DIMENSIONS:
            raise UnknownCode("dimension", dimension, DIMENSIONS)
    selection = selection or Selection()
    check(snapshot, selection)
    register = _register(snapshot, day, selection)
    held: dict[_Key, list[Mandate]] = {}
    for mandate in _selected(register, day, selection):
        for key in _keys(register, mandate, day, selection, by):
            held.setdefault(key, []).append(mandate)
    states = [
        state(register, cell, day, thresholds) for cell in cells_on(register, day) if asks(selection, cell)
    ]
    whole = set(by) >= ALL_OF_A_CELL
    found = _expected(states, held) if whole else _summed(states, held, by)
    if whole:
        found += _nothing(selection, by, found)
    return tuple(found)


def asks(selection: Selection, cell: Cell) -> bool:
    """Whether `cell` lies within the strategies, areas, functions and levels of `selection`."""
    asked = cell.expectation
    return (
        (not selection.strategies or asked.strategy in selection.strategies)
        and (not selection.areas or cell.area in selection.areas)
        and (not selection.functions or asked.function in selection.functions)
        and (not selection.levels or asked.level in selection.levels)
    )


def worst(states: Iterable[CellState]) -> CellState | None:
    """The state to show for several expectations: unmet, not mapped, goes dark first, thin, covered; None of none."""

    def weight(now: CellState) -> tuple[int, Date, bool]:
        return WORST_FIRST.index(now.status), now.goes_dark_on or Date.max, "thin" not in now.marks

    return min(states, key=weight, default=None)


def _keys(
    snapshot: Snapshot, mandate: Mandate, day: Date, selection: Selection, by: Sequence[str]
) -> list[_Key]:
    levels = mandate.levels & selection.levels if selection.levels else mandate.levels
    any_level: list[str | None] = [None]
    return [
        _Key(
            mandate.strategy if "area" in by else None,
            mandate.area if "area" in by else None,
            mandate.function if "function" in by else None,
            level,
            place,
        )
        for level in ((sorted(levels) or any_level) if "level" in by else any_level)
        for place in (_places(snapshot, mandate, day, selection) if "place" in by else [None])
    ]


def _places(snapshot: Snapshot, mandate: Mandate, day: Date, selection: Selection) -> list[str | None]:
    """Where a mandate is listed: the asked places that it meets; else its own, a group as `group:id`."""
    if selection.places:
        ground = snapshot.territory(mandate, day)
        return [p for p in sorted(selection.places) if snapshot.places_meet(ground, frozenset({p}))]
    own = sorted(mandate.territory_places | {f"group:{slug}" for slug in mandate.territory_groups})
    holder = snapshot.actor_by_slug.get(mandate.holder)
    return [*own] or [holder.place if holder else None]


def _expected(states: Sequence[CellState], held: Mapping[_Key, Sequence[Mandate]]) -> list[MatrixCell]:
    """A cell for each expectation (by place: at each place with rows), then one for the rows left over."""
    at: dict[_Key, list[_Key]] = {}
    for key in held:
        at.setdefault(replace(key, place=None), []).append(key)
    found: list[MatrixCell] = []
    counted: set[tuple[_Key, str]] = set()
    for now in states:
        asked = now.cell.expectation
        own = _Key(asked.strategy, now.cell.area, asked.function, asked.level)
        eligible = set(now.mandates)
        for key in at.get(own, [own]):
            here = [m for m in held.get(key, ()) if m.code in eligible]
            counted.update((key, m.code) for m in here)
            found.append(_cell(key, here, now, expectation=now.cell.id, expectations=(now.cell.id,)))
    for key, rows in held.items():
        rest = [m for m in rows if (key, m.code) not in counted]
        if rest:
            found.append(_cell(key, rest, None))
    return found


def _summed(
    states: Sequence[CellState], held: Mapping[_Key, Sequence[Mandate]], by: Sequence[str]
) -> list[MatrixCell]:
    """A cell for each combination of the dimensions in `by`, with the worst status of what is expected in it."""
    expected: dict[_Key, list[CellState]] = {}
    for now in states:
        asked = now.cell.expectation
        own = _Key(
            asked.strategy if "area" in by else None,
            now.cell.area if "area" in by else None,
            asked.function if "function" in by else None,
            asked.level if "level" in by else None,
        )
        expected.setdefault(own, []).append(now)
    keys = dict.fromkeys(held)
    keys |= dict.fromkeys(own for own in expected if own not in {replace(key, place=None) for key in held})
    found = []
    for key in keys:
        here = expected.get(replace(key, place=None), [])
        names = tuple(now.cell.id for now in here)
        found.append(
            _cell(
                key,
                held.get(key, ()),
                worst(here),
                expectation=names[0] if len(names) == 1 else None,
                expectations=names,
            )
        )
    return found


def _nothing(selection: Selection, by: Sequence[str], found: Iterable[MatrixCell]) -> list[MatrixCell]:
    """What was asked by name and is neither expected nor held."""
    named = (selection.areas, selection.functions, selection.levels)
    if not all(named) or ("place" in by and not selection.places):
        return []
    there = {(c.area, c.function, c.level, c.place) for c in found}
    strategy = next(iter(selection.strategies)) if len(selection.strategies) == 1 else None
    places: list[str | None] = [*sorted(selection.places)] if "place" in by else [None]
    return [
        MatrixCell(strategy=strategy, area=area, function=function, level=level, place=place)
        for area, function, level, place in product(*(sorted(codes) for codes in named), places)
        if (area, function, level, place) not in there and (area, function, level, None) not in there
    ]


def _cell(
    key: _Key,
    rows: Sequence[Mandate],
    now: CellState | None,
    *,
    expectation: str | None = None,
    expectations: tuple[str, ...] = (),
) -> MatrixCell:
    explicit = [m for m in rows if m.explicit]
    return MatrixCell(
        strategy=key.strategy,
        area=key.area,
        function=key.function,
        level=key.level,
        place=key.place,
        expectation=expectation,
        expectations=expectations,
        holders=_distinct(rows, lambda m: m.holder),
        mandates=tuple(m.code for m in rows),
        explicit_holders=_distinct(explicit, lambda m: m.holder),
        explicit_mandates=tuple(m.code for m in explicit),
        status=now.status if now else UNEXPECTED,
        marks=now.marks if now else frozenset(),
        goes_dark_on=now.goes_dark_on if now else None,
    )


def _distinct(rows: Iterable[Mandate], value: Callable[[Mandate], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(value, rows)))
