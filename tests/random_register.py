"""Small random registers, valid by the rules of the forms, with the text that breaks file formats."""

import datetime
from typing import Any

from hypothesis import strategies as st

from coordination.base.models import (
    ActorKind,
    Citation,
    CollaborationKind,
    Confidence,
    Document,
    Function,
    Level,
    MandateKind,
    MandateRole,
    MeetingKind,
    MilestoneKind,
    Place,
    PlaceKind,
    PriorityArea,
    Strategy,
)
from mandates.models import Expectation, Mandate
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Collaboration,
    Convener,
    Encounter,
    GroupMember,
    Identifier,
    Milestone,
    Network,
    Participant,
    Seat,
)

AWKWARD = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+46 8 123 45",
    "-5",
    "@sum",
    "'=quoted",
    "''-twice",
    "'plain",
    "＝full width",
    "_x000D_",
    "_x005F_",
    "a;b",
    "(a; b) c",
    "(a; b",
    "a) ; (b",
    "a\\;b\\",
    "EXT page",
    "x + EXT y",
    "two\nlines",
    "a\tb",
    'say "no"',
    "<b>bold</b> & <script>",
    "å\u030a",  # not composed
    "Åäö",
    "\u2028",
    "😀",
    "null",
    "0012",
    "1e5",
    "2022-08",
    "TRUE",
    "#REF!",
    "https://example.org/a;b",
    "name https://example.org/?a=b&c=d",
    "group:x",
    "*",
    "sep=;",
]
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")


def texts(most: int, least: int = 0) -> Any:
    plain = st.text(letters, max_size=min(most, 30))
    return (
        (st.sampled_from(AWKWARD) | plain)
        .map(lambda text: text.strip()[:most].strip())
        .filter(lambda text: len(text) >= least)
    )


days = st.dates(datetime.date(1000, 1, 2), datetime.date(2199, 12, 30))
PRECISIONS = ["day", "month", "season", "year", "period"]
confidence = st.sampled_from(Confidence.values)


class Maker:
    """Draws rows of each model; `draw` is hypothesis's own."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def text(self, most: int = 60) -> str:
        return self.draw(texts(most))

    def name(self) -> str:
        return self.draw(texts(60, least=1))

    def number(self, most: int = 3, least: int = 1) -> int:
        return self.draw(st.integers(least, most))

    def maybe(self, value: Any) -> Any:
        return value if self.draw(st.booleans()) else None

    def one(self, rows: Any) -> Any:
        return self.draw(st.sampled_from(list(rows)))

    def some(self, rows: Any, least: int = 0) -> list[Any]:
        listed = list(rows)
        return (
            self.draw(st.lists(st.sampled_from(listed), min_size=least, max_size=4, unique=True))
            if listed
            else []
        )

    def dated(self, day: Any) -> str:
        return self.draw(st.sampled_from(PRECISIONS)) if day else self.draw(st.sampled_from(["", "unknown"]))

    def period(self) -> dict[str, Any]:
        first, until = self.draw(st.none() | days), self.draw(st.none() | days)
        if first and until and until <= first:
            first, until = until, first + datetime.timedelta(days=1)
        return {
            "valid_from": first,
            "from_precision": self.dated(first),
            "valid_until": until,
            "to_precision": self.dated(until),
        }

    def row(self) -> dict[str, Any]:
        return {
            "confidence": self.draw(confidence),
            "inferred_fields": self.text(40),
            "note": self.text(200),
            "confirmed_on": self.draw(st.none() | days),
        }

    def names(self) -> dict[str, str]:
        return {"name_sv": self.name(), "name_en": self.text()}

    def titles(self) -> dict[str, str]:
        return {"title_sv": self.name(), "title_en": self.text()}

    def cite(self, row: Any) -> Any:
        for position in range(self.number(3, 0)):
            document = self.maybe(self.one(self.documents)) if self.documents else None
            if document:
                Citation.objects.create(row=row, document=document, place=self.text(40), position=position)
            else:
                label, url = (
                    self.text(40),
                    self.draw(st.sampled_from(["", "https://example.org/a?b=1", "http://x.se/ö"])),
                )
                if label or url:
                    Citation.objects.create(row=row, label=label, url=url, position=position)
        return row


def registers(draw: Any) -> None:
    """Fill the database with a random register; the code lists are those that every instance starts with."""
    make = Maker(draw)
    make.documents = []
    for n in range(make.number()):
        published = draw(st.none() | days)
        document = Document.objects.create(
            slug=f"dok-{n}",
            **make.titles(),
            publisher=make.text(40),
            published=published,
            date_precision=make.dated(published),
            reference=make.text(),
            url=draw(st.sampled_from(["", "https://example.org/x"])),
            **make.row(),
        )
        make.documents.append(document)
    places: list[Place] = []
    for n in range(make.number()):
        parent = make.maybe(make.one(places)) if places else None
        kind = make.one(PlaceKind.objects.all())
        place = Place.objects.create(code=f"{n:02}", kind=kind, parent=parent, **make.names(), **make.row())
        places.append(make.cite(place))
    strategies, areas = [], []
    for n in range(make.number(2)):
        strategy = Strategy.objects.create(
            slug=f"strategi-{n}",
            **make.names(),
            **make.period(),
            known_until=draw(st.none() | days),
            reference=make.text(),
            **make.row(),
        )
        strategies.append(make.cite(strategy))
        for m in range(make.number(3, 0)):
            area = PriorityArea.objects.create(
                strategy=strategy,
                code=draw(st.sampled_from([f"omrade-{m}", f"omrade-{n}-{m}"])),
                **make.names(),
                **make.period(),
                status=make.one(PriorityArea.Status.values),
                position=make.number(9),
                **make.row(),
            )
            areas.append(make.cite(area))
    functions = []
    for n, code in enumerate(make.some(["coordination", "grants", "egen", "fjarde"], least=1)):
        function = Function.objects.create(
            code=code,
            **make.names(),
            definition_sv=make.text(),
            definition_en=make.text(),
            traits=make.text(40),
            position=n + make.number(2),
            **make.row(),
        )
        functions.append(make.cite(function))
    actors, groups = _actors(make, places)
    _mandates(make, strategies, areas, functions, places, actors, groups)
    _ties(make, areas, actors + groups)


def _actors(make: Maker, places: list[Any]) -> tuple[list[Any], list[Any]]:
    actors: list[Actor] = []
    groups: list[Actor] = []
    for n in range(make.number(4, 2)):
        actor = Actor.objects.create(
            slug=f"aktor-{n}",
            kind=make.one(ActorKind.objects.all()),
            level=make.one(Level.objects.all()),
            place=make.maybe(make.one(places)),
            successor=make.maybe(make.one(actors)) if actors else None,
            attributes={name: text for name in make.some(["population", "grp_x"]) if (text := make.text(30))},
            **make.names(),
            **make.period(),
            **make.row(),
        )
        actors.append(make.cite(actor))
    # A successor may come later in the file than the one it follows.
    actors[0].successor = make.maybe(actors[-1])
    actors[0].save()
    for n in range(make.number(2)):
        rule = make.one(["list", "unknown", "kind=municipality", f"level=local;county={places[0].code}"])
        group = Actor.objects.create(
            slug=f"grupp-{n}",
            is_group=True,
            kind=make.one(ActorKind.objects.all()),
            level=make.one(Level.objects.all()),
            rule=rule,
            stated_members=make.text(30),
            **make.names(),
            **make.period(),
            **make.row(),
        )
        group.also.set(make.some(actors))
        groups.append(make.cite(group))
        for actor in make.some(actors):
            make.cite(GroupMember.objects.create(group=group, actor=actor, **make.period(), **make.row()))
    for actor in actors:
        for parent in make.some([other for other in actors if other != actor]):
            make.cite(ActorParent.objects.create(actor=actor, parent=parent, **make.period(), **make.row()))
        for kind in make.some(ActorName.Kind.values):
            make.cite(
                ActorName.objects.create(
                    actor=actor, kind=kind, **make.names(), **make.period(), **make.row()
                )
            )
        for scheme, value in make.some(
            [("se-orgnr", "2021005489"), ("se-orgnr", "212000-0142"), ("lei", "=A1")]
        ):
            make.cite(
                Identifier.objects.create(
                    actor=actor, scheme=scheme, value=value, **make.period(), **make.row()
                )
            )
    return actors, groups


def _mandates(
    make: Maker,
    strategies: list[Any],
    areas: list[Any],
    functions: list[Any],
    places: list[Any],
    actors: list[Any],
    groups: list[Any],
) -> None:
    mandates: list[Mandate] = []
    for n in range(make.number()):
        strategy = make.one(strategies)
        own = [area for area in areas if area.strategy_id == strategy.pk]
        mandate = Mandate.objects.create(
            code=f"M-{n:02}",
            holder=make.one(actors + groups),
            kind=make.one(MandateKind.objects.all()),
            strategy=strategy,
            area=make.maybe(make.one(own)) if own else None,
            function=make.one(functions),
            target_group_sv=make.text(),
            target_group_en=make.text(),
            role=make.maybe(make.one(MandateRole.objects.all())),
            explicit=make.one([True, False]),
            legal_basis=make.text(),
            status=make.one(Mandate.Status.values),
            scenario=make.text(30),
            joint_assignment=make.text(30),
            report_due=make.draw(st.none() | days),
            amount_sek_per_year=make.draw(st.none() | st.integers(0, 2**53)),
            successor=make.maybe(make.one(mandates)) if mandates else None,
            **make.titles(),
            **make.period(),
            **make.row(),
        )
        mandate.levels.set(make.some(Level.objects.all(), least=1))
        mandate.territory_places.set(make.some(places))
        mandate.territory_groups.set(make.some(groups))
        mandates.append(make.cite(mandate))
    for n in range(make.number()):
        strategy = make.one(strategies)
        own = [area for area in areas if area.strategy_id == strategy.pk]
        area = make.maybe(make.one(own)) if own else None
        mapped = sorted(make.draw(st.lists(days, min_size=2, max_size=2)))
        expectation = Expectation.objects.create(
            code=f"X{n:02}",
            strategy=strategy,
            area=area,
            each_area=area is None and make.one([True, False]),
            function=make.one(functions),
            level=make.one(Level.objects.all()),
            min_holders=make.number(5),
            explicit_only=make.one([True, False]),
            single_lead=make.one([True, False]),
            holder_group=make.maybe(make.one(groups)),
            mapped_from=make.maybe(mapped[0]),
            mapped_until=make.maybe(mapped[1]),
            **make.titles(),
            **make.period(),
            **make.row(),
        )
        expectation.kinds.set(make.some(MandateKind.objects.all()))
        make.cite(expectation)


def _ties(make: Maker, areas: list[Any], actors: list[Any]) -> None:
    for n in range(make.number()):
        collaboration = Collaboration.objects.create(
            code=f"SAM-{n}",
            kind=make.one(CollaborationKind.objects.all()),
            area=make.maybe(make.one(areas)) if areas else None,
            amount_sek_per_year=make.draw(st.none() | st.integers(0, 2**53)),
            **make.titles(),
            **make.period(),
            **make.row(),
        )
        for position, actor in enumerate(make.some(actors, least=2)):
            Participant.objects.create(collaboration=collaboration, actor=actor, position=position)
        make.cite(collaboration)
    networks = []
    for n in range(make.number()):
        network = Network.objects.create(
            slug=f"natverk-{n}",
            purpose_sv=make.text(),
            purpose_en=make.text(),
            level=make.one(Level.objects.all()),
            stated_members=make.draw(st.none() | st.integers(0, 10_000)),
            stated_on=make.draw(st.none() | days),
            **make.names(),
            **make.period(),
            **make.row(),
        )
        network.areas.set(make.some(areas))
        networks.append(make.cite(network))
        for actor in make.some(actors):
            make.cite(Convener.objects.create(network=network, actor=actor, **make.period(), **make.row()))
            seat = {"role_sv": make.text(40), "role_en": make.text(40)}
            make.cite(
                Seat.objects.create(network=network, actor=actor, **seat, **make.period(), **make.row())
            )
    events: list[tuple[Any, Any]] = [(Encounter, MeetingKind), (Milestone, MilestoneKind)]
    for model, kind in events:
        for n in range(make.number(2, 0)):
            period = make.period()
            first, until = period["valid_from"], period["valid_until"]
            event = model.objects.create(
                code=f"MOT-{n}",
                kind=make.one(kind.objects.all()),
                date_from=first,
                date_until=until,
                date_precision=make.dated(first or until),
                date_text=make.text(),
                network=make.maybe(make.one(networks)),
                organiser=make.maybe(make.one(actors)),
                area=make.maybe(make.one(areas)) if areas else None,
                **make.titles(),
                **make.row(),
            )
            event.participants.set(make.some(actors))
            make.cite(event)
