"""A full disk: one clear sentence, nothing half saved, reading goes on, and all is well when there is room.

The database is really full (SQLite is told that its file may not grow). Uploads and backups are written to a
file system of a few kilobytes where one can be made; that needs root on Linux.
"""

import os
import subprocess
import sys
import uuid
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from coordination.base import faults, importjobs
from coordination.base.models import ImportJob, Submission
from network.models import Actor
from tests import factories as f
from tests.test_editing_forms import edit

HEADER = "id,name_sv,kind,level"
ROWS = "\n".join([HEADER, *(f"ny-{n},{'Ny ' * 60}{n},agency,national" for n in range(300))])


@contextmanager
def full():
    """The file of the database may not grow."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count")
        most = cursor.fetchone()[0]
        cursor.execute("PRAGMA max_page_count = 1")  # SQLite makes that the present size
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {most}")


@pytest.fixture
def sqlite(real_database):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told that its file is full")
    f.ActorFactory()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no free pages


@pytest.fixture
def coordinator(sqlite, client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    client.raise_request_exception = False
    return user


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 kB."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a small file system can be made by root on Linux")
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    # Lazily: the error that is looked at still holds the file that found no room.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def send(client, text):
    file = SimpleUploadedFile("fil.csv", text.encode())
    return client.post("/import/", {"kind": "actors", "file": file, "submit_key": str(uuid.uuid4())})


@pytest.mark.parametrize(
    "path, sentence", [("", "Det fanns inte plats"), ("/en", "There was no room to save")]
)
def test_a_file_that_finds_no_room_is_refused_in_a_sentence(client, coordinator, path, sentence):
    with full():
        file = SimpleUploadedFile("fil.csv", ROWS.encode())
        data = {"kind": "actors", "file": file, "submit_key": str(uuid.uuid4())}
        answer = client.post(f"{path}/import/", data)
        assert answer.status_code == 507 and sentence in answer.text
        assert "Content-Security-Policy" in answer.headers
        assert client.get(f"{path}/actors/").status_code == 200
    assert not ImportJob.objects.exists() and not Submission.objects.exists()
    assert send(client, ROWS).status_code == 302 and ImportJob.objects.get().created == 300


def test_an_import_that_finds_no_room_takes_nothing_in_and_can_be_tried_again(client, coordinator):
    send(client, ROWS)
    job = ImportJob.objects.get()
    assert importjobs.accept(job, user=coordinator, skip_rejected=False)
    with full(), pytest.raises(Exception, match="full"):
        importjobs.work(job.pk)
    assert not Actor.objects.filter(slug__startswith="ny-").exists()
    assert not Actor.history.filter(slug__startswith="ny-").exists()
    job.refresh_from_db()
    assert job.state in ("applying", "failed") and job.content
    if job.state == "failed":
        client.post(f"/import/{job.pk}/check/")
        client.post(f"/import/{job.pk}/apply/")
    else:
        importjobs.work(job.pk)
    assert Actor.objects.filter(slug__startswith="ny-").count() == 300
    assert faults.check().faults == []


def test_a_command_that_finds_no_room_says_so(sqlite, tmp_path):
    file = tmp_path / "fil.csv"
    file.write_text(ROWS)
    with full(), pytest.raises(CommandError, match="Disken är full") as refused:
        call_command("import_table", "actors", str(file))
    assert refused.value.returncode == 1
    assert not Actor.objects.filter(slug__startswith="ny-").exists() and not ImportJob.objects.exists()


def test_an_edit_that_finds_no_room_changes_nothing(client, coordinator):
    mandate = f.MandateFactory(title_sv="Före")
    versions = mandate.history.count()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    with full():
        answer = edit(client, mandate, title_sv="Efter", note="x" * 3900, reason="Rättat")
        assert answer.status_code == 507 and "Det fanns inte plats" in answer.text
    mandate.refresh_from_db()
    assert (mandate.title_sv, mandate.version, mandate.history.count()) == ("Före", 1, versions)
    assert edit(client, mandate, title_sv="Efter", note="x" * 3900, reason="Rättat").status_code == 302


def test_an_upload_that_finds_no_room_on_the_way_in_is_told_the_same(
    client, coordinator, small_disk, settings
):
    settings.FILE_UPLOAD_TEMP_DIR = str(small_disk)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024
    answer = send(client, "x" * 2_000_000)
    assert answer.status_code == 507 and "Det fanns inte plats" in answer.text
    assert not ImportJob.objects.exists()


def test_a_backup_that_finds_no_room_leaves_none(sqlite, small_disk):
    with pytest.raises(CommandError, match="No space left|disk is full"):
        call_command("backup", str(small_disk / "samsyn.zip"))
    assert list(small_disk.iterdir()) == []
