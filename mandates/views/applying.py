"""Making a scenario real, and what was made in one go, with its undoing."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.charts import language
from coordination.base.editing import Conflict, once, result_of
from coordination.base.models import User
from coordination.base.views.rows import the_user
from mandates import applying, edit_texts, register_snapshot, scenario_pages, scenarios
from mandates.apply_forms import ApplyForm
from mandates.applying import CannotWrite, Moved, Plan
from mandates.change_texts import why
from mandates.changes import Change, DoesNotFit
from mandates.explain import Names
from mandates.models import AppliedChanges, Scenario
from mandates.scenarios import scenario_of
from mandates.views.scenarios import outside_of

PAGE = 50


def lines_of(plan: Plan) -> list[dict[str, Any]]:
    """What a plan writes, in the reader's language, row by row."""
    names = plan.names
    return [{**edit_texts.told(edit, names)[language()], "is_new": edit.is_new} for edit in plan.edits]


def carry_out(
    request: Request,
    form: ApplyForm,
    changes: Sequence[Change],
    *,
    day: datetime.date,
    title: str,
    scenario: Scenario | None = None,
    about: str = "",
) -> HttpResponse | None:
    """Apply `changes` once, and answer with the report; None, with an error in the form, if it cannot be done."""
    user = the_user(request)
    given = form.cleaned_data

    def act() -> str:
        report = applying.apply(
            changes,
            day=day,
            seen=given["seen"],
            title=title,
            user=user,
            reason=given["reason"],
            citations=given["sources"],
            today=timezone.localdate(),
            scenario=scenario,
            about=about,
        )
        return report.get_absolute_url()

    refusals: dict[type[Exception], Callable[[Any], str]] = {
        DoesNotFit: lambda error: why(error, language(), Names(register_snapshot.current())),
        Moved: lambda error: _(
            "The register has changed since. Look at what would be written, and confirm again."
        ),
        Conflict: lambda error: _("Somebody changed one of the rows at the same moment. Try again."),
        CannotWrite: lambda error: f"{error.row}: {error}",
        IntegrityError: lambda error: _(
            "The same row exists already, or something it refers to was removed."
        ),
    }
    try:
        url, done = once(given["submit_key"], user, act)
    except tuple(refusals) as error:
        form.add_error(None, refusals[type(error)](error))
        return None
    if done:
        messages.success(request, _("The register is changed. All of it can be undone from here."))
    return HttpResponseRedirect(url)


def done_before(request: Request) -> HttpResponse | None:
    """The report of what the user's same form did when it was sent the first time; None if it was not."""
    try:
        key = uuid.UUID(request.POST.get("submit_key", ""))
    except ValueError:
        return None
    url = result_of(key, request.user) if isinstance(request.user, User) else None
    return HttpResponseRedirect(url) if url else None


@require_http_methods(["GET", "POST"])
def apply_scenario(request: Request, slug: str) -> HttpResponse:
    """What a scenario would write to the register from the day on; written when confirmed."""
    if done := done_before(request):  # nothing may be left of the proposals that were decided
        return done
    row = scenario_of(request, "apply", slug)
    register, day = register_snapshot.current(), request.as_of
    found = scenarios.outcome(row, day, snapshot=register)
    outside = outside_of(register, day)
    plan = applying.plan(found.changes, day, register=register) if found.fits and not outside else None
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and plan is not None and form.is_valid():
        answer = carry_out(request, form, found.changes, day=day, title=row.title, scenario=row)
        if answer is not None:
            return answer
    context = {
        "scenario": row,
        "view": scenario_pages.view(found),
        "changes": scenario_pages.said(row, found),
        "outside": outside,
        "plan": plan,
        "lines": lines_of(plan) if plan else [],
        "form": form,
        "day": day,
    }
    return render(request, "mandates/scenario_apply.html", context, status=422 if form.is_bound else 200)


@require_safe
def applied_list(request: Request) -> HttpResponse:
    """Everything that was changed in one go, newest first."""
    require(request, "view", AppliedChanges)
    rows = AppliedChanges.objects.select_related("applied_by", "undone_by", "scenario").defer(
        "edits", "changes"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "mandates/applied_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def applied(request: Request, pk: int) -> HttpResponse:
    """The report of what was written; undone from here."""
    rows = AppliedChanges.objects.select_related("applied_by", "undone_by", "scenario")
    report = fetch(request, "view" if request.method == "GET" else "undo", rows, pk=pk)
    if request.method == "POST":
        stayed = applying.undo(report, user=the_user(request), at=timezone.now())
        if stayed:
            messages.warning(
                request,
                _("Undone, but these rows have changed since and stay: %(rows)s")
                % {"rows": "; ".join(stayed)},
            )
        else:
            messages.success(request, _("Undone: the register is as it was before."))
        return HttpResponseRedirect(request.path)
    lines = [{**entry["said"][language()], "is_new": entry["is_new"]} for entry in report.edits]
    return render(request, "mandates/applied.html", {"report": report, "lines": lines})
