"""Making changes to the register in one transaction, with history, reason and source; and taking them back.

What is written is the difference between the register and the register with the changes laid over it
(`mandates.edits`), row by row through the ordinary editing service: a row that somebody else changes meanwhile
stops all of it.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from coordination.base.editing import Conflict, save_row, sign
from coordination.base.history import remove
from coordination.base.models import Citation, RegisterRevision, User
from mandates import edit_texts, register_snapshot
from mandates.change_json import to_json
from mandates.changes import Change
from mandates.drafts import Decision
from mandates.edits import Edit, edits
from mandates.explain import Names, names_before
from mandates.models import AppliedChanges, Scenario
from mandates.overlay import lay
from mandates.row_writer import CannotWrite, Entry, RowWriter, set_sides, sides_of
from mandates.snapshot import Snapshot

__all__ = ["CannotWrite", "Moved", "Plan", "apply", "plan", "undo"]


class Moved(Exception):
    """The register has changed since somebody looked at what would be written."""


@dataclass(frozen=True)
class Plan:
    """What changes would write. `fingerprint` is the same as long as that is."""

    edits: Sequence[Edit]
    before: Snapshot
    after: Snapshot

    @property
    def fingerprint(self) -> str:
        return edit_texts.fingerprint(self.edits)

    @property
    def names(self) -> Names:
        return names_before(self.before, self.after)


def plan(
    changes: Iterable[Change],
    day: datetime.date,
    *,
    register: Snapshot | None = None,
    decision: Decision | None = None,
) -> Plan:
    """What `changes` would write if they took effect on `day`. Raises DoesNotFit."""
    before = register or register_snapshot.current()
    laid = lay(before, changes, day, decision or Decision())
    return Plan(edits(before, laid), before, laid.snapshot)


def said_source(citation: Citation) -> str:
    """A citation as the snapshot has it: "document place"."""
    if citation.document is not None:
        return f"{citation.document.slug} {citation.place}".strip()
    return citation.label or citation.url


@transaction.atomic
def apply(
    changes: Sequence[Change],
    *,
    day: datetime.date,
    seen: str,
    title: str,
    user: User,
    reason: str,
    citations: Sequence[Citation],
    today: datetime.date,
    scenario: Scenario | None = None,
    about: str = "",
) -> AppliedChanges:
    """Make `changes` to the register: all of them, or none.

    Args:
        day: when those without a day of their own take effect.
        seen: fingerprint of the plan that the user confirmed.
        citations: unsaved; every row that begins or changes cites them.
        today: the day on which the new rows are confirmed.

    Raises:
        DoesNotFit: a change no longer fits the register.
        Moved: what would be written is not what was looked at.
        CannotWrite: the register refuses a row.
        coordination.base.editing.Conflict: somebody changed a row at the same moment.
    """
    sources = {said_source(citation): citation for citation in citations}
    decision = Decision(sources=tuple(sources), confirmed_on=today)
    found = plan(changes, day, register=register_snapshot.read(), decision=decision)
    if found.fingerprint != seen:
        raise Moved
    writer = RowWriter(user=user, reason=reason, sources=sources)
    entries = [writer.write(edit) | {"said": edit_texts.told(edit, found.names)} for edit in found.edits]
    writer.finish(entries)
    report = AppliedChanges.objects.create(
        title=title[:300],
        scenario=scenario if scenario is not None and scenario.is_stored else None,
        about=about,
        day=day,
        changes=[to_json(change) for change in changes],
        edits=entries,
        reason=reason,
        source="; ".join(sources)[:1000],
        applied_by=user,
    )
    RegisterRevision.touch()
    return report


# Taking back.


@transaction.atomic
def undo(report: AppliedChanges, *, user: User, at: datetime.datetime) -> list[str]:
    """Put back every row as it was, and take away those that were begun.

    Returns:
        Names of rows that stay as they are: they were changed, or others came to rest on them, since then.
    """
    if not AppliedChanges.objects.filter(pk=report.pk, undone_at=None).update(undone_at=at, undone_by=user):
        return []
    reason = (_("Undone: %(title)s") % {"title": report.title})[:100]
    stayed = [
        entry["name"] for entry in report.edits if not entry["is_new"] and not _put_back(entry, user, reason)
    ]
    begun = [entry for entry in reversed(report.edits) if entry["is_new"]]
    while begun:
        left = [entry for entry in begun if not _take_away(entry, user, reason, at)]
        if len(left) == len(begun):
            break
        begun = left
    RegisterRevision.touch()
    return stayed + [entry["name"] for entry in begun]


def _put_back(entry: Entry, user: User, reason: str) -> bool:
    model: Any = apps.get_model(entry["model"])
    row = model._default_manager.filter(pk=entry["pk"], version=entry["version"]).first()
    if row is None:
        return False
    for name, value in entry["fields"].items():
        field = next(f for f in model._meta.concrete_fields if f.attname == name)
        setattr(
            row,
            name,
            None if value is None else (field.target_field if field.remote_field else field).to_python(value),
        )
    try:
        with transaction.atomic():
            row.full_clean()
            save_row(row, seen_version=entry["version"], user=user, reason=reason)
    except (ValidationError, Conflict):
        return False
    if entry["sides"] and entry["sides"] != sides_of(row):
        set_sides(row, entry["sides"], user=user, reason=reason)
    for citation in Citation.objects.filter(pk__in=entry["citations"]):
        sign(citation, user=user, reason=reason)
        citation.delete()
    return True


def _take_away(entry: Entry, user: User, reason: str, at: datetime.datetime) -> bool:
    model: Any = apps.get_model(entry["model"])
    row = model._default_manager.filter(pk=entry["pk"]).first()
    if row is None:
        return True
    try:
        with transaction.atomic():
            remove(row, seen_version=entry["version"], user=user, reason=reason, now=at)
    except (ProtectedError, Conflict):
        return False
    return True
