"""Collaborations, networks with seats and conveners, and meetings held, for a made-up register."""

import datetime
import random
from collections.abc import Callable
from typing import Any

from coordination.base.models import CollaborationKind, Level, MeetingKind, PriorityArea
from network.models import Actor, Collaboration, Convener, Encounter, Network, Participant, Seat

FIRST = datetime.date(2015, 1, 1)
HELD = datetime.date(2024, 3, 1)
SEATS = 20
Store = Callable[[type[Any], Any], None]


def make(
    draw: random.Random,
    collaborations: int,
    areas: list[PriorityArea],
    levels: dict[str, Level],
    holders: dict[str, list[Actor]],
    store: Store,
) -> None:
    """Two to four sides each; one network for every fifty collaborations, which seats twenty."""
    kinds = list(CollaborationKind.objects.all())
    codes = list(levels)
    organisations = {code: [row for row in rows if not row.is_group] for code, rows in holders.items()}
    rows = [
        Collaboration(
            code=f"C-{n:06}",
            title_sv=f"Samverkan {n}",
            kind=draw.choice(kinds),
            area=draw.choice(areas),
            valid_from=FIRST + datetime.timedelta(days=draw.randrange(3000)),
            from_precision="day",
        )
        for n in range(collaborations)
    ]
    store(Collaboration, rows)
    store(
        Participant,
        [
            Participant(collaboration=row, actor=actor, position=place)
            for row in rows
            for place, actor in enumerate(
                draw.sample(organisations[draw.choices(codes, (2, 3, 5))[0]], draw.randrange(2, 5))
            )
        ],
    )
    networks = [
        Network(
            slug=f"natverk-{n:04}",
            name_sv=f"Nätverk {n}",
            level=levels[codes[n % len(codes)]],
            valid_from=FIRST,
            from_precision="day",
        )
        for n in range(max(3, collaborations // 50))
    ]
    store(Network, networks)
    seated = {}
    for row in networks:
        known = organisations[row.level_id]
        seated[row] = draw.sample(known, min(SEATS, len(known)))
    Network.areas.through.objects.bulk_create(
        [
            Network.areas.through(network=row, priorityarea=areas[n % len(areas)])
            for n, row in enumerate(networks)
        ]
    )
    store(
        Seat,
        [
            Seat(network=row, actor=actor, valid_from=FIRST, from_precision="day")
            for row, actors in seated.items()
            for actor in actors[1:]
        ],
    )
    store(
        Convener,
        [
            Convener(network=row, actor=actors[0], valid_from=FIRST, from_precision="day")
            for row, actors in seated.items()
        ],
    )
    kind = MeetingKind.objects.all()[0]
    held = [
        Encounter(
            code=f"E-{n:05}",
            title_sv=f"Möte {n}",
            kind=kind,
            network=networks[n // 3],
            date_from=(day := HELD + datetime.timedelta(days=28 * (n % 3))),
            date_until=day + datetime.timedelta(days=1),
            date_precision="day",
        )
        for n in range(3 * len(networks))
    ]
    store(Encounter, held)
    present = Encounter.participants.through
    present.objects.bulk_create(
        [
            present(encounter=row, actor=actor)
            for row in held
            if row.network is not None
            for actor in seated[row.network][::2]
        ],
        batch_size=1000,
    )
