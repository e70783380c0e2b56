from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Proposal(models.Model):
    """A change that somebody without the right to make it puts before a coordinator.

    `changes` is {field: {"from": value the proposer saw, "to": wanted value}} in the words of the import
    files, so that it can be shown side by side, applied by the same parser, and refused when the row has
    moved on (`row_version`).
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name=_("kind of row"))
    object_id = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("Empty: a new row."))
    row = GenericForeignKey("content_type", "object_id")
    row_version = models.PositiveIntegerField(null=True, blank=True)
    changes = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), max_length=4000)
    source = models.CharField(_("source"), max_length=500)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=80, blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="proposals",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True, default="")

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "withdrawn"]) | Q(decided_at__isnull=False),
                name="base_proposal_decided_has_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id or ''}: {self.status}"
