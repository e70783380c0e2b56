from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models import Level, Named, PriorityArea, RegisterRow
from coordination.base.models.register import localized
from coordination.base.periods import Period, PeriodQuerySet, once_per_start
from network.models.actors import Actor


class Network(Named, Period, RegisterRow):
    """A standing forum. Seats are held by actors, not by persons. No areas: cross-sector (`*`)."""

    slug = models.SlugField(_("id"), max_length=80, unique=True)
    purpose_sv = models.TextField(_("purpose in Swedish"), max_length=2000, blank=True, default="")
    purpose_en = models.TextField(_("purpose in English"), max_length=2000, blank=True, default="")
    level = models.ForeignKey(Level, models.PROTECT, verbose_name=_("level"))
    areas = models.ManyToManyField(PriorityArea, blank=True, related_name="networks", verbose_name=_("areas"))
    stated_members = models.PositiveIntegerField(_("stated number of members"), null=True, blank=True)
    stated_on = models.DateField(_("stated on"), null=True, blank=True)

    history = HistoricalRecords(m2m_fields=[areas])
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["sort_sv", "slug"]

    def get_absolute_url(self) -> str:
        return reverse("network:network", args=[self.slug])

    @property
    def purpose(self) -> str:
        return localized(self, "purpose")


class Seat(Period, RegisterRow):
    """An actor's place in a network."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="seats", verbose_name=_("network"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="seats", verbose_name=_("actor"))
    role_sv = models.CharField(_("role in Swedish"), max_length=200, blank=True, default="")
    role_en = models.CharField(_("role in English"), max_length=200, blank=True, default="")

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["network", "actor__sort_sv", "pk"]
        constraints = [
            *Period.Meta.constraints,
            once_per_start("network", "actor", "role_sv", name="network_seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.network}"

    @property
    def role(self) -> str:
        return localized(self, "role")


class Convener(Period, RegisterRow):
    """Who calls a network's meetings, and when."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="conveners", verbose_name=_("network"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="convenes", verbose_name=_("actor"))

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("convener")
        verbose_name_plural = _("conveners")
        ordering = ["network", "valid_from", "pk"]
        constraints = [
            *Period.Meta.constraints,
            once_per_start("network", "actor", name="network_convener_once"),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.network}"
