"""What falls due of the actors that somebody speaks for: told 90 and 30 days before, and in a weekly summary."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.base.models import User
from mandates import due
from mandates.due import ENDS, MILESTONE, REPORT, Due
from meetings import links, preferences
from meetings.itip.values import Mailbox
from meetings.models import Invitation, Meeting, Partstat, Recipient
from meetings.reminding import promise_mail, promised_already
from network.models import Membership

DAYS = (90, 30)
GRACE = 7  # days after its own in which a reminder is still sent, when nothing ran then
COMING, DUE_IN = 14, 30  # days of a weekly summary
MONDAY, FROM = 0, 7  # its day, and the hour from which it is sent
EXACT = ("", "day")
TOLD = (ENDS, REPORT)


@dataclass
class Reader:
    """Somebody who gets a weekly summary, by address."""

    recipient: Recipient
    language: str = "sv"
    name: str = ""
    actors: set[int] = field(default_factory=set)
    meetings: list[Invitation] = field(default_factory=list)

    @property
    def unanswered(self) -> list[Invitation]:
        return [row for row in self.meetings if row.partstat == Partstat.NEEDS_ACTION]


def remind(now: datetime.datetime, today: datetime.date, hour: int) -> int:
    """Promise the mails about mandates and reports that fall due, in the daytime. How many.

    What falls due on the same day of one's actors is one mail.
    """
    members = _members()
    if hour < FROM or not members:
        return 0
    grouped: dict[tuple[int, datetime.date, int], list[Due]] = defaultdict(list)
    for item in due.due(today, max(DAYS), holders=members, jointly=False):
        days = _days_before((item.day - today).days)
        if days and item.mandate is not None and item.what in TOLD and item.precision in EXACT:
            for user in members[item.mandate.holder_id]:
                grouped[user.pk, item.day, days].append(item)
    users = {user.pk: user for some in members.values() for user in some}
    keys = {group: f"deadline {group[2]} {group[1]} {group[0]}" for group in grouped}
    known, refused = promised_already(keys.values()), preferences.unwilling(preferences.DEADLINES)
    count = 0
    for group, items in grouped.items():
        user = users[group[0]]
        if keys[group] not in known and user.email.casefold() not in refused:
            count += _tell(user, items, keys[group], (items[0].day - today).days, now)
    return count


def _days_before(left: int) -> int:
    """Which of DAYS a reminder with so many days left is; 0 on other days."""
    return next((days for days in DAYS if days - GRACE < left <= days), 0)


def _members() -> dict[int, list[User]]:
    """Who speaks for each actor, of those who may log in."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = Membership.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    for membership in rows:
        found[membership.actor_id].append(membership.user)
    return found


def _tell(user: User, items: list[Due], key: str, left: int, now: datetime.datetime) -> bool:
    with translation.override(user.language):
        said = _("Falls due in %(n)s days: %(what)s")
        first = items[0].mandate
        return promise_mail(
            "deadlines",
            {"items": _lines(items), "days": left, "day": items[0].said},
            subject=said % {"n": left, "what": first.title if first else ""},
            sender=Mailbox(settings.MEETINGS_MAILBOX, "Samsyn"),
            recipient=Mailbox(user.email, user.name),
            kind=preferences.DEADLINES,
            key=key,
            now=now,
        )


def _lines(items: list[Due]) -> list[dict[str, object]]:
    return [
        {
            "item": item,
            "row": item.row,
            "url": links.absolute(item.row.get_absolute_url()) if item.row else "",
        }
        for item in items
    ]


def summarise(now: datetime.datetime, today: datetime.date, hour: int) -> int:
    """On Mondays, promise a summary to those who asked for one and for whom there is something to tell. How many."""
    if today.weekday() != MONDAY or hour < FROM:
        return 0
    year, week, _day = today.isocalendar()
    readers = _readers(now)
    keys = {reader.recipient.pk: f"digest {year}-{week} {reader.recipient.pk}" for reader in readers}
    known, count = promised_already(keys.values()), 0
    actors = {actor for reader in readers for actor in reader.actors}
    items = due.due(today, DUE_IN, holders=actors, jointly=False) if actors else []
    for reader in readers:
        own = [
            item
            for item in items
            if item.what in (*TOLD, MILESTONE) and item.actor is not None and item.actor.pk in reader.actors
        ]
        key = keys[reader.recipient.pk]
        if key not in known and (own or reader.meetings):
            count += _summary(reader, own, key, now)
    return count


def _readers(now: datetime.datetime) -> list[Reader]:
    """Who asked for a summary, with the actors they speak for and the meetings they are invited to."""
    readers = {row.email: Reader(row) for row in Recipient.objects.filter(wants_digest=True)}
    if not readers:
        return []
    for membership in Membership.objects.filter(user__is_active=True).select_related("user"):
        reader = readers.get(membership.user.email.casefold())
        if reader is not None:
            reader.language, reader.name = membership.user.language, membership.user.name
            reader.actors.add(membership.actor_id)
    coming = Q(meeting__starts__gt=now, meeting__starts__lte=now + datetime.timedelta(days=COMING))
    rows = (
        Invitation.objects.standing()
        .filter(coming, meeting__state=Meeting.State.INVITED, asked_sequence__isnull=False)
        .exclude(partstat__in=(Partstat.DECLINED, Partstat.DELEGATED))
        .select_related("meeting__network", "actor")
        .order_by("meeting__starts", "pk")
    )
    for row in rows:
        reader = readers.get(row.email.casefold())
        if reader is not None:
            reader.meetings.append(row)
            if not reader.actors:
                reader.language, reader.name = row.language, row.name
    return list(readers.values())


def _summary(reader: Reader, items: list[Due], key: str, now: datetime.datetime) -> bool:
    with translation.override(reader.language):
        meetings = [(row, links.answer_url(row)) for row in reader.meetings]
        return promise_mail(
            "digest",
            {"items": _lines(items), "meetings": meetings, "unanswered": len(reader.unanswered)},
            subject=_("This week in Samsyn"),
            sender=Mailbox(settings.MEETINGS_MAILBOX, "Samsyn"),
            recipient=Mailbox(reader.recipient.email, reader.name),
            kind=preferences.DIGEST,
            key=key,
            now=now,
        )
