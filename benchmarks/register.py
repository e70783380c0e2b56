"""A made-up register of any size, the same each time for the same numbers.

Territories as in a country of regions and municipalities: 2 % of the mandates national, 8 % regional, 90 %
local. A quarter of them are in force on any one day. Every rule has something to look at: traits, target
groups, leads, reports due, sources for two rows of three, groups, collaborations, networks that meet.
"""

import datetime
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model

from benchmarks import ties
from coordination.base.models import (
    ActorKind,
    Citation,
    Document,
    Function,
    Level,
    MandateKind,
    MandateRole,
    Place,
    PlaceKind,
    PriorityArea,
    RegisterRevision,
    Strategy,
)
from coordination.base.ordering import english_key, swedish_key
from mandates.models import Expectation, Mandate
from network.models import Actor

AREAS, FUNCTIONS, COUNTIES, MUNICIPALITIES, TARGET_GROUPS = 8, 20, 21, 290, 60
FIRST, LAST = datetime.date(2010, 1, 1), datetime.date(2029, 12, 31)
KNOWN_UNTIL = datetime.date(2024, 6, 30)
LEVELS, SHARES = ("national", "regional", "local"), (2, 8, 90)
TRAITS = ("lead;coordination", "duplicable", "transition", "service", "", "duplicable")
KINDS = {
    "national": ("agency",),
    "regional": ("region", "county_board"),
    "local": ("civil_society", "business"),
}
BATCH = 2000
Ground = dict[str, list[Place]]
Holders = dict[str, list[Actor]]


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def store(model: type[Model], rows: Iterable[Any]) -> None:
    for batch in batches(rows):
        for row in batch:
            if hasattr(row, "set_sort_keys"):
                row.set_sort_keys()
        model._default_manager.bulk_create(batch)


def store_alike(like: Model, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that differ from `like` in the given attributes only: many times quicker than as objects."""
    fields = [field for field in like._meta.concrete_fields if not field.primary_key]
    usual = {field: field.get_db_prep_save(field.pre_save(like, True), connection) for field in fields}
    names = {field.attname: field for field in fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {quote(like._meta.db_table)} ({columns}) VALUES ({marks})"
    for batch in batches(rows):
        values = [
            list(
                {
                    **usual,
                    **{names[k]: names[k].get_db_prep_save(v, connection) for k, v in row.items()},
                }.values()
            )
            for row in batch
        ]
        with connection.cursor() as cursor, transaction.atomic():
            cursor.executemany(insert, values)


def make(mandates: int, actors: int, expectations: int = 120, seed: int = 1) -> None:
    """Fill an empty, migrated database."""
    draw = random.Random(seed)
    strategy = Strategy.objects.create(
        slug="strategi",
        name_sv="Strategin",
        valid_from=FIRST,
        valid_until=LAST,
        known_until=KNOWN_UNTIL,
    )
    levels = {level.code: level for level in Level.objects.filter(code__in=LEVELS)}
    ground = _places(draw)
    areas: list[PriorityArea | None] = [None]
    for n in range(AREAS - 1):
        areas.append(
            PriorityArea.objects.create(
                strategy=strategy, code=f"omrade-{n}", name_sv=f"Område {n}", position=n
            )
        )
    functions = [
        Function.objects.create(
            code=f"funktion-{n}", name_sv=f"Funktion {n}", position=n, traits=TRAITS[n % len(TRAITS)]
        )
        for n in range(FUNCTIONS)
    ]
    holders = _actors(draw, actors, levels, ground)
    _mandates(draw, mandates, strategy, areas, functions, ground, holders)
    for n in range(expectations):
        Expectation.objects.create(
            code=f"X{n:03}",
            strategy=strategy,
            title_sv=f"Förväntan {n}",
            area=areas[n % AREAS],
            function=functions[n // AREAS % FUNCTIONS],
            level=levels[LEVELS[n % 3]],
            min_holders=1 + n % 3,
            explicit_only=n % 4 == 0,
            single_lead=n % 12 == 0,
            valid_from=FIRST,
            mapped_from=FIRST,
            mapped_until=KNOWN_UNTIL,
        )
    ties.make(draw, mandates // 100, [area for area in areas if area], levels, holders, store)
    RegisterRevision.touch()


def _places(draw: random.Random) -> Ground:
    country = Place.objects.create(code="SE", name_sv="Landet", kind=PlaceKind.objects.get(code="country"))
    county, municipality = (PlaceKind.objects.get(code=code) for code in ("county", "municipality"))
    counties = [
        Place(code=f"{n:02}", name_sv=f"Län {n}", kind=county, parent=country) for n in range(1, COUNTIES + 1)
    ]
    store(Place, counties)
    towns = [
        Place(code=f"{n:04}", name_sv=f"Kommun {n}", kind=municipality, parent=draw.choice(counties))
        for n in range(1, MUNICIPALITIES + 1)
    ]
    store(Place, towns)
    return {"national": [country], "regional": counties, "local": towns}


def _actors(draw: random.Random, actors: int, levels: dict[str, Level], ground: Ground) -> Holders:
    """Actors by level; among them, one municipality in each town, and groups of them by county."""
    kinds = {kind.code: kind for kind in ActorKind.objects.all()}
    rows = []
    for n in range(actors):
        if n < MUNICIPALITIES:
            level, kind, place = "local", "municipality", ground["local"][n]
        else:
            level = draw.choices(LEVELS, SHARES)[0]
            kind, place = draw.choice(KINDS[level]), draw.choice(ground[level])
        name = f"Aktör {n:06}"
        rows.append(
            Actor(slug=f"aktor-{n:06}", name_sv=name, kind=kinds[kind], level=levels[level], place=place)
        )
    for place in [*ground["national"], *ground["regional"]]:
        rule = "kind=municipality" + (f";county={place.code}" if place.parent_id else "")
        rows.append(
            Actor(
                slug=f"kommuner-{place.code.lower()}",
                name_sv=f"Kommunerna i {place.name_sv}",
                kind=kinds["municipality"],
                level=levels["local"],
                place=place,
                is_group=True,
                rule=rule,
            )
        )
    store(Actor, rows)
    return {code: [row for row in rows if row.level_id == code] or rows for code in levels}


def _mandates(
    draw: random.Random,
    mandates: int,
    strategy: Strategy,
    areas: list[PriorityArea | None],
    functions: list[Function],
    ground: Ground,
    holders: Holders,
) -> None:
    kinds = list(MandateKind.objects.all())
    lead = MandateRole.objects.get(code="lead")
    span = (LAST - FIRST).days
    aimed: list[tuple[int, str, Place]] = []

    def rows() -> Iterator[dict[str, Any]]:
        for n in range(mandates):
            level = draw.choices(LEVELS, SHARES)[0]
            begins = FIRST + datetime.timedelta(days=draw.randrange(span))
            ends = begins + datetime.timedelta(days=draw.randrange(200, 3600))
            target = draw.randrange(2 * TARGET_GROUPS)
            title = f"Uppdrag {n:07}"
            area = draw.choice(areas)
            aimed.append((n, level, draw.choice(ground[level])))
            yield {
                "code": f"M-{n:07}",
                "holder_id": draw.choice(holders[level]).pk,
                "title_sv": title,
                "sort_sv": swedish_key(title),
                "sort_en": english_key(title),
                "kind_id": draw.choice(kinds).pk,
                "area_id": area.pk if area else None,
                "function_id": draw.choice(functions).pk,
                "explicit": draw.random() < 0.3,
                "legal_basis": f"SFS {draw.randrange(2000, 2024)}:{draw.randrange(1, 900)}",
                "target_group_sv": f"grupp {target % 7}, målgrupp {target}" if target < TARGET_GROUPS else "",
                "role_id": lead.pk if n % 100 == 7 else None,
                "joint_assignment": f"J-{n // 300}" if n % 50 == 0 else "",
                "report_due": ends if n % 3 == 0 else None,
                "valid_from": begins,
                "valid_until": ends if n % 40 else None,
                "to_precision": "day" if n % 40 else "",
                "confirmed_on": KNOWN_UNTIL - datetime.timedelta(days=700 * (n % 9 == 0)),
            }

    store_alike(
        Mandate(
            holder=holders["local"][0],
            kind=kinds[0],
            strategy=strategy,
            function=functions[0],
            from_precision="day",
        ),
        rows(),
    )
    keys = list(Mandate.objects.order_by("code").values_list("pk", flat=True))
    link, territory = Mandate.levels.through, Mandate.territory_places.through
    # A mandate of the country or of a county often aims at the level below, too.
    below = {"national": "regional", "regional": "local"}
    first = keys[0]
    store_alike(
        link(mandate_id=first, level_id="local"),
        (
            {"mandate_id": keys[n], "level_id": level}
            for n, own, _place in aimed
            for level in ([own, below[own]] if own in below and n % 2 else [own])
        ),
    )
    store_alike(
        territory(mandate_id=first, place_id=1),
        ({"mandate_id": keys[n], "place_id": place.pk} for n, _level, place in aimed),
    )
    document = Document.objects.create(slug="beslut", title_sv="Beslut")
    store_alike(
        Citation(content_type=ContentType.objects.get_for_model(Mandate), object_id=first, document=document),
        ({"object_id": key, "place": f"§ {n % 50}"} for n, key in enumerate(keys) if n % 3),
    )
    # One in fifty hands its task on to the next one.
    passed = list(Mandate.objects.filter(pk__in=keys[:: 50 * max(1, mandates // 100_000)]))
    for row, after in zip(passed[::2], passed[1::2], strict=False):
        row.successor = after
    Mandate.objects.bulk_update(passed, ["successor"], batch_size=500)
