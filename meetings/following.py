"""What became of a finding: the items, decisions and changes that cite it, as its page and other pages show them."""

import datetime
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.base import panels
from coordination.base.authorisation import AnyUser, is_coordinator, may
from coordination.base.models import Document
from coordination.base.panels import Panel
from mandates import finding_chain
from mandates.models import Finding
from meetings import actions, deciding, decision_effects
from meetings.actions import Shown as ShownAction
from meetings.actions import with_state
from meetings.decision_effects import Shown
from meetings.models import Action, AgendaItem, Decision, Meeting, Minutes
from meetings.permissions import seated_networks
from network.models import Network
from network.permissions import convened_networks

SHOWN = 10


def items_of(user: AnyUser, key: str) -> QuerySet[AgendaItem]:
    """The items about the finding `key` that `user` may see: those of their own networks; a coordinator's, all.

    Agendas of drafts are for those who run the network.
    """
    rows = (
        AgendaItem.objects.filter(finding__key=key)
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .select_related("meeting__network", "finding")
        .order_by("meeting__created_at", "pk")
    )
    return visible_items(user, rows)


def visible_items(user: AnyUser, rows: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Those of `rows` that `user` may see."""
    if is_coordinator(user):
        return rows
    seated, convened = seated_networks(user), convened_networks(user)
    told = rows.filter(~Meeting.untold("meeting__"), meeting__network__in=seated)
    return (told | rows.filter(meeting__network__in=convened)).distinct()


@dataclass
class Line:
    """An item with what came of it."""

    item: AgendaItem
    decisions: list[tuple[Decision, Shown | None]] = field(default_factory=list)
    actions: list[ShownAction] = field(default_factory=list)
    may_edit: bool = False  # and its minutes are still being written
    may_decide: bool = False  # the meeting is more than a draft, and the finding, if there is one, open
    sees_finding: bool = False
    elsewhere: list[AgendaItem] = field(default_factory=list)  # other networks' items about the same finding


def lines(
    request: HttpRequest, items: list[AgendaItem], *, today: datetime.date, elsewhere: bool = False
) -> list[Line]:
    """Items with their decisions and actions. The items must be the user's to see."""
    keys = [item.pk for item in items]
    decided: dict[int, list[tuple[Decision, Shown | None]]] = {}
    made = list(Decision.objects.filter(item__in=keys).select_related("item__meeting__network"))
    for decision, effect in zip(made, decision_effects.shown_all([one.effect for one in made]), strict=True):
        decided.setdefault(decision.item_id, []).append((decision, effect))
    given: dict[int, list[Action]] = {}
    for action in Action.objects.filter(item__in=keys).select_related("owner", "item__meeting__network"):
        given.setdefault(action.item_id, []).append(action)
    others: dict[int, list[AgendaItem]] = {}
    if elsewhere:
        findings = [item.finding_id for item in items if item.finding_id]
        rows = AgendaItem.objects.filter(finding__in=findings).exclude(meeting__state=Meeting.State.CANCELLED)
        for other in visible_items(request.user, rows.select_related("meeting__network")):
            others.setdefault(other.finding_id or 0, []).append(other)
    written = Minutes.objects.filter(meeting__in={item.meeting_id for item in items})
    locked = set(written.exclude(state=Minutes.State.WRITING).values_list("meeting", flat=True))
    return [
        Line(
            item,
            decided.get(item.pk, []),
            with_state(given.get(item.pk, ()), today),
            item.meeting_id not in locked and may(request.user, "edit", item),
            item.meeting.state in deciding.DECIDES and not _is_closed(item.finding),
            item.finding is not None and may(request.user, "view", item.finding),
            [
                other
                for other in others.get(item.finding_id or 0, ())
                if other.meeting.network_id != item.meeting.network_id
            ],
        )
        for item in items
    ]


def _is_closed(finding: Finding | None) -> bool:
    return finding is not None and not finding.is_open and finding.closed_at is not None


# The chain on a finding's page


def _first(request: HttpRequest, key: str) -> AgendaItem | None:
    return items_of(request.user, key).first()


def agenda(request: HttpRequest, key: str) -> str | None:
    item = _first(request, key)
    return item.meeting.get_absolute_url() if item is not None else None


def meeting(request: HttpRequest, key: str) -> str | None:
    """Reached once a meeting that has it on its agenda is more than a draft."""
    item = items_of(request.user, key).exclude(meeting__state=Meeting.State.DRAFT).first()
    return item.meeting.get_absolute_url() if item is not None else None


def decision(request: HttpRequest, key: str) -> str | None:
    row = Decision.objects.filter(item__in=items_of(request.user, key)).order_by("-created_at").first()
    return row.get_absolute_url() if row is not None else None


def change(request: HttpRequest, key: str) -> str | None:
    rows = Decision.objects.filter(item__in=items_of(request.user, key), effect__isnull=False)
    for row in rows.order_by("-created_at"):
        effect = decision_effects.shown(row.effect)
        if effect is not None and effect.is_done:
            return effect.url
    return None


# Panels


def finding_panel(request: HttpRequest, row: Finding, as_of: datetime.date) -> Panel | None:
    """Finding, item, meeting, decision, changed row: each with its address."""
    found = list(items_of(request.user, row.key)[:SHOWN])
    if not found:
        return None
    context = {"lines": lines(request, found, today=timezone.localdate())}
    return Panel("meetings/_panel_finding.html", context, _("What meetings did about it"))


def meeting_panel(request: HttpRequest, row: Meeting, as_of: datetime.date) -> Panel | None:
    """The meeting's findings with their outcomes, decisions and actions, for those at the table."""
    found = list(
        visible_items(
            request.user, AgendaItem.objects.filter(meeting=row).select_related("meeting__network", "finding")
        ).order_by("position", "pk")
    )
    if not found:
        return None
    context = {
        "lines": lines(request, found, today=timezone.localdate(), elsewhere=True),
        "meeting": row,
    }
    return Panel("meetings/_panel_meeting.html", context, _("Findings, decisions and actions"))


def document_panel(request: HttpRequest, row: Document, as_of: datetime.date) -> Panel | None:
    """The meeting of which a source is the minutes, and the decisions that cite it."""
    minutes = Minutes.objects.filter(document=row).select_related("meeting__network").first()
    if minutes is None or not may(request.user, "view", minutes.meeting):
        return None
    decisions = (
        list(Decision.objects.filter(item__meeting=minutes.meeting).select_related("item__meeting"))
        if may(request.user, "view", minutes)
        else []
    )
    context = {"meeting": minutes.meeting, "decisions": decisions}
    return Panel("meetings/_panel_document.html", context, _("The meeting"))


def network_panel(request: HttpRequest, row: Network, as_of: datetime.date) -> Panel | None:
    """The network's open actions, for those in it; and how well it works, for everybody who reads."""
    today = timezone.localdate()
    mine = is_coordinator(request.user) or row.pk in (
        seated_networks(request.user) | convened_networks(request.user)
    )
    rows = (
        actions.visible_to(request.user)
        .filter(item__meeting__network=row, state=Action.State.OPEN)
        .order_by("due", "pk")
        if mine
        else Action.objects.none()
    )
    context = {"network": row, "mine": mine, "actions": with_state(rows[:SHOWN], today)}
    return Panel("meetings/_panel_network.html", context, _("How it works together"))


def register() -> None:
    """Offer the steps and panels. Called once, when the app is ready."""
    for step, finder in (
        (finding_chain.AGENDA, agenda),
        (finding_chain.MEETING, meeting),
        (finding_chain.DECISION, decision),
        (finding_chain.CHANGE, change),
    ):
        finding_chain.register(step, finder)
    panels.register("finding", order=20, model=AgendaItem, builder=finding_panel)
    panels.register("meeting", order=60, model=AgendaItem, builder=meeting_panel)
    panels.register("network", order=15, model=None, builder=network_panel)
    panels.register("document", order=10, model=None, builder=document_panel)
