"""A made-up register of any size, the same each time for the same numbers.

Territories as in a country of regions and municipalities: 2 % of the mandates national, 8 % regional, 90 %
local. A quarter of them are in force on any one day.
"""

import datetime
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Model

from coordination.base.models import (
    ActorKind,
    Function,
    Level,
    MandateKind,
    Place,
    PlaceKind,
    PriorityArea,
    RegisterRevision,
    Strategy,
)
from mandates.models import Expectation, Mandate
from network.models import Actor

AREAS, FUNCTIONS, COUNTIES, MUNICIPALITIES = 8, 20, 21, 290
FIRST, LAST = datetime.date(2010, 1, 1), datetime.date(2029, 12, 31)
KNOWN_UNTIL = datetime.date(2024, 6, 30)
BATCH = 2000


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
    levels = {level.code: level for level in Level.objects.filter(code__in=["national", "regional", "local"])}
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
    areas: list[PriorityArea | None] = [None]
    for n in range(AREAS - 1):
        areas.append(
            PriorityArea.objects.create(
                strategy=strategy, code=f"omrade-{n}", name_sv=f"Område {n}", position=n
            )
        )
    functions = [
        Function.objects.create(code=f"funktion-{n}", name_sv=f"Funktion {n}", position=n)
        for n in range(FUNCTIONS)
    ]
    kinds, actor_kind = list(MandateKind.objects.all()), ActorKind.objects.first()
    by_level = {"national": [country], "regional": counties, "local": towns}
    holders = []
    for n in range(actors):
        level = draw.choices(["national", "regional", "local"], [2, 8, 90])[0]
        holders.append(
            Actor(
                slug=f"aktor-{n:06}",
                name_sv=f"Aktör {n:06}",
                kind=actor_kind,
                level=levels[level],
                place=draw.choice(by_level[level]),
            )
        )
    store(Actor, holders)
    holders_at = {code: [row for row in holders if row.level_id == code] or holders for code in levels}
    span = (LAST - FIRST).days
    aimed: list[tuple[int, str, Place]] = []

    def rows() -> Iterator[Mandate]:
        for n in range(mandates):
            level = draw.choices(["national", "regional", "local"], [2, 8, 90])[0]
            begins = FIRST + datetime.timedelta(days=draw.randrange(span))
            lasts = draw.randrange(200, 3600)
            aimed.append((n, level, draw.choice(by_level[level])))
            yield Mandate(
                code=f"M-{n:07}",
                holder=draw.choice(holders_at[level]),
                title_sv=f"Uppdrag {n:07}",
                kind=draw.choice(kinds),
                strategy=strategy,
                area=draw.choice(areas),
                function=draw.choice(functions),
                explicit=draw.random() < 0.3,
                legal_basis=f"SFS {draw.randrange(2000, 2024)}:{draw.randrange(1, 900)}",
                valid_from=begins,
                from_precision="day",
                valid_until=begins + datetime.timedelta(days=lasts),
                to_precision="day",
                confirmed_on=KNOWN_UNTIL,
            )

    store(Mandate, rows())
    keys = list(Mandate.objects.order_by("code").values_list("pk", flat=True))
    link = Mandate.levels.through
    for batch in batches(aimed):
        found = [link(mandate_id=keys[n], level_id=level) for n, level, _place in batch]
        # A mandate of the country or of a county often aims at the level below, too.
        below = {"national": "regional", "regional": "local"}
        found += [
            link(mandate_id=keys[n], level_id=below[code])
            for n, code, _place in batch
            if code in below and n % 2
        ]
        link.objects.bulk_create(found)
        ground = Mandate.territory_places.through
        ground.objects.bulk_create([ground(mandate_id=keys[n], place_id=place.pk) for n, _l, place in batch])
    for n in range(expectations):
        Expectation.objects.create(
            code=f"X{n:03}",
            strategy=strategy,
            title_sv=f"Förväntan {n}",
            area=areas[n % AREAS],
            function=functions[n // AREAS % FUNCTIONS],
            level=levels[("national", "regional", "local")[n % 3]],
            min_holders=1 + n % 3,
            explicit_only=n % 4 == 0,
            valid_from=FIRST,
            mapped_from=FIRST,
            mapped_until=KNOWN_UNTIL,
        )
    RegisterRevision.touch()
