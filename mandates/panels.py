"""What the pages of actors, groups, places, strategies, areas and functions show about mandates."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.base import panels
from coordination.base.facets import area_choices, in_area
from coordination.base.models import Function, Place, PriorityArea, Strategy
from coordination.base.panels import Panel
from coordination.base.timeline import Mini
from coordination.base.wording import listed
from mandates import queries, timelines
from mandates.models import Expectation, Mandate
from mandates.shortnames import short_name
from network import actorfacets, membership
from network.models import Actor
from network.names import name_on

TRANSITION, STATUTORY = "transition", "statutory"
SHOWN = 50


@dataclass(frozen=True)
class Row:
    """A mandate with its small time line and what follows: successor, none, nothing needed, or open."""

    mandate: Mandate
    mini: Mini
    follows: str


@dataclass(frozen=True)
class RowGroup:
    heading: str | Promise
    rows: list[Row] = field(default_factory=list)


GROUPS = [
    ("none", gettext_lazy("Without a successor")),
    ("successor", gettext_lazy("Taken over")),
    ("earlier", gettext_lazy("Ended earlier")),
    ("not_needed", gettext_lazy("The winding down itself")),
    ("period", gettext_lazy("Known only for a period")),
    ("open", gettext_lazy("Until further notice")),
]


def follows(mandate: Mandate) -> str:
    """What is recorded to come after a mandate: a key of GROUPS.

    An end that is only the edge of what somebody mapped ("period") asks for no successor. A proposed
    successor is not one: nobody has decided it.
    """
    if TRANSITION in mandate.function.trait_set:
        return "not_needed"
    if mandate.successor is not None and mandate.successor.status == Mandate.Status.DECIDED:
        return "successor"
    if timelines.holder_end(mandate) is None:
        return "open"
    holder_ends = mandate.holder.valid_until is not None and (
        mandate.valid_until is None or mandate.holder.valid_until <= mandate.valid_until
    )
    if mandate.to_precision == "period" and not holder_ends:
        return "period"
    return "none"


def grouped(
    mandates: Sequence[Mandate], *, as_of: datetime.date, strategies: Sequence[Strategy]
) -> list[RowGroup]:
    """`mandates` under what comes after them, those without a successor first."""
    found = {key: RowGroup(heading) for key, heading in GROUPS}
    pictures = timelines.minis(mandates, as_of=as_of, strategies=strategies)
    for mandate, picture in zip(mandates, pictures, strict=True):
        key = follows(mandate)
        ceased = mandate.holder.valid_until
        if (
            key == "none"
            and ceased
            and ceased <= as_of
            and mandate.valid_until
            and mandate.valid_until < ceased
        ):
            key = "earlier"  # a task for a time, long done when its holder closed
        found[key].rows.append(Row(mandate, picture, key))
    return [group for group in found.values() if group.rows]


def later(days: int) -> str:
    """How much later, as one says it: “45 dagar senare”, “ett halvår senare”, “2 år senare”."""
    months = round(days / 30.44)
    if months < 2:
        return ngettext("%(n)s day later", "%(n)s days later", days) % {"n": days}
    if months == 6:
        return _("half a year later")
    if months < 11:
        return ngettext("%(n)s month later", "%(n)s months later", months) % {"n": months}
    years = round(days / 365.25)
    return ngettext("%(n)s year later", "%(n)s years later", years) % {"n": years}


def _lead(
    actor: Actor, current: Sequence[Mandate], past: Sequence[Mandate], as_of: datetime.date
) -> list[str]:
    """What the table says, in two sentences."""
    name = short_name(name_on(actor, as_of).name)
    day = as_of.isoformat()
    if actor.valid_until and actor.valid_until <= as_of:
        orphans = sum(1 for m in past if m.valid_until == actor.valid_until and follows(m) == "none")
        closing = sum(
            1 for m in past if m.valid_until == actor.valid_until and follows(m) in ("none", "successor")
        )
        said = [_("%(name)s ceased on %(day)s.") % {"name": name, "day": actor.valid_to}]
        if closing:
            said.append(
                ngettext(
                    "%(n)s mandate lasted to the end; %(orphans)s of them has no successor.",
                    "%(n)s mandates lasted to the end; %(orphans)s of them have no successor.",
                    closing,
                )
                % {"n": closing, "orphans": orphans}
            )
        return said
    if not current:
        return [_("On %(day)s %(name)s has no mandate in force.") % {"day": day, "name": name}]
    said = [
        ngettext(
            "On %(day)s %(name)s has %(n)s mandate in force.",
            "On %(day)s %(name)s has %(n)s mandates in force.",
            len(current),
        )
        % {"day": day, "name": name, "n": len(current)}
    ]
    orphans = sum(1 for m in current if follows(m) == "none")
    if orphans and actor.valid_until:
        said.append(
            ngettext(
                "%(n)s of them has no named successor when %(name)s ceases %(later)s.",
                "%(n)s of them have no named successor when %(name)s ceases %(later)s.",
                orphans,
            )
            % {"n": orphans, "name": name, "later": later((actor.valid_until - as_of).days)}
        )
    elif orphans:
        said.append(
            ngettext(
                "%(n)s of them ends without a named successor.",
                "%(n)s of them end without a named successor.",
                orphans,
            )
            % {"n": orphans}
        )
    return said


def duties(mandates: Sequence[Mandate], areas: Sequence[PriorityArea]) -> str:
    """In which of `areas` a holder of `mandates` has a statutory duty, and in which it has none; empty without any.

    A description, not a finding: whether there ought to be one is for an expectation to say.
    """
    bound = {m.area_id for m in mandates if STATUTORY in m.kind.trait_set}
    with_duty = [area.name for area in areas if area.pk in bound]
    without = [area.name for area in areas if area.pk not in bound]
    if not with_duty:
        return ""
    if not without:
        return _("There are statutory duties in every area of the strategy.")
    return _("There are statutory duties in %(with)s. There are none in %(without)s.") % {
        "with": listed(with_duty),
        "without": listed(without),
    }


def actor(request: HttpRequest, row: Actor, as_of: datetime.date) -> Panel | None:
    """Mandates in force, grouped by what follows; those ended too where the actor has ceased."""
    rows = queries.held_by(row)
    if not rows:
        return None
    closed = row.valid_until is not None and row.valid_until <= as_of
    current = [m for m in rows if not closed and m.is_in_force(as_of)]
    past = [m for m in rows if closed or (m.valid_until is not None and m.valid_until <= as_of)]
    to_come = [m for m in rows if m not in current and m not in past]
    strategies = list(Strategy.objects.all())
    # A closed actor's story is what became of its tasks: the last to end first.
    shown = (
        sorted(past, key=lambda m: m.valid_until or row.valid_until or as_of, reverse=True)
        if closed
        else current
    )
    groups = grouped(shown[:SHOWN], as_of=as_of, strategies=strategies)
    return Panel(
        "mandates/_panel_actor.html",
        {
            "actor": row,
            "as_of": as_of,
            "closed": closed,
            "lead": _lead(row, current, past, as_of),
            "duties": duties(current, _areas(strategies, as_of)) if row.is_group else "",
            "groups": groups,
            "axis": groups[0].rows[0].mini if groups else None,
            "shown": shown,
            "more": max(0, len(shown) - SHOWN),
            "current": current,
            "past": past,
            "to_come": to_come,
        },
    )


def _areas(strategies: Sequence[Strategy], as_of: datetime.date) -> list[PriorityArea]:
    """The areas adopted on `as_of`, of the strategies in force then."""
    current = [strategy for strategy in strategies if strategy.is_in_force(as_of)]
    adopted = PriorityArea.objects.filter(strategy__in=current, status=PriorityArea.Status.ADOPTED)
    return [area for area in adopted if area.is_in_force(as_of)]


def through_groups(request: HttpRequest, row: Actor, as_of: datetime.date) -> Panel | None:
    """Mandates in force of the groups that the actor is in on the day: they are the actor's, too."""
    groups = membership.groups_of(row, as_of) if row.is_in_force(as_of) else []
    if not groups:
        return None
    rows = list(
        queries.described(Mandate.objects.active(as_of).filter(holder__in=groups)).order_by(
            "holder__sort_sv", "function__position", "code"
        )
    )
    if not rows:
        return None
    return Panel(
        "mandates/_panel_groups.html",
        {"mandates": rows[:SHOWN], "more": max(0, len(rows) - SHOWN), "as_of": as_of},
        _("Mandates in force through groups (%(n)s)") % {"n": len(rows)},
    )


def holding_in(rows: QuerySet[Actor], area: str, as_of: datetime.date) -> QuerySet[Actor]:
    """Those of `rows` that hold a mandate of their own in force in the area (`*`: in none)."""
    held = in_area(Mandate.objects.active(as_of).order_by(), "area", area)
    return rows.filter(pk__in=held.values("holder"))


def _table(rows: QuerySet[Mandate], title: str, as_of: datetime.date, **facets: str) -> Panel | None:
    """The first of `rows`, and a link to the list that `facets` narrow to all of them, where there are any."""
    count = rows.count()
    if not count:
        return None
    shown = list(queries.described(rows)[:SHOWN])
    more = f"{reverse('mandates:mandates')}?{urlencode(facets)}" if facets else ""
    return Panel(
        "mandates/_panel_table.html",
        {"mandates": shown, "count": count, "all_url": more, "as_of": as_of},
        title % {"n": count},
    )


def place(request: HttpRequest, row: Place, as_of: datetime.date) -> Panel | None:
    """Mandates in force whose territory names the place, or whose holder stands there (below the country)."""
    if not row.parent_id:
        # Nearly everything aims at a whole country; the list has it.
        return None
    here = Q(pk__in=Mandate.objects.filter(territory_places=row).values("pk")) | Q(holder__place=row)
    rows = Mandate.objects.active(as_of).filter(here).order_by("holder__sort_sv", "code")
    return _table(rows, _("Mandates in force here (%(n)s)"), as_of)


def area(request: HttpRequest, row: PriorityArea, as_of: datetime.date) -> Panel | None:
    """Mandates in force in a priority area."""
    rows = (
        Mandate.objects.active(as_of)
        .filter(area=row)
        .order_by("function__position", "holder__sort_sv", "code")
    )
    return _table(rows, _("Mandates in force (%(n)s)"), as_of, strategy=row.strategy.slug, area=row.code)


def function(request: HttpRequest, row: Function, as_of: datetime.date) -> Panel | None:
    """Mandates in force with a function."""
    rows = (
        Mandate.objects.active(as_of)
        .filter(function=row)
        .order_by("area__position", "holder__sort_sv", "code")
    )
    return _table(rows, _("Mandates in force (%(n)s)"), as_of, function=row.code)


def strategy(request: HttpRequest, row: Strategy, as_of: datetime.date) -> Panel | None:
    """How much is held and asked for under a strategy, each number with its rows."""
    mandates = Mandate.objects.active(as_of).filter(strategy=row).count()
    asked = Expectation.objects.as_of(as_of).filter(strategy=row).count()
    figures = [
        (
            ngettext("%(n)s mandate in force", "%(n)s mandates in force", mandates) % {"n": mandates},
            f"{reverse('mandates:mandates')}?{urlencode({'strategy': row.slug})}",
        ),
        (
            ngettext("%(n)s expectation that holds", "%(n)s expectations that hold", asked) % {"n": asked},
            f"{reverse('mandates:expectations')}?{urlencode({'strategy': row.slug, 'when': 'in_force'})}",
        ),
    ]
    return Panel("mandates/_panel_strategy.html", {"figures": figures}, _("Under the strategy"))


def _asked(rows: QuerySet[Expectation], title: str, **facets: str) -> Panel | None:
    count = rows.count()
    if not count:
        return None
    shown = rows.select_related("function", "area", "level").order_by("code")[:SHOWN]
    more = f"{reverse('mandates:expectations')}?{urlencode({**facets, 'when': 'in_force'})}"
    return Panel(
        "mandates/_panel_expectations.html",
        {"expectations": list(shown), "count": count, "all_url": more},
        title % {"n": count},
    )


def asked_of_function(request: HttpRequest, row: Function, as_of: datetime.date) -> Panel | None:
    """Expectations that ask for a function on the day."""
    rows = Expectation.objects.as_of(as_of).filter(function=row)
    return _asked(rows, _("Expectations (%(n)s)"), function=row.code)


def asked_in_area(request: HttpRequest, row: PriorityArea, as_of: datetime.date) -> Panel | None:
    """Expectations in an area on the day; those in each adopted area ask in it while it is adopted."""
    here = Q(area=row)
    if row.status == PriorityArea.Status.ADOPTED and row.is_in_force(as_of):
        here |= Q(each_area=True)
    rows = Expectation.objects.as_of(as_of).filter(here, strategy=row.strategy_id)
    return _asked(rows, _("Expectations (%(n)s)"), strategy=row.strategy.slug, area=row.code)


panels.register("actor", order=10, model=Mandate, builder=actor)
panels.register("actor", order=12, model=Mandate, builder=through_groups)
panels.register("group", order=10, model=Mandate, builder=actor)
panels.register("place", order=30, model=Mandate, builder=place)
panels.register("area", order=10, model=Mandate, builder=area)
panels.register("area", order=20, model=Expectation, builder=asked_in_area)
panels.register("function", order=10, model=Mandate, builder=function)
panels.register("function", order=20, model=Expectation, builder=asked_of_function)
panels.register("strategy", order=10, model=Mandate, builder=strategy)

actorfacets.register(
    actorfacets.Facet("area", gettext_lazy("Holds a mandate in"), Mandate, area_choices, holding_in)
)
