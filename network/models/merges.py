from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models.actors import Actor


class Merge(models.Model):
    """That a duplicate was merged into another actor: the report by which it can be undone.

    `moved` and `dropped` are lists of {"model", "pk", "field", "name"}; a dropped row was the same as one
    that the other actor had already, and comes back from its history (or from `values`, if it has none).
    """

    source = models.ForeignKey(Actor, models.PROTECT, related_name="+", verbose_name=_("duplicate"))
    target = models.ForeignKey(Actor, models.PROTECT, related_name="+", verbose_name=_("merged into"))
    reason = models.CharField(_("reason"), max_length=100)
    moved = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    merged_at = models.DateTimeField(_("merged"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merger of duplicates")
        verbose_name_plural = _("mergers of duplicates")
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
