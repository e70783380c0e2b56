"""The way from an actor's page, and from findings about the graph, to the insights that say more."""

import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.base import panels
from coordination.base.authorisation import may
from coordination.base.panels import Panel
from mandates.models import Expectation, Finding
from network.models import Actor, Collaboration

MEETING_RULES = ("coordination_gap", "fragmentation", "unmandated")


def actor(request: HttpRequest, row: Actor, as_of: datetime.date) -> Panel | None:
    """What if it closes: for an organisation that exists on the day."""
    if row.is_group or not row.is_in_force(as_of):
        return None
    return Panel(
        "mandates/insights/_panel.html",
        {
            "links": [
                (
                    f"{reverse('mandates:insights-closing')}?{urlencode({'actor': row.slug})}",
                    _("Before and after, side by side"),
                )
            ],
            "text": _("Who would lose contact, what would go dark, and which tasks would have nobody."),
        },
        _("What if it closes?"),
    )


def finding(request: HttpRequest, row: Finding, as_of: datetime.date) -> Panel | None:
    """Where the finding's actors and area can be looked at further."""
    links = []
    if row.rule == "single_point_of_failure":
        links += [
            (
                f"{reverse('mandates:insights-closing')}?{urlencode({'actor': slug})}",
                _("What happens if it closes"),
            )
            for slug in row.actors[:1]
        ]
        links.append((reverse("mandates:insights-holding"), _("What holds it together")))
    elif row.rule in MEETING_RULES:
        if may(request.user, "suggest", Collaboration):
            links.append((reverse("mandates:insights-introductions"), _("Who should meet")))
        links.append((reverse("mandates:insights-sectors"), _("Where sectors do not meet")))
    if not links:
        return None
    return Panel("mandates/insights/_panel.html", {"links": links, "text": ""}, _("Look further"))


panels.register("actor", order=85, model=Expectation, builder=actor)
panels.register("finding", order=50, model=Expectation, builder=finding)
