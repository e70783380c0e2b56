"""Every integrity rule finds what it is for, and nothing in a register that is sound."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from coordination.base import faults
from coordination.base.models import Citation, Level, Place, PriorityArea, RegisterRevision
from mandates.models import Expectation, Mandate, Review
from network import merging
from network.models import Actor, Collaboration, Identifier, Seat
from tests import factories as f

DAY = datetime.date(2020, 1, 1)
sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL does not let a constraint be broken"
)


def everything():
    """One row or more of every kind, all of them sound."""
    area = f.PriorityAreaFactory()
    parent = f.ActorFactory()
    mandate = f.MandateFactory(area=area, strategy=area.strategy)
    f.MandateFactory(successor=mandate)
    mandate.save()
    f.CitationFactory(row=mandate)
    f.CitationFactory(row=parent, document=None, place="", url="https://example.org/")
    f.ExpectationFactory(holder_group=f.GroupFactory(rule="kind=agency; level=national"))
    f.ActorParentFactory(parent=parent)
    f.ActorNameFactory(actor=parent)
    f.IdentifierFactory(actor=parent)
    f.GroupMemberFactory()
    f.CollaborationFactory()
    f.SeatFactory()
    f.ConvenerFactory()
    f.EncounterFactory()
    f.MilestoneFactory()
    f.PlaceFactory(parent=f.PlaceFactory())
    source, target = f.MandateFactory().holder, f.ActorFactory()
    merging.merge(source, target, seen_version=1, user=f.CoordinatorFactory(), reason="dubblett")
    f.ActorFactory().delete()
    f.ProposalFactory(row=mandate)


def one(factory, **values):
    """A row changed behind the back of its model."""
    row = factory()
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    return row


def break_generic_reference():
    row = f.CitationFactory(row=f.PlaceFactory())
    Place.objects.filter(pk=row.object_id)._raw_delete("default")
    Place.history.filter(code=row.row.code if row.row else "").delete()
    Place.history.filter(id=row.object_id).delete()


def break_citation():
    f.CitationFactory(row=f.CoordinatorFactory())


def break_history():
    row = f.PlaceFactory()
    Place.objects.filter(pk=row.pk)._raw_delete("default")


def break_revision():
    for pk in (50, 51):
        RegisterRevision.objects.create(pk=pk)


def break_place_cycle():
    upper = f.PlaceFactory()
    middle = f.PlaceFactory(parent=upper)
    Place.objects.filter(pk=upper.pk).update(parent=f.PlaceFactory(parent=middle))


def break_group_member():
    f.GroupMemberFactory(group=f.GroupFactory(rule="kind=agency"))


def break_successor_cycle():
    first = f.ActorFactory()
    second = f.ActorFactory(successor=first)
    Actor.objects.filter(pk=first.pk).update(successor=second)


def break_parent_cycle():
    row = f.ActorParentFactory()
    f.ActorParentFactory(actor=row.parent, parent=row.actor, valid_from=DAY)


def break_merger():
    row = f.MandateFactory()
    merged = f.ActorFactory(merged_into=f.ActorFactory())
    Mandate.objects.filter(pk=row.pk).update(holder=merged)


def break_duplicate_row():
    row = f.SeatFactory()
    f.SeatFactory(network=row.network, actor=row.actor, valid_from=DAY)


def break_mandate_successor_cycle():
    first = f.MandateFactory()
    Mandate.objects.filter(pk=first.pk).update(successor=f.MandateFactory(successor=first))


def break_area_of_strategy():
    area = f.PriorityAreaFactory(strategy=f.StrategyFactory(slug="annan"))
    f.MandateFactory(area=area, strategy=f.StrategyFactory(slug="strategi"))


BREAKS = {
    "generic_reference": break_generic_reference,
    "citation": break_citation,
    "period": lambda: one(f.SeatFactory, from_precision="exact"),
    "sort_key": lambda: one(f.PlaceFactory, name_sv="Öland"),
    "name": lambda: f.NetworkFactory(name_sv="", name_en=""),
    "id": lambda: (f.MandateFactory(code="DEL-01"), f.MandateFactory(code="del-01")),
    "history": break_history,
    "revision": break_revision,
    "place_cycle": break_place_cycle,
    "code_list": lambda: Level.objects.create(code="a;b", name_sv="Nivå"),
    "group_rule": lambda: f.GroupFactory(rule="kind=nonesuch"),
    "group_member": break_group_member,
    "successor_cycle": break_successor_cycle,
    "parent_cycle": break_parent_cycle,
    "merger": break_merger,
    "duplicate_row": break_duplicate_row,
    "collaboration": lambda: f.CollaborationFactory(participants=[f.ActorFactory()]),
    "personal_number": lambda: f.IdentifierFactory(value="640823-3234"),
    "mandate_successor_cycle": break_mandate_successor_cycle,
    "area_of_strategy": break_area_of_strategy,
    "mandate": lambda: f.MandateFactory(levels=[]),
    "review_is_whole": lambda: Review.objects.filter(pk=f.FrozenReviewFactory().pk).update(fingerprint="0"),
    "group_of_actors": lambda: f.ExpectationFactory(holder_group=f.ActorFactory()),
}
ELSEWHERE = {"database", "reference"}  # what only SQLite lets happen is tested below


@pytest.mark.django_db
def test_a_sound_register_has_no_faults():
    everything()
    result = faults.check()
    assert result.faults == [] and set(result.rules.values()) == {0}
    assert set(result.rules) == BREAKS.keys() | ELSEWHERE  # no rule without a test that it can fail


@pytest.mark.django_db
@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_each_rule_finds_what_it_is_for_and_no_other_rule_does(rule):
    BREAKS[rule]()
    result = faults.check()
    assert [name for name, count in result.rules.items() if count] == [rule], result.faults
    assert all(found.error.endswith(".") and found.kind for found in result.faults)


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_reference_to_nothing_is_found_where_the_database_let_it_in():
    row = f.SeatFactory()
    connection.disable_constraint_checking()
    try:
        Seat.objects.filter(pk=row.pk).update(actor_id=99999)
        assert [(found.rule, found.field, found.value) for found in faults.check().faults] == [
            ("reference", "actor", "99999")
        ]
    finally:
        Seat.objects.order_by().filter(pk=row.pk).delete()
        connection.enable_constraint_checking()


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: one(f.SeatFactory, valid_from=datetime.date(99, 1, 1)), "Lies outside"),
        (lambda: one(f.SeatFactory, valid_from=None), "Does not fit"),
        (lambda: one(f.SeatFactory, from_precision="unknown"), "Does not fit"),
        (lambda: one(f.EncounterFactory, date_precision="x"), "Is no precision"),
        (lambda: one(f.PlaceFactory, version=7), "ends with version 1"),
        (lambda: f.GroupFactory(rule="kind=agency;any"), "Cannot be read"),
        (lambda: f.GroupFactory(rule="county=nonesuch"), "does not exist"),
        (lambda: f.GroupFactory().also.add(f.GroupFactory()), None),
        (lambda: f.ActorFactory().also.add(f.ActorFactory()), "Only a group has members"),
        (lambda: f.MandateFactory(status="proposed"), "in no scenario"),
        (lambda: f.MandateFactory().territory_groups.add(f.ActorFactory()), "Is not a group"),
        (lambda: f.ActorFactory(merged_into=f.ActorFactory(merged_into=f.ActorFactory())), "merged itself"),
        (lambda: f.ActorFactory(merged_into=f.GroupFactory()), "A group and an organisation"),
        (lambda: f.PlaceFactory(code=" 01"), "Is no id"),
    ],
)
@pytest.mark.django_db
def test_what_a_rule_says(make, error):
    make()
    said = [found.error for found in faults.check().faults]
    assert len(said) == (0 if error is None else 1) and all(error in text for text in said)


@sqlite_only
@pytest.mark.django_db
def test_a_period_that_ends_before_it_starts_is_found_where_the_database_let_it_in():
    row = f.SeatFactory(valid_from=DAY)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        Seat.objects.filter(pk=row.pk).update(valid_until=DAY)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    said = {(found.rule, found.id, found.error) for found in faults.check().faults}
    assert ("period", str(row.pk), "Ends before it starts.") in said


@sqlite_only
@pytest.mark.django_db
def test_a_source_that_names_nothing_is_found():
    row = f.CitationFactory(row=f.PlaceFactory())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        Citation.objects.filter(pk=row.pk).update(document=None)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert "citation" in {found.rule for found in faults.check().faults}


@sqlite_only
def test_a_damaged_file_is_found(real_database, tmp_path):
    for n in range(200):
        f.PlaceFactory(code=f"plats-{n}")
    connection.close()
    path = tmp_path / "db.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'base_place'")
        page = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_size")
        size = cursor.fetchone()[0]
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    content[page * size - 40 : page * size] = b"\x00" * 40
    path.write_bytes(content)
    found = faults.check()
    assert found.rules["database"] > 0


@pytest.mark.django_db
def test_no_number_of_a_person_is_repeated():
    f.IdentifierFactory(value="640823-3234")
    assert Identifier.objects.exists() and "640823" not in str(faults.check())


@pytest.mark.django_db
def test_the_command_answers_in_text_and_json():
    out = io.StringIO()
    call_command("check_register", stdout=out)
    assert "nothing wrong" in out.getvalue()
    collaboration = f.CollaborationFactory(participants=[])
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 faults") as refused:
        call_command("check_register", format="json", stdout=out)
    assert refused.value.returncode == 1
    (said,) = json.loads(out.getvalue())["faults"]
    assert (said["rule"], said["id"]) == ("collaboration", collaboration.code)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_register", stdout=out)
    assert f"network.collaboration {collaboration.code}" in out.getvalue()


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries):
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert faults.check().faults == []
        return len(captured)

    everything()
    few = queries()
    for _n in range(5):
        everything()
    assert queries() == few
    assert (
        Collaboration.objects.count() > 5 and PriorityArea.objects.exists() and Expectation.objects.exists()
    )
