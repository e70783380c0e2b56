"""Scenarios: the list, one of them with what it does on the day, and making, changing and removing one."""

import datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.base import as_of as days
from coordination.base.as_of import Request
from coordination.base.authorisation import may, require
from coordination.base.editing import Conflict, save_row, sign
from coordination.base.listing import FORMATS
from coordination.base.slugs import free_slug
from coordination.base.tables.exporting import download, write
from coordination.base.views.rows import the_user
from mandates import proposed, register_snapshot, scenario_pages, scenarios
from mandates.models import Scenario
from mandates.scenario_forms import CHANGE_FORMS, ScenarioForm
from mandates.scenarios import scenario_of
from mandates.snapshot import Snapshot

LIVE = 20_000  # mandates up to which the list works out what each scenario does


@require_safe
def scenario_list(request: Request) -> HttpResponse:
    """Those of the register's proposals and those that the user may see, with what each does on the day."""
    require(request, "view", Scenario)
    register, day = register_snapshot.current(), request.as_of
    own, stored = scenarios.visible_to(the_user(request), register)
    outside = outside_of(register, day)
    live = len(register.mandates) <= LIVE and not outside
    context = {
        "own": _counted(own, day, register, live),
        "stored": _counted(stored, day, register, live),
        "outside": outside,
        "may_add": may(request.user, "add", Scenario),
    }
    return render(request, "mandates/scenarios.html", context)


def _counted(
    rows: list[Scenario], day: datetime.date, register: Snapshot, live: bool
) -> list[dict[str, Any]]:
    return [
        {"scenario": row, "count": scenario_pages.count(row, day, register) if live else None} for row in rows
    ]


def outside_of(register: Snapshot, day: datetime.date) -> str:
    """What to say of a day outside every strategy; empty for the others."""
    try:
        scenarios.require_within(register, day)
    except scenarios.OutsideStrategy as error:
        return str(error)
    return ""


@require_safe
def scenario(request: Request, slug: str) -> HttpResponse:
    """What a scenario changes, and what that opens, closes and moves on the day; also as a file."""
    row = scenario_of(request, "view", slug)
    register, day = register_snapshot.current(), request.as_of
    found = scenario_pages.view(scenarios.outcome(row, day, snapshot=register))
    if wanted := request.GET.get("format"):
        if wanted not in FORMATS:
            raise Http404
        name = f"scenario-{row.slug}-{day.isoformat()}"
        rows = scenario_pages.export_rows(found)
        return download(
            write("scenario", rows, wanted, header=list(scenario_pages.EXPORT_COLUMNS)), wanted, name
        )
    compare_text = request.GET.get("compare", "").strip()
    compared = days.parse(compare_text)
    context: dict[str, Any] = {
        "scenario": row,
        "view": found,
        "changes": scenario_pages.said(row, found.outcome),
        "title": scenario_pages.headline(found),
        "lead": scenario_pages.lead(found),
        "figure": scenario_pages.figure(found.cells, found.outcome),
        "drawn": scenario_pages.LANES,
        "outside": outside_of(register, day),
        "acts": {action for action in ("edit", "apply", "remove") if may(request.user, action, row)},
        "may_add": may(request.user, "add", Scenario),
        "change_forms": [(kind, form.title) for kind, form in CHANGE_FORMS.items()],
        "compare_text": compare_text,
        "compare_error": _("Write the date as 2024-01-01.") if compare_text and compared is None else "",
        "compared": [
            (at, scenario_pages.count(row, at, register), outside_of(register, at))
            for at in dict.fromkeys([day, compared])
            if at is not None
        ]
        if compared is not None
        else [],
    }
    return render(request, "mandates/scenario.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A scenario without changes; they are added on its page."""
    require(request, "add", Scenario)
    form = ScenarioForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return HttpResponseRedirect(_create(request, form.cleaned_data, []).get_absolute_url())
    return _form_page(request, form, _("New scenario"), None)


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """Title, purpose and named readers."""
    row = scenario_of(request, "edit", slug)
    form = ScenarioForm(
        request.POST if request.method == "POST" else None, initial=ScenarioForm.initial_of(row)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row.title_sv, row.title_en, row.purpose = given["title_sv"], given["title_en"], given["purpose"]
        try:
            with transaction.atomic():
                save_row(row, seen_version=given["version"] or 0, user=the_user(request))
                row.readers.set(given["readers"])
            messages.success(request, _("Saved: %(row)s.") % {"row": row})
            return HttpResponseRedirect(row.get_absolute_url())
        except Conflict:
            form.add_error(None, changed_meanwhile())
    return _form_page(request, form, _("Edit %(row)s") % {"row": row}, row)


@require_POST
def copy(request: Request, slug: str) -> HttpResponse:
    """The same changes in a scenario of the user's own."""
    row = scenario_of(request, "view", slug)
    require(request, "add", Scenario)
    given = {
        "title_sv": _("Copy of %(title)s") % {"title": row.title},
        "title_en": "",
        "purpose": row.purpose,
        "readers": [],
    }
    made = _create(request, given, row.changes)
    messages.success(request, _("This is your own copy. Nobody else sees it until you name them."))
    return HttpResponseRedirect(made.get_absolute_url())


@require_http_methods(["GET", "POST"])
def remove(request: Request, slug: str) -> HttpResponse:
    """Take a scenario away after a question. The register is not touched."""
    row = scenario_of(request, "remove", slug)
    if request.method == "POST":
        sign(row, user=the_user(request), reason="")
        title = str(row)
        row.delete()
        messages.success(request, _("The scenario “%(title)s” is gone.") % {"title": title})
        return HttpResponseRedirect(reverse("mandates:scenarios"))
    return render(request, "mandates/scenario_remove.html", {"scenario": row})


def changed_meanwhile() -> str:
    return _("The scenario was changed meanwhile. Look at it as it is now, and try again.")


def free_scenario_slug(title: str) -> str:
    """An id that no scenario has, stored or of the register."""
    taken = {*Scenario.objects.values_list("slug", flat=True), *proposed.names(register_snapshot.current())}
    return free_slug(title, taken)


def _create(request: Request, given: dict[str, Any], changes: list[Any]) -> Scenario:
    user = the_user(request)
    return create(
        user=user,
        title_sv=given["title_sv"][:300],
        title_en=given["title_en"],
        purpose=given["purpose"],
        readers=given["readers"],
        changes=changes,
    )


def create(*, user: Any, title_sv: str, changes: list[Any], readers: Any = (), **fields: Any) -> Scenario:
    """Store a new scenario of `user`'s under a free id."""
    for _attempt in range(5):
        row = Scenario(
            slug=free_scenario_slug(title_sv), title_sv=title_sv, changes=changes, owner=user, **fields
        )
        sign(row, user=user, reason="")
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                row.readers.set(readers)
            return row
        except IntegrityError:  # somebody took the id at the same moment
            continue
    raise Conflict(None)


def store_changes(row: Scenario, changes: list[Any], *, seen_version: int, user: Any) -> None:
    """Replace the changes of a scenario. Raises Conflict if it was changed since it was read."""
    row.changes = changes
    save_row(row, seen_version=seen_version, user=user)


def _form_page(request: Request, form: ScenarioForm, title: str, row: Scenario | None) -> HttpResponse:
    context = {"form": form, "title": title, "scenario": row}
    return render(request, "mandates/scenario_form.html", context, status=422 if form.is_bound else 200)
