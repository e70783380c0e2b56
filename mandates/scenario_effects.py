"""What a scenario does: findings opened and closed, and the cells that move. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from mandates.changes import Change
from mandates.coverage import DEFAULTS, CellState, Thresholds, states
from mandates.overlay import apply_changes
from mandates.rules import Finding, findings
from mandates.snapshot import Date, Snapshot


@dataclass(frozen=True, slots=True)
class CellMove:
    """A cell whose status, marks or holders differ; `before` or `after` is None where it does not stand."""

    cell: str
    before: CellState | None
    after: CellState | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Findings by their keys: only after (opened), only before (closed), in both (`unchanged` of them)."""

    opened: tuple[Finding, ...]
    closed: tuple[Finding, ...]
    unchanged: int
    cells: tuple[CellMove, ...]


def effect(
    before: Snapshot,
    after: Snapshot,
    day: Date,
    thresholds: Thresholds = DEFAULTS,
    *,
    rules: Iterable[str] | None = None,
    until: Date | None = None,
) -> Effect:
    """The difference between two registers on `day`; or, with `until`, between two days as well.

    Args:
        until: the day to read `after` on, to compare two dates; `day` by default.
    """
    names = None if rules is None else tuple(rules)
    then = until or day
    old = {f.key: f for f in findings(before, day, thresholds, rules=names)}
    new = {f.key: f for f in findings(after, then, thresholds, rules=names)}
    return Effect(
        opened=tuple(f for key, f in new.items() if key not in old),
        closed=tuple(f for key, f in old.items() if key not in new),
        unchanged=len(old.keys() & new.keys()),
        cells=moves(before, after, day, thresholds, until=then),
    )


def moves(
    before: Snapshot,
    after: Snapshot,
    day: Date,
    thresholds: Thresholds = DEFAULTS,
    *,
    until: Date | None = None,
) -> tuple[CellMove, ...]:
    """The cells that differ between `before` on `day` and `after` on `until` (the same day by default)."""
    old = {s.cell.id: s for s in states(before, day, thresholds)}
    new = {s.cell.id: s for s in states(after, until or day, thresholds)}

    def shown(now: CellState | None) -> object:
        return now and (now.status, now.marks, now.holders)

    return tuple(
        CellMove(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if shown(old.get(name)) != shown(new.get(name))
    )


def scenario_effect(
    snapshot: Snapshot,
    changes: Iterable[Change],
    day: Date,
    thresholds: Thresholds = DEFAULTS,
    *,
    rules: Iterable[str] | None = None,
) -> Effect:
    """What `changes` do on `day`.

    Raises:
        DoesNotFit: a change does not fit the register.
    """
    return effect(snapshot, apply_changes(snapshot, changes, day), day, thresholds, rules=rules)
