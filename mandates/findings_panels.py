"""What the pages of actors, groups, networks, collaborations and mandates show of the findings about them."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from coordination.base import panels
from coordination.base.panels import Panel
from mandates import findings_list
from mandates.models import Finding, Mandate
from network.models import Actor, Collaboration, Network

SHOWN = 10


def _panel(request: HttpRequest, kind: str, name: str, as_of: datetime.date) -> Panel | None:
    """Those that name the row and ask for something; nothing where the user may see none."""
    public = Finding.objects.filter(published_at__isnull=False)
    if not findings_list.sees_all(request.user) and not public.exists():
        return None
    every = findings_list.listed(request.user, as_of, naming=(kind, name))
    items = every.counted
    if not items and not every.found.is_stale:
        return None
    return Panel(
        "mandates/_panel_findings.html",
        {
            "items": items[:SHOWN],
            "more": max(0, len(items) - SHOWN),
            "found": every.found,
            "actor": name if kind == "actors" else "",
        },
        _("Findings (%(n)s)") % {"n": len(items)},
    )


def actor(request: HttpRequest, row: Actor, as_of: datetime.date) -> Panel | None:
    return _panel(request, "actors", row.slug, as_of)


def network(request: HttpRequest, row: Network, as_of: datetime.date) -> Panel | None:
    return _panel(request, "networks", row.slug, as_of)


def collaboration(request: HttpRequest, row: Collaboration, as_of: datetime.date) -> Panel | None:
    return _panel(request, "collaborations", row.code, as_of)


def mandate(request: HttpRequest, row: Mandate, as_of: datetime.date) -> Panel | None:
    return _panel(request, "mandates", row.code, as_of)


def register() -> None:
    """Offer the panels. Called once, when the app is ready."""
    for place, builder in (
        ("actor", actor),
        ("group", actor),
        ("network", network),
        ("collaboration", collaboration),
        ("mandate", mandate),
    ):
        panels.register(place, order=40, model=Finding, builder=builder)
