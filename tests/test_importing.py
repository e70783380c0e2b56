"""The import page: sent, tried, shown, taken in once; and what it does with files that are no tables."""

import csv
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from coordination.base import importjobs
from coordination.base.models import ImportJob, RegisterRevision
from coordination.base.tables import write
from coordination.base.tables.apart import read_apart
from coordination.base.tables.reading import Unreadable
from coordination.base.uploads import CappedUpload
from network.models import Actor
from tests import factories as f

pytestmark = pytest.mark.django_db
HEADER = "id,name_sv,kind,level"
GOOD = f"{HEADER}\nscb,SCB,agency,national\nfk,Försäkringskassan,agency,national\n"
BAD = f"{HEADER}\nscb,SCB,agency,national\nfk,Försäkringskassan,agencyy,national\n"


@pytest.fixture
def coordinator(client):
    f.ActorFactory()  # so that the kinds and levels of the files exist
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def send(client, text, *, kind="actors", name="fil.csv", **extra):
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name, content)
    return client.post("/import/", {"kind": kind, "file": file, "submit_key": str(uuid.uuid4()), **extra})


def sent(client, text, **extra):
    answer = send(client, text, **extra)
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportJob.objects.latest("pk")


def apply(client, job, **data):
    return client.post(f"/import/{job.pk}/apply/", data)


def test_a_file_is_tried_shown_and_then_taken_in(client, coordinator):
    before = Actor.objects.count()
    job = sent(client, GOOD)
    assert (job.state, job.rows, job.created, job.rejected) == ("checked", 2, 2, 0)
    assert Actor.objects.count() == before
    page = client.get(f"/import/{job.pk}/")
    assert page.status_code == 200 and "Försäkringskassan" in page.text and "Läs in 2 rader" in page.text
    assert apply(client, job).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.decided_by, job.content) == ("applied", coordinator, None)
    record = Actor.objects.get(slug="fk").history.get()
    assert record.history_user == coordinator and "fil.csv" in record.history_change_reason
    page = client.get(f"/import/{job.pk}/?show=created")
    assert 'href="/actors/fk/"' in page.text


def test_a_changed_row_is_shown_as_it_was_and_as_it_would_be(client, coordinator):
    f.ActorFactory(slug="scb", name_sv="Statistiska centralbyrån")
    job = sent(client, GOOD)
    assert (job.created, job.updated) == (1, 1)
    page = client.get(f"/import/{job.pk}/?show=updated")
    assert "<del>Statistiska centralbyrån</del>" in page.text and "<ins>SCB</ins>" in page.text


def test_rejected_rows_are_named_and_left_out_only_when_one_says_so(client, coordinator):
    job = sent(client, BAD)
    assert (job.created, job.rejected) == (1, 1)
    (found,) = job.found["rejected"]
    assert (found["row"], found["column"], found["value"]) == (3, "kind", "agencyy")
    page = client.get(f"/import/{job.pk}/")
    assert "agencyy" in page.text and "utan de avvisade" in page.text
    assert apply(client, job).status_code == 422
    assert not Actor.objects.filter(slug="scb").exists()
    apply(client, job, skip="1")
    assert Actor.objects.filter(slug="scb").exists() and not Actor.objects.filter(slug="fk").exists()


def test_what_is_wrong_can_be_sent_back_as_a_table(client, coordinator):
    job = sent(client, BAD)
    answer = client.get(f"/import/{job.pk}/remarks/?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (rows[0]["rad"], rows[0]["kolumn"], rows[0]["värde"]) == ("3", "kind", "agencyy")
    assert client.get(f"/import/{job.pk}/remarks/?format=xlsx").content.startswith(b"PK")
    assert client.get(f"/import/{job.pk}/remarks/?format=pdf").status_code == 404


def test_swedish_columns_are_guessed_and_can_be_corrected(client, coordinator):
    job = sent(client, "Id;Namn;Typ;Nivå;Färg\nscb;SCB;agency;national;blå\n")
    fields = {column["name"]: (column["field"], column["is_certain"]) for column in job.columns}
    assert fields["Id"] == ("id", True) and fields["Färg"] == ("", False)
    assert fields["Namn"] == ("name_sv", False) and fields["Typ"] == ("kind", False)
    assert fields["Nivå"] == ("level", True)  # what the register's own pages call it
    assert (job.created, job.rejected) == (1, 0)
    inputs = {f"column-{number}": column["field"] for number, column in enumerate(job.columns)}
    client.post(f"/import/{job.pk}/check/", inputs | {"column-1": "", "column-4": "name_sv"})
    apply(client, job)
    assert Actor.objects.get(slug="scb").name_sv == "blå"


def test_two_columns_for_one_field_are_refused(client, coordinator):
    job = sent(client, "id,name_sv,kind,level,note\nscb,SCB,agency,national,x\n")
    answer = client.post(f"/import/{job.pk}/check/", {"column-4": "name_sv"})
    assert answer.status_code == 422 and "både" in answer.text
    answer = client.post(f"/import/{job.pk}/check/", {"column-4": "password"})
    assert answer.status_code == 422


def test_a_file_sent_or_accepted_twice_is_taken_in_once(client, coordinator):
    key = str(uuid.uuid4())
    first, second = (send(client, GOOD, submit_key=key) for _ in range(2))
    assert first.url == second.url and ImportJob.objects.count() == 1
    job = ImportJob.objects.get()
    assert apply(client, job).url == apply(client, job).url
    assert Actor.history.filter(slug="scb").count() == 1
    again = sent(client, GOOD)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    page = client.get(f"/import/{again.pk}/")
    assert f"/import/{job.pk}/" in page.text and "Läs in 2" not in page.text


def test_a_register_that_moved_on_is_shown_anew_before_anything_is_taken_in(client, coordinator):
    f.ActorFactory(slug="scb", name_sv="Statistiska centralbyrån")
    job = sent(client, GOOD)
    scb = Actor.objects.get(slug="scb")
    scb.name_sv = "Ändrat under tiden"
    scb.save()
    apply(client, job)
    job.refresh_from_db()
    scb.refresh_from_db()
    assert job.state == "checked" and scb.name_sv == "Ändrat under tiden"
    assert job.revision == RegisterRevision.current()
    assert "Ändrat under tiden" in client.get(f"/import/{job.pk}/?show=updated").text
    apply(client, job)
    scb.refresh_from_db()
    assert scb.name_sv == "SCB"


def test_a_file_that_is_put_away_leaves_its_digest_and_nothing_else(client, coordinator):
    job = sent(client, GOOD)
    assert client.post(f"/import/{job.pk}/discard/").status_code == 302
    job.refresh_from_db()
    assert (job.state, job.content, len(job.sha256)) == ("discarded", None, 64)
    apply(client, job)
    assert not Actor.objects.filter(slug="scb").exists()
    assert client.post(f"/import/{job.pk}/check/").status_code == 302
    job.refresh_from_db()
    assert job.state == "discarded"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"<html>",
        b"PK\x03\x04 broken",
        b'id,name\n"a,b\n',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_table_gets_a_sentence(client, coordinator, content):
    answer = send(client, content)
    if answer.status_code == 422:
        assert answer.context["form"].errors["file"]
        return
    job = ImportJob.objects.get()
    page = client.get(f"/import/{job.pk}/")
    assert job.state in ("unreadable", "checked") and page.status_code == 200
    assert job.found["rejected"] and job.created == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client, coordinator, settings):
    settings.UPLOAD_MAX_BYTES = 6 * 1024 * 1024
    answer = send(client, b"x" * (8 * 1024 * 1024))
    assert answer.status_code == 422 and "5 MB" in str(answer.context["form"].errors["file"])
    # What is beyond the limit has not even been kept for the moment.
    assert answer.context["form"].files["file"].size <= settings.UPLOAD_MAX_BYTES + CappedUpload.chunk_size
    assert not ImportJob.objects.exists()


def test_an_unknown_kind_is_refused(client, coordinator):
    assert send(client, GOOD, kind="users").status_code == 422


def test_markup_in_a_file_stays_text(client, coordinator):
    text = f"{HEADER}\nscb,<script>alert(1)</script>,agency,national\nx,<b>,no<i>,national\n"
    job = sent(client, text, name="<script>.csv")
    for show in ("created", "rejected"):
        page = client.get(f"/import/{job.pk}/?show={show}").text
        assert "<script>alert" not in page and "no<i>" not in page
    assert "<script>.csv" not in client.get("/import/").text


def test_what_is_worked_on_asks_again_with_and_without_scripts(client, coordinator):
    job = f.ImportJobFactory()
    page = client.get(f"/import/{job.pk}/")
    assert 'hx-trigger="load delay' in page.text and 'http-equiv="refresh"' in page.text
    part = client.get(f"/import/{job.pk}/", headers={"HX-Request": "true", "HX-Target": "import-state"}).text
    assert part.strip().startswith('<div id="import-state"') and "<html" not in part
    client.post(f"/import/{job.pk}/check/")  # "Ask once more"
    job.refresh_from_db()
    assert job.state == "checked"
    assert 'hx-trigger="load' not in client.get(f"/import/{job.pk}/").text


def test_a_worker_without_a_broker_leaves_the_file_waiting(client, coordinator, monkeypatch):
    from kombu.exceptions import OperationalError

    from coordination.base import tasks

    def away(**kwargs):
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(tasks.work_on_import, "delay", away)
        job = sent(client, GOOD)
    assert job.state == "checking"
    later = timezone.now() + importjobs.OVERDUE * 2
    assert list(importjobs.overdue(later)) == [job]
    monkeypatch.setattr(timezone, "now", lambda: later)
    tasks.look_after_imports()
    job.refresh_from_db()
    assert job.state == "checked"


def test_an_error_of_ours_takes_nothing_in_and_lets_one_try_again(client, coordinator, monkeypatch):
    job = sent(client, GOOD)

    def fail(*arguments, **named):
        raise RuntimeError("bug")

    with monkeypatch.context() as patched:
        patched.setattr(importjobs, "import_rows", fail)
        with pytest.raises(RuntimeError):
            apply(client, job)
    job.refresh_from_db()
    assert job.state == "failed" and not Actor.objects.filter(slug="scb").exists()
    assert client.get(f"/import/{job.pk}/").status_code == 200
    client.post(f"/import/{job.pk}/check/")
    apply(client, job)
    assert Actor.objects.filter(slug="scb").exists()


def test_work_that_is_handed_out_twice_is_done_once(coordinator):
    job = f.ImportJobFactory()
    importjobs.work(job.pk)
    importjobs.accept(job, user=coordinator, skip_rejected=False)
    for _again in range(2):
        importjobs.work(job.pk)
    job.refresh_from_db()
    assert job.state == "applied" and Actor.objects.filter(slug__startswith="ny-").count() == 1


def test_files_that_nobody_decides_about_are_put_away(coordinator):
    job = f.ImportJobFactory()
    importjobs.work(job.pk)
    assert importjobs.put_away_old(timezone.now()) == 0
    assert importjobs.put_away_old(timezone.now() + importjobs.KEPT * 2) == 1
    job.refresh_from_db()
    assert (job.state, job.content) == ("discarded", None)


# Files out


@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_an_empty_file_has_the_right_columns(client, coordinator, wanted):
    answer = client.get(f"/import/templates/actors/?format={wanted}")
    from coordination.base.tables.reading import read

    assert read(answer.content).header[:2] == ["id", "name_sv"]
    assert client.get("/import/templates/users/").status_code == 404


def test_a_reader_downloads_every_kind_and_reads_it_back_unchanged(client, settings, coordinator):
    settings.ANONYMOUS_READING = True
    f.MandateFactory()
    client.logout()
    page = client.get("/export/")
    assert page.status_code == 200
    for line in page.context["lines"]:
        for wanted in ("csv", "xlsx", "json"):
            answer = client.get(f"/export/{line['kind'].name}/?format={wanted}")
            assert answer.status_code == 200, line
    client.force_login(coordinator)
    again = sent(client, client.get("/export/mandates/?format=csv").content, kind="mandates")
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 1, 0)
    assert client.get("/export/mandates/?format=pdf").status_code == 404
    assert client.get("/export/users/").status_code == 404


def test_an_export_of_a_day_has_what_held_then(client, coordinator):
    import datetime

    f.ActorFactory(slug="borta", valid_until=datetime.date(2020, 1, 1))
    everything = client.get("/export/actors/").content.decode()
    then = client.get("/export/actors/?in_force=1&as_of=2022-01-01").content.decode()
    assert "borta" in everything and "borta" not in then


# Workbooks are read by a process of their own


def test_a_workbook_is_read_apart_as_it_is_here():
    from coordination.base.tables.reading import read

    content = write("x", [{"id": f"rad-{n}", "name_sv": "Å"} for n in range(50)], "xlsx")
    assert read_apart(content) == read(content)


def test_a_workbook_that_takes_too_much_memory_is_refused():
    content = write("x", [{"id": f"rad-{n}", "name_sv": "Å" * 50} for n in range(2000)], "xlsx")
    with pytest.raises(Unreadable) as refused:
        read_apart(content, memory=1024 * 1024)
    assert refused.value.code == "too_much"
