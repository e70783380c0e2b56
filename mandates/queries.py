"""What the pages of mandates read: rows with all they show, chains of successors, amounts by year."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from coordination.base.models import PriorityArea
from mandates.matrix import Selection
from mandates.models import Expectation, Mandate
from mandates.snapshot import CROSS_SECTOR
from network.models import Actor


def described(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
    """`mandates` with everything that a row of a list shows. Two queries, however many rows."""
    return mandates.select_related(
        "strategy",
        "holder",
        "holder__kind",
        "kind",
        "function",
        "area",
        "role",
        "successor",
        "successor__holder",
    ).prefetch_related("levels")


def detailed(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
    """`mandates` with everything that a mandate's own page shows. Five queries."""
    return (
        described(mandates)
        .select_related("confirmed_by")
        .prefetch_related("territory_places", "territory_groups", "citations__document")
    )


def expectations() -> QuerySet[Expectation]:
    """Expectations with what a list or their page shows."""
    return Expectation.objects.select_related(
        "strategy", "area", "function", "level", "holder_group"
    ).prefetch_related("kinds")


def in_force(mandates: QuerySet[Mandate], date: datetime.date) -> QuerySet[Mandate]:
    """Rows of whatever status in their period, whose holder exists on `date`."""
    return mandates.filter(
        Q(valid_from=None) | Q(valid_from__lte=date),
        Q(valid_until=None) | Q(valid_until__gt=date),
        Q(holder__valid_from=None) | Q(holder__valid_from__lte=date),
        Q(holder__valid_until=None) | Q(holder__valid_until__gt=date),
    )


def ended(mandates: QuerySet[Mandate], date: datetime.date) -> QuerySet[Mandate]:
    """Rows whose period, or whose holder, has ended by `date`."""
    return mandates.filter(Q(valid_until__lte=date) | Q(holder__valid_until__lte=date))


def coming(mandates: QuerySet[Mandate], date: datetime.date) -> QuerySet[Mandate]:
    """Rows that have not begun on `date`."""
    return mandates.filter(Q(valid_from__gt=date) | Q(holder__valid_from__gt=date)).exclude(
        Q(valid_until__lte=date) | Q(holder__valid_until__lte=date)
    )


def chosen(mandates: QuerySet[Mandate], wanted: Selection) -> QuerySet[Mandate]:
    """Rows that `wanted` names by strategy, area, function, level, kind, explicitness, holder and legal basis."""
    facets = {
        "strategy__slug__in": wanted.strategies,
        "function__code__in": wanted.functions,
        "kind__in": wanted.kinds,
        "holder__slug__in": wanted.actors,
    }
    rows = mandates.filter(**{name: codes for name, codes in facets.items() if codes})
    if wanted.areas:
        named = Q(area__code__in=wanted.areas)
        rows = rows.filter(named | Q(area=None) if CROSS_SECTOR in wanted.areas else named)
    if wanted.levels:
        rows = rows.filter(pk__in=Mandate.objects.filter(levels__in=wanted.levels).values("pk"))
    if wanted.explicit is not None:
        rows = rows.filter(explicit=wanted.explicit)
    if wanted.legal:
        said = Q()
        for word in wanted.legal:
            said |= Q(legal_basis__icontains=word)
        rows = rows.filter(said)
    return rows


def ending(mandates: QuerySet[Mandate], date: datetime.date, days: int) -> QuerySet[Mandate]:
    """Decided rows whose last day is one of the `days` days after `date`; the edge of a survey is no end."""
    first = date + datetime.timedelta(days=1)
    return mandates.filter(
        status=Mandate.Status.DECIDED,
        valid_until__gt=first,
        valid_until__lte=first + datetime.timedelta(days=days),
    ).exclude(to_precision="period")


def siblings(mandate: Mandate) -> list[Mandate]:
    """The other mandates of the same joint assignment, by holder."""
    if not mandate.joint_assignment:
        return []
    others = Mandate.objects.filter(
        strategy_id=mandate.strategy_id, joint_assignment=mandate.joint_assignment
    ).exclude(pk=mandate.pk)
    return list(described(others).order_by("holder__sort_sv", "code"))


@dataclass(frozen=True)
class Chain:
    """Where a task came from and where it went: `before` earliest first, `after` next first."""

    before: list[Mandate]
    after: list[Mandate]

    @property
    def is_empty(self) -> bool:
        return not self.before and not self.after


def chain(mandate: Mandate) -> Chain:
    """All recorded predecessors of `mandate` and its successors, one after the other. At most three queries."""
    following: dict[int, int] = dict(
        Mandate.objects.exclude(successor=None).values_list("pk", "successor_id")
    )
    preceding: dict[int, list[int]] = defaultdict(list)
    for earlier, later in following.items():
        preceding[later].append(earlier)
    after: list[int] = []
    seen = {mandate.pk}
    here = mandate.pk
    while (here := following.get(here, 0)) and here not in seen:
        seen.add(here)
        after.append(here)
    before: list[int] = []
    waiting = list(preceding[mandate.pk])
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            before.append(here)
            waiting += preceding[here]
    if not before and not after:
        return Chain([], [])
    rows = {row.pk: row for row in described(Mandate.objects.filter(pk__in=[*before, *after]))}
    return Chain(
        sorted((rows[pk] for pk in before), key=lambda m: (m.valid_from or datetime.date.min, m.code)),
        [rows[pk] for pk in after],
    )


@dataclass
class AmountRow:
    """Kronor of one area (None: cross-sector) by year, and how many mandates they come from."""

    area: PriorityArea | None
    by_year: dict[int, int] = field(default_factory=dict)
    mandates: int = 0

    def cells(self, years: Sequence[int]) -> list[int | None]:
        return [self.by_year.get(year) for year in years]


@dataclass(frozen=True)
class Amounts:
    """`rows` x `years` in kronor a year; `without[i]` mandates in force in `years[i]` state no amount."""

    years: list[int]
    rows: list[AmountRow]
    totals: list[int]
    without: list[int]
    stated: int
    unstated: int

    @property
    def table(self) -> list[tuple[AmountRow, list[int | None]]]:
        return [(row, row.cells(self.years)) for row in self.rows]


def amounts(mandates: Iterable[Mandate], *, first_year: int, last_year: int) -> Amounts:
    """Kronor per year and area of those of `mandates` that state an amount.

    An amount counts in full in each year in which its mandate is in force on some day: the sources give
    kronor a year, not kronor a day. A mandate without an end counts up to `last_year`.
    """
    years = list(range(first_year, last_year + 1))
    by_area: dict[int | None, AmountRow] = {}
    without = dict.fromkeys(years, 0)
    stated = unstated = 0
    for mandate in mandates:
        begins = mandate.valid_from.year if mandate.valid_from else first_year
        ends = mandate.valid_to.year if mandate.valid_to else last_year
        held = range(max(begins, first_year), min(ends, last_year) + 1)
        if mandate.amount_sek_per_year is None:
            unstated += 1
            for year in held:
                without[year] += 1
            continue
        stated += 1
        row = by_area.setdefault(mandate.area_id, AmountRow(mandate.area))
        row.mandates += 1
        for year in held:
            row.by_year[year] = row.by_year.get(year, 0) + mandate.amount_sek_per_year
    rows = sorted(by_area.values(), key=lambda r: (r.area is not None, r.area.position if r.area else 0))
    return Amounts(
        years,
        rows,
        [sum(row.by_year.get(year, 0) for row in rows) for year in years],
        [without[year] for year in years],
        stated,
        unstated,
    )


def held_by(actor: Actor) -> list[Mandate]:
    """Every decided mandate of `actor`, the latest to end first. Two queries."""
    rows = described(Mandate.objects.decided().filter(holder=actor))
    return sorted(
        rows, key=lambda m: (m.valid_until or datetime.date.max, m.valid_from or datetime.date.min, m.code)
    )


def ends_without_successor(mandate: Mandate) -> bool:
    """Whether a mandate that is known to end has nobody decided to take over, though its task needs somebody."""
    if mandate.valid_until is None or mandate.to_precision == "period":
        return False
    if "transition" in mandate.function.trait_set or mandate.status != Mandate.Status.DECIDED:
        return False
    return mandate.successor is None or mandate.successor.status != Mandate.Status.DECIDED
