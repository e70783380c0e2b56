"""What rests on a document: every row that cites it, with the places in it that the row names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from coordination.base.models import Citation, Document
from coordination.base.rowkinds import RowKind


@dataclass(frozen=True)
class Resting:
    """The rows of one kind that rest on a document."""

    kind: RowKind
    rows: QuerySet
    count: int


def by_kind(document: Document, kinds: Collection[RowKind]) -> list[Resting]:
    """The rows of each of `kinds` that cite `document`, for kinds that have any. One query for each kind."""
    types = _types(kinds)
    found = []
    for kind in kinds:
        cited = Citation.objects.filter(document=document, content_type=types[kind.model])
        rows = kind.rows.filter(pk__in=cited.values("object_id"))
        if count := rows.count():
            found.append(Resting(kind, rows, count))
    return found


def places(document: Document, rows: Sequence[Any]) -> dict[int, list[str]]:
    """The places in `document` that each of `rows` (of one model) names, by primary key. One query."""
    if not rows:
        return {}
    content_type = ContentType.objects.get_for_model(rows[0])
    cited = Citation.objects.filter(
        document=document, content_type=content_type, object_id__in=[row.pk for row in rows]
    )
    found: dict[int, list[str]] = {}
    for key, place in cited.order_by("position", "pk").values_list("object_id", "place"):
        if place:
            found.setdefault(key, []).append(place)
    return found


def counted(documents: QuerySet[Document], kinds: Collection[RowKind]) -> QuerySet[Document]:
    """`documents` with `resting`, the number of rows of `kinds` that cite each. In the same query."""
    types = [content_type.pk for content_type in _types(kinds).values()]
    row = Concat(
        Cast(F("cited_in__content_type_id"), CharField()),
        Value("."),
        Cast(F("cited_in__object_id"), CharField()),
    )
    return documents.annotate(
        resting=Count(row, distinct=True, filter=Q(cited_in__content_type__in=types)),
    )


def _types(kinds: Collection[RowKind]) -> dict[Any, ContentType]:
    return ContentType.objects.get_for_models(*{kind.model for kind in kinds})
