"""Calendars that people subscribe to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.base.models import PriorityArea
from network.models import Actor, Network


class Feed(models.Model):
    """A calendar under a secret address. Of the secret only its digest is kept: it is shown once."""

    class Kind(models.TextChoices):
        MINE = "mine", pgettext_lazy("feed", "mine")
        NETWORK = "network", pgettext_lazy("feed", "a network")
        ACTOR = "actor", pgettext_lazy("feed", "an actor")
        AREA = "area", pgettext_lazy("feed", "a priority area")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds")
    kind = models.CharField(_("about"), max_length=7, choices=Kind)
    network = models.ForeignKey(Network, models.CASCADE, null=True, blank=True, related_name="+")
    actor = models.ForeignKey(Actor, models.CASCADE, null=True, blank=True, related_name="+")
    area = models.ForeignKey(PriorityArea, models.CASCADE, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, default="sv")
    digest = models.CharField(
        max_length=64, unique=True, editable=False
    )  # SHA-256 of the secret, hexadecimal
    prefix = models.CharField(max_length=6, editable=False)  # of the secret: which one it is
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    used_at = models.DateTimeField(_("last fetched"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="mine", network=None, actor=None, area=None)
                | models.Q(kind="network", network__isnull=False, actor=None, area=None)
                | models.Q(kind="actor", network=None, actor__isnull=False, area=None)
                | models.Q(kind="area", network=None, actor=None, area__isnull=False),
                name="meetings_feed_is_about_its_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.prefix}…"


class FeedEvent(models.Model):
    """The bytes of one event as every feed shows it, made when it changed and joined when a feed is fetched."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("meeting")
        MANDATE = "mandate", _("mandate")
        MILESTONE = "milestone", _("milestone")

    kind = models.CharField(max_length=9, choices=Kind)
    key = models.CharField(max_length=120)  # slug or code of the row, and what of it is due
    language = models.CharField(max_length=2)
    day = models.DateField(db_index=True)
    state = models.CharField(max_length=64)  # digest of what the bytes were made from
    content = models.BinaryField()

    class Meta:
        verbose_name = _("event of feeds")
        verbose_name_plural = _("events of feeds")
        ordering = ["day", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "language"], name="meetings_feed_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
