"""Writing rows of the register as files that read back unchanged."""

import csv
import datetime
import io
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import override

from coordination.base.tables import kinds
from coordination.base.tables.escaping import protect, protect_string_cell
from coordination.base.tables.kinds import TableKind
from coordination.base.tables.scope import Scope

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads å as Ã¥
WIDEST = 60


def export_rows(
    kind: str, found: QuerySet | None = None, *, as_of: datetime.date | None = None
) -> list[dict[str, str]]:
    """Rows of a kind as text by column, in the order of their ids. A constant number of queries.

    Args:
        found: which of them (all).
        as_of: only rows in force on that day, where the kind has periods.

    Columns beyond the canonical header are there where leaving them out would lose something.
    """
    table = kinds.get(kind)
    scope = Scope()
    texts = [table.texts(row, scope) for row in table.select(found, as_of)]
    return _with_columns(texts, header_of(table, texts, scope))


def header_of(table: TableKind, texts: list[dict[str, str]], scope: Scope) -> list[str]:
    """The canonical header, and the further columns that say something in one of the rows."""
    header: list[str] = []
    known = {*table.columns, *table.extra_columns}
    for part in table.parts:
        if part is table.open_part:
            header += sorted({name for row in texts for name in row if name not in known})
            continue
        header += [name for name in part.columns if name not in part.extra]
    for part in table.parts:
        for name in part.columns:
            if name in part.extra and any(
                row[name] != part.default(name, row, number, scope) for number, row in enumerate(texts, 1)
            ):
                header.append(name)
    return header


def _with_columns(texts: Iterable[dict[str, str]], header: list[str]) -> list[dict[str, str]]:
    return [{name: row.get(name, "") for name in header} for row in texts]


def header_for(kind: str, rows: list[dict[str, str]]) -> list[str]:
    return list(rows[0]) if rows else list(kinds.get(kind).columns)


def write(kind: str, rows: list[dict[str, str]], wanted: str, *, header: list[str] | None = None) -> bytes:
    """A file of `rows` in the format `wanted`: csv, xlsx or json. Raises KeyError.

    Without `header`, `kind` is a kind of table, and has its own.
    """
    writer = {"csv": _csv, "xlsx": _xlsx, "json": _json}[wanted]
    return writer(kind, header or header_for(kind, rows), rows)


def download(content: bytes, wanted: str, name: str) -> HttpResponse:
    """A file in the format `wanted` as a download called `name`."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    return response


def _csv(kind: str, header: list[str], rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow([protect(name) for name in header])
    writer.writerows([protect(row[name]) for name in header] for row in rows)
    return out.getvalue().encode()


def _xlsx(kind: str, header: list[str], rows: list[dict[str, str]]) -> bytes:
    """Every cell a string: nothing is a formula, a link, or a number that loses its zeros."""
    import xlsxwriter  # takes 50 ms, and most processes never write a workbook

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        # The same rows give the same bytes.
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})  # noqa: DTZ001  # xlsxwriter takes naive ones
        sheet = book.add_worksheet(kind[:31])
        bold = book.add_format({"bold": True})
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
            longest = max((len(row[name]) for row in rows), default=0)
            sheet.set_column(column, column, min(max(len(name), longest) + 2, WIDEST))
        for number, row in enumerate(rows, 1):
            for column, name in enumerate(header):
                if row[name]:
                    sheet.write_string(number, column, protect_string_cell(row[name]))
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(header) - 1)
    return out.getvalue()


def _json(kind: str, header: list[str], rows: list[dict[str, str]]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def export_response(kind: str, found: QuerySet[Any], wanted: str, language: str) -> HttpResponse:
    """The rows of `found` as a download. Who may see them is the caller's question."""
    with override(language):
        content = write(kind, export_rows(kind, found), wanted)
    return download(content, wanted, kind)
