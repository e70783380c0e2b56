"""Closing, merging, splitting, renaming or transferring an actor, with a receiver or an end for all it holds."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may
from coordination.base.charts import language
from coordination.base.views.rows import the_user
from mandates import applying, register_snapshot, scenario_pages, scenarios
from mandates.apply_forms import ApplyForm, HandoverForm, WhatForm, new_parts, planned
from mandates.change_json import to_json
from mandates.change_texts import in_words, reason
from mandates.changes import Change
from mandates.explain import Names, names_before
from mandates.models import Scenario
from mandates.snapshot import Snapshot
from mandates.views.applying import carry_out, done_before, lines_of
from mandates.views.scenarios import create, outside_of
from network.models import Actor

WITHOUT_ROWS = frozenset({"rename", "merge"})  # nothing is handed over, or everything to one


@require_http_methods(["GET", "POST"])
def reorganise(request: Request, slug: str) -> HttpResponse:
    """First what happens and when (in the address), then who takes what, then a preview, then the edits."""
    rows = Actor.objects.filter(is_group=False, merged_into=None)
    actor = fetch(request, "reorganise", rows, slug=slug)
    if done := done_before(request):
        return done
    register = register_snapshot.current()
    asked = "what" in request.GET
    what = WhatForm(request.GET if asked else None, register=register, initial={"on": request.as_of})
    context: dict[str, Any] = {"actor": actor, "what": what, "asked": asked, "back": actor.get_absolute_url()}
    if not asked or not what.is_valid():
        return render(request, "mandates/reorganise.html", context, status=422 if asked else 200)
    chosen = what.cleaned_data
    handover = None if chosen["what"] in WITHOUT_ROWS else _handover(request, chosen, slug, register)
    apply_form = ApplyForm(request.POST if "apply" in request.POST else None)
    context |= {"handover": handover, "apply": apply_form, "outside": outside_of(register, chosen["on"])}
    status = 200
    if request.method == "POST" or handover is None:
        if handover is not None and not handover.is_valid():
            status = 422
        else:
            change = planned(chosen, slug, register, handover)
            answer = _preview(request, context, change, actor, register)
            if answer is not None:
                return answer
            status = 422 if context.get("wrong") or apply_form.is_bound else 200
    return render(request, "mandates/reorganise.html", context, status=status)


def _handover(request: Request, chosen: dict[str, Any], slug: str, register: Snapshot) -> HandoverForm:
    kind = chosen["what"]
    return HandoverForm(
        request.POST if request.method == "POST" else None,
        register=register,
        slug=slug,
        day=chosen["on"],
        stays=kind == "transfer",
        suggested="" if kind in ("transfer", "split") else chosen["into"],
        made=new_parts(chosen["names"], slug, register) if kind == "split" else (),
    )


def _preview(
    request: Request, context: dict[str, Any], change: Change, actor: Actor, register: Snapshot
) -> HttpResponse | None:
    """What the change does, in `context`; an answer when it was kept as a scenario, or carried out."""
    day = change.on or request.as_of
    found = scenarios.outcome_of([change], day, register)
    context["said"] = in_words(change, names_before(register, found.after), language())
    if not found.fits:
        context["wrong"] = [reason(refused, language(), Names(register)) for refused in found.misfits]
        return None
    user = the_user(request)
    title = _("Reorganise %(actor)s, %(day)s") % {"actor": actor, "day": day.isoformat()}
    if "keep" in request.POST and may(user, "add", Scenario):
        kept = create(user=user, title_sv=title[:300], changes=[to_json(change)])
        return HttpResponseRedirect(f"{kept.get_absolute_url()}?as_of={day.isoformat()}")
    plan = applying.plan([change], day, register=register)
    form: ApplyForm = context["apply"]
    if "apply" in request.POST and not context["outside"] and form.is_valid():
        answer = carry_out(request, form, [change], day=day, title=title, about=actor.slug)
        if answer is not None:
            return answer
    view = scenario_pages.view(found)
    context |= {
        "view": view,
        "plan": plan,
        "lines": lines_of(plan),
        "headline": scenario_pages.headline(view),
        "lead": scenario_pages.lead(view),
        "day": day,
    }
    return None
