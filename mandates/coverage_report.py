"""The machine interface's answer to “who covers what on a day”: one for the command, the API and the export."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates import register_snapshot, thresholds
from mandates.coverage import UNMET, CellState, states
from mandates.matrix import DIMENSIONS, MatrixCell, Selection, UnknownCode, asks, check, matrix
from mandates.snapshot import Snapshot

GAPS = UNMET - {"not_mapped"}
NOUNS = {
    "strategy": gettext_lazy("strategy"),
    "area": gettext_lazy("area"),
    "function": gettext_lazy("function"),
    "level": gettext_lazy("level"),
    "kind": gettext_lazy("kind of mandate"),
    "actor": gettext_lazy("actor"),
    "place": gettext_lazy("place"),
    "dimension": gettext_lazy("dimension"),
    "rule": gettext_lazy("rule"),
    "scenario": gettext_lazy("scenario"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is written: codes with `;` between alternatives, dimensions with `,` between them."""

    as_of: datetime.date
    strategy: str = ""
    area: str = ""
    function: str = ""
    level: str = ""
    kind: str = ""
    explicit: bool | None = None
    actor: str = ""
    legal: str = ""
    place: str = ""
    include_proposed: bool = False
    by: str = "area,function,level"
    compare: datetime.date | None = None

    @property
    def selection(self) -> Selection:
        return Selection(
            strategies=alternatives(self.strategy),
            areas=alternatives(self.area),
            functions=alternatives(self.function),
            levels=alternatives(self.level),
            kinds=alternatives(self.kind),
            explicit=self.explicit,
            actors=alternatives(self.actor),
            legal=alternatives(self.legal),
            places=alternatives(self.place),
            include_proposed=self.include_proposed,
        )

    @property
    def dimensions(self) -> list[str]:
        """Those of `by`, in the order of the answer."""
        asked = {part.strip() for part in self.by.split(",") if part.strip()}
        if unknown := asked.difference(DIMENSIONS):
            raise UnknownCode("dimension", min(unknown), DIMENSIONS)
        return [name for name in DIMENSIONS if name in asked]


ASKED = tuple(field.name for field in fields(Question) if field.name not in ("as_of", "explicit"))


def alternatives(text: str) -> frozenset[str]:
    """The codes of "a;b; c"."""
    return frozenset(part.strip() for part in text.split(";") if part.strip())


def explain(error: UnknownCode) -> str:
    """What is wrong with a question, in the active language."""
    values = {"noun": NOUNS[error.noun], "code": error.code[:80], "known": ", ".join(error.known)}
    if error.known:
        return _("The register knows no %(noun)s “%(code)s”. There are: %(known)s.") % values
    return _("The register knows no %(noun)s “%(code)s”.") % values


def answer(question: Question) -> dict[str, Any]:
    """The answer as plain values: dates ISO, `holders` and `mandates` at the top those of the whole selection.

    With `compare`, also which expectations have become gaps since that day (`opened`) and which no longer
    are (`closed`).

    Raises:
        UnknownCode: the question names a code that the register does not know.
    """
    snapshot = register_snapshot.current()
    selection = question.selection
    cells = matrix(snapshot, question.as_of, selection, question.dimensions, thresholds.current())
    order = {m.code: place for place, m in enumerate(snapshot.mandates)}
    codes = sorted({code for cell in cells for code in cell.mandates}, key=order.__getitem__)
    found: dict[str, Any] = {
        "as_of": question.as_of.isoformat(),
        "holders": list(dict.fromkeys(snapshot.mandate_by_code[code].holder for code in codes)),
        "mandates": codes,
        "cells": [as_json(cell) for cell in cells],
    }
    if question.compare is not None:
        opened, closed = difference(snapshot, question.compare, question.as_of, selection)
        found |= {
            "compare": question.compare.isoformat(),
            "opened": [now.cell.id for now in opened],
            "closed": [before.cell.id for before in closed],
        }
    return found


def as_json(cell: MatrixCell) -> dict[str, Any]:
    return {
        "strategy": cell.strategy,
        "area": cell.area,
        "function": cell.function,
        "level": cell.level,
        "place": cell.place,
        "expectation": cell.expectation,
        "expectations": list(cell.expectations),
        "holders": list(cell.holders),
        "mandates": list(cell.mandates),
        "explicit_holders": list(cell.explicit_holders),
        "explicit_mandates": list(cell.explicit_mandates),
        "status": cell.status,
        "marks": sorted(cell.marks),
        "goes_dark_on": cell.goes_dark_on.isoformat() if cell.goes_dark_on else None,
    }


def difference(
    snapshot: Snapshot, before: datetime.date, after: datetime.date, selection: Selection
) -> tuple[list[CellState], list[CellState]]:
    """(gaps on `after` that were none on `before`, gaps on `before` that are none on `after`).

    A gap is an expectation that is unmet, and known to be: `not_mapped` is none.
    """
    check(snapshot, selection)

    def gaps(day: datetime.date) -> dict[str, CellState]:
        return {
            now.cell.id: now
            for now in states(snapshot, day, thresholds.current())
            if now.status in GAPS and asks(selection, now.cell)
        }

    earlier, later = gaps(before), gaps(after)
    return (
        [now for name, now in later.items() if name not in earlier],
        [now for name, now in earlier.items() if name not in later],
    )


def outside(days: Iterable[datetime.date], selection: Selection) -> list[str]:
    """What to say of days on which no selected strategy is in force: nothing is expected then."""
    found = []
    chosen = [
        row
        for row in register_snapshot.current().strategies
        if not selection.strategies or row.slug in selection.strategies
    ]
    for day in days:
        if chosen and not any(row.holds_on(day) for row in chosen):
            found.append(
                _("%(day)s lies outside the strategy, so nothing is expected on that day.")
                % {"day": day.isoformat()}
            )
    return found
