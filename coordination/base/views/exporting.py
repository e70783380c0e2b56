"""The register as files: every kind of row that the reader may see, all of it or what holds on the day."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import LoginRequired, may, require
from coordination.base.listing import FORMATS
from coordination.base.tables import all_kinds, kinds
from coordination.base.tables.exporting import CONTENT_TYPES, export_rows, write


@require_safe
def exports(request: Request) -> HttpResponse:
    """Every kind of table, with its number of rows and its files."""
    shown = [kind for kind in all_kinds() if may(request.user, "view", kind.model)]
    if not shown and not request.user.is_authenticated:
        raise LoginRequired
    in_force = bool(request.GET.get("in_force"))
    as_of = request.as_of if in_force else None
    lines = [{"kind": kind, "count": kind.count(as_of), "dated": kind.is_dated} for kind in shown]
    context = {"lines": lines, "formats": FORMATS, "in_force": in_force}
    return render(request, "importing/exports.html", context)


@require_safe
def export(request: Request, kind: str) -> HttpResponse:
    """The file of one kind. It reads back unchanged."""
    try:
        table = kinds.get(kind)
    except KeyError as error:
        raise Http404 from error
    require(request, "view", table.model)
    wanted = request.GET.get("format", "csv")
    if wanted not in FORMATS:
        raise Http404
    as_of = request.as_of if request.GET.get("in_force") and table.is_dated else None
    content = write(table.name, export_rows(table.name, as_of=as_of), wanted)
    response = HttpResponse(content, content_type=CONTENT_TYPES[wanted])
    suffix = f"-{as_of.isoformat()}" if as_of else ""
    response["Content-Disposition"] = f'attachment; filename="{table.name}{suffix}.{wanted}"'
    response["Content-Language"] = get_language() or "sv"
    return response
