"""What the pages of places and priority areas show about actors, networks and collaborations."""

import datetime

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coordination.base import panels, territory
from coordination.base.models import Place, PriorityArea
from coordination.base.panels import Panel
from network import membership
from network.models import Actor, Collaboration, Network

SHOWN = 20


def _list(name: str, **facets: str) -> str:
    """The list that `facets` narrow to the rows of a panel; empty in an installation without it."""
    try:
        return f"{reverse(name)}?{urlencode(facets)}"
    except NoReverseMatch:
        return ""


def actors_at(request: HttpRequest, row: Place, as_of: datetime.date) -> Panel | None:
    """Organisations that stand at a place, or at one in it, on the day; those at the place itself first."""
    rows: QuerySet[Actor] = membership.existing(as_of).filter(place__in=territory.under(row.code))
    count = rows.count()
    if not count:
        return None
    first = Case(When(place=row, then=Value(0)), default=Value(1))
    shown = rows.select_related("kind", "place").order_by(first, "sort_sv", "slug")[:SHOWN]
    context = {
        "actors": list(shown),
        "place": row,
        "count": count,
        "all_url": _list("network:actors", place=row.code),
    }
    return Panel("network/_panel_place.html", context, _("Actors here (%(n)s)") % {"n": count})


def in_area(request: HttpRequest, row: PriorityArea, as_of: datetime.date) -> Panel | None:
    """Networks and current collaborations in a priority area."""
    networks = Network.objects.as_of(as_of).filter(areas=row)
    ties = Collaboration.objects.as_of(as_of).dated().filter(area=row)
    context = {
        "networks": list(networks.select_related("level")[:SHOWN]),
        "network_count": networks.count(),
        "ties": list(ties.select_related("kind").prefetch_related("sides__actor")[:SHOWN]),
        "tie_count": ties.count(),
        "ties_url": _list("network:collaborations", area=row.code),
        "networks_url": _list("network:networks", area=row.code),
    }
    if not context["network_count"] and not context["tie_count"]:
        return None
    return Panel("network/_panel_area.html", context)


panels.register("place", order=20, model=Actor, builder=actors_at)
panels.register("area", order=30, model=Collaboration, builder=in_area)
