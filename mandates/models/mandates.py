import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from coordination.base.models import (
    Function,
    Level,
    MandateKind,
    MandateRole,
    Place,
    PriorityArea,
    RegisterRow,
    Strategy,
    Titled,
)
from coordination.base.models.register import localized
from coordination.base.periods import Period, PeriodQuerySet
from network.models import Actor


class MandateQuerySet(PeriodQuerySet):
    def decided(self) -> Self:
        return self.filter(status=Mandate.Status.DECIDED)

    def active(self, date: datetime.date) -> Self:
        """Decided, in its period, and its holder exists on `date` (design, Rules)."""
        return (
            self.decided()
            .as_of(date)
            .filter(
                Q(holder__valid_from=None) | Q(holder__valid_from__lte=date),
                Q(holder__valid_until=None) | Q(holder__valid_until__gt=date),
            )
        )


class Mandate(Titled, Period, RegisterRow):
    """One task given to one holder. No area: cross-sector (`*`), a column of its own, never expanded."""

    class Status(models.TextChoices):
        DECIDED = "decided", pgettext_lazy("mandate", "decided")
        PROPOSED = "proposed", pgettext_lazy("mandate", "proposed")

    code = models.CharField(_("id"), max_length=80, unique=True)
    holder = models.ForeignKey(Actor, models.PROTECT, related_name="mandates", verbose_name=_("holder"))
    kind = models.ForeignKey(MandateKind, models.PROTECT, verbose_name=_("kind"))
    strategy = models.ForeignKey(
        Strategy, models.PROTECT, related_name="mandates", verbose_name=_("strategy")
    )
    area = models.ForeignKey(
        PriorityArea, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name=_("area")
    )
    function = models.ForeignKey(
        Function, models.PROTECT, related_name="mandates", verbose_name=_("function")
    )
    levels = models.ManyToManyField(Level, related_name="+", verbose_name=_("levels aimed at"))
    territory_places = models.ManyToManyField(
        Place, blank=True, related_name="mandates", verbose_name=_("territory")
    )
    territory_groups = models.ManyToManyField(
        Actor, blank=True, related_name="territory_of", verbose_name=_("territory of a group")
    )
    target_group_sv = models.CharField(_("target group in Swedish"), max_length=300, blank=True, default="")
    target_group_en = models.CharField(_("target group in English"), max_length=300, blank=True, default="")
    role = models.ForeignKey(MandateRole, models.PROTECT, null=True, blank=True, verbose_name=_("role"))
    explicit = models.BooleanField(_("names the strategy's goal"), default=False)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DECIDED)
    scenario = models.CharField(_("scenario"), max_length=80, blank=True, default="")
    joint_assignment = models.CharField(
        _("joint assignment"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("The same word on all mandates that one decision gave to several holders."),
    )
    report_due = models.DateField(_("report due"), null=True, blank=True)
    amount_sek_per_year = models.BigIntegerField(_("SEK per year"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )

    history = HistoricalRecords(m2m_fields=[levels, territory_places, territory_groups])
    objects = MandateQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["sort_sv", "code"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount_sek_per_year=None) | Q(amount_sek_per_year__gte=0),
                name="mandates_mandate_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("pk")),
                name="mandates_mandate_does_not_succeed_itself",
                violation_error_message=_("A mandate cannot succeed itself."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("mandates:mandate", args=[self.code])

    @property
    def target_group(self) -> str:
        return localized(self, "target_group")
