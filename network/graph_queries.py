"""The collaboration graph of a day, read from the register.

`graph(Selection(as_of=day, …))` gives a `RegisterGraph` (network.graph_values). The rules are the design's:

* Nodes are the actors and groups that exist on the day; merged duplicates are none. A group is one node, or,
  with `expand_groups`, replaced by those of its members that exist, each of which has the group's ties. A
  group whose members nobody has named stays, and says how many it is said to have (`Node.unnamed`).
* Ties come from dated collaborations in force, and from dated seats and conveners of networks that meet
  (network.standing); undated rows make none. Encounters add to ties that exist. A record of k participants
  gives each pair 1/(k-1); what is narrowed by actors keeps the weights that it had.
* Areas and the other words of the selection are described in network.graph.selection.

    found = graph(Selection(as_of=day))
    found.structure                      # for network.graph.measures, removal, layout …
    found.nodes["delmos"].name           # as it was called on the day, in the reader's language
    tie = found.tie_between("delmos", "skr")
    [(row.title, row.period, row.get_absolute_url()) for row in found.behind(tie)]

`graph(asked, records=False)` leaves out ties and records: nodes and structure alone, quickly, for measures.
The number of queries does not depend on the size of the register.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from coordination.base import revision
from network import graph_rows, standing
from network.graph import incidence
from network.graph.selection import Selection
from network.graph.structure import Ints
from network.graph.ties import circles, decay, ties_of
from network.graph_people import People
from network.graph_values import ENCOUNTER, Behind, Node, RegisterGraph


def graph(asked: Selection, *, records: bool = True) -> RegisterGraph:
    """The graph of `asked`. A constant number of queries: at most 15."""
    number = revision.current()
    people = People(asked.as_of)
    networks = graph_rows.networks(asked, people)
    met = graph_rows.encounters(asked, people)
    kept = people.kept(asked)
    nodes = people.nodes(kept)
    stubs = tuple(stub for stub in networks.stubs if stub.at in nodes)
    if not records and not asked.expand_groups:
        rows = _with_sides(
            graph_rows.collaboration_sides(asked, people), _circles([*networks.rows, *met], people, asked)
        )
        found = incidence.project(people.slugs, rows, kept)
        return RegisterGraph(asked, number, nodes, found.structure, (), {}, stubs)
    made = [*graph_rows.collaborations(asked, people), *networks.rows, *met]
    found = incidence.project(people.slugs, _circles(made, people, asked), kept)
    ties = ties_of(found, [(row.kind, row.id) for row in made])
    used = {key for tie in ties for key in tie.records}
    behind = {key: row for row in made if (key := (row.kind, row.id)) in used}
    return RegisterGraph(asked, number, nodes, found.structure, ties, behind, stubs)


def nodes(asked: Selection) -> Mapping[str, Node]:
    """The nodes alone of `asked`, by id in the order of ids. Three queries."""
    people = People(asked.as_of)
    return people.nodes(people.kept(asked))


def members(groups: Iterable[str], as_of: datetime.date) -> Mapping[str, tuple[str, ...]]:
    """{group: its members that exist on the day}, of those of `groups` that can name theirs. Four queries."""
    return People(as_of).members(groups)


def _circles(rows: Sequence[Behind], people: People, asked: Selection) -> incidence.Circles:
    """Records as arrays; encounters come last. Queries for members where groups are spelled out."""
    members: Mapping[str, tuple[str, ...]] = {}
    if asked.expand_groups:
        members = people.members(slug for row in rows for slug in row.participants)
    faded = [_left(row, asked.as_of) for row in rows if row.kind == ENCOUNTER]
    return circles(people.place_of, [_sides(row, members) for row in rows], faded)


def _left(row: Behind, day: datetime.date) -> float:
    """What is left of an encounter's weight on `day`; one known as a period counts throughout it."""
    last = standing.last_met([(row.valid_from, row.valid_until)], day)
    return decay((day - last).days) if last else 0.0


def _sides(row: Behind, members: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], Any]:
    """The participants by themselves, and the groups that are spelled out."""
    groups = tuple(members[slug] for slug in row.participants if slug in members)
    return tuple(slug for slug in row.participants if slug not in members), groups


def _with_sides(sides: tuple[Ints, Ints], others: incidence.Circles) -> incidence.Circles:
    """Collaborations, each of weight 1, before other records."""
    number, actor = sides
    count = int(number[-1]) + 1 if len(number) else 0
    return incidence.Circles(
        np.concatenate([number, others.record + count]),
        np.concatenate([actor, others.actor]),
        np.concatenate([np.ones(count), others.factor]),
        np.concatenate([np.zeros(count, dtype=np.bool_), others.adds]),
    )
