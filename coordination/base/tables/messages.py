"""What the codes of `reading` mean, in the active language."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from coordination.base.tables.reading import Flaw, Unreadable
from coordination.base.tables.report import Remark, remark

# Functions, so that each message is translated when it is asked for.
UNREADABLE: dict[str, Callable[[], str]] = {
    "too_large": lambda: _("The file is larger than %(most)s MB."),
    "empty": lambda: _("The file holds no rows."),
    "encoding": lambda: _("The file's characters cannot be read: save it again as UTF-8."),
    "markup": lambda: _("The file is a web page or XML, not a table. Save it as CSV or XLSX."),
    "json": lambda: _("The file looks like JSON, but is not a list of rows."),
    "encrypted_or_old": lambda: _(
        "The workbook has a password or is of an old kind (.xls). Save it as XLSX without a password."
    ),
    "pdf": lambda: _("The file is a PDF, not a table. Save it as CSV or XLSX."),
    "compressed": lambda: _("The file is an archive, not a table. Unpack it first."),
    "picture": lambda: _("The file is a picture, not a table."),
    "other_archive": lambda: _("The file is an archive, but no XLSX workbook."),
    "broken_workbook": lambda: _("The workbook is damaged, or is no XLSX file. Save it again."),
    "too_many_entries": lambda: _("The workbook has more than %(most)s parts inside."),
    "bomb": lambda: _("The workbook unpacks to far more than it should: at most %(most)s MB."),
    "too_much": lambda: _("Reading the workbook takes too much memory or time. Save it as CSV."),
    "macros": lambda: _("The workbook has macros. Save it as XLSX, without them."),
    "uncalculated": lambda: _(
        "The workbook has formulas without results. Open it in a spreadsheet program and save it again."
    ),
    "too_many_rows": lambda: _("The file has more than %(most)s rows. Divide it."),
    "too_many_columns": lambda: _("The file has more than %(most)s columns."),
    "cell_too_long": lambda: _("A cell is too long. Is a quotation mark missing?"),
    "broken_quotes": lambda: _("The quotation marks do not match from this row on."),
    "duplicate_column": lambda: _("Two columns have this name."),
    "control_character": lambda: _("The name of a column has a control character."),
}
FLAWS: dict[str, Callable[[], str]] = {
    "too_many_cells": lambda: _("The row has more cells than the header."),
    "control_character": lambda: _("The text has a control character, such as NUL."),
    "error_value": lambda: _("The cell holds an error of the spreadsheet's."),
}
NOTES: dict[str, Callable[[], str]] = {
    "encoding": lambda: _("The file is not UTF-8; it was read as %(value)s. Check the letters å, ä and ö."),
    "short_rows": lambda: _(
        "%(value)s rows have fewer cells than the header; the missing ones count as empty."
    ),
    "other_sheets": lambda: _("The workbook has several sheets; only the first, “%(value)s”, was read."),
    "formulas": lambda: _("The workbook has formulas; their latest results were read."),
    "merged_cells": lambda: _("The workbook has merged cells; only the first of them has a value."),
}


def of_unreadable(error: Unreadable) -> Remark:
    column = error.details.get("column")
    message = UNREADABLE[error.code]() % error.details
    return remark(message, row=error.row, column=column, code=error.code)


def of_flaw(flaw: Flaw) -> Remark:
    return remark(FLAWS[flaw.code](), row=flaw.row, column=flaw.column, value=flaw.value, code=flaw.code)


def of_note(flaw: Flaw) -> Remark:
    return remark(NOTES[flaw.code]() % {"value": flaw.value}, code=flaw.code)
