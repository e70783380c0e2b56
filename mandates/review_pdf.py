"""A report as a tagged PDF (PDF/UA-1, ISO 14289-1), set by typst with the fonts it brings along."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import typst

from mandates.review_report import Report

TEMPLATES = Path(__file__).with_name("report_templates")
STANDARD: Final = "ua-1"


def pdf(report: Report, *, at: int) -> bytes:
    """The report as a file whose bytes depend on the report and `at` (seconds since 1970) alone."""
    data = json.dumps(asdict(report), ensure_ascii=False, sort_keys=True)
    made: bytes = typst.compile(
        TEMPLATES / "review.typ",
        format="pdf",
        root=TEMPLATES,
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=[STANDARD],
        timestamp=at,
    )
    return made
