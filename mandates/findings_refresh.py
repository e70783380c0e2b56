"""Keeping the findings: the set of a day, and when each finding of the register's own day came and went."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from coordination.base import as_of as days
from coordination.base import revision
from mandates import finding_facts, register_snapshot
from mandates.findings_store import about_of, columns_of, rules_version, written
from mandates.models import Disposition, Finding, FindingEvent, FindingSet, FoundFinding
from mandates.snapshot import Snapshot

KEPT = 40  # sets of other days than the followed one; the longest unasked go first
BATCH = 200
Kind, Cause = FindingEvent.Kind, FindingEvent.Cause


def followed_day(today: datetime.date) -> datetime.date:
    """The register's own day: today, or the last day that was checked (design, Decisions)."""
    strategy = days.current_strategy(today)
    return min(today, strategy.known_until) if strategy and strategy.known_until else today


def is_up_to_date(as_of: datetime.date) -> bool:
    """Whether the kept set of `as_of` is of the register and the rules as they stand. Two queries."""
    return FindingSet.objects.filter(
        as_of=as_of, revision=revision.current(), rules_version=rules_version()
    ).exists()


def follow(today: datetime.date, now: datetime.datetime) -> bool:
    """Bring the followed set up to date, and the history of findings with it. Whether there was anything to do.

    Doing it twice, or late, leaves the same rows.
    """
    as_of = followed_day(today)
    if FindingSet.objects.filter(as_of=as_of, is_followed=True).exists() and is_up_to_date(as_of):
        return False
    keep(as_of, now=now, is_followed=True)
    return True


def keep(as_of: datetime.date, *, now: datetime.datetime, is_followed: bool = False) -> FindingSet:
    """Run the rules on `as_of` and keep what they find.

    The rules run outside the transaction that writes: an edit does not wait for them, and one that comes
    between is of a later revision, for which they run again.
    """
    number = revision.current()
    found = written(_snapshot(), as_of)
    with transaction.atomic():
        kept = FindingSet.objects.select_for_update().filter(as_of=as_of).first()
        if kept is not None and kept.revision > number:
            return kept  # another worker has seen more
        before = FindingSet.objects.filter(is_followed=True).first() if is_followed else None
        if before is not None and before.as_of != as_of:
            FindingSet.objects.filter(pk=before.pk).update(is_followed=False)
        kept = kept or FindingSet(as_of=as_of)
        cause = _cause(before, as_of, number)
        kept.revision, kept.rules_version, kept.computed_at = number, rules_version(), now
        kept.is_followed = kept.is_followed or is_followed
        kept.save()
        kept.rows.all().delete()
        FoundFinding.objects.bulk_create(
            (
                FoundFinding(
                    found_in=kept,
                    position=position,
                    about=about_of(finding),
                    body=body,
                    **columns_of(finding, body),
                )
                for position, (finding, body) in enumerate(found)
            ),
            batch_size=BATCH,
        )
        if kept.is_followed:
            seen = [Seen(f.key, f.rule, f.fingerprint, body) for f, body in found]
            _follow(seen, as_of=as_of, number=number, cause=cause, now=now)
        else:
            _let_go()
    return kept


def _snapshot() -> Snapshot:
    return register_snapshot.current()


def _let_go() -> None:
    others = FindingSet.objects.filter(is_followed=False).order_by("-computed_at", "-pk")
    for row in others[KEPT:]:
        row.delete()


def _cause(before: FindingSet | None, as_of: datetime.date, number: int) -> str:
    if before is not None and before.rules_version != rules_version():
        return Cause.RULES
    if before is not None and before.revision == number and before.as_of != as_of:
        return Cause.DAY
    return Cause.DATA


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding that holds, with the facts it rests on."""

    key: str
    rule: str
    fingerprint: str
    body: dict[str, Any]


def _follow(
    found: Iterable[Seen], *, as_of: datetime.date, number: int, cause: str, now: datetime.datetime
) -> None:
    """Open, change and close: what has come since the last look, what differs, and what is gone."""
    seen = {row.key: row for row in found}
    known = {row.key: row for row in Finding.objects.select_for_update().filter(is_open=True)}
    for closed in Finding.objects.select_for_update().filter(key__in=seen.keys() - known.keys()):
        known[closed.key] = closed
    intended = _called_intended(known.values())
    events: list[FindingEvent] = []
    fresh: list[Finding] = []
    changed: list[Finding] = []

    def note(finding: Finding, kind: str, differences: list[dict[str, Any]] | None = None) -> None:
        events.append(
            FindingEvent(
                finding=finding,
                kind=kind,
                cause=cause,
                at=now,
                as_of=as_of,
                revision=number,
                differences=differences or [],
            )
        )

    for key, row in seen.items():
        finding = known.get(key)
        if finding is None:
            finding = Finding(key=key, rule=row.rule, is_open=True, first_seen_at=now)
            fresh.append(finding)
            note(finding, Kind.OPENED)
        elif not finding.is_open:
            note(finding, Kind.REOPENED if finding.first_seen_at else Kind.OPENED)
            finding.is_open, finding.closed_at = True, None
            finding.first_seen_at = finding.first_seen_at or now
            changed.append(finding)
        elif finding.fingerprint != row.fingerprint:
            what = finding_facts.differences(finding.body, row.body)
            was_quiet = intended.get(finding.pk) == finding.fingerprint
            note(finding, Kind.RETURNED if was_quiet else Kind.CHANGED, what or [{"what": "other"}])
            changed.append(finding)
        elif finding.body_as_of != as_of:
            changed.append(finding)
        finding.body, finding.fingerprint, finding.body_as_of = row.body, row.fingerprint, as_of
    for key, finding in known.items():
        if finding.is_open and key not in seen:
            finding.is_open, finding.closed_at = False, now
            note(finding, Kind.CLOSED)
            changed.append(finding)
    Finding.objects.bulk_create(fresh, batch_size=BATCH)
    Finding.objects.bulk_update(
        changed,
        ["is_open", "first_seen_at", "closed_at", "body", "fingerprint", "body_as_of"],
        batch_size=BATCH,
    )
    FindingEvent.objects.bulk_create(events, batch_size=BATCH)


def _called_intended(findings: Iterable[Finding]) -> dict[int, str]:
    """{finding: the fingerprint on which it was called intended}, of those whose latest disposition says so."""
    keys = [finding.pk for finding in findings]
    latest: dict[int, tuple[str, str]] = {}
    made = Disposition.objects.filter(finding__in=keys, status=Disposition.Status.MADE).order_by("at", "pk")
    for finding, choice, fingerprint in made.values_list("finding_id", "choice", "fingerprint"):
        latest[finding] = (choice, fingerprint)
    return {pk: mark for pk, (choice, mark) in latest.items() if choice == Disposition.Choice.BY_DESIGN}


def today_and_now() -> tuple[datetime.date, datetime.datetime]:
    """The clock, for those who may read it: tasks and views."""
    return timezone.localdate(), timezone.now()
