"""Pairs of mandates read row by row, as the design words them: what the rules must find with columns of numbers."""

from itertools import combinations

from mandates.rules.overlap import likeness
from mandates.snapshot import add_months


def _level(snapshot, mandate):
    return snapshot.actor_by_slug[mandate.holder].level


def _go_together(snapshot, some, other, day):
    joint = bool(some.joint_assignment) and some.joint_assignment == other.joint_assignment
    return (
        some.holder != other.holder
        and not joint
        and not snapshot.contains(some.holder, other.holder, day)
        and not snapshot.contains(other.holder, some.holder, day)
        and bool(some.levels & other.levels)
        and snapshot.places_meet(snapshot.territory(some, day), snapshot.territory(other, day))
    )


def _in_one_area(snapshot, day):
    rows = [
        m
        for m in sorted(snapshot.active(day), key=lambda m: m.code)
        if not any(snapshot.has_trait("function", m.function, t) for t in ("transition", "service"))
    ]
    for some, other in combinations(rows, 2):
        if (some.strategy, some.area) == (other.strategy, other.area):
            yield some, other


def overlaps(snapshot, day):
    """Most alike first."""
    found = [
        (some, other)
        for some, other in _in_one_area(snapshot, day)
        if some.function == other.function
        and _level(snapshot, some) == _level(snapshot, other)
        and _go_together(snapshot, some, other, day)
    ]
    return sorted(found, key=lambda pair: (-likeness(*pair), pair[0].code, pair[1].code))


def vertical(snapshot, day):
    return [
        (some, other)
        for some, other in _in_one_area(snapshot, day)
        if some.function == other.function
        and _level(snapshot, some) != _level(snapshot, other)
        and _go_together(snapshot, some, other, day)
    ]


def complementary(snapshot, day):
    return [
        (some, other)
        for some, other in _in_one_area(snapshot, day)
        if some.function != other.function
        and _level(snapshot, some) == _level(snapshot, other)
        and _go_together(snapshot, some, other, day)
    ]


def _due(mandate):
    last = mandate.valid_until and mandate.valid_until.fromordinal(mandate.valid_until.toordinal() - 1)
    return [day for day in (mandate.report_due, last) if day]


def collisions(snapshot, day, months):
    rows = [
        m
        for m in sorted(snapshot.active(day), key=lambda m: m.code)
        if snapshot.has_trait("mandate_kind", m.kind, "assignment")
        and not snapshot.has_trait("function", m.function, "transition")
    ]
    return [
        (some, other)
        for some, other in combinations(rows, 2)
        if (some.strategy, some.area, some.function) == (other.strategy, other.area, other.function)
        and some.holder != other.holder
        and not (some.joint_assignment and some.joint_assignment == other.joint_assignment)
        and any(max(a, b) <= add_months(min(a, b), months) for a in _due(some) for b in _due(other))
    ]


def by_cell(pairs):
    """{(strategy, area, function): its pairs}, in the order in which they come."""
    found = {}
    for some, other in pairs:
        found.setdefault((some.strategy, some.area, some.function), []).append((some, other))
    return found
