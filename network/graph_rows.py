"""The records that make and strengthen ties on a day: collaborations, networks that meet, encounters."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from django.db.models import Q

from network import standing
from network.graph.selection import CROSS_SECTOR, NETWORK, Selection
from network.graph.structure import Ints
from network.graph_people import People, plain_rows
from network.graph_values import COLLABORATION, ENCOUNTER, Behind, Stub
from network.graph_values import NETWORK as A_NETWORK
from network.models import Collaboration, Convener, Encounter, Network, Participant, Seat

Only = Collection[int] | None  # primary keys of the records that are wanted; None: all
PERIOD = ("valid_from", "from_precision", "valid_until", "to_precision")


def _of(field: str, only: Only) -> Q:
    return Q() if only is None else Q(**{f"{field}__in": only})


def collaborations_asked(asked: Selection, prefix: str = "") -> Q:
    """Dated collaborations in force, as asked; `prefix` leads to them."""

    def on(**words: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in words.items()})

    found = on(valid_from__lte=asked.as_of) & (on(valid_until=None) | on(valid_until__gt=asked.as_of))
    if asked.confidence:
        found &= on(confidence=asked.confidence)
    if asked.tie_kinds:
        found &= on(kind__in=sorted(asked.tie_kinds))
    if asked.areas or asked.strategy:
        own = on(area__isnull=False)
        if asked.areas:
            own &= on(area__code__in=sorted(asked.areas))
        if asked.strategy:
            own &= on(area__strategy__slug=asked.strategy)
        is_cross = not asked.areas or CROSS_SECTOR in asked.areas
        found &= own | on(area=None) if is_cross else own
    return found


def collaboration_sides(asked: Selection, people: People) -> tuple[Ints, Ints]:
    """(numbers of collaborations, positions of actors) of all sides that exist, in the order of the first. One query."""
    sides = Participant.objects.filter(collaborations_asked(asked, "collaboration__"))
    rows = plain_rows(sides.order_by("collaboration_id").values_list("collaboration_id", "actor_id"))
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=2 * len(rows)).reshape(-1, 2)
    actor = people.positions(flat[:, 1])
    alive = actor >= 0
    if not alive.any():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    key = flat[alive, 0]
    number = np.concatenate([[0], np.cumsum(key[1:] != key[:-1])])
    return number, actor[alive]


def collaborations(asked: Selection, people: People, only: Only = None) -> list[Behind]:
    """The collaborations themselves, with their sides that exist, by code. Two queries."""
    found = {}
    rows = Collaboration.objects.filter(collaborations_asked(asked), _of("pk", only)).order_by("code")
    for pk, code, swedish, english, kind, area, *period in rows.values_list(
        "pk", "code", "title_sv", "title_en", "kind_id", "area__code", *PERIOD
    ):
        found[pk] = (code, swedish, english, kind, (area,) if area else (), period)
    sides: dict[int, list[str]] = defaultdict(list)
    taking = Participant.objects.filter(
        collaborations_asked(asked, "collaboration__"), _of("collaboration", only)
    )
    for pk, actor in taking.order_by("position", "pk").values_list("collaboration_id", "actor_id"):
        if actor in people.slug_by_pk:
            sides[pk].append(people.slug_by_pk[actor])
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
class Networks:
    """Networks that meet, by id, and those of their members who are known only by number."""

    rows: list[Behind] = field(default_factory=list)
    stubs: list[Stub] = field(default_factory=list)


def networks(asked: Selection, people: People, only: Only = None) -> Networks:
    """Networks that meet on the day, with those seated by dated rows. Five queries."""
    found = Networks()
    if asked.tie_kinds and NETWORK not in asked.tie_kinds:
        return found
    day = asked.as_of
    areas: dict[int, list[tuple[str, str]]] = defaultdict(list)
    tagged = Network.areas.through.objects.filter(_of("network", only))
    tagged = tagged.order_by("priorityarea__position", "priorityarea__code")
    for pk, code, strategy in tagged.values_list(
        "network_id", "priorityarea__code", "priorityarea__strategy__slug"
    ):
        areas[pk].append((code, strategy))
    conveners, convening = _seated(Convener, asked, people, only)
    seats, sitting = _seated(Seat, asked, people, only)
    held: dict[int, list[tuple[datetime.date | None, datetime.date | None]]] = defaultdict(list)
    met = Encounter.objects.filter(_of("network", only)).order_by()
    for pk, first, until in met.values_list("network_id", "date_from", "date_until"):
        held[pk].append((first, until))
    rows = Network.objects.as_of(day).filter(_of("pk", only)).order_by()
    for pk, slug, swedish, english, stated, stated_on, *period in rows.values_list(
        "pk", "slug", "name_sv", "name_en", "stated_members", "stated_on", *PERIOD
    ):
        last = standing.last_met(held[pk], day)
        if not standing.meets(convened=bool(convening[pk]), last=last, day=day):
            continue
        if not _is_of(areas[pk], asked):
            continue
        codes = tuple(code for code, _strategy in areas[pk])
        present = tuple(dict.fromkeys([*conveners[pk], *seats[pk]]))
        found.rows.append(Behind(A_NETWORK, slug, swedish, english, "", codes, present, *period))
        if stated is None or (stated_on is not None and stated_on > day):
            continue
        unnamed = stated - len(set(sitting[pk]) - set(convening[pk]))
        if unnamed > 0:
            found.stubs.append(Stub(convening[pk][0], slug, unnamed))
    found.rows.sort(key=lambda row: row.id)
    found.stubs.sort(key=lambda stub: stub.network)
    return found


def _seated(
    model: type[Convener] | type[Seat], asked: Selection, people: People, only: Only
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """{network: who is there by dated rows, as asked}, and by whatever rows. One query."""
    dated: dict[int, list[str]] = defaultdict(list)
    anyhow: dict[int, list[str]] = defaultdict(list)
    rows = model.objects.as_of(asked.as_of).filter(_of("network", only))
    rows = rows.order_by("network_id", "valid_from", "pk")
    for pk, actor, first, confidence in rows.values_list(
        "network_id", "actor_id", "valid_from", "confidence"
    ):
        if (slug := people.slug_by_pk.get(actor)) is None:
            continue
        anyhow[pk].append(slug)
        if first is not None and asked.confidence in ("", confidence):
            dated[pk].append(slug)
    return dated, anyhow


def encounters(asked: Selection, people: People, only: Only = None) -> list[Behind]:
    """Those held by the day, as asked. Two queries."""
    rows = Encounter.objects.filter(_of("pk", only), date_from__lte=asked.as_of).order_by("date_from", "code")
    present: dict[int, list[str]] = defaultdict(list)
    through = Encounter.participants.through.objects.filter(
        _of("encounter", only), encounter__date_from__lte=asked.as_of
    )
    for pk, actor in through.order_by("pk").values_list("encounter_id", "actor_id"):
        if actor in people.slug_by_pk:
            present[pk].append(people.slug_by_pk[actor])
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
