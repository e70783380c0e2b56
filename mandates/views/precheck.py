"""Pre-check: whoever drafts a government assignment sees what it would meet, before anybody decides it."""

import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.views.rows import the_user
from mandates import precheck, precheck_docx, precheck_memo, register_snapshot
from mandates.change_json import to_json
from mandates.changes import AddMandate
from mandates.models import Scenario
from mandates.review_pdf import pdf
from mandates.scenario_forms import AddForm
from mandates.views.reviews import TYPES
from mandates.views.scenarios import create, outside_of


class PrecheckForm(AddForm):
    """A planned assignment. It has no id: nothing is stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"]

    def change(self) -> AddMandate:
        self.cleaned_data["code"] = ""
        change = super().change()
        assert isinstance(change, AddMandate)  # what the form is for
        return change


@require_safe
def pre_check(request: Request) -> HttpResponse:
    """The draft is asked about by GET: its address can be sent to a colleague, and nothing is saved."""
    require(request, "add", Scenario)
    form = _form(request)
    context: dict[str, Any] = {"form": form, "found": _found(request, form), "outside": ""}
    if context["found"]:
        context["outside"] = outside_of(register_snapshot.current(), context["found"].day)
    return render(
        request, "mandates/precheck.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_safe
def memo(request: Request, format: str) -> HttpResponse:
    """The same as a file."""
    require(request, "add", Scenario)
    found = _found(request, _form(request))
    if format not in ("pdf", "docx"):
        raise Http404
    if found is None:  # nothing to write about yet: the form says what is missing
        query = request.GET.urlencode()
        return HttpResponseRedirect(reverse("mandates:pre-check") + (f"?{query}" if query else ""))
    written = precheck_memo.memo(found, register_snapshot.current())
    at = datetime.datetime.combine(timezone.localdate(), datetime.time(), datetime.UTC)
    if format == "pdf":
        content = pdf(written, at=int(at.timestamp()), template="memo")
    else:
        content = precheck_docx.docx(written, at=at)
    response = HttpResponse(content, content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{found.mandate.code}.{format}"'
    return response


@require_POST
def keep(request: Request) -> HttpResponse:
    """A scenario of the user's own with the draft as its change, to go on with."""
    require(request, "add", Scenario)
    form = PrecheckForm(request.POST, register=register_snapshot.current())
    if not form.is_valid():
        return render(request, "mandates/precheck.html", {"form": form, "found": None}, status=422)
    change = form.change()
    kept = create(user=the_user(request), title_sv=change.mandate.title_sv[:300], changes=[to_json(change)])
    day = (change.on or request.as_of).isoformat()
    return HttpResponseRedirect(f"{kept.get_absolute_url()}?as_of={day}")


def _form(request: Request) -> PrecheckForm:
    asked = request.GET if "holder" in request.GET else None
    return PrecheckForm(asked, register=register_snapshot.current())


def _found(request: Request, form: PrecheckForm) -> precheck.Precheck | None:
    if not form.is_bound or not form.is_valid():
        return None
    return precheck.check(form.change(), request.as_of, register_snapshot.current())
