"""A report as a DOCX that can be filed and edited: headings, table headers and language as Word knows them."""

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from mandates.review_report import Item, Report

TAGS = {"sv": "sv-SE", "en": "en-GB"}
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of what a ZIP can say; the file's own days are in its properties


def docx(report: Report, *, at: datetime.datetime) -> bytes:
    """The report as a file whose bytes depend on the report and `at` alone."""
    document = begun(report.title, report.subtitle, report.language, at=at)
    words = report.words
    document.add_heading(report.title, level=1)
    document.add_paragraph(report.subtitle)
    for label, value in report.facts:
        labelled(document, label, value)
    document.add_heading(words["summary"], level=2)
    table(document, (words["number"], words["figures"]), [(str(n), text) for n, text in report.figures])
    document.add_heading(words["serious"], level=3)
    for item in report.serious:
        labelled(document, f"{item.number}. {item.title}", item.text, mark="")
    if not report.serious:
        document.add_paragraph(words["none"])
    if report.compared:
        document.add_heading(words["changes"], level=3)
        document.add_paragraph(report.compared)
    document.add_page_break()
    document.add_heading(words["findings"], level=2)
    for section in report.sections:
        document.add_heading(section.title, level=3)
        document.add_paragraph(section.intro)
        for item in section.items:
            _item(document, item, words)
    if not report.sections:
        document.add_paragraph(words["none"])
    if report.changes:
        document.add_page_break()
        document.add_heading(words["changes"], level=2)
        table(document, (words["change"], words["cause"], words["finding"]), report.changes)
    document.add_page_break()
    document.add_heading(words["method"], level=2)
    for line in report.method:
        document.add_paragraph(line)
    document.add_heading(words["rules"], level=3)
    table(document, report.rule_header, report.rules)
    document.add_paragraph(report.footer)
    return settled(document)


def begun(title: str, subtitle: str, language: str, *, at: datetime.datetime) -> Any:
    """An empty document that says what it is, when it was made and in which language it is."""
    document: Any = Document()
    properties = document.core_properties
    properties.title, properties.subject, properties.author = title, subtitle, "Samsyn"
    properties.language, properties.last_modified_by = TAGS[language], "Samsyn"
    properties.created = properties.modified = at.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    properties.revision = 1
    _speak(document, TAGS[language])
    return document


def _item(document: Any, item: Item, words: Any) -> None:
    document.add_heading(f"{item.number}. {item.title}", level=4)
    document.add_paragraph(f"{item.kind} · {words['severity']} {item.severity} · {item.key}")
    document.add_paragraph(item.text)
    if item.closes:
        labelled(document, words["closes"], " ".join(item.closes), mark=".")
    if item.mandates:
        header = (words["code"], words["mandate"], words["holder"], words["period"])
        table(document, header, [(row.code, row.title, row.holder, row.period) for row in item.mandates])
    if item.sources:
        labelled(document, words["sources"], "; ".join(item.sources))
    for remark in item.remarks:
        labelled(document, remark.label, remark.text, mark=".")


def labelled(document: Any, label: str, text: str, *, mark: str = ":") -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{label}{mark}").bold = True
    paragraph.add_run(f" {text}")


def table(document: Any, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table whose first row is its header, repeated on every page and told to screen readers."""
    table = document.add_table(rows=1, cols=len(header), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    marked = OxmlElement("w:tblHeader")
    marked.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(marked)  # python-docx has no name of its own for it
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _speak(document: Any, tag: str) -> None:
    """Set the language of all text."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), tag)
    properties.append(language)


def settled(document: Any) -> bytes:
    """The document as an archive with one time for all of its parts."""
    written, made = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, date_time=EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(part.filename))
    return made.getvalue()
