"""Who is tied to whom on a day: what the rules on overlap and structure need to know of the graph."""

from collections.abc import Mapping
from dataclasses import dataclass

from mandates.coverage import Thresholds
from mandates.snapshot import Collaboration, Convener, Date, Mandate, Network, Seat, Snapshot
from network import standing
from network.graph.ties import Record, neighbours


@dataclass(frozen=True, slots=True, order=True)
class Bond:
    """A record that ties two actors: `kind` is collaboration, network or mandate; `id` names the row."""

    kind: str
    id: str


def current_collaborations(snapshot: Snapshot, day: Date) -> tuple[Collaboration, ...]:
    """Dated collaborations in force; an undated one is never counted as current (design, Decisions)."""
    return snapshot.remembered(
        ("collaborations", day),
        lambda: tuple(
            row for row in snapshot.collaborations if row.valid_from is not None and row.holds_on(day)
        ),
    )


def last_met(snapshot: Snapshot, network: str, day: Date) -> Date | None:
    """The last day up to `day` on which `network` is known to have met; a period counts throughout."""
    held = snapshot.encounters_by_network.get(network, ())
    return standing.last_met(((row.valid_from, row.valid_until) for row in held), day)


def conveners(snapshot: Snapshot, network: str, day: Date) -> tuple[str, ...]:
    """Who convenes `network` on `day`; an undated convener counts."""
    return tuple(
        row.actor
        for row in snapshot.conveners_by_network.get(network, ())
        if row.holds_on(day) and snapshot.exists(row.actor, day)
    )


def meets(snapshot: Snapshot, network: Network, day: Date, thresholds: Thresholds) -> bool:
    """While it has a convener, unless it has encounters and the last is older than R (design, Rules)."""
    return network.holds_on(day) and standing.meets(
        convened=bool(conveners(snapshot, network.slug, day)),
        last=last_met(snapshot, network.slug, day),
        day=day,
        recent_months=thresholds.recent_months,
    )


def seated(snapshot: Snapshot, network: str, day: Date, *, dated: bool = False) -> frozenset[str]:
    """Who sits in `network` on `day`, conveners included; `dated`: only by rows whose start is known."""
    rows: list[Seat | Convener] = [
        *snapshot.seats_by_network.get(network, ()),
        *snapshot.conveners_by_network.get(network, ()),
    ]
    return frozenset(
        row.actor
        for row in rows
        if row.holds_on(day) and (row.valid_from or not dated) and snapshot.exists(row.actor, day)
    )


def meeting_networks(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> Mapping[str, frozenset[str]]:
    """{network that meets: those seated in it}."""
    return snapshot.remembered(
        ("meeting", day, thresholds),
        lambda: {
            row.slug: seated(snapshot, row.slug, day)
            for row in snapshot.networks
            if meets(snapshot, row, day, thresholds)
        },
    )


def bonds(snapshot: Snapshot, some: str, other: str, day: Date, thresholds: Thresholds) -> list[Bond]:
    """The current dated collaborations that two actors share, and the networks that meet and seat both."""
    found = [
        Bond("collaboration", row.code)
        for row in snapshot.collaborations_by_actor.get(some, ())
        if row.valid_from is not None and row.holds_on(day) and other in row.participants
    ]
    for slug, members in meeting_networks(snapshot, day, thresholds).items():
        if some in members and other in members:
            found.append(Bond("network", slug))
    return sorted(found)


def leads(snapshot: Snapshot, mandate: Mandate) -> bool:
    """Whether its role is to lead, as the register says."""
    return snapshot.has_trait("role", mandate.role, "lead")


def coordinates(snapshot: Snapshot, mandate: Mandate) -> bool:
    return leads(snapshot, mandate) or snapshot.has_trait("function", mandate.function, "coordination")


def coordinators(snapshot: Snapshot, day: Date) -> tuple[tuple[Mandate, frozenset[str]], ...]:
    """Active coordination mandates whose target group names two actors or more, with those named."""
    return snapshot.remembered(
        ("coordinators", day),
        lambda: tuple(
            (mandate, named)
            for mandate in snapshot.active(day)
            if coordinates(snapshot, mandate) and len(named := _named(snapshot, mandate.target_group)) > 1
        ),
    )


def coordinators_of(snapshot: Snapshot, some: str, other: str, day: Date) -> list[Bond]:
    """Active coordination mandates whose target group names both actors, not just their kind."""
    return sorted(
        Bond("mandate", mandate.code)
        for mandate, named in coordinators(snapshot, day)
        if some in named and other in named
    )


def _named(snapshot: Snapshot, target_group: str) -> frozenset[str]:
    """The actors named in a target group: by a name, its form in brackets or before them, or an alias."""
    words = {part.strip().casefold() for part in target_group.replace(";", ",").split(",")}
    named = _named_by(snapshot)
    return frozenset(slug for word in words for slug in named.get(word, ()))


def _named_by(snapshot: Snapshot) -> Mapping[str, list[str]]:
    """{name as it is compared: the actors of that name}."""

    def read() -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for actor in snapshot.actors:
            for name in (actor.name_sv, actor.name_en, *actor.aliases):
                bare, _, bracketed = name.partition("(")
                for form in (name, bare.strip(), bracketed.rstrip(") ")):
                    if form:
                        found.setdefault(form.casefold(), []).append(actor.slug)
        return found

    return snapshot.remembered("named", read)


def is_tied(snapshot: Snapshot, some: str, other: str, day: Date, thresholds: Thresholds) -> list[Bond]:
    """What manages an overlap between two actors: bonds, or a coordination mandate that names both."""
    return [*bonds(snapshot, some, other, day, thresholds), *coordinators_of(snapshot, some, other, day)]


def tie_graph(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> Mapping[str, frozenset[str]]:
    """{actor: its neighbours} by current dated collaborations and dated seats in networks that meet.

    Actors without a tie are left out; a group is one node.
    """

    def built() -> Mapping[str, frozenset[str]]:
        records = [
            Record("collaboration", row.code, tuple(p for p in row.participants if snapshot.exists(p, day)))
            for row in current_collaborations(snapshot, day)
        ]
        records += [
            Record("network", slug, tuple(seated(snapshot, slug, day, dated=True)))
            for slug in meeting_networks(snapshot, day, thresholds)
        ]
        return {slug: frozenset(others) for slug, others in neighbours(records).items()}

    return snapshot.remembered(("ties", day, thresholds), built)


def components(graph: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """The connected components, largest first.

    >>> graph = {"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("de"), "d": frozenset("c"), "e": frozenset("c")}
    >>> [sorted(part) for part in components(graph)]
    [['c', 'd', 'e'], ['a', 'b']]
    """
    seen: set[str] = set()
    found = []
    for start in graph:
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            fresh = graph[waiting.pop()] - part
            part |= fresh
            waiting.extend(fresh)
        seen |= part
        found.append(frozenset(part))
    return sorted(found, key=lambda part: (-len(part), min(part)))


def brokers(graph: Mapping[str, frozenset[str]], some: str, other: str, limit: int = 3) -> list[str]:
    """Those tied to both, best connected first: who could bring the two together."""
    common = graph.get(some, frozenset()) & graph.get(other, frozenset())
    return sorted(common, key=lambda slug: (-len(graph[slug]), slug))[:limit]
