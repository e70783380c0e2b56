"""A report as a workbook: one sheet for each of its tables, all cells text, so that nothing becomes a formula."""

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from coordination.base.tables.escaping import protect_string_cell
from mandates.review_report import Report

WIDEST = 60  # characters
Rows = Iterable[Sequence[object]]


def xlsx(report: Report, *, at: datetime.datetime) -> bytes:
    """The report as a file whose bytes depend on the report and `at` alone."""
    made = io.BytesIO()
    words = report.words
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties(
            {
                "title": report.title,
                "subject": report.subtitle,
                "author": "Samsyn",
                "created": at.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0),
            }
        )
        head = [
            *((label, value) for label, value in report.facts),
            *((text, str(number)) for number, text in report.figures),
        ]
        if report.compared:
            head.append((words["changes"], report.compared))
        _sheet(book, words["summary"], (report.title, report.subtitle), head)
        _sheet(
            book,
            words["findings"],
            (
                words["number"],
                words["group"],
                words["kind"],
                words["severity"],
                words["finding"],
                words["explanation"],
                words["closes"],
                words["sources"],
                words["remarks"],
                words["code"],
            ),
            [
                (
                    str(item.number),
                    section.title,
                    item.kind,
                    str(item.severity),
                    item.title,
                    item.text,
                    "\n".join(item.closes),
                    "\n".join(item.sources),
                    "\n".join(f"{remark.label}: {remark.text}" for remark in item.remarks),
                    item.key,
                )
                for section in report.sections
                for item in section.items
            ],
        )
        _sheet(
            book,
            words["evidence"],
            (words["number"], words["code"], words["mandate"], words["holder"], words["period"]),
            [
                (str(item.number), row.code, row.title, row.holder, row.period)
                for section in report.sections
                for item in section.items
                for row in item.mandates
            ],
        )
        if report.changes:
            _sheet(
                book, words["changes"], (words["change"], words["cause"], words["finding"]), report.changes
            )
        method = [*((line, "", "") for line in report.method), *report.rules, (report.footer, "", "")]
        _sheet(book, words["method"], report.rule_header, method)
    return made.getvalue()


def _sheet(book: Any, name: str, header: Sequence[str], rows: Rows) -> None:
    sheet = book.add_worksheet(name[:31])
    bold, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    widths = [len(text) for text in header]
    for column, text in enumerate(header):
        sheet.write_string(0, column, protect_string_cell(text), bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            text = protect_string_cell(str(value))
            sheet.write_string(number, column, text, plain)
            widths[column] = max(widths[column], *(len(line) for line in text.split("\n")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, WIDEST))
    sheet.freeze_panes(1, 0)
