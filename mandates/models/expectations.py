from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models import Function, Level, MandateKind, PriorityArea, RegisterRow, Strategy, Titled
from coordination.base.periods import Period, PeriodQuerySet
from network.models import Actor


class Expectation(Titled, Period, RegisterRow):
    """What ought to be covered: (area, function, level) by at least `min_holders`, in a period.

    `mapped_from`/`mapped_until` (both inclusive) is the span in which somebody checked it. `each_area`
    asks once per area that is adopted on the day; otherwise no area means cross-sector (`*`).
    """

    code = models.CharField(_("id"), max_length=80, unique=True)
    strategy = models.ForeignKey(
        Strategy, models.PROTECT, related_name="expectations", verbose_name=_("strategy")
    )
    area = models.ForeignKey(
        PriorityArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expectations",
        verbose_name=_("area"),
    )
    each_area = models.BooleanField(_("in each adopted area"), default=False)
    function = models.ForeignKey(
        Function, models.PROTECT, related_name="expectations", verbose_name=_("function")
    )
    level = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name=_("level"))
    min_holders = models.PositiveSmallIntegerField(_("least number of holders"), default=1)
    explicit_only = models.BooleanField(_("only mandates that name the strategy's goal"), default=False)
    kinds = models.ManyToManyField(
        MandateKind, blank=True, related_name="+", verbose_name=_("kinds of mandate that count")
    )
    single_lead = models.BooleanField(_("one single lead"), default=False)
    holder_group = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expected_of",
        verbose_name=_("group that is to hold it"),
    )
    mapped_from = models.DateField(_("checked from"), null=True, blank=True)
    mapped_until = models.DateField(_("checked until"), null=True, blank=True)

    history = HistoricalRecords(m2m_fields=[kinds])
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("expectation")
        verbose_name_plural = _("expectations")
        ordering = ["code"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(min_holders__gte=1), name="mandates_expectation_asks_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(each_area=False) | Q(area=None), name="mandates_expectation_one_area_or_each"
            ),
            models.CheckConstraint(
                condition=Q(mapped_from=None) | Q(mapped_until=None) | Q(mapped_until__gte=F("mapped_from")),
                name="mandates_expectation_mapped_span",
                violation_error_message=_("The last day is before the first day."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("mandates:expectation", args=[self.code])
