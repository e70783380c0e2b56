"""Work for the background worker."""

import logging
import time

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from meetings import (
    action_reminders,
    approving,
    deadlines,
    feed_events,
    mailbox,
    outbox,
    polling,
    reminding,
)

logger = logging.getLogger(__name__)
MOST = 200  # mails of one task, so that it ends before the broker hands it out again
SOFT, HARD = 240, 280
QUIET = 15  # seconds after a bell that did not ring, as long as beat waits
_quiet_until = 0.0  # by the clock of this process


@shared_task(acks_late=True, soft_time_limit=SOFT, time_limit=HARD)
def send_mail(**kwargs: object) -> None:  # kwargs: a newer sender must not crash an older worker
    """Send what is due. Safe to run twice and side by side: each mail is leased to one."""
    outbox.drain(most=MOST)


@shared_task
def look_after_mail(**kwargs: object) -> None:
    """What no bell was rung for, or what a crash left, and mails that are old enough to be forgotten."""
    outbox.drain(most=MOST)
    now = timezone.now()
    if (waited := outbox.oldest_waiting(now)) > outbox.LATE:
        logger.warning("The oldest unsent mail has waited for %s", waited)
    outbox.let_go_of_old(now)


@shared_task
def read_mailbox(**kwargs: object) -> None:
    """Take in what came, and send what follows. Safe to run twice and side by side: each mail counts once."""
    try:
        taken = mailbox.read(now=timezone.now)
    except mailbox.MailboxAway as error:
        logger.warning("The mailbox cannot be read: %s", error)
    else:
        if taken.new:
            send_soon()


@shared_task
def forget_old_replies(**kwargs: object) -> None:
    mailbox.let_go_of_old(timezone.now())


@shared_task
def remind(**kwargs: object) -> None:
    """Promise the reminders that are due by now. Safe to run twice and side by side: each is promised once."""
    now = timezone.now()
    local = timezone.localtime(now)
    count = reminding.tick(now)
    count += deadlines.remind(now, local.date(), local.hour)
    count += deadlines.summarise(now, local.date(), local.hour)
    count += polling.nudge_all(now).mails
    count += action_reminders.remind(now, local.date(), local.hour)
    if count:
        send_soon()


@shared_task
def look_after_feeds(**kwargs: object) -> None:
    """Drop the bytes of events that no calendar shows any more."""
    feed_events.forget_unknown()


@shared_task
def approve_by_silence(**kwargs: object) -> None:
    """Approve minutes that nobody objected to in time. Safe to run twice and side by side: each is approved once."""
    approving.approve_by_silence(timezone.now(), timezone.localdate())


def send_soon() -> None:
    """Wake the worker once the transaction at hand is committed. Without a broker, beat will."""
    transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    """One try of a broker that is away costs a second or more: those who act meanwhile need not all wait for it."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        send_mail.delay()
    except OperationalError:
        _quiet_until = time.monotonic() + QUIET
        logger.warning("The broker is away; the mail leaves when it is back")
