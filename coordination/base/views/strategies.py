"""Strategies, priority areas and functions: what they are, and what other apps hold under them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.models import Function, PriorityArea, Strategy
from coordination.base.panels import panels_for


@require_safe
def strategy_list(request: Request) -> HttpResponse:
    """Every strategy with its areas. Two queries."""
    require(request, "view", Strategy)
    rows = Strategy.objects.prefetch_related("areas")
    return render(request, "base/strategies.html", {"strategies": rows})


@require_safe
def strategy(request: Request, slug: str) -> HttpResponse:
    """A strategy: its period, how far it was checked, and its areas."""
    rows = Strategy.objects.select_related("confirmed_by").prefetch_related("citations__document")
    row = fetch(request, "view", rows, slug=slug)
    areas = list(row.areas.select_related("strategy"))
    as_of = request.as_of
    context = {
        "strategy": row,
        "areas": areas,
        "adopted": sum(1 for area in areas if area.status == PriorityArea.Status.ADOPTED),
        "panels": panels_for("strategy", request, row, as_of),
    }
    return render(request, "base/strategy.html", context)


@require_safe
def area(request: Request, strategy: str, code: str) -> HttpResponse:
    """A priority area of a strategy."""
    rows = PriorityArea.objects.select_related("strategy", "confirmed_by")
    row = fetch(
        request,
        "view",
        rows.prefetch_related("citations__document"),
        strategy__slug=strategy,
        code=code,
    )
    as_of = request.as_of
    context = {
        "area": row,
        "others": row.strategy.areas.exclude(pk=row.pk).select_related("strategy"),
        "panels": panels_for("area", request, row, as_of),
    }
    return render(request, "base/area.html", context)


@require_safe
def function_list(request: Request) -> HttpResponse:
    """Every kind of task, with what is meant by it. One query."""
    require(request, "view", Function)
    return render(request, "base/functions.html", {"functions": Function.objects.all()})


@require_safe
def function(request: Request, code: str) -> HttpResponse:
    """A kind of task: what is meant by it, and how the rules treat it."""
    rows = Function.objects.select_related("confirmed_by").prefetch_related("citations__document")
    row = fetch(request, "view", rows, code=code)
    as_of = request.as_of
    context = {"function": row, "panels": panels_for("function", request, row, as_of)}
    return render(request, "base/function.html", context)
