"""A bounded part of a large graph with the records behind its ties: what a request may read of it.

    found = near(stored, places)   # a RegisterGraph of those at `places`, with the weights that the whole has

The worker's result says who is tied to whom and how strongly; the register says why, for these alone.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any

from django.db.models import Count

from network import graph_rows
from network.graph import near as parts
from network.graph.selection import Selection
from network.graph.structure import Structure
from network.graph.ties import Tie
from network.graph_people import People
from network.graph_store import Stored
from network.graph_values import Behind, Node, RegisterGraph
from network.models import Convener, Encounter, GraphActor, Participant, Seat

MOST = 150  # actors in a part
MOST_RECORDS = 2_000


def near(stored: Stored, whole: Structure, places: Sequence[int]) -> RegisterGraph:
    """The graph of those at `places` (at most MOST) in `whole`, the structure of `stored`. At most 16 queries."""
    structure = parts.part(whole, places[:MOST])
    rows = {row.slug: row for row in stored.actors().filter(slug__in=structure.names)}
    nodes = {slug: node_of(rows[slug]) for slug in structure.names}
    records = _records(stored.asked, structure.names) if structure.size else []
    behind: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in records:
        for pair in combinations(sorted(set(row.participants)), 2):
            behind.setdefault(pair, []).append((row.kind, row.id))
    ties = []
    for (some, other), weight in zip(structure.ends.tolist(), structure.weights.tolist(), strict=True):
        pair = structure.names[some], structure.names[other]
        ties.append(Tie(*pair, weight, tuple(behind.get((min(pair), max(pair)), ()))))
    used = {key for tie in ties for key in tie.records}
    kept = {key: row for row in records if (key := (row.kind, row.id)) in used}
    return RegisterGraph(stored.asked, stored.revision or 0, nodes, structure, ties, kept)


def node_of(row: GraphActor) -> Node:
    """The actor of `row`, as it was called on the day."""
    return Node(
        row.slug,
        row.name_sv,
        row.name_en,
        row.kind,
        row.level,
        county=row.county,
        is_group=row.is_group,
        unnamed=row.unnamed,
    )


def _records(asked: Selection, slugs: Collection[str]) -> list[Behind]:
    """The records that at least two of `slugs` are in: collaborations and networks first."""
    people = People(asked.as_of, slugs)
    own = [row[0] for row in people.rows]
    sides = Participant.objects.filter(
        graph_rows.collaborations_asked(asked, "collaboration__"), actor__in=own
    )
    found = graph_rows.collaborations(asked, people, _shared(sides, "collaboration_id"))
    seated: set[tuple[int, int]] = set()
    models: tuple[Any, ...] = (Seat, Convener)
    for model in models:
        rows = model.objects.as_of(asked.as_of).filter(actor__in=own).order_by()
        seated.update(rows.values_list("network_id", "actor_id"))
    several = Counter(network for network, _actor in seated)
    networks = [pk for pk, count in several.most_common(MOST_RECORDS) if count > 1]
    found += graph_rows.networks(asked, people, networks).rows
    there = Encounter.participants.through.objects.filter(
        encounter__date_from__lte=asked.as_of, actor__in=own
    )
    return [*found, *graph_rows.encounters(asked, people, _shared(there, "encounter_id"))]


def _shared(rows: Any, field: str) -> list[int]:
    """The records of `field` with at least two of `rows`. One query."""
    several = rows.order_by().values(field).annotate(n=Count("pk")).filter(n__gt=1).order_by(field)
    return list(several.values_list(field, flat=True)[:MOST_RECORDS])
