"""The rules that hold for every kind of row, whichever app it belongs to."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, ForeignKey, Model, Q

from coordination.base.faults import Fault, cycles, fault, register
from coordination.base.models import (
    Citation,
    CodeList,
    Named,
    Place,
    PriorityArea,
    Proposal,
    RegisterRevision,
    RegisterRow,
    Titled,
)
from coordination.base.partialdates import EARLIEST, LATEST
from coordination.base.periods import Period, Precision

CHUNK = 2000
# Fields that say on which day something begins or ends, with the field for how exactly that is known.
DATES = (
    ("valid_from", "from_precision"),
    ("valid_until", "to_precision"),
    ("date_from", "date_precision"),
    ("published", "date_precision"),
)


def own_models() -> list[type[Any]]:
    """Our models, without those that keep history."""
    found = [
        m for m in apps.get_models() if not hasattr(m, "instance_type") and hasattr(m, "_default_manager")
    ]
    ours = {config.label for config in apps.get_app_configs() if not config.name.startswith("django.")}
    return sorted(
        (m for m in found if m._meta.app_label in ours and not hasattr(m, "m2m_history_id")),
        key=lambda m: m._meta.label_lower,
    )


def rows_of(kind: type[Any]) -> list[type[Any]]:
    return [model for model in own_models() if issubclass(model, kind)]


@register("database")
def database() -> Iterator[Fault]:
    """What the database says of its own files."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            for (said,) in cursor.fetchall():
                if said != "ok":
                    yield Fault("database", "database", "", "", said[:200], "The database is not sound.")


@register("reference")
def references() -> Iterator[Fault]:
    """Foreign keys to rows that are not there; SQLite holds them only while it is told to."""
    for model in own_models():
        for key in model._meta.local_fields:
            if not isinstance(key, ForeignKey) or not getattr(key, "db_constraint", True):
                continue
            target = key.target_field
            there = key.related_model._base_manager.order_by().values(target.name)
            lost = model._base_manager.exclude(**{f"{key.attname}__isnull": True}).exclude(
                **{f"{key.attname}__in": there}
            )
            for pk, value in lost.order_by("pk").values_list("pk", key.attname):
                yield fault("reference", (model, pk), key.name, value, "Refers to a row that is not there.")


@register("generic_reference")
def generic_references() -> Iterator[Fault]:
    """Sources, and whatever else names its row by kind and number, of rows that are not there."""
    for model in own_models():
        for key in model._meta.private_fields:
            if not isinstance(key, GenericForeignKey) or model is Proposal:
                continue  # a proposal may outlive its row, and says so on its page
            yield from _lost(model, key)


def _lost(model: type[Model], key: GenericForeignKey) -> Iterator[Fault]:
    named = model._base_manager.exclude(**{f"{key.fk_field}__isnull": True})
    rows: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for pk, kind, row in named.order_by("pk").values_list("pk", f"{key.ct_field}_id", key.fk_field):
        rows[kind][row].append(pk)
    kinds = ContentType.objects.in_bulk(rows)
    for kind, wanted in rows.items():
        target = kinds[kind].model_class() if kind in kinds else None
        there = set(target._base_manager.order_by().values_list("pk", flat=True)) if target else set()
        for row, pks in wanted.items():
            if row not in there:
                label = target._meta.label_lower if target else str(kind)
                for pk in pks:
                    error = "Belongs to a row that is not there."
                    yield fault("generic_reference", (model, pk), key.name, f"{label} {row}", error)


@register("citation")
def citations() -> Iterator[Fault]:
    """A source names one document, or one thing outside, and belongs to a row that can have sources."""
    one = Q(document__isnull=False, url="", label="") | Q(document=None, place="") & (
        ~Q(url="") | ~Q(label="")
    )
    for row in Citation.objects.exclude(one).order_by("pk"):
        yield fault("citation", row, "document", row, "Names no source, or two at once.")
    able = {ContentType.objects.get_for_model(model).pk for model in rows_of(RegisterRow)}
    for row in Citation.objects.exclude(content_type__in=able).select_related("content_type").order_by("pk"):
        yield fault("citation", row, "row", row.content_type, "Belongs to a row that has no sources.")


@register("period")
def periods() -> Iterator[Fault]:
    """A period ends after it starts, within the years that dates are read from, as exactly as it says."""
    for model in own_models():
        names = {f.name for f in model._meta.concrete_fields}
        for first, until in (("valid_from", "valid_until"), ("date_from", "date_until")):
            if {first, until} <= names:
                for row in model._base_manager.filter(**{f"{until}__lte": F(first)}).order_by("pk"):
                    value = f"{getattr(row, first)} – {getattr(row, until)}"
                    yield fault("period", row, until, value, "Ends before it starts.")
        for day, precision in DATES:
            if day in names and precision in names:
                yield from _dates(model, day, precision)


def _dates(model: type[Model], day: str, precision: str) -> Iterator[Fault]:
    latest = LATEST + datetime.timedelta(days=1)  # an end is stored as the day after
    outside = Q(**{f"{day}__lt": EARLIEST}) | Q(**{f"{day}__gt": latest})
    for row in model._base_manager.filter(outside).order_by("pk"):
        yield fault("period", row, day, getattr(row, day), "Lies outside the years 1000 to 2199.")
    unknown = ~Q(**{f"{precision}__in": ["", *Precision.values]})
    for row in model._base_manager.filter(unknown).order_by("pk"):
        yield fault("period", row, precision, getattr(row, precision), "Is no precision of a date.")
    exact = Q(**{f"{day}__isnull": True}) & ~Q(**{f"{precision}__in": ["", Precision.UNKNOWN]})
    other = Q(**{f"{day}__isnull": False, precision: Precision.UNKNOWN})
    for row in model._base_manager.filter(exact | other).order_by("pk"):
        yield fault(
            "period", row, precision, getattr(row, precision), "Does not fit whether there is a date."
        )


@register("sort_key")
def sort_keys() -> Iterator[Fault]:
    """Stored sort keys are those that today's names give."""
    for model in [*rows_of(Named), *rows_of(Titled)]:
        for row in model._base_manager.order_by("pk").iterator(CHUNK):
            stored = (row.sort_sv, row.sort_en)
            row.set_sort_keys()
            if stored != (row.sort_sv, row.sort_en):
                yield fault("sort_key", row, "sort_sv", stored[0], "Is not the sort key of the name.")


@register("name")
def names() -> Iterator[Fault]:
    """Every row is called something, in one language at least."""
    for kind, stem in ((Named, "name"), (Titled, "title")):
        for model in rows_of(kind):
            for row in model._base_manager.filter(**{f"{stem}_sv": "", f"{stem}_en": ""}).order_by("pk"):
                yield fault("name", row, f"{stem}_sv", "", "Has no name in any language.")


@register("id")
def ids() -> Iterator[Fault]:
    """Ids are unlike each other even to somebody who does not see small from capital letters."""
    for model in own_models():
        for name in ("slug", "code"):
            if name not in {f.name for f in model._meta.concrete_fields}:
                continue
            seen: dict[Any, str] = {}
            scope = "strategy_id" if model is PriorityArea else "pk"
            values = model._base_manager.order_by(name, "pk").values_list(name, scope)
            for value, within in values:
                key = (value.casefold(), within if model is PriorityArea else None)
                if not value or value != value.strip():
                    yield fault("id", (model, value), name, value, "Is no id.")
                elif key in seen:
                    error = f"Differs from “{seen[key]}” in capital letters alone."
                    yield fault("id", (model, value), name, value, error)
                seen[key] = value


@register("history")
def history() -> Iterator[Fault]:
    """A row's history ends with the version that stands; what is gone has been removed, not lost."""
    for model in own_models():
        if not hasattr(model, "history"):
            continue
        key = model._meta.pk.attname
        versioned = "version" in {f.name for f in model._meta.concrete_fields}
        fields = (key, "history_type", "version" if versioned else "history_id")
        last = {pk: rest for pk, *rest in model.history.order_by("history_id").values_list(*fields)}
        stands = dict(model._base_manager.order_by().values_list("pk", "version" if versioned else "pk"))
        for pk, (kind, version) in sorted(last.items()):
            if kind == "-" and pk in stands:
                yield fault(
                    "history", (model, pk), "", "", "Is there, though its history says it was removed."
                )
            elif kind != "-" and pk not in stands:
                yield fault("history", (model, pk), "", "", "Is gone, and its history does not say why.")
            elif kind != "-" and versioned and stands[pk] != version:
                error = f"Its history ends with version {version}."
                yield fault("history", (model, pk), "version", stands[pk], error)


@register("revision")
def revision() -> Iterator[Fault]:
    """There is one number that grows with the register."""
    if (count := RegisterRevision.objects.count()) > 1:
        yield Fault("revision", "base.registerrevision", "", "", str(count), "There is more than one row.")


@register("place_cycle")
def places() -> Iterator[Fault]:
    """Nothing is part of itself, by whatever way round."""
    for knot in cycles(Place.objects.exclude(parent=None).values_list("code", "parent__code")):
        yield Fault("place_cycle", "base.place", knot[0], "parent", ", ".join(knot), "Is part of itself.")


@register("code_list")
def code_lists() -> Iterator[Fault]:
    """Codes are single words: they are written with semicolons between them in files."""
    for model in rows_of(CodeList):
        for row in model._base_manager.filter(Q(code__contains=";") | Q(code__contains=" ")).order_by("pk"):
            yield fault("code_list", row, "code", row.code, "Is no single word.")


def overlapping(rule: str, model: type[Any], *same: str) -> Iterator[Fault]:
    """Rows alike in `same` whose periods meet: what they say would be counted twice."""
    assert issubclass(model, Period)
    groups: dict[tuple[Any, ...], list[tuple[Any, Any, Any]]] = defaultdict(list)
    rows = model._base_manager.order_by().values_list("pk", "valid_from", "valid_until", *same)
    for pk, first, until, *key in rows:
        groups[tuple(key)].append((first or datetime.date.min, until or datetime.date.max, pk))
    for spans in groups.values():
        reached, by = datetime.date.min, None
        for first, until, pk in sorted(spans):
            if by is not None and first < reached:
                error = f"Overlaps with number {by}, which says the same."
                yield fault(rule, (model, pk), "valid_from", first, error)
            if until > reached or by is None:
                reached, by = until, pk
