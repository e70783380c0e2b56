"""A list page: facets, search, sorting, pages, an htmx fragment, and export of exactly what it shows."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django_tables2 import RequestConfig

from coordination.base.htmx import render_page
from coordination.base.tables import export_response

FORMATS = ("csv", "xlsx", "json")


def list_page(
    request: HttpRequest,
    *,
    queryset: QuerySet[Any],
    filterset_class: Any,
    table_class: Any,
    template: str,
    fragment: str,
    kind: str | None = None,
    context: dict[str, Any] | None = None,
    repeats: bool = True,
) -> HttpResponse:
    """The page of `queryset` as the request's facets, sorting and page number ask for it.

    `?format=csv|xlsx|json` answers with all rows that the facets leave, as a file of the import kind `kind`.
    The template gets `filter`, `table` and `filter_count` besides `context`. Facets that are no choice of
    theirs are marked at the field, and the list stays empty rather than showing what was not asked for.
    `repeats`: a facet may find a row twice (by a join to many), which costs comparing all rows in full.

    Raises:
        Http404: an unknown format, or one asked of a list without `kind`.
    """
    facets = filterset_class(request.GET, queryset=queryset, request=request)
    found = facets.qs if facets.is_valid() else queryset.none()
    if repeats:
        found = found.distinct()
    wanted = request.GET.get("format")
    if wanted:
        if kind is None or wanted not in FORMATS:
            raise Http404
        return export_response(kind, found, wanted, get_language() or "sv")
    table = table_class(found, request=request)
    RequestConfig(request, paginate={"per_page": settings.PAGE_SIZE, "silent": True}).configure(table)
    shown = {
        "filter": facets,
        "table": table,
        "filter_count": sum(1 for name in facets.form.fields if request.GET.get(name)),
        **(context or {}),
    }
    return render_page(request, template, shown, fragment=fragment)
