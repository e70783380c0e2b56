"""Template tags of the pages and mails of meetings."""

import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from meetings import times
from meetings.models import Meeting

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
def earlier_time(told: dict[str, Any], meeting: Meeting) -> str:
    """The time that attendees knew, from `Meeting.told`, where it is another than the meeting's own."""
    start, end = (datetime.datetime.fromisoformat(told[name]) for name in ("start", "end"))
    if meeting.local_start is None or (start, end) == (meeting.starts, meeting.ends):
        return ""
    zone = meeting.local_start.tzinfo
    return times.span(start.astimezone(zone), end.astimezone(zone), get_language() or "sv")
