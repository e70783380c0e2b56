"""Recording what a meeting decided, and what it does to the register: one transaction, the minutes as source."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from coordination.base.authorisation import may
from coordination.base.editing import Conflict, sign
from coordination.base.forms import RowForm
from coordination.base.models import Document, RegisterRevision, User
from coordination.base.slugs import free_slug
from mandates import finding_facts, findings_actions, findings_refresh, findings_store, findings_work
from mandates.findings_actions import Offer
from mandates.findings_store import Row
from mandates.findings_work import Moment
from mandates.models import Disposition
from meetings import decision_effects, inviting
from meetings.decision_effects import Choice
from meetings.models import Action, AgendaItem, Decision, Meeting, Minutes

DECIDES = (Meeting.State.INVITED, Meeting.State.HELD)
SLUG = 80


class Locked(Exception):
    """The minutes wait for approval, or are approved: nothing is added to them."""


@dataclass(frozen=True)
class Moved(Exception):
    """The finding is not what whoever decided had before them. `now`: None where it no longer holds."""

    now: Row | None
    differences: Sequence[Any] = ()


@dataclass(frozen=True)
class Standing:
    """The finding of an item on its day: None where there is none, or where it does not hold."""

    day: datetime.date
    row: Row | None

    @property
    def body(self) -> dict[str, Any] | None:
        return self.row.body if self.row is not None else None

    @property
    def mark(self) -> str:
        """What a form carries, so that a finding that moved on meanwhile is noticed."""
        return self.row.fingerprint if self.row is not None else ""


def standing_of(item: AgendaItem, today: datetime.date) -> Standing:
    """The item's finding as it holds on its day."""
    day = item.finding_day or findings_refresh.followed_day(today)
    if item.finding is None:
        return Standing(day, None)
    row, _found = findings_store.one(day, item.finding.key)
    return Standing(day, row)


@transaction.atomic
def decide(
    item: AgendaItem,
    *,
    text: str,
    moment: Moment,
    choice: Choice | None = None,
    form: RowForm | None = None,
    row: Any = None,
    seen_mark: str | None = None,
) -> Decision:
    """Record a decision, and do to the register what it says. The finding of the item closes by itself.

    Args:
        moment: of today; the day of the item's finding is the item's own.
        seen_mark: of the finding as it was shown; None asks for no such check.

    Raises:
        inviting.NotNow: the meeting is a draft, or cancelled.
        Locked: its minutes wait for approval, or are approved.
        Moved: the finding closed, or changed, meanwhile.
        Conflict: the row of the register was changed meanwhile.
    """
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    if meeting.state not in DECIDES:
        raise inviting.NotNow(meeting)
    minutes, _made = Minutes.objects.get_or_create(meeting=meeting)
    if minutes.is_locked:
        raise Locked
    standing = standing_of(item, moment.today)
    if seen_mark is not None and seen_mark != standing.mark:
        raise Moved(standing.row, _differences(item, standing))
    last = Decision.objects.filter(item__meeting=meeting).aggregate(last=Max("number"))["last"]
    decision = Decision(item=item, number=(last or 0) + 1, text=text, created_by=moment.user)
    if choice is not None and form is not None:
        done = decision_effects.carry_out(
            choice,
            form,
            row,
            user=moment.user,
            reason=text,
            document=document_of(minutes, moment.user),
            place=place_of(decision),
        )
        decision.effect = done.effect
        decision.carried_out_at, decision.carried_out_by = moment.now, moment.user
        if done.row is not None and standing.row is not None:
            decision.effect |= _close(item, standing, choice, done.row, moment, minutes, decision)
    decision.save()
    AgendaItem.objects.filter(pk=item.pk).update(outcome=AgendaItem.Outcome.DECIDED)
    return decision


def place_of(decision: Decision) -> str:
    """Where in the minutes the decision stands."""
    return f"§ {decision.number}"


def _differences(item: AgendaItem, standing: Standing) -> list[Any]:
    if item.finding is None or standing.body is None:
        return []
    return list(finding_facts.differences(item.finding.body, standing.body))


def _close(
    item: AgendaItem,
    standing: Standing,
    choice: Choice,
    changed: Any,
    moment: Moment,
    minutes: Minutes,
    decision: Decision,
) -> dict[str, Any]:
    """What the change did to the item's finding: {"result", "day"}. Whoever may, disposes of it on the way."""
    row = standing.row
    assert row is not None and item.finding is not None and minutes.document is not None
    day = standing.day
    if choice.kind in findings_actions.KINDS:
        day = findings_actions.effective_day(Offer(choice.kind, choice.row), changed, standing.day)
    elif changed.valid_until:
        day = max(day, changed.valid_until)
    result = findings_actions.standing_after(row, day)
    then = Moment(moment.user, moment.now, moment.today, standing.day)
    finding = findings_work.record_of(row, then)
    if result and may(moment.user, "dispose", finding):
        findings_work.dispose(
            finding,
            row,
            then,
            choice=Disposition.Choice.ACTION_TAKEN,
            reason=decision.text,
            seen_version=finding.version,
            source=f"{minutes.document.title} {place_of(decision)}",
            changes=[{"app": choice.spec.app, "noun": choice.spec.noun, "pk": changed.pk}],
            takes_effect=day,
        )
    followed = findings_refresh.followed_day(moment.today)
    if result == findings_actions.GONE and day == standing.day == followed and finding.is_open:
        findings_actions.close(finding, then)
    return {"result": result, "day": day.isoformat()}


def document_of(minutes: Minutes, user: User) -> Document:
    """The minutes as a source, made the first time. It is named as it is filed, by network and day."""
    if minutes.document is not None:
        return minutes.document
    meeting = minutes.meeting
    network = meeting.network
    start = meeting.local_start
    day = start.date() if start else None
    slug = f"protokoll-{network.slug}-{day:%Y-%m-%d}" if day else f"protokoll-{network.slug}"
    taken = set(Document.objects.filter(slug__startswith="protokoll-").values_list("slug", flat=True))
    shown = f", {day:%Y-%m-%d}" if day else ""
    document = Document(
        slug=free_slug(slug[: SLUG - 4], taken),
        title_sv=f"Protokoll, {network.name_sv}{shown}"[:300],
        title_en=f"Minutes, {network.name_en or network.name_sv}{shown}"[:300],
        published=day,
        date_precision="day" if day else "",
        reference=minutes.case_number,
    )
    sign(document, user=user, reason=str(meeting)[:100])
    document.save()
    RegisterRevision.touch(document)
    Minutes.objects.filter(pk=minutes.pk).update(document=document)
    minutes.document = document
    return document


@transaction.atomic
def give(action: Action) -> Action:
    """Store a new action of an item's. Raises Locked."""
    meeting = Meeting.objects.select_for_update().get(pk=action.item.meeting_id)
    if any(minutes.is_locked for minutes in Minutes.objects.filter(meeting=meeting)):
        raise Locked
    action.save()
    return action


__all__ = [
    "Conflict",
    "Locked",
    "Moved",
    "Standing",
    "decide",
    "document_of",
    "give",
    "place_of",
    "standing_of",
]
