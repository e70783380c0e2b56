"""Who is told when a network's meetings or seats need somebody to decide."""

import datetime

from coordination.base.models import User
from meetings.models import Meeting
from network.models import Convener, Membership, Network


def of_network(network: Network, on: datetime.date) -> list[User]:
    """Those who speak for an actor that convenes it on `on`; the coordinators where nobody does."""
    conveners = Convener.objects.as_of(on).filter(network=network).values("actor")
    users = User.objects.filter(is_active=True).order_by("pk")
    speakers = users.filter(pk__in=Membership.objects.filter(actor__in=conveners).values("user"))
    return list(speakers) or list(users.filter(is_coordinator=True))


def of_meeting(meeting: Meeting, on: datetime.date) -> list[User]:
    """Whoever made it, if still there; else those of its network."""
    made_by = meeting.created_by
    return [made_by] if made_by and made_by.is_active else of_network(meeting.network, on)
