"""Tables in and out: CSV, XLSX and JSON files of every kind of row, one registry for commands, pages and API."""

from coordination.base.tables.exporting import export_response, export_rows, write
from coordination.base.tables.importing import BadMapping, import_rows
from coordination.base.tables.kinds import TableKind, all_kinds, get, register
from coordination.base.tables.report import Remark, Report

__all__ = [
    "BadMapping",
    "Remark",
    "Report",
    "TableKind",
    "all_kinds",
    "export_response",
    "export_rows",
    "get",
    "import_rows",
    "register",
    "write",
]
