"""Sources: the list, and a document with every row that rests on it."""

import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from coordination.base import publishers, resting, rowkinds
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.filters import DocumentFilter
from coordination.base.htmx import render_page
from coordination.base.listing import list_page
from coordination.base.listtables import DocumentTable
from coordination.base.models import Document
from coordination.base.panels import panels_for
from coordination.base.resting import Resting

SHOWN = 5  # of each kind, before one asks for all of it


@require_safe
def document_list(request: Request) -> HttpResponse:
    """Every source, with the number of rows that rest on it."""
    require(request, "view", Document)
    kinds = list(rowkinds.visible(request.user))
    return list_page(
        request,
        queryset=resting.counted(Document.objects.all(), kinds),
        filterset_class=DocumentFilter,
        table_class=DocumentTable,
        template="base/documents.html",
        fragment="document-table",
        kind="documents",
        context={"publishers": publishers.of_documents(request)},
    )


@require_safe
def document(request: Request, slug: str) -> HttpResponse:
    """A source, and the rows that cite it: some of each kind, or (`?kind=`) all of one, by pages."""
    row = fetch(request, "view", Document.objects.select_related("confirmed_by"), slug=slug)
    groups = resting.by_kind(row, list(rowkinds.visible(request.user)))
    wanted = request.GET.get("kind", "")
    as_of = request.as_of
    context: dict[str, Any] = {
        "document": row,
        "publisher": publishers.of_documents(request).get(row.publisher),
        "groups": groups,
        "count": sum(group.count for group in groups),
        "kind": wanted,
        "page": None,
    }
    if wanted:
        chosen = next((group for group in groups if group.kind.key == wanted), None)
        if chosen is None:
            raise Http404
        page = Paginator(chosen.rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "sections": [_section(row, chosen, chosen.kind.lines(page.object_list), as_of)],
        }
    else:
        context["sections"] = [
            _section(row, group, group.kind.lines(group.rows[:SHOWN]), as_of) for group in groups
        ]
        context["panels"] = panels_for("document", request, row, as_of)
    return render_page(request, "base/document.html", context, fragment="resting")


def _section(document: Document, group: Resting, rows: list[Any], as_of: datetime.date) -> dict[str, Any]:
    cited = resting.places(document, rows)
    called = group.kind.names_on(rows, as_of)
    lines = [
        {
            "row": row,
            "called": called.get(row.pk, ""),
            "url": group.kind.url_of(row),
            "code": group.kind.code_of(row),
            "detail": group.kind.detail_of(row),
            "place": "; ".join(cited.get(row.pk, [])),
        }
        for row in rows
    ]
    return {"kind": group.kind, "count": group.count, "lines": lines, "more": group.count - len(lines)}
