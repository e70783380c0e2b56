"""What the pages of networks read: rows with all they show, and how a network stands on a day."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from coordination.base import dates
from coordination.base.charts import language
from coordination.base.periods import last_day
from coordination.base.wording import listed
from network import events, standing
from network.membership import counted
from network.models import Actor, Convener, Encounter, Milestone, Network, Seat
from network.shortnames import short_name


def described(networks: QuerySet[Network]) -> QuerySet[Network]:
    """`networks` with everything that a row of a list shows, and `state` asks. Five queries in all."""
    return networks.select_related("level").prefetch_related(
        "areas",
        Prefetch("conveners", Convener.objects.select_related("actor").order_by("valid_from", "pk")),
        Prefetch("seats", Seat.objects.select_related("actor").order_by("actor__sort_sv", "pk")),
        Prefetch("encounters", Encounter.objects.order_by("date_from", "code")),
    )


def detailed(networks: QuerySet[Network]) -> QuerySet[Network]:
    """`networks` with everything that a network's own page shows. A constant number of queries."""
    sources = "citations__document"
    return networks.select_related("level", "confirmed_by").prefetch_related(
        "areas__strategy",
        sources,
        Prefetch(
            "conveners",
            Convener.objects.select_related("actor", "actor__kind")
            .prefetch_related(sources)
            .order_by("valid_from", "pk"),
        ),
        Prefetch(
            "seats",
            Seat.objects.select_related("actor", "actor__kind")
            .prefetch_related(sources)
            .order_by("actor__sort_sv", "valid_from", "pk"),
        ),
        Prefetch(
            "encounters",
            Encounter.objects.select_related("kind", "organiser")
            .prefetch_related("participants")
            .order_by("date_from", "code"),
        ),
        Prefetch(
            "milestones",
            Milestone.objects.select_related("kind", "organiser").order_by("date_from", "code"),
        ),
    )


def spans(rows: Iterable[Convener] | Iterable[Seat]) -> list[standing.Span]:
    """The rows as spans; a row is over, too, when its actor is. An undated row counts from the beginning."""
    found = []
    for row in rows:
        ends = [day for day in (row.valid_until, row.actor.valid_until) if day]
        starts = [day for day in (row.valid_from, row.actor.valid_from if row.valid_from else None) if day]
        first, until = max(starts, default=None), min(ends, default=None)
        if first is None or until is None or first < until:
            blurred = row.to_precision == "period" and until == row.valid_until
            found.append(standing.Span(row.actor.slug, first, until, blurred))
    return found


@dataclass(frozen=True)
class State:
    """How a network stands on `day`.

    Attributes:
        conveners, seats: rows in force on the day whose actor exists then.
        named: distinct actors in `seats` that do not convene. stated: how many somebody said there are.
        last: the encounter by which it is known to have met, up to the day; last_day: until when.
        former: who convened last, where nobody does.
    """

    day: datetime.date
    exists: bool
    conveners: tuple[Convener, ...]
    seats: tuple[Seat, ...]
    named: int
    stated: int | None
    last: Encounter | None
    last_day: datetime.date | None
    meets: bool
    former: Convener | None

    @property
    def is_orphaned(self) -> bool:
        """Not ended, and nobody convenes it."""
        return self.exists and not self.conveners

    @property
    def members(self) -> str:
        """“33 namngivna, 290 uppgivna”; empty where nobody is named and no number is stated."""
        return counted(self.named, self.stated)

    @property
    def former_until(self) -> str:
        return said_end(self.former) if self.former else ""


def state(network: Network, day: datetime.date) -> State:
    """How `network` (from `described` or `detailed`) stands on `day`. No query."""
    exists = network.is_in_force(day)
    conveners = tuple(row for row in network.conveners.all() if exists and _holds(row, day))
    seats = tuple(row for row in network.seats.all() if exists and _holds(row, day))
    convening = {row.actor_id for row in conveners}
    held = [row for row in network.encounters.all() if row.date_from and row.date_from <= day]
    last_day = standing.last_met(((row.date_from, row.date_until) for row in held), day)
    last = next(
        (
            row
            for row in reversed(held)
            if standing.last_met([(row.date_from, row.date_until)], day) == last_day
        ),
        None,
    )
    gone = [(_ended(row), row) for row in network.conveners.all() if not conveners]
    past = [(until, row.pk, row) for until, row in gone if until is not None and until <= day]
    return State(
        day,
        exists,
        conveners,
        seats,
        len({row.actor_id for row in seats} - convening),
        network.stated_members,
        last,
        last_day,
        exists and standing.meets(convened=bool(conveners), last=last_day, day=day),
        max(past)[2] if past else None,
    )


def _holds(row: Convener | Seat, day: datetime.date) -> bool:
    return row.is_in_force(day) and row.actor.is_in_force(day)


def _ended(row: Convener) -> datetime.date | None:
    return min((day for day in (row.valid_until, row.actor.valid_until) if day), default=None)


def latest_first(row: Convener | Seat) -> tuple[bool, int, int, str]:
    """Sort key: undated and open rows as the latest, then by last day, then by first."""
    until, first = row.valid_until, row.valid_from
    return (
        until is not None,
        -(until.toordinal() if until else 0),
        -(first.toordinal() if first else 0),
        row.actor.sort_sv,
    )


def latest_event_first(row: Encounter) -> tuple[bool, int, str]:
    """Sort key: the latest first, those without a date last."""
    return (row.date_from is None, -(row.date_from.toordinal() if row.date_from else 0), row.code)


def answer(network: Network, day: datetime.date) -> dict[str, Any]:
    """Who convenes `network` (from `described`) on `day`, as the command and the API say it.

    Returns:
        {"network": id, "conveners": [actor ids, earliest first], "seats": named distinct actors besides
        conveners, "stated_members": number or None}.
    """
    found = state(network, day)
    return {
        "network": network.slug,
        "conveners": list(dict.fromkeys(row.actor.slug for row in found.conveners)),
        "seats": found.named,
        "stated_members": found.stated,
    }


def story(network: Network, found: State, called: Callable[[Actor], str]) -> list[str]:
    """How `network` stands on the day, in a few sentences; `called` names an actor."""
    day = found.day.isoformat()
    if not found.exists:
        if network.valid_from and found.day < network.valid_from:
            return [_("The network has not begun on %(day)s.") % {"day": day}]
        ended = dates.format_bounds(network.valid_to, network.to_precision or "day", language())
        return [_("The network has ended: it existed %(until)s.") % {"until": ended}]
    if found.conveners:
        names = listed([_since(row, called) for row in found.conveners])
        said = [_("%(names)s convenes the network on %(day)s.") % {"names": names, "day": day}]
    elif found.former:
        name = short_name(called(found.former.actor))
        said = [_("Nobody convenes the network on %(day)s.") % {"day": day}]
        said.append(_("%(name)s did, %(until)s.") % {"name": name, "until": said_end(found.former)})
    else:
        said = [_("No convener is known on %(day)s.") % {"day": day}]
    if found.last is not None:
        said.append(_("The last meeting that is known: %(when)s.") % {"when": events.when(found.last)})
        if found.conveners and not found.meets:
            said.append(
                _("That is more than twelve months earlier, so the network does not count as meeting.")
            )
    else:
        said.append(_("No meeting with a date is recorded."))
    return said


def said_end(row: Convener) -> str:
    """Until when `row` held, its actor's own end included: “t.o.m. 2022”."""
    until = _ended(row)
    by = row if until == row.valid_until else row.actor
    return dates.format_bounds(last_day(until), by.to_precision or "day", language())


def _since(row: Convener, called: Callable[[Actor], str]) -> str:
    name = short_name(called(row.actor))
    since = dates.format_bounds(row.valid_from, row.from_precision or "day", language(), which="from")
    return f"{name} ({since})" if since else name
