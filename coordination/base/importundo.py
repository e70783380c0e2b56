"""Undoing an import: every row as it was, what it brought taken away; all of it, in one transaction.

A row and what hangs on it (its sources, the sides of a collaboration) are undone together or left together.
What somebody has changed since, or come to refer to, is never touched: it is named, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from coordination.base.models import ImportedRow, ImportJob, ImportUndo, Proposal, RegisterRevision, User
from coordination.base.tables import storing
from coordination.base.tables.journal import BATCH, CHANGED, CREATED, REMOVED, Name, links, stored
from coordination.base.tables.storing import Stamp

REASON_LENGTH = 100
# What a row's next version does not take from an earlier one.
_OWN = frozenset({"version", "updated_at", "sort_sv", "sort_en"})
MOST_NAMED = 500  # of the rows that were left
_REFERRING_NAMED = 3


class Moved(Exception):
    """The register has changed since somebody looked at what undoing would do."""


class CannotUndo(Exception):
    """Some rows would stay as they are, and nobody has said that they may; or the database refuses."""


@dataclass(eq=False)
class Unit:
    """A row with what hangs on it."""

    model: type[Any]
    key: str
    entries: list[ImportedRow] = field(default_factory=list)
    why: str = ""  # why it is left alone

    @property
    def own(self) -> ImportedRow | None:
        """The entry of the row itself; None where only something that hangs on it was touched."""
        label = self.model._meta.label_lower
        return next((e for e in self.entries if (e.model, e.key) == (label, self.key)), None)

    @property
    def is_new(self) -> bool:
        return self.own is not None and self.own.what == CREATED

    @property
    def name(self) -> str:
        """What the row is called, as it stood after the import."""
        values = (self.own.after or self.own.before) if self.own else {}
        for column in ("name_sv", "title_sv", "slug", "code", "value"):
            if values.get(column):
                return str(values[column])
        row = self.model._default_manager.filter(pk=self.key).first()
        return str(row or f"{self.model._meta.verbose_name} {self.key}")


@dataclass
class Plan:
    """What undoing would do; each list in the order of the file."""

    taken_away: list[Unit]
    put_back: list[Unit]
    left: list[Unit]


def is_undoable(job: ImportJob) -> bool:
    """Whether the import was taken in and is not undone: what it wrote is kept until then."""
    return job.state == ImportJob.State.APPLIED and job.written.exists()


def plan(job: ImportJob) -> Plan:
    """What undoing `job` would do now. Queries: a few for each model, none for each row."""
    entries = list(job.written.all())
    units = _units(entries)
    now = _now(entries)
    for unit in units:
        unit.why = next(filter(None, (_moved_on(entry, now) for entry in unit.entries)), "")
    _leave_what_lacks_its_target(units)
    # Leaving one row may leave another that it refers to.
    while _leave_what_is_referred_to(units):
        pass
    free = [unit for unit in units if not unit.why]
    return Plan(
        taken_away=[unit for unit in free if unit.is_new],
        put_back=[unit for unit in free if not unit.is_new],
        left=[unit for unit in units if unit.why],
    )


@transaction.atomic
def undo(job: ImportJob, *, user: User, reason: str, leave: bool, seen: int) -> Plan:
    """Undo an import as `plan` says, with history.

    Args:
        leave: whether rows that somebody has changed since may stay as they are.
        seen: revision of the register when the plan was shown.

    Raises:
        Moved: the register has changed since then, or the import was undone meanwhile.
        CannotUndo: rows would stay, and `leave` is not set; or the database refuses what it accepted before.
    """
    locked = ImportJob.objects.select_for_update().get(pk=job.pk)
    revision = RegisterRevision.objects.select_for_update().order_by("pk").first()
    if not is_undoable(locked) or (revision.number if revision else 0) != seen:
        raise Moved
    found = plan(locked)
    if found.left and not leave:
        raise CannotUndo(
            _("Some rows would stay as they are. Say that they may, or leave the import as it is.")
        )
    said = _("Undone: %(name)s. %(reason)s") % {"name": locked.file_name[:60], "reason": reason}
    stamp = Stamp(user, said[:REASON_LENGTH])
    try:
        with transaction.atomic():
            _write([entry for unit in (*found.taken_away, *found.put_back) for entry in unit.entries], stamp)
    except IntegrityError as error:
        raise CannotUndo(
            _("The register refuses the former values: another row has come to stand in their way.")
        ) from error
    ImportUndo.objects.create(
        job=locked,
        by=user,
        at=stamp.at,
        reason=reason[:REASON_LENGTH],
        taken_away=len(found.taken_away),
        put_back=len(found.put_back),
        left=[[unit.name, unit.why] for unit in found.left[:MOST_NAMED]],
    )
    locked.written.all().delete()
    RegisterRevision.touch()
    return found


# Reading


def _units(entries: Iterable[ImportedRow]) -> list[Unit]:
    by_name: dict[Name, ImportedRow] = {(entry.model, entry.key): entry for entry in entries}
    units: dict[Name, Unit] = {}
    for entry in by_name.values():
        owner = _owner(entry)
        name = owner if owner in by_name else (entry.model, entry.key)
        unit = units.setdefault(name, Unit(apps.get_model(name[0]), name[1]))
        unit.entries.append(entry)
    return list(units.values())


def _owner(entry: ImportedRow) -> Name:
    """The row that `entry` hangs on, if any; else itself."""
    model: Any = apps.get_model(entry.model)
    values = entry.after or entry.before
    for private in model._meta.private_fields:
        if isinstance(private, GenericForeignKey):
            content_type = ContentType.objects.get_for_id(values[f"{private.ct_field}_id"])
            return f"{content_type.app_label}.{content_type.model}", str(values[private.fk_field])
    for key in _foreign_keys(model):
        if key.remote_field.on_delete is models.CASCADE and values[key.attname] is not None:
            return key.related_model._meta.label_lower, str(values[key.attname])
    return entry.model, entry.key


def _foreign_keys(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _now(entries: Iterable[ImportedRow]) -> dict[Name, dict[str, Any]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        keys[entry.model].append(entry.key)
    return {
        (label, key): values
        for label, wanted in keys.items()
        for key, values in stored(apps.get_model(label), wanted).items()
    }


def _moved_on(entry: ImportedRow, now: dict[Name, dict[str, Any]]) -> str:
    """Why a row cannot be undone, judging by itself."""
    values = now.get((entry.model, entry.key))
    if entry.what == REMOVED:
        return _("It is there again.") if values is not None else ""
    if values is None:
        return _("It has been removed since.")
    return _("It has been changed since.") if values != entry.after else ""


def _leave_what_lacks_its_target(units: Iterable[Unit]) -> None:
    """Leave rows whose former values refer to something that is gone."""
    wanted: dict[type[Model], dict[str, list[Unit]]] = defaultdict(lambda: defaultdict(list))
    for unit in units:
        for entry in unit.entries:
            model = apps.get_model(entry.model)
            if entry.what == CREATED or unit.why:
                continue
            for key in _foreign_keys(model):
                value = entry.before[key.attname]
                if value is not None and value != entry.after.get(key.attname):
                    wanted[key.related_model][str(value)].append(unit)
            for relation in links(model):
                for value in set(entry.before[relation.name]) - set(entry.after.get(relation.name, [])):
                    wanted[relation.related_model][str(value)].append(unit)
    for model, by_key in wanted.items():
        keys = list(by_key)
        there = {
            str(pk)
            for start in range(0, len(keys), BATCH)
            for pk in model._default_manager.filter(pk__in=keys[start : start + BATCH]).values_list(
                "pk", flat=True
            )
        }
        for key in set(keys) - there:
            for unit in by_key[key]:
                unit.why = _("What it referred to has been removed since.")


def _leave_what_is_referred_to(units: Iterable[Unit]) -> bool:
    """Leave new rows that rows which stay refer to. Whether any was found."""
    going: dict[type[Model], dict[str, Unit]] = defaultdict(dict)
    gone: set[Name] = set()
    former: dict[Name, dict[str, Any]] = {}
    for unit in units:
        for entry in [] if unit.why else unit.entries:
            if entry.what == CREATED:
                going[apps.get_model(entry.model)][entry.key] = unit
                gone.add((entry.model, entry.key))
            elif entry.what == CHANGED:
                former[entry.model, entry.key] = entry.before
    found: dict[Unit, list[Any]] = defaultdict(list)
    for model, by_key in going.items():
        keys = list(by_key)
        for start in range(0, len(keys), BATCH):
            for target, row in _referring(model, keys[start : start + BATCH], gone, former):
                found[by_key[target]].append(row)
    for unit, rows in found.items():
        names = ", ".join(dict.fromkeys(str(row) for row in rows[:_REFERRING_NAMED]))
        unit.why = _("Other rows refer to it: %(rows)s.") % {"rows": names[:300]}
    return bool(found)


def _referring(
    model: type[Any], keys: list[str], gone: set[Name], former: dict[Name, dict[str, Any]]
) -> Iterable[tuple[str, Any]]:
    """(key, row) of rows that would still refer to `keys` of `model` afterwards."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        other: Any = relation.related_model
        if hasattr(other, "instance_type") or hasattr(other, "m2m_history_id"):  # history stays
            continue
        column = relation.field.attname
        rows = other._default_manager.filter(**{f"{relation.field.name}__in": keys})
        if other._meta.auto_created:
            yield from _linked(other, relation.field, rows, gone, former)
            continue
        label = other._meta.label_lower
        for row in rows:
            name = (label, str(row.pk))
            then = former.get(name, {}).get(column, getattr(row, column))
            if name not in gone and str(then) == str(getattr(row, column)):
                yield str(getattr(row, column)), row
    about = Proposal.objects.filter(
        content_type=ContentType.objects.get_for_model(model), status=Proposal.Status.PENDING
    )
    if model._meta.pk.get_internal_type() in ("AutoField", "BigAutoField"):
        for proposal in about.filter(object_id__in=keys):
            yield str(proposal.object_id), proposal


def _linked(
    through: Any, field: Any, rows: Any, gone: set[Name], former: dict[Name, dict[str, Any]]
) -> Iterable[tuple[str, Any]]:
    """As `_referring`, for the rows of a plain many-to-many field: `field` points at what may go."""
    (other,) = [key for key in _foreign_keys(through) if key.name != field.name]
    relation = next((r for r in links(other.related_model) if r.remote_field.through is through), None)
    if relation is None or relation.m2m_reverse_field_name() != field.name:
        return  # the row's own links go with it
    label = other.related_model._meta.label_lower
    for link in rows.select_related(other.name):
        name, target = (label, str(getattr(link, other.attname))), getattr(link, field.attname)
        if name not in gone and target in former.get(name, {}).get(relation.name, [target]):
            yield str(target), getattr(link, other.name)


# Writing


def _write(entries: list[ImportedRow], stamp: Stamp) -> None:
    of: dict[str, dict[str, dict[str, ImportedRow]]] = defaultdict(lambda: defaultdict(dict))
    for entry in entries:
        of[entry.what][entry.model][entry.key] = entry
    for label, by_key in of[CREATED].items():
        storing.remove(_rows(apps.get_model(label), by_key), stamp)
    for label, by_key in of[CHANGED].items():
        rows = _rows(apps.get_model(label), by_key)
        for row in rows:
            before = by_key[str(row.pk)].before
            changed = _set(row, before, besides=_OWN)
            storing.update(row, changed, stamp)
            for relation in links(type(row)):
                getattr(row, relation.attname).set(before[relation.name])
        storing.record(rows, CHANGED, stamp)
    for label, by_key in of[REMOVED].items():
        model: Any = apps.get_model(label)
        rows = []
        for entry in by_key.values():
            row = model()
            _set(row, entry.before)
            rows.append(row)
        storing.create(rows)
        storing.record(rows, CREATED, stamp)


def _rows(model: type[Model], by_key: dict[str, Any]) -> list[Any]:
    keys = list(by_key)
    return [
        row
        for start in range(0, len(keys), BATCH)
        for row in model._default_manager.filter(pk__in=keys[start : start + BATCH])
    ]


def _set(row: Any, values: dict[str, Any], besides: frozenset[str] = frozenset()) -> set[str]:
    """Give `row` former values. Names of the fields that they change."""
    changed = set()
    for column in row._meta.concrete_fields:
        if column.attname in besides:
            continue
        value = values[column.attname]
        if value is not None:
            value = (column.target_field if column.remote_field else column).to_python(value)
        if getattr(row, column.attname) != value:
            setattr(row, column.attname, value)
            changed.add(column.name)
    return changed
