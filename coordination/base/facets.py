"""What the facets of every list share: their form, and where a period stands on the page's day."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.base.models import PriorityArea

CROSS_SECTOR = "*"
EVERY = _("All")
IN_FORCE, ENDED, COMING, UNDATED, ALL = "in_force", "ended", "coming", "undated", "all"
WHEN = [
    (IN_FORCE, _("In force on the day")),
    (ENDED, _("Ended before the day")),
    (COMING, _("Not yet begun")),
    (UNDATED, _("Start unknown")),
    (ALL, _("All")),
]


class FacetForm(forms.Form):
    """Facets are all optional; their labels need not say so."""

    hide_optional = True


def area_choices() -> list[tuple[str, Any]]:
    """Every area by code, and cross-sector, which is the absence of one. One query."""
    named = {area.code: area.name for area in PriorityArea.objects.order_by("-position", "code")}
    return [(CROSS_SECTOR, _("Cross-sector")), *reversed(named.items())]


def in_area(rows: QuerySet, name: str, value: str) -> QuerySet:
    """`rows` with the area of that code, or with none."""
    return rows.filter(area=None) if value == CROSS_SECTOR else rows.filter(area__code=value)


class DatedFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """Facets of rows with a period. Without a choice of `when`: those in force on the page's day."""

    when_unasked: str | None = IN_FORCE

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and self.when_unasked:
            data = data.copy()
            data.setdefault("when", self.when_unasked)
        super().__init__(data, *args, **kwargs)

    def on_the_day(self, rows: Any, name: str, value: str) -> Any:
        """What `when` asks for; all of `rows` where it asks for nothing that a period can tell."""
        date = self.request.as_of
        if value == IN_FORCE:
            return rows.as_of(date)
        if value == ENDED:
            return rows.ended_by(date)
        return rows.beginning_after(date) if value == COMING else rows
