"""Reminders about actions: a week before they are due, and the day after, to the owner's seat. Each is sent once."""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import links, preferences
from meetings.itip.values import Mailbox
from meetings.models import Action, SeatContact
from meetings.reminding import promise_mail, promised_already

WEEK, DAY = datetime.timedelta(days=7), datetime.timedelta(days=1)
GRACE = 3 * DAY  # in which a reminder is still sent, when nothing ran then
FROM = 7  # the hour from which they are sent
SOON, LATE = "soon", "late"


def remind(now: datetime.datetime, today: datetime.date, hour: int) -> int:
    """Promise the mails that are due, in the daytime. How many. Safe to run twice."""
    if hour < FROM:
        return 0
    due = list(_due(today))
    known = promised_already(_key(action, which) for action, which in due)
    refused = preferences.unwilling(preferences.REMINDERS)
    count = 0
    for action, which in due:
        key = _key(action, which)
        contact = _contact(action) if key not in known else None
        if contact is not None and contact.email.casefold() not in refused:
            count += _send(action, which, contact, key, now)
    return count


def _due(today: datetime.date) -> Iterator[tuple[Action, str]]:
    rows = Action.objects.filter(state=Action.State.OPEN).select_related("owner", "item__meeting__network")
    for action in rows.filter(due__gt=today + WEEK - GRACE, due__lte=today + WEEK):
        yield action, SOON
    for action in rows.filter(due__gte=today - GRACE, due__lt=today):
        yield action, LATE


def _key(action: Action, which: str) -> str:
    """Of another day, it is another reminder."""
    return f"action {which} {action.pk} {action.due}"


def _contact(action: Action) -> SeatContact | None:
    """Where mail to the owner's seat in the network goes; of several seats, the one held last."""
    rows = SeatContact.objects.filter(seat__actor=action.owner, seat__network=action.item.meeting.network)
    return rows.order_by("-seat__valid_from", "-pk").first()


def _send(action: Action, which: str, contact: SeatContact, key: str, now: datetime.datetime) -> bool:
    network = action.item.meeting.network
    with translation.override(contact.language):
        subject = _("Late: %(text)s") if which == LATE else _("Due in a week: %(text)s")
        return promise_mail(
            "action",
            {
                "action": action,
                "which": which,
                "meeting": action.item.meeting,
                "url": links.absolute(action.get_absolute_url()),
            },
            subject=subject % {"text": action.text},
            sender=Mailbox(settings.MEETINGS_MAILBOX, network.name),
            recipient=Mailbox(contact.email, contact.name or action.owner.name),
            kind=preferences.REMINDERS,
            key=key,
            now=now,
        )
