"""A memo as DOCX."""

import datetime

from mandates.precheck_memo import Memo
from mandates.review_docx import begun, labelled, settled, table


def docx(memo: Memo, *, at: datetime.datetime) -> bytes:
    """The memo as a file whose bytes depend on it and `at` alone."""
    document = begun(memo.title, memo.subtitle, memo.language, at=at)
    document.add_heading(memo.title, level=1)
    document.add_paragraph(memo.subtitle)
    for label, value in memo.facts:
        labelled(document, label, value)
    for section in memo.sections:
        document.add_heading(section.title, level=2)
        if not section.lines and not section.rows:
            document.add_paragraph(section.empty)
        for line in section.lines:
            document.add_paragraph(line, style="List Bullet")
        if section.rows:
            table(document, section.header, section.rows)
    document.add_paragraph(memo.footer)
    return settled(document)
