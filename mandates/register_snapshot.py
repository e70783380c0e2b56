"""The register as one `mandates.snapshot.Snapshot`, read once for each revision of the register."""

import gc
import threading
from typing import Any

from django.db import connection
from django.db.models import Model

from coordination.base import models as base
from coordination.base import revision
from mandates import models as own
from mandates import register_log, register_reading
from mandates import snapshot as plain
from mandates.register_reading import read
from mandates.snapshot_edits import with_mandates
from network import models as network

__all__ = ["current", "forget", "read"]

_lock = threading.Lock()
_latest: tuple[int, plain.Snapshot] | None = None

# Edits of these leave every mandate as it was read.
_BESIDE_MANDATES: set[type[Model]] = {
    *(model for model in register_reading.CITED if model is not own.Mandate),
    network.ActorName,
    network.ActorParent,
    network.GroupMember,
    network.Encounter,
    network.Milestone,
}
_NOT_READ: set[type[Model]] = {base.Document, network.Identifier}
MOST_EDITS = 200  # beyond that, reading everything costs less than finding what stays


def current() -> plain.Snapshot:
    """The snapshot of the register as it stands. One query while the register stands still.

    Kept in the process, not in the shared cache: it remembers its own answers, and they are not worth
    writing out. After edits of a few mandates, in this process or another, only those are read again. Two threads that
    find it out of date read it one after the other. Inside a transaction it is neither used nor kept: what
    is read there may be rolled back, and another writer may then reach the same revision with other rows.
    """
    global _latest
    if connection.in_atomic_block:
        return read()
    number = revision.current()
    kept = _latest
    if kept is not None and kept[0] == number:
        return kept[1]
    with _lock:
        if _latest is None or _latest[0] != number:
            number = revision.current()  # another thread may have brought it further meanwhile
            fresh = _caught_up(_latest, number) if _latest else None
            _latest = (number, fresh or _whole())
        return _latest[1]


def _whole() -> plain.Snapshot:
    """Everything, read without the collector of cycles looking through it again and again.

    A million rows have no cycles among them: collecting took as long as reading them, and seconds each time
    afterwards. What has been frozen before is looked at again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        found = read()
    finally:
        if was_on:
            gc.enable()
    gc.unfreeze()
    gc.freeze()
    return found


def _caught_up(kept: tuple[int, plain.Snapshot], number: int) -> plain.Snapshot | None:
    """What is kept with the rows that have changed since read again; None where that is not enough."""
    changes = register_log.between(kept[0], number)
    if changes is None:
        return None
    models = {model for model, _key in changes} - _NOT_READ
    keys = {key for model, key in changes if model is own.Mandate}
    if models - _BESIDE_MANDATES - {own.Mandate} or len(keys) > MOST_EDITS:
        return None
    found: plain.Snapshot | None = kept[1]
    if keys:
        found = _with_edits(kept[1], keys)
    if found is None or not models & _BESIDE_MANDATES:
        return found
    after = read(found.mandates)
    return after if found.actor_by_slug.keys() <= after.actor_by_slug.keys() else None


def _with_edits(known: plain.Snapshot, keys: set[int]) -> plain.Snapshot | None:
    """`known` with the mandates of these keys; None where one was removed or got another code."""
    sources = register_reading.sources(own.Mandate, keys=keys)
    rows = {row.code: row for row in register_reading.mandates(sources, keys=keys)}
    new = rows.keys() - known.mandate_by_code.keys()
    if len(rows) < len(keys) or (new and own.Mandate.objects.count() != len(known.mandates) + len(new)):
        return None
    return with_mandates(known, rows)


def forget(**kwargs: Any) -> None:
    """Drop what is kept. Receiver of `post_migrate`: a database emptied or put back counts from the start."""
    global _latest
    _latest = None
