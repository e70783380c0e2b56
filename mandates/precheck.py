"""What a planned assignment would meet if it were given: nothing of it is stored anywhere."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from coordination.base import charts
from coordination.base.dates import format_period
from coordination.base.periods import last_day
from mandates import scenario_pages, scenarios
from mandates.changes import AddMandate
from mandates.explain import Names
from mandates.scenario_pages import Told, View
from mandates.snapshot import CROSS_SECTOR, Mandate, Snapshot

CLASHES = ("duplication", "overlap", "assignment_collision")
PARTNERS = 12


@dataclass(frozen=True)
class Held:
    """A mandate that is in force for the same task."""

    code: str
    holder: str
    title: str
    period: str


@dataclass(frozen=True)
class Partner:
    """An actor to name as one to work with, and why."""

    slug: str
    name: str
    why: str


@dataclass(frozen=True)
class Precheck:
    """A planned assignment laid over the register on its first day.

    Attributes:
        day: the first day.
        holders: who already holds the task there.
        clashes: overlaps, duplications and collisions that it makes.
        others: what else would be found.
        partners: whom the assignment should name, the most pressing first.
    """

    change: AddMandate
    day: datetime.date
    view: View
    holders: tuple[Held, ...]
    clashes: tuple[Told, ...]
    others: tuple[Told, ...]
    partners: tuple[Partner, ...]

    @property
    def mandate(self) -> Mandate:
        return self.change.mandate

    @property
    def problems(self) -> list[str]:
        """Why it does not fit the register at all."""
        return self.view.outcome.problems(charts.language())


def check(change: AddMandate, day: datetime.date, register: Snapshot) -> Precheck:
    """Lay `change` over `register` on its own first day, or on `day`."""
    first = change.on or day
    given = replace(change, on=first)
    view = scenario_pages.view(scenarios.outcome_of([given], first, register))
    own = change.mandate.code
    opened = [told for told in view.opened if own in told.finding.mandates]
    asked = [told for told in opened if not told.is_apart]
    rows = same_task(change.mandate, first, register)
    return Precheck(
        change=given,
        day=first,
        view=view,
        holders=tuple(_held(row, register) for row in rows),
        clashes=tuple(told for told in asked if told.rule in CLASHES),
        others=tuple(told for told in asked if told.rule not in CLASHES),
        partners=tuple(_partners(change.mandate, first, register, rows)),
    )


def same_task(planned: Mandate, day: datetime.date, register: Snapshot) -> list[Mandate]:
    """Mandates in force on `day` with the function of `planned`, its area or all areas, and a level in common."""
    areas = {planned.area, CROSS_SECTOR}
    return [
        row
        for row in register.mandates
        if row.function == planned.function
        and row.strategy == planned.strategy
        and row.area in areas
        and row.levels & planned.levels
        and register.is_active(row, day)
    ]


def _partners(
    planned: Mandate, day: datetime.date, register: Snapshot, same: Sequence[Mandate]
) -> Iterable[Partner]:
    """Those with the same task first; then, in a named area, those with other tasks in it; organisations alone."""
    names, language = Names(register), charts.language()
    reasons: dict[str, str] = {}
    for row in same:
        reasons.setdefault(row.holder, _("has the same task: %(code)s") % {"code": row.code})
    if planned.area != CROSS_SECTOR:
        for row in register.mandates:
            if row.strategy == planned.strategy and row.area == planned.area and register.is_active(row, day):
                task = names.code("function", row.function, language)
                reasons.setdefault(
                    row.holder,
                    _("has another task in the area: %(task)s (%(code)s)") % {"task": task, "code": row.code},
                )
    reasons.pop(planned.holder, None)
    found = [
        Partner(slug, names.actor(slug, language), why)
        for slug, why in reasons.items()
        if slug in register.actor_by_slug and not register.actor_by_slug[slug].is_group
    ]
    return found[:PARTNERS]


def _held(row: Mandate, register: Snapshot) -> Held:
    language = charts.language()
    title = (row.title_en or row.title_sv) if language == "en" else row.title_sv or row.title_en
    period = format_period(
        row.valid_from, row.from_precision, last_day(row.valid_until), row.to_precision, language
    )
    return Held(row.code, Names(register).actor(row.holder, language), title, period)
