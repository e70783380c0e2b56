"""Finding out about a graph and keeping it: measures, positions and communities of one selection."""

import datetime
import struct
import zlib
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from coordination.base import revision
from coordination.base.ordering import english_key, swedish_key
from network import graph_output, graph_queries
from network.graph import mixing, near
from network.graph.brokerage import ROLES
from network.graph.clusters import clusters, pieces
from network.graph.layout import Position, layout
from network.graph.measures import ACTOR_MEASURES
from network.graph.selection import Selection
from network.graph.structure import Structure
from network.graph_values import RegisterGraph
from network.models import GraphActor, GraphResult

VERSION = "2"  # of the measures and of what is kept of them; another one has everything worked out again
ASKED, READ, MEASURED, DRAWN, KEPT = range(5)  # the stages of a result
MOST_RESULTS, MOST_ACTORS = 60, 600_000  # those unasked longest go first
BATCH = 200
DIVISIONS = ("kind", "county")  # that the map sets against each other
HEAD = struct.Struct("<q")
NO_ENDS = np.empty((0, 2), dtype=np.int64)

Progress = Callable[[int], object]


def is_fresh(result: GraphResult | None, number: int) -> bool:
    """Whether `result` is of the register's revision `number` and of the code as it stands."""
    return result is not None and result.revision == number and result.version == VERSION


def is_known(asked: Selection) -> bool:
    """Whether what is kept of `asked` is of the register and the code as they stand. Two queries."""
    return is_fresh(GraphResult.objects.defer("ties").filter(key=asked.key).first(), revision.current())


def find_out(asked: Selection, *, now: datetime.datetime, samples: int | None = None) -> None:
    """Read, measure, draw and keep the graph of `asked`, unless that is done already.

    Doing it twice, or late, leaves the same rows. The work is done outside the transaction that writes: an
    edit does not wait for it, and one that comes between makes the result old. `samples` as in
    network.graph.report.
    """
    rows = GraphResult.objects.filter(key=asked.key)
    if is_known(asked):
        rows.update(asked_at=None)
        return
    found = graph_queries.graph(asked, records=False)
    keep(found, now=now, at=lambda stage: rows.update(stage=stage), samples=samples)


def keep(
    found: RegisterGraph,
    *,
    now: datetime.datetime,
    at: Progress = lambda stage: None,
    samples: int | None = None,
) -> GraphResult:
    """Measure, draw and keep `found`; `at` is told of each stage that is reached."""
    asked, structure = found.asked, found.structure
    at(READ)
    measured = graph_output.measured(found, samples=samples)
    at(MEASURED)
    drawn = layout(structure, _known(asked))
    membership = np.asarray([values["community"] for values in measured["actors"].values()], dtype=np.int64)
    far = clusters(structure, membership, drawn, found.groups("kind"))
    far |= {"parts": pieces(structure), "mixes": _mixes(found)}
    at(DRAWN)
    with transaction.atomic():
        result = GraphResult.objects.select_for_update().filter(key=asked.key).first()
        if result is not None and (result.revision or 0) > found.revision and result.version == VERSION:
            return result  # somebody else has seen more
        result = result or GraphResult(key=asked.key, family=asked.family)
        result.selection, result.as_of = asked.words, asked.as_of
        result.revision, result.version, result.computed_at = found.revision, VERSION, now
        result.asked_at, result.stage, result.has_failed = None, KEPT, False
        result.order, result.size = structure.order, structure.size
        result.network, result.communities, result.ties = measured["network"], far, packed(structure)
        result.save()
        result.actors.all().delete()
        GraphActor.objects.bulk_create(
            (
                _actor(result, position, found, values, drawn)
                for position, values in enumerate(measured["actors"].values())
            ),
            batch_size=BATCH,
        )
        _let_go(result)
    return result


def _mixes(found: RegisterGraph) -> dict[str, Any]:
    """{kind or county: ties between the groups of actors with ties}, as the fields of `mixing.Mix`."""
    tied = np.flatnonzero(found.structure.degree > 0)
    structure = near.part(found.structure, tied)
    mixes = {}
    for by in DIVISIONS:
        groups = found.groups(by)
        mixes[by] = [astuple(mix) for mix in mixing.mixing(structure, [groups[at] for at in tied])]
    return mixes


def _actor(
    result: GraphResult,
    position: int,
    found: RegisterGraph,
    values: dict[str, Any],
    drawn: dict[str, Position],
) -> GraphActor:
    node = found.nodes[found.structure.names[position]]
    x, y = drawn.get(node.slug, (None, None))
    return GraphActor(
        result=result,
        position=position,
        slug=node.slug,
        name_sv=node.name_sv,
        name_en=node.name_en,
        sort_sv=swedish_key(node.name_sv or node.name_en),
        sort_en=english_key(node.name_en or node.name_sv),
        kind=node.kind,
        level=node.level,
        county=node.county,
        is_group=node.is_group,
        unnamed=node.unnamed,
        x=x,
        y=y,
        community=values["community"],
        articulation=values["articulation"],
        **{name: values[name] for name in ACTOR_MEASURES},
        **{role: values["brokerage"][role] for role in ROLES},
    )


def _known(asked: Selection) -> dict[str, Position]:
    """Where people last saw the actors: in this selection, or else in its family on the nearest day."""
    family = GraphResult.objects.exclude(revision=None).filter(family=asked.family)
    seen = list(family.values_list("pk", "as_of"))
    if not seen:
        return {}
    nearest = min(seen, key=lambda row: (abs((row[1] - asked.as_of).days), row[0]))[0]
    return positions(GraphActor.objects.filter(result=nearest).order_by())


def positions(actors: QuerySet[GraphActor]) -> dict[str, Position]:
    """Where those of `actors` that are drawn stand. One query."""
    rows = actors.filter(x__isnull=False).values_list("slug", "x", "y")
    found: dict[str, Any] = {slug: (x, y) for slug, x, y in rows}
    return found


def _let_go(newest: GraphResult) -> None:
    total = newest.order
    others = GraphResult.objects.exclude(pk=newest.pk).filter(asked_at=None).order_by("-computed_at", "-pk")
    for place, (pk, order) in enumerate(others.values_list("pk", "order"), start=2):
        total += order
        if place > MOST_RESULTS or total > MOST_ACTORS:
            GraphResult.objects.filter(pk=pk).delete()


def packed(structure: Structure) -> bytes:
    """The ends and weights of a structure, compressed; `unpacked` is the way back."""
    ends, weights = structure.ends.astype("<i4"), structure.weights.astype("<f8")
    return zlib.compress(HEAD.pack(structure.size) + ends.tobytes() + weights.tobytes(), 1)


def unpacked(content: bytes, names: tuple[str, ...]) -> Structure:
    """The structure that was `packed`, with the names of its actors."""
    plain = zlib.decompress(content)
    (size,) = HEAD.unpack_from(plain)
    ends = np.frombuffer(plain, "<i4", 2 * size, HEAD.size).reshape(-1, 2).astype(np.int64)
    weights = np.frombuffer(plain, "<f8", size, HEAD.size + 8 * size)
    return Structure(names, ends, weights)
