"""What differs between two days: “what did closing the agency do?”, with names."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates import coverage, eligibility, queries, thresholds
from mandates.coverage_report import GAPS
from mandates.matrix import Selection, asks
from mandates.matrix_pages import Page, Shown
from mandates.models import Expectation
from mandates.shortnames import plain_title, short_name
from mandates.snapshot import Snapshot
from mandates.story import in_words
from network.models import Actor

OPENED, CLOSED, OTHER = "opened", "closed", "other"
NAMES = 4


@dataclass(frozen=True, slots=True)
class Side:
    """An expectation on one of the days."""

    state: coverage.CellState
    names: tuple[str, ...]

    @property
    def status(self) -> str:
        return self.state.status

    @property
    def holders(self) -> str:
        more = len(self.state.holders) - len(self.names)
        said = ", ".join(self.names)
        return _("%(names)s and %(n)s more") % {"names": said, "n": more} if more else said


@dataclass(frozen=True, slots=True)
class Change:
    """One expectation on the two days; `kind` is opened, closed or other."""

    kind: str
    title: str
    key: str
    url: str
    level: str
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    heading: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Comparison:
    """All that differs. `counts` are the boxes without an expectation whose number differs."""

    day: datetime.date
    as_of: datetime.date
    changes: tuple[Change, ...]
    counts: tuple[Shown, ...]

    def _of(self, kind: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)

    @cached_property
    def opened(self) -> tuple[Change, ...]:
        return self._of(OPENED)

    @cached_property
    def closed(self) -> tuple[Change, ...]:
        return self._of(CLOSED)

    @property
    def groups(self) -> list[Group]:
        """Opened and closed gaps, also where there are none; other changes where there are any."""
        other = self._of(OTHER)
        found = [
            Group(OPENED, _("Gaps opened (%(n)s)") % {"n": len(self.opened)}, self.opened),
            Group(CLOSED, _("Gaps closed (%(n)s)") % {"n": len(self.closed)}, self.closed),
        ]
        return [*found, Group(OTHER, _("Other changes (%(n)s)") % {"n": len(other)}, other)][
            : 3 if other else 2
        ]

    @property
    def said(self) -> str:
        """“Fem luckor har öppnats och ingen har stängts sedan 2022-12-31.”"""
        opened = ngettext("%(n)s gap has opened", "%(n)s gaps have opened", len(self.opened)) % {
            "n": in_words(len(self.opened))
        }
        if not self.opened:
            opened = _("no gap has opened")
        closed = ngettext("%(n)s has closed", "%(n)s have closed", len(self.closed)) % {
            "n": in_words(len(self.closed))
        }
        if not self.closed:
            closed = _("none has closed")
        said = _("%(opened)s and %(closed)s since %(day)s.") % {
            "opened": opened,
            "closed": closed,
            "day": self.day.isoformat(),
        }
        return said[:1].upper() + said[1:]


def between(snapshot: Snapshot, day: datetime.date, page: Page, selection: Selection) -> Comparison:
    """What differs on the page's day from `day`, within its strategy and level. At most five queries."""
    wanted = Selection(strategies=frozenset({page.strategy.slug}), levels=selection.levels)
    pairs: list[tuple[str, coverage.CellState, coverage.CellState]] = []
    measures = thresholds.current()
    for cell in eligibility.all_cells(snapshot):
        if not asks(wanted, cell):
            continue
        before, after = (coverage.state(snapshot, cell, on, measures) for on in (day, page.as_of))
        if (kind := _kind(before, after)) is not None:
            pairs.append((kind, before, after))
    expectations = {row.code: row for row in queries.expectations()} if pairs else {}
    areas = {column.code: column.name for column in page.columns}
    names = _names(now for _kind_, *both in pairs for now in both)

    def side(now: coverage.CellState) -> Side:
        return Side(now, tuple(names[slug] for slug in now.holders[:NAMES] if slug in names))

    changes = tuple(
        Change(
            kind,
            _title(expectations[after.cell.expectation.code], areas.get(after.cell.area, after.cell.area)),
            after.cell.id,
            expectations[after.cell.expectation.code].get_absolute_url(),
            expectations[after.cell.expectation.code].level.name,
            side(before),
            side(after),
        )
        for kind, before, after in pairs
        if after.cell.expectation.code in expectations
    )
    counts = tuple(cell for cell in page.cells if cell.change and not _expects(cell))
    return Comparison(day, page.as_of, changes, counts)


def _kind(before: coverage.CellState, after: coverage.CellState) -> str | None:
    if after.status in GAPS and before.status not in GAPS:
        return OPENED
    if before.status in GAPS and after.status == "covered":
        return CLOSED
    same = (before.status, set(before.holders)) == (after.status, set(after.holders))
    return None if same else OTHER


def _names(states: Iterable[coverage.CellState]) -> dict[str, str]:
    slugs = {slug for now in states for slug in now.holders[:NAMES]}
    return {actor.slug: short_name(actor.name) for actor in Actor.objects.filter(slug__in=slugs)}


def _title(row: Expectation, area: str) -> str:
    return f"{row.function.name}: {area}" if row.each_area else plain_title(row.title)


def _expects(cell: Shown) -> bool:
    return cell.box.is_expected or (cell.was is not None and cell.was.is_expected)
