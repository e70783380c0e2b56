"""Many rows written at once, with all that `save` would have done for each: sort keys, version, history."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from simple_history.utils import get_m2m_field_name

from coordination.base.models import User
from coordination.base.tables.journal import BATCH, CHANGED, CREATED, REMOVED, Journal, by_model, links


@dataclass(frozen=True)
class Stamp:
    """Who writes, why and when: the same for all rows of one run. `journal`: where it is noted, if at all."""

    user: User | None = None
    reason: str | None = None
    at: datetime.datetime = field(default_factory=timezone.now)
    journal: Journal | None = None


def create(instances: Iterable[Any]) -> None:
    """Insert new rows; their keys are set. History is for the caller to `record`."""
    for model, rows in by_model(instances).items():
        for row in rows:
            if hasattr(row, "set_sort_keys"):
                row.set_sort_keys()
        model._default_manager.bulk_create(rows, batch_size=BATCH)


def update(instance: Any, fields: Iterable[str], stamp: Stamp) -> None:
    """Write the named fields of one stored row, as its next version. One query."""
    names = set(fields)
    if stamp.journal is not None:
        stamp.journal.watch([instance])
    if hasattr(instance, "set_sort_keys"):
        instance.set_sort_keys()
        names |= {"sort_sv", "sort_en"}
    if hasattr(instance, "version"):
        instance.version += 1
        instance.updated_at = stamp.at
        names |= {"version", "updated_at"}
    columns = [instance._meta.get_field(name).attname for name in names]
    values = {column: getattr(instance, column) for column in columns}
    type(instance)._default_manager.filter(pk=instance.pk).update(**values)


def remove(instances: Sequence[Any], stamp: Stamp) -> None:
    """Delete rows that nothing refers to, keeping their history."""
    record(instances, REMOVED, stamp)
    for model, rows in by_model(instances).items():
        keys = [row.pk for row in rows]
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            for relation in links(model):
                through = relation.remote_field.through._default_manager
                through.filter(**{f"{relation.m2m_field_name()}__in": part}).delete()
            model._default_manager.filter(pk__in=part)._raw_delete("default")


def record(instances: Iterable[Any], kind: str, stamp: Stamp) -> None:
    """Write one history record for each row as it stands now, with its many-to-many rows.

    Queries: one for each model and batch, two for each many-to-many field.
    """
    if stamp.journal is not None and kind != CHANGED:
        instances = list(instances)
        note = stamp.journal.created if kind == CREATED else stamp.journal.removed
        note(instances)
    for model, rows in by_model(instances).items():
        if not hasattr(model, "history"):
            continue
        history: Any = model.history.model
        records = [
            history(
                history_date=stamp.at,
                history_user=stamp.user,
                history_change_reason=stamp.reason,
                history_type=kind,
                **{f.attname: getattr(row, f.attname) for f in history.tracked_fields},
            )
            for row in rows
        ]
        made = history.objects.bulk_create(records, batch_size=BATCH)
        by_key = {row.pk: entry for row, entry in zip(rows, made, strict=True)}
        for relation in history._history_m2m_fields:
            _record_relation(history, relation, by_key)


def _record_relation(history: Any, relation: Any, by_key: dict[Any, Any]) -> None:
    through = relation.remote_field.through
    owner = f"{get_m2m_field_name(relation)}_id"
    kept: Any = getattr(history, relation.name).model
    columns = [f.attname for f in through._meta.fields]
    keys = list(by_key)
    entries = []
    for start in range(0, len(keys), BATCH):
        linked = through._default_manager.filter(**{f"{owner}__in": keys[start : start + BATCH]})
        for values in linked.order_by("pk").values(*columns):
            entries.append(kept(history=by_key[values[owner]], **values))
    kept.objects.bulk_create(entries, batch_size=BATCH)
