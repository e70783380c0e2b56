"""A snapshot with a few mandates changed, that keeps every answer which the change cannot touch. Pure.

The cells that a mandate touches are those of its strategy, area and function at the levels that it aims at,
before and after. All others keep what was worked out for them; only those touched are evaluated again.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from mandates import coverage_arrays
from mandates.eligibility import Cell
from mandates.snapshot import Mandate, Snapshot

Touched = frozenset[tuple[str, str, str, str]]

# What is worked out from rows other than mandates.
_OTHER_INDEXES = (
    "strategy_by_slug",
    "area_by_code",
    "actor_by_slug",
    "_actors_by_kind",
    "expectation_by_code",
    "network_by_slug",
    "collaborations_by_actor",
    "seats_by_network",
    "conveners_by_network",
    "encounters_by_network",
    "level_order",
    "_traits",
    "_parent_place",
)
_OTHER_ANSWERS = {"cells", "members", "groups", "above", "named"}
_ANSWERS_OF_A_CELL = {"candidates", "lives", "unmet", "state", "runs"}


def with_mandates(snapshot: Snapshot, changed: Mapping[str, Mandate]) -> Snapshot:
    """`snapshot` with `changed` ({code: mandate}) in place of, or beside, what it had under those codes."""
    old = snapshot.mandate_by_code
    pairs = [(old.get(code), mandate) for code, mandate in changed.items()]
    after = replace(snapshot, mandates=_placed(snapshot.mandates, changed, old))
    after.keep(
        {
            "mandate_by_code": {**old, **changed},
            **{name: snapshot.kept[name] for name in _OTHER_INDEXES if name in snapshot.kept},
            **{
                name: _regrouped(snapshot.kept[name], pairs, key)
                for name, key in (("mandates_by_task", _task), ("mandates_by_area", _area))
                if name in snapshot.kept
            },
        }
    )
    here = touched(pairs)
    for name, value in snapshot.answers():
        if _stays(name, here):
            after.remembered(name, partial(_same, value))
        elif name == "columns":
            table = coverage_arrays.with_rows(value, after, changed)
            if table is not None:
                after.remembered(name, partial(_same, table))
    return after


def touched(pairs: Iterable[tuple[Mandate | None, Mandate]]) -> Touched:
    """(strategy, area, function, level) of every cell that the mandates lie in, before or after."""
    return frozenset(
        (mandate.strategy, mandate.area, mandate.function, level)
        for pair in pairs
        for mandate in pair
        if mandate is not None
        for level in mandate.levels
    )


def _stays(name: Any, here: Touched) -> bool:
    if not isinstance(name, tuple):
        return name in _OTHER_ANSWERS
    if name[0] in _ANSWERS_OF_A_CELL and isinstance(name[1], Cell):
        asked = name[1].expectation
        return (asked.strategy, name[1].area, asked.function, asked.level) not in here
    return name[0] in _OTHER_ANSWERS


def _placed(
    rows: tuple[Mandate, ...], changed: Mapping[str, Mandate], old: Mapping[str, Mandate]
) -> tuple[Mandate, ...]:
    """`rows`, which are in order of their codes, with `changed` in place."""
    found = list(rows)
    for code, mandate in changed.items():
        place = bisect_left(found, code, key=lambda row: row.code)
        if place < len(found) and found[place].code == code:
            found[place] = mandate
        elif code in old:  # not in order after all
            found[found.index(old[code])] = mandate
        else:
            found.insert(place, mandate)
    return tuple(found)


def _task(mandate: Mandate) -> tuple[str, ...]:
    return mandate.strategy, mandate.function


def _area(mandate: Mandate) -> tuple[str, ...]:
    return mandate.strategy, mandate.function, mandate.area


def _regrouped(
    groups: Mapping[tuple[str, ...], tuple[Mandate, ...]],
    pairs: Iterable[tuple[Mandate | None, Mandate]],
    key: Any,
) -> dict[tuple[str, ...], tuple[Mandate, ...]]:
    found = dict(groups)
    for before, after in pairs:
        if before is not None and key(before) != key(after):
            found[key(before)] = tuple(m for m in found[key(before)] if m.code != before.code)
            before = None
        own = found.get(key(after), ())
        found[key(after)] = _placed(own, {after.code: after}, {before.code: before} if before else {})
    return found


def _same(value: Any) -> Any:
    return value
