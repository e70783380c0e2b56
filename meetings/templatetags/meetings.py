"""Template tags of the pages and mails of meetings."""

import datetime
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.text import Truncator
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from mandates import review_report
from meetings import forms, reply_queries, reply_words, times
from meetings.models import IncomingReply, Meeting, Partstat

register = template.Library()


@register.simple_tag
def meeting_time(meeting: Meeting) -> str:
    """Day and hours in the active language; empty without a time."""
    if meeting.local_start is None or meeting.local_end is None:
        return ""
    return times.span(meeting.local_start, meeting.local_end, get_language() or "sv")


@register.simple_tag
def meeting_time_short(meeting: Meeting) -> str:
    """As `meeting_time`, for lists."""
    if meeting.local_start is None or meeting.local_end is None:
        return ""
    return times.short(meeting.local_start, meeting.local_end, get_language() or "sv")


@register.simple_tag
def moment(when: datetime.datetime, zone: str) -> str:
    """A day and a time by the clock of a zone, in the active language."""
    return times.moment(when.astimezone(ZoneInfo(zone)), get_language() or "sv")


@register.filter
def index(values: Sequence[Any], place: int) -> Any:
    return values[place]


@register.simple_tag
def earlier_time(told: dict[str, Any], meeting: Meeting) -> str:
    """The time that attendees knew, from `Meeting.told`, where it is another than the meeting's own."""
    start, end = (datetime.datetime.fromisoformat(told[name]) for name in ("start", "end"))
    if meeting.local_start is None or (start, end) == (meeting.starts, meeting.ends):
        return ""
    zone = meeting.local_start.tzinfo
    return times.span(start.astimezone(zone), end.astimezone(zone), get_language() or "sv")


@register.simple_tag
def reply_says(row: IncomingReply) -> str:
    """What a mail says, in a few words: an answer, a time, or its own text."""
    said = row.said
    if row.outcome == IncomingReply.Outcome.COUNTER:
        return reply_queries.proposed_time(row, get_language() or "sv") or str(said.get("comment", ""))
    if row.outcome == IncomingReply.Outcome.BOUNCE:
        return str(said.get("report", ""))
    if row.outcome == IncomingReply.Outcome.UNREADABLE:
        return reply_words.became(row.outcome, row.detail, said.get("value", ""))
    answer = dict(Partstat.choices).get(said.get("partstat", ""), "")
    words = said.get("delegated_to") or said.get("comment") or ("" if answer else said.get("text", ""))
    return Truncator(": ".join(filter(None, (str(answer).capitalize(), words)))).chars(120)


@register.simple_tag
def day_words(day: datetime.date) -> str:
    """A day with its weekday."""
    return forms.day_words(day)


@register.simple_tag
def clock(moment: datetime.datetime) -> str:
    """Hours and minutes by the clock of the moment's own zone, in the active language."""
    return times.clock(moment, get_language() or "sv")


@register.simple_tag
def minutes_step(step: dict[str, Any]) -> str:
    """What happened to minutes, when, by whom and why: an entry of `Minutes.log`."""
    what = {
        "sent": _("sent for approval"),
        "approved": pgettext("minutes", "approved"),
        "remarked": _("remarked on"),
        "taken back": _("taken back to be written"),
        "reopened": _("opened again"),
    }[step["what"]]
    when = datetime.datetime.fromisoformat(step["at"]).date().isoformat()
    said = f"{when}: {what}, {step['by'] or _('silence')}"
    return f"{said}. {step['reason']}" if step.get("reason") else said


@register.filter
def grouped(digits: str) -> str:
    """A fingerprint in groups, which a narrow screen can break."""
    return review_report.grouped(digits)
