"""The first page: what the reader's role asks for, then the register's story on the day."""

import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination import confirming, overview, ownrows
from coordination.base.as_of import Request, current_strategy
from coordination.base.authorisation import may, require
from coordination.base.models import User
from mandates import due, findings_list, register_snapshot, scenarios
from mandates.models import Mandate
from meetings import actions, outbox, queries, reply_queries
from meetings.models import Action
from network.permissions import own_actors

SOON, YEAR = 90, 365
SHORT, MANY = 6, 20
CHANGES = 200


@require_safe
def home(request: Request) -> HttpResponse:
    """One page for all roles: own work first, the story after."""
    require(request, "view", Mandate)
    as_of = request.as_of
    user = request.user
    context: dict[str, Any] = {
        "overview": overview.overview(current_strategy(timezone.localdate()), as_of),
        "soon": SOON,
    }
    if isinstance(user, User):
        if user.is_coordinator:
            waiting = overview.to_confirm(as_of)
            kinds = confirming.kinds(as_of)
            context["coordinator"] = {
                "changes": overview.changes(SHORT),
                "confirm": list(waiting[:SHORT]),
                "confirm_count": sum(kind.count for kind in kinds),
                "confirm_kinds": kinds,
                "due": due.due(as_of, SOON)[:SHORT],
                "proposals": overview.proposals_waiting(),
                "mail": outbox.trouble(timezone.now()),
                "replies": reply_queries.waiting(user).count(),
            }
        if user.is_reviewer:
            began = overview.started(as_of)
            ends = due.ends(as_of, YEAR)
            context["reviewer"] = {
                "started": began[:SHORT],
                "started_count": len(began),
                "ends": ends[:SHORT],
                "ends_count": len(ends),
            }
        if user.is_coordinator or user.is_reviewer:
            context["findings"] = _findings(user, as_of)
        keys = own_actors(user)
        if keys:
            own = ownrows.own_rows(keys)
            actors = [one.actor for one in own]
            rows = overview.own_mandates(actors, as_of)
            context["member"] = {
                "actors": actors,
                "mandates": rows[:MANY],
                "count": len(rows),
                "rows": sum(len(one.rows) for one in own),
                "to_answer": ownrows.proposals_to_answer(user, own),
                "convenes": overview.convened(keys, as_of),
                "due": due.due(as_of, YEAR, holders=keys)[:SHORT],
                "invitations": list(queries.own_invitations(user, timezone.now())[:SHORT]),
                "planned": list(queries.convened_meetings(user, timezone.now())[:SHORT]),
            }
    if isinstance(user, User) and may(user, "view", Action):
        context["own_actions"] = _own_actions(user)
    context["has_role"] = any(role in context for role in ("coordinator", "reviewer", "member"))
    return render(request, "home/home.html", context)


def _own_actions(user: User) -> list[actions.Shown]:
    """What is open of the user's own actors' actions, else of its networks', late ones first."""
    today = timezone.localdate()
    whose = actions.MINE if own_actors(user) else actions.NETWORKS
    rows = actions.narrowed(actions.of(user, whose), "", "", today)
    return actions.with_state(rows[:SHORT], today)


def _findings(user: User, as_of: datetime.date) -> dict[str, Any]:
    """What there is to judge on the day, by what to do, and the scenarios that could be tried on it."""
    every = findings_list.listed(user, as_of)
    own, stored = scenarios.visible_to(user, register_snapshot.current())
    return {
        "count": len(every.counted),
        "groups": findings_list.grouped(every.counted),
        "is_missing": every.found.is_missing,
        "scenarios": [*stored, *own][:SHORT],
    }


@require_safe
def due_list(request: Request) -> HttpResponse:
    """Everything that falls due within 90 or 365 days of the page's day."""
    require(request, "view", Mandate)
    days = YEAR if request.GET.get("days") == str(YEAR) else SOON
    as_of = request.as_of
    return render(
        request, "home/due.html", {"items": due.due(as_of, days), "days": days, "choices": (SOON, YEAR)}
    )


@require_safe
def change_list(request: Request) -> HttpResponse:
    """What was changed lately, by whom and why; for coordinators, since it names people."""
    require(request, "edit", Mandate)
    return render(request, "home/changes.html", {"changes": overview.changes(CHANGES)})


@require_safe
def confirm_list(request: Request) -> HttpResponse:
    """What nobody has confirmed for a year, one kind of row at a time."""
    require(request, "edit", Mandate)
    as_of = request.as_of
    kinds = confirming.kinds(as_of)
    wanted = request.GET.get("kind", "")
    chosen = next((kind for kind in kinds if kind.noun.key == wanted), kinds[0] if kinds else None)
    page = None
    if chosen is not None:
        rows = confirming.waiting(chosen.noun, as_of)
        page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "kinds": kinds,
        "chosen": chosen,
        "page": page,
        "count": sum(kind.count for kind in kinds),
        "lines": [
            (row, chosen.noun.page_of(row), chosen.noun.url("confirm", row)) for row in page.object_list
        ]
        if chosen is not None and page is not None
        else [],
    }
    return render(request, "home/confirm.html", context)
