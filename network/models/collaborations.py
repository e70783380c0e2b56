from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models import CollaborationKind, PriorityArea, RegisterRow, Titled
from coordination.base.periods import Period, PeriodQuerySet
from network.models.actors import Actor


class Collaboration(Titled, Period, RegisterRow):
    """One record with two or more participants; never exploded into pairs. No area: cross-sector (`*`)."""

    code = models.CharField(_("id"), max_length=80, unique=True)
    kind = models.ForeignKey(CollaborationKind, models.PROTECT, verbose_name=_("kind"))
    area = models.ForeignKey(
        PriorityArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="collaborations",
        verbose_name=_("area"),
    )
    amount_sek_per_year = models.BigIntegerField(_("SEK per year"), null=True, blank=True)
    participants = models.ManyToManyField(
        Actor, through="Participant", related_name="collaborations", verbose_name=_("participants")
    )

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("collaboration")
        verbose_name_plural = _("collaborations")
        ordering = ["sort_sv", "code"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount_sek_per_year=None) | Q(amount_sek_per_year__gte=0),
                name="network_collaboration_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("network:collaboration", args=[self.code])


class Participant(models.Model):
    """One side of a collaboration."""

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="sides")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="participations", verbose_name=_("actor"))
    position = models.PositiveSmallIntegerField(default=0)
    # One word from each side that the tie is real; the other side is asked to confirm it.
    confirmed_on = models.DateField(_("confirmed by this side"), null=True, blank=True)
    contact = models.EmailField(_("contact of this side"), blank=True, default="")

    history = HistoricalRecords(excluded_fields=["contact"])

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "actor"], name="network_participant_once")
        ]

    def __str__(self) -> str:
        return f"{self.actor} in {self.collaboration}"
