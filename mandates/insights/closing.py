"""If an actor closes: the graph and the register before and after, and what nobody would have any more."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mandates import coverage
from mandates.coverage import DEFAULTS, CellState, Thresholds
from mandates.rules import ties
from mandates.rules.continuity import successors
from mandates.snapshot import Mandate, Network, Snapshot
from network.graph import measures
from network.graph.removal import removal, without
from network.graph.structure import Structure, build
from network.graph_values import Behind, Node, RegisterGraph


@dataclass(frozen=True)
class Side:
    """The whole on one side of the comparison. `parts`: groups without any way between them, loners included."""

    actors: int
    tied: int
    ties: int
    parts: int
    largest: int
    networks: int
    met: int

    @property
    def alone(self) -> int:
        return self.actors - self.tied


@dataclass(frozen=True)
class Lost:
    """A tie that goes: whom with, and the records behind it."""

    node: Node
    behind: Sequence[Behind]


@dataclass(frozen=True)
class Unconvened:
    """A network that nobody would convene. `ties`: pairs of others tied by it, and by nothing that would remain."""

    network: Network
    members: int
    ties: int


@dataclass(frozen=True)
class Task:
    """A mandate of the actor. `successor`: the decided one that is named to follow it, if any."""

    mandate: Mandate
    successor: Mandate | None
    begun: bool


@dataclass(frozen=True)
class Closing:
    """What a day is like with the actor, without it, and without the networks that it alone convenes.

    Attributes:
        own: without the actor and its own ties, as if somebody else at once convened its networks.
        all_gone: also without the networks that nobody would convene.
        pieces: those cut off by the loss of its own ties, by piece, largest first.
        dark: (before, after) of expectations that would be unmet.
        thinner: of those that would be met by fewer.
    """

    node: Node
    before: Side
    own: Side
    all_gone: Side
    pieces: Sequence[Sequence[Node]]
    lost: Sequence[Lost]
    networks: Sequence[Unconvened]
    dark: Sequence[tuple[CellState, CellState]]
    thinner: Sequence[tuple[CellState, CellState]]
    tasks: Sequence[Task]

    @property
    def cut_off(self) -> list[Node]:
        return [node for piece in self.pieces for node in piece]

    @property
    def added(self) -> int:
        """How many more parts there are without the actor."""
        return self.own.parts - self.before.parts

    @property
    def unfollowed(self) -> list[Task]:
        return [task for task in self.tasks if task.successor is None]


def gone(snapshot: Snapshot, slug: str, day: datetime.date) -> Snapshot:
    """The register as if the actor ceased on `day`, with nothing handed over."""
    actors = (replace(row, valid_until=day) if row.slug == slug else row for row in snapshot.actors)
    return replace(snapshot, actors=tuple(actors))


def closing(
    found: RegisterGraph, snapshot: Snapshot, slug: str, thresholds: Thresholds = DEFAULTS
) -> Closing:
    """What breaks if `slug`, an organisation in the graph, closes on the graph's day. No query.

    Raises:
        KeyError: it does not exist on the day.
    """
    day = found.asked.as_of
    after = gone(snapshot, slug, day)
    networks = _unconvened(found, snapshot, after, slug, thresholds)
    dark, thinner = _cells(snapshot, after, slug, day, thresholds)
    met = sum(state.status == "covered" for state in coverage.states(snapshot, day, thresholds))
    meeting = len(ties.meeting_networks(snapshot, day, thresholds))
    rest = without(found.structure, slug)
    left = _left(after, rest.names, day, thresholds)
    broken = removal(found.structure, slug)
    return Closing(
        node=found.nodes[slug],
        before=_side(found.structure, meeting, met),
        own=_side(rest, meeting, met - len(dark)),
        all_gone=_side(left, meeting - len(networks), met - len(dark)),
        pieces=tuple(tuple(found.nodes[name] for name in piece) for piece in broken.cut_off),
        lost=[
            Lost(found.nodes[other], found.behind(tie))
            for other, _weight in broken.lost
            if (tie := found.tie_between(slug, other))
        ],
        networks=networks,
        dark=dark,
        thinner=thinner,
        tasks=_tasks(snapshot, after, slug, day),
    )


def _side(structure: Structure, networks: int, met: int) -> Side:
    parts = measures.components(structure)
    return Side(
        actors=structure.order,
        tied=int((structure.degree > 0).sum()),
        ties=structure.size,
        parts=int(parts.max()) + 1 if len(parts) else 0,
        largest=int((parts == 0).sum()),
        networks=networks,
        met=met,
    )


def _left(after: Snapshot, names: Sequence[str], day: datetime.date, thresholds: Thresholds) -> Structure:
    near = ties.tie_graph(after, day, thresholds)
    return build(names, [(some, other) for some, others in near.items() for other in others if some < other])


def _unconvened(
    found: RegisterGraph, snapshot: Snapshot, after: Snapshot, slug: str, thresholds: Thresholds
) -> list[Unconvened]:
    day = found.asked.as_of
    before = ties.meeting_networks(snapshot, day, thresholds)
    still = ties.meeting_networks(after, day, thresholds)
    ending = before.keys() - still.keys()
    going = {("network", name) for name in ending}
    # Encounters make no tie by themselves.
    only = [
        {record for record in tie.records if record[0] != "encounter"}
        for tie in found.ties
        if slug not in (tie.source, tie.target)
    ]
    only = [records for records in only if records <= going]
    rows = [
        Unconvened(
            snapshot.network_by_slug[name],
            len(before[name] - {slug}),
            sum(("network", name) in records for records in only),
        )
        for name in ending
    ]
    return sorted(rows, key=lambda row: (-row.ties, -row.members, row.network.slug))


def _cells(
    snapshot: Snapshot, after: Snapshot, slug: str, day: datetime.date, thresholds: Thresholds
) -> tuple[list[tuple[CellState, CellState]], list[tuple[CellState, CellState]]]:
    dark: list[tuple[CellState, CellState]] = []
    thinner: list[tuple[CellState, CellState]] = []
    for before in coverage.states(snapshot, day, thresholds):
        if slug not in before.holders or before.status != "covered":
            continue
        then = coverage.state(after, before.cell, day, thresholds)
        (dark if then.is_unmet else thinner).append((before, then))
    return dark, thinner


def _tasks(snapshot: Snapshot, after: Snapshot, slug: str, day: datetime.date) -> list[Task]:
    """Decided mandates that are in force or yet to begin, those without a successor first."""
    rows = []
    for mandate in snapshot.mandates:
        if mandate.holder != slug or mandate.status != "decided" or mandate.has_ended(day):
            continue
        if snapshot.has_trait("function", mandate.function, "transition"):
            continue
        follows = next(
            (
                row
                for row in successors(snapshot, mandate)
                if row.status == "decided" and not row.has_ended(day) and _will_exist(after, row.holder, day)
            ),
            None,
        )
        rows.append(Task(mandate, follows, mandate.holds_on(day)))
    return sorted(
        rows, key=lambda row: (row.successor is not None, not row.begun, row.mandate.area, row.mandate.code)
    )


def _will_exist(snapshot: Snapshot, slug: str, day: datetime.date) -> bool:
    actor = snapshot.actor_by_slug.get(slug)
    return actor is not None and not actor.has_ended(day)
