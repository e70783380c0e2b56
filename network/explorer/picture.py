"""From the graph of a day to the picture of it: which actors, where, how they look, and what the lines mean."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base.wording import reading_key
from network.explorer import looks
from network.explorer.asking import EGO, PATH, SECTORS, Asked, Names
from network.explorer.wording import MEASURES
from network.graph import places, removal
from network.graph.scene import CIRCLE, RING, Dot, Line, Scene, scene
from network.graph.ties import Tie
from network.graph_values import NETWORK, Node, RegisterGraph, Stub
from network.shortnames import short_name

RINGS_UP_TO = 150  # actors with ties; more are laid out by force, where the worker's positions are known
FREE_UNIT = 62.0  # px between neighbours
CLUSTERED_FROM = 2_000
PATHS = 10
LONGEST_LABEL = 24


@dataclass(frozen=True)
class Measured:
    """What is known of a graph besides its ties.

    `actors` has the measures of each, with `brokered` pairs; `network` is as in network.graph.report.
    """

    actors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    network: Mapping[str, Any] = field(default_factory=dict)
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def value(self, slug: str, name: str) -> Any:
        return self.actors.get(slug, {}).get(name)


@dataclass(frozen=True)
class Picture:
    """A scene, its legend, and who is in it.

    Attributes:
        members: {group: actors} where dots are groups of actors.
        paths: the chains of a path view.
        folded: communities are drawn as one dot each, since there are too many actors.
    """

    scene: Scene
    legend: Sequence[looks.Key]
    shown: frozenset[str]
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    paths: Sequence[Sequence[str]] = ()
    folded: bool = False
    centre: str = ""


def draw(
    found: RegisterGraph, asked: Asked, names: Names, measured: Measured, *, about: str, to: str
) -> Picture:
    """The picture of `asked`.

    Args:
        about: the actor that it is around (ego, path) or chosen (whole); empty where nobody is.
        to: the other end of a path.
    """
    painter = _Painter(found, asked, names, measured)
    if asked.view == SECTORS:
        return painter.sectors()
    if asked.view == PATH:
        return painter.path(about, to)
    if asked.view == EGO:
        return painter.ego(about)
    return painter.whole()


def compare(
    first: RegisterGraph, second: RegisterGraph, asked: Asked, names: Names
) -> tuple[Picture, Picture]:
    """Two days side by side: everybody stands in the same place, and who has lost all ties is hollow."""
    before = max((first, second), key=lambda found: found.structure.size)
    after = second if before is first else first
    nodes = {**after.nodes, **before.nodes}
    ties = {(tie.source, tie.target): tie for found in (after, before) for tie in found.ties}
    union = RegisterGraph(before.asked, before.revision, nodes, before.structure, list(ties.values()), {})
    base = _Painter(union, asked, names, Measured())
    order = base.in_order({end for pair in ties for end in pair})
    where = base.where(order, _centre(order, list(ties), Measured()))
    drawn = []
    for found in (first, second):
        painter = _Painter(found, asked, names, Measured(), nodes=nodes)
        having = tied(found)
        dots = [painter.dot(slug, lost=slug not in having, quiet=slug != where[1]) for slug in order]
        drawn.append(painter.finished(dots, found.ties, *where))
    return drawn[0], drawn[1]


def shortened(name: str, longest: int = LONGEST_LABEL) -> str:
    """`name` as far as there is room beside a dot, to a whole word; all of it stands in the panel and the table.

    >>> shortened("Kommunerna i Gävleborgs län"), shortened("Region Skåne")
    ('Kommunerna i Gävleborgs…', 'Region Skåne')
    """
    if len(name) <= longest:
        return name
    kept = name[:longest].rsplit(" ", 1)[0].rstrip(" ,(–-")
    return f"{kept}…"


def tied(found: RegisterGraph) -> set[str]:
    """Those who have a tie."""
    return {end for tie in found.ties for end in (tie.source, tie.target)}


class _Painter:
    """Draws one graph in one way. `nodes` may know more actors than have a place in the graph."""

    def __init__(
        self,
        found: RegisterGraph,
        asked: Asked,
        names: Names,
        measured: Measured,
        *,
        nodes: Mapping[str, Node] | None = None,
    ) -> None:
        self.found, self.asked, self.names, self.measured = found, asked, names, measured
        self.nodes = nodes if nodes is not None else found.nodes
        self.of_kind = looks.classes(names.kinds)
        self.colour, self.legend = self._colours()
        self.largest = self._largest()
        self.sort: Callable[[str], str] = lambda slug: reading_key(self.nodes[slug].name)

    # Which actors, and where

    def whole(self) -> Picture:
        having = tied(self.found)
        if len(having) > CLUSTERED_FROM:
            return self.clustered()
        order = self.in_order(having)
        centre = _centre(order, [(t.source, t.target) for t in self.found.ties], self.measured)
        stubs = [stub for stub in self.found.stubs if stub.at in having]
        where, middle = self.where(order, centre, stubs)
        dots = [self.dot(slug) for slug in order]
        for stub in stubs:
            text = ngettext("%(n)s member, not named", "%(n)s members, not named", stub.members)
            text %= {"n": stub.members}
            dots.append(Dot(stub.id, text, text, RING, looks.GROUP))
        if self.asked.isolates:
            alone = sorted(self.nodes.keys() - having, key=lambda slug: (self._rank(slug), self.sort(slug)))
            where = {**where, **_grid(alone, where)}
            dots += [self.dot(slug, quiet=True) for slug in alone]
        lines = [Line(stub.at, stub.id, dashed=True) for stub in stubs]
        return self.finished(dots, self.found.ties, where, middle, more=lines)

    def ego(self, about: str) -> Picture:
        if not about:
            return self.finished([], [], {}, "")
        near = removal.ego(self.found.structure, about, self.asked.steps)
        order = self.in_order(set(near))
        where = places.rings(order, self._near(order), self._groups(order), about)
        return self.finished([self.dot(slug) for slug in order], self.found.ties, where, about)

    def path(self, about: str, to: str) -> Picture:
        chains: list[tuple[str, ...]] = []
        if about and to:
            chains = removal.paths(self.found.structure, about, to, most=PATHS)
        layers = places.layers(chains)
        order = [slug for layer in layers for slug in layer]
        steps = {(min(pair), max(pair)) for chain in chains for pair in zip(chain, chain[1:], strict=False)}
        ties = [tie for tie in self.found.ties if (tie.source, tie.target) in steps]
        drawn = self.finished([self.dot(slug) for slug in order], ties, places.steps(layers), "")
        return replace(drawn, paths=chains)

    def sectors(self) -> Picture:
        """Kinds or counties as dots; the width of a line says how many ties go between them."""
        having = tied(self.found)
        members: dict[str, list[str]] = {}
        for slug in self.in_order(having):
            members.setdefault(getattr(self.nodes[slug], self.asked.by), []).append(slug)
        called = self._group_names(members)
        return self._grouped(members, called)

    def clustered(self) -> Picture:
        """Communities as dots, save those that are unfolded into their actors."""
        members: dict[str, list[str]] = {}
        number = {slug: self.measured.value(slug, "community") for slug in tied(self.found)}
        for slug in self.in_order(set(number)):
            if number[slug] is not None:
                members.setdefault(str(number[slug]), []).append(slug)
        called = {code: self._community_name(code, own) for code, own in members.items()}
        folded = {code: own for code, own in members.items() if int(code) not in self.asked.unfolded}
        return replace(self._grouped(folded, called, alone=_rest(members, folded)), folded=True)

    def where(
        self, order: Sequence[str], centre: str, stubs: Sequence[Stub] = ()
    ) -> tuple[dict[str, places.Place], str]:
        """A place for each of `order` and `stubs`, and who is in the middle."""
        ties = [(tie.source, tie.target) for tie in self.found.ties]
        everyone = [*order, *(stub.id for stub in stubs)]
        near = places.neighbours(everyone, [*ties, *((stub.at, stub.id) for stub in stubs)])
        free = self.asked.order == "free" or (self.asked.order == "" and len(order) > RINGS_UP_TO)
        known = self.measured.positions
        if free and known:
            found = {
                slug: places.Place(known[slug][0] * FREE_UNIT, known[slug][1] * FREE_UNIT)
                for slug in order
                if slug in known
            }
            beside = {
                stub.id: places.Place(at.x + FREE_UNIT * 0.6, at.y + FREE_UNIT * 0.6)
                for stub in stubs
                if (at := found.get(stub.at))
            }
            return {**found, **beside}, ""
        if not centre or len(near.get(centre, ())) < 3:
            return places.parts(everyone, near), ""
        groups = {**self._groups(order), **{stub.id: looks.GROUP for stub in stubs}}
        return places.rings(everyone, near, groups, centre), centre

    def in_order(self, slugs: set[str]) -> list[str]:
        """By class, with those of a network side by side, then by name."""
        seated = Counter(
            slug
            for row in self.found.records.values()
            if row.kind == NETWORK and len(row.participants) > 2
            for slug in row.participants
        )
        return sorted(
            slugs & self.nodes.keys(), key=lambda slug: (self._rank(slug), not seated[slug], self.sort(slug))
        )

    # How they look

    def dot(self, slug: str, *, lost: bool = False, quiet: bool = False) -> Dot:
        node = self.nodes[slug]
        shape = looks.SHAPE[looks.class_of(node, self.of_kind)]
        value = self.measured.value(slug, self.asked.size) if self.asked.size else None
        size = (value or 0.0) / self.largest if self.largest else 0.0
        note = ""
        if self.asked.size:
            measure = MEASURES[self.asked.size]
            note = f"{measure.label}: {'–' if value is None else round(value, measure.decimals)}"
        label = "" if quiet else shortened(short_name(node.name))
        return Dot(slug, node.name, label, shape, self.colour(slug), size, note, lost)

    def finished(
        self,
        dots: Sequence[Dot],
        ties: Sequence[Tie],
        where: Mapping[str, places.Place],
        centre: str,
        *,
        more: Sequence[Line] = (),
    ) -> Picture:
        through = {
            (tie.source, tie.target): [id_ for kind, id_ in tie.records if kind == NETWORK]
            for tie in ties
            if not any(kind == "collaboration" for kind, _id in tie.records)
        }
        lines = [
            Line(tie.source, tie.target, dashed=(tie.source, tie.target) in through)
            for tie in ties
            if tie.source in where and tie.target in where
        ]
        networks = {row.id: row.participants for row in self.found.records.values() if row.kind == NETWORK}
        ring = [
            self.nodes[dot.id]
            for dot in dots
            if dot.id in self.nodes and dot.id in where and where[dot.id].ring == 1 and not dot.lost
        ]
        free = bool(where) and all(place.angle is None for place in where.values())
        drawn = scene(
            dots,
            [*lines, *more],
            where,
            centre=centre,
            crowded=free and len(dots) > 1,
            networks=networks,
            only_networks=through,
            words=looks.words_of_ring(ring, self.names) if self.asked.colour == "kind" else {},
        )
        shown = frozenset(dot.id for dot in drawn.dots if dot.id in self.nodes)
        legend = self.legend
        if self.asked.colour == "kind":
            legend = looks.legend_of_kinds([self.nodes[slug] for slug in shown], self.names)
        return Picture(drawn, legend, shown, centre=centre)

    def _grouped(
        self,
        members: Mapping[str, Sequence[str]],
        called: Mapping[str, str],
        *,
        alone: Sequence[str] = (),
    ) -> Picture:
        of = {slug: f"group {code}" for code, own in members.items() for slug in own}
        count: Counter[tuple[str, str]] = Counter()
        for tie in self.found.ties:
            some, other = of.get(tie.source, tie.source), of.get(tie.target, tie.target)
            if some != other:
                count[min(some, other), max(some, other)] += 1
        most = max(count.values(), default=1)
        largest = max((len(own) for own in members.values()), default=1)
        dots = [
            Dot(
                f"group {code}",
                called[code],
                f"{called[code]} ({len(own)})",
                CIRCLE if self.asked.by != "kind" else looks.SHAPE[self.of_kind.get(code, looks.OTHER)],
                self.of_kind.get(code, looks.GOVERNMENT),
                0.25 + 0.75 * len(own) / largest,
            )
            for code, own in members.items()
        ]
        dots += [self.dot(slug) for slug in alone]
        lines = [
            Line(some, other, width=1.0 + 9.0 * number / most)
            for (some, other), number in sorted(count.items())
        ]
        where = places.circle([dot.id for dot in dots])
        drawn = scene(dots, lines, where)
        return Picture(
            drawn,
            [],
            frozenset(tied(self.found)),
            members={f"group {code}": list(own) for code, own in members.items()},
        )

    # The small print

    def _near(self, order: Sequence[str]) -> dict[str, list[str]]:
        return places.neighbours(order, [(tie.source, tie.target) for tie in self.found.ties])

    def _groups(self, order: Sequence[str]) -> dict[str, str]:
        return {slug: looks.class_of(self.nodes[slug], self.of_kind) for slug in order}

    def _rank(self, slug: str) -> int:
        return looks.CLASSES.index(looks.class_of(self.nodes[slug], self.of_kind))

    def _largest(self) -> float:
        if not self.asked.size:
            return 0.0
        return max((of.get(self.asked.size) or 0.0 for of in self.measured.actors.values()), default=0.0)

    def _group_names(self, codes: Mapping[str, Any]) -> dict[str, str]:
        if self.asked.by == "county":
            return {code: self.names.counties.get(code, _("Whole country")) for code in codes}
        return {code: self.names.kinds[code].name for code in codes}

    def _community_name(self, code: str, own: Sequence[str]) -> str:
        """Nobody has named a community: it goes by the one with the most contacts."""
        most = max(own, key=lambda slug: (self.measured.value(slug, "degree") or 0, slug))
        return _("%(number)s: %(name)s and others") % {
            "number": int(code) + 1,
            "name": short_name(self.nodes[most].name),
        }

    def _colours(self) -> tuple[Callable[[str], str], list[looks.Key]]:
        by = self.asked.colour
        if by == "kind":
            legend = looks.legend_of_kinds(list(self.nodes.values()), self.names)
            return lambda slug: looks.class_of(self.nodes[slug], self.of_kind), legend
        having = tied(self.found)
        if by == "level":
            values = {slug: self.nodes[slug].level for slug in having if slug in self.nodes}
            called = {code: row.name for code, row in self.names.levels.items()}
        elif by == "community":
            values = {slug: str(self.measured.value(slug, "community")) for slug in having}
            sizes = Counter(values.values())
            called = {
                code: _("Community %(number)s") % {"number": int(code) + 1}
                for code in sorted(sizes, key=lambda code: (-sizes[code], code))
                if code.isdecimal()
            }
        else:
            values = looks.area_of(self.found)
            called = {**{code: str(name) for code, name in self.names.areas.items()}, "": _("Several areas")}
        present = Counter(values.values())
        hues = looks.hues([code for code in called if present[code]])
        legend = [looks.Key(CIRCLE, hues[code], called[code], present[code]) for code in hues]
        return lambda slug: hues.get(values.get(slug, ""), looks.OTHER), _folded(legend)


def _folded(legend: list[looks.Key]) -> list[looks.Key]:
    """Those that share the last, grey colour are one line."""
    apart = [key for key in legend if key.colour != looks.OTHER]
    rest = [key for key in legend if key.colour == looks.OTHER]
    if rest:
        apart.append(looks.Key(CIRCLE, looks.OTHER, _("Others"), sum(key.count for key in rest)))
    return apart


def _centre(order: Sequence[str], ties: Sequence[tuple[str, str]], measured: Measured) -> str:
    """Who stands in the middle: the one who brokers most, or has most contacts where that is not known."""
    degree = Counter(end for tie in ties for end in tie)
    return max(
        order,
        key=lambda slug: (measured.value(slug, "betweenness") or 0.0, degree[slug], slug),
        default="",
    )


def _rest(members: Mapping[str, Sequence[str]], folded: Mapping[str, Sequence[str]]) -> list[str]:
    return [slug for code, own in members.items() if code not in folded for slug in own][:CLUSTERED_FROM]


def _grid(slugs: Sequence[str], where: Mapping[str, places.Place]) -> dict[str, places.Place]:
    """Rows of dots under the picture."""
    top = max((place.y for place in where.values()), default=0.0) + places.LABEL_ROOM
    across = 40
    return {
        slug: places.Place((at % across - (across - 1) / 2) * 17.0, top + at // across * 17.0)
        for at, slug in enumerate(slugs)
    }
