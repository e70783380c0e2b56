"""Merging a duplicate: what would happen, the merger, its report, and undoing it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base import nouns
from coordination.base.authorisation import fetch, require
from coordination.base.editing import Conflict
from coordination.base.history import keep_baseline
from coordination.base.views.rows import int_or, the_user
from network import merging
from network.models import Actor, Merge
from network.options import actor_field

PAGE = 50


class MergeForm(forms.Form):
    target = actor_field(label=gettext_lazy("The actor that stays"))
    reason = forms.CharField(label=gettext_lazy("Why they are the same"), max_length=100)


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the actor that stays, look at what would move, and merge."""
    source = fetch(request, "merge", Actor.objects.filter(merged_into=None), slug=key)
    user = the_user(request)
    form = MergeForm(request.POST if request.method == "POST" else None)
    plan = None
    if request.method == "POST" and form.is_valid():
        target: Any = form.cleaned_data["target"]
        try:
            if "merge" in request.POST:
                keep_baseline(source)
                report = merging.merge(
                    source,
                    target,
                    seen_version=int_or(request.POST.get("version")),
                    user=user,
                    reason=form.cleaned_data["reason"],
                )
                messages.success(
                    request, _("%(source)s is now part of %(target)s.") % {"source": source, "target": target}
                )
                return HttpResponseRedirect(reverse("network:merge", args=[report.pk]))
            plan = merging.dry_run(source, target)
        except merging.CannotMerge as error:
            form.add_error("target", str(error))
        except Conflict:
            form.add_error(None, _("Somebody changed this actor meanwhile. Look at the report again."))
    context = {
        "source": Actor.objects.get(pk=source.pk),
        "form": form,
        "plan": plan,
        "options": form.fields["target"].options,  # type: ignore[attr-defined]  # a field that picks rows
        "back": nouns.noun_of(source).page_of(source),
    }
    wrong = form.is_bound and not form.is_valid()
    return render(request, "editing/merge.html", context, status=422 if wrong else 200)


@require_safe
def merge_list(request: HttpRequest) -> HttpResponse:
    """Every merger, newest first."""
    require(request, "merge", Actor)
    rows = Merge.objects.select_related("source", "target", "merged_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "editing/merges.html", {"page": page})


@require_http_methods(["GET", "POST"])
def merge_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What a merger moved; undone from here."""
    require(request, "merge", Actor)
    rows = Merge.objects.select_related("source", "target", "merged_by")
    report = fetch(request, "merge", rows, pk=pk)
    if request.method == "POST":
        stayed = merging.undo(report, user=the_user(request), at=timezone.now())
        if stayed:
            messages.warning(
                request,
                _("Undone, but these rows have changed since and stay: %(rows)s")
                % {"rows": "; ".join(stayed)},
            )
        else:
            messages.success(request, _("The merger is undone."))
        return HttpResponseRedirect(request.path)
    return render(request, "editing/merge_report.html", {"report": report})
