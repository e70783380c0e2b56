"""Taking an import back: what that would do, and doing it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coordination.base import importundo
from coordination.base.models import ImportJob, RegisterRevision
from coordination.base.tables import kinds
from coordination.base.views.importing import job_of
from coordination.base.views.rows import int_or, the_user

PAGE = 50
LEFT, TAKEN_AWAY, PUT_BACK = "left", "taken-away", "put-back"


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what undoing an import would do; do all of that, or nothing."""
    job = job_of(request, "apply", pk)
    if not importundo.is_undoable(job):
        if getattr(job, "undo", None) is None:
            messages.warning(request, _("Nothing of this file has been read in."))
        return HttpResponseRedirect(job.get_absolute_url())
    problem, reason = "", request.POST.get("reason", "").strip()
    if request.method == "POST":
        if not reason:
            problem = _("Say why the import is undone.")
        else:
            try:
                done = importundo.undo(
                    job,
                    user=the_user(request),
                    reason=reason,
                    leave=request.POST.get("leave") == "1",
                    seen=int_or(request.POST.get("seen"), -1),
                )
            except importundo.Moved:
                problem = _("The register has been changed meanwhile. This is what undoing would do now.")
            except importundo.CannotUndo as error:
                problem = str(error)
            else:
                count = len(done.taken_away) + len(done.put_back)
                said = ngettext("The import is undone: one row.", "The import is undone: %(n)s rows.", count)
                messages.success(request, said % {"n": count})
                return HttpResponseRedirect(job.get_absolute_url())
    return _page(request, job, problem, reason)


def _page(request: HttpRequest, job: ImportJob, problem: str, reason: str) -> HttpResponse:
    # Read before the plan is: a change in between makes the plan old, never wrong without saying so.
    seen = RegisterRevision.current()
    plan = importundo.plan(job)
    lists = {
        LEFT: (_("Left as they are"), plan.left),
        TAKEN_AWAY: (_("Taken away"), plan.taken_away),
        PUT_BACK: (_("Back as they were"), plan.put_back),
    }
    shown = request.GET.get("show", "")
    if shown not in lists:
        shown = next((key for key, (_label, units) in lists.items() if units), TAKEN_AWAY)
    context = {
        "job": job,
        "kind_label": capfirst(kinds.get(job.kind).label),
        "seen": seen,
        "lists": [(key, label, len(units)) for key, (label, units) in lists.items()],
        "shown": shown,
        "shown_label": lists[shown][0],
        "page": Paginator(lists[shown][1], PAGE).get_page(request.GET.get("page")),
        "left": len(plan.left),
        "count": len(plan.taken_away) + len(plan.put_back),
        "problem": problem,
        "reason": reason,
    }
    return render(request, "importing/undo.html", context, status=422 if problem else 200)
