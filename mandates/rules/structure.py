"""Rules that need ties, networks and encounters: who is not coordinated, absent, alone, or without a mandate."""

from collections import defaultdict
from typing import Any

from mandates.coverage import Thresholds, states
from mandates.rules.continuity import has_ended, successors
from mandates.rules.finding import Finding, Message, iso, key_of, last_day, quoted, rule
from mandates.rules.overlap import complementary_pairs, overlaps
from mandates.rules.ties import (
    bonds,
    brokers,
    components,
    coordinates,
    current_collaborations,
    is_tied,
    last_met,
    leads,
    meeting_networks,
    tie_graph,
)
from mandates.snapshot import (
    CROSS_SECTOR,
    ONE_DAY,
    Convener,
    Date,
    Encounter,
    Mandate,
    Seat,
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
                version=1,
                key=key_of("fragmentation", area=area),
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
                version=1,
                key=key_of("coordination_gap", area=first.area, rows=[some, other]),
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
        apart = {
            pair: codes for pair, codes in pairs.items() if not is_tied(snapshot, *pair, day, thresholds)
        }
        if not apart:
            continue
        ranked = sorted(apart, key=lambda pair: (-len(apart[pair]), pair))
        actors = sorted({slug for pair in apart for slug in pair})
        found.append(
            Finding(
                rule="coordination_gap",
                version=1,
                key=key_of("coordination_gap", area=area),
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


@rule("unmandated")
def unmandated(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A government actor collaborates in an adopted area in which it holds no mandate; not for money received."""
    adopted = {a.code for s in snapshot.strategies for a in snapshot.adopted(s.slug, day)}
    holds = {(m.holder, m.area) for m in snapshot.active(day)}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in current_collaborations(snapshot, day):
        if row.area not in adopted:
            continue
        funding = snapshot.has_trait("collaboration_kind", row.kind, "funding")
        for position, slug in enumerate(row.participants):
            receives = funding and position > 0
            alive = snapshot.is_government(slug) and snapshot.exists(slug, day)
            if alive and not receives and (slug, row.area) not in holds:
                found[slug, row.area].append(row.code)
    titles = {row.code: row for row in snapshot.collaborations}
    return [
        Finding(
            rule="unmandated",
            version=1,
            key=key_of("unmandated", area=area, rows=[slug]),
            severity=1,
            area=area,
            actors=(slug,),
            collaborations=tuple(sorted(codes)),
            evidence={
                "collaborations": [
                    {"id": code, "title_sv": titles[code].title_sv, "sources": list(titles[code].sources)}
                    for code in sorted(codes)
                ],
                "mandates_elsewhere": sorted(m.code for m in snapshot.active(day) if m.holder == slug),
            },
            explanation=(
                Message("unmandated", {"actors": [slug], "area": area, "collaborations": sorted(codes)}),
            ),
            closes=(Message("close.unmandated", {"actors": [slug], "area": area}),),
            thresholds=thresholds,
        )
        for (slug, area), codes in sorted(found.items())
    ]


@rule("dormant", thresholds=("recent_months",))
def dormant(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """An explicit mandate older than R, and nothing of its holder seen in its area within R. Per holder and area.

    Only of organisations that the register otherwise follows, by a dated tie or seat. What is
    cross-sector counts in every area.
    """
    since = add_months(day, -thresholds.recent_months)
    rows: dict[tuple[str, str, str], list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        holder = snapshot.actor_by_slug[mandate.holder]
        old = mandate.valid_from is not None and mandate.valid_from <= since
        if mandate.explicit and old and not holder.is_group:
            rows[mandate.strategy, mandate.holder, mandate.area].append(mandate)
    found = []
    for (strategy, slug, area), mandates in sorted(rows.items()):
        if not _is_followed(snapshot, slug, day) or _seen(snapshot, slug, area, since, day, thresholds):
            continue
        codes = sorted(m.code for m in mandates)
        found.append(
            Finding(
                rule="dormant",
                version=1,
                key=key_of("dormant", area=area, rows=[slug]),
                severity=1,
                strategy=strategy,
                area=area,
                actors=(slug,),
                mandates=tuple(codes),
                evidence={"rows": [quoted(snapshot, m) for m in mandates], "looked_back_to": iso(since)},
                explanation=(
                    Message(
                        "dormant", {"actors": [slug], "area": area, "mandates": codes, "since_day": since}
                    ),
                ),
                closes=(Message("close.dormant", {"actors": [slug]}),),
                thresholds=thresholds,
            )
        )
    return found


def _is_followed(snapshot: Snapshot, slug: str, day: Date) -> bool:
    ties = snapshot.collaborations_by_actor.get(slug, ())
    seats: list[Seat | Convener] = [*snapshot.seats, *snapshot.conveners]
    starts = [row.valid_from for row in ties] + [row.valid_from for row in seats if row.actor == slug]
    return any(first is not None and first <= day for first in starts)


def _seen(snapshot: Snapshot, slug: str, area: str, since: Date, day: Date, thresholds: Thresholds) -> bool:
    """Whether a tie, seat, encounter or decision shows `slug` at work in `area` between `since` and `day`."""
    areas = {area, CROSS_SECTOR}

    def overlaps_span(first: Date | None, until: Date | None) -> bool:
        return first is not None and first <= day and (until is None or until > since)

    for row in snapshot.collaborations_by_actor.get(slug, ()):
        if (row.area in areas or area == CROSS_SECTOR) and overlaps_span(row.valid_from, row.valid_until):
            return True
    for network, members in meeting_networks(snapshot, day, thresholds).items():
        in_area = snapshot.network_by_slug[network].areas
        if slug in members and (not in_area or area == CROSS_SECTOR or area in in_area):
            return True
    events: tuple[Encounter, ...] = (*snapshot.encounters, *snapshot.milestones)
    return any(
        slug in event.participants
        and (event.area in areas or area == CROSS_SECTOR)
        and overlaps_span(event.valid_from, event.valid_until)
        for event in events
    )


@rule("absent_holder", thresholds=("missed_meetings",))
def absent_holder(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A known lead on a network's areas has no seat in it, or missed its last held meetings in a row."""
    found = []
    for slug, members in sorted(meeting_networks(snapshot, day, thresholds).items()):
        network = snapshot.network_by_slug[slug]
        areas = network.areas or {CROSS_SECTOR}
        for mandate in snapshot.active(day):
            if (
                not leads(snapshot, mandate)
                or mandate.area not in areas
                or network.level not in mandate.levels
            ):
                continue
            missed = _missed(snapshot, slug, mandate.holder, day, thresholds)
            seat = mandate.holder in members or bool(snapshot.groups_of(mandate.holder, day) & members)
            if seat and not missed:
                continue
            name = "absent_holder.missed" if seat else "absent_holder.seat"
            params: dict[str, Any] = {"actors": [mandate.holder], "network": slug, "mandate": mandate.code}
            found.append(
                Finding(
                    rule="absent_holder",
                    version=1,
                    key=key_of("absent_holder", area=mandate.area, rows=[mandate.code, slug]),
                    severity=1,
                    strategy=mandate.strategy,
                    area=mandate.area,
                    function=mandate.function,
                    level=network.level,
                    actors=(mandate.holder,),
                    mandates=(mandate.code,),
                    networks=(slug,),
                    evidence={
                        "row": quoted(snapshot, mandate),
                        "has_seat": seat,
                        "missed": [event.code for event in missed],
                        "last_met": iso(last_met(snapshot, slug, day)),
                    },
                    explanation=(Message(name, {**params, "count": len(missed)}),),
                    closes=(Message("close.seat", params),),
                    thresholds=thresholds,
                )
            )
    return found


def _missed(
    snapshot: Snapshot, network: str, actor: str, day: Date, thresholds: Thresholds
) -> list[Encounter]:
    """The last held meetings, if `actor` missed all of them; empty when it was at one, or too few are known."""
    held = sorted(
        (
            event
            for event in snapshot.encounters_by_network.get(network, ())
            if event.valid_until is not None
            and event.valid_until <= day + ONE_DAY
            and event.precision != "period"
        ),
        key=lambda event: (event.valid_until, event.code),
    )[-thresholds.missed_meetings :]
    present = {actor} | snapshot.groups_of(actor, day)
    if len(held) < thresholds.missed_meetings or any(present & event.participants for event in held):
        return []
    return held


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
                version=1,
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
