"""Reviews: what the rules found on a day, frozen."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.base.models import Strategy, Titled, User


class ReviewQuerySet(models.QuerySet):
    def readable_by(self, user: User | AnonymousUser, *, sees_all: bool) -> Self:
        """Published ones; with a role in the work also those that are frozen; drafts are their owner's alone."""
        own = Q(owner=user) if user.is_authenticated else Q(pk=None)
        frozen = Q(frozen_at__isnull=False) if sees_all else Q(published_at__isnull=False)
        return self.filter(own | frozen)


class Review(Titled):
    """Findings of a strategy on a day: a draft names scope and day, a frozen one holds all that a report says.

    `content` is what `mandates.review_content` gathered, `fingerprint` the SHA-256 of it as canonical JSON. Neither
    changes again, whatever happens to the register or to the rules.
    """

    slug = models.SlugField(_("id"), max_length=80, unique=True)
    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="reviews", verbose_name=_("strategy"))
    as_of = models.DateField(_("day"))
    areas = models.JSONField(_("areas"), default=list, blank=True)
    rules = models.JSONField(_("rules"), default=list, blank=True)
    purpose = models.TextField(_("what it is for"), max_length=4000, blank=True, default="")
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("earlier review"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="reviews",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    content = models.JSONField(null=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)
    frozen_at = models.DateTimeField(_("frozen"), null=True, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(pgettext_lazy("review", "published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-as_of", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(frozen_at=None, content=None, fingerprint="", published_at=None)
                | (Q(frozen_at__isnull=False, content__isnull=False) & ~Q(fingerprint="")),
                name="mandates_review_is_frozen_whole",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("mandates:review", args=[self.slug])

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def found(self) -> list[dict[str, Any]]:
        """The findings of a frozen review, in the order of the report."""
        return list((self.content or {}).get("findings", ()))
