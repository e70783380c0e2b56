"""Which meetings somebody may see, and which are theirs."""

import datetime

from django.db.models import F, Q, QuerySet

from coordination.base.authorisation import AnyUser, is_coordinator
from meetings.models import Invitation, Meeting
from meetings.models.meetings import MeetingQuerySet
from network.models import Actor, Network
from network.permissions import convened_networks, own_actors


def visible_to(user: AnyUser) -> MeetingQuerySet:
    """Every meeting that was told of, and the drafts of the networks that the user runs."""
    if is_coordinator(user):
        return Meeting.objects.all()
    return Meeting.objects.filter(~Meeting.untold() | Q(network__in=convened_networks(user)))


def described(rows: MeetingQuerySet) -> MeetingQuerySet:
    """`rows` with what a list shows."""
    return rows.select_related("network", "encounter").prefetch_related("network__areas")


def of_network(network: Network, user: AnyUser, now: datetime.datetime) -> MeetingQuerySet:
    """A network's coming meetings, drafts for those who run it."""
    rows = described(visible_to(user).filter(network=network).coming(now))
    return _soonest_first(rows.exclude(state=Meeting.State.HELD))


def of_actor(actor: Actor, user: AnyUser, now: datetime.datetime) -> MeetingQuerySet:
    """Coming meetings to which an actor is asked or which one of the networks it sits in or convenes has."""
    asked = Invitation.objects.standing().filter(actor=actor).values("meeting")
    today = now.date()
    networks = Network.objects.filter(
        Q(pk__in=actor.seats.as_of(today).values("network"))
        | Q(pk__in=actor.convenes.as_of(today).values("network"))
    )
    rows = visible_to(user).coming(now).exclude(state=Meeting.State.HELD)
    return _soonest_first(described(rows.filter(Q(pk__in=asked) | Q(network__in=networks))))


def _soonest_first(rows: MeetingQuerySet) -> MeetingQuerySet:
    """Those that have no time yet last, in every database."""
    found: MeetingQuerySet = rows.order_by(F("starts").asc(nulls_last=True), "pk")
    return found


def own_invitations(user: AnyUser, now: datetime.datetime) -> QuerySet[Invitation]:
    """What the user's actors are asked to and has not been yet; soonest first."""
    rows = Invitation.objects.standing().filter(
        actor__in=own_actors(user), meeting__state=Meeting.State.INVITED, meeting__ends__gt=now
    )
    return rows.select_related("meeting__network", "actor").order_by("meeting__starts", "sort_sv", "pk")


def plannable(user: AnyUser, on: datetime.date) -> QuerySet[Network]:
    """The networks for which the user may plan a meeting."""
    rows = Network.objects.as_of(on)
    return rows if is_coordinator(user) else rows.filter(pk__in=convened_networks(user))


def convened_meetings(user: AnyUser, now: datetime.datetime) -> MeetingQuerySet:
    """Drafts and coming meetings of the networks that the user's actors convene; soonest first."""
    rows = Meeting.objects.filter(network__in=convened_networks(user)).coming(now)
    return _soonest_first(described(rows).exclude(state=Meeting.State.HELD))
