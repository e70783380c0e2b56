"""What the pages of scenarios show: findings in words, cells before and after, lanes, days compared."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base import charts, timeline
from coordination.base.models import Strategy
from coordination.base.timeline import Figure, Group
from coordination.base.wording import listed
from mandates import coverage_pages, explain, finding_words, lanes, scenarios
from mandates.cells import UNMET, Cell
from mandates.change_texts import in_words, reason
from mandates.changes import Change, DoesNotFit
from mandates.explain import Names, names_before
from mandates.models import Scenario
from mandates.rules import RULES, Finding
from mandates.scenarios import Outcome
from mandates.snapshot import Snapshot

LANES = 12  # cells drawn; the table has them all


@dataclass(frozen=True)
class Told:
    """A finding in the reader's words. `status` is the sign of what it is about; empty where it has none."""

    finding: Finding
    title: str
    text: str
    status: str

    @property
    def rule(self) -> str:
        return self.finding.rule

    @property
    def rule_name(self) -> str:
        return finding_words.rule_name(self.rule)

    @property
    def severity(self) -> int:
        return self.finding.severity

    @property
    def is_apart(self) -> bool:
        """Listed by itself, never counted among what needs a decision."""
        return RULES[self.finding.rule].apart


@dataclass(frozen=True)
class Said:
    """A change of a scenario in words; `wrong`: why it no longer fits."""

    number: int
    text: str
    wrong: str
    is_simple: bool


@dataclass(frozen=True)
class CellChange:
    """A cell on the day without and with the scenario; None where it does not stand."""

    before: Cell | None
    after: Cell | None

    @property
    def cell(self) -> Cell:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def closes(self) -> bool:
        """A gap without the scenario, and none with it."""
        return is_gap(self.before) and not is_gap(self.after)

    @property
    def opens(self) -> bool:
        return is_gap(self.after) and not is_gap(self.before)


@dataclass(frozen=True)
class View:
    """All that a page says of what a set of changes does on a day."""

    outcome: Outcome
    opened: Sequence[Told]
    closed: Sequence[Told]
    cells: Sequence[CellChange]

    @property
    def gaps_closed(self) -> list[CellChange]:
        return [change for change in self.cells if change.closes]

    @property
    def gaps_opened(self) -> list[CellChange]:
        return [change for change in self.cells if change.opens]

    @property
    def unchanged(self) -> int:
        return self.outcome.effect.unchanged if self.outcome.effect else 0


@dataclass(frozen=True)
class Count:
    """How many gaps a scenario closes and opens on a day; None where it does not fit."""

    scenario: Scenario
    closed: list[str] | None
    opened: list[str] | None


def is_gap(cell: Cell | None) -> bool:
    return cell is not None and cell.status in UNMET


def view(outcome: Outcome) -> View:
    """Findings and cells of an outcome, with names. A constant number of queries."""
    if outcome.effect is None:
        return View(outcome, (), (), ())
    return View(
        outcome,
        told(outcome.effect.opened, outcome.after),
        told(outcome.effect.closed, outcome.before),
        cell_changes(outcome),
    )


def told(found: Iterable[Finding], snapshot: Snapshot) -> list[Told]:
    names, language = Names(snapshot), charts.language()
    return [
        Told(
            finding,
            explain.headline(finding, names)[language],
            explain.lead(finding, names)[language],
            finding.rule if finding.rule in UNMET or finding.rule == "not_mapped" else "",
        )
        for finding in found
    ]


def cell_changes(outcome: Outcome) -> list[CellChange]:
    """The cells that differ on the day: gaps that close first, then those that open, then the others."""
    assert outcome.effect is not None
    moved = [move.cell for move in outcome.effect.cells]
    codes = {name.partition("/")[0] for name in moved}
    if not codes:
        return []
    before = {c.key: c for c in coverage_pages.cells(outcome.day, only=codes, snapshot=outcome.before)}
    after = {c.key: c for c in coverage_pages.cells(outcome.day, only=codes, snapshot=outcome.after)}
    found = [
        CellChange(before.get(name), after.get(name)) for name in moved if name in before or name in after
    ]
    return sorted(found, key=lambda change: (not change.closes, not change.opens, change.cell.key))


def figure(
    changes: Sequence[CellChange], outcome: Outcome, *, width: int = charts.COLUMN, uid: str = "scenario"
) -> Figure | None:
    """Lanes of the cells that differ: one as it is, one with the scenario; None where there are none."""
    if not changes:
        return None
    strategies = list(Strategy.objects.all())
    first, until = charts.strategy_span(strategies, outcome.day)
    groups = []
    for change in changes[:LANES]:
        pair = ((_("Now"), change.before), (_("In the scenario"), change.after))
        rows = [
            replace(lanes.lane(cell), label=str(label), code="") for label, cell in pair if cell is not None
        ]
        groups.append(Group(tuple(rows), change.cell.title))
    return timeline.figure(
        groups,
        first=first,
        until=until,
        as_of=outcome.day,
        known_until=max((s.known_until for s in strategies if s.known_until), default=None),
        label=_("%(n)s cells over time, as they are and with the scenario") % {"n": len(changes)},
        words=charts.words(),
        uid=uid,
        width=width,
    )


def said(scenario: Scenario, outcome: Outcome) -> list[Said]:
    """The changes of a scenario in words, with why each that does not fit does not."""
    language = charts.language()
    names = names_before(outcome.before, outcome.after)
    before = Names(outcome.before)
    wrong: dict[int, DoesNotFit] = {}
    for refused in outcome.misfits:
        wrong.setdefault(refused.number, refused)
    found = []
    for number, change in enumerate(scenarios.readable(scenario), start=1):
        why = reason(wrong[number], language, before) if number in wrong else ""
        if change is None:
            why = _("This change cannot be read. Take it away and add it anew.")
        text = in_words(change, names, language) if change is not None else "–"
        found.append(Said(number, text, why, change is not None and is_simple(change)))
    return found


def is_simple(change: Change) -> bool:
    """Whether its form shows all of it: a plan of who takes what is made on the actor's own page."""
    return not (getattr(change, "receivers", None) or getattr(change, "ends", None) is not None)


def headline(found: View) -> str:
    """What the changes do on the day, in one sentence."""
    day = found.outcome.day.isoformat()
    if not found.outcome.fits:
        return _("The scenario no longer fits the register")
    closed, opened = len(found.gaps_closed), len(found.gaps_opened)
    if not closed and not opened:
        return _("On %(day)s no gap would close or open") % {"day": day}
    said_closed = ngettext("%(n)s gap would close", "%(n)s gaps would close", closed) % {"n": closed}
    said_opened = ngettext("%(n)s would open", "%(n)s would open", opened) % {"n": opened}
    if not opened:
        return _("On %(day)s %(closed)s, and none would open") % {"day": day, "closed": said_closed}
    if not closed:
        only = ngettext("%(n)s gap would open", "%(n)s gaps would open", opened) % {"n": opened}
        return _("On %(day)s %(opened)s, and none would close") % {"day": day, "opened": only}
    return _("On %(day)s %(closed)s, and %(opened)s") % {
        "day": day,
        "closed": said_closed,
        "opened": said_opened,
    }


def lead(found: View) -> str:
    """Which cells they are, and what else changes."""
    if not found.outcome.fits:
        return _("The register has changed since it was made, or says something else on this day.")
    parts = []
    if closed := found.gaps_closed:
        parts.append(_("Closes: %(cells)s.") % {"cells": listed([c.cell.title for c in closed])})
    if opened := found.gaps_opened:
        parts.append(_("Opens: %(cells)s.") % {"cells": listed([c.cell.title for c in opened])})
    parts.append(
        _("Of all findings %(closed)s would close, %(opened)s would open and %(same)s stay as they are.")
        % {"closed": len(found.closed), "opened": len(found.opened), "same": found.unchanged}
    )
    return " ".join(parts)


def counts(rows: Sequence[Scenario], day: datetime.date, snapshot: Snapshot) -> list[Count]:
    """What each scenario does to the gaps of a day, to compare them."""
    return [count(row, day, snapshot) for row in rows]


def count(scenario: Scenario, day: datetime.date, snapshot: Snapshot) -> Count:
    found = scenarios.outcome(scenario, day, snapshot=snapshot)
    if found.effect is None:
        return Count(scenario, None, None)

    def gap(state: object) -> bool:
        return state is not None and getattr(state, "status", "") in UNMET

    moves = found.effect.cells
    return Count(
        scenario,
        [m.cell for m in moves if gap(m.before) and not gap(m.after)],
        [m.cell for m in moves if gap(m.after) and not gap(m.before)],
    )


def export_rows(found: View) -> list[dict[str, str]]:
    """The findings that open and close, as rows of a file."""
    return [
        {
            "change": change,
            "rule": row.rule,
            "severity": str(row.severity),
            "expectation": row.finding.expectation or "",
            "area": row.finding.area or "",
            "function": row.finding.function or "",
            "level": row.finding.level or "",
            "actors": "; ".join(row.finding.actors),
            "mandates": "; ".join(row.finding.mandates),
            "explanation": ". ".join(filter(None, (row.title, row.text))),
            "key": row.finding.key,
        }
        for change, rows in (("opened", found.opened), ("closed", found.closed))
        for row in rows
    ]


EXPORT_COLUMNS = (
    "change", "rule", "severity", "expectation", "area", "function", "level", "actors", "mandates",
    "explanation", "key",
)  # fmt: skip
