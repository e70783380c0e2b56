"""Dated events: encounters and milestones, their lists and their own pages."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.listing import list_page
from coordination.base.panels import panels_for
from network import events
from network.filters_events import EncounterFilter, MilestoneFilter
from network.models import Encounter, Milestone
from network.tables_ties import EncounterTable, MilestoneTable


@require_safe
def encounter_list(request: Request) -> HttpResponse:
    """When networks are known to have met, the latest first."""
    return _list(request, Encounter, EncounterFilter, EncounterTable, "encounters", "meetings")


@require_safe
def milestone_list(request: Request) -> HttpResponse:
    """Deadlines, decisions and reports, the latest first."""
    return _list(request, Milestone, MilestoneFilter, MilestoneTable, "milestones", "milestones")


def _list(
    request: Request, model: Any, filterset_class: Any, table_class: Any, name: str, kind: str
) -> HttpResponse:
    require(request, "view", model)
    as_of = request.as_of
    return list_page(
        request,
        queryset=events.newest_first(events.described(model.objects.all())),
        filterset_class=filterset_class,
        table_class=table_class,
        template=f"network/{name}.html",
        fragment=f"{name[:-1]}-table",
        kind=kind,
        context={"counts": events.counts(model.objects.all(), as_of)},
    )


@require_safe
def encounter(request: Request, code: str) -> HttpResponse:
    """That a network met: when, called by whom, who was there, and how we know."""
    return _detail(request, Encounter, code, "encounter")


@require_safe
def milestone(request: Request, code: str) -> HttpResponse:
    """A deadline, decision or report: when, whose, who is concerned, and how we know."""
    return _detail(request, Milestone, code, "milestone")


def _detail(request: Request, model: Any, code: str, name: str) -> HttpResponse:
    row = fetch(request, "view", events.detailed(model.objects.all()), code=code)
    as_of = request.as_of
    before, after = events.neighbours(row)
    context = {
        "row": row,
        "day": events.days_from(row, as_of),
        "before": before,
        "after": after,
        "panels": panels_for(name, request, row, as_of),
    }
    return render(request, f"network/{name}.html", context)
