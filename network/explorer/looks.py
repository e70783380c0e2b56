"""How actors look on the map: a shape and a colour for each kind, and the legend that says so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base.codes import plural
from coordination.base.models import ActorKind, Level
from network.explorer.asking import Names
from network.graph.scene import CIRCLE, DIAMOND, RING, SQUARE, TRIANGLE
from network.graph_values import Node, RegisterGraph

GOVERNMENT, REGION, MUNICIPALITY, OTHER, GROUP = "gov", "reg", "mun", "other", "group"
# On the ring: those who speak for the state, the many small kinds, groups, and the two largest of the others.
CLASSES = (GOVERNMENT, OTHER, GROUP, REGION, MUNICIPALITY)
SHAPE = {GOVERNMENT: SQUARE, REGION: TRIANGLE, MUNICIPALITY: CIRCLE, OTHER: DIAMOND, GROUP: RING}
WORTH_A_WORD = 2
HUES = ("c0", "c1", "c2", "c3", "c4", "c5")  # of communities and areas; further ones are grey


@dataclass(frozen=True)
class Key:
    """A line of the legend. `count`: how many of those drawn."""

    shape: str
    colour: str
    text: str | Promise
    count: int


def classes(kinds: Mapping[str, ActorKind]) -> dict[str, str]:
    """The class of each kind: government ones together, the two first of the others apart, then the rest."""
    found: dict[str, str] = {}
    own = [REGION, MUNICIPALITY]
    for code, kind in kinds.items():
        if kind.has_trait("government"):
            found[code] = GOVERNMENT
        else:
            found[code] = own.pop(0) if own else OTHER
    return found


def class_of(node: Node, of_kind: Mapping[str, str]) -> str:
    return GROUP if node.is_group else of_kind.get(node.kind, OTHER)


def level_hues(levels: Mapping[str, Level]) -> dict[str, str]:
    return {code: HUES[at] if at < len(HUES) else OTHER for at, code in enumerate(levels)}


def area_of(found: RegisterGraph) -> dict[str, str]:
    """The one area of each actor's ties; "*" where they are cross-sector, "" where there are several."""
    areas: dict[str, set[str]] = {}
    for tie in found.ties:
        own = {area for row in found.behind(tie) for area in (row.areas or ("*",))}
        for end in (tie.source, tie.target):
            areas.setdefault(end, set()).update(own)
    return {slug: next(iter(own)) if len(own) == 1 else "" for slug, own in areas.items()}


def hues(values: Sequence[str]) -> dict[str, str]:
    """A colour for each of `values`, the first ones apart and the rest alike."""
    return {value: HUES[at] if at < len(HUES) else OTHER for at, value in enumerate(values)}


def words_of_ring(nodes: Sequence[Node], names: Names) -> dict[str, str]:
    """What a small picture writes beside each class on the ring: “32 kommuner”."""
    of_kind = classes(names.kinds)
    found: dict[str, str] = {}
    for name in CLASSES:
        own = [node for node in nodes if class_of(node, of_kind) == name]
        if len(own) < WORTH_A_WORD:
            continue
        kinds = {node.kind for node in own}
        several = ngettext("%(n)s other", "%(n)s others", len(own)) % {"n": len(own)}
        if name == GROUP:
            several = ngettext("%(n)s group", "%(n)s groups", len(own)) % {"n": len(own)}
        elif len(kinds) == 1 and (said := plural(names.kinds[kinds.pop()])):
            several = f"{len(own)} {said}"
        elif name == GOVERNMENT:
            several = ngettext("%(n)s state body", "%(n)s state bodies", len(own)) % {"n": len(own)}
        found[name] = several
    return found


def legend_of_kinds(nodes: Sequence[Node], names: Names) -> list[Key]:
    """Each class that is drawn, with the kinds in it."""
    of_kind = classes(names.kinds)
    count = Counter(class_of(node, of_kind) for node in nodes)
    inside: dict[str, list[str]] = {name: [] for name in CLASSES}
    for code in names.kinds:
        if any(node.kind == code and not node.is_group for node in nodes):
            inside[of_kind[code]].append(names.kinds[code].name)
    said: dict[str, str] = {name: ", ".join(inside[name]) for name in CLASSES}
    said[GROUP] = _("Group of actors")
    said = {name: text[:1] + text[1:].lower() if "," in text else text for name, text in said.items()}
    order = (GOVERNMENT, MUNICIPALITY, REGION, OTHER, GROUP)
    return [Key(SHAPE[name], name, said[name], count[name]) for name in order if count[name]]
