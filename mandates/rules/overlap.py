"""Rules on two holders in one place: overlap, duplication, collision, and what is listed apart from them.

GAO-15-49SP: overlap is similar goals, activities or beneficiaries; duplication the same activities to the
same beneficiaries. An overlap is a hypothesis to judge, with good and bad effects, never a verdict.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from mandates.coverage import Thresholds
from mandates.rules import pair_arrays as arrays
from mandates.rules.finding import Finding, Message, by_level, iso, key_of, quoted, rule
from mandates.rules.pair_arrays import DayRows, Numbers
from mandates.rules.tie_arrays import managed, strangers
from mandates.rules.ties import Bond, is_tied
from mandates.snapshot import CROSS_SECTOR, Date, Mandate, Snapshot, add_months

Pair = tuple[Mandate, Mandate]


def _target_groups(target_group: str) -> frozenset[str]:
    return frozenset(part for part in re.split(r"\s*[;,]\s*", target_group.casefold().strip()) if part)


def likeness(some: Mandate, other: Mandate) -> float:
    """Jaccard index of the words of two target groups: 1 alike, 0 nothing in common or not said."""
    words = [arrays.words_of(m.target_group) for m in (some, other)]
    union = words[0] | words[1]
    return round(len(words[0] & words[1]) / len(union), 2) if union else 0.0


def is_joint(some: Mandate, other: Mandate) -> bool:
    return bool(some.joint_assignment) and some.joint_assignment == other.joint_assignment


def overlaps(snapshot: Snapshot, day: Date) -> Numbers:
    """The pairs that overlap on `day`, as `pair_arrays.ranked` numbers them: most alike first.

    Design, Rules: `overlap`. Eight bytes for each pair.
    """

    def found() -> Numbers:
        rows = arrays.day_rows(snapshot, day)
        parts = [
            arrays.ranked(rows, *pairs)
            for here in arrays.groups(rows.cell, np.flatnonzero(rows.is_task))
            for pairs in unlike(snapshot, rows, day, here, across=False)
        ]
        return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *parts]))

    return snapshot.remembered(("overlaps", day), found)


def unlike(
    snapshot: Snapshot, rows: DayRows, day: Date, here: Numbers, *, across: bool
) -> Iterator[tuple[Numbers, Numbers]]:
    """`meeting` pairs of strangers."""
    for first, second in arrays.meeting(snapshot, rows, here, across=across):
        yield strangers(snapshot, rows, day, first, second)


def pair_finding(
    snapshot: Snapshot,
    name: str,
    pair: Pair,
    day: Date,
    thresholds: Thresholds,
    *,
    levels: Iterable[str] = (),
    severities: tuple[int, int],
    evidence: dict[str, Any],
    params: dict[str, Any] | None = None,
) -> Finding:
    """A finding about two mandates, marked managed or not. `severities`: (managed, unmanaged)."""
    some, other = pair
    managed_by = is_tied(snapshot, some.holder, other.holder, day, thresholds)
    actors = sorted({some.holder, other.holder})
    shared = by_level(snapshot, levels)
    named = {
        "actors": actors,
        "mandate": some.code,
        "other_mandate": other.code,
        "function": some.function,
        "area": some.area,
        **(params or {}),
    }
    sentences = [Message(name, named)]
    closes: tuple[Message, ...]
    if managed_by:
        sentences.append(Message("managed", {"bonds": [f"{bond.kind}:{bond.id}" for bond in managed_by]}))
        closes = (Message("close.managed"),)
    else:
        sentences.append(Message("unmanaged", {"actors": actors}))
        closes = (Message("close.tie", {"actors": actors}), Message("close.joint"))
    return Finding(
        rule=name,
        key=key_of(name, area=some.area, rows=[some.code, other.code]),
        severity=severities[0] if managed_by else severities[1],
        strategy=some.strategy,
        area=some.area,
        function=some.function,
        level=";".join(shared) or None,
        actors=tuple(actors),
        mandates=tuple(sorted([some.code, other.code])),
        networks=_ids(managed_by, "network"),
        collaborations=_ids(managed_by, "collaboration"),
        managed=bool(managed_by),
        evidence={
            "rows": [quoted(snapshot, some), quoted(snapshot, other)],
            "levels": shared,
            "managed_by": [{"kind": bond.kind, "id": bond.id} for bond in managed_by],
            **evidence,
        },
        explanation=tuple(sentences),
        closes=closes,
        thresholds=thresholds,
    )


def _ids(bonds: Iterable[Bond], kind: str) -> tuple[str, ...]:
    return tuple(sorted(bond.id for bond in bonds if bond.kind == kind))


def _per_cell(
    snapshot: Snapshot,
    first: Numbers,
    second: Numbers,
    day: Date,
    thresholds: Thresholds,
    one: Callable[[int], Finding],
) -> list[Finding]:
    """Pairs as they are; a cell (area and function) with more than the threshold says is one finding.

    It counts its pairs and shows the strongest: first those unmanaged, then in the order of the pairs.
    `one` makes a finding of the pair at a place.
    """
    rows = arrays.day_rows(snapshot, day)
    found: list[Finding] = []
    for here in arrays.groups(rows.cell[first], np.arange(len(first))):
        if len(here) <= thresholds.strongest:
            found += map(one, here.tolist())
            continue
        tied = managed(snapshot, rows, day, thresholds).join(
            rows.holder[first[here]], rows.holder[second[here]]
        )
        shown = np.concatenate([here[~tied], here[tied]])[: thresholds.strongest]
        found.append(_many([one(place) for place in shown.tolist()], len(here), int((~tied).sum())))
    return found


def _many(shown: list[Finding], count: int, unmanaged: int) -> Finding:
    first = shown[0]
    params = {
        "rule": first.rule,
        "count": count,
        "of": unmanaged,
        "function": first.function,
        "area": first.area,
    }
    return Finding(
        rule=first.rule,
        key=key_of(first.rule, strategy=first.strategy, area=f"{first.area}/{first.function}"),
        severity=max(f.severity for f in shown),
        strategy=first.strategy,
        area=first.area,
        function=first.function,
        actors=tuple(sorted({slug for f in shown for slug in f.actors})),
        mandates=tuple(sorted({code for f in shown for code in f.mandates})),
        managed=unmanaged == 0,
        evidence={
            "count": count,
            "unmanaged": unmanaged,
            "strongest": [
                {"mandates": list(f.mandates), "actors": list(f.actors), "managed": f.managed} for f in shown
            ],
        },
        explanation=(Message("many_pairs", params),),
        closes=(Message("close.coordinate", {"area": first.area}),),
        thresholds=first.thresholds,
    )


@rule("overlap", thresholds=("recent_months", "strongest"))
def overlap(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Two holders at one level have the same task in the same area, for the same level and ground."""
    rows = arrays.day_rows(snapshot, day)
    first, second, alike = arrays.unranked(rows, overlaps(snapshot, day))
    same = _duplicating(snapshot, rows, first, second)

    def one(place: int) -> Finding:
        some, other = rows.rows[first[place]], rows.rows[second[place]]
        return pair_finding(
            snapshot,
            "overlap",
            (some, other),
            day,
            thresholds,
            levels=some.levels & other.levels,
            severities=(1, 2),
            evidence={
                "likeness": int(alike[place]) / arrays.HUNDRED,
                "target_groups": [some.target_group, other.target_group],
                "is_duplication": bool(same[place]),
            },
        )

    return _per_cell(snapshot, first, second, day, thresholds, one)


def _duplicating(snapshot: Snapshot, rows: DayRows, first: Numbers, second: Numbers) -> arrays.Booleans:
    """The same activity, in the same named area, for target groups that are named and intersect."""
    likely = np.array(
        [
            m.area != CROSS_SECTOR and snapshot.has_trait("function", m.function, "duplicable")
            for m in rows.rows
        ],
        dtype=np.bool_,
    )
    found = likely[first]
    asked = np.flatnonzero(found)
    groups = [_target_groups(text) for text in rows.texts]
    found[asked] = arrays.in_common(groups, rows.text[first[asked]], rows.text[second[asked]]) > 0
    return found


@rule("duplication", thresholds=("recent_months", "strongest"))
def duplication(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """An overlap in grants, knowledge, method or follow-up, in one named area, for the same target groups."""
    rows = arrays.day_rows(snapshot, day)
    first, second, alike = arrays.unranked(rows, overlaps(snapshot, day))
    same = _duplicating(snapshot, rows, first, second)
    first, second, alike = first[same], second[same], alike[same]

    def one(place: int) -> Finding:
        some, other = rows.rows[first[place]], rows.rows[second[place]]
        shared = sorted(_target_groups(some.target_group) & _target_groups(other.target_group))
        return pair_finding(
            snapshot,
            "duplication",
            (some, other),
            day,
            thresholds,
            levels=some.levels & other.levels,
            severities=(1, 3),
            evidence={"target_groups": shared, "likeness": int(alike[place]) / arrays.HUNDRED},
            params={"texts": shared},
        )

    return _per_cell(snapshot, first, second, day, thresholds, one)


def due_days(mandate: Mandate) -> list[Date]:
    """Its report and its last day, as far as it has them."""
    ends = [mandate.report_due, mandate.valid_until and Date.fromordinal(mandate.valid_until.toordinal() - 1)]
    return [day for day in ends if day is not None]


@rule("assignment_collision", thresholds=("recent_months", "strongest"))
def assignment_collision(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Two assignments with the same task and area fall due within R of each other, with different holders."""
    rows = arrays.day_rows(snapshot, day)
    assigned = [
        snapshot.has_trait("mandate_kind", m.kind, "assignment")
        and not snapshot.has_trait("function", m.function, "transition")
        for m in rows.rows
    ]
    parts = [
        _colliding(rows, here, thresholds)
        for here in arrays.groups(rows.cell, np.flatnonzero(np.array(assigned, dtype=np.bool_)))
    ]
    first, second = np.divmod(np.concatenate([np.empty(0, dtype=np.int64), *parts]), max(1, len(rows.rows)))

    def one(place: int) -> Finding:
        some, other = rows.rows[first[place]], rows.rows[second[place]]
        return pair_finding(
            snapshot,
            "assignment_collision",
            (some, other),
            day,
            thresholds,
            levels=some.levels & other.levels,
            severities=(1, 3),
            evidence={"due": {m.code: [iso(d) for d in sorted(set(due_days(m)))] for m in (some, other)}},
            params={"due_day": max(due_days(some)), "other_due_day": max(due_days(other))},
        )

    return _per_cell(snapshot, first, second, day, thresholds, one)


def _colliding(rows: DayRows, here: Numbers, thresholds: Thresholds) -> Numbers:
    """Pairs of `here`, numbered, of which a report or end of one lies within R of one of the other.

    Days in order: from each, those up to R later are found by bisection.
    """
    days = sorted((due, n) for n in here.tolist() for due in due_days(rows.rows[n]))
    if not days:
        return np.empty(0, dtype=np.int64)
    last = {due: add_months(due, thresholds.recent_months).toordinal() for due, _n in days}
    when = np.array([due.toordinal() for due, _n in days], dtype=np.int64)
    whose = np.array([n for _due, n in days], dtype=np.int64)
    place = np.arange(len(days))
    reach = np.searchsorted(when, [last[due] for due, _n in days], side="right") - place - 1
    some = np.repeat(place, reach)
    others = np.arange(len(some)) - np.repeat(np.cumsum(reach) - reach, reach) + some + 1
    first, second = whose[some], whose[others]
    kept = rows.holder[first] != rows.holder[second]
    kept &= (rows.joint[first] == 0) | (rows.joint[first] != rows.joint[second])
    return np.unique(arrays.pair_numbers(first[kept], second[kept], len(rows.rows)))
