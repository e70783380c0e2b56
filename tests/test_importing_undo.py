"""Undoing a whole import: what came is taken away, what was changed is put back; all of it, or nothing."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from coordination.base import faults, importundo
from coordination.base.models import Citation, ImportJob, ImportUndo, Place, RegisterRevision
from coordination.base.tables import all_kinds, export_rows
from mandates.models import Mandate
from network.models import Actor, Collaboration, Network
from tests import factories as f

pytestmark = pytest.mark.django_db
HEADER = "id,name_sv,kind,level"
FILE = f"{HEADER}\nscb,SCB,agency,national\nfk,Försäkringskassan,agency,national\n"


@pytest.fixture
def coordinator(client):
    f.ActorFactory()  # so that the kinds and levels of the files exist
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def take_in(client, text, kind="actors"):
    file = SimpleUploadedFile("fil.csv", text.encode())
    client.post("/import/", {"kind": kind, "file": file, "submit_key": str(uuid.uuid4())})
    job = ImportJob.objects.latest("pk")
    client.post(f"/import/{job.pk}/apply/", {"skip": "1"})
    job.refresh_from_db()
    assert job.state == "applied", job.found
    return job


def undo(client, job, **data):
    seen = client.get(f"/import/{job.pk}/undo/").context["seen"]
    return client.post(f"/import/{job.pk}/undo/", {"seen": seen, "reason": "Fel fil", **data})


def register() -> dict[str, list[dict[str, str]]]:
    return {kind.name: export_rows(kind.name) for kind in all_kinds()}


def test_new_rows_go_and_changed_rows_get_their_values_back(client, coordinator):
    f.ActorFactory(slug="scb", name_sv="Statistiska centralbyrån")
    before = register()
    job = take_in(client, FILE)
    page = client.get(f"/import/{job.pk}/")
    assert f"/import/{job.pk}/undo/" in page.text
    shown = client.get(f"/import/{job.pk}/undo/")
    assert {key: count for key, _label, count in shown.context["lists"]} == {
        "left": 0,
        "taken-away": 1,
        "put-back": 1,
    }
    assert "Försäkringskassan" in shown.text and register() != before
    answer = undo(client, job)
    assert answer.status_code == 302 and register() == before
    record = Actor.history.filter(slug="fk").first()
    assert (record.history_type, record.history_user) == ("-", coordinator)
    assert "fil.csv" in record.history_change_reason and "Fel fil" in record.history_change_reason
    scb = Actor.objects.get(slug="scb")
    assert scb.version == 3 and "Fel fil" in scb.history.first().history_change_reason
    page = client.get(f"/import/{job.pk}/")
    assert "Inläsningen är ångrad" in page.text and "Fel fil" in page.text
    assert "ångrad" in client.get("/import/").text
    assert faults.check().faults == []


def test_sources_sides_and_links_are_put_back_with_their_row(client, coordinator):
    area, level = f.PriorityAreaFactory(code="skola"), f.MandateFactory().levels.first()
    document = f.DocumentFactory(slug="skr")
    actors = [f.ActorFactory(slug=slug) for slug in ("a-1", "a-2", "a-3")]
    tie = f.CollaborationFactory(code="S-1", title_sv="Förr", participants=actors[:2])
    network = f.NetworkFactory(slug="n-1")
    network.areas.add(area)
    mandate = f.MandateFactory(code="M-1", holder=actors[0])
    for row in (tie, network, mandate):
        Citation.objects.create(row=row, document=document, place="s. 3")
    before = register()
    ties = take_in(
        client,
        f"id,participants,kind,title_sv,sources\nS-1,a-3;a-2,{tie.kind_id},Nu,skr s. 9\n",
        "collaborations",
    )
    networks = take_in(client, f"id,name_sv,level,area\nn-1,Nu,{level.code},*\n", "networks")
    mandates = take_in(client, "id,level,successor\nM-1,regional,\n", "mandates")
    assert Network.objects.get(slug="n-1").areas.count() == 0
    assert list(Mandate.objects.get(code="M-1").levels.values_list("code", flat=True)) == ["regional"]
    assert [side.actor.slug for side in Collaboration.objects.get(code="S-1").sides.order_by("position")] == [
        "a-3",
        "a-2",
    ]
    for job in (mandates, networks, ties):
        assert undo(client, job).status_code == 302
    assert register() == before
    record = Mandate.history.filter(code="M-1").first()
    assert [link.level_id for link in record.levels.all()] == list(
        Mandate.objects.get(code="M-1").levels.values_list("code", flat=True)
    )


def test_a_row_that_was_changed_since_is_named_and_left_only_if_one_says_so(client, coordinator):
    f.ActorFactory(slug="scb", name_sv="Statistiska centralbyrån")
    job = take_in(client, FILE)
    scb = Actor.objects.get(slug="scb")
    scb.name_en = "Statistics Sweden"
    scb.save()
    page = client.get(f"/import/{job.pk}/undo/")
    assert "SCB" in page.text and "Den har ändrats sedan dess." in page.text
    refused = client.post(f"/import/{job.pk}/undo/", {"seen": page.context["seen"], "reason": "Fel fil"})
    assert refused.status_code == 422 and Actor.objects.filter(slug="fk").exists()
    assert undo(client, job, leave="1").status_code == 302
    scb.refresh_from_db()
    assert (scb.name_sv, scb.name_en) == ("SCB", "Statistics Sweden")
    assert not Actor.objects.filter(slug="fk").exists()
    assert ImportUndo.objects.get(job=job).left == [["SCB", "Den har ändrats sedan dess."]]
    assert "Den har ändrats sedan dess." in client.get(f"/import/{job.pk}/").text


def test_a_new_row_that_others_refer_to_stays_with_what_it_needs(client, coordinator):
    job = take_in(
        client,
        f"{HEADER},successor\nfk,Försäkringskassan,agency,national,scb\nscb,SCB,agency,national,\nki,KI,agency,national,\n",
    )
    f.MandateFactory(holder=Actor.objects.get(slug="fk"), title_sv="Ett nytt uppdrag")
    plan = importundo.plan(job)
    assert [unit.name for unit in plan.taken_away] == ["KI"]
    assert {unit.name: unit.why for unit in plan.left} == {
        "Försäkringskassan": "Andra rader hänvisar till den: Ett nytt uppdrag.",
        "SCB": "Andra rader hänvisar till den: Försäkringskassan.",
    }
    assert undo(client, job, leave="1").status_code == 302
    assert set(Actor.objects.filter(slug__in=["fk", "scb", "ki"]).values_list("slug", flat=True)) == {
        "fk",
        "scb",
    }


def test_a_row_that_only_this_file_points_at_can_go(client, coordinator):
    f.ActorFactory(slug="gammal", name_sv="Gammal")
    before = register()
    job = take_in(client, f"{HEADER},successor\ngammal,Gammal,agency,national,ny\nny,Ny,agency,national,\n")
    assert Actor.objects.get(slug="gammal").successor.slug == "ny"
    assert undo(client, job).status_code == 302
    assert register() == before


def test_links_and_open_proposals_hold_a_new_row(client, coordinator):
    places = take_in(client, "code,kind,name_sv\n9901,municipality,Ett\n9902,municipality,Två\n", "places")
    actors = take_in(client, f"{HEADER}\nfk,Försäkringskassan,agency,national\n")
    mandate = f.MandateFactory(title_sv="Gäller där")
    mandate.territory_places.add(Place.objects.get(code="9901"))
    f.ProposalFactory(row=Actor.objects.get(slug="fk"))
    assert {unit.name for unit in importundo.plan(places).left} == {"Ett"}
    assert [unit.name for unit in importundo.plan(actors).left] == ["Försäkringskassan"]


def test_what_a_former_value_names_may_be_gone(client, coordinator):
    old = f.ActorFactory(slug="efterträdare")
    f.ActorFactory(slug="scb", successor=old)
    job = take_in(client, f"{HEADER},successor\nscb,SCB,agency,national,\n")
    old.delete()
    (unit,) = importundo.plan(job).left
    assert unit.why == "Det som den hänvisade till har tagits bort sedan dess."


def test_a_register_that_moved_on_is_shown_anew_before_anything_is_undone(client, coordinator):
    job = take_in(client, FILE)
    seen = client.get(f"/import/{job.pk}/undo/").context["seen"]
    f.ActorFactory()
    answer = client.post(f"/import/{job.pk}/undo/", {"seen": seen, "reason": "Fel fil"})
    assert answer.status_code == 422 and "ändrats under tiden" in answer.text
    assert Actor.objects.filter(slug="fk").exists()
    assert answer.context["seen"] == RegisterRevision.current()


def test_an_import_is_undone_once_and_with_a_reason(client, coordinator):
    job = take_in(client, FILE)
    assert undo(client, job, reason=" ").status_code == 422
    assert undo(client, job).status_code == 302
    again = client.post(f"/import/{job.pk}/undo/", {"seen": RegisterRevision.current(), "reason": "Igen"})
    assert again.url == f"/import/{job.pk}/" and ImportUndo.objects.get().reason == "Fel fil"
    assert not job.written.exists()
    # The same file can be taken in anew.
    anew = take_in(client, FILE)
    assert anew.created == 2 and "Samma fil" not in client.get(f"/import/{anew.pk}/").text


def test_what_was_not_taken_in_cannot_be_undone(client, coordinator):
    job = f.ImportJobFactory()
    answer = client.get(f"/import/{job.pk}/undo/", follow=True)
    assert answer.request["PATH_INFO"] == f"/import/{job.pk}/" and "Ingenting ur filen" in answer.text


def test_an_error_half_way_undoes_nothing(client, coordinator, monkeypatch):
    job = take_in(client, FILE)
    before = register()

    def fail(*arguments, **named):
        raise RuntimeError("bug")

    with monkeypatch.context() as patched:
        patched.setattr(ImportUndo.objects, "create", fail)
        with pytest.raises(RuntimeError):
            undo(client, job)
    assert register() == before and Actor.history.filter(slug="fk").count() == 1


def test_the_confirmation_that_a_first_strategy_brings_is_undone_with_it(client, coordinator):
    f.ActorFactory(slug="scb", confirmed_on=None)
    job = take_in(client, "id,name_sv,known_until\nny,Ny strategi,2023-02-14\n", "strategies")
    assert Actor.objects.get(slug="scb").confirmed_on == datetime.date(2023, 2, 14)
    assert undo(client, job).status_code == 302
    assert Actor.objects.get(slug="scb").confirmed_on is None


def test_an_import_by_command_stands_among_the_files_and_can_be_undone(client, coordinator, tmp_path):
    before = register()
    file = tmp_path / "aktörer.csv"
    file.write_text(FILE)
    call_command("import_table", "actors", str(file), dry_run=True)
    assert not ImportJob.objects.exists()
    call_command("import_table", "actors", str(file))
    call_command("import_table", "actors", str(file))  # changes nothing
    job = ImportJob.objects.get()
    assert (job.file_name, job.created, job.state, job.by_command) == ("aktörer.csv", 2, "applied", True)
    page = client.get("/import/").text
    assert "aktörer.csv" in page and "med kommando" in page
    assert "fk" in client.get(f"/import/{job.pk}/?show=created").text
    assert undo(client, job).status_code == 302 and register() == before


def test_a_plan_takes_as_many_queries_for_many_rows_as_for_few(client, coordinator):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for most in (1, 5, 200):  # the first fills the caches
        lines = [f"ny-{n},Ny {n},agency,national" for n in range(most)]
        job = take_in(client, "\n".join([HEADER, *lines]))
        with CaptureQueriesContext(connection) as captured:
            assert len(importundo.plan(job).taken_away) == most
        counts.append(len(captured))
        undo(client, job)
    assert counts[1] == counts[2]
