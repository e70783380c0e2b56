"""Making a scenario real: the register then says what the scenario said, and it can be taken back."""

import datetime
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.base.models import Citation, Function, PriorityArea
from mandates import applying, register_snapshot
from mandates.changes import (
    AddMandate,
    AdoptArea,
    CloseActor,
    DoesNotFit,
    EndMandate,
    MergeActors,
    MoveMandate,
    ProlongMandate,
    RenameActor,
    SplitActor,
    StartProposals,
    TransferActor,
)
from mandates.drafts import Decision
from mandates.models import AppliedChanges, Mandate, Scenario
from mandates.overlay import apply_changes
from mandates.rules import findings
from mandates.snapshot import Actor, Snapshot
from mandates.snapshot import Mandate as Row
from network.models import Collaboration, Convener, Seat
from tests import factories as f

D = datetime.date
DAY, TODAY = D(2023, 6, 1), D(2023, 5, 2)
ACTORS = [f"a{number}" for number in range(5)]
AREAS = [None, "boende", "halsa"]
TASKS = ["coordination", "grants", "transition"]


def decision() -> tuple[list[Citation], Decision]:
    document = f.DocumentFactory(slug="beslutet")
    citations = [
        Citation(document=document, place="§ 4"),
        Citation(label="Protokoll", url="https://example.org/p"),
    ]
    return citations, Decision(tuple(map(applying.said_source, citations)), TODAY)


def register() -> dict[str, PriorityArea]:
    """Five actors, three functions, an adopted and a proposed area, a network."""
    strategy = f.StrategyFactory(slug="s", valid_until=D(2029, 1, 1))
    areas = {
        "boende": f.PriorityAreaFactory(strategy=strategy, code="boende", valid_from=D(2018, 7, 1)),
        "halsa": f.PriorityAreaFactory(strategy=strategy, code="halsa", status="proposed"),
    }
    for slug in ACTORS:
        f.ActorFactory(slug=slug)
    for code in TASKS:
        f.FunctionFactory(
            code=code, traits={"coordination": "lead", "transition": "transition"}.get(code, "")
        )
    f.NetworkFactory(slug="n")
    return areas


FIRST, LAST = D(2018, 1, 1), D(2027, 1, 1)


def days(first=FIRST, last=LAST):
    return st.dates(first, last)


periods = st.tuples(st.none() | days(last=D(2024, 1, 1)), st.none() | st.integers(1, 3000)).map(
    lambda p: (p[0], p[0] + datetime.timedelta(days=p[1]) if p[0] and p[1] else None)
)
mandates = st.fixed_dictionaries(
    {
        "holder": st.sampled_from(ACTORS),
        "area": st.sampled_from(AREAS),
        "function": st.sampled_from(TASKS),
        "period": periods,
        "proposed": st.booleans(),
        "explicit": st.booleans(),
        "kind": st.sampled_from(["instruction", "government_assignment", "voluntary_task"]),
    }
)
PARTS = tuple(
    Actor(slug=slug, name_sv=name, kind="agency", level="national")
    for slug, name in (("p1", "Ett"), ("p2", "Två"))
)
codes = st.sampled_from([f"M{number}" for number in range(7)])
slugs = st.sampled_from(ACTORS)
someday = st.none() | days(D(2022, 1, 1), D(2025, 1, 1))
everything = st.one_of(
    st.just(StartProposals(scenario="p")),
    st.builds(AdoptArea, strategy=st.just("s"), code=st.just("halsa"), on=someday),
    st.builds(EndMandate, code=codes, on=someday, successor=st.none() | codes),
    st.builds(MoveMandate, code=codes, holder=slugs, on=someday),
    st.builds(ProlongMandate, code=codes, until=st.none() | days(D(2024, 1, 1))),
    st.builds(CloseActor, slug=slugs, rest=st.none() | slugs, successor=st.none() | slugs, on=someday),
    st.builds(TransferActor, slug=slugs, rest=st.none() | slugs, parent=st.none() | slugs, on=someday),
    st.builds(RenameActor, slug=slugs, name_sv=st.just("Nytt namn"), on=someday),
    st.builds(MergeActors, slugs=st.tuples(slugs, slugs), into=slugs, on=someday),
    st.builds(
        SplitActor,
        slug=slugs,
        parts=st.just(PARTS),
        rest=st.sampled_from(["p1", None]),
        on=someday,
    ),
    st.builds(
        lambda holder, on: AddMandate(
            mandate=Row(
                code="NY", holder=holder, title_sv="Nytt", kind="instruction", strategy="s", function="grants",
                levels=frozenset({"national"}),
            ),
            on=on,
        ),
        slugs,
        someday,
    ),
)  # fmt: skip


def fill(areas, rows, ties, seats):
    for number, row in enumerate(rows):
        first, until = row["period"]
        f.MandateFactory(
            code=f"M{number}",
            holder=f_actor(row["holder"]),
            strategy=areas["boende"].strategy,
            area=areas.get(row["area"]),
            function=Function.objects.get(code=row["function"]),
            kind_id=row["kind"],
            valid_from=first,
            valid_until=until,
            explicit=row["explicit"],
            status="proposed" if row["proposed"] else "decided",
            scenario="p" if row["proposed"] else "",
        )
    for number, (sides, (first, until)) in enumerate(ties):
        f.CollaborationFactory(
            code=f"T{number}", participants=[f_actor(s) for s in sides], valid_from=first, valid_until=until
        )
    network = f.Network.objects.get(slug="n")
    for number, (slug, is_seat, (first, until)) in enumerate(seats):
        make = f.SeatFactory if is_seat else f.ConvenerFactory
        extra = {"role_sv": f"roll {number}"} if is_seat else {}
        model = Seat if is_seat else Convener
        if is_seat or not model.objects.filter(actor__slug=slug, valid_from=first).exists():
            make(network=network, actor=f_actor(slug), valid_from=first, valid_until=until, **extra)
    for code in TASKS:
        f.ExpectationFactory(
            code=f"X-{code}", strategy=areas["boende"].strategy, function=Function.objects.get(code=code),
            area=None, each_area=code == "grants",
        )  # fmt: skip


def f_actor(slug):
    return f.Actor.objects.get(slug=slug)


def in_order(snapshot: Snapshot) -> Snapshot:
    """The rows in an order that does not depend on the database's."""
    return replace(
        snapshot,
        **{
            name: tuple(sorted(getattr(snapshot, name), key=repr))
            for name in ("areas", "mandates", "collaborations", "seats", "conveners")
        },
        actors=tuple(
            sorted((replace(a, aliases=tuple(sorted(a.aliases))) for a in snapshot.actors), key=repr)
        ),
    )


def same_rows(some: Snapshot, other: Snapshot) -> None:
    one, two = in_order(some), in_order(other)
    for name in ("areas", "actors", "mandates", "collaborations", "seats", "conveners", "expectations"):
        assert getattr(one, name) == getattr(two, name)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(mandates, min_size=3, max_size=7),
    ties=st.lists(st.tuples(st.lists(slugs, min_size=2, max_size=3, unique=True), periods), max_size=3),
    seats=st.lists(st.tuples(slugs, st.booleans(), periods), max_size=4),
    asked=st.lists(everything, min_size=1, max_size=4),
)
def test_applying_a_scenario_gives_the_scenarios_findings(rows, ties, seats, asked):
    with transaction.atomic():
        fill(register(), rows, ties, seats)
        citations, decided = decision()
        before = register_snapshot.read()
        # Only what fits can be applied: leave out what does not, one by one.
        changes = []
        for change in asked:
            try:
                expected = apply_changes(before, [*changes, change], DAY, decided)
                changes.append(change)
            except DoesNotFit:
                expected = apply_changes(before, changes, DAY, decided)
        report = do(changes, citations)
        after = register_snapshot.read()
        same_rows(after, expected)
        for day in (DAY, D(2022, 6, 30), D(2025, 1, 1)):
            told, wanted = (
                {x.key: x.fingerprint for x in findings(in_order(side), day)} for side in (after, expected)
            )
            assert told == wanted
        assert applying.undo(report, user=report.applied_by, at=NOW) == []
        same_rows(register_snapshot.read(), before)
        transaction.set_rollback(True)


NOW = datetime.datetime(2023, 5, 3, tzinfo=datetime.UTC)


def do(changes, citations, **given):
    user = given.pop("user", None) or f.CoordinatorFactory()
    return applying.apply(
        changes,
        day=DAY,
        seen=given.pop("seen", None)
        or applying.plan(changes, DAY, register=register_snapshot.read()).fingerprint,
        title="Prov",
        user=user,
        reason="Regeringens beslut",
        citations=citations,
        today=TODAY,
        **given,
    )


@pytest.fixture
def moved(db):
    """A mandate with an amount and a target group, the change that moves it, and its sources."""
    areas = register()
    f.MandateFactory(
        code="M0", holder=f_actor("a0"), strategy=areas["boende"].strategy, title_sv="Uppdraget",
        amount_sek_per_year=7, target_group_sv="unga", target_group_en="the young", note="gammalt",
    )  # fmt: skip
    return [MoveMandate(code="M0", holder="a1")], decision()[0]


def test_a_moved_mandate_is_ended_and_begun_with_reason_and_source(moved):
    changes, citations = moved
    scenario = Scenario.objects.create(slug="flytt", title_sv="Flytt")
    report = do(changes, citations, scenario=scenario, about="a0")
    old, new = Mandate.objects.get(code="M0"), Mandate.objects.get(code="M0-a1")
    assert (old.valid_until, old.successor, new.holder.slug) == (DAY, new, "a1")
    assert (new.amount_sek_per_year, new.target_group_en, new.note) == (7, "the young", "")
    assert (new.confirmed_on, new.confirmed_by) == (TODAY, report.applied_by)
    assert list(new.levels.values_list("code", flat=True)) == ["national"]
    for row in (old, new):
        assert [c.place or c.label for c in row.citations.all()] == ["§ 4", "Protokoll"]
        record = row.history.latest()
        assert (record.history_change_reason, record.history_user) == (
            "Regeringens beslut",
            report.applied_by,
        )
    assert old.history.count() > 1  # how it stood before is kept
    assert (report.scenario, report.about, report.day) == (scenario, "a0", DAY)
    assert report.edits[0]["said"]["sv"]["name"] == "”Uppdraget” (M0-a1)"
    report.refresh_from_db()
    assert ["Sista dag", "tills vidare", "2023-05-31"] in report.edits[1]["said"]["sv"]["lines"]
    assert report.changes == [{"kind": "move_mandate", "code": "M0", "holder": "a1"}]


def test_what_was_not_looked_at_is_not_written(moved):
    changes, citations = moved
    seen = applying.plan(changes, DAY, register=register_snapshot.read()).fingerprint
    Mandate.objects.filter(code="M0").update(valid_until=D(2024, 1, 1))
    with pytest.raises(applying.Moved):
        do(changes, citations, seen=seen)
    assert not AppliedChanges.objects.exists() and not Mandate.objects.filter(code="M0-a1").exists()


def test_a_row_that_the_register_refuses_stops_all_of_it(moved):
    changes, citations = moved
    nameless = Row(code="NY", holder="a0", kind="instruction", strategy="s", function="grants")
    with pytest.raises(applying.CannotWrite) as refused:
        do([*changes, AddMandate(mandate=nameless)], citations)
    assert str(refused.value)
    assert set(Mandate.objects.values_list("code", flat=True)) == {"M0"}
    assert Mandate.objects.get().valid_until is None


def test_a_scenario_that_a_later_edit_has_overtaken_is_not_applied(moved):
    changes, citations = moved
    do(changes, citations)
    with pytest.raises(DoesNotFit, match="mandate_ended"):
        do(changes, citations, seen="x")


def test_undoing_leaves_what_was_changed_since_and_says_so(moved):
    changes, citations = moved
    report = do(changes, citations)
    new = Mandate.objects.get(code="M0-a1")
    new.note = "rättat"
    new.save()
    user = f.CoordinatorFactory()
    assert applying.undo(report, user=user, at=NOW) == ["uppdrag: Uppdraget"]
    old = Mandate.objects.get(code="M0")
    assert (old.valid_until, old.successor, old.citations.count()) == (None, None, 0)
    assert old.history.latest().history_change_reason == "Ångrat: Prov"
    assert Mandate.objects.filter(code="M0-a1").exists()
    report.refresh_from_db()
    assert (report.undone_by, report.undone_at) == (user, NOW)
    assert applying.undo(report, user=user, at=NOW) == []  # once


def test_two_seats_alike_but_for_the_role_both_end(db):
    register()
    network, actor = f.Network.objects.get(slug="n"), f_actor("a0")
    for role in ("ledamot", "suppleant"):
        f.SeatFactory(network=network, actor=actor, role_sv=role)
    do([CloseActor(slug="a0", receivers={"seat:n": "a1"})], decision()[0])
    assert set(Seat.objects.values_list("actor__slug", "role_sv", "valid_until")) == {
        ("a0", "ledamot", DAY),
        ("a0", "suppleant", DAY),
        ("a1", "ledamot", None),
    }


def test_a_collaboration_goes_on_with_its_amount_and_area(db):
    areas = register()
    f.CollaborationFactory(
        code="T",
        participants=list(map(f_actor, ("a0", "a1", "a2"))),
        area=areas["boende"],
        amount_sek_per_year=9,
    )
    do([CloseActor(slug="a1")], decision()[0])
    new = Collaboration.objects.exclude(code="T").get()
    assert [side.actor.slug for side in new.sides.all()] == ["a0", "a2"]
    assert (new.area, new.amount_sek_per_year, new.valid_from) == (areas["boende"], 9, DAY)


def test_a_renamed_actor_keeps_its_old_name_until_the_day(db):
    register()
    old = f_actor("a0").name_sv
    do([RenameActor(slug="a0", name_sv="Nytt namn", name_en="New name")], decision()[0])
    actor = f_actor("a0")
    assert (actor.name_sv, actor.name_en) == ("Nytt namn", "New name")
    assert [(n.name_sv, n.valid_until, n.kind) for n in actor.names.all()] == [(old, DAY, "former")]
