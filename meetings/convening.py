"""From a finding to a meeting: findings on an agenda, and a draft meeting with those whom they name."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from coordination.base.authorisation import is_coordinator
from coordination.base.models import User
from mandates import findings_work
from mandates.findings_refresh import followed_day
from mandates.findings_seen import Seen
from mandates.findings_work import Moment
from meetings import inviting
from meetings.models import AgendaItem, Invitation, Meeting, SeatContact
from meetings.models.meetings import TITLE
from network.models import Actor, Network, Seat
from network.permissions import convened_networks

MOST_MEETINGS, MOST_NETWORKS = 8, 8
OPEN = (Meeting.State.DRAFT, Meeting.State.INVITED)


def networks_run_by(user: User) -> QuerySet[Network]:
    """Those whose meetings `user` may write: what its actors convene today; a coordinator's, all."""
    rows = Network.objects.all()
    return rows if is_coordinator(user) else rows.filter(pk__in=convened_networks(user))


@dataclass(frozen=True)
class Forum:
    """A network in which some of the actors have, or had, a seat."""

    network: Network
    seated: int  # how many of the actors


def forums(user: User, actors: Collection[Actor], day: datetime.date) -> list[Forum]:
    """Networks that `user` runs and some of `actors` have had a seat in or convened, those with most first.

    A seat that has ended counts: whom a network without convener had round its table is whom to convene. An ended
    network does not. Two queries.
    """
    keys = [actor.pk for actor in actors]
    there = Q(seats__actor__in=keys)
    rows = (
        networks_run_by(user)
        .filter(Q(valid_until=None) | Q(valid_until__gt=day))
        .annotate(seated=Count("seats__actor", filter=there, distinct=True))
        .filter(seated__gt=0)
        .order_by("-seated", "sort_sv")
    )
    return [Forum(row, row.seated) for row in rows[:MOST_NETWORKS]]


def open_meetings(user: User, preferred: Iterable[int], now: datetime.datetime) -> list[Meeting]:
    """Meetings that can still take up something, of networks that `user` runs; of `preferred` networks first."""
    rows = (
        Meeting.objects.filter(network__in=networks_run_by(user), state__in=OPEN)
        .filter(Q(ends=None) | Q(ends__gt=now))
        .select_related("network")
        .order_by("starts", "pk")
    )
    first = list(rows.filter(network__in=list(preferred))[:MOST_MEETINGS])
    rest = rows.exclude(pk__in=[row.pk for row in first])[: MOST_MEETINGS - len(first)]
    return [*first, *rest]


@dataclass
class Guests:
    """Whom a draft meeting of a network asks: by the address of their seat, or by one that is asked for."""

    known: list[SeatContact] = field(default_factory=list)
    unknown: list[Actor] = field(default_factory=list)  # an address is asked for
    groups: list[Actor] = field(default_factory=list)  # a class of organisations has no address


def guests(network: Network, actors: Iterable[Actor]) -> Guests:
    """Sort `actors` by how they can be asked to a meeting of `network`. One query."""
    actors = list(actors)
    contacts: dict[int, SeatContact] = {}
    rows = SeatContact.objects.filter(seat__network=network, seat__actor__in=actors)
    for contact in rows.select_related("seat__actor").order_by("seat__valid_until", "pk"):
        contacts.setdefault(contact.seat.actor_id, contact)
    found = Guests()
    for actor in actors:
        if actor.is_group:
            found.groups.append(actor)
        elif actor.pk in contacts:
            found.known.append(contacts[actor.pk])
        else:
            found.unknown.append(actor)
    return found


def title_of(seen: Seen, language: str) -> str:
    titles = seen.body.get("title") or {}
    return str(titles.get(language) or seen.record.title or seen.record.key)[:TITLE]


def on_agenda(meeting: Meeting, seen: Seen) -> AgendaItem | None:
    """The item that is about the finding already, if there is one."""
    if not seen.is_kept:
        return None
    return meeting.items.filter(finding=seen.record).first()


@transaction.atomic
def put_on_agenda(meeting: Meeting, found: Iterable[Seen], moment: Moment) -> list[AgendaItem]:
    """A new last item for each finding that has none there yet. Its day is kept where it is not the register's own.

    Raises:
        inviting.NotNow: the meeting was held or cancelled meanwhile.
    """
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored.state not in OPEN:
        raise inviting.NotNow(stored)
    day = None if moment.as_of == followed_day(moment.today) else moment.as_of
    last = meeting.items.aggregate(last=Max("position"))["last"]
    made = []
    for place, seen in enumerate(found, start=0 if last is None else last + 1):
        if on_agenda(meeting, seen) is not None:
            continue
        finding = findings_work.record_of(seen.row, moment) if seen.row is not None else seen.record
        made.append(
            AgendaItem.objects.create(
                meeting=meeting,
                position=place,
                kind=AgendaItem.Kind.FINDING,
                title=title_of(seen, meeting.language),
                finding=finding,
                finding_day=day,
            )
        )
    return made


@transaction.atomic
def convene(
    network: Network,
    *,
    title: str,
    actors: Collection[Actor],
    addresses: Mapping[int, str],
    found: Iterable[Seen],
    moment: Moment,
    language: str = "sv",
) -> Meeting:
    """Draft a meeting of `network`, without a time, with `actors` on its list and the findings on its agenda.

    Args:
        addresses: {actor: address} of those without one in the network. Who has none is not on the list.
    """
    meeting = Meeting(network=network, title=title[:TITLE], language=language)
    inviting.create(meeting, user=moment.user, invite_seats=False)
    asked = guests(network, actors)
    there: set[str] = set()
    for contact in asked.known:
        if contact.email.casefold() not in there:
            there.add(contact.email.casefold())
            inviting.invitation_of(meeting, contact)
    seats = {
        seat.actor_id: seat
        for seat in Seat.objects.filter(network=network, actor__in=asked.unknown).order_by("pk")
    }
    for actor in asked.unknown:
        address = addresses.get(actor.pk, "")
        if address and address.casefold() not in there:
            there.add(address.casefold())
            Invitation.objects.create(
                meeting=meeting, seat=seats.get(actor.pk), actor=actor, email=address, language=language
            )
    put_on_agenda(meeting, found, moment)
    return meeting
