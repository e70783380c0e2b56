"""The versions of a row, in the words of its form: who changed what, when and why; and going back.

Kept by django-simple-history, one record for each save and each change of a many-to-many field. All records
of one version count as one change; the last of them is how the row stood. What hangs on a row (sources,
sides of a collaboration) has a history of its own, read as of the moment before the next version.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from simple_history.utils import get_m2m_field_name, get_m2m_reverse_field_name

from coordination.base.editing import claim, sign
from coordination.base.forms import RowForm
from coordination.base.models import Citation, RegisterRevision, User
from coordination.base.nouns import Noun

CREATED, CHANGED, REMOVED = "+", "~", "-"
WENT_ALONG = datetime.timedelta(minutes=1)  # longer than any removal takes


@dataclass(frozen=True)
class Change:
    """One field of one change, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """How a row stood after one change. `number` is the row's version then."""

    number: int
    at: datetime.datetime
    user: User | None
    reason: str
    kind: str
    values: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    confirmed_on: datetime.date | None = None
    confirmed_by_id: int | None = None

    @property
    def is_removal(self) -> bool:
        return self.kind == REMOVED


def versions(noun: Noun, row: Model, form: RowForm) -> list[Version]:
    """Every version of `row`, newest first, with what each changed.

    `form` is the noun's form of the row, with the fields that the reader may see. Queries: one for the
    records, one for each many-to-many field and each collection, one for each list of options; none per version.
    """
    return versions_of(noun, row.pk, form)


def versions_of(noun: Noun, pk: Any, form: RowForm) -> list[Version]:
    """As `versions`, for a row that may be gone."""
    if not noun.has_history:
        return []
    records = list(
        noun.model.history.filter(**{noun.model._meta.pk.attname: pk})  # type: ignore[attr-defined]  # simple-history's manager
        .select_related("history_user")
        .order_by("history_date", "history_id")
    )
    runs: list[list[Any]] = []
    for record in records:
        last = runs[-1][-1] if runs else None
        removed = REMOVED in (record.history_type, last.history_type if last else "")
        if last is None or removed or last.version != record.version:
            runs.append([record])
        else:
            runs[-1].append(record)
    related = _related_keys(form, [run[-1] for run in runs])
    collections = {
        name: Collection(model, lookup, pk) for name, (model, lookup) in form_collections(form).items()
    }
    found: list[Version] = []
    before: Version | None = None
    for index, run in enumerate(runs):
        record = run[-1]
        until = runs[index + 1][0].history_date if index + 1 < len(runs) else None
        values = {name: _value(form, name, record, related, collections, until) for name in form.row_fields}
        first = run[0]
        kind = record.history_type if record.history_type == REMOVED else first.history_type
        version = Version(
            number=record.version,
            at=first.history_date,
            user=first.history_user,
            reason=next((r.history_change_reason for r in run if r.history_change_reason), "") or "",
            kind=kind,
            values=values,
            confirmed_on=getattr(record, "confirmed_on", None),
            confirmed_by_id=getattr(record, "confirmed_by_id", None),
        )
        if before is not None and kind != REMOVED:
            version.changes.extend(differences(form, before.values, values))
            if before.confirmed_on != version.confirmed_on:
                version.changes.append(
                    Change(_("Last confirmed"), _iso(before.confirmed_on), _iso(version.confirmed_on))
                )
        found.append(version)
        before = version
    return found[::-1]


def differences(form: RowForm, before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """What differs between two sets of raw values, field by field."""
    return [
        Change(form.field_label(name), form.words(name, before.get(name)), form.words(name, after[name]))
        for name in form.row_fields
        if name in after and form.normal(name, before.get(name)) != form.normal(name, after[name])
    ]


def version_at(noun: Noun, row: Model, number: int, form: RowForm) -> Version | None:
    """How `row` stood in its version `number`; None if its history does not reach there."""
    for version in versions(noun, row, form):
        if version.number == number and not version.is_removal:
            return version
    return None


def _iso(date: datetime.date | None) -> str:
    return date.isoformat() if date else ""


def form_collections(form: RowForm) -> dict[str, tuple[Any, str]]:
    """Form fields kept as rows of their own: {field: (model, name of the key to the row)}."""
    own: dict[str, tuple[Any, str]] = getattr(form, "collections", {})
    found = {name: pair for name, pair in own.items() if name in form.fields}
    if "sources" in form.fields:
        found["sources"] = (Citation, "object_id")
    return found


class Collection:
    """Rows that hang on a row, at any moment of its life. Two queries."""

    def __init__(self, model: Any, lookup: str, pk: Any, content_model: Any = None) -> None:
        self.model, self.lookup, self.pk = model, lookup, pk
        self._rows: dict[Any, list[Any]] | None = None
        self.content_model = content_model

    def load(self, owner: Any) -> dict[Any, list[Any]]:
        if self._rows is None:
            where: dict[str, Any] = {self.lookup: self.pk}
            if self.model is Citation:
                where["content_type"] = ContentType.objects.get_for_model(owner)
            self._rows = {}
            for record in self.model.history.filter(**where).order_by("history_date", "history_id"):
                self._rows.setdefault(record.id, []).append(record)
            for current in self.model._default_manager.filter(**where):
                # Loaded in bulk, without a history of its own: it has been there all the time.
                self._rows.setdefault(current.pk, [current])
        return self._rows

    def at(self, owner: Any, before: datetime.datetime | None) -> list[Any]:
        """The rows as they stood just before `before` (None: now), in their order."""
        standing = []
        for records in self.load(owner).values():
            seen = [r for r in records if before is None or getattr(r, "history_date", before) < before]
            if seen or not hasattr(records[0], "history_type"):
                record = seen[-1] if seen else records[0]
                if getattr(record, "history_type", CHANGED) != REMOVED:
                    standing.append(record)
            elif records[0].history_type != CREATED:
                standing.append(records[0])
        return sorted(standing, key=lambda r: (r.position, r.id))


def _value(
    form: RowForm,
    name: str,
    record: Any,
    related: dict[str, dict[Any, list[Any]]],
    collections: dict[str, Collection],
    until: datetime.datetime | None,
) -> Any:
    if name in collections:
        rows = collections[name].at(record.instance_type, until)
        return form.raw_collection(name, rows)
    if name in related:
        return [form.fields[name].key_of(pk) for pk in related[name].get(record.history_id, [])]  # type: ignore[attr-defined]  # a field that picks rows
    return form.raw_value(name, _Past(record))


class _Past:
    """A historical record, read as if it were the row."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def __getattr__(self, name: str) -> Any:
        if name == "valid_to":
            until = self._record.valid_until
            return until - datetime.timedelta(days=1) if until else None
        if name == "date_to":
            until = self._record.date_until
            return until - datetime.timedelta(days=1) if until else None
        return getattr(self._record, name)


def _related_keys(form: RowForm, records: list[Any]) -> dict[str, dict[Any, list[Any]]]:
    """{field: {history id: keys}} of the many-to-many fields that are in the form."""
    found: dict[str, dict[Any, list[Any]]] = {}
    if not records:
        return found
    for m2m in getattr(records[0], "_history_m2m_fields", ()):
        if m2m.name not in form.fields:
            continue
        target = f"{get_m2m_reverse_field_name(m2m)}_id"
        model = getattr(records[0], m2m.name).model
        rows = model.objects.filter(history_id__in=[r.history_id for r in records]).order_by("pk")
        keys: dict[Any, list[Any]] = {}
        for row in rows:
            keys.setdefault(row.history_id, []).append(getattr(row, target))
        found[m2m.name] = keys
    return found


def keep_baseline(row: Any) -> None:
    """Record how a row stands that was loaded in bulk, before its first edit: else nobody could go back."""
    model: Any = type(row)
    if not hasattr(model, "history") or model.history.filter(**{model._meta.pk.attname: row.pk}).exists():
        return
    stored = model._default_manager.get(pk=row.pk)
    (record,) = model.history.bulk_history_create([stored], update=False)
    when = getattr(stored, "updated_at", None)
    if record.pk is None:
        record = model.history.filter(**{model._meta.pk.attname: row.pk}).latest()
    model.history.filter(history_id=record.history_id).update(history_date=when, history_user=None)
    for m2m in record._history_m2m_fields if hasattr(record, "_history_m2m_fields") else ():
        through = getattr(stored, m2m.name).through
        owner = get_m2m_field_name(m2m)
        kept = getattr(record, m2m.name).model
        names = [f.name for f in through._meta.fields]
        kept.objects.bulk_create(
            kept(history_id=record.history_id, **{name: getattr(link, name) for name in names})
            for link in through._default_manager.filter(**{owner: stored})
        )


@transaction.atomic
def remove(row: Any, *, seen_version: int, user: User, reason: str, now: datetime.datetime) -> None:
    """Take back a row that should never have been there. Its history stays, and it can be restored.

    Raises:
        Conflict: somebody changed it meanwhile.
        django.db.models.ProtectedError: other rows refer to it.
    """
    claim(row, seen_version=seen_version)
    keep_baseline(row)
    sign(row, user=user, reason=reason)
    # Its sources and parts go with it, moments later: the last version is read as of this moment.
    row._history_date = now
    row.delete()


def removed(nouns: Iterable[Noun], *, limit: int) -> list[tuple[Noun, Any]]:
    """The latest removals that stand: (noun, last historical record), newest first."""
    found: list[tuple[Noun, Any]] = []
    for noun in nouns:
        if not noun.has_history:
            continue
        model: Any = noun.model
        key = model._meta.pk.attname
        records = model.history.filter(history_type=REMOVED).select_related("history_user")
        records = records.exclude(**{f"{key}__in": model._default_manager.values("pk")})
        if noun.narrow:
            records = noun.narrow(records)
        found += [(noun, record) for record in records.order_by("-history_date", "-history_id")[:limit]]
    return sorted(found, key=lambda pair: pair[1].history_date, reverse=True)[:limit]


@transaction.atomic
def restore(noun: Noun, record: Any, form: RowForm, *, user: User, reason: str) -> Any:
    """Put a removed row back, under its old key, as it stood; with its sources and what went with it.

    Raises:
        django.core.exceptions.ValidationError: its id is taken, or what it pointed at is gone.
    """
    past = versions_of(noun, getattr(record, noun.model._meta.pk.attname), form)
    last = next((version for version in past if not version.is_removal), None)
    row = record.instance
    _put_back(row, record.version, user=user, reason=reason)
    for relation in noun.model._meta.related_objects:
        model: Any = relation.related_model
        if relation.on_delete is not models.CASCADE or not hasattr(model, "history"):
            continue
        went_along = model.history.filter(
            history_type=REMOVED,
            history_date__gte=record.history_date,
            history_date__lt=record.history_date + WENT_ALONG,
            **{relation.field.attname: row.pk},
        )
        for other in went_along:
            if not model._default_manager.filter(pk=getattr(other, model._meta.pk.attname)).exists():
                _put_back(other.instance, getattr(other, "version", None), user=user, reason=reason)
    if last is not None:
        filled = type(form).from_raw(last.values, instance=row, version=row.version, reason=reason, user=user)
        if filled.is_valid():
            filled.save_related()
    RegisterRevision.touch()
    return row


def _put_back(row: Any, version: int | None, *, user: User, reason: str) -> None:
    row._state.adding = True
    sign(row, user=user, reason=reason)
    if version is not None:
        row.version = version + 1
    row.full_clean()
    row.save(force_insert=True)
