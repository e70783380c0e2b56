"""Mandates as bars of a time line: who held what, when."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coordination.base.charts import COLUMN, next_january, said_period, strategy_span, words
from coordination.base.models import Strategy
from coordination.base.periods import ONE_DAY
from coordination.base.timeline import Bar, Figure, Group, Lane, Mini, figure, mini
from mandates.models import Mandate
from mandates.shortnames import short_name


def holder_end(mandate: Mandate) -> datetime.date | None:
    """The first day on which the mandate no longer counts: its own end or its holder's."""
    ends = [day for day in (mandate.valid_until, mandate.holder.valid_until) if day]
    return min(ends, default=None)


def begins(mandate: Mandate) -> datetime.date | None:
    """The first day to draw; a proposal without one starts where the decided ends, not in the unknown past."""
    if mandate.valid_from is None and mandate.status == Mandate.Status.PROPOSED:
        known = mandate.strategy.known_until
        return known + ONE_DAY if known else None
    return mandate.valid_from


def bar(mandate: Mandate, names: tuple[str, ...] = ()) -> Bar:
    """A mandate as one bar; a proposed one has a dashed outline, one known for a period breaks up."""
    return Bar(
        begins(mandate),
        holder_end(mandate),
        "covered",
        names,
        f"{mandate.title} ({mandate.code}), {said_period(mandate)}",
        thin=mandate.status == Mandate.Status.PROPOSED,
        fades=mandate.to_precision == "period",
    )


def minis(mandates: Sequence[Mandate], *, as_of: datetime.date, strategies: Iterable[Strategy]) -> list[Mini]:
    """One small time line for each of `mandates`, all on the same scale."""
    start, ends = strategy_span(strategies, as_of)
    if mandates and all(holder_end(m) for m in mandates):
        last = max(end for m in mandates if (end := holder_end(m)))
        ends = min(ends, max(next_january(last), next_january(as_of)))
    return [
        mini(
            [bar(mandate)],
            first=start,
            until=ends,
            as_of=as_of,
            label=f"{mandate.title}, {said_period(mandate)}",
        )
        for mandate in mandates
    ]


@dataclass
class _Run:
    first: datetime.date | None
    until: datetime.date | None
    mandates: list[Mandate]


def _runs(mandates: Iterable[Mandate]) -> list[_Run]:
    """Mandates of one lane, those whose periods meet in one run, so that no bar hides another."""
    runs: list[_Run] = []
    for mandate in sorted(mandates, key=lambda m: (begins(m) or datetime.date.min, m.code)):
        ends = holder_end(mandate)
        here = runs[-1] if runs else None
        first = begins(mandate)
        if here is not None and (here.until is None or (first or datetime.date.min) < here.until):
            here.mandates.append(mandate)
            here.until = None if here.until is None or ends is None else max(here.until, ends)
        else:
            runs.append(_Run(first, ends, [mandate]))
    return runs


def _lane(label: str, mandates: Sequence[Mandate]) -> Lane:
    bars = []
    for run in _runs(mandates):
        last = [m for m in run.mandates if holder_end(m) == run.until]
        bars.append(
            Bar(
                run.first,
                run.until,
                "covered",
                tuple(m.code for m in run.mandates),
                "; ".join(f"{m.title} ({m.code}), {said_period(m)}" for m in run.mandates),
                thin=all(m.status == Mandate.Status.PROPOSED for m in run.mandates),
                fades=all(m.to_precision == "period" for m in last),
            )
        )
    return Lane(label, tuple(bars))


def groups(mandates: Iterable[Mandate], *, by: str) -> list[Group]:
    """Lanes of holders under headings: `by` "function", "area" or "holder"; proposed mandates apart, last."""
    cross = str(_("Cross-sector"))
    found: dict[tuple, dict[tuple, list[Mandate]]] = {}
    titles: dict[tuple, str] = {}
    labels: dict[tuple, str] = {}
    for mandate in mandates:
        area = (
            (mandate.area is not None, mandate.area.position if mandate.area else 0, mandate.area_id or 0),
            mandate.area.name if mandate.area else cross,
        )
        function = ((mandate.function.position, mandate.function_id), mandate.function.name)
        holder = ((mandate.holder.sort_sv, mandate.holder_id), short_name(mandate.holder.name))
        head, first, second = {
            "area": (area, holder, function),
            "holder": (holder, function, area),
        }.get(by, (function, holder, area))
        proposed = mandate.status == Mandate.Status.PROPOSED
        key = (proposed, 0) if proposed else (proposed, head[0])
        titles[key] = str(_("Proposed, not decided")) if proposed else head[1]
        line = (second[0], first[0]) if by == "function" else (first[0], second[0])
        if proposed:
            line = (head[0], *line)
        labels[line] = f"{first[1]} · {second[1]}"
        found.setdefault(key, {}).setdefault(line, []).append(mandate)
    return [
        Group(
            tuple(_lane(labels[line], found[key][line]) for line in sorted(found[key])),
            f"{titles[key]} ({sum(map(len, found[key].values()))})",
        )
        for key in sorted(found)
    ]


def succession(
    mandates: Sequence[Mandate],
    *,
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
    label: str,
) -> Figure:
    """One mandate with its predecessors and successors, a lane for each."""
    lanes = tuple(Lane(short_name(m.holder.name), (bar(m),), m.code) for m in mandates)
    return figure(
        [Group(lanes)],
        first=first,
        until=until,
        as_of=as_of,
        known_until=known_until,
        label=label,
        words=words(),
        uid="chain",
        width=COLUMN,
    )
