"""Sources of many rows on one page: each named once, under a number that the rows refer to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from coordination.base.models import Citation


@dataclass
class Footnotes:
    """`citations` in the order of their numbers, from 1; `numbers` by the row that cites them."""

    citations: list[Citation] = field(default_factory=list)
    numbers: dict[tuple[str, Any], list[int]] = field(default_factory=dict)

    def of(self, row: Any) -> list[int]:
        """The numbers of the sources of `row`."""
        return self.numbers.get((row._meta.label, row.pk), [])


def collect(rows: Iterable[Any]) -> Footnotes:
    """The sources of `rows`, whose citations and their documents are prefetched. No query."""
    found = Footnotes()
    known: dict[tuple[Any, ...], int] = {}
    for row in rows:
        numbers = found.numbers.setdefault((row._meta.label, row.pk), [])
        for citation in row.citations.all():
            key = (citation.document_id, citation.place, citation.url, citation.label)
            if key not in known:
                found.citations.append(citation)
                known[key] = len(found.citations)
            if known[key] not in numbers:
                numbers.append(known[key])
    return found
