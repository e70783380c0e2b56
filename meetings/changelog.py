"""Who changed what of a meeting, and when, from its stored history."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from meetings import times
from meetings.forms import MeetingForm
from meetings.models import Meeting

WHEN = ("day", "start", "end", "last_day", "which")


@dataclass(frozen=True)
class Line:
    """One thing that changed, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One saving: `lines` is empty of the first one and of what only touched the list of people."""

    at: datetime.datetime
    who: str
    reason: str
    is_first: bool
    lines: list[Line] = field(default_factory=list)


def entries(meeting: Meeting) -> list[Entry]:
    """Every saving, newest first. One query."""
    records = meeting.history.select_related("history_user").order_by("history_date", "history_id")
    found, before = [], None
    for record in records:
        found.append(
            Entry(
                at=record.history_date,
                who=str(record.history_user or ""),
                reason=record.history_change_reason or "",
                is_first=before is None,
                lines=differences(before, record) if before is not None else [],
            )
        )
        before = record
    return found[::-1]


def differences(before: Any, after: Any) -> list[Line]:
    """What differs between two versions: the time as one thing, as people see it."""
    form = MeetingForm()
    old, new = MeetingForm.raw(before), MeetingForm.raw(after)
    found = []
    if any(old[name] != new[name] for name in (*WHEN, "zone")):
        found.append(Line(gettext("Time"), when(before), when(after)))
    if before.state != after.state:
        found.append(Line(gettext("State"), str(before.get_state_display()), str(after.get_state_display())))
    for name in new:
        if name not in WHEN and name != "zone" and old[name] != new[name]:
            found.append(
                Line(form.field_label(name), form.words(name, old[name]), form.words(name, new[name]))
            )
    return found


def when(row: Any) -> str:
    """The time of a meeting, or of a record of its history."""
    if row.starts is None:
        return gettext("no time yet")
    zone = ZoneInfo(row.zone)
    return times.span(row.starts.astimezone(zone), row.ends.astimezone(zone), get_language() or "sv")
