"""Which events a calendar feed shows, and in which version each row is now."""

import datetime
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from coordination.base.models import User
from coordination.base.periods import Precision, last_day
from mandates.models import Mandate
from mandates.models.mandates import MandateQuerySet
from meetings.models import Feed, FeedEvent, Invitation, Meeting
from meetings.models.meetings import MeetingQuerySet
from network.models import Convener, Milestone, Seat
from network.permissions import own_actors

ENDS, REPORT = "ends", "report"
FORM = "1"  # of the bytes: another one makes all of them anew
# An end that only bounds what somebody mapped is no event; of an unknown day there is nothing to show.
NO_DAY = (Precision.PERIOD, Precision.UNKNOWN)
Kind = FeedEvent.Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event that a feed shows: `state` is a digest of all that its bytes are made from, but the language."""

    kind: str
    pk: int
    key: str
    day: datetime.date
    state: str


def wanted(feed: Feed) -> list[Wanted]:
    """What `feed` shows to its owner, in order of days. A constant number of queries."""
    match feed.kind:
        case Feed.Kind.NETWORK:
            found = _meetings(Meeting.objects.filter(network=feed.network_id))
            found += _milestones(Milestone.objects.filter(network=feed.network_id))
        case Feed.Kind.ACTOR:
            found = _of_actors({feed.actor_id})
        case Feed.Kind.AREA:
            found = _meetings(Meeting.objects.filter(network__areas=feed.area_id))
            found += _mandates(Mandate.objects.filter(area=feed.area_id))
            found += _milestones(Milestone.objects.filter(area=feed.area_id))
        case _:
            found = _mine(feed.owner)
    return sorted(found, key=lambda item: (item.day, item.kind, item.key))


def _mine(owner: User) -> list[Wanted]:
    """What concerns the actors that the owner speaks for today, and the meetings that they are invited to."""
    found = {(item.kind, item.key): item for item in _of_actors(own_actors(owner))}
    for item in _meetings(Meeting.objects.filter(pk__in=invited(owner))):
        found[item.kind, item.key] = item
    return list(found.values())


def invited(owner: User) -> list[int]:
    """Keys of the meetings to which an actor of the owner's, or the owner's own address, is invited."""
    rows = Invitation.objects.standing().annotate(address=Lower("email"))
    theirs = rows.filter(Q(actor__in=own_actors(owner)) | Q(address=owner.email.lower()))
    return list(theirs.order_by("meeting_id").values_list("meeting_id", flat=True).distinct())


def _of_actors(actors: Collection[int | None]) -> list[Wanted]:
    """Meetings of the networks in which they had a seat, or which they convened, on the day; what is due of them."""
    periods: dict[int, list[tuple]] = {}
    for model in (Seat, Convener):
        rows = model.objects.filter(actor__in=actors)
        for network, *period in rows.values_list("network_id", "valid_from", "valid_until"):
            periods.setdefault(network, []).append(tuple(period))
    found = [
        item
        for network, item in _with_network(Meeting.objects.filter(network__in=periods))
        if any(_within(item.day, *period) for period in periods[network])
    ]
    found += _mandates(Mandate.objects.filter(holder__in=actors))
    theirs = Q(organiser__in=actors) | Q(participants__in=actors)
    return found + _milestones(Milestone.objects.filter(theirs).distinct())


def _within(day: datetime.date, first: datetime.date | None, until: datetime.date | None) -> bool:
    return (first is None or first <= day) and (until is None or day < until)


def _meetings(rows: MeetingQuerySet) -> list[Wanted]:
    return [item for _network, item in _with_network(rows)]


def _with_network(rows: MeetingQuerySet) -> Iterator[tuple[int, Wanted]]:
    """Meetings that somebody was told of. Who cancelled a draft cancelled what nobody knew."""
    known = rows.told().filter(starts__isnull=False)
    columns = ("pk", "slug", "starts", "zone", "network_id", "version", "sequence", "state", "updated_at")
    for pk, slug, starts, zone, network, *version in known.values_list(*columns):
        day = starts.astimezone(ZoneInfo(zone)).date()
        yield network, Wanted(Kind.MEETING, pk, slug, day, _digest(slug, *version))


def _mandates(rows: MandateQuerySet) -> list[Wanted]:
    """Ends and reports of decided mandates; what ends with its own report is done then, and said once."""
    columns = ("pk", "code", "valid_until", "to_precision", "report_due", "version", "updated_at")
    found = []
    for pk, code, until, precision, report, *version in rows.decided().values_list(
        *columns, "holder__version", "holder__updated_at"
    ):
        state = _digest(code, *version)
        ends = last_day(until)
        if report:
            found.append(Wanted(Kind.MANDATE, pk, f"{code}:{REPORT}", report, state))
        if ends and ends != report and precision not in NO_DAY:
            found.append(Wanted(Kind.MANDATE, pk, f"{code}:{ENDS}", ends, state))
    return found


def _milestones(rows: models.QuerySet[Milestone]) -> list[Wanted]:
    columns = ("pk", "code", "date_until", "version", "updated_at")
    dated = rows.filter(date_from__isnull=False, date_until__isnull=False)
    return [
        Wanted(Kind.MILESTONE, pk, code, until - datetime.timedelta(days=1), _digest(code, *version))
        for pk, code, until, *version in dated.exclude(date_precision__in=NO_DAY).values_list(*columns)
    ]


def _digest(*made_from: object) -> str:
    text = "\n".join((FORM, settings.BASE_URL, settings.MAIL_DOMAIN, *map(str, made_from)))
    return hashlib.sha256(text.encode()).hexdigest()


def keys_by_kind(items: Iterable[Wanted]) -> dict[str, list[Wanted]]:
    found: dict[str, list[Wanted]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item)
    return found
