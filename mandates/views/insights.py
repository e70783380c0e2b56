"""Insights: what the graph and the mandates say together.

Who opens each page, and what they decide with it:

* *What holds it together*: a coordinator, every quarter. Which actor or tie needs a second link before it is
  gone; hence who is cut off without it, by name, and the way to the closing of that actor.
* *If X closes*: a reviewer at a ministry, when an agency is to be closed, moved or merged. Whether it can be,
  and what must be handed over first; hence before and after side by side, and the way to a scenario or the
  reorganisation with the actor filled in.
* *Where sectors do not meet*: a reviewer. Which sector the next assignment or network must reach; hence the
  pairs with fewer ties than chance, and the way to who should meet.
* *Who should meet*: a coordinator, and a member about its own actor. Whom to invite to a first talk, and whom
  to ask to introduce them; hence the reasons, the chain, and a proposal that is filled in. For those with a
  role, as findings are.
* *Change*: a reviewer who follows up. Whether the ties that a strategy rests on were made or lost, and with
  what; hence the records behind them.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST, require_safe

from coordination.base import as_of as days
from coordination.base.as_of import Request, with_day
from coordination.base.authorisation import may, require
from coordination.base.dates import add_months
from coordination.base.listing import FORMATS
from coordination.base.tables.exporting import download, write
from coordination.base.views.rows import the_user
from mandates import thresholds
from mandates.change_json import to_json
from mandates.changes import CloseActor
from mandates.insights import changing, closing, holding, introducing, rows, sectors, wording
from mandates.insights.reading import TooLarge, called, read, register
from mandates.models import Expectation, Mandate, Scenario
from mandates.views.scenarios import create
from network import graph_store
from network.graph.selection import Selection
from network.models import Actor, Collaboration, Network
from network.options import actor_field
from network.permissions import own_actors

PAGE = 25
SUGGESTED = 1_000  # actors in the list that the browser completes from
Build = Callable[[Request, datetime.date], dict[str, Any]]
Files = Callable[[dict[str, Any]], Mapping[str, rows.File]]


def _shown(request: Request, template: str, build: Build, files: Files) -> HttpResponse:
    """The page that `build` fills, or one of its tables as a file; a plain word where the register is too large."""
    for model in (Actor, Collaboration, Network, Mandate, Expectation):
        require(request, "view", model)
    day = request.as_of
    may_suggest = may(request.user, "suggest", Collaboration)
    try:
        context = build(request, day)
    except TooLarge:
        return render(
            request, "mandates/insights/too_large.html", {"may_suggest": may_suggest, **_kept(request)}
        )
    if wanted := request.GET.get("format"):
        table = files(context).get(request.GET.get("table", ""))
        if wanted not in FORMATS or table is None:
            raise Http404
        return download(
            write(table.name, table.rows, wanted, header=table.header),
            wanted,
            f"{table.name}-{day.isoformat()}",
        )
    return render(request, template, {**context, "may_suggest": may_suggest})


def _kept(request: Request) -> dict[str, Any]:
    """What the worker has found out about a graph that is too large for a request."""
    stored = graph_store.stored_graph(
        Selection(as_of=request.as_of), at_once=False, may_start=request.user.is_authenticated
    )
    links = stored.actors("-betweenness").filter(articulation=True)[:PAGE]
    return {"stored": stored, "stages": graph_store.STAGES, "links": links}


class ActorForm(forms.Form):
    """Whose closing is looked at."""

    actor = actor_field(groups=False, label=gettext_lazy("Which actor"))


@require_safe
def overview(request: Request) -> HttpResponse:
    """The five questions, each with its answer on the day in a sentence."""
    return _shown(request, "mandates/insights/overview.html", _overview, lambda context: {})


def _overview(request: Request, day: datetime.date) -> dict[str, Any]:
    found, snapshot = read(day), register()
    codes = wording.Codes.read()
    held = holding.holding(found)
    since = add_months(day, -12)
    first = held.points[0] if held.points else None
    return {
        "found": found,
        "holding": wording.holding_headline(found, held),
        "sectors": wording.sectors_headline(found, sectors.divisions(found, snapshot), codes),
        "introductions": wording.introductions_headline(
            introducing.introductions(found, snapshot, thresholds.current()), day
        )
        if may(request.user, "suggest", Collaboration)
        else "",
        "change": wording.change_headline(changing.change(read(since), found)),
        "first": first,
        "first_closing": wording.closing_headline(
            closing.closing(found, snapshot, first.node.slug, thresholds.current())
        )
        if first and not first.node.is_group
        else "",
        "form": ActorForm(auto_id="of_%s"),
    }


@require_safe
def holding_together(request: Request) -> HttpResponse:
    """Actors and ties that others hang on, and those who stand between others."""

    def build(request: Request, day: datetime.date) -> dict[str, Any]:
        found = read(day)
        held = holding.holding(found)
        return {
            "found": found,
            "held": held,
            "title": wording.holding_headline(found, held),
            "lead": wording.holding_lead(found, held),
            "roles": wording.ROLES,
            "first": held.points[:PAGE],
            "bridges": held.bridges[:PAGE],
            "brokers": held.brokers[:PAGE],
        }

    def files(context: dict[str, Any]) -> Mapping[str, rows.File]:
        return rows.of_holding(context["held"])

    return _shown(request, "mandates/insights/holding.html", build, files)


@require_safe
def if_closing(request: Request) -> HttpResponse:
    """One actor's closing, before and after; without an actor, the form that asks for one."""
    return _shown(
        request,
        "mandates/insights/closing.html",
        _closing,
        lambda context: rows.of_closing(context["gone"], context["words"]) if context["gone"] else {},
    )


def _closing(request: Request, day: datetime.date) -> dict[str, Any]:
    form = ActorForm(request.GET if request.GET.get("actor") else None)
    found, snapshot = read(day), register()
    actor = form.cleaned_data["actor"] if form.is_bound and form.is_valid() else None
    exists = actor is not None and actor.slug in found.nodes
    gone = (
        closing.closing(found, snapshot, actor.slug, thresholds.current())
        if actor is not None and exists
        else None
    )
    options = form.fields["actor"].options if len(found.nodes) <= SUGGESTED else []  # type: ignore[attr-defined]  # a field of choices
    return {
        "form": form,
        "options": options,
        "actor": actor,
        "exists": exists,
        "gone": gone,
        "title": wording.closing_headline(gone) if gone else _("What if an actor closes?"),
        "lead": wording.closing_lead(gone) if gone else "",
        "words": rows.Words(snapshot),
        "sides": rows.sides(gone) if gone else [],
        "may_reorganise": actor is not None and may(request.user, "reorganise", actor),
        "may_keep": may(request.user, "add", Scenario),
        "points": [point for point in holding.holding(found).points if not point.node.is_group][:6]
        if gone is None
        else [],
    }


@require_POST
def keep_closing(request: Request) -> HttpResponse:
    """A scenario of the user's own in which the actor closes on the day: the place to hand over its tasks."""
    require(request, "add", Scenario)
    form = ActorForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(with_day(request, reverse("mandates:insights-closing")))
    actor, day = form.cleaned_data["actor"], request.as_of
    title = _("%(actor)s closes %(day)s") % {"actor": actor.name, "day": day.isoformat()}
    change = CloseActor(slug=actor.slug, on=day)
    kept = create(user=the_user(request), title_sv=title[:300], changes=[to_json(change)])
    return HttpResponseRedirect(f"{kept.get_absolute_url()}?as_of={day.isoformat()}")


@require_safe
def where_sectors_meet(request: Request) -> HttpResponse:
    """Ties between kinds, levels and areas beside what chance would give."""

    def build(request: Request, day: datetime.date) -> dict[str, Any]:
        found, snapshot = read(day), register()
        codes = wording.Codes.read()
        divided = sectors.divisions(found, snapshot)
        return {
            "found": found,
            "title": wording.sectors_headline(found, divided, codes),
            "divisions": rows.divisions(divided, codes),
            "verdicts": wording.VERDICTS,
        }

    def files(context: dict[str, Any]) -> Mapping[str, rows.File]:
        return rows.of_sectors(context["divisions"])

    return _shown(request, "mandates/insights/sectors.html", build, files)


@require_safe
def who_should_meet(request: Request) -> HttpResponse:
    """Pairs with something in common and no tie within two steps, with who could introduce them."""
    require(request, "suggest", Collaboration)

    def build(request: Request, day: datetime.date) -> dict[str, Any]:
        found, snapshot = read(day), register()
        codes = wording.Codes.read()
        meet = introducing.introductions(found, snapshot, thresholds.current())
        listed = [rows.introduction(pair, found, codes) for pair in meet.pairs]
        page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
        own = _own_slugs(request)
        for row in page:
            row.propose_url = _propose_url(request, row, own)
        return {
            "found": found,
            "meet": meet,
            "listed": listed,
            "page": page,
            "words": rows.Words(snapshot),
            "title": wording.introductions_headline(meet, day),
            "crowded": [codes.areas.get(code, code) for code in meet.crowded],
            "most": introducing.MOST_HOLDERS,
        }

    def files(context: dict[str, Any]) -> Mapping[str, rows.File]:
        return rows.of_introductions(context["listed"])

    return _shown(request, "mandates/insights/introductions.html", build, files)


def _own_slugs(request: Request) -> frozenset[str]:
    """The actors that the user speaks for."""
    keys = own_actors(request.user)
    return (
        frozenset(Actor.objects.filter(pk__in=keys).values_list("slug", flat=True)) if keys else frozenset()
    )


def _propose_url(request: Request, row: rows.Introduction, own: frozenset[str]) -> str:
    """The form for proposing that the two work together, filled in; empty for those who may not."""
    coordinates = may(request.user, "edit", Collaboration)
    if not coordinates and own.isdisjoint(row.pair.actors):
        return ""
    given: list[tuple[str, str]] = [("participants", slug) for slug in row.pair.actors]
    for language in ("sv", "en"):
        with override(language):
            some, other = (called(node) for node in row.ends)
            title = _("Collaboration between %(some)s and %(other)s") % {"some": some, "other": other}
            given.append((f"title_{language}", title))
    given += [
        ("why", _("They have in common: %(reasons)s.") % {"reasons": "; ".join(row.reasons)}),
        ("source", f"{reverse('mandates:insights-introductions')}?as_of={request.as_of.isoformat()}"),
    ]
    return f"{reverse('network:collaboration-propose-new')}?{urlencode(given)}"


@require_safe
def change(request: Request) -> HttpResponse:
    """Ties and actors gained and lost since another day, and the measures that moved."""
    return _shown(
        request, "mandates/insights/change.html", _change, lambda context: rows.of_change(context["change"])
    )


def _change(request: Request, day: datetime.date) -> dict[str, Any]:
    typed = request.GET.get("since", "").strip()
    asked = days.parse(typed)
    since = asked or add_months(day, -12)
    first, second = sorted((since, day))
    found = changing.change(read(first), read(second))
    return {
        "change": found,
        "title": wording.change_headline(found),
        "lead": wording.change_lead(found),
        "since": since.isoformat(),
        "since_text": typed if typed and asked is None else since.isoformat(),
        "since_error": _("Write the date as 2022-01-01.") if typed and asked is None else "",
        "measures": rows.measures(found),
        "lost_by": found.lost_by[:PAGE],
        "gained_by": found.gained_by[:PAGE],
        "moved": found.moved[:PAGE],
    }
