"""Rules on how actors hang together: areas in pieces, pairs without a tie, single points of failure."""

from collections import defaultdict

from mandates.coverage import Thresholds, states
from mandates.rules.continuity import has_ended, successors
from mandates.rules.finding import Finding, Message, key_of, last_day, quoted, rule
from mandates.rules.overlap import complementary_pairs, overlaps
from mandates.rules.ties import (
    bonds,
    brokers,
    components,
    coordinates,
    meeting_networks,
    tie_graph,
)
from mandates.snapshot import (
    CROSS_SECTOR,
    Date,
    Mandate,
    Snapshot,
    add_months,
)


@rule("fragmentation", thresholds=("network_share", "recent_months"))
def fragmentation(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Two or more government actors are active in an adopted area, or across all; coordinated or not.

    Coordinated: they lie in one connected component of ties, and one of them leads or coordinates, or one
    network that meets seats at least the share of them that the threshold says.
    """
    areas: dict[tuple[str, str], list[Mandate]] = defaultdict(list)
    adopted = {(a.strategy, a.code) for s in snapshot.strategies for a in snapshot.adopted(s.slug, day)}
    for mandate in snapshot.active(day):
        key = (mandate.strategy, mandate.area)
        if snapshot.is_government(mandate.holder) and (key in adopted or mandate.area == CROSS_SECTOR):
            areas[key].append(mandate)
    found = []
    for (strategy, area), rows in sorted(areas.items()):
        actors = sorted({m.holder for m in rows})
        if len(actors) < 2:
            continue
        parts = [sorted(set(actors) & part) for part in components(tie_graph(snapshot, day, thresholds))]
        in_one = any(len(part) == len(actors) for part in parts)
        leading = sorted(m.code for m in rows if coordinates(snapshot, m))
        seating = {
            slug: sorted(set(actors) & members)
            for slug, members in meeting_networks(snapshot, day, thresholds).items()
            if len(set(actors) & members) >= thresholds.network_share * len(actors)
        }
        coordinated = in_one and bool(leading or seating)
        lacks = [
            *([] if in_one else ["ties"]),
            *([] if leading or seating else ["lead"]),
        ]
        found.append(
            Finding(
                rule="fragmentation",
                key=key_of("fragmentation", strategy=strategy, area=area),
                severity=1,
                strategy=strategy,
                area=area,
                actors=tuple(actors),
                mandates=tuple(sorted(m.code for m in rows)),
                networks=tuple(sorted(seating)),
                evidence={
                    "coordinated": coordinated,
                    "lacks": lacks,
                    "count": len(actors),
                    "tied": [part for part in parts if len(part) > 1],
                    "leading": leading,
                    "networks": seating,
                },
                explanation=(
                    Message("fragmentation", {"area": area, "actors": actors, "count": len(actors)}),
                    Message(
                        "fragmentation.coordinated" if coordinated else "fragmentation.lacks",
                        {"lacks": lacks},
                    ),
                ),
                closes=(Message("close.coordinate", {"area": area}),),
                thresholds=thresholds,
            )
        )
    return found


def handed_over(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[tuple[Mandate, Mandate]]:
    """(ended mandate, active successor) of two living holders, where it changed hands within R."""
    found = []
    for mandate in snapshot.mandates:
        ends = snapshot.ends(mandate)
        if not has_ended(snapshot, mandate, day) or ends is None or not snapshot.exists(mandate.holder, day):
            continue
        for after in successors(snapshot, mandate)[:1]:
            recent = add_months(ends, thresholds.recent_months) >= day
            if recent and after.holder != mandate.holder and snapshot.is_active(after, day):
                found.append((mandate, after))
    return found


@rule("coordination_gap", thresholds=("recent_months", "strongest"))
def coordination_gap(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Overlapping, complementary or handed-over actors share no tie and no network that meets.

    One finding per overlapping or handed-over pair of actors; complementary ones summed up per area.
    """
    graph = tie_graph(snapshot, day, thresholds)
    direct: dict[tuple[str, str], list[tuple[str, Mandate, Mandate]]] = defaultdict(list)
    for pair in overlaps(snapshot, day):
        direct[_actors(pair.first, pair.second)].append(("overlap", pair.first, pair.second))
    for before, after in handed_over(snapshot, day, thresholds):
        direct[_actors(before, after)].append(("handed_over", before, after))
    found = []
    for (some, other), rows in sorted(direct.items()):
        if bonds(snapshot, some, other, day, thresholds):
            continue
        why = sorted({kind for kind, _, _ in rows})
        codes = sorted({m.code for _, a, b in rows for m in (a, b)})
        between = brokers(graph, some, other)
        first = rows[0][1]
        params = {"actors": [some, other], "area": first.area, "function": first.function, "why": why}
        found.append(
            Finding(
                rule="coordination_gap",
                key=key_of("coordination_gap", strategy=first.strategy, area=first.area, rows=[some, other]),
                severity=1,
                strategy=first.strategy,
                area=first.area,
                function=first.function,
                actors=(some, other),
                mandates=tuple(codes),
                evidence={
                    "why": why,
                    "rows": [quoted(snapshot, snapshot.mandate_by_code[code]) for code in codes],
                    "brokers": between,
                },
                explanation=(Message("coordination_gap", params), *_through(between)),
                closes=(Message("close.tie", {"actors": [some, other]}),),
                thresholds=thresholds,
            )
        )
    return [*found, *_complementary_gaps(snapshot, day, thresholds)]


def _through(between: list[str]) -> tuple[Message, ...]:
    return (Message("brokers", {"actors": between}),) if between else ()


def _actors(some: Mandate, other: Mandate) -> tuple[str, str]:
    first, second = sorted([some.holder, other.holder])
    return first, second


def _complementary_gaps(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    areas: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = defaultdict(dict)
    for some, other in complementary_pairs(snapshot, day):
        pair = _actors(some, other)
        codes = areas[some.strategy, some.area].setdefault(pair, [])
        codes += [some.code, other.code]
    graph = tie_graph(snapshot, day, thresholds)
    found = []
    for (strategy, area), pairs in sorted(areas.items()):
        apart = {pair: codes for pair, codes in pairs.items() if not bonds(snapshot, *pair, day, thresholds)}
        if not apart:
            continue
        ranked = sorted(apart, key=lambda pair: (-len(apart[pair]), pair))
        actors = sorted({slug for pair in apart for slug in pair})
        found.append(
            Finding(
                rule="coordination_gap",
                key=key_of("coordination_gap", strategy=strategy, area=area),
                severity=1,
                strategy=strategy,
                area=area,
                actors=tuple(actors),
                mandates=tuple(sorted({code for codes in apart.values() for code in codes})),
                evidence={
                    "why": ["complementary"],
                    "count": len(apart),
                    "of": len(pairs),
                    "strongest": [
                        {
                            "actors": list(pair),
                            "mandates": sorted(set(apart[pair])),
                            "brokers": brokers(graph, *pair),
                        }
                        for pair in ranked[: thresholds.strongest]
                    ],
                },
                explanation=(
                    Message(
                        "coordination_gap.area",
                        {"area": area, "count": len(apart), "of": len(pairs), "actors": actors},
                    ),
                ),
                closes=(Message("close.coordinate", {"area": area}),),
                thresholds=thresholds,
            )
        )
    return found


@rule("single_point_of_failure", thresholds=("cut_off", "sole_expectations", "recent_months"))
def single_point_of_failure(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Without this one actor others lose all contact, or several expectations go dark."""
    sole: dict[str, list[str]] = defaultdict(list)
    for now in states(snapshot, day, thresholds):
        if now.status == "covered" and len(now.holders) == 1:
            sole[now.holders[0]].append(now.cell.id)
    cut = cut_off(snapshot, day, thresholds)
    found = []
    for slug in sorted({*sole, *cut}):
        cells = sole.get(slug, []) if len(sole.get(slug, [])) >= thresholds.sole_expectations else []
        lost = cut.get(slug, [])
        if not cells and not lost:
            continue
        sentences = []
        if cells:
            sentences.append(
                Message("single_point.cells", {"actors": [slug], "cells": cells, "count": len(cells)})
            )
        if lost:
            sentences.append(
                Message("single_point.cut", {"actors": [slug], "others": lost, "count": len(lost)})
            )
        found.append(
            Finding(
                rule="single_point_of_failure",
                key=key_of("single_point_of_failure", rows=[slug]),
                severity=2,
                actors=(slug,),
                mandates=tuple(
                    sorted(
                        {
                            code
                            for now in states(snapshot, day, thresholds)
                            if now.cell.id in cells
                            for code in now.mandates
                        }
                    )
                ),
                evidence={
                    "cells": cells,
                    "cut_off": lost,
                    "holder_valid_to": last_day(snapshot.actor_by_slug[slug].valid_until),
                },
                explanation=tuple(sentences),
                closes=(Message("close.second", {"actors": [slug]}),),
                thresholds=thresholds,
            )
        )
    return found


def cut_off(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> dict[str, list[str]]:
    """{articulation point: those cut off from the largest part that is left}, where enough are.

    A group is no such point: a whole class of organisations does not disappear at once.
    """
    graph = tie_graph(snapshot, day, thresholds)
    found = {}
    for part in components(graph):
        inner = {slug: graph[slug] for slug in part}
        for slug in sorted(_articulation_points(inner)):
            lost = sorted(other for rest in components(inner, slug)[1:] for other in rest)
            if len(lost) >= thresholds.cut_off and not snapshot.actor_by_slug[slug].is_group:
                found[slug] = lost
    return found


def _articulation_points(graph: dict[str, frozenset[str]]) -> set[str]:
    """Nodes whose removal splits a connected `graph` (Tarjan 1972, without recursion).

    >>> sorted(_articulation_points({"a": frozenset("b"), "b": frozenset("ac"), "c": frozenset("b")}))
    ['b']
    """
    root = min(graph)
    order, low, parent = {root: 0}, {root: 0}, {root: ""}
    points: set[str] = set()
    stack = [(root, iter(sorted(graph[root])))]
    while stack:
        node, rest = stack[-1]
        for other in rest:
            if other not in order:
                order[other] = low[other] = len(order)
                parent[other] = node
                stack.append((other, iter(sorted(graph[other]))))
                break
            if other != parent[node]:
                low[node] = min(low[node], order[other])
        else:
            stack.pop()
            if stack:
                above = stack[-1][0]
                low[above] = min(low[above], low[node])
                if above != root and low[node] >= order[above]:
                    points.add(above)
    if sum(1 for node in order if parent[node] == root) > 1:
        points.add(root)
    return points
