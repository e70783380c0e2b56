"""Makes a backup of the database and the uploaded files while others go on writing."""

import datetime
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from coordination.backup import archive, rows
from coordination.backup.archive import Manifest, Writer


class CannotBackUp(Exception):
    """No backup was made; the message says why in one sentence."""


@dataclass(frozen=True)
class Made:
    """What was written. `bytes` and `sha256` are of the file as a whole."""

    file: str
    bytes: int
    sha256: str
    made_at: str
    database: str
    tables: int
    rows: int
    files: int


def make(path: Path, *, now: datetime.datetime, alias: str = "default") -> Made:
    """Write a backup to `path`: everything committed when it began, and nothing half done.

    Raises:
        CannotBackUp: the place cannot be written to, or the database is damaged.
    """
    if not path.parent.is_dir():
        raise CannotBackUp(f"There is no folder {path.parent}.")
    media = Path(settings.MEDIA_ROOT)
    if path.resolve().is_relative_to(media.resolve()):
        raise CannotBackUp(f"{path} lies among the uploaded files, which are part of the backup.")
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"), vendor=connections[alias].vendor, migrations=[]
    )
    try:
        with archive.writing(path) as writer:
            if manifest.vendor == "sqlite":
                _copy_sqlite(path.parent, writer, manifest, alias)
            else:
                _copy_rows(writer, manifest, alias)
            # After the rows: a file that came meanwhile is one too many, none that a row names is missing.
            manifest.files = _copy_files(media, writer)
            writer.finish(manifest)
        with archive.reading(path):
            pass  # read back from the disk
    except OSError as error:
        raise CannotBackUp(f"{path} cannot be written ({error.strerror or error}).") from error
    return Made(
        file=str(path),
        bytes=path.stat().st_size,
        sha256=archive.digest_of(path),
        made_at=manifest.made_at,
        database=manifest.vendor,
        tables=len(manifest.rows),
        rows=sum(manifest.rows.values()),
        files=manifest.files,
    )


def _copy_sqlite(folder: Path, writer: Writer, manifest: Manifest, alias: str) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".samsyn-backup-") as scratch:
        copy = Path(scratch) / archive.DATABASE
        try:
            with connections[alias].cursor() as cursor:
                # One consistent state, whoever writes meanwhile; a copy of the file would miss the journal.
                cursor.execute("VACUUM INTO %s", [str(copy)])
            manifest.rows = _tidy(copy)
        except (sqlite3.DatabaseError, DatabaseError) as error:
            if isinstance(error.__cause__ or error, sqlite3.OperationalError):
                raise CannotBackUp(f"The database cannot be copied: {error}.") from error
            raise CannotBackUp(
                f"The database is damaged and was not backed up ({error}): restore an earlier backup."
            ) from error
        manifest.migrations = rows.migrations(alias)
        writer.add(archive.DATABASE, copy)


def _tidy(copy: Path) -> dict[str, int]:
    """Check the copy, take the sessions out of it, and count its rows by table."""
    with_rows: dict[str, int] = {}
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        if (said := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(said)
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        for table in set(rows.LEFT_OUT) & set(names):
            connection.execute(f'DELETE FROM "{table}"')
        connection.execute("VACUUM")  # what was deleted is not to be found in the free pages
        for table in names:
            with_rows[table] = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    finally:
        connection.close()
    return with_rows


def _copy_rows(writer: Writer, manifest: Manifest, alias: str) -> None:
    with transaction.atomic(using=alias, durable=True):
        with connections[alias].cursor() as cursor:
            # All tables as they stood at the first look (PostgreSQL manual, 13.2.2).
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        manifest.migrations = rows.migrations(alias)
        found = rows.models_at(manifest.migrations, alias)
        for model in found:
            table, count = model._meta.db_table, 0
            with writer.stream(f"{archive.ROWS}{table}.jsonl") as lines:
                if table not in rows.LEFT_OUT:
                    for row in rows.read(model, alias):
                        lines.write(rows.to_line(row))
                        count += 1
            manifest.rows[table] = count
        manifest.next_ids = rows.next_ids(found, alias)


def _copy_files(media: Path, writer: Writer) -> int:
    count = 0
    for path in sorted(media.rglob("*")) if media.is_dir() else []:
        if path.is_file() and not path.is_symlink():
            writer.add(f"{archive.FILES}{path.relative_to(media).as_posix()}", path)
            count += 1
    return count
