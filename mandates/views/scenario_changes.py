"""Adding, changing, ordering and taking away the changes of a scenario."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coordination.base.as_of import Request, with_day
from coordination.base.charts import language
from coordination.base.editing import Conflict
from coordination.base.views.rows import int_or, the_user
from mandates import register_snapshot, scenarios
from mandates.change_json import KINDS, to_json
from mandates.change_texts import reason
from mandates.changes import Change
from mandates.explain import Names
from mandates.models import Scenario
from mandates.scenario_forms import CHANGE_FORMS, ChangeForm
from mandates.scenario_pages import is_simple
from mandates.scenarios import scenario_of
from mandates.snapshot import Snapshot
from mandates.views.scenarios import changed_meanwhile, store_changes

MOST = 200  # changes of one scenario


@require_http_methods(["GET", "POST"])
def add(request: Request, slug: str, kind: str) -> HttpResponse:
    """A form for one more change of that kind."""
    row = scenario_of(request, "edit", slug)
    if kind not in CHANGE_FORMS:
        raise Http404
    if len(row.changes) >= MOST:
        messages.error(request, _("A scenario has at most %(most)s changes.") % {"most": MOST})
        return HttpResponseRedirect(row.get_absolute_url())
    return _change(request, row, CHANGE_FORMS[kind], len(row.changes), None)


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str, number: int) -> HttpResponse:
    """The form of one of the changes, by its place from 1."""
    row = scenario_of(request, "edit", slug)
    change = _of(row, number)
    if change is None or not is_simple(change):
        raise Http404
    word = next(word for word, kind in KINDS.items() if kind is type(change))
    return _change(request, row, CHANGE_FORMS[word], number - 1, change)


def _change(
    request: Request, row: Scenario, form_class: type[ChangeForm], place: int, change: Change | None
) -> HttpResponse:
    """`place`, from 0, is where the change stands or will stand."""
    register, day = _as_if(row, place, request), request.as_of
    form = form_class(
        request.POST if request.method == "POST" else None,
        register=register,
        initial=form_class.initial_of(change) if change is not None else None,
    )
    if request.method == "POST" and form.is_valid():
        wanted = to_json(form.change())
        changes = [*row.changes[:place], wanted, *row.changes[place + 1 :]]
        trial = scenarios.outcome(
            Scenario(slug=row.slug, changes=changes), day, snapshot=register_snapshot.current()
        )
        wrong = [refused for refused in trial.misfits if refused.number == place + 1]
        for refused in wrong:
            form.add_error(None, reason(refused, language(), Names(register)))
        if not wrong:
            try:
                store_changes(
                    row, changes, seen_version=int_or(request.POST.get("version")), user=the_user(request)
                )
                return HttpResponseRedirect(with_day(request, row.get_absolute_url()))
            except Conflict:
                form.add_error(None, changed_meanwhile())
    context = {
        "form": form,
        "title": form_class.title,
        "explains": form_class.explains,
        "scenario": row,
        "version": Scenario.objects.values_list("version", flat=True).get(pk=row.pk),
    }
    return render(request, "mandates/scenario_change.html", context, status=422 if form.is_bound else 200)


def _as_if(row: Scenario, place: int, request: Request) -> Snapshot:
    """The register with the changes before `place` laid over it: what a later change can name."""
    before = Scenario(slug=row.slug, changes=row.changes[:place])
    return scenarios.outcome(before, request.as_of, snapshot=register_snapshot.current()).after


@require_POST
def remove(request: Request, slug: str, number: int) -> HttpResponse:
    """Take one change away."""
    row = scenario_of(request, "edit", slug)
    _of(row, number)
    return _stored(request, row, [*row.changes[: number - 1], *row.changes[number:]])


@require_POST
def earlier(request: Request, slug: str, number: int) -> HttpResponse:
    """Lay one change before the one that precedes it."""
    row = scenario_of(request, "edit", slug)
    _of(row, number)
    changes = list(row.changes)
    if number > 1:
        changes[number - 2], changes[number - 1] = changes[number - 1], changes[number - 2]
    return _stored(request, row, changes)


def _of(row: Scenario, number: int) -> Change | None:
    """The change at `number`, from 1. Raises Http404 where there is none."""
    known = scenarios.readable(row)
    if not 1 <= number <= len(known):
        raise Http404
    return known[number - 1]


def _stored(request: Request, row: Scenario, changes: list[Any]) -> HttpResponse:
    try:
        store_changes(row, changes, seen_version=int_or(request.POST.get("version")), user=the_user(request))
    except Conflict:
        messages.error(request, changed_meanwhile())
    return HttpResponseRedirect(with_day(request, row.get_absolute_url()))
