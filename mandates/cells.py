"""An expectation in one area as pages show it: its status on a day, its runs over time, who held it last."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from coordination.base.models import PriorityArea
from coordination.base.periods import last_day
from mandates.models import Expectation, Mandate
from mandates.shortnames import plain_title, short_name
from network.models import Actor

UNMET = frozenset({"gap", "projected_gap", "voluntary_only"})
MET = "covered"
NOT_EXPECTED = "none"


def finding_key(cell: str, shown: str) -> str:
    """The key of the finding about an expectation's cell (`X14/demokrati`) that is shown so; empty without one."""
    rule = "projected_gap" if shown == "goes_dark" else shown
    return f"{rule}:{cell}" if rule in UNMET else ""


@dataclass(frozen=True)
class Run:
    """A stretch [first, until) in which status, marks and holders stay the same."""

    first: datetime.date
    until: datetime.date
    status: str
    thin: bool = False
    holders: tuple[str, ...] = ()

    def covers(self, date: datetime.date) -> bool:
        return self.first <= date < self.until


@dataclass(frozen=True)
class Cell:
    """One expectation in one area (None: cross-sector) on `as_of`.

    `holders` and `mandates` are those that meet it, or go some way towards it, on the day; `runs` reach
    over the whole strategy; `actors` puts names to the holders of the runs.
    """

    expectation: Expectation
    area: PriorityArea | None
    as_of: datetime.date
    status: str
    thin: bool
    goes_dark_on: datetime.date | None
    holders: tuple[Actor, ...]
    mandates: tuple[Mandate, ...]
    runs: tuple[Run, ...]
    actors: dict[str, Actor]

    @property
    def code(self) -> str:
        return self.expectation.code

    @property
    def key(self) -> str:
        """The id that commands and links use: X02, or X14/utbildning where it is asked in each area."""
        each = self.expectation.each_area and self.area is not None
        return f"{self.code}/{self.area.code}" if each and self.area else self.code

    @cached_property
    def title(self) -> str:
        """What is expected; where it is asked in each area, the function and the area."""
        if self.expectation.each_area and self.area is not None:
            return f"{self.expectation.function.name}: {self.area.name}"
        return plain_title(self.expectation.title)

    @property
    def finding_key(self) -> str:
        """Of what the rules find about it on the day; empty if they find nothing."""
        return finding_key(self.key, self.shown)

    @property
    def area_name(self) -> str:
        return self.area.name if self.area else _("Cross-sector")

    @property
    def level(self) -> str:
        return self.expectation.level.name

    @property
    def is_expected(self) -> bool:
        return self.status != NOT_EXPECTED

    @property
    def is_unmet(self) -> bool:
        return self.status in UNMET

    @property
    def is_met(self) -> bool:
        return self.status == MET

    @property
    def shown(self) -> str:
        """The one status or mark to show: gap before goes dark before thin before covered."""
        if self.status != MET:
            return self.status
        if self.goes_dark_on is not None:
            return "goes_dark"
        return "thin" if self.thin else MET

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which it is met, for one that goes dark."""
        return last_day(self.goes_dark_on) if self.shown == "goes_dark" else None

    @property
    def url(self) -> str:
        return self.expectation.get_absolute_url()

    @cached_property
    def _stretch(self) -> tuple[Run, ...]:
        """The runs from the start of the unmet stretch that `as_of` lies in, to `as_of`."""
        found: list[Run] = []
        for run in self.runs:
            if run.first > self.as_of:
                break
            if run.status in UNMET or (found and run.status == "not_mapped"):
                found.append(run)
            else:
                found = []
        return tuple(found) if self.is_unmet or self.status == "not_mapped" else ()

    @property
    def since(self) -> datetime.date | None:
        """The first day of the stretch in which it has been unmet without a break."""
        return self._stretch[0].first if self._stretch else None

    @cached_property
    def previous(self) -> tuple[Run, ...]:
        """The runs in which it was last met, latest last; empty when it never was."""
        start = self.since
        if start is None:
            return ()
        return tuple(run for run in self.runs if run.until <= start and run.status == MET)[-1:]

    @property
    def previous_holders(self) -> list[Actor]:
        return [self.actors[slug] for run in self.previous for slug in run.holders if slug in self.actors]

    @property
    def previous_day(self) -> datetime.date | None:
        """The last day on which somebody met it."""
        return last_day(self.previous[-1].until) if self.previous else None

    @property
    def holders_counted(self) -> tuple[Actor, ...]:
        """The holders where somebody is asked for; a day that asks for nobody counts nobody."""
        return self.holders if self.is_expected else ()

    @property
    def holder_names(self) -> str:
        return ", ".join(short_name(actor.name) for actor in self.holders)

    @property
    def previous_names(self) -> str:
        return ", ".join(short_name(actor.name) for actor in self.previous_holders)


def went_dark_together(
    cells: Sequence[Cell], *, at_least: int = 2
) -> tuple[datetime.date, list[Cell]] | None:
    """The day on which most of the cells unmet now were lost, and those cells; the later day if two tie."""
    by_day: dict[datetime.date, list[Cell]] = {}
    for cell in cells:
        # Lost on a day: met up to the day before, not merely expected from then on.
        if cell.is_unmet and cell.since and cell.previous and cell.previous[-1].until == cell.since:
            by_day.setdefault(cell.since, []).append(cell)
    day = max(by_day, key=lambda d: (len(by_day[d]), d), default=None)
    if day is None or len(by_day[day]) < at_least:
        return None
    return day, by_day[day]


def behind(cells: Sequence[Cell]) -> Actor | None:
    """The actor that most of `cells` lost last; None without one."""
    counts: dict[int, int] = {}
    found: dict[int, Actor] = {}
    for cell in cells:
        for actor in cell.previous_holders:
            counts[actor.pk] = counts.get(actor.pk, 0) + 1
            found[actor.pk] = actor
    first = max(counts, key=lambda pk: (counts[pk], -pk), default=None)
    return found[first] if first is not None else None
