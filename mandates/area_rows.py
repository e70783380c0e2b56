"""The tables of actors and areas: what the picture says, in rows and as files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coordination.base.wording import reading_key
from mandates.area_graph import PREFIX, AreaGraph, AreaLink, AreaNode
from mandates.snapshot import CROSS_SECTOR, Mandate, Snapshot
from network.graph import files
from network.graph_values import Node

ADOPTED = "adopted"
HEADER = ["actor", "name_sv", "name_en", "kind", "level", "strategy", "area", "mandates", "mandate_ids"]


@dataclass(frozen=True)
class LinkRow:
    """That an actor holds `mandates` in an area."""

    node: Node
    area: AreaNode
    area_name: str
    mandates: Sequence[Mandate]


@dataclass(frozen=True)
class AreaRow:
    """An area, who holds mandates in it, and how many those are."""

    area: AreaNode
    name: str
    nodes: Sequence[Node]
    mandates: int

    @property
    def strategy(self) -> str | None:
        """Its strategy; None for what is cross-sector, which all strategies share."""
        return None if self.area.code == CROSS_SECTOR else self.area.strategy


def area_names(found: AreaGraph, snapshot: Snapshot) -> dict[str, str]:
    """What each area of the graph is called, in the register's order; an area adopted on the day that nobody has a
    mandate in is among them where nothing narrows the areas. Two strategies' areas of one name say whose they are.
    """
    asked = found.asked
    nodes = [AreaNode(row.strategy, row.code, row.name_sv, row.name_en) for row in snapshot.areas]
    adopted = {
        f"{PREFIX}{row.strategy}/{row.code}"
        for row in snapshot.areas
        if row.status == ADOPTED
        and row.holds_on(asked.as_of)
        and (not asked.areas or row.code in asked.areas)
        and asked.strategy in ("", row.strategy)
    }
    known = [node for node in nodes if node.id in found.areas or node.id in adopted]
    names = [node.name for node in known]
    strategies = {row.slug: row.name_sv for row in snapshot.strategies}
    said = {
        node.id: f"{node.name} ({strategies.get(node.strategy, node.strategy)})"
        if names.count(node.name) > 1
        else node.name
        for node in known
    }
    across = f"{PREFIX}{CROSS_SECTOR}"
    return {across: _("Cross-sector"), **said} if across in found.areas else said


def areas(found: AreaGraph, names: Mapping[str, str]) -> list[AreaRow]:
    """Each area of `names` with its holders, by name."""
    holders: dict[str, list[Node]] = defaultdict(list)
    codes: dict[str, set[str]] = defaultdict(set)
    for link in found.links:
        holders[link.area].append(found.actors[link.actor])
        codes[link.area].update(link.mandates)
    rows = []
    for id_, name in names.items():
        strategy, _slash, code = id_.removeprefix(PREFIX).rpartition("/")
        node = found.areas.get(id_) or AreaNode(strategy, code)
        nodes = sorted(holders[id_], key=lambda node: reading_key(node.name))
        rows.append(AreaRow(node, name, nodes, len(codes[id_])))
    return rows


def links(found: AreaGraph, names: Mapping[str, str], snapshot: Snapshot, sort: str) -> list[LinkRow]:
    """A row for each actor and area, in the order of `sort`: actor, area or mandates, "-" before it for falling."""
    place = {id_: at for at, id_ in enumerate(names)}
    column, falls = sort.removeprefix("-"), sort.startswith("-")
    made = list(found.links)
    made.sort(key=lambda link: (reading_key(found.actors[link.actor].name), link.actor, place[link.area]))

    def by(link: AreaLink) -> int:
        return place[link.area] if column == "area" else len(link.mandates)

    if column in ("area", "mandates"):
        made.sort(key=by, reverse=falls)
    elif falls:
        made.reverse()
    return [
        LinkRow(
            found.actors[link.actor],
            found.areas[link.area],
            names[link.area],
            [snapshot.mandate_by_code[code] for code in link.mandates],
        )
        for link in made
    ]


def texts(rows: Sequence[LinkRow]) -> list[dict[str, str]]:
    """`rows` as a file has them: text by column."""
    return [
        {
            "actor": row.node.slug,
            "name_sv": row.node.name_sv,
            "name_en": row.node.name_en,
            "kind": row.node.kind,
            "level": row.node.level,
            "strategy": row.area.strategy if row.area.code != CROSS_SECTOR else "",
            "area": row.area.code,
            "mandates": str(len(row.mandates)),
            "mandate_ids": ";".join(mandate.code for mandate in row.mandates),
        }
        for row in rows
    ]


def as_text(found: AreaGraph, names: Mapping[str, str], kind: str) -> str:
    """GraphML or GEXF: `mode` parts the two kinds of nodes, a tie weighs as many as its mandates."""
    actors = {
        slug: {"label": node.name, "mode": "actor", "kind": node.kind, "level": node.level}
        for slug, node in found.actors.items()
    }
    areas_ = {id_: {"label": names[id_], "mode": "area", "kind": None, "level": None} for id_ in found.areas}
    codes = {(link.actor, link.area): ";".join(link.mandates) for link in found.links}
    order = found.structure.names  # actors before areas
    ties = [{"mandates": codes[order[some], order[other]]} for some, other in found.structure.ends]
    return files.write(found.structure, kind, actors={**actors, **areas_}, ties=ties)
