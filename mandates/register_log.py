"""Which rows this process has changed since the snapshot of the register was read.

An edit of one mandate shall not make a page read a million of them again. A revision that is not in the log
was made by another process, or by something that changed many rows at once: then everything is read.
"""

import threading
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from coordination.base import revision

LONGEST = 1000

_lock = threading.Lock()
_changes: dict[int, tuple[type[Model], Any]] = {}
_is_kept = False


def start() -> None:
    """A snapshot is kept from now on: note what changes."""
    global _is_kept
    _is_kept = True


def note(sender: object, row: Model | None, **kwargs: Any) -> None:
    """Receiver of `revision.touched`. One query where a snapshot is kept.

    The number is read in the transaction that made it, which holds its row until it commits; only then is
    it noted, since a transaction that is rolled back gives its number to the next.
    """
    if not _is_kept or row is None or row.pk is None or not connection.in_atomic_block:
        return
    number, change = revision.current(), (type(row), row.pk)
    transaction.on_commit(lambda: _add(number, change))


def _add(number: int, change: tuple[type[Model], Any]) -> None:
    with _lock:
        if len(_changes) >= LONGEST:
            _changes.clear()
        _changes[number] = change


def between(before: int, now: int) -> list[tuple[type[Model], Any]] | None:
    """The rows changed after revision `before` up to `now`; None where it is not known."""
    if now < before or now - before > LONGEST:
        return None
    with _lock:
        found = [_changes.get(number) for number in range(before + 1, now + 1)]
    known = [change for change in found if change is not None]
    return known if len(known) == len(found) else None


def drop_until(number: int) -> None:
    """Drop what is noted up to a revision that a snapshot has caught up with."""
    with _lock:
        for noted in [noted for noted in _changes if noted <= number]:
            del _changes[noted]


def stop() -> None:
    """No snapshot is kept: note nothing."""
    global _is_kept
    _is_kept = False
    with _lock:
        _changes.clear()
