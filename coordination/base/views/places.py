"""Places: as a tree, as a list, and one place with what it is part of and what is in it."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base import territory
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.filters import PlaceFilter
from coordination.base.listing import list_page
from coordination.base.listtables import PlaceTable
from coordination.base.models import Place
from coordination.base.panels import panels_for

LARGEST_TREE = 5000  # more than a page should hold; the list has all of them


@dataclass
class Node:
    """A place in the tree, with those in it."""

    place: Place
    depth: int = 0
    children: list["Node"] = field(default_factory=list)


@require_safe
def place_list(request: Request) -> HttpResponse:
    """All places as a list with facets."""
    require(request, "view", Place)
    return list_page(
        request,
        queryset=Place.objects.select_related("kind", "parent"),
        filterset_class=PlaceFilter,
        table_class=PlaceTable,
        template="base/places.html",
        fragment="place-table",
        kind="places",
    )


@require_safe
def place_tree(request: Request) -> HttpResponse:
    """All places under what they are part of. One query."""
    require(request, "view", Place)
    places = list(Place.objects.select_related("kind")[: LARGEST_TREE + 1])
    context = {
        "roots": tree(places[:LARGEST_TREE]),
        "count": len(places),
        "is_cut": len(places) > LARGEST_TREE,
    }
    return render(request, "base/place_tree.html", context)


def tree(places: list[Place]) -> list[Node]:
    """`places`, in their order, under their parents; one whose parent is not among them is a root."""
    nodes = {place.pk: Node(place) for place in places}
    roots: list[Node] = []
    for place in places:
        above = nodes.get(place.parent_id or 0)
        (above.children if above else roots).append(nodes[place.pk])
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        for child in node.children:
            child.depth = node.depth + 1
        waiting += node.children
    return roots


@require_safe
def place(request: Request, code: str) -> HttpResponse:
    """A place: what it is part of, what is in it, and what other apps know to happen there."""
    rows = Place.objects.select_related("kind", "confirmed_by", "parent__parent__parent")
    row = fetch(request, "view", rows.prefetch_related("citations__document"), code=code)
    children = Paginator(row.children.select_related("kind"), settings.PAGE_SIZE)
    as_of = request.as_of
    context: dict[str, Any] = {
        "place": row,
        "above": territory.above(row.parent)[::-1],
        "children": children.get_page(request.GET.get("page")),
        "panels": panels_for("place", request, row, as_of),
    }
    return render(request, "base/place.html", context)
