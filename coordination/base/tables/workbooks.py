"""The first visible sheet of an XLSX workbook as rows of text. Pure; the archive is weighed before it is opened.

openpyxl parses with defusedxml where that is installed: no entities, no outside files. A sheet's own word
for its size is never believed: 4,678 bytes can claim 1,048,576 rows of 16,384 columns.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from coordination.base.tables.reading import MEGABYTE, Cells, Flaw, Limits, Unreadable

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<(?:\w+:)?v\s*(?:/>|></(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s")
_STRING = f"{{{SHEET_MAIN_NS}}}si"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
EXACT = 10**15  # beyond this a spreadsheet's number has lost digits


def read_workbook(content: bytes, limits: Limits) -> tuple[Iterator[Cells], list[Flaw]]:
    """Rows of the first visible sheet, and what is worth saying about the workbook.

    Raises:
        Unreadable: it is no workbook, has macros, or is larger than `limits` when unpacked.
    """
    notes = _weigh(content, limits)
    try:
        reader = _Reader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        reader.read()
        sheets = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:  # a damaged workbook breaks openpyxl in a dozen ways
        raise Unreadable("broken_workbook") from error
    if not sheets:
        raise Unreadable("empty")
    if len(sheets) > 1:
        notes.append(Flaw("other_sheets", value=sheets[0].title))
    return _rows(sheets[0], limits), notes


class _Reader(ExcelReader):
    """openpyxl's reader, with the escapes of ECMA-376 18.4.12 undone: it drops one of them and leaves the rest.

    Excel itself writes a carriage return in a cell as _x000D_.
    """

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]  # the package has no types
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _event, node in iterparse(source):
                if node.tag == _STRING:
                    text: str = Text.from_tree(node).content  # type: ignore[union-attr]  # None without a node
                    self.shared_strings.append(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
                    node.clear()


def _weigh(content: bytes, limits: Limits) -> list[Flaw]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
            if len(entries) > limits.entries:
                raise Unreadable("too_many_entries", most=limits.entries)
            if unpacked > limits.unpacked_bytes or unpacked > max(packed, 1024) * limits.ratio:
                raise Unreadable("bomb", most=limits.unpacked_bytes // MEGABYTE)
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable("encrypted_or_old")
            if any(name.endswith("vbaProject.bin") for name in names):
                raise Unreadable("macros")
            if "[Content_Types].xml" not in names:
                raise Unreadable("other_archive")
            return _look_into(archive, [name for name in names if _SHEET.fullmatch(name)])
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable("broken_workbook") from error
    except Exception as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("broken_workbook") from error  # zlib.error, among others


def _look_into(archive: zipfile.ZipFile, sheets: list[str]) -> list[Flaw]:
    found = set()
    for name in sheets:
        xml = archive.read(name)
        if _UNCALCULATED.search(xml):
            raise Unreadable("uncalculated")
        if _FORMULA.search(xml):
            found.add("formulas")
        if _MERGED.search(xml):
            found.add("merged_cells")
    return [Flaw(code) for code in sorted(found)]


def _rows(sheet: Any, limits: Limits) -> Iterator[Cells]:
    sheet.reset_dimensions()
    last = filled = 0
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            # A cell far to the right makes openpyxl fill the row up to it; that must not go on for ever.
            filled += len(row)
            if filled > 2 * limits.rows * limits.columns:
                raise Unreadable("too_many_columns", row=number, most=limits.columns)
            values = [cell.value for cell in row]
            while values and values[-1] is None:
                values.pop()
            if len(values) > limits.columns:
                raise Unreadable("too_many_columns", row=number, most=limits.columns)
            # Twice, since blank rows count for nothing but must not go on for ever.
            if number > 2 * limits.rows:
                raise Unreadable("too_many_rows", row=number, most=limits.rows)
            last = number
            wrong = ["error_value" if cell.data_type == "e" else "" for cell in row[: len(values)]]
            yield number, [_text(value) for value in values], wrong
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("broken_workbook", row=last + 1) from error


def _text(value: Any) -> str:
    """A cell's value as it would be typed.

    >>> [_text(value) for value in (None, 5.0, 0.1, True, datetime.datetime(2022, 8, 31))]
    ['', '5', '0.1', 'yes', '2022-08-31']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time.min
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return str(value)
