"""Proposing a change, the coordinator's queue, and one's own proposals."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.base import proposals
from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict, once, result_of
from coordination.base.models import Proposal
from coordination.base.nouns import Noun
from coordination.base.views.rows import ENDING, form_page, given, row_of, the_user

PAGE = 20


class GroundsForm(forms.Form):
    """Why a change is proposed, and where it says so."""

    why = forms.CharField(
        label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=500,
        help_text=gettext_lazy("The decision, page or document that says so."),
    )


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """Propose a change of a row; with `?end=1`, only that it ends."""
    return _propose(request, noun, row_of(request, noun, "propose", key))


@require_http_methods(["GET", "POST"])
def propose_new(request: HttpRequest, noun: Noun) -> HttpResponse:
    """Propose a new row; the address may fill in fields of it, `why` and `source`."""
    require(request, "propose", noun.model)
    return _propose(request, noun, None)


def _propose(request: HttpRequest, noun: Noun, row: Any) -> HttpResponse:
    user = the_user(request)
    only = ENDING if row is not None and "end" in request.GET and hasattr(row, "valid_until") else None
    initial = {} if row else given(request, noun)
    form = noun.form_class(
        request.POST if request.method == "POST" else None,
        instance=row,
        initial=initial,
        proposing=True,
        only=only,
    )
    grounds = GroundsForm(
        request.POST if request.method == "POST" else None,
        initial={name: request.GET.get(name, "") for name in GroundsForm.base_fields},
    )
    if request.method == "POST" and all([form.is_valid(), grounds.is_valid()]):
        # A new row is about somebody: it may be proposed only for those the user speaks for.
        problem = noun.prepare_new(form, user) if row is None and noun.prepare_new else None
        if problem is None and may(user, "propose", form.instance):
            done = _store(request, noun, row, form, grounds)
            if done is not None:
                return done
        else:
            form.add_error(None, problem or _("You may propose this only for an actor that you speak for."))
    elif request.method == "POST" and (url := result_of(form.cleaned_data.get("submit_key"), user)):
        return HttpResponseRedirect(url)
    title = (
        (_("Ask to end: %(row)s") if only else _("Propose a change: %(row)s")) % {"row": row}
        if row
        else _("Propose a new row: %(kind)s") % {"kind": noun.kind}
    )
    stored = noun.model._default_manager.get(pk=row.pk) if row else None
    extra = {"grounds": grounds, "proposing": True, "title": title, "may_remove": False, "may_end": False}
    return form_page(request, noun, form, stored, extra=extra)


def _store(
    request: HttpRequest, noun: Noun, row: Any, form: Any, grounds: GroundsForm
) -> HttpResponse | None:
    user = the_user(request)
    made: list[Proposal] = []

    def act() -> str:
        proposal = proposals.propose(
            form,
            noun,
            row,
            user=user,
            reason=grounds.cleaned_data["why"],
            source=grounds.cleaned_data["source"],
            on_behalf_of="",
        )
        if proposal is None:
            return request.path
        made.append(proposal)
        return reverse("base:my-proposals")

    url, done = once(form.cleaned_data.get("submit_key"), user, act)
    if done and not made:
        form.add_error(None, _("Nothing is changed in the form, so there is nothing to propose."))
        return None
    if done:
        messages.success(
            request, _("Thank you. A coordinator will accept your proposal or return it with an answer.")
        )
    return HttpResponseRedirect(url)


def _with_rows(found: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return found.select_related("content_type", "proposed_by", "decided_by").prefetch_related("row")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for a decision, oldest first; the decided ones below."""
    require(request, "decide", Proposal)
    pending = _with_rows(
        Proposal.objects.filter(status=Proposal.Status.PENDING).order_by("proposed_at", "pk")
    )
    decided = _with_rows(
        Proposal.objects.exclude(status=Proposal.Status.PENDING).order_by("-decided_at", "-pk")
    )
    context = {
        "pending": Paginator(pending, PAGE).get_page(request.GET.get("page")),
        "decided": decided[:PAGE],
        "mine": False,
    }
    return render(request, "editing/proposals.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I proposed, and what came of it."""
    require(request, "propose", Proposal)
    found = _with_rows(Proposal.objects.filter(proposed_by=the_user(request)))
    context = {
        "pending": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "decided": [],
        "mine": True,
    }
    return render(request, "editing/proposals.html", context)


@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal side by side; a coordinator accepts it, edited if need be, or returns it."""
    found = _with_rows(Proposal.objects.all()).filter(pk=pk).first()
    if found is None or not may(request.user, "answer", found):
        found = fetch(request, "view", _with_rows(Proposal.objects.all()), pk=pk)
    user = the_user(request)
    try:
        noun = proposals.noun_of(found)
    except LookupError as error:
        raise Http404 from error
    row: Any = noun.model._default_manager.filter(pk=found.object_id).first() if found.object_id else None
    gone = bool(found.object_id) and row is None
    pending = found.status == Proposal.Status.PENDING
    may_edit = pending and may(user, "decide", found)
    # Who gives the other's word takes the proposal as it is, or returns it.
    may_decide = may_edit or (pending and may(user, "answer", found))
    blank = noun.form_class(instance=row)
    now = blank.raw_values(row) if row is not None else None
    form = None
    errors: list[str] = []
    answer = request.POST.get("answer", "").strip()
    if request.method == "POST":
        if not may_decide:
            messages.warning(request, _("This proposal has been decided already."))
            return HttpResponseRedirect(request.path)
        if "return" in request.POST:
            if not answer:
                errors.append(_("Write an answer, so that the proposer knows why."))
            elif _decided(request, found, Proposal.Status.RETURNED, answer):
                return HttpResponseRedirect(reverse("base:proposals"))
        elif not gone:
            form = (
                noun.form_class(request.POST, instance=row, user=user)
                if may_edit
                else _as_proposed(noun, found, row)
            )
            if form.is_valid():
                try:
                    saved = proposals.accept(found, form, noun, user=user, at=timezone.now(), answer=answer)
                except proposals.AlreadyDecided:
                    messages.warning(request, _("This proposal has been decided already."))
                    return HttpResponseRedirect(request.path)
                except Conflict:
                    errors.append(
                        _(
                            "The row was changed while you read. The form below holds what stands now; look again."
                        )
                    )
                    row = noun.model._default_manager.filter(pk=found.object_id).first()
                    now, form = (blank.raw_values(row) if row else None), None
                except IntegrityError:
                    form.add_error(
                        None, _("The same row exists already, or something it refers to was removed.")
                    )
                else:
                    messages.success(request, _("Accepted: %(row)s.") % {"row": saved})
                    return HttpResponseRedirect(noun.page_of(saved))
    if not may_edit:
        form = None
    elif form is None and not gone:
        overlaid = proposals.wanted(found, now or {})
        stored = noun.model._default_manager.get(pk=row.pk) if row is not None else None
        form = noun.form_class(instance=stored, user=user)
        form.initial = {**form.initial, **{k: v for k, v in overlaid.items() if k in form.fields}}
        form.initial["reason"] = _("Proposal %(n)s accepted") % {"n": found.pk}
    context = {
        "proposal": found,
        "noun": noun,
        "row": row,
        "gone": gone,
        "lines": proposals.lines(found, blank, now),
        "moved": row is not None and found.row_version is not None and row.version != found.row_version,
        "form": form,
        "may_decide": may_decide,
        "may_accept": may_decide and not gone,
        "errors": errors,
        "answer": answer,
        "is_mine": found.proposed_by_id == user.pk,
        "row_url": noun.page_of(row) if row is not None else "",
    }
    wrong = errors or (form is not None and form.is_bound)
    return render(request, "editing/proposal.html", context, status=422 if wrong else 200)


def _as_proposed(noun: Noun, found: Proposal, row: Any) -> Any:
    """The form that changes nothing but what is proposed, on the version that the proposer saw."""
    wanted = proposals.fields_of(found)
    return noun.form_class.from_raw(
        {name: pair["to"] for name, pair in wanted.items()},
        instance=noun.model._default_manager.get(pk=row.pk),
        version=found.row_version,
        reason=_("Proposal %(n)s accepted") % {"n": found.pk},
        only=tuple(wanted),
    )


def _decided(request: HttpRequest, found: Proposal, status: str, answer: str) -> bool:
    try:
        proposals.decide(found, status, user=the_user(request), at=timezone.now(), answer=answer)
    except proposals.AlreadyDecided:
        messages.warning(request, _("This proposal has been decided already."))
        return True
    messages.success(request, _("Returned with your answer."))
    return True


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own proposal while nobody has decided."""
    found = fetch(request, "withdraw", Proposal.objects.all(), pk=pk)
    try:
        proposals.decide(found, Proposal.Status.WITHDRAWN, user=None, at=timezone.now())
    except proposals.AlreadyDecided:
        messages.warning(request, _("This proposal has been decided already."))
    else:
        messages.success(request, _("The proposal is withdrawn."))
    return HttpResponseRedirect(reverse("base:my-proposals"))
