"""What the pages of networks, actors and encounters show about planned meetings."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coordination.base import panels
from coordination.base.authorisation import may
from coordination.base.panels import Panel
from meetings import agenda, queries, reply_queries
from meetings.models import IncomingReply, Meeting
from network.models import Actor, Encounter, Network

SHOWN = 10


def of_network(request: HttpRequest, row: Network, as_of: datetime.date) -> Panel | None:
    """The network's coming meetings, and where those who run it plan the next. Today's, whatever day the page shows."""
    rows = queries.of_network(row, request.user, timezone.now())
    found = list(rows[: SHOWN + 1])
    plans = may(request.user, "add", Meeting(network=row))
    given = urlencode({"network": row.slug})
    context = {
        "meetings": found[:SHOWN],
        "plan_url": f"{reverse('meetings:meeting-new')}?{given}" if plans else "",
        "poll_url": f"{reverse('meetings:poll-new')}?{given}",
        "all_url": f"{reverse('meetings:meetings')}?{given}&when=all",
        "has_any": bool(found) or Meeting.objects.told().filter(network=row).exists(),
    }
    if not context["has_any"] and not plans:
        return None
    return _panel(found, context)


def of_actor(request: HttpRequest, row: Actor, as_of: datetime.date) -> Panel | None:
    """Coming meetings of the networks that the actor sits in, and those it is asked to."""
    found = list(queries.of_actor(row, request.user, timezone.now())[: SHOWN + 1])
    if not found:
        return None
    return _panel(found, {"meetings": found[:SHOWN], "with_network": True})


def of_encounter(request: HttpRequest, row: Encounter, as_of: datetime.date) -> Panel | None:
    """The planned meeting that left this row."""
    planned = Meeting.objects.filter(encounter=row).first()
    return None if planned is None else Panel("meetings/_panel_encounter.html", {"meeting": planned})


def replies_of(request: HttpRequest, row: Meeting, as_of: datetime.date) -> Panel | None:
    """How many mails about the meeting wait for somebody who runs it."""
    if not may(request.user, "edit", row):
        return None
    waiting = reply_queries.waiting_of(row)
    return Panel("meetings/_panel_replies.html", {"waiting": waiting}) if waiting else None


def agenda_of(request: HttpRequest, row: Meeting, as_of: datetime.date) -> Panel | None:
    """What the meeting is to talk about and when, for those at the table; where its minutes are."""
    if not may(request.user, "see answers", row):
        return None
    items = list(row.items.select_related("owner").order_by("position", "pk"))
    runs = may(request.user, "edit", row)
    if not items and not runs:
        return None
    context = {"meeting": row, "lines": agenda.timed(row, items), "runs": runs}
    context["writes"] = runs and not agenda.is_locked(row)
    return Panel("meetings/_panel_agenda.html", context, _("Agenda (%(n)s)") % {"n": len(items)})


def _panel(found: list[Meeting], context: dict[str, object]) -> Panel:
    count = f"{SHOWN}+" if len(found) > SHOWN else len(found)
    return Panel("meetings/_panel_meetings.html", context, _("Coming meetings (%(n)s)") % {"n": count})


def register() -> None:
    panels.register("meeting", order=5, model=IncomingReply, builder=replies_of)
    panels.register("network", order=10, model=Meeting, builder=of_network)
    panels.register("actor", order=45, model=Meeting, builder=of_actor)
    panels.register("encounter", order=10, model=Meeting, builder=of_encounter)
    panels.register("meeting", order=10, model=Meeting, builder=agenda_of)
