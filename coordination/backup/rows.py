"""The rows of a database as plain values, so that they can move between SQLite and PostgreSQL.

Rows are read and written by the models as they were at the migrations that the database has, not as
today's code has them.
"""

import base64
import datetime
import decimal
import json
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, JSONField, Model

Row = list[Any]
# A session is a key to somebody's account: it does not leave the database, nor come back from the past.
LEFT_OUT = ("django_session", "usersessions_usersession")
BATCH = 1000


def migrations(alias: str) -> list[list[str]]:
    """[app, name] of every migration that the database has."""
    applied = MigrationLoader(connections[alias]).applied_migrations
    return sorted([app, name] for app, name in applied)


def unknown(recorded: Iterable[Iterable[str]]) -> list[str]:
    """Those of `recorded` that this version of Samsyn does not have."""
    known = MigrationLoader(None).disk_migrations
    return sorted(".".join(key) for key in recorded if tuple(key) not in known)


def models_at(recorded: Iterable[Iterable[str]], alias: str) -> list[type[Model]]:
    """The models of every table as they were when exactly `recorded` was applied."""
    loader = MigrationLoader(connections[alias])
    state = loader.project_state([(app, name) for app, name in recorded if (app, name) in loader.graph.nodes])
    found = state.apps.get_models(include_auto_created=True)
    return sorted((m for m in found if m._meta.managed and not m._meta.proxy), key=lambda m: m._meta.db_table)


def migrate_to(recorded: Iterable[Iterable[str]], alias: str) -> None:
    """Give an empty database exactly the migrations in `recorded`."""
    executor = MigrationExecutor(connections[alias])
    wanted = {(app, name) for app, name in recorded}
    nodes = executor.loader.graph.node_map
    # The last of each app. Django takes a target that is applied already as a wish to go back to it.
    last = [
        key
        for key in wanted
        if not any(child.key in wanted for child in nodes[key].children if child.key[0] == key[0])
    ]
    executor.migrate(sorted(last))


def fields_of(model: type[Model]) -> list[Field]:
    return [f for f in model._meta.local_concrete_fields if not getattr(f, "generated", False)]


def read(model: type[Model], alias: str) -> Iterator[Row]:
    """Every row's values, by primary key; in one transaction of the caller's, a consistent whole."""
    names = [f.attname for f in fields_of(model)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        yield list(row)


def write(model: type[Model], rows: Iterable[Row], alias: str) -> int:
    """Put rows into an empty table, as they are: nothing is signed or dated anew. Return how many."""
    connection = connections[alias]
    fields = fields_of(model)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"
    count, rows = 0, iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(sql, [_prepared(fields, row, connection) for row in batch])
            count += len(batch)
    return count


def _prepared(fields: list[Field], row: Row, connection: Any) -> list[Any]:
    return [f.get_db_prep_save(value, connection) for f, value in zip(fields, row, strict=True)]


def empty(found: list[type[Model]], alias: str) -> None:
    """Remove the rows that migrations made. In a transaction: foreign keys are looked at when it ends."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for model in found:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


# As text


def to_line(row: Row) -> bytes:
    """A row as one line of JSON.

    >>> to_line([1, "å", datetime.date(2022, 8, 31), None])
    b'[1,"\\\\u00e5","2022-08-31",null]\\n'
    """
    return json.dumps(row, default=_plain, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal | datetime.timedelta):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no plain form of {type(value).__name__}")


def from_lines(model: type[Model], lines: Iterable[bytes]) -> Iterator[Row]:
    """The rows that `to_line` wrote, as Python values."""
    fields = fields_of(model)
    for line in lines:
        yield [_value(f, raw) for f, raw in zip(fields, json.loads(line), strict=True)]


def _value(field: Field, raw: Any) -> Any:
    return raw if isinstance(field, JSONField) else field.to_python(raw)


# The numbers of rows to come


def next_ids(found: list[type[Model]], alias: str) -> dict[str, int]:
    """By table, the number that the next row gets."""
    connection = connections[alias]
    numbered = [m for m in found if isinstance(m._meta.pk, models.AutoField)]
    ids: dict[str, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            known = dict(cursor.fetchall())
            return {
                m._meta.db_table: known[m._meta.db_table] + 1 for m in numbered if m._meta.db_table in known
            }
        for model in numbered:
            name = _sequence(cursor, model)
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            last, called = cursor.fetchone()
            ids[model._meta.db_table] = last + 1 if called else last
    return ids


def set_next_ids(found: list[type[Model]], ids: dict[str, int], alias: str) -> None:
    """Let the numbers of new rows go on where they were."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for model in found:
            table = model._meta.db_table
            if table not in ids or not isinstance(model._meta.pk, models.AutoField):
                continue
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, ids[table] - 1]
                )
            else:
                cursor.execute("SELECT setval(%s, %s, false)", [_sequence(cursor, model), ids[table]])


def _sequence(cursor: Any, model: type[Model]) -> str:
    quoted = f'"{model._meta.db_table}"'
    assert model._meta.pk is not None
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, model._meta.pk.column])
    return str(cursor.fetchone()[0])


def counts(tables: Iterable[str], alias: str) -> dict[str, int]:
    """How many rows each table has."""
    connection = connections[alias]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
    return found
