"""The list of networks, and a network's permanent home."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.base import charts, footnotes, nouns
from coordination.base.as_of import Request, current_strategy
from coordination.base.authorisation import fetch, may, require
from coordination.base.listing import list_page
from coordination.base.models import Strategy
from coordination.base.panels import panels_for
from network import lanes_ties, names, networks
from network.filters_ties import NetworkFilter
from network.models import Convener, Encounter, Milestone, Network, Seat
from network.tables_ties import NetworkTable

SEATS = 50  # of each kind on a page


@require_safe
def network_list(request: Request) -> HttpResponse:
    """Every facet of the networks; by default those that have not ended on the day."""
    require(request, "view", Network)
    return list_page(
        request,
        queryset=networks.described(Network.objects.all()),
        filterset_class=NetworkFilter,
        table_class=NetworkTable,
        template="network/networks.html",
        fragment="network-table",
        kind="networks",
    )


@require_safe
def network(request: Request, slug: str) -> HttpResponse:
    """Purpose, conveners and seats through time and on the day, meetings, milestones, and higher apps' panels."""
    row = fetch(request, "view", networks.detailed(Network.objects.all()), slug=slug)
    as_of = request.as_of
    state = networks.state(row, as_of)
    called = partial(names.on_page, request)
    strategy = current_strategy(timezone.localdate())
    begins, ends = charts.strategy_span(Strategy.objects.all(), as_of)
    seated = {seat.pk for seat in state.seats}
    seats = _page(request, "seats", list(state.seats))
    others = [seat for seat in row.seats.all() if seat.pk not in seated]
    past = _page(request, "past", sorted(others, key=networks.latest_first))
    conveners = sorted(row.conveners.all(), key=networks.latest_first)
    encounters = sorted(row.encounters.all(), key=networks.latest_event_first)
    return render(
        request,
        "network/network.html",
        {
            "network": row,
            "state": state,
            "story": networks.story(row, state, called),
            "figure": lanes_ties.network_figure(
                row,
                first=begins,
                until=ends,
                as_of=as_of,
                known_until=strategy.known_until if strategy else None,
                called=called,
            ),
            "conveners": [_line(request, convener) for convener in conveners],
            "convening": {convener.pk for convener in state.conveners},
            "seats": seats,
            "seat_rows": [_line(request, seat) for seat in seats],
            "past": past,
            "past_rows": [_line(request, seat) for seat in past],
            "encounters": encounters,
            "milestones": row.milestones.all(),
            "notes": footnotes.collect([row, *conveners, *seats, *past]),
            "adds": _adds(request, row),
            "panels": panels_for("network", request, row, as_of),
        },
    )


def _page(request: Request, name: str, rows: list[Seat]) -> Page:
    return Paginator(rows, SEATS).get_page(request.GET.get(name))


@dataclass(frozen=True)
class Line:
    """A seat or a convener with its history, and where this user changes and confirms it (else empty)."""

    row: Seat | Convener
    change_url: str
    confirm_url: str
    history_url: str


def _line(request: Request, row: Seat | Convener) -> Line:
    noun, user = nouns.noun_of(row), request.user
    change = "edit" if may(user, "edit", row) else "propose" if may(user, "propose", row) else ""
    return Line(
        row,
        noun.url(change, row) if change else "",
        noun.url("confirm", row) if may(user, "confirm", row) else "",
        noun.url("history", row),
    )


def _adds(request: Request, row: Network) -> list[tuple[str, str]]:
    """(label, address) of what this user may add to this very network, not just to some network."""
    offered: list[tuple[str, str, Model]] = [
        (_("Add a convener"), "convener", Convener(network=row)),
        (_("Add a seat"), "seat", Seat(network=row)),
        (_("Add a meeting that was held"), "encounter", Encounter(network=row)),
        (_("Add a milestone"), "milestone", Milestone(network=row)),
    ]
    given: dict[str, Any] = {"network": row.slug}
    return [
        (label, f"{reverse(f'network:{key}-new')}?{urlencode(given)}")
        for label, key, blank in offered
        if may(request.user, "add", blank)
    ]
