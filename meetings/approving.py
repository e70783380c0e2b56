"""Approving minutes: sent to an adjuster or left to silence, remarked on, locked whole, opened again with a reason."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.base.editing import Conflict
from coordination.base.models import User
from meetings import links, mails, minutes_content, outbox
from meetings.itip.values import Mailbox
from meetings.minutes import waiting
from meetings.models import Invitation, Meeting, Minutes
from meetings.models.meetings import TEXT

State = Minutes.State
LEAST_DAYS, MOST_DAYS = 3, 60


class WasAbsent(Exception):
    """The adjuster was not at the meeting."""


class NotNow(Exception):
    """The minutes are in another state than this asks for, or the meeting is not held yet; `minutes` as they are."""

    def __init__(self, minutes: Minutes) -> None:
        super().__init__(minutes.state)
        self.minutes = minutes


class NotJoined(Exception):
    """Texts of two writers wait to be joined."""


class TooLong(Exception):
    """There is no room for the remark."""


@transaction.atomic
def send(
    minutes: Minutes,
    *,
    adjuster: Invitation | None,
    days: int,
    seen_version: int,
    user: User,
    now: datetime.datetime,
    today: datetime.date,
) -> int:
    """Send the minutes for approval: to `adjuster`, or to silence that lasts `days`. How many are mailed.

    Raises:
        WasAbsent, NotJoined, NotNow, Conflict
    """
    meeting = minutes.meeting
    if meeting.state != Meeting.State.HELD:
        raise NotNow(minutes)
    if adjuster is not None and adjuster.attendance != "present":
        raise WasAbsent
    _claim(minutes, State.WRITING, seen_version)
    if waiting(meeting):
        raise NotJoined
    minutes.state = State.APPROVAL
    minutes.adjuster = adjuster
    minutes.silence_until = None if adjuster else today + datetime.timedelta(days=days)
    _note(minutes, "sent", user, now, adjuster=adjuster.who if adjuster else "")
    minutes.save()
    people = list(meeting.invitations.standing().filter(bounced_at=None).select_related("actor"))
    for row in people:
        _mail(minutes, row, now)
    return len(people)


@transaction.atomic
def approve(minutes: Minutes, *, user: User | None, seen_version: int, now: datetime.datetime) -> None:
    """Lock the minutes as they stand; without a `user`, by silence.

    Raises:
        NotNow: somebody was first, or took them back.
        Conflict: something was remarked meanwhile.
    """
    _claim(minutes, State.APPROVAL, seen_version)
    content = minutes_content.gather(minutes, now)
    minutes.content, minutes.fingerprint = content, minutes_content.fingerprint(content)
    minutes.state, minutes.approved_at, minutes.approved_by = State.APPROVED, now, user
    _note(minutes, "approved", user, now, fingerprint=minutes.fingerprint)
    minutes.save()


@transaction.atomic
def remark(minutes: Minutes, *, text: str, who: str, user: User, now: datetime.datetime) -> None:
    """Add what somebody at the table says of the minutes before they are approved. Raises NotNow, TooLong."""
    if not Minutes.objects.filter(pk=minutes.pk, state=State.APPROVAL).update(version=F("version") + 1):
        minutes.refresh_from_db()
        raise NotNow(minutes)
    minutes.refresh_from_db()
    said = f"{now:%Y-%m-%d} {who}: {text.strip()}"
    joined = f"{minutes.remarks}\n{said}" if minutes.remarks else said
    if len(joined) > TEXT:
        raise TooLong
    minutes.remarks = joined
    _note(minutes, "remarked", user, now)
    minutes.save(update_fields=["remarks", "log"])


@transaction.atomic
def take_back(minutes: Minutes, *, seen_version: int, user: User, now: datetime.datetime) -> None:
    """Go on writing minutes that wait for approval, to mend what was remarked. Raises NotNow, Conflict."""
    _claim(minutes, State.APPROVAL, seen_version)
    minutes.state, minutes.adjuster, minutes.silence_until = State.WRITING, None, None
    _note(minutes, "taken back", user, now)
    minutes.save()


@transaction.atomic
def reopen(minutes: Minutes, *, reason: str, seen_version: int, user: User, now: datetime.datetime) -> None:
    """Go on writing approved minutes. What was approved stays in the log, whole. Raises NotNow, Conflict."""
    _claim(minutes, State.APPROVED, seen_version)
    _note(
        minutes,
        "reopened",
        user,
        now,
        reason=reason,
        fingerprint=minutes.fingerprint,
        content=minutes.content,
    )
    minutes.state, minutes.content, minutes.fingerprint = State.WRITING, None, ""
    minutes.approved_at = minutes.approved_by = minutes.adjuster = minutes.silence_until = None
    minutes.save()


def approve_by_silence(now: datetime.datetime, today: datetime.date) -> int:
    """Approve what nobody remarked on in time. How many. Safe to run twice and side by side."""
    due = Minutes.objects.filter(state=State.APPROVAL, adjuster=None, silence_until__lt=today)
    count = 0
    for minutes in due.select_related("meeting__network"):
        if is_objected_to(minutes):
            continue  # whoever runs the meeting mends them and sends them again, or has somebody approve them
        try:
            approve(minutes, user=None, seen_version=minutes.version, now=now)
        except (NotNow, Conflict):
            continue
        count += 1
    return count


def is_objected_to(minutes: Minutes) -> bool:
    """Whether somebody has remarked on them since they were sent last: then nobody is silent."""
    for entry in reversed(minutes.log):
        if entry["what"] in ("sent", "remarked"):
            return bool(entry["what"] == "remarked")
    return False


def _claim(minutes: Minutes, state: str, seen_version: int) -> None:
    """Hold the minutes until the transaction ends, for whoever saw their latest version."""
    rows = Minutes.objects.filter(pk=minutes.pk)
    is_held = rows.filter(version=seen_version, state=state).update(version=F("version") + 1)
    stored = rows.select_related("meeting__network", "adjuster__actor").get()
    if not is_held:
        raise NotNow(stored) if stored.state != state else Conflict(stored)
    for field in Minutes._meta.concrete_fields:
        setattr(minutes, field.attname, getattr(stored, field.attname))


def _note(minutes: Minutes, what: str, user: User | None, now: datetime.datetime, **more: Any) -> None:
    by = user.get_full_name() or user.email if user else ""
    minutes.log = [*minutes.log, {"at": now.isoformat(timespec="seconds"), "what": what, "by": by} | more]


def _mail(minutes: Minutes, row: Invitation, now: datetime.datetime) -> None:
    meeting = minutes.meeting
    with translation.override(row.language):
        is_adjuster = minutes.adjuster_id == row.pk
        subject = _("Approve the minutes: %(title)s") if is_adjuster else _("Minutes to read: %(title)s")
        written = mails.write(
            "minutes",
            {
                "meeting": meeting,
                "invitation": row,
                "minutes": minutes,
                "is_adjuster": is_adjuster,
                "url": links.absolute(reverse("meetings:minutes", args=[meeting.slug])),
            },
            subject=subject % {"title": meeting.title},
            sender=Mailbox(settings.MEETINGS_MAILBOX, meeting.network.name),
            recipient=Mailbox(row.email, row.name or row.who),
            now=now,
        )
    outbox.promise(
        written.content,
        recipient=row.email,
        sender=written.sender,
        subject=written.subject,
        message_id=written.message_id,
        dedupe_key=f"minutes {meeting.uid} {row.pk} {minutes.version}",
        order_key=f"minutes {meeting.uid} {row.pk}",
    )
