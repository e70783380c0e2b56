"""Work that nobody waits for."""

import contextlib
import datetime
import logging

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from coordination.base.editing import Conflict
from coordination.base.models import User
from mandates import findings_refresh, reviews
from mandates.models import Review

logger = logging.getLogger(__name__)

# All rules on a large register take a minute; the broker gives a task away again after five.
SOFT, HARD = 240, 280


@shared_task(acks_late=True, soft_time_limit=SOFT, time_limit=HARD)
def follow_findings(**kwargs: object) -> None:  # kwargs: a newer sender must not crash an older worker
    """Bring the findings of the register's own day up to date."""
    today, now = findings_refresh.today_and_now()
    findings_refresh.follow(today, now)


@shared_task(acks_late=True, soft_time_limit=SOFT, time_limit=HARD)
def keep_findings(*, as_of: str, **kwargs: object) -> None:
    """Work out the findings of another day, which somebody asked about."""
    day = datetime.date.fromisoformat(as_of)
    if not findings_refresh.is_up_to_date(day):
        findings_refresh.keep(day, now=findings_refresh.today_and_now()[1])


def after_an_edit(**kwargs: object) -> None:
    """Have the findings follow, once the transaction at hand is committed. Receiver of `touched`, for every row."""
    waiting = transaction.get_connection().run_on_commit
    if not any(hook[1] is follow_soon for hook in waiting):
        transaction.on_commit(follow_soon, robust=True)


def follow_soon() -> None:
    """Send the task, once for all edits of a few seconds. A broker that is away is no reason to fail: beat asks again."""
    if not cache.add("mandates.follow_findings", True, timeout=settings.FINDINGS_WAIT):
        return
    try:
        follow_findings.apply_async(countdown=settings.FINDINGS_WAIT)
    except OperationalError:
        logger.warning("The broker is away; the findings follow when it is back")


def keep_soon(as_of: datetime.date) -> None:
    """Have the findings of `as_of` worked out, once however many ask."""
    if not cache.add(f"mandates.keep_findings.{as_of.isoformat()}", True, timeout=60):
        return
    try:
        keep_findings.delay(as_of=as_of.isoformat())
    except OperationalError:
        logger.warning("The broker is away; the findings of %s are not worked out", as_of)


@shared_task(acks_late=True, soft_time_limit=SOFT, time_limit=HARD)
def freeze_review(*, review: int, version: int, user: int, **kwargs: object) -> None:
    """Freeze a draft that somebody asked to freeze; one that was frozen or changed meanwhile is let be."""
    row = Review.objects.filter(pk=review).select_related("strategy").first()
    if row is None:
        return
    with contextlib.suppress(reviews.AlreadyFrozen, Conflict):
        reviews.freeze(
            row, seen_version=version, user=User.objects.filter(pk=user).first(), now=timezone.now()
        )


def freeze_soon(review: Review, user: User) -> None:
    """Have a draft frozen by the worker. Raises kombu's OperationalError when the broker is away."""
    freeze_review.delay(review=review.pk, version=review.version, user=user.pk)
