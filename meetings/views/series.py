"""Planning several meetings at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.base.authorisation import require
from coordination.base.editing import once, result_of
from coordination.base.views.rows import the_user
from meetings import planning, queries
from meetings.models import Meeting
from meetings.series_forms import Occurrence, SeriesForm

UNPROCESSABLE = 422
COMMON = ("title", "zone", "form", "location", "description", "language")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Opened by whoever convenes a network that meets regularly: which days, and which of them to leave out.

    First the days are shown, with holidays marked and left out; the drafts are made from those that are ticked.
    """
    require(request, "add", Meeting)
    user = the_user(request)
    networks = queries.plannable(user, timezone.localdate())
    asked = networks.filter(slug=request.GET.get("network", "")).first()
    form = SeriesForm(
        request.POST if request.method == "POST" else None,
        networks=networks,
        initial={"network": asked.slug if asked else "", "language": get_language() or "sv"},
    )
    found: list[Occurrence] = []
    if request.method == "POST" and form.is_valid():
        if url := result_of(form.cleaned_data.get("submit_key"), user):
            return HttpResponseRedirect(url)
        kept = set(request.POST.getlist("kept"))
        found = form.occurrences(kept if "shown" in request.POST else None)
        chosen = form.planned(found)
        # Ticks are about the days that were on the page: changed fields give other days, which are shown first.
        as_shown = request.POST.get("shown", "") == _key(found)
        if "create" in request.POST and as_shown and chosen:
            return _create(request, form, chosen)
        if not as_shown:
            found = form.occurrences(None)
    context = {
        "form": form,
        "network": asked,
        "occurrences": found,
        "shown": _key(found),
        "chosen": sum(1 for one in found if one.chosen),
        "nothing_chosen": "create" in request.POST and bool(found) and not any(one.chosen for one in found),
        "left_out": any(one.holiday or one.pause for one in found),
    }
    wrong = form.is_bound and not form.is_valid()
    return render(request, "meetings/series.html", context, status=UNPROCESSABLE if wrong else 200)


def _key(found: list[Occurrence]) -> str:
    """What the page shows, so that ticks are never taken to be about other days or hours."""
    return " ".join(f"{one.starts:%Y%m%dT%H%M}-{one.ends:%H%M}" if one.starts else "-" for one in found)


def _create(request: HttpRequest, form: SeriesForm, chosen: list[planning.Planned]) -> HttpResponse:
    user, found = the_user(request), form.cleaned_data

    def make() -> str:
        planning.create_series(
            found["network"],
            chosen,
            rhythm=form.rhythm_words(),
            user=user,
            **{name: found[name] for name in COMMON},
        )
        facets = urlencode({"network": found["network"].slug, "state": Meeting.State.DRAFT})
        return f"{reverse('meetings:meetings')}?{facets}"

    url, made = once(found.get("submit_key"), user, make)
    if made:
        said = ngettext("%(n)s draft is saved.", "%(n)s drafts are saved.", len(chosen)) % {"n": len(chosen)}
        then = _("Open each to invite to it.")
        messages.success(request, f"{said} {then}")
    return HttpResponseRedirect(url)
