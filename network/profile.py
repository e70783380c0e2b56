"""What an actor's page says of the actor itself: its life, its names through time, its collaborations."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from coordination.base import dates
from coordination.base.charts import language
from network import ties as collaborating
from network.models import Actor, ActorName, Collaboration
from network.names import Called

SHOWN = 50
LAST = 8

Date = datetime.date


@dataclass(frozen=True)
class Life:
    """Where a day falls in an actor's life. `ends`: the last day is known and still to come."""

    closed: bool
    coming: bool
    ends: bool


def life(actor: Actor, day: Date) -> Life:
    until = actor.valid_until
    return Life(
        closed=until is not None and until <= day,
        coming=actor.valid_from is not None and actor.valid_from > day,
        ends=until is not None and until > day and actor.to_precision != "period",
    )


@dataclass(frozen=True)
class NameThen:
    """A name and when it held, in words. `row` is None for the present one; `is_then`: the name of the day."""

    called: Called
    said: str
    row: ActorName | None
    is_then: bool
    is_past: bool


@dataclass(frozen=True)
class Names:
    """Names in the order they were taken, and what else the actor is called on the day."""

    through_time: list[NameThen]
    aliases: list[ActorName]
    acronyms: list[ActorName]

    @property
    def former(self) -> list[NameThen]:
        """Names laid off by the day, the latest first."""
        return [one for one in reversed(self.through_time) if one.is_past]

    @property
    def present(self) -> NameThen | None:
        """Today's name, where the actor had not taken it yet."""
        last = self.through_time[-1]
        return None if last.is_then else last


def names_through_time(actor: Actor, day: Date) -> Names:
    """Every name of `actor`, whose `names` are prefetched by their ends. No query."""
    rows = list(actor.names.all())
    former = [row for row in rows if row.kind == ActorName.Kind.FORMER]
    dated = [row for row in former if row.valid_until is not None]
    then = next(
        (row for row in dated if row.valid_until and row.valid_until > day and _begun(row, day)), None
    )
    found = [
        NameThen(
            Called(row.name_sv, row.name_en),
            _held(row),
            row,
            row is then,
            row.valid_until is None or row.valid_until <= day,
        )
        for row in sorted(former, key=lambda row: (row.valid_until or Date.min, row.pk))
    ]
    last = dated[-1] if dated else None
    since = (
        dates.format_bounds(last.valid_until, last.to_precision or "day", language(), which="from")
        if last
        else ""
    )
    found.append(NameThen(Called(actor.name_sv, actor.name_en), since, None, then is None, False))
    also = [row for row in rows if row.kind != ActorName.Kind.FORMER and row.is_in_force(day)]
    return Names(
        found,
        [row for row in also if row.kind == ActorName.Kind.ALIAS],
        [row for row in also if row.kind == ActorName.Kind.ACRONYM],
    )


def _begun(row: ActorName, day: Date) -> bool:
    return row.valid_from is None or row.valid_from <= day


def _held(row: ActorName) -> str:
    if row.valid_from is None:
        return dates.format_bounds(row.valid_to, row.to_precision or "day", language())
    return dates.format_period(
        row.valid_from, row.from_precision or "day", row.valid_to, row.to_precision or "day", language()
    )


@dataclass(frozen=True)
class Ties:
    """Some of an actor's collaborations, and `counts` of all: in_force, ended, undated, coming."""

    in_force: list[Collaboration]
    undated: list[Collaboration]
    ended: list[Collaboration]
    coming: list[Collaboration]
    counts: dict[str, int]

    @property
    def lasting(self) -> list[Collaboration]:
        """The latest to end: what a closed actor did last."""
        return self.ended[:LAST]

    @property
    def earlier(self) -> list[Collaboration]:
        return self.ended[LAST:]

    @property
    def more_ended(self) -> int:
        return self.counts["ended"] - len(self.lasting)

    def __bool__(self) -> bool:
        return any(self.counts.values())


def ties(actor: Actor, day: Date) -> Ties:
    """The collaborations of `actor` on `day`, at most SHOWN of each sort. Nine queries at most."""
    rows = Collaboration.objects.filter(sides__actor=actor)
    counts = collaborating.counts(rows, day)
    found: dict[str, list[Collaboration]] = {}
    for name, narrow, order in (
        ("in_force", collaborating.current, (F("valid_until").asc(nulls_last=True), "sort_sv", "code")),
        ("undated", collaborating.undated, ("sort_sv", "code")),
        ("ended", collaborating.ended, ("-valid_until", "sort_sv", "code")),
        ("coming", collaborating.coming, ("valid_from", "sort_sv", "code")),
    ):
        wanted: Any = collaborating.described(narrow(rows, day)).order_by(*order)
        found[name] = list(wanted[:SHOWN]) if counts[name] else []
    return Ties(found["in_force"], found["undated"], found["ended"], found["coming"], counts)
