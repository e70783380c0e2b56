"""Cells as lanes of a time line, and as steps of a chart of counts."""

import datetime
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from coordination.base import signs
from coordination.base.stepchart import Step
from coordination.base.timeline import Bar, Group, Lane
from mandates.cells import MET, Cell, Run, behind, went_dark_together
from mandates.shortnames import short_name

HORIZON = datetime.timedelta(days=365)
TOGETHER = 3
_SHOWN_ORDER = ("goes_dark", "thin", "covered", "not_mapped")


def _dark_from(cell: Cell, index: int) -> datetime.date | None:
    """The day from which a met run warns of its end; None when another met run follows, or nothing is asked."""
    run = cell.runs[index]
    following = cell.runs[index + 1] if index + 1 < len(cell.runs) else None
    if run.status != MET or following is None or following.status in (MET, "none"):
        return None
    return max(run.first, run.until - HORIZON)


def _bar(cell: Cell, index: int) -> Bar:
    run = cell.runs[index]
    names = tuple(short_name(cell.actors[slug].name) for slug in run.holders if slug in cell.actors)
    word = str(signs.WORDS["thin"] if run.thin else signs.WORDS.get(run.status, run.status))
    last = run.until - datetime.timedelta(days=1)
    title = f"{word}, {run.first.isoformat()} – {last.isoformat()}"
    if names:
        title = f"{', '.join(names)}: {title}"
    return Bar(
        run.first,
        run.until,
        run.status,
        names if run.status == MET else (),
        title,
        thin=run.thin,
        dark_from=_dark_from(cell, index),
    )


def bars(cell: Cell) -> tuple[Bar, ...]:
    """The runs of a cell as bars; runs that differ only in holders stay apart, so that each is named."""
    return tuple(_bar(cell, index) for index in range(len(cell.runs)))


def lane(cell: Cell) -> Lane:
    word = "–" if cell.shown == "none" else str(signs.WORDS[cell.shown])
    return Lane(cell.title, bars(cell), cell.code, cell.shown, word)


def _by_end(cell: Cell) -> tuple:
    return (
        _SHOWN_ORDER.index(cell.shown) if cell.shown in _SHOWN_ORDER else len(_SHOWN_ORDER),
        cell.goes_dark_on or datetime.date.max,
        cell.code,
        cell.area.position if cell.area else 0,
    )


def _code(cell: Cell) -> tuple:
    return (cell.code, cell.area.position if cell.area else 0)


def _sections(cells: Sequence[Cell]) -> list[tuple[str, list[Cell], bool]]:
    found: list[tuple[str, list[Cell], bool]] = []
    together = went_dark_together(cells, at_least=TOGETHER)
    lost: list[Cell] = []
    if together is not None:
        day, lost = together
        actor = behind(lost)
        values = {"day": day.isoformat(), "n": len(lost)}
        if actor is not None and actor.valid_until == day:
            heading = _("Went dark together %(day)s, the day after %(name)s ceased (%(n)s)") % {
                **values,
                "name": short_name(actor.name),
            }
        else:
            heading = _("Went dark together %(day)s (%(n)s)") % values
        found.append((heading, sorted(lost, key=_code), True))
    keys = {cell.key for cell in lost}
    gaps = sorted((c for c in cells if c.is_unmet and c.key not in keys), key=_code)
    if gaps:
        text = _("Other gaps (%(n)s)") if lost else _("Gaps (%(n)s)")
        found.append((text % {"n": len(gaps)}, gaps, False))
    unknown = sorted((c for c in cells if c.status == "not_mapped"), key=_code)
    if unknown:
        found.append((_("Not mapped (%(n)s)") % {"n": len(unknown)}, unknown, False))
    met = sorted((c for c in cells if c.is_met), key=_by_end)
    if met:
        found.append((_("Covered (%(n)s)") % {"n": len(met)}, met, False))
    rest = sorted((c for c in cells if not c.is_expected), key=_code)
    if rest:
        found.append((_("Not expected on this day (%(n)s)") % {"n": len(rest)}, rest, False))
    return found


def groups(cells: Sequence[Cell]) -> list[Group]:
    """Lanes under headings; those lost on the same day first, tinted."""
    return [Group(tuple(map(lane, part)), text, alarm) for text, part, alarm in _sections(cells)]


def in_order(cells: Sequence[Cell]) -> list[Cell]:
    """The cells in the order of their lanes."""
    return [cell for _text, part, _alarm in _sections(cells) for cell in part]


def _status_on(cell: Cell, day: datetime.date) -> str | None:
    """What the chart of counts shows for a cell on `day`: its status, or goes_dark; None outside its runs."""
    for index, run in enumerate(cell.runs):
        if run.covers(day):
            if run.status == MET and _ends_soon(cell.runs, index, day):
                return "goes_dark"
            return run.status
    return None


def _ends_soon(runs: Sequence[Run], index: int, day: datetime.date) -> bool:
    for run in runs[index + 1 :]:
        if run.first > day + HORIZON:
            return False
        if run.status not in (MET, "none"):
            return True
    return False


def steps(cells: Sequence[Cell], first: datetime.date, until: datetime.date) -> list[Step]:
    """How many cells have each status, from each day on which that changes. Empty without cells."""
    days = {first}
    for cell in cells:
        for run in cell.runs:
            days |= {run.first, run.first - HORIZON}
    found: list[Step] = []
    for day in sorted(day for day in days if first <= day < until):
        counts = Counter(filter(None, (_status_on(cell, day) for cell in cells)))
        counts.pop("none", None)
        if not found or found[-1].counts != counts:
            found.append(Step(day, dict(counts)))
    return found
