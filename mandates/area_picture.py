"""The picture of actors and areas: two columns that face each other, a line for each pair with a mandate."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from coordination.base.wording import reading_key
from mandates.area_graph import AreaGraph
from network.explorer import looks
from network.explorer.asking import Names
from network.explorer.picture import shortened
from network.graph import places
from network.graph.scene import CIRCLE, Dot, Line, Scene, scene
from network.shortnames import short_name

NAMED_UP_TO = 70  # actors, each with its own line of text; more are drawn as their kinds
LONGEST_LABEL = 42  # the column has room on its left
THINNEST, THICKEST = 1.2, 9.0


@dataclass(frozen=True)
class AreaPicture:
    """A scene and its legend. `folded`: kinds of actors stand for the actors, since those are too many to name."""

    scene: Scene
    legend: Sequence[looks.Key]
    folded: bool


def draw(found: AreaGraph, names: Names, area_names: dict[str, str]) -> AreaPicture:
    """The actors of `found` to the left and its areas to the right, in the order of `area_names`."""
    of_kind = looks.classes(names.kinds)
    folded = len(found.actors) > NAMED_UP_TO
    held: Counter[tuple[str, str]] = Counter()
    holders: dict[str, set[str]] = defaultdict(set)
    members: dict[str, set[str]] = defaultdict(set)
    for link in found.links:
        node = found.actors[link.actor]
        left = f"kind {node.kind}" if folded else link.actor
        held[left, link.area] += len(link.mandates)
        holders[link.area].add(link.actor)
        members[left].add(link.actor)
    left_dots = {}
    for id_, own in members.items():
        node = found.actors[next(iter(own))]
        look = looks.class_of(node, of_kind) if not folded else of_kind.get(node.kind, looks.OTHER)
        name = f"{names.kinds[node.kind].name} ({len(own)})" if folded else node.name
        label = name if folded else shortened(short_name(name), LONGEST_LABEL)
        size = len(own) / len(found.actors) if folded else 0.0
        left_dots[id_] = Dot(id_, name, label, looks.SHAPE[look], look, size)
    right = [id_ for id_ in area_names if id_ in holders]
    most = max((len(own) for own in holders.values()), default=1)
    right_dots = []
    for id_ in right:
        label = f"{area_names[id_]} ({len(holders[id_])})"
        right_dots.append(Dot(id_, label, label, CIRCLE, "area", len(holders[id_]) / most))
    rank = {look: at for at, look in enumerate(looks.CLASSES)}
    order = sorted(left_dots, key=lambda id_: (rank[left_dots[id_].colour], reading_key(left_dots[id_].name)))
    where = places.facing(order, right, places.neighbours([*order, *right], held))
    thick = max(held.values(), default=1)
    lines = [
        Line(some, area, width=THINNEST + (THICKEST - THINNEST) * (number - 1) / max(1, thick - 1))
        for (some, area), number in sorted(held.items())
    ]
    drawn = scene([*left_dots.values(), *right_dots], lines, where)
    return AreaPicture(drawn, looks.legend_of_kinds(list(found.actors.values()), names), folded)
