"""Merging a duplicate actor into another: everything that points at it moves, nothing is forgotten.

What points at an actor is found by introspection, so that a foreign key added later is moved too.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from coordination.base.editing import claim, sign
from coordination.base.models import RegisterRevision, User
from network.models import Actor, Merge

# Not moved: the mark of a merger itself, and the reports about mergers.
LEFT = {(Actor, "merged_into"), (Merge, "source"), (Merge, "target")}
# Part of the rows that hang on an actor without saying anything about it.
WITHOUT_HISTORY = "values"


@dataclass(frozen=True)
class Reference:
    """A field of a model that points at actors: a foreign key, or (`many`) a many-to-many field."""

    model: type[models.Model]
    field: str
    many: bool

    def rows(self, actor: Actor) -> Any:
        return self.model._default_manager.filter(**{self.field: actor})


@dataclass
class Plan:
    """What a merger would do. `dropped`: rows that the target has already, or that would point at itself."""

    moved: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)


class CannotMerge(Exception):
    """The two cannot be merged; the message says why."""


def references() -> list[Reference]:
    """Every field of every model that points at an actor, but for history and LEFT."""
    found: list[Reference] = []
    for model in apps.get_models():
        if hasattr(model, "instance_type") or model._meta.auto_created or hasattr(model, "m2m_history_id"):
            continue  # history tells what was; rows between two models follow their many-to-many field
        for one in (*model._meta.local_fields, *model._meta.local_many_to_many):
            through = getattr(one.remote_field, "through", None)
            if one.remote_field is None or one.remote_field.model is not Actor or (model, one.name) in LEFT:
                continue
            if through is None:
                found.append(Reference(model, one.name, many=False))
            elif through._meta.auto_created:
                found.append(Reference(model, one.name, many=True))
    return found


def check(source: Actor, target: Actor) -> None:
    """Raises CannotMerge if the two are not two, not alike, or merged already."""
    if source.pk == target.pk:
        raise CannotMerge(_("Choose another actor: this is the same one."))
    if source.is_group != target.is_group:
        raise CannotMerge(_("A group and an organisation cannot be merged."))
    if source.merged_into_id or target.merged_into_id:
        raise CannotMerge(_("One of them has been merged already."))


def dry_run(source: Actor, target: Actor) -> Plan:
    """What merging `source` into `target` would do. Changes nothing. Raises CannotMerge."""
    check(source, target)
    with transaction.atomic():
        plan = _move_all(source, target, user=None, reason="")
        transaction.set_rollback(True)
    return plan


@transaction.atomic
def merge(source: Actor, target: Actor, *, seen_version: int, user: User, reason: str) -> Merge:
    """Move all that points at `source` to `target` and let its id lead there.

    Raises:
        CannotMerge: see `check`.
        coordination.base.editing.Conflict: `source` was changed since it was read.
    """
    check(source, target)
    claim(source, seen_version=seen_version)
    plan = _move_all(source, target, user=user, reason=reason)
    source.refresh_from_db()
    source.merged_into = target
    sign(source, user=user, reason=reason)
    source.save()
    report = Merge.objects.create(
        source=source, target=target, reason=reason, moved=plan.moved, dropped=plan.dropped, merged_by=user
    )
    RegisterRevision.touch()
    return report


@transaction.atomic
def undo(report: Merge, *, user: User, at: datetime.datetime) -> list[str]:
    """Put back what a merger moved and dropped.

    Returns:
        Names of rows that stayed: removed, or moved elsewhere, since then.
    """
    if not Merge.objects.filter(pk=report.pk, undone_at=None).update(undone_at=at):
        return []
    reason = _("Merger undone")
    source, target = Actor.objects.get(pk=report.source_id), Actor.objects.get(pk=report.target_id)
    source.merged_into = None
    sign(source, user=user, reason=reason)
    source.save()
    stayed: list[str] = []
    for entry in report.moved:
        reference = Reference(apps.get_model(entry["model"]), entry["field"], entry["many"])
        row = reference.rows(target).filter(pk=entry["pk"]).first()
        if row is None:
            stayed.append(entry["name"])
        else:
            _point(row, reference, target, source, user=user, reason=reason, keep=entry.get("kept", False))
    for entry in report.dropped:
        if not _bring_back(entry, user=user, reason=reason):
            stayed.append(entry["name"])
    RegisterRevision.touch()
    return stayed


def _move_all(source: Actor, target: Actor, *, user: User | None, reason: str) -> Plan:
    plan = Plan()
    for reference, row in _pointing(source):
        entry: dict[str, Any] = {
            "model": reference.model._meta.label,
            "pk": row.pk,
            "field": reference.field,
            "many": reference.many,
            "source": source.pk,
            "name": f"{reference.model._meta.verbose_name}: {row}",
        }
        if reference.many:
            entry["kept"] = getattr(row, reference.field).filter(pk=target.pk).exists()
        try:
            with transaction.atomic():
                if reference.many and row.pk == target.pk:
                    raise ValidationError("self")  # a group that would count itself
                _point(row, reference, source, target, user=user, reason=reason, keep=False)
            plan.moved.append(entry)
        except (IntegrityError, ValidationError):
            row.refresh_from_db()
            plan.dropped.append(entry | _drop(row, reference, source, user=user, reason=reason))
    return plan


def _pointing(actor: Actor) -> Iterator[tuple[Reference, Any]]:
    for reference in references():
        for row in reference.rows(actor).order_by("pk"):
            yield reference, row


def _point(
    row: Any,
    reference: Reference,
    old: Actor,
    new: Actor,
    *,
    user: User | None,
    reason: str,
    keep: bool,
) -> None:
    """Let `row` point at `new` instead of `old`; `keep`: at both."""
    sign(row, user=user, reason=reason)
    if reference.many:
        row.save()
        related = getattr(row, reference.field)
        if not keep:
            related.remove(old)
        related.add(new)
        return
    setattr(row, reference.field, new)
    row.validate_constraints()
    row.save()


def _drop(row: Any, reference: Reference, source: Actor, *, user: User | None, reason: str) -> dict[str, Any]:
    """Take away what the target has already, and say how to bring it back."""
    sign(row, user=user, reason=reason)
    if reference.many:
        row.save()
        getattr(row, reference.field).remove(source)
        return {"how": "link"}
    if isinstance(row, Actor):  # a successor or predecessor of itself
        setattr(row, reference.field, None)
        row.save()
        return {"how": "null"}
    values = {f.attname: f.value_to_string(row) for f in row._meta.concrete_fields}
    if hasattr(type(row), "history"):
        values = {}
    row.delete()
    return {"how": "row", WITHOUT_HISTORY: values}


def _bring_back(entry: dict[str, Any], *, user: User, reason: str) -> bool:
    model: Any = apps.get_model(entry["model"])
    source_pk = entry.get("source")
    if entry["how"] in ("link", "null"):
        row = model._default_manager.filter(pk=entry["pk"]).first()
        if row is None or source_pk is None:
            return False
        sign(row, user=user, reason=reason)
        if entry["how"] == "null":
            if getattr(row, f"{entry['field']}_id") is not None:
                return False
            setattr(row, f"{entry['field']}_id", source_pk)
            row.save()
        else:
            row.save()
            getattr(row, entry["field"]).add(source_pk)
        return True
    if hasattr(model, "history"):
        record = model.history.filter(id=entry["pk"], history_type="-").order_by("-history_date").first()
        if record is None or model._default_manager.filter(pk=entry["pk"]).exists():
            return False
        row = record.instance
        sign(row, user=user, reason=reason)
    else:
        fields = {f.attname: f for f in model._meta.concrete_fields}
        row = model(**{name: fields[name].to_python(text) for name, text in entry[WITHOUT_HISTORY].items()})
    row._state.adding = True
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True
