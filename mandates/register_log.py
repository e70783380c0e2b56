"""Which rows have been changed since a process read its snapshot of the register, whoever changed them.

An edit of one mandate shall not make a page read a million of them again, in this process or any other. So
each edit leaves its row's key with the revision that it makes, in the same transaction. A revision that left
none was made by many rows at once: then everything is read.
"""

from itertools import count
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from coordination.base import revision
from coordination.base.models import RegisterRevision
from mandates.models import RegisterChange

LONGEST = 1000
TIDY_EVERY = 100

_noted = count(1)


def note(sender: object, row: Model | None, **kwargs: Any) -> None:
    """Receiver of `revision.touched`. One query.

    The number is read where it is written: in the transaction that made it, which holds its row until it
    commits. Outside a transaction another writer may have come between, and nothing is noted.
    """
    if row is None or not isinstance(row.pk, int) or not connection.in_atomic_block:
        return
    quote = connection.ops.quote_name
    log, register = (quote(model._meta.db_table) for model in (RegisterChange, RegisterRevision))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {log} (number, model, {quote('key')}) SELECT number, %s, %s FROM {register}",
            [row._meta.label_lower, row.pk],
        )
    if next(_noted) % TIDY_EVERY == 0:
        RegisterChange.objects.filter(number__lte=revision.current() - LONGEST).delete()


def between(before: int, now: int) -> list[tuple[type[Model], int]] | None:
    """The rows changed after revision `before` up to `now`; None where it is not known. One query."""
    if now < before or now - before > LONGEST:
        return None
    found = list(
        RegisterChange.objects.filter(number__gt=before, number__lte=now).values_list(
            "number", "model", "key"
        )
    )
    if {number for number, _model, _key in found} != set(range(before + 1, now + 1)):
        return None
    return [(apps.get_model(label), key) for _number, label, key in found]
