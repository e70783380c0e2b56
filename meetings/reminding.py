"""Reminders before meetings, and to answer. Run as often as one likes: each is promised once.

What has been promised is known by its key in the outbox, which is unique there: two beats, a clock set back or a
night that is an hour longer send nothing twice.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import links, mails, outbox, preferences
from meetings.itip.values import ACCEPTED, DECLINED, TENTATIVE, Mailbox
from meetings.mails import Written
from meetings.models import Invitation, Meeting, OutgoingMail, Partstat, Recipient

Duration = datetime.timedelta
HOUR, DAY = Duration(hours=1), Duration(days=1)
WANT_TO_KNOW = (Partstat.NEEDS_ACTION, Partstat.ACCEPTED, Partstat.TENTATIVE)
PATIENCE = Duration(days=7)  # after an invitation, before one is reminded to answer it


@dataclass(frozen=True)
class Before:
    """A reminder `days` before a meeting, by the clock on the wall, unless one was told of it just before.

    Attributes:
        late: how long after its time it is still sent, when nothing ran then.
        told: how long before its time an invitation makes it needless.
    """

    name: str
    days: int
    late: Duration
    told: Duration

    def is_due(self, row: Invitation, start: datetime.datetime, now: datetime.datetime) -> bool:
        time = start - self.days * DAY  # of the same zone: the same hour on another day
        told_at = row.told_at or now
        return time <= now < time + self.late and told_at <= time - self.told


BEFORE = (
    Before("week", 7, late=2 * DAY, told=2 * DAY),
    Before("day", 1, late=DAY - 2 * HOUR, told=6 * HOUR),
)
FARTHEST = max(before.days for before in BEFORE) * DAY + DAY


@dataclass(frozen=True)
class Promise:
    """A mail that is due: `key` is what makes it the same one the next time."""

    key: str
    kind: str
    row: Invitation
    template: str


def tick(now: datetime.datetime) -> int:
    """Promise the reminders that are due. How many. A constant number of queries, and some for each mail."""
    due = [*_before_meetings(now), *_unanswered(now)]
    known = promised_already(promise.key for promise in due)
    refused = {kind: preferences.unwilling(kind) for kind in (preferences.REMINDERS, preferences.NUDGES)}
    count = 0
    for promise in due:
        if promise.key not in known and promise.row.email.casefold() not in refused[promise.kind]:
            count += _send(promise, now)
    return count


def _before_meetings(now: datetime.datetime) -> Iterator[Promise]:
    """To those who come, may come or have not said: the meeting is in a week, or tomorrow."""
    rows = _invited(now).filter(meeting__starts__lte=now + FARTHEST, partstat__in=WANT_TO_KNOW)
    for row in rows:
        start = row.meeting.local_start
        for before in BEFORE:
            if start is not None and before.is_due(row, start, now):
                key = f"remind {before.name} {_version(row)}"
                yield Promise(key, preferences.REMINDERS, row, "reminder")


def _unanswered(now: datetime.datetime) -> Iterator[Promise]:
    """To those who got an invitation a week ago and said nothing; later the reminder before the meeting asks, too."""
    rows = _invited(now).filter(
        meeting__starts__gt=now + FARTHEST, partstat=Partstat.NEEDS_ACTION, told_at__lte=now - PATIENCE
    )
    for row in rows:
        yield Promise(f"unanswered {_version(row)}", preferences.NUDGES, row, "unanswered")


def _invited(now: datetime.datetime):  # type: ignore[no-untyped-def]  # the query set of the manager
    """Whoever was told of a meeting that is to come. Drafts, and what was cancelled, held or begun, are no matter."""
    return (
        Invitation.objects.standing()
        .filter(
            meeting__state=Meeting.State.INVITED,
            meeting__starts__gt=now,
            asked_sequence__isnull=False,
            bounced_at=None,
        )
        .select_related("meeting__network", "actor")
        .order_by("meeting__starts", "pk")
    )


def _version(row: Invitation) -> str:
    return f"{row.meeting.uid} {row.pk} {row.meeting.sequence}"


def _send(promise: Promise, now: datetime.datetime) -> bool:
    row, meeting = promise.row, promise.row.meeting
    with translation.override(row.language):
        answers = [
            (label, links.answer_url(row, answer))
            for label, answer in ((_("Yes"), ACCEPTED), (_("Maybe"), TENTATIVE), (_("No"), DECLINED))
        ]
        context = {
            "meeting": meeting,
            "invitation": row,
            "answers": answers,
            "own_url": links.answer_url(row),
            "network_url": links.absolute(meeting.network.get_absolute_url()),
        }
        subject = _("Reminder: %(title)s") if promise.template == "reminder" else _("Can you come? %(title)s")
        return promise_mail(
            promise.template,
            context,
            subject=subject % {"title": meeting.title},
            sender=Mailbox(settings.MEETINGS_MAILBOX, meeting.network.name),
            recipient=Mailbox(row.email, row.name or row.who),
            reply_to=links.reply_address(row),
            kind=promise.kind,
            key=promise.key,
            now=now,
        )


def promise_mail(
    template: str,
    context: dict[str, object],
    *,
    subject: str,
    sender: Mailbox,
    recipient: Mailbox,
    kind: str,
    key: str,
    now: datetime.datetime,
    reply_to: str = "",
) -> bool:
    """Promise a mail that one may decline, with its links to do so. False if another beat was first."""
    who: Recipient = preferences.recipient(recipient.address)
    written: Written = mails.write(
        template,
        context
        | {
            "preferences_url": preferences.page_url(who),
            "unsubscribe_url": preferences.unsubscribe_url(who, kind),
        },
        subject=subject,
        sender=sender,
        recipient=recipient,
        reply_to=reply_to,
        headers=preferences.headers(who, kind),
        now=now,
    )
    mail = outbox.promise(
        written.content,
        recipient=recipient.address,
        sender=written.sender,
        subject=written.subject,
        message_id=written.message_id,
        dedupe_key=key,
        order_key=key,
    )
    return mail.message_id == written.message_id


def promised_already(keys: Iterable[str]) -> set[str]:
    """Those of `keys` that the outbox knows. One query for each 500."""
    wanted, found = list(keys), set()
    for start in range(0, len(wanted), 500):
        rows = OutgoingMail.objects.filter(dedupe_key__in=wanted[start : start + 500])
        found |= set(rows.values_list("dedupe_key", flat=True))
    return found
