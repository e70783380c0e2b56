import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models import MeetingKind, MilestoneKind, PriorityArea, RegisterRow, Titled
from coordination.base.periods import Precision, last_day
from network.models.actors import Actor
from network.models.networks import Network


class DatedEvent(Titled, RegisterRow):
    """Something that happened, or is due, on days [date_from, date_until), as exactly as it is known."""

    code = models.CharField(_("id"), max_length=80, unique=True)
    date_from = models.DateField(_("first day"), null=True, blank=True, db_index=True)
    date_until = models.DateField(
        _("day after the last"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("First day after the event."),
    )
    date_precision = models.CharField(_("precision"), max_length=8, choices=Precision, blank=True, default="")
    date_text = models.CharField(_("date in the source's words"), max_length=200, blank=True, default="")
    area = models.ForeignKey(
        PriorityArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(date_from=None) | Q(date_until=None) | Q(date_until__gt=F("date_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_message=_("The last day is before the first day."),
            )
        ]

    @property
    def date_to(self) -> datetime.date | None:
        """The last day, inclusive."""
        return last_day(self.date_until)


class Encounter(DatedEvent):
    """The dated fact that a network met, with those present. Every held meeting leaves one."""

    kind = models.ForeignKey(MeetingKind, models.PROTECT, verbose_name=_("kind"))
    network = models.ForeignKey(
        Network, models.PROTECT, null=True, blank=True, related_name="encounters", verbose_name=_("network")
    )
    organiser = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organised_encounters",
        verbose_name=_("organiser"),
    )
    participants = models.ManyToManyField(
        Actor, blank=True, related_name="encounters", verbose_name=_("participants")
    )

    history = HistoricalRecords(m2m_fields=[participants])

    class Meta(DatedEvent.Meta):
        verbose_name = _("encounter")
        verbose_name_plural = _("encounters")
        ordering = ["date_from", "code"]

    def get_absolute_url(self) -> str:
        return reverse("network:encounter", args=[self.code])


class Milestone(DatedEvent):
    """A deadline, decision or report with a date."""

    kind = models.ForeignKey(MilestoneKind, models.PROTECT, verbose_name=_("kind"))
    network = models.ForeignKey(
        Network, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("network")
    )
    organiser = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organised_milestones",
        verbose_name=_("organiser"),
    )
    participants = models.ManyToManyField(
        Actor, blank=True, related_name="milestones", verbose_name=_("participants")
    )

    history = HistoricalRecords(m2m_fields=[participants])

    class Meta(DatedEvent.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date_from", "code"]

    def get_absolute_url(self) -> str:
        return reverse("network:milestone", args=[self.code])
