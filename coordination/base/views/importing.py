"""Files from spreadsheets: sent, tried, shown, and taken in or sent back; and who did so before."""

import logging
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from coordination.base import importjobs, importundo, nouns, tasks
from coordination.base.authorisation import fetch, require
from coordination.base.editing import once
from coordination.base.htmx import render_page
from coordination.base.models import ImportJob, RegisterRevision
from coordination.base.tables import BadMapping, all_kinds, kinds, labels, write
from coordination.base.tables.exporting import CONTENT_TYPES
from coordination.base.tables.reading import LIMITS, MEGABYTE
from coordination.base.views.rows import the_user

log = logging.getLogger(__name__)
PAGE = 50
TEMPLATE_FORMATS = ("csv", "xlsx")
# The lists on a file's page, in the order in which they matter.
REJECTED, WARNINGS, CREATED, UPDATED = "rejected", "warnings", "created", "updated"
State = ImportJob.State


class UploadForm(forms.Form):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV, XLSX or JSON, at most 5 MB and 20,000 rows. The first row names the columns."
        ),
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.name, capfirst(kind.label)) for kind in all_kinds()]
        self.fields["kind"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]  # a field of choices
        self.fields["kind"].widget.attrs["class"] = "ds-input"
        self.fields["file"].widget.attrs |= {"class": "ds-input", "accept": ".csv,.xlsx,.json,.txt,.tsv"}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LIMITS.bytes:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB.") % {"most": LIMITS.bytes // MEGABYTE}
            )
        return file


def ring(job: ImportJob) -> None:
    """Wake the worker. Without a broker the job waits in the database, and is found there."""
    try:
        tasks.work_on_import.delay(job=job.pk)
    except (OperationalError, OSError):
        log.exception("the broker is away; import job %s waits", job.pk)


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Send a file; below, the files that were sent before."""
    require(request, "add", ImportJob)
    user = the_user(request)
    form = (
        UploadForm(request.POST, request.FILES)
        if request.method == "POST"
        else UploadForm(initial=_initial(request))
    )
    if form.is_bound and form.is_valid():
        made: list[ImportJob] = []

        def act() -> str:
            file = form.cleaned_data["file"]
            job = importjobs.start(
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                content=file.read(),
                user=user,
                language=get_language() or "sv",
            )
            made.append(job)
            return job.get_absolute_url()

        url, done = once(form.cleaned_data["submit_key"], user, act)
        if done:
            ring(made[0])
        return HttpResponseRedirect(url)
    jobs = ImportJob.objects.select_related("sent_by", "decided_by", "undo").defer(
        "content", "found", "columns", "mapping"
    )
    page = Paginator(jobs, PAGE).get_page(request.GET.get("page"))
    titles = {kind.name: kind.label for kind in all_kinds()}
    context = {
        "form": form,
        "page": page,
        "titles": titles,
        "kinds": all_kinds(),
        "formats": TEMPLATE_FORMATS,
    }
    return render(request, "importing/imports.html", context, status=422 if form.is_bound else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    import uuid

    return {"submit_key": uuid.uuid4(), "kind": request.GET.get("kind", "")}


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file with the header that files of this kind have."""
    require(request, "add", ImportJob)
    wanted = request.GET.get("format", "csv")
    table = _kind(kind)
    if wanted not in TEMPLATE_FORMATS:
        raise Http404
    return _download(write(table.name, [], wanted), f"{table.name}.{wanted}", wanted)


def _kind(name: str) -> Any:
    try:
        return kinds.get(name)
    except KeyError as error:
        raise Http404 from error


def _download(content: bytes, name: str, wanted: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: being tried, waiting for a word, or done. What asks again while it is worked on is a part."""
    found = job_of(request, "view", pk)
    return _page(request, found)


def job_of(request: HttpRequest, action: str, pk: int) -> ImportJob:
    rows = ImportJob.objects.select_related("sent_by", "decided_by", "undo__by").defer("content")
    return fetch(request, action, rows, pk=pk)


def _page(request: HttpRequest, job: ImportJob, *, problem: str = "") -> HttpResponse:
    table = _kind(job.kind)
    lists = _lists(job)
    shown = request.GET.get("show", "")
    if shown not in lists:
        shown = next((key for key, (_label, count) in lists.items() if count), REJECTED)
    page = Paginator(_items(job, shown), PAGE).get_page(request.GET.get("page"))
    if shown in (CREATED, UPDATED) and job.state == State.APPLIED:
        _link(page)
    context = {
        "job": job,
        "kind": table,
        "lists": [(key, label, count) for key, (label, count) in lists.items()],
        "shown": shown,
        "shown_label": lists[shown][0],
        "page": page,
        "problem": problem,
        "columns": _column_lines(job, table),
        "guesses": sum(bool(c["field"]) and not c["is_certain"] for c in job.columns),
        "unused": sum(not c["field"] for c in job.columns),
        "taken": job.created + job.updated,
        "same": importjobs.same_file(job) if job.state in (State.CHECKED, State.APPLYING) else None,
        "is_old": job.state == State.CHECKED and job.revision != RegisterRevision.current(),
        "most_shown": importjobs.MOST_KEPT,
        "undone": getattr(job, "undo", None),
        "is_undoable": importundo.is_undoable(job),
    }
    return render_page(
        request, "importing/job.html", context, fragment="import-state", status=422 if problem else 200
    )


def _lists(job: ImportJob) -> dict[str, tuple[str, int]]:
    is_done = job.state == State.APPLIED
    return {
        REJECTED: (_("Rejected"), len(job.found.get("rejected", []))),
        CREATED: (_("Read in as new") if is_done else _("New"), job.created),
        UPDATED: (_("Changed"), job.updated),
        WARNINGS: (_("Remarks"), job.warned),
    }


def _items(job: ImportJob, shown: str) -> list[dict[str, Any]]:
    if shown in (REJECTED, WARNINGS):
        return list(job.found.get(shown, []))
    return [dict(item) for item in job.found.get("outcomes", []) if item["what"] == shown]


def _link(page: Page) -> None:
    """Give each row on the page the address of what it became. A query or two for each model."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for item in page.object_list:
        wanted.setdefault(item["model"], []).append(item)
    for label, items in wanted.items():
        try:
            model: Any = apps.get_model(label)
            noun = nouns.noun_of(model)
        except LookupError:
            continue
        rows = model._default_manager.select_related(*filter(None, [noun.parent]))
        there = rows.in_bulk([item["pk"] for item in items])
        for item in items:
            row = there.get(item["pk"])
            if row is not None:
                item["url"] = nouns.noun_of(row).page_of(row)


def _column_lines(job: ImportJob, table: Any) -> list[dict[str, Any]]:
    fields = [(name, labels.label_of(table, name)) for name in (*table.columns, *table.extra_columns)]
    lines = []
    for number, column in enumerate(job.columns):
        options = [("", _("– not used –")), *fields]
        own = table.open_part
        if own is not None and own.NAME.fullmatch(column["name"]):
            options.insert(1, (importjobs.OWN, _("– keep as it is called –")))
        lines.append({**column, "options": options, "input": f"column-{number}"})
    return lines


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the file again, with the columns as chosen; or ask the worker once more."""
    found = job_of(request, "apply", pk)
    if found.is_working:
        ring(found)
        return HttpResponseRedirect(found.get_absolute_url())
    mapping = None
    if found.columns:
        wanted = {
            column["name"]: request.POST[f"column-{number}"]
            for number, column in enumerate(found.columns)
            if f"column-{number}" in request.POST
        }
        try:
            mapping = importjobs.as_mapping(found, wanted) if wanted else None
        except BadMapping as error:
            return _page(request, found, problem=str(error))
    if importjobs.try_again(found, mapping):
        ring(found)
    else:
        messages.warning(request, _("This file has been decided about already."))
    return HttpResponseRedirect(found.get_absolute_url())


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the file in as it was shown. Pressed twice, it happens once."""
    found = job_of(request, "apply", pk)
    skip = request.POST.get("skip") == "1"
    if found.state == State.CHECKED and found.rejected and not skip:
        return _page(
            request,
            found,
            problem=_("Some rows are rejected. Say that they are to be left out, or correct the file."),
        )
    if importjobs.accept(found, user=the_user(request), skip_rejected=skip):
        ring(found)
    elif found.state not in (State.APPLYING, State.APPLIED):
        messages.warning(request, _("This file is not waiting to be read in."))
    return HttpResponseRedirect(found.get_absolute_url())


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the file away; nothing of it is taken in."""
    found = job_of(request, "apply", pk)
    if importjobs.discard(found, user=the_user(request)):
        messages.success(request, _("“%(name)s” was put away. Nothing was read in.") % {"name": found})
        return HttpResponseRedirect(reverse("base:imports"))
    messages.warning(request, _("This file has been decided about already."))
    return HttpResponseRedirect(found.get_absolute_url())


@require_safe
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong with the file, as a table to send back to whoever made it."""
    found = job_of(request, "view", pk)
    wanted = request.GET.get("format", "csv")
    if wanted not in TEMPLATE_FORMATS:
        raise Http404
    said = [(_("rejected"), found.found.get(REJECTED, [])), (_("remark"), found.found.get(WARNINGS, []))]
    rows = [
        {
            _("row"): str(item["row"] or ""),
            _("column"): item["column"] or "",
            _("value"): item["value"] or "",
            _("what"): what,
            _("why"): item["text"],
        }
        for what, items in said
        for item in items
    ]
    content = write("remarks", rows or [{_("row"): ""}], wanted)
    return _download(content, f"import-{found.pk}.{wanted}", wanted)
