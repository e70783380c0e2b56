"""Writing reviews: made as a draft, frozen once, published, and withdrawn again."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.base.editing import Conflict
from coordination.base.models import User
from coordination.base.slugs import free_slug
from mandates import review_content
from mandates.models import Review
from mandates.scenarios import OutsideStrategy


class AlreadyFrozen(Exception):
    """What is frozen is not changed or removed; a new review says what has changed."""


@transaction.atomic
def create(review: Review, *, user: User | None) -> Review:
    """Store a new draft of `user`'s, after the latest frozen review of its strategy before its day.

    Raises:
        OutsideStrategy: its day lies before the strategy or after its end.
    """
    _check_day(review)
    taken = set(Review.objects.values_list("slug", flat=True))
    review.slug = free_slug(f"{review.title_sv or review.title_en}"[:60], taken)
    review.owner = user
    review.previous = review.previous or earlier(review)
    review.save()
    return review


def earlier(review: Review) -> Review | None:
    """The frozen review of the same strategy that comes last before this one's day."""
    rows = Review.objects.filter(strategy=review.strategy, frozen_at__isnull=False, as_of__lt=review.as_of)
    return rows.exclude(pk=review.pk).order_by("as_of", "frozen_at").last()


@transaction.atomic
def change(review: Review, *, seen_version: int) -> Review:
    """Store an edited draft.

    Raises:
        AlreadyFrozen, OutsideStrategy.
        Conflict: somebody else has changed it.
    """
    _check_day(review)
    _claim(review, seen_version)
    review.version = seen_version + 1
    review.save()
    return review


def freeze(review: Review, *, seen_version: int, user: User | None, now: datetime.datetime) -> Review:
    """Gather what the draft asks for and keep it for good.

    The rules run before the transaction that writes; whoever freezes first wins.

    Raises:
        AlreadyFrozen, OutsideStrategy.
        Conflict: somebody else has changed it.
    """
    _check_day(review)
    content = review_content.gather(review)
    with transaction.atomic():
        _claim(review, seen_version)
        review.content, review.fingerprint = content, review_content.fingerprint(content)
        review.frozen_at, review.frozen_by = now, user
        review.version = seen_version + 1
        review.save()
    return review


@transaction.atomic
def publish(review: Review, *, user: User | None, now: datetime.datetime) -> bool:
    """Let everybody read a frozen review; whether it was not published already."""
    rows = Review.objects.filter(pk=review.pk, frozen_at__isnull=False, published_at=None)
    return bool(rows.update(published_at=now, published_by=user))


@transaction.atomic
def withdraw(review: Review) -> bool:
    """Take it back from the public; whoever has a report of it keeps that."""
    rows = Review.objects.filter(pk=review.pk, published_at__isnull=False)
    return bool(rows.update(published_at=None, published_by=None))


@transaction.atomic
def remove(review: Review, *, seen_version: int) -> None:
    """Remove a draft. Raises AlreadyFrozen or Conflict."""
    _claim(review, seen_version)
    review.delete()


def is_whole(review: Review) -> bool:
    """Whether the content still is what its fingerprint says."""
    return review.content is None or review_content.fingerprint(review.content) == review.fingerprint


def _claim(review: Review, seen_version: int) -> None:
    rows = Review.objects.filter(pk=review.pk)
    if rows.filter(frozen_at__isnull=False).exists():
        raise AlreadyFrozen
    if not rows.filter(version=seen_version).update(version=seen_version):
        raise Conflict(rows.first())


def _check_day(review: Review) -> None:
    """Nobody can know what a strategy asked for before it began, or after it ended."""
    strategy = review.strategy
    if not strategy.is_in_force(review.as_of):
        raise OutsideStrategy(
            _("%(day)s lies outside the strategy's time, %(first)s – %(last)s.")
            % {
                "day": review.as_of.isoformat(),
                "first": strategy.valid_from.isoformat() if strategy.valid_from else "…",
                "last": strategy.valid_to.isoformat() if strategy.valid_to else "…",
            }
        )
