"""One cell of the matrix, with the rows that it counts and what is expected of it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base import signs
from coordination.base.charts import language
from coordination.base.models import Function, Level, PriorityArea, Strategy
from coordination.base.periods import last_day
from coordination.base.wording import listed
from mandates import coverage, eligibility, explain, grid, met_spans, queries, thresholds
from mandates.cells import finding_key
from mandates.grid import Box, Key
from mandates.matrix import Selection
from mandates.matrix_pages import cell_title
from mandates.models import Expectation, Mandate
from mandates.shortnames import short_name
from mandates.snapshot import CROSS_SECTOR, Snapshot
from network.models import Actor

NAMES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A mandate in a cell; `why` it does not count, where that is so."""

    mandate: Mandate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """How many rows there are, and those of them that the page shows."""

    total: int
    rows: tuple[Row, ...]

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """One expectation of a cell: its state, the rows that count, those that do not, and who had it before."""

    expectation: Expectation
    state: coverage.CellState
    as_of: datetime.date
    names: tuple[str, ...]
    counted: Listing
    others: Listing
    before: tuple[Mandate, ...]

    @property
    def key(self) -> str:
        return self.state.cell.id

    @property
    def shown(self) -> str:
        """Status or mark: gap before goes dark before thin before covered."""
        marks = ("goes_dark", "thin") if self.state.status == "covered" else ()
        return next((mark for mark in marks if mark in self.state.marks), self.state.status)

    @property
    def finding_key(self) -> str:
        """Of what the rules find about it on the day; empty if they find nothing."""
        return finding_key(self.key, self.shown)

    @property
    def last_day(self) -> datetime.date | None:
        return last_day(self.state.goes_dark_on)

    @property
    def pill(self) -> str:
        """A gap says how many of how many; other statuses have their word."""
        if self.state.status not in ("gap", "projected_gap"):
            return ""
        return _("%(word)s: %(k)s of %(n)s") % {
            "word": signs.WORDS[self.state.status],
            "k": self.state.members_covered if self.state.members_asked else len(self.state.holders),
            "n": self.state.members_asked or self.expectation.min_holders,
        }

    @property
    def said(self) -> str:
        """Where it stands and what is asked, in a few sentences."""
        return " ".join(filter(None, [self._standing(), self._asking()]))

    def _standing(self) -> str:
        day = {"day": self.as_of.isoformat()}
        if self.state.status == "not_mapped":
            until = self.expectation.mapped_until
            if until is None or until >= self.as_of:
                return _("Nobody has checked who has the task on %(day)s.") % day
            return _("Nobody has checked who has the task on %(day)s: it was last checked on %(until)s.") % {
                **day,
                "until": until.isoformat(),
            }
        count = len(self.state.holders)
        if not count:
            return _("No actor has the task on %(day)s.") % day
        names = listed(self.names)
        if count > len(self.names):
            names = _("%(names)s and %(n)s more") % {
                "names": ", ".join(self.names),
                "n": count - len(self.names),
            }
        said = ngettext(
            "%(names)s has the task on %(day)s.", "%(names)s have the task on %(day)s.", count
        ) % {**day, "names": names}
        if self.last_day is not None:
            said += " " + _("The last day is %(last)s; nobody is decided after that.") % {
                "last": self.last_day.isoformat()
            }
        if self.state.from_above:
            said += " " + _("No holder is at the level that is asked; the mandate comes from above.")
        return said

    def _asking(self) -> str:
        if self.expectation.single_lead:
            return _("One single lead is expected.")
        if self.expectation.min_holders > 1:
            return _("At least %(n)s holders are expected.") % {"n": self.expectation.min_holders}
        return ""


@dataclass(frozen=True, slots=True)
class CellPage:
    """A cell with all that its page shows. Where nothing is expected, `held` are its rows."""

    title: str
    key: Key
    box: Box
    area: PriorityArea | None
    function: Function
    level: Level
    asked: tuple[Asked, ...]
    held: Listing

    @property
    def path(self) -> str:
        """As `?cell=` has it."""
        return "/".join(self.key)


def find(
    snapshot: Snapshot,
    strategy: Strategy,
    as_of: datetime.date,
    key: Key,
    selection: Selection,
    *,
    limit: int | None = None,
) -> CellPage | None:
    """The cell of (area, function, level); None where the register knows no such code.

    `limit` is the most rows to read of each listing. The number of queries does not grow with the rows.
    """
    area, function, level = key
    where = (
        PriorityArea.objects.filter(strategy=strategy, code=area).first() if area != CROSS_SECTOR else None
    )
    kind_of_task = Function.objects.filter(code=function).first()
    stage = Level.objects.filter(code=level).first()
    if kind_of_task is None or stage is None or (where is None and area != CROSS_SECTOR):
        return None
    narrow = replace(
        selection,
        strategies=frozenset({strategy.slug}),
        areas=frozenset({area}),
        functions=frozenset({function}),
        levels=frozenset({level}),
    )
    box = grid.grid(snapshot, strategy.slug, as_of, narrow, thresholds.current()).get(key)
    box = box or Box(area=area, function=function, level=level)
    codes = grid.rows(snapshot, strategy.slug, as_of, key, narrow)
    drafts = [_Draft(now, codes, limit) for now in box.states]
    before = {
        now.cell.id: [m.code for m in met_spans.last_to_meet(snapshot, now.cell, as_of)][: limit or None]
        for now in box.states
        if now.is_unmet
    }
    held = codes[:limit] if not drafts else []
    wanted = {*held, *(code for some in before.values() for code in some)}
    wanted |= {code for draft in drafts for code in draft.codes}
    rows = {row.code: row for row in queries.described(Mandate.objects.filter(code__in=wanted))}
    expectations = {
        row.code: row
        for row in queries.expectations()
        .filter(code__in=[now.cell.expectation.code for now in box.states])
        .prefetch_related("citations__document")
    }
    slugs = {slug for now in box.states for slug in now.holders[:NAMES]}
    names = {actor.slug: short_name(actor.name) for actor in Actor.objects.filter(slug__in=slugs)}

    def why(now: coverage.CellState, code: str) -> str:
        reasons = eligibility.misses(snapshot, now.cell, snapshot.mandate_by_code[code]) or ("holder_group",)
        return ", ".join(explain.why_not(reason, language()) for reason in reasons)

    return CellPage(
        title=cell_title(kind_of_task.name, where.name if where else _("Cross-sector"), stage.name),
        key=key,
        box=box,
        area=where,
        function=kind_of_task,
        level=stage,
        asked=tuple(
            Asked(
                expectation=expectations[draft.now.cell.expectation.code],
                state=draft.now,
                as_of=as_of,
                names=tuple(names[slug] for slug in draft.now.holders[:NAMES] if slug in names),
                counted=_listing(rows, draft.counted, limit),
                others=Listing(
                    len(draft.others),
                    tuple(
                        Row(rows[code], why(draft.now, code)) for code in draft.others[:limit] if code in rows
                    ),
                ),
                before=tuple(rows[code] for code in before.get(draft.now.cell.id, ()) if code in rows),
            )
            for draft in drafts
            if draft.now.cell.expectation.code in expectations
        ),
        held=_listing(rows, codes if not drafts else [], limit),
    )


class _Draft:
    """The codes of a cell, by whether they count for one of its expectations."""

    def __init__(self, now: coverage.CellState, codes: Iterable[str], limit: int | None) -> None:
        eligible = frozenset(now.mandates)
        self.now = now
        self.counted = [code for code in codes if code in eligible]
        self.others = [code for code in codes if code not in eligible]
        self.codes = {*self.counted[:limit], *self.others[:limit]}


def _listing(rows: Mapping[str, Mandate], codes: Sequence[str], limit: int | None) -> Listing:
    return Listing(len(codes), tuple(Row(rows[code]) for code in codes[:limit] if code in rows))
