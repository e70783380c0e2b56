"""Rules on two holders in one place: overlap, duplication, collision, and what is listed apart from them.

GAO-15-49SP: overlap is similar goals, activities or beneficiaries; duplication the same activities to the
same beneficiaries. An overlap is a hypothesis to judge, with good and bad effects, never a verdict.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from mandates.coverage import Thresholds
from mandates.rules.finding import Finding, Message, by_level, iso, key_of, quoted, rule
from mandates.rules.ties import Bond, is_tied
from mandates.snapshot import CROSS_SECTOR, Date, Mandate, Snapshot, add_months

Pair = tuple[Mandate, Mandate]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two mandates that overlap: the levels both aim at, and how alike their target groups are, 0 to 1."""

    first: Mandate
    second: Mandate
    levels: tuple[str, ...]
    likeness: float


def _target_groups(mandate: Mandate) -> frozenset[str]:
    return frozenset(
        part for part in re.split(r"\s*[;,]\s*", mandate.target_group.casefold().strip()) if part
    )


def likeness(some: Mandate, other: Mandate) -> float:
    """Jaccard index of the words of two target groups: 1 alike, 0 nothing in common or not said."""
    words = [frozenset(re.findall(r"\w+", m.target_group.casefold())) for m in (some, other)]
    union = words[0] | words[1]
    return round(len(words[0] & words[1]) / len(union), 2) if union else 0.0


def is_joint(some: Mandate, other: Mandate) -> bool:
    return bool(some.joint_assignment) and some.joint_assignment == other.joint_assignment


def _level(snapshot: Snapshot, mandate: Mandate) -> str:
    actor = snapshot.actor_by_slug.get(mandate.holder)
    return actor.level if actor else ""


def _are_strangers(snapshot: Snapshot, some: Mandate, other: Mandate, day: Date) -> bool:
    """Different holders, neither containing the other."""
    return (
        some.holder != other.holder
        and not snapshot.contains(some.holder, other.holder, day)
        and not snapshot.contains(other.holder, some.holder, day)
    )


def _share_ground(snapshot: Snapshot, some: Mandate, other: Mandate, day: Date) -> bool:
    return bool(some.levels & other.levels) and snapshot.places_meet(
        snapshot.territory(some, day), snapshot.territory(other, day)
    )


def _active_by(
    snapshot: Snapshot, day: Date, key: Callable[[Mandate], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Mandate]]:
    found: dict[tuple[str, ...], list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        traits = ("transition", "service")
        if not any(snapshot.has_trait("function", mandate.function, trait) for trait in traits):
            found[key(mandate)].append(mandate)
    return found


def overlaps(snapshot: Snapshot, day: Date) -> tuple[Overlap, ...]:
    """Pairs that overlap on `day`, most alike first (design, Rules: `overlap`)."""

    def found() -> Iterator[Overlap]:
        for rows in _active_by(snapshot, day, lambda m: (m.strategy, m.area, m.function)).values():
            for some, other in combinations(sorted(rows, key=lambda m: m.code), 2):
                if (
                    _level(snapshot, some) == _level(snapshot, other)
                    and not is_joint(some, other)
                    and _are_strangers(snapshot, some, other, day)
                    and _share_ground(snapshot, some, other, day)
                ):
                    yield Overlap(
                        some,
                        other,
                        tuple(by_level(snapshot, some.levels & other.levels)),
                        likeness(some, other),
                    )

    return snapshot.remembered(
        ("overlaps", day),
        lambda: tuple(sorted(found(), key=lambda o: (-o.likeness, o.first.code, o.second.code))),
    )


def is_duplication(snapshot: Snapshot, pair: Overlap) -> bool:
    """The same activity, in the same named area, for target groups that are named and intersect."""
    return (
        pair.first.area != CROSS_SECTOR
        and snapshot.has_trait("function", pair.first.function, "duplicable")
        and bool(_target_groups(pair.first) & _target_groups(pair.second))
    )


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


def per_cell(found: list[Finding], thresholds: Thresholds) -> list[Finding]:
    """Pairs as they are; a cell (area and function) with more than the threshold says is one finding.

    It counts its pairs and shows the strongest: first those unmanaged, then as `found` has them.
    """
    cells: dict[tuple[str | None, str | None, str | None], list[Finding]] = defaultdict(list)
    for one in found:
        cells[one.strategy, one.area, one.function].append(one)
    return [
        finding
        for here in cells.values()
        for finding in ([_many(here, thresholds)] if len(here) > thresholds.strongest else here)
    ]


def _many(here: list[Finding], thresholds: Thresholds) -> Finding:
    shown = sorted(here, key=lambda f: (bool(f.managed), -f.severity))[: thresholds.strongest]
    unmanaged = sum(not f.managed for f in here)
    first = shown[0]
    params = {
        "rule": first.rule,
        "count": len(here),
        "of": unmanaged,
        "function": first.function,
        "area": first.area,
    }
    return Finding(
        rule=first.rule,
        key=key_of(first.rule, strategy=first.strategy, area=f"{first.area}/{first.function}"),
        severity=max(f.severity for f in here),
        strategy=first.strategy,
        area=first.area,
        function=first.function,
        actors=tuple(sorted({slug for f in shown for slug in f.actors})),
        mandates=tuple(sorted({code for f in shown for code in f.mandates})),
        managed=unmanaged == 0,
        evidence={
            "count": len(here),
            "unmanaged": unmanaged,
            "strongest": [
                {"mandates": list(f.mandates), "actors": list(f.actors), "managed": f.managed} for f in shown
            ],
        },
        explanation=(Message("many_pairs", params),),
        closes=(Message("close.coordinate", {"area": first.area}),),
        thresholds=thresholds,
    )


@rule("overlap", thresholds=("recent_months", "strongest"))
def overlap(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Two holders at one level have the same task in the same area, for the same level and ground."""
    found = [
        pair_finding(
            snapshot,
            "overlap",
            (pair.first, pair.second),
            day,
            thresholds,
            levels=pair.levels,
            severities=(1, 2),
            evidence={
                "likeness": pair.likeness,
                "target_groups": [pair.first.target_group, pair.second.target_group],
                "is_duplication": is_duplication(snapshot, pair),
            },
        )
        for pair in overlaps(snapshot, day)
    ]
    return per_cell(found, thresholds)


@rule("duplication", thresholds=("recent_months", "strongest"))
def duplication(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """An overlap in grants, knowledge, method or follow-up, in one named area, for the same target groups."""
    found = []
    for pair in overlaps(snapshot, day):
        if is_duplication(snapshot, pair):
            same = sorted(_target_groups(pair.first) & _target_groups(pair.second))
            found.append(
                pair_finding(
                    snapshot,
                    "duplication",
                    (pair.first, pair.second),
                    day,
                    thresholds,
                    levels=pair.levels,
                    severities=(1, 3),
                    evidence={"target_groups": same, "likeness": pair.likeness},
                    params={"texts": same},
                )
            )
    return per_cell(found, thresholds)


def _due(mandate: Mandate) -> list[Date]:
    ends = [mandate.report_due, mandate.valid_until and Date.fromordinal(mandate.valid_until.toordinal() - 1)]
    return [day for day in ends if day is not None]


def _are_near(some: Date, other: Date, months: int) -> bool:
    first, last = sorted([some, other])
    return last <= add_months(first, months)


def collide(some: Mandate, other: Mandate, thresholds: Thresholds) -> bool:
    """Whether a report or end of one lies within R of a report or end of the other."""
    return any(_are_near(a, b, thresholds.recent_months) for a in _due(some) for b in _due(other))


@rule("assignment_collision", thresholds=("recent_months", "strongest"))
def assignment_collision(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Two assignments with the same task and area fall due within R of each other, with different holders."""
    cells: dict[tuple[str, str, str], list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        if snapshot.has_trait("mandate_kind", mandate.kind, "assignment") and not snapshot.has_trait(
            "function", mandate.function, "transition"
        ):
            cells[mandate.strategy, mandate.area, mandate.function].append(mandate)
    found = []
    for rows in cells.values():
        for some, other in combinations(sorted(rows, key=lambda m: m.code), 2):
            if some.holder != other.holder and not is_joint(some, other) and collide(some, other, thresholds):
                found.append(
                    pair_finding(
                        snapshot,
                        "assignment_collision",
                        (some, other),
                        day,
                        thresholds,
                        levels=some.levels & other.levels,
                        severities=(1, 3),
                        evidence={
                            "due": {m.code: [iso(d) for d in sorted(set(_due(m)))] for m in (some, other)}
                        },
                        params={"due_day": max(_due(some)), "other_due_day": max(_due(other))},
                    )
                )
    return per_cell(found, thresholds)


def vertical_pairs(snapshot: Snapshot, day: Date) -> Iterator[Pair]:
    """As overlaps, but the holders stand on different levels."""
    for rows in _active_by(snapshot, day, lambda m: (m.strategy, m.area, m.function)).values():
        for some, other in combinations(sorted(rows, key=lambda m: m.code), 2):
            if (
                _level(snapshot, some) != _level(snapshot, other)
                and not is_joint(some, other)
                and _are_strangers(snapshot, some, other, day)
                and _share_ground(snapshot, some, other, day)
            ):
                yield some, other


def complementary_pairs(snapshot: Snapshot, day: Date) -> Iterator[Pair]:
    """As overlaps, but with different functions in the area."""
    for rows in _active_by(snapshot, day, lambda m: (m.strategy, m.area)).values():
        for some, other in combinations(sorted(rows, key=lambda m: m.code), 2):
            if (
                some.function != other.function
                and _level(snapshot, some) == _level(snapshot, other)
                and not is_joint(some, other)
                and _are_strangers(snapshot, some, other, day)
                and _share_ground(snapshot, some, other, day)
            ):
                yield some, other


def _summed_up(
    snapshot: Snapshot,
    name: str,
    pairs: Iterable[Pair],
    day: Date,
    thresholds: Thresholds,
    *,
    by_function: bool,
) -> list[Finding]:
    """One finding per area (and function) that counts its pairs of actors and shows the strongest."""
    cells: dict[tuple[str, str, str | None], list[Pair]] = defaultdict(list)
    for some, other in pairs:
        cells[some.strategy, some.area, some.function if by_function else None].append((some, other))
    found = []
    for (strategy, area, function), here in cells.items():
        here.sort(key=lambda pair: (-likeness(*pair), pair[0].code, pair[1].code))
        actors = {tuple(sorted([a.holder, b.holder])) for a, b in here}
        rows = sorted({m.code for pair in here for m in pair})
        found.append(
            Finding(
                rule=name,
                key=key_of(name, strategy=strategy, area=f"{area}/{function}" if function else area),
                severity=1,
                strategy=strategy,
                area=area,
                function=function,
                actors=tuple(sorted({m.holder for pair in here for m in pair})),
                mandates=tuple(rows),
                evidence={
                    "count": len(actors),
                    "strongest": [
                        {
                            "mandates": [a.code, b.code],
                            "actors": sorted([a.holder, b.holder]),
                            "likeness": likeness(a, b),
                        }
                        for a, b in here[: thresholds.strongest]
                    ],
                },
                explanation=(
                    Message(
                        name,
                        {
                            "area": area,
                            "function": function,
                            "count": len(actors),
                            "actors": sorted({m.holder for pair in here for m in pair}),
                        },
                    ),
                ),
                closes=(Message("close.nothing"),),
                thresholds=thresholds,
            )
        )
    return found


@rule("vertical_sharing", thresholds=("strongest",), apart=True)
def vertical_sharing(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """The same task in the same area is held at several levels: often meant so. Summed up per area and task."""
    return _summed_up(
        snapshot, "vertical_sharing", vertical_pairs(snapshot, day), day, thresholds, by_function=True
    )


@rule("complementary", thresholds=("strongest",), apart=True)
def complementary(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Different tasks in the same area, for the same level and ground. Summed up per area."""
    return _summed_up(
        snapshot, "complementary", complementary_pairs(snapshot, day), day, thresholds, by_function=False
    )
