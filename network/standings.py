"""Where an actor sits and what it convenes through time, and with whom: what its page shows of networks."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from coordination.base import charts
from coordination.base.models import Strategy
from coordination.base.periods import ONE_DAY
from coordination.base.timeline import Bar, Mini, mini
from network.membership import counted
from network.models import Actor, Convener, Network, Seat

OTHERS = 4

Date = datetime.date
NOBODY, TAKEN_OVER, NETWORK_ENDS, UNKNOWN, GOES_ON = (
    "nobody",
    "taken_over",
    "network_ends",
    "unknown",
    "goes_on",
)


@dataclass(frozen=True)
class Standing:
    """A seat or a convenership (`convenes`) of an actor.

    Attributes:
        roles: the seats in the same network for the same time, one for each role.
        until: the first day on which it no longer holds: its own end, the network's or the actor's.
        others: some that sit there too on `day`; `named` are all of them, `stated` the number somebody gave.
        follows: what comes after a convenership: a constant of this module; `after`: who takes over.
    """

    row: Seat | Convener
    convenes: bool
    until: Date | None
    mini: Mini
    named: int
    stated: int | None
    others: list[Actor]
    follows: str = GOES_ON
    after: Convener | None = None
    roles: list[Seat] = field(default_factory=list)

    @property
    def network(self) -> Network:
        return self.row.network

    @property
    def more(self) -> int:
        return self.named - len(self.others)

    @property
    def members(self) -> str:
        """“32 namngivna”, “18 uppgivna”; empty where nobody has said."""
        return counted(self.named, self.stated)


@dataclass
class Standings:
    """All that an actor sits in or convenes: on the day, before it and after it; latest end first."""

    convened: list[Standing] = field(default_factory=list)
    seats: list[Standing] = field(default_factory=list)
    past: list[Standing] = field(default_factory=list)
    coming: list[Standing] = field(default_factory=list)

    @property
    def axis(self) -> Mini | None:
        rows = [*self.convened, *self.seats, *self.past, *self.coming]
        return rows[0].mini if rows else None

    @property
    def networks_sat_in(self) -> int:
        return len({one.network.pk for one in self.seats})

    @property
    def past_convened(self) -> list[Standing]:
        return [one for one in self.past if one.convenes]

    @property
    def past_seats(self) -> list[Standing]:
        return [one for one in self.past if not one.convenes]

    def __bool__(self) -> bool:
        return bool(self.convened or self.seats or self.past or self.coming)


def standings(actor: Actor, day: Date, strategies: Sequence[Strategy]) -> Standings:
    """Every seat and convenership of `actor`, as it stands on `day`. Six queries at most."""
    rows: list[Seat | Convener] = [
        *Convener.objects.filter(actor=actor).select_related("network"),
        *Seat.objects.filter(actor=actor).select_related("network"),
    ]
    if not rows:
        return Standings()
    ends = {id(row): _until(row, actor) for row in rows}
    rows.sort(key=lambda row: (-(ends[id(row)] or Date.max).toordinal(), row.network.sort_sv, row.pk))
    networks = {row.network_id for row in rows}
    conveners = list(
        Convener.objects.filter(network__in=networks).select_related("actor").order_by("valid_from", "pk")
    )
    company = _company(actor, networks)
    seen = {id(row): _seen(row, ends[id(row)], day) for row in rows}
    others = {}
    for row in rows:
        there = company.get(row.network_id, [])
        present = (pk for pk, first, until in there if _within(seen[id(row)], first, until))
        others[id(row)] = list(dict.fromkeys(present))
    people = Actor.objects.in_bulk({pk for keys in others.values() for pk in keys[:OTHERS]})
    scale = _scale(ends.values(), strategies, day)
    found = Standings()
    roles = _roles(rows)
    for row in rows:
        if isinstance(row, Seat) and roles[_place(row)][0] is not row:
            continue
        end, keys = ends[id(row)], others[id(row)]
        convenes = isinstance(row, Convener)
        follows, after = _after(row, end, conveners) if isinstance(row, Convener) else (GOES_ON, None)
        network = row.network
        stated = network.stated_on is None or network.stated_on <= seen[id(row)]
        one = Standing(
            row,
            convenes,
            end,
            _mini(row, end, scale, day),
            len(keys),
            network.stated_members if stated else None,
            [people[pk] for pk in keys[:OTHERS]],
            follows,
            after,
            roles[_place(row)] if isinstance(row, Seat) else [],
        )
        if end is not None and end <= day:
            found.past.append(one)
        elif _within(day, row.valid_from, end):
            (found.convened if convenes else found.seats).append(one)
        else:
            found.coming.append(one)
    for rows_ in (found.convened, found.seats):
        rows_.sort(key=lambda one: -one.named)  # where most sit first; sorting keeps the order otherwise
    return found


def _place(seat: Seat) -> tuple[Any, ...]:
    return (seat.network_id, seat.valid_from, seat.from_precision, seat.valid_until, seat.to_precision)


def _roles(rows: Iterable[Seat | Convener]) -> dict[tuple[Any, ...], list[Seat]]:
    """The seats that differ in nothing but the role, by the role."""
    found: dict[tuple[Any, ...], list[Seat]] = {}
    for row in rows:
        if isinstance(row, Seat):
            found.setdefault(_place(row), []).append(row)
    return found


def _until(row: Seat | Convener, actor: Actor) -> Date | None:
    ends = (row.valid_until, row.network.valid_until, actor.valid_until)
    return min((end for end in ends if end), default=None)


def _within(day: Date, first: Date | None, until: Date | None) -> bool:
    return (first is None or first <= day) and (until is None or day < until)


def _seen(row: Seat | Convener, end: Date | None, day: Date) -> Date:
    """The day on which to look round the table: the page's, the row's last, or its first."""
    if end is not None and end <= day:
        return end - ONE_DAY
    return max(day, row.valid_from) if row.valid_from else day


def _company(actor: Actor, networks: set[int]) -> dict[int, list[tuple[int, Date | None, Date | None]]]:
    """{network: [(actor's key, first day, end)]} of the others who sit or sat in `networks`, by name; two queries."""
    sort = f"actor__sort_{charts.language()}"
    seats: list[tuple[str, int, int, Date | None, Date | None]] = []
    for model in (Seat, Convener):
        values = (
            model.objects.filter(network__in=networks)
            .exclude(actor=actor)
            .order_by(sort, "actor", "valid_from")
        )
        fields = (sort, "network_id", "actor_id", "valid_from", "valid_until", "actor__valid_until")
        for name, network, other, first, until, gone in values.values_list(*fields):
            ends = [end for end in (until, gone) if end]
            seats.append((name, network, other, first, min(ends, default=None)))
    found: dict[int, list[tuple[int, Date | None, Date | None]]] = {}
    for _name, network, other, first, until in sorted(seats, key=lambda seat: (seat[0], seat[2])):
        found.setdefault(network, []).append((other, first, until))
    return found


def _after(row: Convener, end: Date | None, conveners: Sequence[Convener]) -> tuple[str, Convener | None]:
    """What comes after a convenership: who convenes from then on, or why nobody needs to."""
    if end is None:
        return GOES_ON, None
    later = [
        other
        for other in conveners
        if other.network_id == row.network_id
        and other.actor_id != row.actor_id
        and other.valid_from is not None
        and (other.valid_until is None or other.valid_until > end)
    ]
    if later:
        return TAKEN_OVER, min(later, key=lambda other: (max(other.valid_from or end, end), other.pk))
    if row.network.valid_until is not None and row.network.valid_until <= end:
        return NETWORK_ENDS, None
    return (UNKNOWN, None) if row.to_precision == "period" and row.valid_until == end else (NOBODY, None)


def _scale(ends: Iterable[Date | None], strategies: Sequence[Strategy], day: Date) -> tuple[Date, Date]:
    """The years to draw: the strategies', no further than the last end where everything has one."""
    start, until = charts.strategy_span(strategies, day)
    known = list(ends)
    if all(known):
        until = min(until, charts.next_january(max(day, max(end for end in known if end))))
    return start, max(until, charts.next_january(day))


def _mini(row: Seat | Convener, end: Date | None, scale: tuple[Date, Date], day: Date) -> Mini:
    said = charts.said_period(row)
    fades = row.to_precision == "period" and row.valid_until == end
    bar = Bar(row.valid_from, end, "covered", (), f"{row.network.name}, {said}", fades=fades)
    return mini([bar], first=scale[0], until=scale[1], as_of=day, label=f"{row.network.name}, {said}")
