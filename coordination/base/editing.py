"""Saving a row that somebody else may have changed meanwhile, once however often it is sent."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from coordination.base.forms import RowForm
from coordination.base.models import RegisterRevision, RegisterRow, Submission, User


class Conflict(Exception):
    """The row has moved on since it was read; `current` is the row as it is now (None: removed)."""

    def __init__(self, current: Any) -> None:
        super().__init__("the row was changed meanwhile")
        self.current = current


@transaction.atomic
def save_row(row: Any, *, seen_version: int, user: User | None, reason: str = "") -> None:
    """Save an edit of `row` (a register row or a contact) made on its version `seen_version`, with history.

    Raises:
        Conflict: the stored row has another version; nothing is saved.
    """
    claim(row, seen_version=seen_version)
    row.version = seen_version
    sign(row, user=user, reason=reason)
    if not hasattr(row, "confidence"):  # a contact: no register row, so nothing counts for it
        row.version += 1
    row.save()


def claim(row: Any, *, seen_version: int) -> None:
    """Hold version `seen_version` of `row` until the transaction ends, or raise Conflict.

    A conditional update: the second of two editors finds no row of that version, whether the database
    makes it wait (PostgreSQL) or lets one writer in at a time (SQLite).
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not rows.filter(version=seen_version).update(version=seen_version):
        raise Conflict(rows.first())


def sign(row: Any, *, user: User | None, reason: str) -> None:
    """Note who changes `row` and why, for its history."""
    row._change_reason = reason[:100]  # simple-history's own names
    row._history_user = user


@transaction.atomic
def save_form(form: RowForm, *, user: User | None) -> Any:
    """Store a valid form: a new row, or an edit on the version that the form carries.

    Raises:
        Conflict: as `save_row`.
    """
    row = form.instance
    reason = form.cleaned_data.get("reason", "")
    if form.is_new:
        sign(row, user=user, reason=reason)
        row.save()
    else:
        save_row(row, seen_version=form.cleaned_data.get("version") or 0, user=user, reason=reason)
    form.save_related()
    RegisterRevision.touch(row if isinstance(row, RegisterRow) else None)
    return row


def once(key: uuid.UUID | None, user: User, act: Callable[[], str]) -> tuple[str, bool]:
    """Do `act`, which returns the address of its result, unless a submission with `key` was done before.

    Returns:
        (address of the result, whether it was done now).

    The unique key decides: of several at the same time the losers wait for, or fail after, the winner.
    """
    if key is None:
        with transaction.atomic():
            return act(), True
    try:
        with transaction.atomic():
            submission = Submission(key=key, user=user)
            submission.save(force_insert=True)
            submission.url = act()
            submission.save(update_fields=["url"])
            return submission.url, True
    except IntegrityError:
        won = result_of(key, user)
        if won is None:
            raise
        return won, False


def result_of(key: uuid.UUID | None, user: User) -> str | None:
    """The address of what a submission with `key` led to; None if none is finished.

    Asked also of a form that is found wrong: of two that came at once, the second may stumble over the row
    that the first has just stored.
    """
    if key is None:
        return None
    return Submission.objects.filter(key=key, user=user).exclude(url="").values_list("url", flat=True).first()


def what_refers_to(row: Model) -> list[Model]:
    """Rows that stand in the way of removing `row`: those with a protecting foreign key to it."""
    found: list[Model] = []
    for relation in row._meta.related_objects:
        if relation.on_delete is not None and relation.on_delete.__name__ == "PROTECT":
            found += relation.related_model._default_manager.filter(**{relation.field.name: row})[:100]
        elif relation.many_to_many and relation.through._meta.auto_created:  # type: ignore[attr-defined]  # of a many-to-many relation
            # A plain many-to-many row would vanish without a trace.
            found += relation.related_model._default_manager.filter(**{relation.field.name: row})[:100]
    return found
