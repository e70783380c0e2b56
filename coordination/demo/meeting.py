"""Two made-up meetings of the municipal network: one that people are invited to, and one that still needs a date.

They are marked as illustrative, so that no encounter, and nothing that is counted, ever comes from them. Those who
are asked are guests of municipalities that do not exist, at addresses that lead nowhere (RFC 2606).
"""

import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from meetings import answering, inviting, polling, voting
from meetings.models import Invitation, InvitationAnswer, Meeting, Partstat, Poll, PollAnswer
from meetings.models.meetings import ZONE
from network.models import Network

NETWORK = "natverk-kommuner"
SLUGS = ("exempel-natverksmote", "exempel-varmote")
DAY = datetime.timedelta(days=1)
SOONEST = 21  # days until the meeting: long enough to answer, near enough to matter
TUESDAY = 1

GUESTS = (
    ("Exempelstads kommun", "Astrid Exempel", "astrid@example.org", "sv", Partstat.ACCEPTED, ""),
    (
        "Modellby kommun",
        "Björn Modell",
        "bjorn@example.org",
        "sv",
        Partstat.ACCEPTED,
        "Vi är två som kommer.",
    ),
    (
        "Mönsterviks kommun",
        "Cecilia Mönster",
        "cecilia@example.org",
        "sv",
        Partstat.TENTATIVE,
        "Nämnden möts samma dag.",
    ),
    ("Provköpings kommun", "Daniel Prov", "daniel@example.org", "sv", Partstat.DECLINED, ""),
    ("Övningsås kommun", "Elin Övning", "elin@example.org", "sv", None, ""),
    ("Testeryds kommun", "Fatima Test", "fatima@example.org", "en", None, ""),
)
YES, IF_NEEDED, NO = PollAnswer.Value.YES, PollAnswer.Value.IF_NEEDED, PollAnswer.Value.NO
VOTES = {
    "astrid@example.org": (YES, YES, NO),
    "bjorn@example.org": (YES, IF_NEEDED, YES),
    "cecilia@example.org": (NO, YES, YES),
}


def load(now: datetime.datetime) -> int:
    """Make those of the two that are missing; the days are counted from `now`. How many were made.

    A register without the network gets none.
    """
    network = Network.objects.filter(slug=NETWORK).first()
    if network is None:
        return 0
    made = 0
    for slug, make in zip(SLUGS, (_invited, _looking_for_a_date), strict=True):
        if not Meeting.objects.filter(slug=slug).exists():
            with transaction.atomic():
                make(network, slug, now)
            made += 1
    return made


def first_day(today: datetime.date) -> datetime.date:
    """The first Tuesday that is far enough away.

    >>> first_day(datetime.date(2026, 11, 27))
    datetime.date(2026, 12, 22)
    """
    soonest = today + SOONEST * DAY
    return soonest + ((TUESDAY - soonest.weekday()) % 7) * DAY


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), ZoneInfo(ZONE))


def _settle(meeting: Meeting, slug: str) -> None:
    """The stored draft under its known id, with the guests on its list and nobody else."""
    meeting.invitations.all().delete()
    Meeting.objects.filter(pk=meeting.pk).update(slug=slug)
    meeting.slug = slug
    for organisation, name, email, language, *_rest in GUESTS:
        Invitation.objects.create(
            meeting=meeting, organisation=organisation, name=name, email=email, language=language
        )


def _invited(network: Network, slug: str, now: datetime.datetime) -> None:
    day = first_day(now.date())
    meeting = Meeting(
        network=network,
        title="Nätverksmöte: vad händer efter Delmos?",
        starts=_at(day, 13),
        ends=_at(day, 15),
        form=Meeting.Form.HYBRID,
        location="Exempelsalen, Stockholm",
        video_url="https://video.example.org/kommunnatverket",
        description="Ett påhittat möte som visar hur en inbjudan fungerar.\n\n"
        "1. Läget i kommunerna\n2. Vem tar över uppgifter som saknar mottagare?\n3. Nästa möte",
        quorum=4,
        illustrative=True,
    )
    inviting.create(meeting, user=None, invite_seats=False)
    _settle(meeting, slug)
    inviting.invite(meeting, seen_version=meeting.version, user=None, now=now)
    for _organisation, _name, email, _language, answer, comment in GUESTS:
        if answer is not None:
            row = meeting.invitations.get(email=email)
            answering.answer(row, answer, via=InvitationAnswer.Via.LINK, now=now, comment=comment)


def _looking_for_a_date(network: Network, slug: str, now: datetime.datetime) -> None:
    meeting = Meeting(
        network=network,
        title="Nätverksmöte: uppföljning i kommunerna",
        form=Meeting.Form.VIDEO,
        video_url="https://video.example.org/kommunnatverket",
        description="Ett påhittat möte som visar hur ett datum söks.",
        illustrative=True,
    )
    first = first_day(now.date()) + 56 * DAY
    poll = Poll(
        meeting=meeting,
        deadline=_at(now.date() + 14 * DAY, 23),
        quorum=4,
        message="Vilka dagar passar?",
    )
    times = [
        (_at(day, hour), _at(day, hour + 2))
        for day, hour in ((first, 9), (first + DAY, 13), (first + 7 * DAY, 9))
    ]
    polling.create(poll, times, user=None, now=now)
    _settle(meeting, slug)
    polling.send(poll, seen_version=poll.version, now=now)
    slots = list(poll.slots.order_by("starts"))
    for email, values in VOTES.items():
        said = {slot.pk: str(value) for slot, value in zip(slots, values, strict=True)}
        voting.answer(meeting.invitations.get(email=email), said, comment="", now=now)
