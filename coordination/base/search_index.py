"""The word index of the register as it stands, kept in the process and built anew when the register changes.

Why in memory and not a table: whatever changes rows (forms, imports, merges, a restored backup) changes the
register's revision, so the index can never be wrong for long, and nothing has to remember to write to it. It
holds: with 100,000 actors a question takes 5-100 ms, the index 150 MB, and building it some four seconds.
Until a build takes as long as anybody would notice, it is waited for; after that, questions are answered from
the one before while the next is built beside them.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections

from coordination.base import revision, rowkinds
from coordination.base.wordindex import Index

WAITED_FOR = 0.5  # seconds


@dataclass(frozen=True)
class Kept:
    """An index, the revision it was built at, and how long that took."""

    number: int
    index: Index
    seconds: float


_lock = threading.Lock()
_latest: Kept | None = None
_building = False


def current() -> tuple[Index, bool]:
    """The index, and whether it is behind: a newer one is being built. One query when nothing has changed.

    Inside a transaction it is built for the occasion: what is read there may be rolled back.
    """
    if connection.in_atomic_block:
        return build(), False
    number = revision.current()
    kept = _latest
    if kept is not None and kept.number == number:
        return kept.index, False
    if kept is not None and kept.seconds > WAITED_FOR:
        _build_beside()
        return kept.index, True
    return _renew().index, False


def forget(**kwargs: Any) -> None:
    """Drop what is kept. Receiver of `post_migrate`: a database emptied or put back counts from the start."""
    global _latest
    _latest = None


def build() -> Index:
    """Read every kind of row that can be searched. A few queries for each kind."""
    return Index({kind.key: kind.entries() for kind in rowkinds.all_kinds() if kind.entries is not None})


def _renew() -> Kept:
    global _latest
    with _lock:
        number = revision.current()  # before reading: rows that come meanwhile are read again
        if _latest is None or _latest.number != number:
            begun = time.monotonic()
            index = build()
            _latest = Kept(number, index, time.monotonic() - begun)
        return _latest


def _build_beside() -> None:
    global _building
    with _lock:
        if _building:
            return
        _building = True

    def renew() -> None:
        global _building
        try:
            _renew()
        finally:
            _building = False
            connections.close_all()  # this thread's own

    threading.Thread(target=renew, name="search index", daemon=True).start()
