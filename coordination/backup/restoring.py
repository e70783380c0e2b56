"""Puts a backup back: built beside the database in use, checked, and only then put in its place."""

import datetime
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from coordination.backup import archive, rows, targets
from coordination.backup.archive import Manifest, Unusable
from coordination.backup.targets import Target


@dataclass(frozen=True)
class Restored:
    """What was put back. `replaced`: where the database and files that it replaced are kept."""

    file: str
    made_at: str
    tables: int
    rows: int
    files: int
    migrated: int
    replaced: list[str]


def check(path: Path) -> Manifest:
    """The manifest of a backup that this version can restore. Raises `archive.Unusable`."""
    with archive.reading(path) as (_members, manifest):
        _refuse_newer(manifest)
        return manifest


def restore(path: Path, *, now: datetime.datetime, alias: str = "default") -> Restored:
    """Replace the database and the uploaded files by those in the backup at `path`.

    Until the very end nothing that is in use is touched; what was replaced is kept.

    Raises:
        archive.Unusable: the backup cannot be restored.
        targets.InUse: something else works in the database.
    """
    stamp = now.strftime("%Y%m%dT%H%M%S_%f")
    with archive.reading(path) as (members, manifest):
        _refuse_newer(manifest)
        target = targets.target_of(alias)
        revision = _revision(alias)
        target.prepare()
        media = Path(settings.MEDIA_ROOT)
        new_files = media.with_name(f"{media.name}.restoring")
        shutil.rmtree(new_files, ignore_errors=True)
        try:
            new_files.mkdir(parents=True)
            files = archive.unpack_files(members, new_files)
            with target.alias() as name:
                _build(members, manifest, target, name)
                _compare(manifest, name)
                migrated = _migrate(name)
                _raise_revision(revision, name)
            kept = [target.swap(stamp)]
            kept.append(_swap_files(new_files, media, stamp))
        except (zipfile.BadZipFile, sqlite3.DatabaseError, DatabaseError) as error:
            targets.discard(target)
            raise Unusable(f"The backup could not be put back, and nothing was changed: {error}") from error
        finally:
            shutil.rmtree(new_files, ignore_errors=True)
    cache.clear()
    return Restored(
        file=str(path),
        made_at=manifest.made_at,
        tables=len(manifest.rows),
        rows=sum(manifest.rows.values()),
        files=files,
        migrated=migrated,
        replaced=[place for place in kept if place],
    )


def _refuse_newer(manifest: Manifest) -> None:
    if missing := rows.unknown(manifest.migrations):
        raise Unusable(
            f"The backup was made by a newer version of Samsyn (it has {missing[0]}): install that one first."
        )


def _build(members: zipfile.ZipFile, manifest: Manifest, target: Target, alias: str) -> None:
    """Fill the new place with the database as it was when the backup was made."""
    is_file = archive.DATABASE in members.namelist()
    if is_file and isinstance(target, targets.SqliteTarget):
        _unpack(members, target.new)
        return
    rows.migrate_to(manifest.migrations, alias)
    found = rows.models_at(manifest.migrations, alias)
    if is_file:
        scratch = Path(settings.VAR_DIR) / "restoring.sqlite3"
        try:
            _unpack(members, scratch)
            sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(scratch), "OPTIONS": {}}
            with targets.connected(sqlite, name="unpacked") as source:
                ids = rows.next_ids(found, source)
                _fill(((model, rows.read(model, source)) for model in found), found, ids, alias)
        finally:
            scratch.unlink(missing_ok=True)
        return
    names = set(members.namelist())
    _fill(((model, _lines(members, names, model)) for model in found), found, manifest.next_ids, alias)


def _unpack(members: zipfile.ZipFile, path: Path) -> None:
    with members.open(archive.DATABASE) as source, path.open("wb") as out:
        shutil.copyfileobj(source, out)


def _lines(members: zipfile.ZipFile, names: set[str], model: type[Model]) -> Iterator[rows.Row]:
    name = f"{archive.ROWS}{model._meta.db_table}.jsonl"
    if name in names:
        with members.open(name) as lines:
            yield from rows.from_lines(model, lines)


def _fill(tables: Any, found: list[type[Model]], next_ids: dict[str, int], alias: str) -> None:
    with transaction.atomic(using=alias):
        rows.empty(found, alias)
        for model, values in tables:
            rows.write(model, values, alias)
        rows.set_next_ids(found, next_ids, alias)


def _compare(manifest: Manifest, alias: str) -> None:
    """Raise Unusable unless the new database is sound and has as many rows as were backed up."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if (said := cursor.fetchone()[0]) != "ok":
                raise Unusable(f"The database in the backup is damaged ({said}): use another backup.")
    connection.check_constraints()
    tables = set(connection.introspection.table_names()) & set(manifest.rows) - {"django_migrations"}
    for table, count in rows.counts(sorted(tables), alias).items():
        if count != manifest.rows[table]:
            raise Unusable(f"{table} has {count} rows instead of {manifest.rows[table]}: use another backup.")


def _migrate(alias: str) -> int:
    """Bring an older database to this version. Return how many migrations that took."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    return len(plan)


def _revision(alias: str) -> int:
    from coordination.base.models import RegisterRevision

    try:
        return RegisterRevision.objects.using(alias).values_list("number", flat=True).first() or 0
    except (DatabaseError, sqlite3.DatabaseError):
        return 0  # there is no database yet, or a damaged one


def _raise_revision(seen: int, alias: str) -> None:
    """No number that stood for another state of the register may come again: answers are cached by it."""
    from coordination.base.models import RegisterRevision

    stored = RegisterRevision.objects.using(alias).order_by("pk").first()
    if stored is not None:
        stored.number = max(stored.number, seen) + 1
        stored.save(using=alias)


def _swap_files(new: Path, media: Path, stamp: str) -> str | None:
    kept: str | None = None
    if media.is_dir() and any(media.iterdir()):
        aside = media.parent / "replaced" / stamp
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        media.replace(aside / media.name)
        kept = str(aside / media.name)
    elif media.is_dir():
        media.rmdir()
    if any(new.iterdir()):
        new.replace(media)
    return kept
