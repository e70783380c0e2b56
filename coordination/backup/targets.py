"""Where a backup is put back: beside the database in use, with which it then changes places at one stroke."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from django.db import DatabaseError, connections, transaction
from django.db.utils import load_backend

from coordination.backup.archive import sync_folder

ALIAS = "restored"
SCHEMA = "samsyn_restoring"


class InUse(Exception):
    """Somebody else works in the database; the message says so in one sentence."""


class Target(Protocol):
    vendor: str

    def prepare(self) -> None:
        """Refuse if others work in the database, and clear away what an interrupted restore left."""

    def alias(self) -> Any:
        """Context: the name of a database connection to the new, empty place."""

    def swap(self, stamp: str) -> str | None:
        """Change places, all or nothing. Return where the replaced database is now; None if there was none."""


def target_of(alias: str = "default") -> Target:
    return SqliteTarget(alias) if connections[alias].vendor == "sqlite" else PostgresTarget(alias)


@contextmanager
def connected(changes: dict[str, Any], like: str = "default", name: str = ALIAS) -> Iterator[str]:
    """A further database connection: as that of `like`, with some settings changed."""
    wanted = {**connections[like].settings_dict, **changes}
    connections[name] = load_backend(wanted["ENGINE"]).DatabaseWrapper(wanted, name)
    try:
        yield name
    finally:
        connections[name].close()
        del connections[name]


class SqliteTarget:
    vendor = "sqlite"

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self.path = Path(str(connections[alias].settings_dict["NAME"]))
        self.new = self.path.with_name(f"{self.path.name}.restoring")

    def prepare(self) -> None:
        connections[self._alias].close()
        for path in self._all(self.new):
            path.unlink(missing_ok=True)
        self._refuse_others()

    def _refuse_others(self) -> None:
        """Bring the journal into the database file, which SQLite does for its only user alone."""
        if not self.path.exists():
            return
        connection = sqlite3.connect(self.path, timeout=2, isolation_level=None)
        try:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise InUse(f"Another program works in {self.path}: stop it first.") from error
        except sqlite3.DatabaseError:
            return  # too damaged to be read: that may be why a backup is restored
        finally:
            connection.close()
        if mode not in ("delete", "memory"):
            raise InUse(f"Another program works in {self.path}: stop it first.")

    @contextmanager
    def alias(self) -> Iterator[str]:
        with connected({"NAME": str(self.new)}, like=self._alias) as name:
            yield name

    def swap(self, stamp: str) -> str | None:
        self._settle(self.new)
        connections[self._alias].close()
        self._refuse_others()
        aside = self.path.parent / "replaced" / stamp
        kept: str | None = None
        if self.path.exists() and not self._is_blank():
            shutil.copymode(self.path, self.new)
            aside.mkdir(mode=0o700, parents=True)
            kept = str(aside / self.path.name)
            for path in self._all(self.path)[1:]:
                if path.exists():  # of a damaged database alone
                    path.replace(aside / path.name)
            try:
                os.link(self.path, kept)  # so that there is a database at any moment
            except OSError:
                self.path.replace(kept)
        self.new.replace(self.path)
        sync_folder(self.path.parent)
        return kept

    def _is_blank(self) -> bool:
        """Whether the database is one that merely looking for it has made."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
        except sqlite3.DatabaseError:
            return False
        finally:
            connection.close()

    @staticmethod
    def _settle(path: Path) -> None:
        """Bring a finished database wholly into its one file, on the disk."""
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            connection.close()
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        path.chmod(0o600)

    @staticmethod
    def _all(path: Path) -> list[Path]:
        return [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))]


class PostgresTarget:
    """A schema of its own, which takes the name of the one in use within one transaction."""

    vendor = "postgresql"

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def prepare(self) -> None:
        with connections[self._alias].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if others := cursor.fetchone()[0]:
                raise InUse(f"{others} other connections are open to the database: stop what uses it first.")
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")

    @contextmanager
    def alias(self) -> Iterator[str]:
        options = connections[self._alias].settings_dict["OPTIONS"]
        search = f"{options.get('options', '')} -c search_path={SCHEMA}".strip()
        with connected({"OPTIONS": {**options, "options": search}}, like=self._alias) as name:
            yield name

    def swap(self, stamp: str) -> str | None:
        connection = connections[self._alias]
        quote = connection.ops.quote_name
        with transaction.atomic(using=self._alias), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            current = cursor.fetchone()[0]
            replaced = f"replaced_{stamp}"
            cursor.execute(f"ALTER SCHEMA {quote(current)} RENAME TO {quote(replaced)}")
            cursor.execute(f"ALTER SCHEMA {SCHEMA} RENAME TO {quote(current)}")
            cursor.execute(f"GRANT USAGE ON SCHEMA {quote(current)} TO PUBLIC")  # as PostgreSQL made it
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [replaced])
            was_empty = cursor.fetchone()[0] == 0
            if was_empty:
                cursor.execute(f"DROP SCHEMA {quote(replaced)}")
        connection.close()
        return None if was_empty else f"schema {replaced}"


def discard(target: Target) -> None:
    """Clear away a restore that failed."""
    with suppress(DatabaseError, OSError, InUse):
        target.prepare()
        if isinstance(target, PostgresTarget):
            with connections[target._alias].cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA}")
