"""The bytes of each event of feeds: made when its row has changed, kept, and joined when a feed is fetched."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.base import dates
from mandates.models import Mandate
from meetings import events, links
from meetings.feed_rows import REPORT, Wanted, keys_by_kind
from meetings.itip import building, days
from meetings.itip.days import DayEvent
from meetings.itip.values import Stamp
from meetings.models import FeedEvent, Meeting
from network.models import Milestone

Kind = FeedEvent.Kind
DAY = datetime.timedelta(days=1)
AT_ONCE = 500  # rows of one statement, and keys of one question: SQLite takes a thousand and some


def contents(items: Sequence[Wanted], language: str, *, now: datetime.datetime) -> list[bytes]:
    """The bytes of `items`, in their order; those whose rows have changed are made anew, and kept."""
    kept = _kept(items, language)
    stale = [item for item in items if (item.kind, item.key) not in kept]
    for item, content in _made(stale, language, now=now):
        kept[item.kind, item.key] = content
    return [kept[place] for item in items if (place := (item.kind, item.key)) in kept]


def _kept(items: Sequence[Wanted], language: str) -> dict[tuple[str, str], bytes]:
    """Stored bytes that are still true. One query for each kind, and each 10,000 events of it."""
    states = {(item.kind, item.key): item.state for item in items}
    found = {}
    for kind, some in keys_by_kind(items).items():
        rows = FeedEvent.objects.filter(kind=kind, language=language)
        if len(some) <= AT_ONCE:
            rows = rows.filter(key__in=[item.key for item in some])
        for key, state, content in rows.values_list("key", "state", "content"):
            if states.get((kind, key)) == state:
                found[kind, key] = bytes(content)
    return found


def _made(items: Sequence[Wanted], language: str, *, now: datetime.datetime) -> list[tuple[Wanted, bytes]]:
    """Bytes of `items`, stored. A row that is gone meanwhile has none."""
    made: list[tuple[Wanted, bytes]] = []
    with translation.override(language):
        for kind, some in keys_by_kind(items).items():
            for start in range(0, len(some), AT_ONCE):
                made += _of_kind(kind, some[start : start + AT_ONCE], now)
    stored = [
        FeedEvent(
            kind=item.kind,
            key=item.key,
            language=language,
            day=item.day,
            state=item.state,
            content=content,
        )
        for item, content in made
    ]
    FeedEvent.objects.bulk_create(
        stored,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["kind", "key", "language"],
        update_fields=["day", "state", "content"],
    )
    return made


def _of_kind(kind: str, items: Sequence[Wanted], now: datetime.datetime) -> Iterable[tuple[Wanted, bytes]]:
    keys = {item.pk for item in items}
    if kind == Kind.MEETING:
        meetings = Meeting.objects.select_related("network").in_bulk(keys)
        return [(item, of_meeting(meetings[item.pk])) for item in items if item.pk in meetings]
    if kind == Kind.MANDATE:
        mandates = Mandate.objects.select_related("holder").in_bulk(keys)
        return [(item, of_mandate(mandates[item.pk], item, now)) for item in items if item.pk in mandates]
    milestones = Milestone.objects.select_related("kind").in_bulk(keys)
    return [(item, of_milestone(milestones[item.pk], now)) for item in items if item.pk in milestones]


def of_meeting(meeting: Meeting) -> bytes:
    """A meeting in UTC, without organiser and attendees; a cancelled one says so."""
    event = events.event_of(meeting)
    if meeting.illustrative:
        made_up = _("The meeting is made up, for the demonstration.")
        event = replace(event, description=f"{made_up}\n\n{event.description}".strip())
    return building.published(event, Stamp(meeting.sequence, meeting.updated_at))


def of_mandate(mandate: Mandate, item: Wanted, now: datetime.datetime) -> bytes:
    """The last day of a mandate, or the day of its report, said no more precisely than it is known."""
    named = {"title": mandate.title, "holder": mandate.holder.name}
    what = item.key.rpartition(":")[2]
    if what == REPORT:
        summary = _("Report due: %(title)s (%(holder)s)") % named
        known = ""
    else:
        summary = _("Ends: %(title)s (%(holder)s)") % named
        known = mandate.to_precision
    return _due(
        f"mandate-{item.key.replace(':', '-')}",
        summary,
        (item.day, item.day + DAY),
        known,
        mandate.get_absolute_url(),
        Stamp(mandate.version, now),
    )


def of_milestone(milestone: Milestone, now: datetime.datetime) -> bytes:
    """A milestone on its days; one that is only known by month or year on the last day of it."""
    until = milestone.date_until
    assert until is not None and milestone.date_from is not None  # `feed_rows` leaves out the others
    exact = milestone.date_precision in ("", "day")
    return _due(
        f"milestone-{milestone.code}",
        f"{milestone.title} ({milestone.kind.name})",
        (milestone.date_from if exact else until - DAY, until),
        milestone.date_precision,
        milestone.get_absolute_url(),
        Stamp(milestone.version, now),
    )


def _due(
    name: str,
    summary: str,
    span: tuple[datetime.date, datetime.date],
    precision: str,
    path: str,
    stamp: Stamp,
) -> bytes:
    start, end = span
    about = ""
    if precision not in ("", "day"):
        said = dates.format_date(end - DAY, precision, translation.get_language() or "sv")
        summary = f"{summary} · {said}"
        about = _("The day is not known, only: %(said)s. It is shown on the last day that it can be.") % {
            "said": said
        }
    event = DayEvent(f"{name}@{settings.MAIL_DOMAIN}", summary, start, end, about, links.absolute(path))
    return days.published(event, stamp)


def forget_unknown() -> int:
    """Drop the bytes of rows that are gone; how many."""
    gone = 0
    kinds = (
        (Kind.MEETING, Meeting.objects.values_list("slug", flat=True)),
        (Kind.MILESTONE, Milestone.objects.values_list("code", flat=True)),
        (Kind.MANDATE, Mandate.objects.values_list("code", flat=True)),
    )
    for kind, keys in kinds:
        alive = set(keys)
        stored = FeedEvent.objects.filter(kind=kind).values_list("pk", "key")
        lost = [pk for pk, key in stored if key.rpartition(":")[0] not in alive and key not in alive]
        for start in range(0, len(lost), AT_ONCE):
            gone += FeedEvent.objects.filter(pk__in=lost[start : start + AT_ONCE]).delete()[0]
    return gone
