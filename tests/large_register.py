"""A register of any size, made in bulk: ten rows of every kind in a moment, a thousand in a few seconds."""

import datetime
from typing import Any

from django.utils import timezone

from coordination.base.models import (
    ActorKind,
    Citation,
    CollaborationKind,
    Document,
    Function,
    ImportJob,
    Level,
    MandateKind,
    MeetingKind,
    MilestoneKind,
    Place,
    PlaceKind,
    PriorityArea,
    Proposal,
    RegisterRevision,
    Strategy,
    User,
)
from mandates import findings_refresh
from mandates.models import AppliedChanges, Expectation, Finding, FindingSet, FoundFinding, Mandate, Scenario
from network.models import (
    Actor,
    ActorName,
    Collaboration,
    Contact,
    Convener,
    Encounter,
    GroupMember,
    Identifier,
    Membership,
    Merge,
    Milestone,
    Network,
    Participant,
    Seat,
)
from tests import factories as f

DAY = datetime.date(2023, 2, 14)
BEGAN = {"valid_from": datetime.date(2018, 7, 1), "from_precision": "day"}
PROPOSED = {"noun": "mandate", "fields": {"title_sv": {"from": ["Förr"], "to": ["Nu"]}}}


class Large:
    """Rows 0, 1, 2 … of every kind. Row 0 is what the others hang on: `actor`, `network`, `mandate` …"""

    def __init__(self) -> None:
        self.size = 0
        self.coordinator = f.CoordinatorFactory()
        self.strategy = f.StrategyFactory(valid_until=datetime.date(2029, 1, 1))
        self.area = f.PriorityAreaFactory(code="boende")
        self.county = f.PlaceFactory(code="12", kind=f._code(PlaceKind, "county"))
        self.document = f.DocumentFactory(slug="rapporten")
        self.actor = f.ActorFactory(slug="stor", name_sv="Storverket", place=self.county)
        self.group = f.GroupFactory(slug="gruppen")
        self.network = f.NetworkFactory(slug="natverket", areas=[self.area])
        self.collaboration = f.CollaborationFactory(code="S", participants=[self.actor, self.group])
        self.function = f.FunctionFactory(code="samordning")
        self.mandate = f.MandateFactory(code="M", holder=self.actor, function=self.function, area=self.area)
        self.expectation = f.ExpectationFactory(code="X", function=f.FunctionFactory(code="tom"))
        self.member = f.MembershipFactory(actor=self.actor).user
        self.job = f.ImportJobFactory(
            sent_by=self.coordinator, state=ImportJob.State.APPLIED, content=None, size=1, sha256="0" * 64
        )

    def fill(self, size: int) -> None:
        """Have `size` rows of every kind."""
        numbers = range(self.size, size)
        self.size = size
        actors = self._actors(numbers)
        self._ties(numbers, actors)
        self._mandates(numbers, actors)
        self._people_and_work(numbers, actors)
        RegisterRevision.touch()
        self._findings(numbers)

    def _actors(self, numbers: range) -> list[Actor]:
        kind, level = f._code(ActorKind, "agency"), f._code(Level, "national")
        town = f._code(PlaceKind, "municipality")
        places = _made(
            Place(code=f"P{n}", name_sv=f"Plats {n}", kind=town, parent=self.county) for n in numbers
        )
        actors = _made(
            Actor(slug=f"a-{n}", name_sv=f"Aktör {n}", kind=kind, level=level, place=places[i], **BEGAN)
            for i, n in enumerate(numbers)
        )
        groups = _made(
            Actor(
                slug=f"g-{n}",
                name_sv=f"Grupp {n}",
                kind=kind,
                level=level,
                is_group=True,
                rule=f"kind=municipality;place=P{n}",
                **BEGAN,
            )
            for n in numbers
        )
        Actor.also.through.objects.bulk_create(
            Actor.also.through(from_actor=group, to_actor=actor)
            for group, actor in zip(groups, actors, strict=True)
        )
        _made(ActorName(actor=actor, name_sv=f"Förr {actor.slug}") for actor in actors)
        _made(ActorName(actor=self.actor, name_sv=f"Storverk {n}") for n in numbers)
        _made(Identifier(actor=actor, scheme="x", value=actor.slug) for actor in actors)
        _made(GroupMember(group=self.group, actor=actor, **BEGAN) for actor in actors)
        _made(
            Contact(actor=self.actor, role_sv=f"Samordnare {n}", email="registrator@example.org")
            for n in numbers
        )
        _made(Document(slug=f"d-{n}", title_sv=f"Dokument {n}", publisher=f"u-{n}") for n in numbers)
        _made(Strategy(slug=f"s-{n}", name_sv=f"Strategi {n}", **BEGAN) for n in numbers)
        _made(
            PriorityArea(strategy=self.strategy, code=f"o-{n}", name_sv=f"Område {n}", status="outside")
            for n in numbers
        )
        self._cite(actors)
        return actors

    def _ties(self, numbers: range, actors: list[Actor]) -> None:
        kind, level = f._code(CollaborationKind, "agreement"), f._code(Level, "national")
        ties = _made(
            Collaboration(code=f"S-{n}", title_sv=f"Samverkan {n}", kind=kind, area=self.area, **BEGAN)
            for n in numbers
        )
        _made(
            Participant(collaboration=tie, actor=side, position=position)
            for tie, actor in zip(ties, actors, strict=True)
            for position, side in enumerate((self.actor, actor))
        )
        _made(
            Participant(collaboration=self.collaboration, actor=actor, position=2 + n)
            for n, actor in zip(numbers, actors, strict=True)
        )
        networks = _made(
            Network(slug=f"n-{n}", name_sv=f"Nätverk {n}", level=level, **BEGAN) for n in numbers
        )
        Network.areas.through.objects.bulk_create(
            Network.areas.through(network=network, priorityarea=self.area) for network in networks
        )
        _made(Seat(network=network, actor=self.actor, **BEGAN) for network in networks)
        _made(Convener(network=network, actor=self.actor, **BEGAN) for network in networks)
        _made(Seat(network=self.network, actor=actor, **BEGAN) for actor in actors)
        _made(Convener(network=self.network, actor=actor, **BEGAN) for actor in actors)
        days = {"date_precision": "day"}
        meeting, deadline = f._code(MeetingKind, "network_meeting"), f._code(MilestoneKind, "deadline")
        encounters = _made(
            Encounter(
                code=f"E-{n}",
                title_sv=f"Möte {n}",
                kind=meeting,
                network=self.network,
                organiser=actor,
                date_from=DAY - datetime.timedelta(days=n + 1),
                date_until=DAY - datetime.timedelta(days=n),
                **days,
            )
            for n, actor in zip(numbers, actors, strict=True)
        )
        Encounter.participants.through.objects.bulk_create(
            Encounter.participants.through(encounter=encounter, actor=actor)
            for encounter, actor in zip(encounters, actors, strict=True)
        )
        _made(
            Milestone(
                code=f"MS-{n}",
                title_sv=f"Milstolpe {n}",
                kind=deadline,
                network=self.network,
                organiser=actor,
                date_from=DAY + datetime.timedelta(days=n % 300),
                date_until=DAY + datetime.timedelta(days=n % 300 + 1),
                **days,
            )
            for n, actor in zip(numbers, actors, strict=True)
        )
        self._cite([*ties, *encounters])

    def _mandates(self, numbers: range, actors: list[Actor]) -> None:
        kind, level = f._code(MandateKind, "instruction"), f._code(Level, "national")
        functions = _made(Function(code=f"f-{n}", name_sv=f"Funktion {n}", position=n) for n in numbers)
        shared = {"strategy": self.strategy, "kind": kind, "area": self.area}
        mandates = _made(
            [
                Mandate(
                    code=f"M-{n}", title_sv=f"Uppdrag {n}", holder=actor, function=function, **shared, **BEGAN
                )
                for n, actor, function in zip(numbers, actors, functions, strict=True)
            ]
            + [
                Mandate(
                    code=f"MM-{n}",
                    title_sv=f"Storuppdrag {n}",
                    holder=self.actor,
                    function=self.function,
                    valid_until=DAY + datetime.timedelta(days=n % 300 + 2),
                    report_due=DAY + datetime.timedelta(days=n % 80 + 1),
                    amount_sek_per_year=1_000_000,
                    **shared,
                    **BEGAN,
                )
                for n in numbers
            ]
        )
        Mandate.levels.through.objects.bulk_create(
            Mandate.levels.through(mandate=mandate, level=level) for mandate in mandates
        )
        _made(
            Expectation(
                code=f"X-{n}",
                title_sv=f"Förväntan {n}",
                strategy=self.strategy,
                function=function,
                level=level,
                area=self.area,
                mapped_from=BEGAN["valid_from"],
                mapped_until=DAY,
                **BEGAN,
            )
            for n, function in zip(numbers, functions, strict=True)
        )
        self._cite(mandates)
        record: Any = self.mandate.history.model
        made = record.objects.bulk_create(
            record(
                **{field.attname: getattr(self.mandate, field.attname) for field in record.tracked_fields}
                | {"version": n + 2, "note": f"Version {n}"},
                history_date=timezone.now(),
                history_type="~",
                history_user=self.coordinator,
                history_change_reason="Rättat",
            )
            for n in numbers
        )
        Mandate.history.filter(history_id__in=[entry.history_id for entry in made[::2]]).update(
            id=0, code="borta", history_type="-"
        )

    def _people_and_work(self, numbers: range, actors: list[Actor]) -> None:
        users = _made(User(email=f"p{n}@example.org", name=f"Person {n}") for n in numbers)
        _made(Membership(user=user, actor=actor) for user, actor in zip(users, actors, strict=True))
        scenarios = _made(
            Scenario(slug=f"sc-{n}", title_sv=f"Scenario {n}", owner=users[i], changes=[])
            for i, n in enumerate(numbers)
        )
        Scenario.readers.through.objects.bulk_create(
            Scenario.readers.through(scenario=scenario, user=self.coordinator) for scenario in scenarios
        )
        _made(
            AppliedChanges(title=f"Ändring {n}", day=DAY, reason="Beslut", applied_by=users[i])
            for i, n in enumerate(numbers)
        )
        _made(
            Merge(source=actor, target=self.actor, reason="Samma", merged_by=self.coordinator)
            for actor in actors
        )
        _made(
            Proposal(
                row=mandate,
                row_version=1,
                changes=PROPOSED,
                reason="Nytt namn",
                source="Beslut",
                proposed_by=person,
            )
            for n, user in zip(numbers, users, strict=True)
            for mandate, person in ((self.mandate, user), (self.mandate, self.member))
        )
        found = {"outcomes": [], "rejected": [], "warnings": []}
        _made(
            ImportJob(
                kind="actors",
                file_name=f"fil-{n}.csv",
                size=1,
                sha256="0" * 64,
                language="sv",
                state=ImportJob.State.APPLIED,
                found=found,
                sent_by=users[i],
                decided_by=self.coordinator,
            )
            for i, n in enumerate(numbers)
        )
        ImportJob.objects.filter(pk=self.job.pk).update(
            created=self.size,
            found=found
            | {
                "outcomes": [
                    {
                        "row": n + 2,
                        "key": actor.slug,
                        "name": actor.name_sv,
                        "what": "created",
                        "model": "network.actor",
                        "pk": actor.pk,
                        "changes": [["name_sv", "", actor.name_sv]],
                    }
                    for n, actor in enumerate(Actor.objects.filter(slug__startswith="a-"))
                ]
            },
        )

    def _findings(self, numbers: range) -> None:
        kept = FindingSet.objects.filter(as_of=DAY).first()
        if kept is None:
            findings_refresh.follow(DAY, timezone.now())
            kept = FindingSet.objects.get(as_of=DAY)
        FindingSet.objects.filter(pk=kept.pk).update(revision=RegisterRevision.current())
        row = FoundFinding.objects.get(found_in=kept, key="gap:X")
        columns = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not field.primary_key
        }
        _made(
            FoundFinding(
                **columns
                | {"key": f"gap:X:{n}", "position": 1000 + n, "body": row.body | {"key": f"gap:X:{n}"}}
            )
            for n in numbers
        )
        _made(Finding(key=f"gap:X:{n}", rule="gap", is_open=True) for n in numbers)

    def _cite(self, rows: list[Any]) -> None:
        _made(Citation(row=row, document=self.document, place=f"s. {n}") for n, row in enumerate(rows))


def _made(rows: Any) -> list[Any]:
    """The rows, stored in bulk, with their sort keys."""
    found = list(rows)
    for row in found:
        if hasattr(row, "set_sort_keys"):
            row.set_sort_keys()
    return type(found[0])._default_manager.bulk_create(found, batch_size=500) if found else []
