"""Coverage as pages show it: the pure engine's cells, with the rows of the database behind them."""

import datetime
from collections.abc import Iterable

from coordination.base.models import PriorityArea
from mandates import coverage, eligibility, queries, register_snapshot, thresholds
from mandates.cells import NOT_EXPECTED, Cell, Run
from mandates.models import Mandate
from mandates.snapshot import Snapshot
from network.models import Actor


def cells(
    as_of: datetime.date, *, only: Iterable[str] | None = None, snapshot: Snapshot | None = None
) -> list[Cell]:
    """Every cell, of the expectations with the codes `only` if given. Eight queries at most, however many.

    Cells that do not stand on `as_of` are included, with the status `none`. `snapshot` is the register as it
    stands, or with a scenario laid over it: what is only there has no mandates here, and actors by name alone.
    """
    snapshot = snapshot or register_snapshot.current()
    wanted = None if only is None else set(only)
    found = [c for c in eligibility.all_cells(snapshot) if wanted is None or c.expectation.code in wanted]
    if not found:
        return []
    measures = thresholds.current()
    states = {cell: coverage.state(snapshot, cell, as_of, measures) for cell in found}
    runs = {cell: _runs(snapshot, cell) for cell in found}
    expectations = {row.code: row for row in queries.expectations()}
    areas = {
        (area.strategy.slug, area.code): area for area in PriorityArea.objects.select_related("strategy")
    }
    slugs = {slug for cell in found for run in runs[cell] for slug in run.holders}
    slugs |= {slug for state in states.values() for slug in state.holders}
    actors = {actor.slug: actor for actor in Actor.objects.filter(slug__in=slugs)}
    for slug in sorted(slugs - actors.keys()):
        made = snapshot.actor_by_slug[slug]
        actors[slug] = Actor(slug=slug, name_sv=made.name_sv, name_en=made.name_en)
    codes = {code for state in states.values() for code in state.mandates}
    mandates = {row.code: row for row in queries.described(Mandate.objects.filter(code__in=codes))}
    return [
        Cell(
            expectation=expectations[cell.expectation.code],
            area=areas.get((cell.expectation.strategy, cell.area)),
            as_of=as_of,
            status=state.status,
            thin="thin" in state.marks,
            goes_dark_on=state.goes_dark_on,
            holders=tuple(actors[slug] for slug in state.holders if slug in actors),
            mandates=tuple(mandates[code] for code in state.mandates if code in mandates),
            runs=runs[cell],
            actors=actors,
        )
        for cell, state in states.items()
        if cell.expectation.code in expectations
    ]


def cells_met_by(mandate: Mandate, as_of: datetime.date) -> list[Cell]:
    """The cells that `mandate` counts for on `as_of`."""
    snapshot = register_snapshot.current()
    codes = {
        state.cell.expectation.code
        for state in coverage.states(snapshot, as_of, thresholds.current())
        if mandate.code in state.mandates
    }
    return (
        [c for c in cells(as_of, only=codes) if any(m.pk == mandate.pk for m in c.mandates)] if codes else []
    )


def _runs(snapshot: Snapshot, cell: eligibility.Cell) -> tuple[Run, ...]:
    """The engine's lanes of `cell`; the mark "goes dark" is an edge on a run, not a run of its own."""
    return snapshot.remembered(("runs", cell), lambda: _merged(snapshot, cell))


def _merged(snapshot: Snapshot, cell: eligibility.Cell) -> tuple[Run, ...]:
    found: list[Run] = []
    for lane in coverage.lanes(snapshot, cell, thresholds.current()):
        run = Run(lane.first, lane.until, lane.status, "thin" in lane.marks, lane.holders)
        last = found[-1] if found else None
        if last and (last.status, last.thin, last.holders) == (run.status, run.thin, run.holders):
            found[-1] = Run(last.first, run.until, run.status, run.thin, run.holders)
        else:
            found.append(run)
    begins = datetime.date(found[0].first.year, 1, 1) if found else None
    if begins is not None and found[0].first > begins:
        found.insert(0, Run(begins, found[0].first, NOT_EXPECTED))
    return tuple(found)
