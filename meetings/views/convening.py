"""Putting findings on an agenda, and convening the actors they name.

Opened from a finding, an insight or a scenario by whoever convenes a network, or coordinates. They decide which
meeting takes the matter up: one that is planned, or a new one of a network that brings the actors together.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.base.as_of import PARAMETER, Request
from coordination.base.authorisation import may, require
from coordination.base.editing import once
from coordination.base.views.rows import the_user
from mandates.findings_seen import Seen, seen_by
from mandates.findings_work import Moment
from meetings import convening, inviting
from meetings.convening_forms import AddressForm, ConveneForm
from meetings.models import Meeting
from network.models import Actor, Network

MOST = 10  # findings of one item list
MOST_ACTORS = 60
SEPARATOR = ";"  # as in the files: no key or id holds one
CONFLICT, UNUSABLE = 409, 422


def door(request: HttpRequest, *, findings: Any, actors: Any, scenario: str) -> str:
    """Where findings and actors go on to be talked about, for those who run a network."""
    if not may(request.user, "add", Meeting):
        return ""
    named = (("finding", list(findings)[:MOST]), ("actor", list(actors)[:MOST_ACTORS]))
    pairs = [(name, SEPARATOR.join(values)) for name, values in named if values]
    pairs += [("scenario", scenario)] if scenario else []
    as_of = getattr(request, "as_of", None)
    if as_of is not None and as_of != getattr(request, "as_of_default", as_of):
        pairs.append((PARAMETER, as_of.isoformat()))
    return f"{reverse('meetings:convene')}?{urlencode(pairs)}"


@require_http_methods(["GET", "POST"])
def convene(request: Request) -> HttpResponse:
    """Choose a meeting for findings or actors, or draft one."""
    require(request, "add", Meeting)
    user = the_user(request)
    now, today = timezone.now(), timezone.localdate()
    moment = Moment(user, now, today, request.as_of)
    found = _findings(request)
    actors = _actors(request, found)
    forums = convening.forums(user, actors, min(request.as_of, today))
    networks = list(convening.networks_run_by(user).order_by("sort_sv"))
    form = ConveneForm(
        request.POST if request.method == "POST" else None,
        meetings=convening.open_meetings(user, [forum.network.pk for forum in forums], now),
        forums=forums,
        networks=networks,
        actors=len(actors),
        initial={"title": _title(found, actors)},
    )
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "actors": actors,
        "networks": networks,
        "shares_none": not forums,
        "may_add_network": may(user, "add", Network),
        "back": found[0].record.get_absolute_url() if found else "",
    }
    status = 200
    if request.method == "POST":
        status = UNUSABLE
        if form.is_valid():
            answer = _done(request, form, found, actors, moment, context)
            if answer is not None:
                return answer
            status = context.pop("status", UNUSABLE)
    return render(request, "meetings/convene.html", context, status=status)


def _findings(request: Request) -> list[Seen]:
    """The findings that the address names, each of which the user must be allowed to see."""
    keys = _named(request, "finding")[:MOST]
    return [seen_by(request, key, request.as_of) for key in keys]


def _named(request: Request, name: str) -> list[str]:
    """What the address names, once each, in order."""
    values = (one for text in request.GET.getlist(name) for one in text.split(SEPARATOR))
    return list(dict.fromkeys(filter(None, values)))


def _actors(request: Request, found: list[Seen]) -> list[Actor]:
    slugs = _named(request, "actor")[:MOST_ACTORS]
    for seen in found:
        slugs += list(seen.body.get("actors") or ())
    networks = [slug for seen in found for slug in seen.body.get("networks") or ()]
    rows = Actor.objects.filter(merged_into=None)
    named = {row.slug: row for row in rows.filter(slug__in=slugs)}
    ordered = [named[slug] for slug in dict.fromkeys(slugs) if slug in named]
    if networks:  # a finding about a network concerns whoever sat in it
        seated = rows.filter(seats__network__slug__in=networks).distinct()[:MOST_ACTORS]
        ordered += [row for row in seated if row.slug not in named]
    return ordered[:MOST_ACTORS]


def _title(found: list[Seen], actors: list[Actor]) -> str:
    if found:
        return convening.title_of(found[0], _language())
    names = ", ".join(actor.name for actor in actors[:3])
    return (_("Meeting: %(actors)s") % {"actors": names})[:200] if names else ""


def _language() -> str:
    return "en" if (get_language() or "sv").startswith("en") else "sv"


def _done(
    request: Request,
    form: ConveneForm,
    found: list[Seen],
    actors: list[Actor],
    moment: Moment,
    context: dict[str, Any],
) -> HttpResponse | None:
    meeting, network = form.cleaned_data["meeting"], form.cleaned_data["network"]
    addresses: dict[int, str] = {}
    if meeting is None:
        unknown = convening.guests(network, actors).unknown
        asked = AddressForm(request.POST if "asked" in request.POST else None, actors=unknown)
        if unknown and not asked.is_valid():
            context |= {"addresses": asked, "network": network, "status": UNUSABLE if asked.is_bound else 200}
            return None
        addresses = asked.addresses if unknown else {}

    def act() -> str:
        if meeting is not None:
            convening.put_on_agenda(meeting, found, moment)
            return str(meeting.get_absolute_url())
        made = convening.convene(
            network,
            title=form.cleaned_data["title"],
            actors=actors,
            addresses=addresses,
            found=found,
            moment=moment,
            language=_language(),
        )
        return str(made.get_absolute_url())

    try:
        url, done = once(form.cleaned_data.get("submit_key"), moment.user, act)
    except inviting.NotNow:
        form.add_error("target", _("That meeting was held or cancelled meanwhile. Choose another."))
        context["status"] = CONFLICT
        return None
    if done:
        _say(request, meeting, found)
    return HttpResponseRedirect(url)


def _say(request: Request, meeting: Meeting | None, found: list[Seen]) -> None:
    if meeting is None:
        messages.success(
            request,
            _("A meeting is drafted. Nobody is told of it yet: set a time, or find one with a poll."),
        )
    else:
        said = ngettext(
            "The finding is on the agenda.", "The findings are on the agenda.", max(1, len(found))
        )
        messages.success(request, said)
