"""Half-open periods on rows, and the precision with which their ends are known."""

import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q, UniqueConstraint, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

ONE_DAY = datetime.timedelta(days=1)


class Precision(models.TextChoices):
    """How exactly a stored day is known; a date is shown no more precisely than this."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    SEASON = "season", _("season")
    YEAR = "year", _("year")
    PERIOD = "period", _("known for a period")
    UNKNOWN = "unknown", _("unknown")


class PeriodQuerySet(models.QuerySet):
    """Rows with a period. An unknown start counts as begun; use `dated` where it must not."""

    def as_of(self, date: datetime.date) -> Self:
        """Rows in force on `date`: valid_from <= date < valid_until (null: unknown, open)."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=date),
            Q(valid_until=None) | Q(valid_until__gt=date),
        )

    def dated(self) -> Self:
        """Rows whose start is known: undated ties and seats make no edge (design, Decisions)."""
        return self.exclude(valid_from=None)

    def ended_by(self, date: datetime.date) -> Self:
        """Rows no longer in force on `date`."""
        return self.filter(valid_until__lte=date)

    def beginning_after(self, date: datetime.date) -> Self:
        """Rows not yet in force on `date`."""
        return self.filter(valid_from__gt=date)


class Period(models.Model):
    """The span in which a row holds: [valid_from, valid_until)."""

    valid_from = models.DateField(_("valid from"), null=True, blank=True, db_index=True)
    from_precision = models.CharField(
        _("precision of the start"), max_length=8, choices=Precision, blank=True, default=""
    )
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, db_index=True, help_text=_("First day no longer in force.")
    )
    to_precision = models.CharField(
        _("precision of the end"), max_length=8, choices=Precision, blank=True, default=""
    )

    class Meta:
        abstract = True
        constraints = [
            # The database refuses a bad period, whichever door it comes through.
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_message=_("The last day is before the first day."),
            )
        ]

    @property
    def valid_to(self) -> datetime.date | None:
        """The last day in force, as people, files and JSON see it (null: open or unknown)."""
        return last_day(self.valid_until)

    def is_in_force(self, date: datetime.date) -> bool:
        """The same question as `PeriodQuerySet.as_of`, for a row already fetched."""
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_until is None or date < self.valid_until
        )


def last_day(valid_until: datetime.date | None) -> datetime.date | None:
    """The inclusive last day of a half-open period."""
    return valid_until - ONE_DAY if valid_until else None


def day_after(valid_to: datetime.date | None) -> datetime.date | None:
    """The exclusive end of a period whose last day is given."""
    return valid_to + ONE_DAY if valid_to else None


def once_per_start(*fields: str, name: str) -> UniqueConstraint:
    """Rows alike in `fields` must start on different days, of which "unknown" is one.

    SQLite has no `nulls_distinct=False`, hence the day that no row can start on.
    """
    start = Coalesce("valid_from", Value(datetime.date.min, models.DateField()))
    return UniqueConstraint(
        *(F(field) for field in fields),
        start,
        name=name,
        violation_error_message=_("The same row exists already."),
    )
