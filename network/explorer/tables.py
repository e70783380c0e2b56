"""The tables of the map: the same actors, parts and communities as the picture, in rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from coordination.base.templatetags.samsyn import number
from coordination.base.wording import reading_key
from network.explorer.asking import Names
from network.explorer.picture import Measured
from network.explorer.wording import MEASURES
from network.graph import measures
from network.graph_values import Node, RegisterGraph
from network.shortnames import short_name

# What the table shows besides the name; a file has them all under these names.
COLUMNS = (*MEASURES, "brokered", "community", "articulation")


@dataclass(frozen=True)
class Row:
    """An actor and its measures, by the names in COLUMNS; None is undefined."""

    node: Node
    kind: str
    values: Mapping[str, Any]

    @property
    def cells(self) -> list[str]:
        """The values as the table shows them, in the order of COLUMNS."""
        return [_shown(name, self.values[name]) for name in COLUMNS]


@dataclass(frozen=True)
class Circle:
    """Actors that belong together: a connected part, or a community. `nodes`: all of the `actors`, or the first."""

    number: int
    nodes: Sequence[Node]
    ties: int
    label: str
    actors: int


def rows(
    found: RegisterGraph, slugs: frozenset[str], names: Names, measured: Measured, sort: str
) -> list[Row]:
    """The actors `slugs` in the order of `sort`: a column, "-" before it for falling, or "name" or "kind".

    What is undefined comes last either way. An unknown order is that of falling brokerage.
    """
    made = [row(found.nodes[slug], names, measured) for slug in slugs]
    made.sort(key=lambda one: (reading_key(one.node.name), one.node.slug))
    column, falls = sort.removeprefix("-"), sort.startswith("-")
    if column == "name":
        return made[::-1] if falls else made
    if column == "kind":
        order = list(names.kinds)
        return sorted(made, key=lambda row: order.index(row.node.kind), reverse=falls)
    if column not in COLUMNS:
        column, falls = "betweenness", True
    known = [row for row in made if row.values[column] is not None]
    unknown = [row for row in made if row.values[column] is None]
    return [*sorted(known, key=lambda row: row.values[column], reverse=falls), *unknown]


def row(node: Node, names: Names, measured: Measured) -> Row:
    """The row of one actor."""
    own = measured.actors.get(node.slug, {})
    values = {name: own.get(name) for name in (*MEASURES, "articulation", "brokered")}
    values["community"] = own["community"] + 1 if "community" in own else None
    return Row(node, names.kinds[node.kind].name, values)


def texts(found: Sequence[Row]) -> list[dict[str, str]]:
    """`found` as a file has them: text by column."""
    return [
        {
            "id": row.node.slug,
            "name_sv": row.node.name_sv,
            "name_en": row.node.name_en,
            "kind": row.node.kind,
            "level": row.node.level,
            "county": row.node.county,
            **{name: _text(row.values[name]) for name in COLUMNS},
        }
        for row in found
    ]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return number(value, MEASURES[name].decimals if name in MEASURES else 0)


HEADER = ["id", "name_sv", "name_en", "kind", "level", "county", *COLUMNS]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def components(found: RegisterGraph) -> list[Circle]:
    """The parts of at least two, whose actors reach each other and nobody else; the largest first."""
    return _circles(found, [int(number) for number in measures.components(found.structure)])


def communities(found: RegisterGraph, measured: Measured) -> list[Circle]:
    """Those of at least two; the largest first. Empty where they are not worked out."""
    numbers = [measured.value(slug, "community") for slug in found.structure.names]
    return [] if None in numbers else _circles(found, numbers)


def _circles(found: RegisterGraph, numbers: Sequence[int]) -> list[Circle]:
    members: dict[int, list[Node]] = {}
    for slug, of_slug in zip(found.structure.names, numbers, strict=True):
        members.setdefault(of_slug, []).append(found.nodes[slug])
    of = dict(zip(found.structure.names, numbers, strict=True))
    ties: dict[int, int] = {}
    degree: dict[str, int] = {}
    for tie in found.ties:
        if of[tie.source] == of[tie.target]:
            ties[of[tie.source]] = ties.get(of[tie.source], 0) + 1
        for end in (tie.source, tie.target):
            degree[end] = degree.get(end, 0) + 1
    circles = []
    for place, nodes in sorted(members.items()):
        if len(nodes) < 2:
            continue
        nodes.sort(key=lambda node: (-degree.get(node.slug, 0), reading_key(node.name)))
        circles.append(Circle(place + 1, nodes, ties.get(place, 0), short_name(nodes[0].name), len(nodes)))
    return circles
