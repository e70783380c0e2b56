"""What people do about findings: dispositions, replies, notes, publication. One transaction each."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from coordination.base.editing import Conflict, claim
from coordination.base.models import User
from mandates.findings_refresh import followed_day
from mandates.findings_store import Row
from mandates.models import Disposition, Finding, FindingEvent, FindingNote, Reply
from network.models import Actor

__all__ = ["Conflict", "Moment", "add_note", "dispose", "publish", "record_of", "save_reply", "withdraw"]

Kind, Cause = FindingEvent.Kind, FindingEvent.Cause


@dataclass(frozen=True, slots=True)
class Moment:
    """Who acts, when, and on which day's findings."""

    user: User
    now: datetime.datetime
    today: datetime.date
    as_of: datetime.date


def record_of(row: Row, moment: Moment) -> Finding:
    """The stored finding of `row`, made if nobody has done anything about it and the worker has not been yet."""
    body = row.body or {}
    is_followed = moment.as_of == followed_day(moment.today)
    finding, _made = Finding.objects.get_or_create(
        key=row.key,
        defaults={
            "rule": row.rule,
            "body": body,
            "fingerprint": row.fingerprint,
            "body_as_of": moment.as_of,
            "is_open": is_followed,
            "first_seen_at": moment.now if is_followed else None,
        },
    )
    return finding


def _move_on(finding: Finding, seen_version: int) -> None:
    """Hold the finding for whoever saw its latest version, and give it the next. Raises Conflict."""
    claim(finding, seen_version=seen_version)
    finding.version = seen_version + 1
    finding.save(update_fields=["version"])


@transaction.atomic
def dispose(
    finding: Finding,
    row: Row,
    moment: Moment,
    *,
    choice: str,
    reason: str,
    owner: Actor | None = None,
    due: datetime.date | None = None,
    seen_version: int,
    is_draft: bool = False,
    **done: Any,
) -> Disposition:
    """Keep a disposition on the facts of `row`. A draft replaces the author's own draft and moves nothing on.

    Args:
        done: of an action taken: `source`, `changes` and `takes_effect`.

    Raises:
        Conflict: somebody has decided about the finding since `seen_version`.
    """
    if not is_draft:
        _move_on(finding, seen_version)
    Disposition.objects.filter(finding=finding, author=moment.user, status=Disposition.Status.DRAFT).delete()
    return Disposition.objects.create(
        finding=finding,
        choice=choice,
        reason=reason,
        owner=owner,
        due=due,
        status=Disposition.Status.DRAFT if is_draft else Disposition.Status.MADE,
        author=moment.user,
        at=moment.now,
        as_of=moment.as_of,
        fingerprint=row.fingerprint,
        body=row.body or {},
        **done,
    )


@transaction.atomic
def save_reply(finding: Finding, moment: Moment, *, actor: Actor, text: str, is_draft: bool) -> Reply:
    """Keep what `actor` says. A draft is its author's alone; sending it replaces the draft."""
    Reply.objects.filter(finding=finding, actor=actor, author=moment.user, status=Reply.Status.DRAFT).delete()
    return Reply.objects.create(
        finding=finding,
        actor=actor,
        text=text,
        status=Reply.Status.DRAFT if is_draft else Reply.Status.SENT,
        author=moment.user,
        at=moment.now,
        as_of=moment.as_of,
    )


def add_note(finding: Finding, moment: Moment, *, kind: str, text: str) -> FindingNote:
    """An effect noted, a comment, or somebody's own note."""
    return FindingNote.objects.create(
        finding=finding, kind=kind, text=text, author=moment.user, at=moment.now
    )


@transaction.atomic
def publish(finding: Finding, moment: Moment) -> bool:
    """Let everybody who may read the register see the finding. False if they may already."""
    fresh = Finding.objects.filter(pk=finding.pk, published_at=None).update(
        published_at=moment.now, published_by=moment.user
    )
    if fresh:
        _note(finding, Kind.PUBLISHED, moment)
    return bool(fresh)


@transaction.atomic
def withdraw(finding: Finding, moment: Moment) -> bool:
    """Take the finding back from the public. False if it was not published."""
    published = Finding.objects.filter(pk=finding.pk, published_at__isnull=False)
    if done := published.update(published_at=None, published_by=None):
        _note(finding, Kind.WITHDRAWN, moment)
    return bool(done)


def _note(finding: Finding, kind: str, moment: Moment) -> None:
    FindingEvent.objects.create(
        finding=finding, kind=kind, cause=Cause.PERSON, at=moment.now, as_of=moment.as_of, user=moment.user
    )
