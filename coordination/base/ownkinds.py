"""What pages and the search know of the rows that stand below the actors."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import rowkinds
from coordination.base.models import Document, Function, Place, PriorityArea, Strategy
from coordination.base.rowkinds import CODE, CONTEXT, NAME, Entry, RowKind, line, period_of


def _entries(model: Any, code: str, field: str, *context: str, order: str = "sort_sv") -> Iterator[Entry]:
    """Names in both languages, the code, and further fields of less weight. One query."""
    rows = model.objects.order_by(order, code).values_list("pk", f"{field}_sv", f"{field}_en", code, *context)
    for pk, swedish, english, key, *rest in rows:
        texts = [(swedish, NAME), (english, NAME), (key, CODE), *((text, CONTEXT) for text in rest)]
        yield Entry(pk, tuple((text, weight) for text, weight in texts if text))


def _document_detail(row: Any) -> str:
    year = row.published.year if row.published else ""
    return line(row.reference, year)


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
            entries=lambda: _entries(Document, "slug", "title", "reference", "publisher"),
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
