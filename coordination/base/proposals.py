"""Changes that somebody without the right to make them puts before those who have it."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from coordination.base import nouns
from coordination.base.editing import save_form
from coordination.base.forms import RowForm
from coordination.base.history import keep_baseline
from coordination.base.models import Proposal, User
from coordination.base.nouns import Noun


class AlreadyDecided(Exception):
    """Somebody else decided about the proposal first."""


@dataclass(frozen=True)
class Line:
    """One field of a proposal, as text. `moved`: the row no longer says what the proposer saw."""

    label: str
    before: str
    now: str
    after: str
    moved: bool


def propose(
    form: RowForm, noun: Noun, row: Any, *, user: User, reason: str, source: str, on_behalf_of: str
) -> Proposal | None:
    """Store the changes of a valid form as a proposal; None if it changes nothing.

    `row` None proposes a new row.
    """
    posted = form.raw_posted()
    if row is None:
        changes = {
            name: {"from": None, "to": value}
            for name, value in posted.items()
            if value not in ("", None, [], ["", ""])
        }
    else:
        stored = form.raw_values(noun.model._default_manager.get(pk=row.pk))
        changes = {
            name: {"from": stored[name], "to": value}
            for name, value in posted.items()
            if form.normal(name, stored[name]) != value
        }
    if not changes:
        return None
    return Proposal.objects.create(
        content_type=ContentType.objects.get_for_model(noun.model),
        object_id=row.pk if row is not None else None,
        row_version=row.version if row is not None else None,
        changes={"noun": noun.key, "fields": changes},
        reason=reason,
        source=source,
        on_behalf_of=on_behalf_of,
        proposed_by=user,
    )


def noun_of(proposal: Proposal) -> Noun:
    """The kind of row that a proposal is about. Raises LookupError if it no longer exists."""
    model = proposal.content_type.model_class()
    for noun in nouns.all_nouns():
        if noun.model is model and noun.key == proposal.changes.get("noun", noun.key):
            return noun
    raise LookupError(proposal.content_type)


def fields_of(proposal: Proposal) -> dict[str, dict[str, Any]]:
    """{field: {"from": …, "to": …}} in raw values."""
    fields: dict[str, dict[str, Any]] = proposal.changes.get("fields", proposal.changes)
    return {name: pair for name, pair in fields.items() if isinstance(pair, dict) and "to" in pair}


def lines(proposal: Proposal, form: RowForm, now: dict[str, Any] | None) -> list[Line]:
    """The proposal side by side: what the proposer saw, what stands now, what they want.

    In the form's order: a database may keep the fields of a JSON object in another than they were written.
    """
    found = []
    proposed = fields_of(proposal)
    for name in form.fields:
        if name not in proposed:
            continue
        pair = proposed[name]
        stands = now[name] if now is not None else None
        moved = now is not None and form.normal(name, pair.get("from")) != form.normal(name, stands)
        found.append(
            Line(
                label=form.field_label(name),
                before=form.words(name, pair.get("from")) if pair.get("from") is not None else "",
                now=form.words(name, stands) if now is not None else "",
                after=form.words(name, pair["to"]),
                moved=moved,
            )
        )
    return found


def wanted(proposal: Proposal, now: dict[str, Any]) -> dict[str, Any]:
    """Raw values of the row with the proposed ones laid over them."""
    known = fields_of(proposal)
    return {**now, **{name: pair["to"] for name, pair in known.items()}}


@transaction.atomic
def decide(
    proposal: Proposal, status: str, *, user: User | None, at: datetime.datetime, answer: str = ""
) -> None:
    """Close a pending proposal.

    Raises:
        AlreadyDecided: it is not pending any more.
    """
    pending = Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.PENDING)
    if not pending.update(status=status, decided_by=user, decided_at=at, answer=answer):
        raise AlreadyDecided
    proposal.refresh_from_db()


@transaction.atomic
def accept(
    proposal: Proposal, form: RowForm, noun: Noun, *, user: User, at: datetime.datetime, answer: str
) -> Any:
    """Save the (possibly edited) form of a proposal and close it, both or neither.

    Raises:
        AlreadyDecided: somebody else was first.
        coordination.base.editing.Conflict: the row has moved on since the form was shown.
    """
    decide(proposal, Proposal.Status.ACCEPTED, user=user, at=at, answer=answer)
    if not form.is_new:
        keep_baseline(form.instance)
    row = save_form(form, user=user)
    if proposal.object_id is None:
        Proposal.objects.filter(pk=proposal.pk).update(object_id=row.pk)
    return row
