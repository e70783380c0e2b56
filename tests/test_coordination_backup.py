"""Backups: made under load, put back all or nothing, and refused when a byte of them has changed."""

import datetime
import io
import json
import threading

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from coordination.backup import restoring, rows, targets
from coordination.backup.making import make
from coordination.backup.restoring import restore
from coordination.base import faults
from coordination.base.models import Place, RegisterRevision
from coordination.supervisor import alone_in
from network.models import Actor
from tests import factories as f

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
MODELS = sorted(
    (m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy),
    key=lambda m: m._meta.db_table,
)
MIGRATE_TO = rows.migrate_to
is_sqlite = connection.vendor == "sqlite"


def tables_at_once(recorded, alias):
    """What `rows.migrate_to` makes, in a second instead of a quarter of a minute."""
    recorder = MigrationRecorder(connections[alias])
    recorder.ensure_schema()
    for app, name in recorded:
        recorder.record_applied(app, name)
    with connections[alias].schema_editor() as editor:
        for model in MODELS:
            if not model._meta.auto_created:
                editor.create_model(model)


@pytest.fixture
def instance(real_database, tmp_path, settings, monkeypatch):
    """An instance on files of its own; its folder."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    monkeypatch.setattr(rows, "migrate_to", tables_at_once)
    yield tmp_path
    if not is_sqlite:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replaced%%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP SCHEMA "{name}" CASCADE')
    connection.close()


def everything(alias="default"):
    """Every row of every table, but for what a restore changes on purpose."""
    left = {*rows.LEFT_OUT, "base_registerrevision"}
    return {m._meta.db_table: list(rows.read(m, alias)) for m in MODELS if m._meta.db_table not in left}


def register():
    """Some of everything, with history, a removed row and JSON."""
    mandate = f.MandateFactory(title_sv="Före", holder__attributes={"länk": ["å", None, 1.5]})
    f.CitationFactory(row=mandate)
    f.CollaborationFactory()
    f.SeatFactory()
    f.ProposalFactory(row=mandate, changes={"fields": {"title_sv": {"from": "Före", "to": None}}})
    f.CoordinatorFactory()
    removed = f.PlaceFactory()
    key = removed.pk
    removed.delete()
    mandate.title_sv = "Efter"
    mandate.save()
    return mandate, key


def run(*arguments):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_backup_put_back_is_the_same_register(instance):
    mandate, removed = register()
    (instance / "files" / "2026").mkdir(parents=True)
    (instance / "files" / "2026" / "åäö.txt").write_text("bilaga")
    before, revision = everything(), RegisterRevision.current()
    made = json.loads(run("backup", instance / "b.zip", "--format", "json"))
    assert made["files"] == 1 and made["rows"] > 50 and made["bytes"] == (instance / "b.zip").stat().st_size
    assert (instance / "b.zip").stat().st_mode & 0o077 == 0

    mandate.title_sv = "Borta igen"
    mandate.save()
    f.ActorFactory()
    (instance / "files" / "later.txt").write_text("x")
    assert everything() != before
    done = json.loads(run("restore", instance / "b.zip", "--format", "json"))
    assert everything() == before
    assert (instance / "files" / "2026" / "åäö.txt").read_text() == "bilaga"
    assert not (instance / "files" / "later.txt").exists()
    assert len(done["replaced"]) == 2 and done["migrated"] == 0
    assert (
        RegisterRevision.current() > revision + 2
    )  # a number that meant another register does not come again
    assert f.PlaceFactory().pk > removed  # nor does a row's, which its history still goes by
    leftovers = {p.name for p in instance.iterdir()}
    assert leftovers <= {
        "b.zip",
        "db.sqlite3",
        "db.sqlite3-wal",
        "db.sqlite3-shm",
        "files",
        "replaced",
        "serve.lock",
    }


def test_what_was_replaced_is_kept_and_can_be_looked_at(instance):
    register()
    run("backup", instance / "b.zip")
    f.ActorFactory(slug="kom-senare")
    place = json.loads(run("restore", instance / "b.zip", "--format", "json"))["replaced"][0]
    assert not Actor.objects.filter(slug="kom-senare").exists()
    if is_sqlite:
        with targets.connected({"NAME": place}) as alias:
            assert Actor.objects.using(alias).filter(slug="kom-senare").exists()
    else:
        with connection.cursor() as cursor:
            schema = place.removeprefix("schema ")
            cursor.execute(f"SELECT count(*) FROM \"{schema}\".network_actor WHERE slug = 'kom-senare'")
            assert cursor.fetchone() == (1,)


DRILLS = 10 if is_sqlite else 2  # PostgreSQL makes, and in the end drops, all tables for each of them


def test_restore_drills_under_load_bring_back_whole_transactions(instance):
    """Writers store rows in pairs, one transaction each; a copy of a moment holds both or none of them."""
    kind = f.PlaceFactory().kind
    held: list[set[str]] = []
    for drill in range(DRILLS):
        stop, written = threading.Event(), []

        def write(name, drill=drill, stop=stop, written=written):
            number = 0
            try:
                while not stop.is_set():
                    code = f"{drill}-{name}-{number}"
                    with transaction.atomic():
                        for half in "ab":
                            f.PlaceFactory(code=f"{code}-{half}", kind=kind)
                    written.append(code)
                    number += 1
            finally:
                connections.close_all()

        writers = [threading.Thread(target=write, args=(name,)) for name in "xy"]
        for writer in writers:
            writer.start()
        while len(written) < 4:
            stop.wait(0.01)
        before = set(written)
        run("backup", instance / f"{drill}.zip")
        while len(written) < len(before) + 2:
            stop.wait(0.01)
        stop.set()
        for writer in writers:
            writer.join()
        run("restore", instance / f"{drill}.zip")
        codes = set(Place.objects.filter(code__startswith=f"{drill}-").values_list("code", flat=True))
        whole = {code[:-2] for code in codes}
        assert codes == {f"{code}-{half}" for code in whole for half in "ab"}
        assert before <= whole <= set(written)
        held.append(whole)
    assert len(held) == DRILLS and faults.check().faults == []
    for drill, whole in enumerate(held):  # what one drill brought back is there after the next ones
        assert Place.objects.filter(code__startswith=f"{drill}-").count() == 2 * len(whole)


# What is refused


def refused(*arguments) -> str:
    with pytest.raises(CommandError) as error:
        call_command(*map(str, arguments))
    assert error.value.returncode == 1
    said = str(error.value)
    assert said.endswith(".") and "\n" not in said
    return said


def test_a_changed_byte_anywhere_is_found(instance):
    register()
    run("backup", instance / "b.zip")
    whole = (instance / "b.zip").read_bytes()
    damaged = instance / "damaged.zip"
    for position in [*range(0, len(whole), len(whole) // 60), len(whole) - 1, len(whole) - 70]:
        changed = bytearray(whole)
        changed[position] ^= 0x01
        damaged.write_bytes(changed)
        assert "damaged" in (said := refused("restore", damaged)) or "no backup" in said, position
    damaged.write_bytes(whole)
    assert "is whole" in run("restore", damaged, "--check")


def test_a_file_cut_off_anywhere_is_found_and_nothing_is_touched(instance):
    mandate, _removed = register()
    run("backup", instance / "b.zip")
    mandate.title_sv = "Ändrad efter"
    mandate.save()
    whole, before = (instance / "b.zip").read_bytes(), everything()
    cut = instance / "cut.zip"
    for length in [0, 1, 4, 30, len(whole) // 2, len(whole) - 64, len(whole) - 1]:
        cut.write_bytes(whole[:length])
        assert "backup" in refused("restore", cut)
    cut.write_bytes(whole + b"\n")
    refused("restore", cut)
    assert everything() == before


@pytest.mark.parametrize("wrong", ["nowhere.zip", "folder", "text.zip", "other.zip"])
def test_what_is_no_backup_is_said_in_one_sentence(instance, wrong):
    import zipfile

    (instance / "folder").mkdir()
    (instance / "text.zip").write_text("hej")
    with zipfile.ZipFile(instance / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    assert str(instance / wrong) in refused("restore", instance / wrong)


def test_a_backup_of_a_newer_version_is_refused(instance, monkeypatch):
    known = rows.migrations
    monkeypatch.setattr(rows, "migrations", lambda alias: [*known(alias), ["network", "9999_tomorrow"]])
    run("backup", instance / "b.zip")
    before = everything()
    assert "newer version" in refused("restore", instance / "b.zip")
    assert "newer version" in refused("restore", instance / "b.zip", "--check")
    assert everything() == before


def test_nothing_is_restored_while_it_is_served(instance):
    run("backup", instance / "b.zip")
    with alone_in(instance):
        assert "already running" in refused("restore", instance / "b.zip")
    run("restore", instance / "b.zip")


def test_nothing_is_restored_while_another_program_works_in_the_database(instance):
    run("backup", instance / "b.zip")
    with targets.connected({}, name="other") as alias:
        connections[alias].ensure_connection()
        list(Place.objects.using(alias).all())
        said = refused("restore", instance / "b.zip")
    assert "stop" in said
    run("restore", instance / "b.zip")


@pytest.mark.parametrize("step", ["_compare", "_migrate", "_raise_revision"])
def test_a_restore_that_fails_on_the_way_changes_nothing(instance, monkeypatch, step):
    register()
    run("backup", instance / "b.zip")
    actor = f.ActorFactory()
    before = everything()

    def fail(*arguments):
        raise restoring.Unusable("It is full.")

    with monkeypatch.context() as patched:
        patched.setattr(restoring, step, fail)
        assert refused("restore", instance / "b.zip") == "It is full."
    assert everything() == before
    assert run("restore", instance / "b.zip")
    assert not Actor.objects.filter(pk=actor.pk).exists()


@pytest.mark.parametrize("place", ["nowhere/b.zip", "files/b.zip", "file/b.zip"])
def test_a_place_that_cannot_hold_a_backup_is_refused(instance, place):
    (instance / "files").mkdir()
    (instance / "file").write_text("x")
    refused("backup", instance / place)
    assert list((instance / "files").iterdir()) == []


@pytest.mark.skipif(not is_sqlite, reason="PostgreSQL looks after its own files")
def test_a_damaged_database_is_not_backed_up_but_can_be_replaced(instance):
    register()
    run("backup", instance / "good.zip")
    before = everything()
    connection.close()
    path = instance / "db.sqlite3"
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content) - 4096, 4096):
        content[page : page + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert "damaged" in refused("backup", instance / "bad.zip")
    assert not (instance / "bad.zip").exists()
    run("restore", instance / "good.zip")
    assert everything() == before


# From one database to another


@pytest.mark.django_db
def test_rows_read_back_from_text_are_the_same():
    register()
    seen = 0
    for model in MODELS:
        stored = list(rows.read(model, "default"))
        assert list(rows.from_lines(model, map(rows.to_line, stored))) == stored
        seen += len(stored)
    assert seen > 50


@pytest.mark.skipif(is_sqlite, reason="begins on PostgreSQL")
def test_a_register_moves_to_sqlite_and_back(instance, monkeypatch):
    _mandate, removed = register()
    before = everything()
    run("backup", instance / "b.zip")
    monkeypatch.setattr(rows, "migrate_to", MIGRATE_TO)
    changes = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(instance / "moved.sqlite3"), "OPTIONS": {}}
    with targets.connected(changes, name="moved") as alias:
        restore(instance / "b.zip", now=NOW, alias=alias)
        assert everything(alias) == before
        make(instance / "c.zip", now=NOW, alias=alias)
    monkeypatch.setattr(rows, "migrate_to", tables_at_once)
    f.ActorFactory()
    run("restore", instance / "c.zip")
    assert everything() == before
    assert f.PlaceFactory().pk > removed
