"""Actions: those of one's own organisation, those of one's networks, and each one's page.

The list is opened by whoever has something to do, to see what is late; and by whoever convenes, to see who has not
done what they took on. The page of one is opened to say that it is done, or will not be.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict
from coordination.base.views.rows import the_user
from meetings import actions, deciding
from meetings.decision_forms import ClosingForm
from meetings.models import Action
from network.permissions import own_actors

PAGE = 50
CONFLICT, UNUSABLE = 409, 422
ACTIONS = Action.objects.select_related(
    "owner", "item__meeting__network", "item__finding", "decision", "closed_by"
)
LATE, OPEN, CLOSED, ALL = "late", "open", "closed", "all"


class ActionFilter(forms.Form):
    """Which actions to show. `whose` is reached by links."""

    hide_optional = True

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("actions", "Open")),
            (LATE, pgettext_lazy("actions", "Late")),
            (CLOSED, pgettext_lazy("actions", "Closed")),
            (ALL, gettext_lazy("All")),
        ],
    )
    network = forms.ChoiceField(label=gettext_lazy("Network"), required=False)
    whose = forms.CharField(required=False, widget=forms.HiddenInput, max_length=10)

    def __init__(self, data: Any, *, networks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["network"].choices = [("", gettext_lazy("All")), *networks]  # type: ignore[attr-defined]  # a field of choices


@require_safe
def action_list(request: Request) -> HttpResponse:
    """Open actions by when they are due, late ones first; one's own organisation's, or all in one's networks."""
    require(request, "view", Action)
    today = timezone.localdate()
    has_own = bool(own_actors(request.user))
    whose = request.GET.get("whose") or (actions.MINE if has_own else actions.NETWORKS)
    whose = whose if whose in (actions.MINE, actions.NETWORKS) else actions.MINE
    every = actions.of(request.user, whose)
    networks = sorted(
        {(row.slug, row.name) for row in (a.item.meeting.network for a in every)}, key=lambda pair: pair[1]
    )
    form = ActionFilter(request.GET, networks=networks)
    rows = every.none()
    if form.is_valid():
        rows = actions.narrowed(every, form.cleaned_data["state"], form.cleaned_data["network"], today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filter_count": sum(1 for name in ("state", "network") if request.GET.get(name)),
        "whose": whose,
        "has_own": has_own,
        "page": page,
        "actions": actions.with_state(page, today),
        "late": actions.narrowed(every, LATE, "", today).count(),
        "open": actions.narrowed(every, "", "", today).count(),
    }
    return render(request, "meetings/actions.html", context)


@require_http_methods(["GET", "POST"])
def action(request: Request, pk: int) -> HttpResponse:
    """What is to be done, by whom, what it came from; closed by its owner or whoever runs the network."""
    row = fetch(request, "view", ACTIONS, pk=pk)
    today = timezone.localdate()
    closes = may(request.user, "close", row)
    context: dict[str, Any] = {}
    form = (
        ClosingForm(initial={"version": row.version}) if closes and row.state == Action.State.OPEN else None
    )
    status = 200
    if request.method == "POST":
        row = fetch(request, "close", ACTIONS, pk=pk)
        form = ClosingForm(request.POST)
        status = UNUSABLE
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                actions.close(
                    row,
                    state=cleaned["state"],
                    outcome=cleaned["outcome"],
                    seen_version=cleaned["version"],
                    user=the_user(request),
                    now=timezone.now(),
                )
            except Conflict:
                row = fetch(request, "view", ACTIONS, pk=pk)
                context["conflict"], status = True, CONFLICT
            else:
                messages.success(request, _("The action is closed."))
                return HttpResponseRedirect(row.get_absolute_url())
    sees_item = may(request.user, "view", row.item)
    context |= {
        "action": row,
        "shown": actions.with_state([row], today)[0],
        "meeting": row.item.meeting,
        "place": deciding.place_of(row.decision) if row.decision else "",
        "sees_item": sees_item,
        "form": form,
    }
    return render(request, "meetings/action.html", context, status=status)
