"""The matrix as a file: a row for each of the cells that the command `coverage` gives."""

import datetime
from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination.base import signs
from coordination.base.models import Function, Level, PriorityArea, Strategy
from coordination.base.tables.exporting import CONTENT_TYPES, write
from mandates import register_snapshot, thresholds
from mandates.matrix import MatrixCell, Selection, matrix
from mandates.snapshot import CROSS_SECTOR
from network.models import Actor

HEADER = [
    "as_of",
    "level",
    "level_name",
    "function",
    "function_name",
    "area",
    "area_name",
    "expectation",
    "status",
    "status_name",
    "marks",
    "goes_dark_on",
    "holder_count",
    "explicit_holder_count",
    "mandate_count",
    "holders",
    "holder_names",
    "mandates",
]


def rows(strategy: Strategy | None, as_of: datetime.date, selection: Selection) -> list[dict[str, str]]:
    """The cells of `selection` in the order of the page: by level, function and area."""
    if strategy is None:
        return []
    cells = matrix(
        register_snapshot.current(),
        as_of,
        replace(selection, strategies=frozenset({strategy.slug})),
        thresholds=thresholds.current(),
    )
    levels = {row.code: (place, row.name) for place, row in enumerate(Level.objects.all())}
    functions = {row.code: (place, row.name) for place, row in enumerate(Function.objects.all())}
    areas = {CROSS_SECTOR: (-1, _("Cross-sector"))}
    named = PriorityArea.objects.filter(strategy=strategy)
    areas |= {row.code: (place, row.name) for place, row in enumerate(named)}
    slugs = {slug for cell in cells for slug in cell.holders}
    actors = {row.slug: row.name for row in Actor.objects.filter(slug__in=slugs)}

    def order(cell: MatrixCell) -> tuple:
        return (
            levels.get(cell.level or "", (99,))[0],
            functions.get(cell.function or "", (99,))[0],
            areas.get(cell.area or "", (99,))[0],
            cell.expectation is None,
            cell.expectation or "",
        )

    return [
        {
            "as_of": as_of.isoformat(),
            "level": cell.level or "",
            "level_name": levels.get(cell.level or "", (0, ""))[1],
            "function": cell.function or "",
            "function_name": functions.get(cell.function or "", (0, ""))[1],
            "area": cell.area or "",
            "area_name": areas.get(cell.area or "", (0, ""))[1],
            "expectation": cell.expectation or "",
            "status": cell.status,
            "status_name": str(signs.WORDS[cell.status]),
            "marks": ";".join(sorted(cell.marks)),
            "goes_dark_on": cell.goes_dark_on.isoformat() if cell.goes_dark_on else "",
            "holder_count": str(len(cell.holders)),
            "explicit_holder_count": str(len(cell.explicit_holders)),
            "mandate_count": str(len(cell.mandates)),
            "holders": ";".join(cell.holders),
            "holder_names": "; ".join(actors.get(slug, slug) for slug in cell.holders),
            "mandates": ";".join(cell.mandates),
        }
        for cell in sorted(cells, key=order)
    ]


def response(
    strategy: Strategy | None, as_of: datetime.date, selection: Selection, wanted: str, language: str
) -> HttpResponse:
    """The file as a download."""
    with override(language):
        content = write("coverage", rows(strategy, as_of, selection), wanted, header=HEADER)
    answer = HttpResponse(content, content_type=CONTENT_TYPES[wanted])
    answer["Content-Disposition"] = f'attachment; filename="coverage-{as_of.isoformat()}.{wanted}"'
    return answer
