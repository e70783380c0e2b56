"""Actors and priority areas as two kinds of node, tied by mandates: the two-mode view of the graph.

found = area_graph(Selection(as_of=day))
found.links[0]            # AreaLink(actor="boverket", area="*", mandates=("U-01", …))
found.structure           # actors by id, areas as "area:CODE"; weights are numbers of mandates
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from coordination.base.models.register import localized
from mandates import register_snapshot
from mandates.snapshot import CROSS_SECTOR, Snapshot
from network import graph_queries
from network.graph.selection import Selection
from network.graph.structure import Structure, build
from network.graph_values import Node

PREFIX = "area:"  # no actor's id has a colon


@dataclass(frozen=True, slots=True)
class AreaNode:
    """An area that somebody has a mandate in; `*`, without names, is cross-sector."""

    strategy: str
    code: str
    name_sv: str = ""
    name_en: str = ""

    @property
    def id(self) -> str:
        """What the structure calls it. The cross-sector tasks of all strategies are one node."""
        return f"{PREFIX}{self.code}" if self.code == CROSS_SECTOR else f"{PREFIX}{self.strategy}/{self.code}"

    @property
    def name(self) -> str:
        return localized(self, "name")


@dataclass(frozen=True, slots=True)
class AreaLink:
    """That `actor` has `mandates`, by code, in the area of that id."""

    actor: str
    area: str
    mandates: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class AreaGraph:
    """Holders of active mandates and their areas.

    Attributes:
        actors: those of the links, by id. areas: by the id that the structure calls them.
        links: by actor and area, in the order of `structure.ends`.
    """

    asked: Selection
    actors: Mapping[str, Node]
    areas: Mapping[str, AreaNode]
    links: tuple[AreaLink, ...]
    structure: Structure


def area_graph(asked: Selection) -> AreaGraph:
    """Who has active mandates in which area on the day; `tie_kinds` does not narrow it.

    A group is one node, or, with `expand_groups`, its members have its mandates. Five queries at most besides
    those for the register's snapshot, of which there is one while the register stands still.
    """
    snapshot = register_snapshot.current()
    nodes = graph_queries.nodes(asked)
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    areas: dict[str, AreaNode] = {}
    mandates = [
        mandate
        for mandate in snapshot.active(asked.as_of)
        if (not asked.areas or mandate.area in asked.areas)
        and asked.strategy in ("", mandate.strategy)
        and asked.confidence in ("", mandate.confidence)
    ]
    holders = {mandate.holder for mandate in mandates}
    members = graph_queries.members(holders, asked.as_of) if asked.expand_groups else {}
    for mandate in mandates:
        area = _area(snapshot, mandate.strategy, mandate.area)
        for actor in members.get(mandate.holder, (mandate.holder,)):
            if actor in nodes:
                areas.setdefault(area.id, area)
                codes[actor, area.id].append(mandate.code)
    links = [AreaLink(actor, area, tuple(found)) for (actor, area), found in sorted(codes.items())]
    tied = {link.actor for link in links}
    actors = {slug: node for slug, node in nodes.items() if slug in tied}
    structure = build(
        [*actors, *sorted(areas)],
        [(link.actor, link.area) for link in links],
        [float(len(link.mandates)) for link in links],
    )
    return AreaGraph(asked, actors, areas, tuple(links), structure)


def _area(snapshot: Snapshot, strategy: str, code: str) -> AreaNode:
    known = snapshot.area_by_code.get((strategy, code))
    return AreaNode(strategy, code, known.name_sv, known.name_en) if known else AreaNode(strategy, code)
