"""Rules on how actors hang together: areas in pieces, pairs without a tie, single points of failure."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from mandates.coverage import Thresholds, states
from mandates.rules import pair_arrays as arrays
from mandates.rules.continuity import has_ended
from mandates.rules.finding import MOST_NAMED, Finding, Message, key_of, last_day, quoted, rule
from mandates.rules.overlap import overlaps
from mandates.rules.sharing import complements
from mandates.rules.tie_arrays import bonded
from mandates.rules.ties import (
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
from network.graph.cuts import cuts_of


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
    pieces = components(tie_graph(snapshot, day, thresholds))
    piece_of = {slug: number for number, part in enumerate(pieces) for slug in part}
    networks = meeting_networks(snapshot, day, thresholds)
    found = []
    for (strategy, area), rows in sorted(areas.items()):
        actors = sorted({m.holder for m in rows})
        if len(actors) < 2:
            continue
        by_piece: dict[int, list[str]] = defaultdict(list)
        for slug in actors:
            if slug in piece_of:
                by_piece[piece_of[slug]].append(slug)
        parts = [by_piece[number] for number in sorted(by_piece)]
        in_one = any(len(part) == len(actors) for part in parts)
        leading = sorted(m.code for m in rows if coordinates(snapshot, m))
        seating = {
            slug: sorted(members & set(actors))
            for slug, members in networks.items()
            if len(members) >= thresholds.network_share * len(actors)
            and len(members & set(actors)) >= thresholds.network_share * len(actors)
        }
        coordinated = in_one and bool(leading or seating)
        is_all = len(rows) <= MOST_NAMED
        named = actors if is_all else actors[: thresholds.strongest]
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
                actors=tuple(named),
                mandates=tuple(sorted(m.code for m in rows)) if is_all else (),
                networks=tuple(sorted(seating)),
                evidence={
                    "coordinated": coordinated,
                    "lacks": lacks,
                    "count": len(actors),
                    "tied": [part for part in parts if len(part) > 1] if is_all else [],
                    "leading": leading if is_all else leading[: thresholds.strongest],
                    "networks": seating,
                },
                explanation=(
                    Message(
                        "fragmentation" if is_all else "fragmentation.many",
                        {"area": area, "actors": named, "count": len(actors)},
                    ),
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
        if mandate.successor is None:
            continue
        ends = snapshot.ends(mandate)
        if not has_ended(snapshot, mandate, day) or ends is None or not snapshot.exists(mandate.holder, day):
            continue
        after = snapshot.mandate_by_code.get(mandate.successor)
        recent = add_months(ends, thresholds.recent_months) >= day
        if recent and after and after.holder != mandate.holder and snapshot.is_active(after, day):
            found.append((mandate, after))
    return found


Link = tuple[str, Mandate, Mandate]


@rule("coordination_gap", thresholds=("recent_months", "strongest"))
def coordination_gap(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Overlapping, complementary or handed-over actors share no tie and no network that meets.

    One finding per overlapping or handed-over pair of actors; a cell (area and function) with more of them
    than the threshold says is one finding. Complementary ones are summed up per area.
    """
    rows = arrays.day_rows(snapshot, day)
    bonds = bonded(snapshot, rows, day, thresholds)
    first, second, _alike = arrays.unranked(rows, overlaps(snapshot, day))
    free = ~bonds.join(rows.holder[first], rows.holder[second])
    first, second = first[free], second[free]
    handed: dict[int, list[Link]] = defaultdict(list)
    number = {slug: place for place, slug in enumerate(rows.slugs)}
    for before, after in handed_over(snapshot, day, thresholds):
        some, other = (np.array([number[m.holder]], dtype=np.int64) for m in (before, after))
        if not bonds.join(some, other)[0]:
            pair = int(arrays.pair_numbers(some, other, len(number))[0])
            handed[pair].append(("handed_over", before, after))
    pairs = rows.actors_of(first, second)
    order = np.argsort(pairs, kind="stable")
    in_order = pairs[order]

    def links(pair: int) -> list[Link]:
        here = order[slice(*np.searchsorted(in_order, [pair, pair + 1]))]
        return [
            *(("overlap", rows.rows[first[n]], rows.rows[second[n]]) for n in here.tolist()),
            *handed.get(pair, ()),
        ]

    # A pair of actors belongs to the cell of the most alike of its overlaps.
    each, leading = np.unique(pairs, return_index=True)
    cells: dict[Cell, list[tuple[int, int]]] = defaultdict(list)
    for here in arrays.groups(rows.cell[first], leading):
        cells[_cell(rows.rows[first[here[0]]])] = list(zip(here.tolist(), pairs[here].tolist(), strict=True))
    for pair in sorted(handed.keys() - set(each[np.isin(each, list(handed))].tolist())):
        cells[_cell(handed[pair][0][1])].append((len(pairs), pair))
    graph = tie_graph(snapshot, day, thresholds)
    found = []
    for cell, placed in cells.items():
        if len(placed) <= thresholds.strongest:
            found += [_gap(snapshot, links(pair), graph, thresholds) for _place, pair in placed]
        else:
            shown = [links(pair) for _place, pair in sorted(placed)[: thresholds.strongest]]
            found.append(_many_gaps(cell, shown, len(placed), graph, thresholds))
    return [*found, *_complementary_gaps(snapshot, day, thresholds)]


Cell = tuple[str, str, str]
Graph = Mapping[str, frozenset[str]]


def _cell(mandate: Mandate) -> Cell:
    return mandate.strategy, mandate.area, mandate.function


def _gap(snapshot: Snapshot, links: list[Link], graph: Graph, thresholds: Thresholds) -> Finding:
    some, other = _actors(links)
    why = sorted({kind for kind, _, _ in links})
    codes = _codes(links)
    between = brokers(graph, some, other)
    first = links[0][1]
    params = {"actors": [some, other], "area": first.area, "function": first.function, "why": why}
    return Finding(
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


def _many_gaps(
    cell: Cell, shown: list[list[Link]], count: int, graph: Graph, thresholds: Thresholds
) -> Finding:
    strategy, area, function = cell
    return Finding(
        rule="coordination_gap",
        key=key_of("coordination_gap", strategy=strategy, area=f"{area}/{function}"),
        severity=1,
        strategy=strategy,
        area=area,
        function=function,
        actors=tuple(sorted({slug for links in shown for slug in _actors(links)})),
        mandates=tuple(sorted({code for links in shown for code in _codes(links)})),
        evidence={
            "why": sorted({kind for links in shown for kind, _, _ in links}),
            "count": count,
            "strongest": [
                {
                    "actors": list(_actors(links)),
                    "mandates": _codes(links),
                    "brokers": brokers(graph, *_actors(links)),
                }
                for links in shown
            ],
        },
        explanation=(Message("coordination_gap.many", {"area": area, "function": function, "count": count}),),
        closes=(Message("close.coordinate", {"area": area}),),
        thresholds=thresholds,
    )


def _through(between: list[str]) -> tuple[Message, ...]:
    return (Message("brokers", {"actors": between}),) if between else ()


def _actors(links: list[Link]) -> tuple[str, str]:
    first, second = sorted([links[0][1].holder, links[0][2].holder])
    return first, second


def _codes(links: list[Link]) -> list[str]:
    return sorted({m.code for _, some, other in links for m in (some, other)})


def _complementary_gaps(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    graph = tie_graph(snapshot, day, thresholds)
    found = []
    for (strategy, area), (_summary, apart) in sorted(complements(snapshot, day, thresholds).items()):
        if apart is None:
            continue
        params = {"area": area, "count": apart.count, "of": apart.of}
        found.append(
            Finding(
                rule="coordination_gap",
                key=key_of("coordination_gap", strategy=strategy, area=area),
                severity=1,
                strategy=strategy,
                area=area,
                actors=apart.actors,
                mandates=apart.mandates,
                evidence={
                    "why": ["complementary"],
                    "count": apart.count,
                    "of": apart.of,
                    "strongest": [
                        {"actors": list(pair), "mandates": list(codes), "brokers": brokers(graph, *pair)}
                        for pair, codes in apart.strongest
                    ],
                },
                explanation=(
                    Message("coordination_gap.area", {**params, "actors": list(apart.actors)})
                    if apart.is_all
                    else Message("coordination_gap.area.many", params),
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
    found = cuts_of(tie_graph(snapshot, day, thresholds))
    return {
        slug: sorted(other for piece in found.cut_off(slug) for other in piece)
        for slug, count in sorted(found.counts.items())
        if count >= thresholds.cut_off and not snapshot.actor_by_slug[slug].is_group
    }
