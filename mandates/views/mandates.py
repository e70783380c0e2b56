"""The list of mandates, a mandate's own page, and amounts by year and area."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.base import charts
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.htmx import render_page
from coordination.base.listing import list_page
from coordination.base.models import Strategy
from coordination.base.panels import panels_for
from mandates import coverage_pages, queries, timelines
from mandates.filters import MandateFilter
from mandates.models import Expectation, Mandate
from mandates.tables import MandateTable


@require_safe
def mandate_list(request: Request) -> HttpResponse:
    """Every facet of the mandates; by default the decided ones in force on the day."""
    require(request, "view", Mandate)
    return list_page(
        request,
        queryset=queries.described(Mandate.objects.all()),
        filterset_class=MandateFilter,
        table_class=MandateTable,
        template="mandates/mandates.html",
        fragment="mandate-table",
        kind="mandates",
    )


@require_safe
def mandate(request: Request, code: str) -> HttpResponse:
    """All that is recorded about one mandate, and what it is good for on the day."""
    row = fetch(request, "view", queries.detailed(Mandate.objects.all()), code=code)
    as_of = request.as_of
    strategies = list(Strategy.objects.all())
    begins, ends = charts.strategy_span(strategies, as_of)
    chain = queries.chain(row)
    figure = timelines.succession(
        [*chain.before, row, *chain.after],
        first=begins,
        until=ends,
        as_of=as_of,
        known_until=row.strategy.known_until,
        label=_("When %(title)s is held, with what came before and after") % {"title": row.title},
    )
    met = coverage_pages.cells_met_by(row, as_of) if may(request.user, "view", Expectation) else []
    return render(
        request,
        "mandates/mandate.html",
        {
            "mandate": row,
            "crumbs": [(_("Mandates"), "/"), (row.code, "")],
            "chain": chain,
            "figure": figure,
            "siblings": queries.siblings(row),
            "met": met,
            "in_force": row.is_in_force(as_of) and row.holder.is_in_force(as_of),
            "ends_without": queries.ends_without_successor(row),
            "acts": acts_on(request, row),
            "panels": panels_for("mandate", request, row, as_of),
        },
    )


def acts_on(request: Request, row: Mandate | Expectation) -> set[str]:
    """What the request's user may do to `row`."""
    return {action for action in ("edit", "propose", "confirm") if may(request.user, action, row)}


@require_safe
def amounts(request: Request) -> HttpResponse:
    """Kronor per year and area, from the rows that the facets leave."""
    require(request, "view", Mandate)
    data = request.GET.copy()
    data.setdefault("when", "all")
    rows = queries.described(Mandate.objects.all())
    facets = MandateFilter(data, queryset=rows, request=request)
    found = facets.qs.distinct() if facets.is_valid() else rows.none()
    as_of = request.as_of
    begins, _until = charts.strategy_span(Strategy.objects.all(), as_of)
    context: dict[str, Any] = {
        "filter": facets,
        "amounts": queries.amounts(found, first_year=begins.year, last_year=max(as_of.year, begins.year)),
    }
    return render_page(request, "mandates/amounts.html", context, fragment="amount-table")
