"""What ought to be covered: the list, and one expectation with its lanes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.base import charts, timeline
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.listing import list_page
from coordination.base.models import Strategy
from mandates import coverage_pages, expectation_preview, findings_list, lanes, queries, register_snapshot
from mandates.filters import ExpectationFilter
from mandates.models import Expectation
from mandates.tables import ExpectationTable
from mandates.views.mandates import acts_on


@require_safe
def expectation_list(request: Request) -> HttpResponse:
    """Every expectation, as it is asked; where it stands on the day is for the page of coverage."""
    require(request, "view", Expectation)
    return list_page(
        request,
        queryset=queries.expectations(),
        filterset_class=ExpectationFilter,
        table_class=ExpectationTable,
        template="mandates/expectations.html",
        fragment="expectation-table",
        kind="expectations",
    )


@require_safe
def expectation(request: Request, code: str) -> HttpResponse:
    """What is asked, by which source, and who has met it over time."""
    rows = queries.expectations().prefetch_related("citations__document")
    row = fetch(request, "view", rows, code=code)
    as_of = request.as_of
    cells = coverage_pages.cells(as_of, only=[row.code])
    strategies = list(Strategy.objects.all())
    begins, ends = charts.strategy_span(strategies, as_of)
    figure = timeline.figure(
        lanes.groups(cells) if len(cells) > 1 else [timeline.Group(tuple(map(lanes.lane, cells)))],
        first=begins,
        until=ends,
        as_of=as_of,
        known_until=row.strategy.known_until,
        label=_("Who has met the expectation %(title)s over time") % {"title": row.title},
        words=charts.words(),
        uid="expectation",
        width=charts.COLUMN,
    )
    unmet = [cell for cell in cells if cell.is_unmet]
    return render(
        request,
        "mandates/expectation.html",
        {
            "expectation": row,
            "cells": lanes.in_order(cells),
            "figure": figure if cells else None,
            "shown": cells[0] if len(cells) == 1 else None,
            "unmet": unmet,
            "acts": acts_on(request, row),
            "finding_keys": findings_list.open_to(request.user, [cell.finding_key for cell in cells]),
            "doubts": said_doubts(row) if unmet or not cells else [],
        },
    )


def said_doubts(row: Expectation) -> list[str]:
    """Why nothing in the register can meet an expectation, where that is so."""
    register = register_snapshot.current()
    asked = register.expectation_by_code.get(row.code)
    return expectation_preview.said_doubts(asked, register) if asked is not None else []
