"""Saving a row that somebody else may have changed meanwhile."""

from django.db import transaction

from coordination.base.models import RegisterRow, User


class Conflict(Exception):
    """The row has moved on since it was read; `current` is the row as it is now (None: removed)."""

    def __init__(self, current: RegisterRow | None) -> None:
        super().__init__("the row was changed meanwhile")
        self.current = current


@transaction.atomic
def save_row(row: RegisterRow, *, seen_version: int, user: User | None, reason: str = "") -> None:
    """Save an edit of `row` made on its version `seen_version`, with history.

    Raises:
        Conflict: the stored row has another version; nothing is saved.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    # Claims the row by a conditional update: the second of two editors finds no row of that version,
    # whether the database makes it wait (PostgreSQL) or lets one writer in at a time (SQLite).
    if not rows.filter(version=seen_version).update(version=seen_version):
        raise Conflict(rows.first())
    row.version = seen_version
    row._change_reason = reason[:100]  # type: ignore[attr-defined]  # simple-history's own name
    row._history_user = user  # type: ignore[attr-defined]
    row.save()
