"""A report as a tagged PDF (PDF/UA-1, ISO 14289-1), set by typst with the fonts it brings along."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES = Path(__file__).with_name("report_templates")
STANDARD: Final = "ua-1"


def pdf(report: Any, *, at: int, template: str = "review", folder: Path = TEMPLATES) -> bytes:
    """A dataclass of plain values set by `<folder>/<template>.typ`.

    Its bytes depend on those values and `at` (seconds since 1970) alone.
    """
    data = json.dumps(asdict(report), ensure_ascii=False, sort_keys=True)
    made: bytes = typst.compile(
        folder / f"{template}.typ",
        format="pdf",
        root=folder,
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=[STANDARD],
        timestamp=at,
    )
    return made
