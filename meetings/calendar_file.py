"""One meeting as a file for anybody's calendar: what is public of it, and nobody's name."""

from dataclasses import replace

from django.http import Http404

from meetings import events, links
from meetings.itip import building
from meetings.itip.values import Stamp
from meetings.models import Meeting


def one(meeting: Meeting, name: str) -> bytes:
    """METHOD:PUBLISH with the one event, in UTC. The address of a video meeting stays with those who are invited.

    Raises:
        Http404: it has no time yet.
    """
    if meeting.starts is None:
        raise Http404
    event = replace(
        events.event_of(meeting),
        location="" if meeting.form == Meeting.Form.VIDEO else meeting.location,
        url=links.absolute(meeting.get_absolute_url()),
    )
    stamp = Stamp(meeting.sequence, (meeting.stamped_at or meeting.updated_at).replace(microsecond=0))
    return building.feed(name, [building.published(event, stamp)])
