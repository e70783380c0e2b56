"""The coverage matrix, one of its cells, and the same as a file."""

import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from coordination.base import as_of as days
from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.htmx import render_page
from coordination.base.listing import FORMATS
from coordination.base.models import Level
from coordination.base.periods import last_day
from mandates import (
    findings_list,
    matrix_cell,
    matrix_changes,
    matrix_export,
    matrix_pages,
    register_snapshot,
)
from mandates.grid import Key
from mandates.matrix_forms import MatrixFilter
from mandates.models import Expectation, Mandate

DRAWER_ROWS, LONGEST = 8, 500
STATUSES = ("covered", "thin", "goes_dark", "gap", "projected_gap", "voluntary_only", "not_mapped")
CARRIED = ("as_of", "strategy", "count", "explicit", "kind", "place")


def _form(request: Request) -> MatrixFilter:
    require(request, "view", Mandate)
    require(request, "view", Expectation)
    return MatrixFilter(request.GET, strategy=days.current_strategy(request.as_of_default))


def _carried(request: Request) -> str:
    """The query that the cells carry along: the day, and what is counted."""
    kept = request.GET.copy()
    for name in list(kept):
        if name not in CARRIED or not kept[name]:
            del kept[name]
    return kept.urlencode()


@require_safe
def matrix(request: Request) -> HttpResponse:
    """Areas by functions at each level, with one cell open beside; `?compare=` sets another day beside."""
    form = _form(request)
    as_of: datetime.date = request.as_of
    strategy, selection = form.chosen_strategy, form.selection
    compare = form.answers.get("compare")
    context: dict[str, Any] = {"form": form, "filter_count": form.chosen, "levels": list(Level.objects.all())}
    if wanted := request.GET.get("format"):
        return _file(form, as_of, wanted)
    if strategy is not None:
        snapshot, query = register_snapshot.current(), _carried(request)
        page = matrix_pages.page(
            snapshot, strategy, as_of, selection, count=form.number, query=query, compare=compare
        )
        key = _chosen(request) or matrix_pages.first_to_open(page.tables)
        opened = (
            matrix_cell.find(snapshot, strategy, as_of, key, selection, limit=DRAWER_ROWS) if key else None
        )
        context |= {
            "page": page,
            "opened": opened,
            "finding_keys": _findings_of(request, opened),
            "comparison": matrix_changes.between(snapshot, compare, page, selection) if compare else None,
            "has_expectations": Expectation.objects.filter(strategy=strategy).exists(),
            "cell_query": query,
            "shown_statuses": STATUSES,
            "before_last_change": _before_last_change(request),
        }
    return render_page(request, "mandates/matrix.html", context, fragment="matrix")


def _before_last_change(request: Request) -> datetime.date | None:
    """The day to compare with in order to see what the last change did."""
    bar = request.as_of_bar
    return last_day(bar.previous_change) if bar else None


def _findings_of(request: Request, opened: matrix_cell.CellPage | None) -> frozenset[str]:
    """Keys of the findings about what is asked in the open cell, those that the user may see."""
    keys = [asked.finding_key for asked in opened.asked] if opened is not None else []
    return findings_list.open_to(request.user, keys)


def _chosen(request: Request) -> Key | None:
    """`?cell=*/coordination/national`, as the address has it when a cell is open."""
    parts = request.GET.get("cell", "").split("/")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None


@require_safe
def cell(request: Request, area: str, function: str, level: str) -> HttpResponse:
    """One cell with every row that it counts; beside the tables, htmx replaces only what is open there."""
    form = _form(request)
    strategy, htmx = form.chosen_strategy, getattr(request, "htmx", None)
    is_drawer = htmx is not None and htmx.target == "matrix-cell"
    found = None
    if strategy is not None:
        as_of: datetime.date = request.as_of
        found = matrix_cell.find(
            register_snapshot.current(),
            strategy,
            as_of,
            (area, function, level),
            form.selection,
            limit=DRAWER_ROWS if is_drawer else LONGEST,
        )
    if found is None:
        raise Http404
    context = {
        "opened": found,
        "form": form,
        "cell_query": _carried(request),
        "finding_keys": _findings_of(request, found),
    }
    response = render_page(request, "mandates/matrix_cell.html", context, fragment="matrix-cell")
    if htmx and is_drawer:
        response["HX-Replace-Url"] = matrix_pages.with_cell(htmx.current_url or "", found.key)
    return response


def _file(form: MatrixFilter, as_of: datetime.date, wanted: str) -> HttpResponse:
    if wanted not in FORMATS:
        raise Http404
    return matrix_export.response(form.chosen_strategy, as_of, form.selection, wanted, get_language() or "sv")
