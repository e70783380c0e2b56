"""Coverage over time: a lane for each expectation, and the same as a table."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coordination.base import as_of as as_of_module
from coordination.base import charts, timeline
from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.facets import CROSS_SECTOR, area_choices
from coordination.base.htmx import render_page
from coordination.base.models import Function, Level, Strategy
from mandates import coverage_pages, lanes, story
from mandates.cells import Cell
from mandates.models import Expectation

STATUSES = [
    ("", gettext_lazy("All")),
    ("unmet", gettext_lazy("Unmet")),
    ("lost", gettext_lazy("Met before, not now")),
    ("goes_dark", gettext_lazy("Ends within 12 months")),
    ("thin", gettext_lazy("Thin")),
    ("covered", gettext_lazy("Covered")),
    ("not_mapped", gettext_lazy("Not mapped")),
    ("none", gettext_lazy("Not expected on the day")),
]


class CoverageFilter(forms.Form):
    """Which cells to show. `cell`, `expectation` and `since` come from the figures that count."""

    hide_optional = True

    area = forms.ChoiceField(label=gettext_lazy("Priority area"), required=False)
    function = forms.ChoiceField(label=gettext_lazy("Function"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=STATUSES, required=False)
    cell = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)
    expectation = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)
    since = forms.CharField(required=False, widget=forms.HiddenInput, max_length=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", gettext_lazy("All"))
        for name, choices in (
            ("area", area_choices()),
            ("function", [(f.code, f.name) for f in Function.objects.all()]),
            ("level", [(level.pk, level.name) for level in Level.objects.all()]),
        ):
            self.fields[name].choices = [every, *choices]  # type: ignore[attr-defined]  # a field of choices

    def keeps(self, cell: Cell) -> bool:
        """Whether the chosen facets leave `cell`."""
        wanted: dict[str, str] = self.cleaned_data
        since = as_of_module.parse(wanted.get("since"))
        return (
            _area_is(cell, wanted.get("area", ""))
            and wanted.get("function", "") in ("", cell.expectation.function.code)
            and wanted.get("level", "") in ("", cell.expectation.level_id)
            and wanted.get("cell", "") in ("", cell.key)
            and wanted.get("expectation", "") in ("", cell.code)
            and (since is None or _lost_on(cell, since))
            and _has_status(cell, wanted.get("status", ""))
        )


def _area_is(cell: Cell, wanted: str) -> bool:
    if not wanted:
        return True
    return cell.area is None if wanted == CROSS_SECTOR else cell.area is not None and cell.area.code == wanted


def _lost_on(cell: Cell, day: datetime.date) -> bool:
    return cell.is_unmet and cell.since == day and bool(cell.previous) and cell.previous[-1].until == day


def _has_status(cell: Cell, wanted: str) -> bool:
    if wanted == "unmet":
        return cell.is_unmet
    if wanted == "lost":
        return cell.is_unmet and bool(cell.previous)
    if wanted == "goes_dark":
        return cell.goes_dark_on is not None
    if wanted == "thin":
        return cell.is_met and cell.thin
    return wanted in ("", cell.status)


@require_safe
def coverage_lanes(request: Request) -> HttpResponse:
    """Lanes grouped by what to look at first: lost on the same day, other gaps, covered, not expected."""
    require(request, "view", Expectation)
    as_of: datetime.date = request.as_of
    every = coverage_pages.cells(as_of)
    form = CoverageFilter(request.GET)
    valid = form.is_valid()
    shown = [cell for cell in every if valid and form.keeps(cell)]
    filtered = any(value for value in form.cleaned_data.values()) if valid else True
    strategies = list(Strategy.objects.all())
    begins, ends = charts.strategy_span(strategies, as_of)
    groups = lanes.groups(shown)
    ordered = lanes.in_order(shown)
    figure = timeline.figure(
        groups,
        first=begins,
        until=ends,
        as_of=as_of,
        known_until=max((s.known_until for s in strategies if s.known_until), default=None),
        label=_label(shown, as_of),
        words=charts.words(),
        uid="coverage",
    )
    context: dict[str, Any] = {
        "title": story.coverage_headline(every, as_of),
        "lead": story.coverage_lead(every, as_of),
        "form": form,
        "filter_count": sum(1 for value in form.cleaned_data.values() if value),
        "filtered": filtered,
        "cells": ordered,
        "every": every,
        "figure": figure if shown else None,
        "begins": begins,
        "last_year": ends.year - 1,
    }
    return render_page(request, "mandates/coverage.html", context, fragment="coverage-lanes")


def _label(cells: Sequence[Cell], as_of: datetime.date) -> str:
    return _("Coverage of %(n)s expectations over time; on %(day)s %(unmet)s of them are gaps") % {
        "n": len(cells),
        "day": as_of.isoformat(),
        "unmet": sum(1 for cell in cells if cell.is_unmet),
    }
