"""The collaboration graph of a day, read from the register.

`graph(Selection(as_of=day, …))` gives a `RegisterGraph` (network.graph_values). The rules are the design's:

* Nodes are the actors and groups that exist on the day; merged duplicates are none. A group is one node, or,
  with `expand_groups`, replaced by those of its members that exist, each of which has the group's ties. A
  group whose members nobody has named stays, and says how many it is said to have (`Node.unnamed`).
* Ties come from dated collaborations in force, and from dated seats and conveners of networks that meet
  (network.standing); undated rows make none. Encounters add to ties that exist. A record of k participants
  gives each pair 1/(k-1); what is narrowed by actors keeps the weights that it had.
* `area` and the other words of the selection are described in network.graph.selection.

    found = graph(Selection(as_of=day))
    found.structure                      # for network.graph.measures, removal, layout …
    found.nodes["delmos"].name           # as it was called on the day, in the reader's language
    tie = found.tie_between("delmos", "skr")
    [(row.title, row.period, row.get_absolute_url()) for row in found.behind(tie)]

The number of queries does not depend on the size of the register.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coordination.base import revision
from coordination.base.models import Place
from network import membership, names, standing
from network.graph.selection import CROSS_SECTOR, NETWORK, Selection
from network.graph.structure import build
from network.graph.ties import Meeting, Record, Tie, project
from network.graph_values import COLLABORATION, ENCOUNTER, Behind, Node, RegisterGraph, Stub
from network.models import Actor, Collaboration, Convener, Encounter, GroupMember, Network, Participant, Seat

PERIOD = ("valid_from", "from_precision", "valid_until", "to_precision")


def graph(asked: Selection) -> RegisterGraph:
    """The graph of `asked`. A constant number of queries: at most 15."""
    number = revision.current()
    people = _People.read(asked.as_of)
    made = [*_collaborations(asked, people), *(networks := _networks(asked, people)).rows]
    met = _encounters(asked, people)
    members = people.members(_taking_part([*made, *met])) if asked.expand_groups else {}
    ties = project(
        [Record(row.kind, row.id, *_sides(row, members)) for row in made],
        [
            Meeting(row.id, day, *_sides(row, members))
            for row in met
            if (day := standing.last_met([(row.valid_from, row.valid_until)], asked.as_of))
        ],
        as_of=asked.as_of,
    )
    return _assembled(asked, number, _asked(people, asked), ties, [*made, *met], networks.stubs)


def nodes(asked: Selection) -> Mapping[str, Node]:
    """The nodes alone of `asked`, by id in the order of ids. Three queries."""
    return _asked(_People.read(asked.as_of), asked)


def members(groups: Iterable[str], as_of: datetime.date) -> Mapping[str, tuple[str, ...]]:
    """{group: its members that exist on the day}, of those of `groups` that can name theirs. Five queries."""
    return _People.read(as_of).members(groups)


def _assembled(
    asked: Selection,
    number: int,
    nodes: Mapping[str, Node],
    ties: Iterable[Tie],
    rows: Iterable[Behind],
    stubs: Iterable[Stub],
) -> RegisterGraph:
    place = {slug: position for position, slug in enumerate(nodes)}
    kept = [tie for tie in ties if tie.source in place and tie.target in place]
    structure = build(nodes, [(tie.source, tie.target) for tie in kept], [tie.weight for tie in kept])
    by_id = {(row.kind, row.id): row for row in rows}
    used = {key for tie in kept for key in tie.records}
    return RegisterGraph(
        asked,
        number,
        nodes,
        structure,
        kept,
        {key: row for key, row in by_id.items() if key in used},
        tuple(stub for stub in stubs if stub.at in nodes),
    )


def _asked(people: "_People", asked: Selection) -> dict[str, Node]:
    return {
        slug: node
        for slug, node in sorted(people.nodes.items())
        if (not asked.kinds or node.kind in asked.kinds)
        and (not asked.levels or node.level in asked.levels)
        and (not asked.counties or node.county in asked.counties)
        and not (asked.expand_groups and _names_members(people.rules.get(slug, "")))
    }


def _sides(row: Behind, members: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], Any]:
    """The participants by themselves, and the groups that are spelled out."""
    groups = tuple(members[slug] for slug in row.participants if slug in members)
    return tuple(slug for slug in row.participants if slug not in members), groups


def _taking_part(rows: Iterable[Behind]) -> set[str]:
    return {slug for row in rows for slug in row.participants}


@dataclass(frozen=True)
class _People:
    """Everybody who exists on `day`: nodes, and what it takes to spell out groups."""

    day: datetime.date
    nodes: Mapping[str, Node]
    slugs: Mapping[int, str]
    rules: Mapping[str, str]
    above: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, day: datetime.date) -> "_People":
        """Three queries."""
        places = dict(Place.objects.order_by().values_list("code", "parent__code"))
        county, above = _tiers(places)
        former = names.former_on(day)
        nodes: dict[str, Node] = {}
        slugs: dict[int, str] = {}
        rules: dict[str, str] = {}
        rows = Actor.objects.as_of(day).filter(merged_into=None).order_by()
        for pk, slug, swedish, english, kind, level, place, is_group, rule, stated in rows.values_list(
            "pk",
            "slug",
            "name_sv",
            "name_en",
            "kind_id",
            "level_id",
            "place__code",
            "is_group",
            "rule",
            "stated_members",
        ):
            then = former.get(pk) or names.Called(swedish, english)
            unnamed = stated if is_group and not _names_members(rule) else ""
            slugs[pk] = slug
            nodes[slug] = Node(
                slug,
                then.name_sv,
                then.name_en,
                kind,
                level,
                place or "",
                county.get(place, ""),
                is_group,
                unnamed,
            )
            if is_group:
                rules[slug] = rule
        return cls(day, nodes, slugs, rules, above)

    def members(self, wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """{group: its members that exist}, of the groups in `wanted` that can name theirs. Two queries."""
        groups = [slug for slug in sorted(wanted) if _names_members(self.rules.get(slug, ""))]
        if not groups:
            return {}
        listed: dict[str, set[str]] = defaultdict(set)
        rows = GroupMember.objects.as_of(self.day).order_by().filter(group__slug__in=groups)
        for group, actor in rows.values_list("group__slug", "actor_id"):
            if self.rules[group] == membership.LIST:
                self._add(listed[group], actor)
        also = Actor.also.through.objects.filter(from_actor__slug__in=groups)
        for group, actor in also.values_list("from_actor__slug", "to_actor_id"):
            self._add(listed[group], actor)
        by_rule = [slug for slug in groups if self.rules[slug] != membership.LIST]
        for group in by_rule:
            asked = membership.conditions(self.rules[group])
            listed[group] |= {slug for slug, node in self.nodes.items() if self._fits(node, asked)}
        return {group: tuple(sorted(listed[group])) for group in groups}

    def _add(self, found: set[str], key: int) -> None:
        slug = self.slugs.get(key)
        if slug is not None and not self.nodes[slug].is_group:
            found.add(slug)

    def _fits(self, node: Node, asked: Iterable[tuple[str, str]]) -> bool:
        return not node.is_group and all(
            getattr(node, name) == value
            if name in membership.OF_ACTOR
            else value in self.above.get(node.place, frozenset())
            for name, value in asked
        )


def _names_members(rule: str) -> bool:
    return rule == membership.LIST or bool(membership.conditions(rule))


def _tiers(parents: Mapping[str, str | None]) -> tuple[dict[str | None, str], dict[str, frozenset[str]]]:
    """Of each place: its county, and itself with all that it lies in."""
    roots = [code for code, parent in parents.items() if parent is None]
    country = roots[0] if len(roots) == 1 else None
    county: dict[str | None, str] = {}
    above: dict[str, frozenset[str]] = {}
    for code in parents:
        chain: list[str] = []
        at: str | None = code
        while at is not None and at not in chain:
            chain.append(at)
            at = parents.get(at)
        tiers = [step for step in chain if step != country]
        county[code] = tiers[-1] if tiers else ""
        above[code] = frozenset(chain)
    return county, above


def _collaborations(asked: Selection, people: _People) -> list[Behind]:
    """Dated ones in force, as asked. Two queries."""
    rows = Collaboration.objects.as_of(asked.as_of).dated().order_by("code")
    if asked.confidence:
        rows = rows.filter(confidence=asked.confidence)
    if asked.tie_kinds:
        rows = rows.filter(kind__in=asked.tie_kinds)
    found = {}
    for pk, code, swedish, english, kind, area, strategy, *period in rows.values_list(
        "pk", "code", "title_sv", "title_en", "kind_id", "area__code", "area__strategy__slug", *PERIOD
    ):
        areas = [(area, strategy)] if area else []
        if _is_of(areas, asked):
            found[pk] = (code, swedish, english, kind, (area,) if area else (), period)
    sides: dict[int, list[str]] = defaultdict(list)
    taking = Participant.objects.filter(collaboration__in=rows.order_by().values("pk"))
    for pk, actor in taking.order_by("position", "pk").values_list("collaboration_id", "actor_id"):
        if pk in found and actor in people.slugs:
            sides[pk].append(people.slugs[actor])
    return [
        Behind(COLLABORATION, code, swedish, english, kind, areas, tuple(sides[pk]), *period)
        for pk, (code, swedish, english, kind, areas, period) in found.items()
    ]


def _is_of(areas: Iterable[tuple[str, str]], asked: Selection) -> bool:
    """Whether a record of `areas`, pairs of (code, strategy), none: cross-sector, is asked for."""
    pairs = list(areas)
    if not pairs:
        return not asked.areas or CROSS_SECTOR in asked.areas
    own = [code for code, strategy in pairs if not asked.strategy or strategy == asked.strategy]
    return bool(own) and (not asked.areas or any(code in asked.areas for code in own))


@dataclass
class _Networks:
    rows: list[Behind] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)


def _networks(asked: Selection, people: _People) -> _Networks:
    """Networks that meet on the day, with those seated by dated rows. Five queries."""
    found = _Networks()
    if asked.tie_kinds and NETWORK not in asked.tie_kinds:
        return found
    day = asked.as_of
    areas: dict[int, list[tuple[str, str]]] = defaultdict(list)
    tagged = Network.areas.through.objects.order_by("priorityarea__position", "priorityarea__code")
    for pk, code, strategy in tagged.values_list(
        "network_id", "priorityarea__code", "priorityarea__strategy__slug"
    ):
        areas[pk].append((code, strategy))
    conveners, convening = _seated(Convener, asked, people)
    seats, sitting = _seated(Seat, asked, people)
    held: dict[int, list[tuple[datetime.date | None, datetime.date | None]]] = defaultdict(list)
    for pk, first, until in Encounter.objects.order_by().values_list("network_id", "date_from", "date_until"):
        held[pk].append((first, until))
    rows = Network.objects.as_of(day).order_by("slug")
    for pk, slug, swedish, english, stated, stated_on, *period in rows.values_list(
        "pk", "slug", "name_sv", "name_en", "stated_members", "stated_on", *PERIOD
    ):
        last = standing.last_met(held[pk], day)
        if not standing.meets(convened=bool(convening[pk]), last=last, day=day) or not _is_of(
            areas[pk], asked
        ):
            continue
        codes = tuple(code for code, _strategy in areas[pk])
        present = tuple(dict.fromkeys([*conveners[pk], *seats[pk]]))
        found.rows.append(Behind(NETWORK, slug, swedish, english, "", codes, present, *period))
        if stated is None or (stated_on is not None and stated_on > day):
            continue
        unnamed = stated - len(set(sitting[pk]) - set(convening[pk]))
        if unnamed > 0:
            found.stubs.append(Stub(convening[pk][0], slug, unnamed))
    return found


def _seated(
    model: type[Convener] | type[Seat], asked: Selection, people: _People
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """{network: who is there by dated rows, as asked}, and by whatever rows. One query."""
    dated: dict[int, list[str]] = defaultdict(list)
    anyhow: dict[int, list[str]] = defaultdict(list)
    rows = model.objects.as_of(asked.as_of).order_by("network", "valid_from", "pk")
    for pk, actor, first, confidence in rows.values_list(
        "network_id", "actor_id", "valid_from", "confidence"
    ):
        if (slug := people.slugs.get(actor)) is None:
            continue
        anyhow[pk].append(slug)
        if first is not None and asked.confidence in ("", confidence):
            dated[pk].append(slug)
    return dated, anyhow


def _encounters(asked: Selection, people: _People) -> list[Behind]:
    """Those held by the day, as asked. Two queries."""
    rows = Encounter.objects.filter(date_from__lte=asked.as_of).order_by("date_from", "code")
    present: dict[int, list[str]] = defaultdict(list)
    through = Encounter.participants.through.objects.filter(encounter__in=rows.order_by().values("pk"))
    for pk, actor in through.order_by("pk").values_list("encounter_id", "actor_id"):
        if actor in people.slugs:
            present[pk].append(people.slugs[actor])
    found = []
    for pk, code, swedish, english, kind, area, strategy, first, until, precision in rows.values_list(
        "pk",
        "code",
        "title_sv",
        "title_en",
        "kind_id",
        "area__code",
        "area__strategy__slug",
        "date_from",
        "date_until",
        "date_precision",
    ):
        if _is_of([(area, strategy)] if area else [], asked):
            areas = (area,) if area else ()
            period = (first, precision, until, precision)
            found.append(Behind(ENCOUNTER, code, swedish, english, kind, areas, tuple(present[pk]), *period))
    return found
