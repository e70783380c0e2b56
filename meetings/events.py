"""A stored meeting as calendars see it, and what its attendees were told of it last."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from meetings import links
from meetings.itip.revising import Version
from meetings.itip.values import Event, Mailbox
from meetings.models import Invitation, Meeting


def event_of(meeting: Meeting) -> Event:
    """The meeting as it stands, in its own zone.

    Raises:
        ValueError: it has no time yet.
    """
    if meeting.local_start is None or meeting.local_end is None:
        raise ValueError("a meeting without a time is in no calendar")
    return Event(
        uid=meeting.uid,
        summary=meeting.title,
        start=meeting.local_start,
        end=meeting.local_end,
        organizer=Mailbox(settings.MEETINGS_MAILBOX, meeting.network.name),
        location=_where(meeting),
        description=meeting.description,
        url=meeting.video_url or links.absolute(meeting.get_absolute_url()),
        cancelled=meeting.state == Meeting.State.CANCELLED,
    )


def _where(meeting: Meeting) -> str:
    """A place, an address, or both: programs show LOCATION and often hide URL."""
    place = "" if meeting.form == Meeting.Form.VIDEO else meeting.location
    video = "" if meeting.form == Meeting.Form.PLACE else meeting.video_url
    return " · ".join(part for part in (place, video) if part)


def attendees(invitations: Iterable[Invitation]) -> dict[str, Mailbox]:
    """Mailboxes by the invitation's key, as text: an address may change without the attendee being another."""
    return {str(row.pk): Mailbox(row.email, row.name or row.who) for row in invitations}


def told_version(meeting: Meeting) -> Version | None:
    """What attendees know; None before anybody does."""
    if meeting.told is None:
        return None
    stored = meeting.told
    zone = ZoneInfo(stored["zone"])
    given = stored["event"]
    event = Event(
        **given
        | {
            "start": datetime.datetime.fromisoformat(given["start"]).astimezone(zone),
            "end": datetime.datetime.fromisoformat(given["end"]).astimezone(zone),
            "organizer": Mailbox(**given["organizer"]),
        }
    )
    known = {key: Mailbox(**mailbox) for key, mailbox in stored["attendees"].items()}
    return Version(event, known, meeting.sequence)


def stored(version: Version, zone: str) -> dict[str, Any]:
    """`version` as `Meeting.told` keeps it."""
    event = asdict(version.event)
    for name in ("start", "end"):
        event[name] = event[name].astimezone(datetime.UTC).isoformat()
    people = {key: asdict(mailbox) for key, mailbox in version.attendees.items()}
    return {"zone": zone, "event": event, "attendees": people}
