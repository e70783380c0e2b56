"""The list of actors, and an actor's own page."""

from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.listing import list_page
from coordination.base.models import Strategy
from coordination.base.panels import panels_for
from network import membership, names, profile, queries, standings
from network.filters import ActorFilter
from network.models import Actor, Contact
from network.tables import ActorTable


@require_safe
def actor_list(request: Request) -> HttpResponse:
    """Every facet of the organisations; by default those that exist on the day."""
    require(request, "view", Actor)
    return list_page(
        request,
        queryset=queries.actors(),
        filterset_class=ActorFilter,
        table_class=ActorTable,
        template="network/actors.html",
        fragment="actor-table",
        kind="actors",
        repeats=False,
        context={"is_empty": not Actor.objects.organisations().exists()},
    )


@require_safe
def actor(request: Request, slug: str) -> HttpResponse:
    """All that is recorded about one organisation, as it stands on the day."""
    row = fetch(request, "view", queries.detailed(), slug=slug)
    if row.merged_into_id or row.is_group:
        return moved(request, row)
    as_of = request.as_of
    parts, part_count = queries.parts(row, as_of)
    context = {
        **about(request, row),
        "parts": parts,
        "part_count": part_count,
        "groups": membership.groups_of(row, as_of),
        "panels": panels_for("actor", request, row, as_of),
    }
    return render(request, "network/actor.html", context)


def moved(request: Request, row: Actor) -> HttpResponse:
    """To the page that stands for `row`: a merged id leads to its survivor, a group's to the group."""
    query = request.META.get("QUERY_STRING", "")
    url = queries.survivor(row).get_absolute_url()
    return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)


def about(request: Request, row: Actor) -> dict[str, Any]:
    """What the pages of organisations and groups have in common."""
    as_of = request.as_of
    sees_contacts = may(request.user, "view", Contact)
    return {
        "actor": row,
        "called": names.name_on(row, as_of),
        "life": profile.life(row, as_of),
        "names": profile.names_through_time(row, as_of),
        "ties": profile.ties(row, as_of),
        "contacts": list(row.contacts.all()) if sees_contacts else [],
        "standings": standings.standings(row, as_of, list(Strategy.objects.all())),
        "may_see_contacts": sees_contacts,
        "may_keep_contacts": may(request.user, "edit", Contact(actor=row)),
        "may_change": may(request.user, "edit", row) or may(request.user, "propose", row),
        "may_merge": may(request.user, "merge", row),
    }
