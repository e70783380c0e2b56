"""Who held what, when: mandates as lanes, with the same rows as a table."""

from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coordination.base import charts, timeline
from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.facets import ALL
from coordination.base.htmx import render_page
from coordination.base.models import Strategy
from mandates import queries, timelines
from mandates.filters import MandateFilter
from mandates.models import Mandate

PAGE_SIZE = 120
ORDERS = {
    "function": (
        "status",
        "function__position",
        "function__code",
        "area__position",
        "holder__sort_sv",
        "code",
    ),
    "area": ("status", "area__position", "area__code", "holder__sort_sv", "function__position", "code"),
    "holder": ("status", "holder__sort_sv", "holder__slug", "function__position", "code"),
}


class TimelineFilter(MandateFilter):
    """The facets of the list, asked about all of time, and how to order the lanes."""

    by = django_filters.ChoiceFilter(
        method="keep",
        choices=[
            ("function", gettext_lazy("Function")),
            ("area", gettext_lazy("Priority area")),
            ("holder", gettext_lazy("Holder")),
        ],
        empty_label=None,
        label=gettext_lazy("Group by"),
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            data.setdefault("when", ALL)
            data.setdefault("status", ALL)
            data.setdefault("by", "function")
        super().__init__(data, *args, **kwargs)

    def keep(self, rows: Any, name: str, value: str) -> Any:
        return rows


@require_safe
def mandate_timeline(request: Request) -> HttpResponse:
    """Lanes of holders by function, area or holder; the table below has the same rows in the same order."""
    require(request, "view", Mandate)
    as_of = request.as_of
    rows = queries.described(Mandate.objects.all())
    facets = TimelineFilter(request.GET, queryset=rows, request=request)
    valid = facets.is_valid()
    by = facets.form.cleaned_data.get("by") or "function" if valid else "function"
    found = facets.qs if valid else rows.none()
    page = Paginator(found.distinct().order_by(*ORDERS[by]), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    strategies = list(Strategy.objects.all())
    begins, ends = charts.strategy_span(strategies, as_of)
    known = max((s.known_until for s in strategies if s.known_until), default=None)
    groups = timelines.groups(shown, by=by)
    figure = timeline.figure(
        groups,
        first=begins,
        until=ends,
        as_of=as_of,
        known_until=known,
        label=_("Mandates %(first)s–%(last)s: %(n)s mandates, in lanes by holder")
        % {"first": begins.year, "last": ends.year - 1, "n": len(shown)},
        words=charts.words(),
        uid="mandates",
    )
    context = {
        "filter": facets,
        "figure": figure if shown else None,
        "mandates": shown,
        "page": page,
        "begins": begins,
        "ends": ends,
        "by": by,
    }
    return render_page(request, "mandates/timeline.html", context, fragment="mandate-lanes")
