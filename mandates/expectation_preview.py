"""An expectation that is being written: where it would stand on the day, and what stands in its way."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from coordination.base.as_of import Request
from coordination.base.charts import language
from coordination.base.panels import Panel
from coordination.base.periods import last_day
from mandates import coverage, eligibility, register_snapshot, thresholds, unmeetable
from mandates.explain import Names, why_not
from mandates.models import Expectation
from mandates.snapshot import CROSS_SECTOR, EACH_AREA, Snapshot
from mandates.snapshot import Expectation as Asked

ALMOST = 5
UNNAMED = "?"  # a new expectation has no id yet


@dataclass(frozen=True)
class Line:
    """One cell of the expectation on the day. `almost`: (mandate, why it does not count)."""

    area: str
    status: str
    last_day: Any
    holders: str
    almost: list[tuple[str, str]]


def asked_by(row: Expectation, kinds: frozenset[str]) -> Asked:
    """What `row` asks, as the engine reads it; `row` may be unsaved."""
    area = row.area.code if row.area_id and row.area else CROSS_SECTOR
    return Asked(
        code=row.code or UNNAMED,
        strategy=row.strategy.slug,
        area=EACH_AREA if row.each_area else area,
        function=row.function.code,
        level=row.level_id,
        min_holders=row.min_holders or 1,
        explicit_only=row.explicit_only,
        single_lead=row.single_lead,
        holder_group=row.holder_group.slug if row.holder_group_id and row.holder_group else None,
        kinds=kinds,
        mapped_from=row.mapped_from,
        mapped_until=row.mapped_until,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        title_sv=row.title_sv,
        title_en=row.title_en,
    )


def asked_in(form: Any) -> Asked | None:
    """What the form asks for; None while it lacks strategy, function or level."""
    row: Expectation = form.instance
    if not (row.strategy_id and row.function_id and row.level_id):
        return None
    if form.is_bound:
        kinds = [kind.pk for kind in form.cleaned_data.get("kinds") or ()]
    else:
        kinds = list(row.kinds.values_list("pk", flat=True)) if row.pk else []
    return asked_by(row, frozenset(kinds))


def said_doubts(asked: Asked, register: Snapshot, *, impossible_only: bool = False) -> list[str]:
    """Why no mandate can meet, or has met, what is asked, in the reader's language."""
    names = Names(register)
    return [
        unmeetable.in_words(doubt, asked, names, language())
        for doubt in unmeetable.doubts(register, asked)
        if doubt.is_impossible or not impossible_only
    ]


def preview(request: Request, form: Any) -> Panel | None:
    """Where the expectation of the form would stand on the page's day; None until it says enough."""
    if form.is_bound:
        form.is_valid()  # sets the instance as far as it goes
    asked = asked_in(form)
    if asked is None:
        return None
    register = register_snapshot.current()
    others = tuple(row for row in register.expectations if row.code != asked.code)
    trial = replace(register, expectations=(*others, asked))
    day = request.as_of
    cells = [cell for cell in eligibility.all_cells(trial) if cell.expectation.code == asked.code]
    return Panel(
        "mandates/_expectation_preview.html",
        {
            "day": day,
            "lines": [_line(trial, cell, day) for cell in cells],
            "doubts": said_doubts(asked, register),
        },
        _("As it is written now"),
    )


def _line(trial: Snapshot, cell: eligibility.Cell, day: Any) -> Line:
    names, lang = Names(trial), language()
    state = coverage.state(trial, cell, day, thresholds.current())
    status = state.status
    if status == "covered":
        status = "goes_dark" if state.goes_dark_on else "thin" if "thin" in state.marks else status
    near = eligibility.near_misses(trial, cell, day)[:ALMOST] if state.is_unmet else ()
    return Line(
        area=names.code("area", cell.area, lang) if cell.area != CROSS_SECTOR else _("Cross-sector"),
        status=status,
        last_day=last_day(state.goes_dark_on) if status == "goes_dark" else None,
        holders=", ".join(names.actor(slug, lang) for slug in state.holders),
        almost=[
            (names.mandate(miss.mandate, lang), ", ".join(why_not(reason, lang) for reason in miss.reasons))
            for miss in near
        ],
    )
