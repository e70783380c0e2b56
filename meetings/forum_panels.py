"""What a network's page shows of its own life: times without meetings, addresses, requests, messages to the seats."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from coordination.base import panels
from coordination.base.authorisation import may
from coordination.base.panels import Panel
from meetings.models import CircularMail, Meeting, Pause, SeatContact, SeatRequest
from network import standing
from network.models import Network
from network.permissions import own_actors

SHOWN = 10


def life(request: HttpRequest, row: Network, as_of: datetime.date) -> Panel | None:
    """Pauses for everybody; addresses and messages for the seats; requests for those who asked and who decide.

    Rights hold today, and so do addresses; pauses are those of the day that the page shows, and later ones.
    """
    user, today = request.user, timezone.localdate()
    runs = may(user, "edit", Pause(network=row))
    own = own_actors(user)
    pauses = [pause for pause in row.pauses.all() if pause.valid_until is None or pause.valid_until > as_of]
    seats = [seat for seat in row.seats.all() if seat.is_in_force(today)]
    blank = SeatContact(seat=seats[0]) if seats else None
    contacts = {}
    if blank is not None and may(user, "view", blank):
        contacts = {c.seat_id: c for c in SeatContact.objects.filter(seat__network=row)}
    addresses = [
        (seat, contacts.get(seat.pk), runs or seat.actor_id in own)
        for seat in seats
        if blank is not None and may(user, "view", blank)
    ]
    requests = []
    if runs or own:
        asked = row.requests.select_related("actor")
        requests = list((asked if runs else asked.filter(actor__in=own))[:SHOWN])
    reads = may(user, "view", CircularMail(network=row))
    last = standing.last_met(((e.date_from, e.date_until) for e in row.encounters.all()), today)
    paused = any(pause.is_in_force(today) for pause in pauses)
    exists = row.is_in_force(today)
    context = {
        "network": row,
        "runs": runs and exists,
        "pauses": pauses,
        "paused": paused,
        "quiet": runs
        and exists
        and not paused
        and last is not None
        and not standing.meets(convened=True, last=last, day=today),
        "last": last,
        "addresses": addresses,
        "missing": sum(1 for _seat, contact, _mine in addresses if contact is None),
        "requests": requests,
        "asks": bool(own) and exists and may(user, "add", SeatRequest),
        "circulars": list(row.circulars.all()[:SHOWN]) if reads else [],
        "reads": reads,
        "find_url": f"{reverse('meetings:poll-new')}?network={row.slug}"
        if exists and may(user, "add", Meeting(network=row))
        else "",
    }
    shown = ("runs", "pauses", "addresses", "requests", "asks", "circulars")
    return Panel("meetings/_panel_life.html", context) if any(context[name] for name in shown) else None


def register() -> None:
    panels.register("network", order=20, model=None, builder=life)
