"""The coverage matrix as a page shows it: tables of boxes per level, with names, signs and links."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.base import signs
from coordination.base.models import Function, Level, PriorityArea, Strategy
from mandates import grid, thresholds
from mandates.coverage_report import GAPS
from mandates.grid import Box, Key
from mandates.matrix import Selection
from mandates.shortnames import lower_first
from mandates.snapshot import CROSS_SECTOR, Snapshot


@dataclass(frozen=True, slots=True)
class Column:
    """A priority area, or cross-sector."""

    code: str
    name: str

    @property
    def is_cross_sector(self) -> bool:
        return self.code == CROSS_SECTOR


@dataclass(frozen=True)
class Shown:
    """A box in its row: what stands in it, and where it leads."""

    box: Box
    column: Column
    function: Function
    level: Level
    count: str
    url: str
    was: Box | None = None
    compared: bool = False

    @property
    def number(self) -> int:
        return self.box.counted.number(self.count)

    @property
    def besides(self) -> int:
        return self.box.besides.number(self.count)

    @property
    def is_empty(self) -> bool:
        return self.box.is_empty

    @cached_property
    def css(self) -> str:
        """The status to colour it by: a number without an expectation has no colour."""
        return self.box.shown if self.box.is_expected else ""

    @cached_property
    def word(self) -> str:
        return str(signs.WORDS[self.box.shown]) if self.box.is_expected else ""

    @property
    def change(self) -> str:
        """opened, closed, more or fewer since the day compared with; empty without a difference."""
        if not self.compared:
            return ""
        before, now = _is_gap(self.was), _is_gap(self.box)
        if before != now:
            return "opened" if now else "closed"
        earlier, later = self.earlier, self.number
        return "" if earlier == later else "more" if later > earlier else "fewer"

    @property
    def earlier(self) -> int:
        return self.was.counted.number(self.count) if self.was else 0


def _is_gap(box: Box | None) -> bool:
    return box is not None and box.status in GAPS


@dataclass(frozen=True, slots=True)
class Line:
    """A function with a cell for each column."""

    function: Function
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class AreaList:
    """An area with what is in it, for a narrow screen."""

    column: Column
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One level."""

    level: Level
    lines: tuple[Line, ...]
    lists: tuple[AreaList, ...]
    empty: tuple[Function, ...]
    expected: int
    gaps: int

    @property
    def empty_names(self) -> str:
        return ", ".join(lower_first(function.name) for function in self.empty)

    @property
    def said(self) -> str:
        """“11 förväntningar, 6 luckor”."""
        expected = ngettext("%(n)s expectation", "%(n)s expectations", self.expected) % {"n": self.expected}
        gaps = ngettext("%(n)s gap", "%(n)s gaps", self.gaps) % {"n": self.gaps}
        return f"{expected}, {gaps}"


@dataclass(frozen=True, slots=True)
class Outside:
    """Areas that are not the strategy's on the day, with how many mandates they have."""

    column: Column
    mandates: int


@dataclass(frozen=True, slots=True)
class Page:
    """The whole matrix of one strategy on one day."""

    strategy: Strategy
    as_of: datetime.date
    columns: tuple[Column, ...]
    tables: tuple[Table, ...]
    outside: tuple[Outside, ...]
    boxes: Mapping[Key, Box]

    @property
    def cells(self) -> Iterable[Shown]:
        return (cell for table in self.tables for line in table.lines for cell in line.cells)

    @property
    def lead(self) -> str:
        """How many expectations are gaps, cross-sector and in the areas."""
        shown = [box for box in self.boxes.values() if box.states]
        across = grid.totals({b.key: b for b in shown if b.area == CROSS_SECTOR})
        within = grid.totals({b.key: b for b in shown if b.area != CROSS_SECTOR})
        every, gaps = across["expected"] + within["expected"], _gaps(across) + _gaps(within)
        if not every:
            return _("No expectation asks for anything on this day.")
        said = ngettext(
            "%(gaps)s of %(of)s expectation is a gap",
            "%(gaps)s of %(of)s expectations are gaps",
            every,
        ) % {"gaps": gaps, "of": every}
        if across["expected"] and within["expected"]:
            said += ": " + _(
                "%(across)s of %(all_across)s cross-sector and %(within)s of %(all_within)s in the areas"
            ) % {
                "across": _gaps(across),
                "all_across": across["expected"],
                "within": _gaps(within),
                "all_within": within["expected"],
            }
        unknown = across.get("not_mapped", 0) + within.get("not_mapped", 0)
        said += "."
        if unknown:
            said += " " + ngettext(
                "%(n)s is not mapped: nobody has checked.",
                "%(n)s are not mapped: nobody has checked.",
                unknown,
            ) % {"n": unknown}
        return said


def _gaps(totals: Mapping[str, int]) -> int:
    return sum(number for status, number in totals.items() if status in GAPS)


def with_cell(url: str, key: Key) -> str:
    """The address of a page of the matrix, with the cell of `key` open in it."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "cell"]
    return f"{parts.path}?{urlencode([*query, ('cell', '/'.join(key))], safe='*/')}"


def page(
    snapshot: Snapshot,
    strategy: Strategy,
    as_of: datetime.date,
    selection: Selection,
    *,
    count: str = "holders",
    query: str = "",
    compare: datetime.date | None = None,
) -> Page:
    """The matrix with names. Three queries, however many rows.

    Args:
        count: "holders" or "mandates".
        query: what the links of the cells carry along.
        compare: another day, whose numbers are set beside.
    """
    measures = thresholds.current()
    boxes = grid.grid(snapshot, strategy.slug, as_of, selection, measures)
    before = grid.grid(snapshot, strategy.slug, compare, selection, measures) if compare else {}
    functions, levels = list(Function.objects.all()), list(Level.objects.all())
    columns, beyond = _columns(strategy, as_of, [*boxes.values(), *before.values()], selection)
    outside = tuple(
        Outside(column, grid.mandates_in(snapshot, strategy.slug, as_of, column.code, selection))
        for column in beyond
    )
    base = reverse("mandates:matrix")
    tail = f"?{query}" if query else ""

    def shown(function: Function, column: Column, level: Level) -> Shown:
        key = (column.code, function.code, level.code)
        return Shown(
            boxes.get(key) or Box(area=column.code, function=function.code, level=level.code),
            column,
            function,
            level,
            count,
            f"{base}{column.code}/{function.code}/{level.code}/{tail}",
            before.get(key),
            compare is not None,
        )

    tables = []
    for level in levels:
        if selection.levels and level.code not in selection.levels:
            continue
        lines, empty = [], []
        for function in functions:
            cells = tuple(shown(function, column, level) for column in columns)
            if any(not cell.is_empty or cell.was for cell in cells):
                lines.append(Line(function, cells))
            else:
                empty.append(function)
        here = grid.totals(boxes, level.code)
        lists = [
            AreaList(
                column,
                tuple(line.cells[place] for line in lines if not line.cells[place].is_empty),
            )
            for place, column in enumerate(columns)
        ]
        tables.append(
            Table(
                level,
                tuple(lines),
                tuple(part for part in lists if part.cells),
                tuple(empty),
                here["expected"],
                _gaps(here),
            )
        )
    return Page(strategy, as_of, columns, tuple(tables), outside, boxes)


def _columns(
    strategy: Strategy, as_of: datetime.date, boxes: Sequence[Box], selection: Selection
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Cross-sector, then the areas adopted on the day; and those that hold something and are not the strategy's."""
    held = {box.area for box in boxes if box.counted.mandates}
    expected = {box.area for box in boxes if box.is_expected}
    columns, outside = [Column(CROSS_SECTOR, pgettext("narrow column", "Cross-sector"))], []
    for area in strategy.areas.all():
        column = Column(area.code, area.name)
        if (area.status == PriorityArea.Status.ADOPTED and area.is_in_force(as_of)) or area.code in expected:
            columns.append(column)
        elif area.code in held:
            outside.append(column)
    if selection.areas:
        columns = [column for column in columns if column.code in selection.areas]
    return tuple(columns), tuple(outside)


def cell_title(function: str, area: str, level: str) -> str:
    """“Samordning, sektorsövergripande, nationell nivå”."""
    return _("%(function)s, %(area)s, %(level)s level") % {
        "function": function,
        "area": lower_first(area),
        "level": lower_first(level),
    }


def first_to_open(tables: Iterable[Table]) -> Key | None:
    """The cell that a page opens by itself: the first gap, else the first that ends, else none."""
    cells = [cell for table in tables for line in table.lines for cell in line.cells if cell.box.is_expected]
    for status in ("gap", "voluntary_only", "projected_gap", "goes_dark"):
        for cell in cells:
            if cell.box.shown == status:
                return cell.box.key
    return cells[0].box.key if cells else None
