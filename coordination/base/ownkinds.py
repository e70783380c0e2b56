"""What pages and the search know of the rows that stand below the actors."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import publishers, rowkinds
from coordination.base.models import Document, Function, Place, PriorityArea, Strategy
from coordination.base.rowkinds import CODE, CONTEXT, NAME, Entry, RowKind, line, period_of


def _entries(
    model: Any, code: str, field: str, *context: str, order: str = "sort_sv", code_weight: float = CODE
) -> Iterator[Entry]:
    """Names in both languages, the code, and further fields of less weight. One query."""
    rows = model.objects.order_by(order, code).values_list("pk", f"{field}_sv", f"{field}_en", code, *context)
    for pk, swedish, english, key, *rest in rows:
        texts = [(swedish, NAME), (english, NAME), (key, code_weight), *((text, CONTEXT) for text in rest)]
        yield Entry(pk, tuple((text, weight) for text, weight in texts if text))


def _name_publishers(documents: list[Document]) -> None:
    known = publishers.known({document.publisher for document in documents})
    for document in documents:
        found = known.get(document.publisher)
        document.publisher_name = found.short if found else document.publisher  # type: ignore[attr-defined]  # for the entry made next


def _document_detail(row: Any) -> str:
    year = row.published.year if row.published else ""
    return line(row.publisher_name, year, row.reference)


def _place_detail(row: Any) -> str:
    return line(row.kind, row.parent)


def _area_detail(row: Any) -> str:
    status = row.get_status_display() if row.status != PriorityArea.Status.ADOPTED else ""
    return line(_("Priority area of") + f" {row.strategy}", status)


def register() -> None:
    """Make this app's rows known. Called once, when the app is ready."""
    for kind in (
        RowKind(
            "document",
            Document,
            gettext_lazy("Documents"),
            90,
            detail=_document_detail,
            prepare=_name_publishers,
            # An id begins with its publisher's, which is not what the document is called.
            entries=lambda: _entries(
                Document, "slug", "title", "reference", "publisher", code_weight=CONTEXT
            ),
            list_name="base:documents",
        ),
        RowKind(
            "place",
            Place,
            gettext_lazy("Places"),
            95,
            ("kind", "parent"),
            detail=_place_detail,
            code="code",
            entries=lambda: _entries(Place, "code", "name"),
            list_name="base:places",
        ),
        RowKind(
            "strategy",
            Strategy,
            gettext_lazy("Strategies"),
            100,
            detail=period_of,
            entries=lambda: _entries(Strategy, "slug", "name", "reference"),
            list_name="base:strategies",
        ),
        RowKind(
            "area",
            PriorityArea,
            gettext_lazy("Priority areas"),
            102,
            ("strategy",),
            detail=_area_detail,
            code="code",
            entries=lambda: _entries(PriorityArea, "code", "name", order="position"),
            list_name="base:strategies",
        ),
        RowKind(
            "function",
            Function,
            gettext_lazy("Functions"),
            104,
            detail=lambda row: row.definition,
            entries=lambda: _entries(
                Function, "code", "name", "definition_sv", "definition_en", order="position"
            ),
            list_name="base:functions",
        ),
    ):
        rowkinds.register(kind)
