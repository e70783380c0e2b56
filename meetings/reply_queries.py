"""Which replies by mail somebody sees, and which of them wait for a decision."""

import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Case, IntegerField, QuerySet, Value, When

from coordination.base.authorisation import AnyUser, is_coordinator
from meetings import times
from meetings.models import IncomingReply, Meeting
from meetings.models.incoming import IncomingReplyQuerySet
from network.permissions import convened_networks

# What Outlook calls the zones whose clocks are Sweden's.
OWN_ZONE = ("W. Europe Standard Time", "Central Europe Standard Time", "Romance Standard Time")


def visible_to(user: AnyUser) -> IncomingReplyQuerySet:
    """Those about meetings that `user` runs; a coordinator's are all, since some are about no meeting.

    Their mails, which may be a megabyte each, are fetched when asked for.
    """
    rows: IncomingReplyQuerySet = IncomingReply.objects.defer("content").select_related(
        "meeting__network", "invitation__actor", "settled_by"
    )
    return rows if is_coordinator(user) else rows.filter(meeting__network__in=convened_networks(user))


def waiting(user: AnyUser) -> QuerySet[IncomingReply]:
    """Those that `user` may decide about and nobody has, by what they are about, oldest first."""
    order = [When(outcome=outcome, then=Value(n)) for n, outcome in enumerate(IncomingReply.FOR_DECISION)]
    ranked = Case(*order, default=Value(len(order)), output_field=IntegerField())
    return visible_to(user).waiting().order_by(ranked, "received_at", "pk")


def waiting_of(meeting: Meeting) -> int:
    """How many mails about `meeting` wait for a decision."""
    return IncomingReply.objects.waiting().filter(meeting=meeting).count()


def proposed_time(row: IncomingReply, language: str) -> str:
    """The time that a COUNTER proposes, in words; as it was written where its zone is not one that is known."""
    zone_name = row.said.get("zone", "")
    starts, ends = (row.said.get(name, "") for name in ("starts", "ends"))
    if row.meeting is None or not starts:
        return ""
    own = ZoneInfo(row.meeting.zone)
    if starts.endswith("Z"):
        zone: datetime.tzinfo | None = datetime.UTC
    elif zone_name in OWN_ZONE or zone_name == row.meeting.zone:
        zone = own
    else:  # only names that are there are looked up: one that comes by mail may be a path
        zone = ZoneInfo(zone_name) if zone_name in available_timezones() else None
    try:
        begins, until = (_moment(text, zone).astimezone(own) for text in (starts, ends or starts))
    except (ValueError, OverflowError):
        return " ".join(filter(None, (starts, zone_name)))
    return times.span(begins, until, language)


def _moment(text: str, zone: datetime.tzinfo | None) -> datetime.datetime:
    if zone is None:
        raise ValueError("a zone that nobody knows")
    return datetime.datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=zone)
