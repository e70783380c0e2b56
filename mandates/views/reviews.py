"""Reviews: a reviewer freezes what the rules find on a day, publishes it, and files the report."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base import as_of as days
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict
from coordination.base.views.rows import the_user
from mandates import findings_store, review_report, reviews, tasks
from mandates.findings_list import sees_all
from mandates.models import Review
from mandates.review_docx import docx
from mandates.review_forms import ReviewForm
from mandates.review_pdf import pdf
from mandates.review_xlsx import xlsx
from mandates.scenarios import OutsideStrategy

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Act = Callable[[Review], None]


@require_safe
def review_list(request: Request) -> HttpResponse:
    """Which reviews there are: a ministry looks for the latest report, a reviewer for a draft of their own."""
    require(request, "view", Review)
    rows = Review.objects.readable_by(request.user, sees_all=sees_all(request.user))
    rows = rows.select_related("strategy", "owner").defer("content")
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": page.object_list, "may_add": may(request.user, "add", Review)}
    return render(request, "mandates/reviews.html", context)


@require_safe
def review(request: Request, slug: str) -> HttpResponse:
    """A draft with its scope, or the frozen findings as the report says them: the reader judges and files it."""
    row = _fetch(request, "view", slug)
    language = "en" if (get_language() or "sv").startswith("en") else "sv"
    context: dict[str, Any] = {
        "review": row,
        "report": review_report.report(row, language) if row.is_frozen else None,
        "is_whole": reviews.is_whole(row),
        "acts": {name for name in ("edit", "freeze", "remove", "publish") if may(request.user, name, row)},
        "following": [
            later
            for later in row.following.filter(frozen_at__isnull=False).defer("content")
            if may(request.user, "view", later)
        ],
    }
    return render(request, "mandates/review.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Scope and day of a new draft."""
    require(request, "add", Review)
    initial = {"as_of": request.as_of, "strategy": days.current_strategy(request.as_of)}
    form = ReviewForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = reviews.create(form.instance, user=the_user(request))
        except OutsideStrategy as error:
            form.add_error("as_of", str(error))
        else:
            return HttpResponseRedirect(made.get_absolute_url())
    return _form_page(request, form, _("New review"), None)


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """Change a draft's scope, day or title."""
    row = _fetch(request, "edit", slug)
    if row.is_frozen:
        return _refused(request, row)
    form = ReviewForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.change(form.instance, seen_version=form.cleaned_data["version"] or 0)
        except OutsideStrategy as error:
            form.add_error("as_of", str(error))
        except reviews.AlreadyFrozen:
            return _refused(request, row)
        except Conflict:
            form.add_error(
                None, _("Somebody else has changed the draft. Load the page again to see what it says now.")
            )
        else:
            messages.success(request, _("Saved: %(row)s.") % {"row": row})
            return HttpResponseRedirect(row.get_absolute_url())
    return _form_page(request, form, _("Edit %(row)s") % {"row": row}, row)


@require_http_methods(["GET", "POST"])
def freeze(request: Request, slug: str) -> HttpResponse:
    """Say that what is frozen stays, and freeze. The rules of a large register run in the worker."""
    row = _fetch(request, "freeze", slug)

    def act(seen: Review) -> None:
        if findings_store.is_quick():
            reviews.freeze(seen, seen_version=seen.version, user=the_user(request), now=timezone.now())
            messages.success(
                request, _("Frozen. The report can be downloaded, and nothing in it changes again.")
            )
        else:
            tasks.freeze_soon(seen, the_user(request))
            messages.info(
                request, _("The rules are running. Load the page again in a minute to see the review.")
            )

    return _confirmed(request, row, "mandates/review_freeze.html", act)


@require_http_methods(["GET", "POST"])
def remove(request: Request, slug: str) -> HttpResponse:
    """Remove a draft, after a question."""
    row = _fetch(request, "remove", slug)

    def act(seen: Review) -> None:
        reviews.remove(seen, seen_version=seen.version)
        messages.success(request, _("Removed: %(row)s.") % {"row": row})

    return _confirmed(request, row, "mandates/review_remove.html", act, reverse("mandates:reviews"))


@require_http_methods(["GET", "POST"])
def publish(request: Request, slug: str) -> HttpResponse:
    """Let everybody read a frozen review, or take it back, after a question that says who sees what."""
    row = _fetch(request, "publish", slug)
    if not row.is_frozen:
        raise Http404

    def act(seen: Review) -> None:
        if seen.is_published:
            reviews.withdraw(seen)
            messages.success(request, _("No longer published."))
        else:
            reviews.publish(seen, user=the_user(request), now=timezone.now())
            messages.success(request, _("Published."))

    return _confirmed(request, row, "mandates/review_publish.html", act)


@require_safe
def report(request: Request, slug: str, format: str) -> HttpResponse:
    """The report as a file, in the language of the page. Byte-identical for the same review and release."""
    row = _fetch(request, "view", slug)
    if format not in TYPES or row.frozen_at is None:
        raise Http404
    language = "en" if (get_language() or "sv").startswith("en") else "sv"
    written = review_report.report(row, language)
    match format:
        case "pdf":
            content = pdf(written, at=int(row.frozen_at.timestamp()))
        case "docx":
            content = docx(written, at=row.frozen_at)
        case _:
            content = xlsx(written, at=row.frozen_at)
    response = HttpResponse(content, content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{row.slug}-{language}.{format}"'
    return response


def _fetch(request: Request, action: str, slug: str) -> Review:
    rows = Review.objects.select_related("strategy", "owner", "previous", "frozen_by", "published_by")
    return fetch(request, action, rows, slug=slug)


def _form_page(request: Request, form: ReviewForm, title: str, row: Review | None) -> HttpResponse:
    context = {"form": form, "title": title, "review": row}
    return render(request, "mandates/review_form.html", context, status=422 if form.errors else 200)


def _confirmed(request: Request, row: Review, template: str, act: Act, after: str = "") -> HttpResponse:
    """Ask on GET; on POST do it to the version that was seen."""
    if request.method == "POST":
        seen = request.POST.get("version", "")
        row.version = int(seen) if seen.isdecimal() else row.version
        try:
            act(row)
        except reviews.AlreadyFrozen:
            return _refused(request, row)
        except OutsideStrategy as error:
            messages.error(request, str(error))
            after = row.get_absolute_url()
        except Conflict:
            messages.error(
                request,
                _("Somebody else has changed the draft. Load the page again to see what it says now."),
            )
            after = row.get_absolute_url()
        return HttpResponseRedirect(after or row.get_absolute_url())
    return render(request, template, {"review": row})


def _refused(request: Request, row: Review) -> HttpResponse:
    messages.error(request, _("The review is frozen. What is frozen is not changed: make a new one."))
    return HttpResponseRedirect(row.get_absolute_url())
