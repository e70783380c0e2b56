"""The list of collaborations, a collaboration's own page, and what a side keeps about itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base import charts, nouns
from coordination.base.as_of import Request, current_strategy
from coordination.base.authorisation import fetch, may, require
from coordination.base.listing import list_page
from coordination.base.models import Strategy
from coordination.base.panels import panels_for
from network import lanes_ties, ties
from network.filters_ties import CollaborationFilter
from network.models import Collaboration, Contact, Participant
from network.tables_ties import CollaborationTable


@require_safe
def collaboration_list(request: Request) -> HttpResponse:
    """Every facet of the collaborations; by default the dated ones in force on the day."""
    require(request, "view", Collaboration)
    as_of = request.as_of
    return list_page(
        request,
        queryset=ties.described(Collaboration.objects.all()),
        filterset_class=CollaborationFilter,
        table_class=CollaborationTable,
        template="network/collaborations.html",
        fragment="collaboration-table",
        kind="collaborations",
        context={"counts": ties.counts(Collaboration.objects.all(), as_of)},
    )


@require_safe
def collaboration(request: Request, code: str) -> HttpResponse:
    """All that is recorded about one collaboration, side by side, and what the user may do to it."""
    row = fetch(request, "view", ties.detailed(Collaboration.objects.all()), code=code)
    as_of = request.as_of
    strategy = current_strategy(timezone.localdate())
    begins, ends = charts.strategy_span(Strategy.objects.all(), as_of)
    sides = list(row.sides.all())
    stands = ties.standing(row, as_of)
    return render(
        request,
        "network/collaboration.html",
        {
            "row": row,
            "sides": [(side, ties.part(row, position)) for position, side in enumerate(sides)],
            "own_sides": [side for side in sides if may(request.user, "edit", side)],
            "sees_contacts": may(request.user, "view", Contact),
            "standing": stands,
            "lost": [
                side.actor for side in sides if stands != ties.OVER and ties.has_ceased(side.actor, as_of)
            ],
            "figure": lanes_ties.collaboration_figure(
                row,
                first=begins,
                until=ends,
                as_of=as_of,
                known_until=strategy.known_until if strategy else None,
            ),
            "others": ties.between(row),
            "networks": ties.shared_networks(row, as_of),
            "end_url": _end_url(request, row),
            "panels": panels_for("collaboration", request, row, as_of),
        },
    )


def _end_url(request: Request, row: Collaboration) -> str:
    """Where this user ends the collaboration, or asks the other side to; empty if it is over or not theirs."""
    if row.valid_until is not None:
        return ""
    noun = nouns.noun_of(row)
    if may(request.user, "edit", row):
        return noun.url("end", row)
    return f"{noun.url('propose', row)}?end=1" if may(request.user, "propose", row) else ""


class SideForm(forms.ModelForm):
    """What a side keeps about itself: how its own people are reached."""

    contact = forms.EmailField(
        label=gettext_lazy("Contact of this side"),
        required=False,
        help_text=gettext_lazy("A mailbox of the organisation first. Shown to members, never to the public."),
    )

    class Meta:
        model = Participant
        fields = ("contact",)


@require_http_methods(["GET", "POST"])
def side(request: Request, pk: int) -> HttpResponse:
    """The contact of one side, kept by those who speak for it."""
    row = fetch(request, "edit", Participant.objects.select_related("actor", "collaboration"), pk=pk)
    form = SideForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        # Without history: contacts are kept only as long as they hold.
        Participant.objects.filter(pk=row.pk).update(contact=form.cleaned_data["contact"])
        messages.success(request, _("Saved: %(row)s.") % {"row": row.actor})
        return HttpResponseRedirect(row.collaboration.get_absolute_url())
    context: dict[str, Any] = {"form": form, "side": row, "row": row.collaboration}
    return render(request, "network/side.html", context, status=422 if form.is_bound else 200)
