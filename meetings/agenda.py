"""The agenda of a meeting: its items in order, with the times that their durations make."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max, ProtectedError

from coordination.base.editing import claim
from coordination.base.models import Document
from mandates.models import Finding
from meetings.models import Action, AgendaItem, Meeting, Minutes
from network.models import Actor

Kind = AgendaItem.Kind
UP, DOWN = -1, 1


class Locked(Exception):
    """The minutes are approved, or the meeting is cancelled: the agenda stays as it was."""


class HasContent(Exception):
    """Something was written or decided under the item, which would be lost with it."""


@dataclass(frozen=True)
class Line:
    """An item with the number and the hours that it gets, by the clock of the meeting's zone."""

    number: int
    item: AgendaItem
    starts: datetime.datetime | None
    ends: datetime.datetime | None
    is_late: bool  # ends after the meeting


def timed(meeting: Meeting, items: Iterable[AgendaItem]) -> list[Line]:
    """`items` one after the other from the meeting's start; without hours where the meeting has none."""
    lines, at = [], meeting.local_start
    for number, item in enumerate(items, start=1):
        ends = at + datetime.timedelta(minutes=item.duration) if at else None
        late = bool(ends and meeting.local_end and ends > meeting.local_end)
        lines.append(Line(number, item, at, ends, late))
        at = ends
    return lines


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """In order, with what they are about. Two queries."""
    rows = meeting.items.select_related("owner", "finding", "action__owner").prefetch_related("documents")
    return list(rows.order_by("position", "pk"))


def minutes_over(lines: Sequence[Line], meeting: Meeting) -> int:
    """How many minutes the agenda needs beyond the meeting's own."""
    if not lines or meeting.starts is None or meeting.ends is None:
        return 0
    needed = sum(line.item.duration for line in lines)
    return max(0, needed - int((meeting.ends - meeting.starts).total_seconds()) // 60)


def is_locked(meeting: Meeting) -> bool:
    """Whether the agenda can no longer be changed."""
    return (
        meeting.state == Meeting.State.CANCELLED
        or Minutes.objects.filter(meeting=meeting).exclude(state=Minutes.State.WRITING).exists()
    )


@transaction.atomic
def add(
    meeting: Meeting,
    *,
    title: str,
    kind: str = Kind.TOPIC,
    intro: str = "",
    duration: int = 15,
    owner: Actor | None = None,
    finding: Finding | None = None,
    action: Action | None = None,
    documents: Iterable[Document] = (),
) -> AgendaItem:
    """A new last item; the one that is there already where the agenda has the finding, the action or the kind.

    Raises:
        Locked: the minutes wait for approval or are approved, or the meeting is cancelled.
    """
    _hold(meeting)
    known = _known(meeting, kind, finding, action)
    if known is not None:
        return known
    last = meeting.items.aggregate(last=Max("position"))["last"]
    made = AgendaItem.objects.create(
        meeting=meeting,
        kind=kind,
        title=title[: AgendaItem._meta.get_field("title").max_length],
        intro=intro,
        duration=duration,
        owner=owner,
        finding=finding,
        action=action,
        position=0 if last is None else last + 1,
    )
    made.documents.set(documents)
    return made


def _known(meeting: Meeting, kind: str, finding: Finding | None, action: Action | None) -> AgendaItem | None:
    if finding is not None:
        return meeting.items.filter(finding=finding).first()
    if action is not None:
        return meeting.items.filter(action=action).first()
    if kind in (Kind.MINUTES, Kind.MANDATES):
        return meeting.items.filter(kind=kind).first()
    return None


@transaction.atomic
def save(item: AgendaItem, *, seen_version: int, documents: Iterable[Document]) -> None:
    """Keep an edit made on version `seen_version`.

    Raises:
        Conflict: somebody saved another one meanwhile.
        Locked: as `add`.
    """
    _hold(item.meeting)
    claim(item, seen_version=seen_version)
    item.version = seen_version + 1
    item.save(update_fields=["title", "intro", "duration", "owner", "version"])
    item.documents.set(documents)


@transaction.atomic
def move(item: AgendaItem, by: int) -> bool:
    """Swap the item with the one before (UP) or after it (DOWN). False at the end of the list. Raises Locked."""
    _hold(item.meeting)
    rows = list(item.meeting.items.order_by("position", "pk"))
    at = next(n for n, row in enumerate(rows) if row.pk == item.pk)
    to = at + by
    if not 0 <= to < len(rows):
        return False
    rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows):
        row.position = position
    AgendaItem.objects.bulk_update(rows, ["position"])
    return True


@transaction.atomic
def remove(item: AgendaItem) -> None:
    """Take the item off the agenda.

    Raises:
        HasContent: minutes, decisions or actions stand under it.
        Locked: as `add`.
    """
    _hold(item.meeting)
    item.refresh_from_db(fields=["text"])
    if item.text or item.texts.exists():
        raise HasContent
    try:
        item.delete()
    except ProtectedError as held:
        raise HasContent from held


def _hold(meeting: Meeting) -> None:
    """One at a time changes an agenda, and none while its minutes are being approved."""
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version"))
    if is_locked(meeting):
        raise Locked
