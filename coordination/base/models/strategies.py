from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models.register import Named, RegisterRow, localized
from coordination.base.periods import Period, PeriodQuerySet


class Strategy(Named, Period, RegisterRow):
    """A cross-sector strategy whose mandates, expectations and findings the register keeps."""

    slug = models.SlugField(_("id"), max_length=80, unique=True)
    known_until = models.DateField(
        _("known until"),
        null=True,
        blank=True,
        help_text=_("The day up to which the register has been checked."),
    )
    reference = models.CharField(_("reference"), max_length=200, blank=True, default="")

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["sort_sv", "slug"]

    def get_absolute_url(self) -> str:
        return reverse("base:strategy", args=[self.slug])


class PriorityArea(Named, Period, RegisterRow):
    """A priority area of a strategy. Cross-sector (`*`) is the absence of an area, not one of them."""

    class Status(models.TextChoices):
        ADOPTED = "adopted", _("adopted")
        PROPOSED = "proposed", _("proposed")
        OUTSIDE = "outside", _("outside the strategy")

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="areas", verbose_name=_("strategy"))
    code = models.SlugField(_("code"), max_length=40)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ADOPTED)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("priority area")
        verbose_name_plural = _("priority areas")
        ordering = ["position", "sort_sv", "code"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(fields=["strategy", "code"], name="base_priorityarea_code_in_strategy"),
            # `*` and `each` are words of the file format, never areas.
            models.CheckConstraint(
                condition=~Q(code__in=["*", "each"]), name="base_priorityarea_code_is_own"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("base:area", args=[self.strategy.slug, self.code])


class Function(Named, RegisterRow):
    """A kind of task: coordination, grants, follow-up … The rules look at its traits.

    Traits: `lead` (an unmet one is serious), `duplicable` (the same task for the same people can be
    done twice), `transition` (winding down or handing over) and `service` (left out of overlaps).
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    definition_sv = models.TextField(_("definition in Swedish"), max_length=1000, blank=True, default="")
    definition_en = models.TextField(_("definition in English"), max_length=1000, blank=True, default="")
    traits = models.CharField(_("traits"), max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("function")
        verbose_name_plural = _("functions")
        ordering = ["position", "code"]

    def get_absolute_url(self) -> str:
        return reverse("base:function", args=[self.code])

    @property
    def definition(self) -> str:
        return localized(self, "definition")

    @property
    def trait_set(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.traits.split(";") if part.strip())
