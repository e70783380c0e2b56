"""The bytes of a CSV, XLSX or JSON file as rows of text. Pure; says what is wrong by code, never in words."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from coordination.base.tables.encodings import decode
from coordination.base.tables.escaping import unprotect

MEGABYTE = 1024 * 1024
DELIMITERS = ",;\t|"
# Characters that no name, note or address has; NUL also breaks PostgreSQL, lone surrogates every encoder.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Limits:
    """How large a file may be; a file beyond them is refused before it is unpacked."""

    bytes: int = 5 * MEGABYTE
    unpacked_bytes: int = 50 * MEGABYTE
    entries: int = 200
    ratio: int = 100
    rows: int = 20_000
    columns: int = 100


LIMITS = Limits()


class Unreadable(Exception):
    """The file is no table that can be read; `code` says why, `row` and `details` where."""

    def __init__(self, code: str, *, row: int | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code, self.row, self.details = code, row, details


@dataclass(frozen=True)
class Flaw:
    """Something wrong with, or worth saying about, a part of a file that could be read."""

    code: str
    row: int | None = None
    column: str | None = None
    value: str = ""


@dataclass
class Sheet:
    """A table of text. `rows` are (row as a spreadsheet numbers it, cells), blank rows left out."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    header_row: int = 1
    flaws: list[Flaw] = field(default_factory=list)  # these rows cannot be taken in
    notes: list[Flaw] = field(default_factory=list)  # these are only worth saying


Cells = tuple[int, list[str], list[str]]  # row number, texts, codes of what is wrong with each ("" = nothing)


def clean(text: str) -> str:
    """`text` in composed characters, with plain line ends and nothing around it.

    >>> clean(" A\\u030are\\r\\n"), clean("a\\r\\nb")
    ('Åre', 'a\\nb')
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).strip()


def read(content: bytes, limits: Limits = LIMITS) -> Sheet:
    """Read a file whatever its name says.

    Raises:
        Unreadable: it is no table, is damaged, or is larger than `limits`.
    """
    if len(content) > limits.bytes:
        raise Unreadable("too_large", most=limits.bytes // MEGABYTE)
    if not content.strip(b"\0 \r\n\t"):
        raise Unreadable("empty")
    if content.startswith(b"PK"):
        from coordination.base.tables.workbooks import read_workbook  # openpyxl takes 0.2 s to import

        rows, notes = read_workbook(content, limits)
        sheet = _sheet(_unprotected(rows), notes, limits)
        sheet.notes = [
            note for note in sheet.notes if note.code != "short_rows"
        ]  # empty cells are not stored
        return sheet
    for code, starts in KNOWN_STARTS.items():
        if content.startswith(starts):
            raise Unreadable(code)
    text, encoding = decode(content)
    if text is None:
        raise Unreadable("encoding")
    start = text.lstrip()[:1]
    if start == "<":
        raise Unreadable("markup")
    if start in ("[", "{"):
        objects = list(_json_rows(text))
        return _sheet(objects, [], limits) if objects else Sheet([], [])
    notes = [Flaw("encoding", value=encoding)] if encoding not in ("utf-8", "utf-16", "utf-32") else []
    return _sheet(_unprotected(_csv_rows(text)), notes, limits)


KNOWN_STARTS: dict[str, bytes | tuple[bytes, ...]] = {
    "encrypted_or_old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # OLE: a workbook with a password, or .xls
    "pdf": b"%PDF",
    "compressed": (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf"),
    "picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
}


def _unprotected(rows: Iterable[Cells]) -> Iterator[Cells]:
    for number, texts, wrong in rows:
        yield number, [unprotect(text) for text in texts], wrong


def _csv_rows(text: str) -> Iterator[Cells]:
    delimiter, body = _delimiter(text)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells, [""] * len(cells)
    except csv.Error as error:
        code = "cell_too_long" if "field limit" in str(error) else "broken_quotes"
        raise Unreadable(code, row=number + 1) from error


def _delimiter(text: str) -> tuple[str, str]:
    """The character between the cells, and the text without the line that names it for Excel."""
    named = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if named:
        return named[1], text[named.end() :]
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {}
    for delimiter in DELIMITERS:
        try:
            counts[delimiter] = len(next(csv.reader([first], delimiter=delimiter), []))
        except csv.Error:
            counts[delimiter] = 0
    return max(counts, key=lambda delimiter: counts[delimiter]), text


def _json_rows(text: str) -> Iterator[Cells]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("json") from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreadable("json")
    header = list(dict.fromkeys(key for row in found for key in row))
    if not found:
        return
    yield 1, header, [""] * len(header)
    for number, row in enumerate(found, 2):
        cells = [row.get(key) for key in header]
        if any(isinstance(cell, dict | list) for cell in cells):
            raise Unreadable("json", row=number)
        yield number, [_text(cell) for cell in cells], [""] * len(cells)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _sheet(rows: Iterable[Cells], notes: list[Flaw], limits: Limits) -> Sheet:
    sheet: Sheet | None = None
    short = 0
    for number, texts, wrong in rows:
        cells = [clean(text) for text in texts]
        if not any(cells) and not any(wrong):
            continue
        if sheet is None:
            sheet = _header(number, cells, notes, limits)
            continue
        if len(sheet.rows) == limits.rows:
            raise Unreadable("too_many_rows", row=number, most=limits.rows)
        width = len(sheet.header)
        if any(cells[width:]) or any(wrong[width:]):
            extra = next(
                cell or code for cell, code in zip(cells[width:], wrong[width:], strict=True) if cell or code
            )
            sheet.flaws.append(Flaw("too_many_cells", number, None, extra))
        short += len(cells) < width
        cells = (cells + [""] * width)[:width]
        for name, cell, code in zip(sheet.header, cells, (wrong + [""] * width)[:width], strict=True):
            if code:
                sheet.flaws.append(Flaw(code, number, name, cell))
            elif _FORBIDDEN.search(cell):
                sheet.flaws.append(Flaw("control_character", number, name, _FORBIDDEN.sub("\ufffd", cell)))
        sheet.rows.append((number, cells))
    if sheet is None:
        raise Unreadable("empty")
    if short:
        sheet.notes.append(Flaw("short_rows", value=str(short)))
    return sheet


def _header(number: int, cells: list[str], notes: list[Flaw], limits: Limits) -> Sheet:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > limits.columns:
        raise Unreadable("too_many_columns", row=number, most=limits.columns)
    seen: set[str] = set()
    for name in filter(None, cells):
        if name in seen:
            raise Unreadable("duplicate_column", row=number, column=name)
        if _FORBIDDEN.search(name):
            raise Unreadable("control_character", row=number, column=_FORBIDDEN.sub("\ufffd", name))
        seen.add(name)
    return Sheet(cells, [], number, notes=list(notes))
