"""The demo case: every table as shipped, once or twice, by whatever door."""

import dataclasses
import datetime
import io

import pytest
from django.core.management import CommandError, call_command

from coordination.base.models import Citation, Document, Place, RegisterRevision, User
from coordination.demo.loading import load
from coordination.management.commands import load_demo
from mandates import register_snapshot
from mandates.models import Expectation, Mandate
from network import membership
from network.models import (
    Actor,
    ActorName,
    Collaboration,
    Convener,
    Encounter,
    GroupMember,
    Membership,
    Milestone,
    Network,
    Seat,
)
from tests import segregation

pytestmark = pytest.mark.django_db

KNOWN_UNTIL = datetime.date(2023, 2, 14)


def test_every_table_is_loaded(demo):
    counted = {
        Actor.objects.organisations: 359,
        Actor.objects.groups: 14,
        Mandate.objects.all: 116,
        Collaboration.objects.all: 104,
        Network.objects.all: 7,
        Convener.objects.all: 8,
        Seat.objects.all: 45,
        Encounter.objects.all: 6,
        Milestone.objects.all: 12,
        Place.objects.all: 312,
        Expectation.objects.all: 15,
        Document.objects.all: 5,
        ActorName.objects.all: 1,
        GroupMember.objects.all: 35,
    }
    assert {rows: rows().count() for rows in counted} == counted
    assert [(w.code, w.value) for report in demo for w in report.warnings] == [("no_successor", "2022-12-31")]


def test_loading_again_changes_nothing(demo):
    before = RegisterRevision.current()
    again = load()
    assert [(r.created, r.updated, r.unchanged) for r in again] == [(0, 0, r.rows) for r in demo]
    assert RegisterRevision.current() == before


def test_groups_have_the_members_that_the_sources_count(demo):
    groups = {group.pk: group.slug for group in Actor.objects.groups()}
    sizes = membership.sizes(Actor.objects.groups(), KNOWN_UNTIL)
    named = {groups[pk]: size for pk, size in sizes.items() if size is not None}
    assert named == {
        "alla-kommuner": 290,
        "alla-regioner": 21,
        "kommuner-i-skane": 33,
        "kommuner-i-gavleborg": 10,
        "kommuner-2018-151": 32,
        "regioner-med-regionplan": 3,
    }
    assert sorted(
        a.stated_members for a in Actor.objects.groups() if a.rule == "unknown" and a.stated_members
    ) == [
        "26",
        "74",
        "drygt 70",
    ]


def test_the_register_says_what_the_files_say(demo):
    loaded, shipped = register_snapshot.read(), segregation.load()
    # The test's own reading of the files gives no positions or former names and does not parse sources.
    passed_over = {"position", "sources", "aliases"}

    def plain(rows):
        fields = [f.name for f in dataclasses.fields(rows[0]) if f.name not in passed_over]
        return sorted(repr([getattr(row, name) for name in fields]) for row in map(_alike, rows))

    for field in dataclasses.fields(shipped):
        if isinstance(rows := getattr(shipped, field.name), tuple):
            assert plain(getattr(loaded, field.name)) == plain(rows), field.name


def _alike(row):
    """Sets and members in one order, and the precision that an undated event lacks as the register has it."""
    changes = {"precision": row.precision or "day"} if hasattr(row, "precision") else {}
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if isinstance(value, frozenset | tuple):
            changes[field.name] = sorted(value, key=repr)
    return dataclasses.replace(row, **changes)


def test_sources_are_documents_and_places_or_pages(demo):
    mandate = Mandate.objects.get(code="REG-01")
    assert [(c.document.slug, c.place) for c in mandate.citations.select_related("document")][0] == (
        "statskontoret-2023-4",
        "avsnitt 1.2",
    )
    assert not Citation.objects.filter(label__startswith="EXT").exists()
    assert not Citation.objects.filter(place__contains="statskontoret").exists()
    page = Encounter.objects.get(code="MOT-15").citations.get()
    assert (page.document, page.label) == (None, "")
    assert page.url == "https://delmos.se/aktuellt/uppstartsmote-med-32-kommuner/"


def test_loading_confirms_the_rows_on_the_day_the_register_was_checked(demo):
    for model in (Actor, Mandate, Collaboration, Seat, Expectation):
        assert set(model.objects.values_list("confirmed_on", flat=True)) == {KNOWN_UNTIL}


def test_rows_have_sort_keys_one_version_and_one_history_record(demo):
    for model in (Actor, Mandate, Network, Encounter):
        assert not model.objects.filter(sort_sv="").exists()
        assert set(model.objects.values_list("version", flat=True)) == {1}
        records = model.history.order_by("id")
        assert records.count() == model.objects.count()
        assert {(r.history_type, r.history_user_id, r.history_change_reason) for r in records} == {
            ("+", None, None)
        }
    mandate = Mandate.objects.get(code="REGN-08")
    record = mandate.history.get()
    assert {row.place.code for row in record.territory_places.all()} == {"01", "12", "13"}


def test_a_row_that_somebody_edited_is_left_alone(demo):
    row = Actor.objects.get(slug="boverket")
    row.name_sv = "Boverket, omskrivet"
    row.save()
    again = load()
    assert sum(report.updated for report in again) == 0
    row.refresh_from_db()
    assert row.name_sv == "Boverket, omskrivet"


def test_the_command_says_what_it_did_and_makes_the_accounts(demo, settings):
    settings.DEMO = True
    call_command("load_demo", stdout=io.StringIO())
    assert User.objects.filter(email__endswith="@example.org").count() == 4
    assert set(Membership.objects.values_list("actor__slug", flat=True)) == {"huddinge", "skr"}
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    assert "1060 rows     0 created     0 updated" in said.getvalue()


def test_reset_starts_over(demo, settings, monkeypatch):
    settings.DEMO = True
    emptied = []
    # Emptying the tables for real would take the module's own rows with it.
    monkeypatch.setattr(load_demo, "call_command", lambda *names, **options: emptied.append(names))
    call_command("load_demo", "--reset", stdout=io.StringIO())
    assert emptied == [("flush",)]


def test_reset_is_refused_on_a_real_register(demo, settings, monkeypatch):
    settings.DEBUG = settings.DEMO = False
    monkeypatch.setattr(load_demo, "call_command", lambda *names, **options: pytest.fail("emptied"))
    with pytest.raises(CommandError, match="empties the database"):
        call_command("load_demo", "--reset", stdout=io.StringIO())
