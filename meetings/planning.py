"""Several meetings planned at once: drafts of one series, each with its own UID."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from coordination.base.models import User
from meetings import inviting
from meetings.models import Meeting, Series
from network.models import Network


@dataclass(frozen=True)
class Planned:
    """When one meeting of a series is."""

    starts: datetime.datetime
    ends: datetime.datetime


@transaction.atomic
def create_series(
    network: Network,
    planned: Sequence[Planned],
    *,
    title: str,
    rhythm: str,
    zone: str,
    form: str,
    location: str,
    description: str,
    language: str,
    user: User,
) -> Series:
    """Store a draft for each of `planned`, with the network's seats that have an address on its list."""
    series = Series.objects.create(network=network, title=title, rhythm=rhythm)
    for one in planned:
        meeting = Meeting(
            network=network,
            series=series,
            title=title,
            starts=one.starts,
            ends=one.ends,
            zone=zone,
            form=form,
            location=location,
            description=description,
            language=language,
        )
        inviting.create(meeting, user=user)
    return series
