"""What a screen reader finds in a tagged PDF."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader


@dataclass(frozen=True)
class Tagged:
    """`headings`: levels in reading order; `scopes`: of each header cell; `untold`: figures without a text."""

    title: str
    language: str
    part: str
    pages: int
    headings: tuple[int, ...]
    scopes: tuple[str, ...]
    untold: int


def read(content: bytes) -> Tagged:
    """Raises KeyError of a PDF that is not tagged."""
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    told = root["/Metadata"].get_object().get_data().decode()
    elements = list(_elements(root["/StructTreeRoot"]["/K"]))
    names = [str(element["/S"]) for element in elements]
    return Tagged(
        title=str(reader.metadata.title) if reader.metadata else "",
        language=str(root["/Lang"]),
        part=told.partition("<pdfuaid:part>")[2].partition("<")[0],
        pages=len(reader.pages),
        headings=tuple(int(name[2:]) for name in names if name[:2] == "/H" and name[2:].isdigit()),
        scopes=tuple(_scope(element) for element in elements if element["/S"] == "/TH"),
        untold=sum(element["/S"] == "/Figure" and "/Alt" not in element for element in elements),
    )


def _elements(node: Any) -> Iterator[Any]:
    node = node.get_object()
    if isinstance(node, list):
        for part in node:
            yield from _elements(part)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node and not isinstance(node["/K"], int):
            yield from _elements(node["/K"])


def _scope(cell: Any) -> str:
    attributes = cell.get("/A") or []
    rows = attributes if isinstance(attributes, list) else [attributes]
    return next((str(row.get_object()["/Scope"]) for row in rows if "/Scope" in row.get_object()), "")
