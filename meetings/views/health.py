"""How well a network works together, year by year; and the members' own word on what the register cannot know.

Opened by whoever convenes the network, before the yearly talk about how it works: which practice to mend first. A member
opens the form once a year, by the link in the page, and has answered in two minutes.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.views.rows import int_or, the_user
from meetings import health, health_rows
from meetings.models import HealthAnswer
from network.models import Actor, Network
from network.permissions import own_actors

UNUSABLE = 422
NETWORKS = Network.objects.select_related("level").prefetch_related("areas")


@require_safe
def network_health(request: Request, slug: str) -> HttpResponse:
    """The eight practices in a year, each with its level, its sign and what it was computed from."""
    network = fetch(request, "view", NETWORKS, slug=slug)
    today = timezone.localdate()
    years = health_rows.years(network, today)
    if not years:
        raise Http404
    wanted = int_or(request.GET.get("year"), request.as_of.year)
    year = wanted if wanted in years else years[0]
    table = health_rows.table(
        network, year, today, at_the_table=may(request.user, "view", HealthAnswer(network=network))
    )
    known = [row for row in table if row.level is not None]
    context = {
        "network": network,
        "year": year,
        "years": years,
        "table": table,
        "known": len(known),
        "good": sum(row.level >= health.Level.MOSTLY for row in known if row.level),
        "may_answer": may(request.user, "add", HealthAnswer(network=network)),
        "this_year": today.year,
    }
    return render(request, "meetings/health.html", context)


class HealthForm(forms.Form):
    """The questions that the register cannot answer, on one page."""

    actor = forms.ChoiceField(label=gettext_lazy("On behalf of"))

    def __init__(self, data: Any = None, *, actors: list[Actor], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.actors = {actor.slug: actor for actor in actors}
        self.fields["actor"].choices = [(slug, actor.name) for slug, actor in self.actors.items()]  # type: ignore[attr-defined]  # a field of choices
        if len(actors) == 1:
            self.fields["actor"].widget = forms.HiddenInput()
            self.initial.setdefault("actor", actors[0].slug)
        for name in health.ASKED:
            self.fields[name] = forms.TypedChoiceField(
                label=str(health_rows.QUESTIONS[name]),
                choices=list(health_rows.LEVELS.items()),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose one of the four.")},
            )
            self.fields[f"{name}-comment"] = forms.CharField(
                label=gettext_lazy("Why, if you want to say"), max_length=1000, required=False
            )

    @property
    def values(self) -> dict[str, tuple[int, str]]:
        found = self.cleaned_data
        return {name: (found[name], found[f"{name}-comment"]) for name in health.ASKED}


@require_http_methods(["GET", "POST"])
def answer(request: Request, slug: str) -> HttpResponse:
    """One's own organisation's word on this year."""
    require(request, "add", HealthAnswer)
    network = fetch(request, "view", NETWORKS, slug=slug)
    require(request, "add", HealthAnswer(network=network))
    now, year = timezone.now(), timezone.localdate().year
    sits = Actor.objects.filter(pk__in=own_actors(request.user))
    sits = (sits.filter(seats__network=network) | sits.filter(convenes__network=network)).distinct()
    actors = list(sits)
    form = HealthForm(
        request.POST if request.method == "POST" else None,
        actors=actors,
        initial=_before(network, actors, year),
    )
    if form.is_valid():
        health_rows.answer(
            network,
            form.actors[form.cleaned_data["actor"]],
            year,
            form.values,
            user=the_user(request),
            now=now,
        )
        messages.success(request, _("Thank you. Your answers are kept; you can change them this year."))
        url = reverse("meetings:network-health", args=[network.slug])
        return HttpResponseRedirect(f"{url}?year={year}")
    status = UNUSABLE if form.is_bound else 200
    return render(
        request,
        "meetings/health_answer.html",
        {"network": network, "form": form, "year": year},
        status=status,
    )


def _before(network: Network, actors: list[Actor], year: int) -> dict[str, Any]:
    """What the one actor has answered this year already."""
    if len(actors) != 1:
        return {}
    found: dict[str, Any] = {}
    for row in HealthAnswer.objects.filter(network=network, actor=actors[0], year=year):
        found |= {row.practice: row.value, f"{row.practice}-comment": row.comment}
    return found
