"""The agenda of a meeting: read by those at the table, made by the chair."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may
from coordination.base.editing import Conflict
from coordination.base.views.rows import int_or, the_user
from mandates import findings_list
from mandates.findings_work import Moment
from meetings import agenda, agenda_proposals
from meetings.agenda_forms import ItemForm
from meetings.deciding import DECIDES
from meetings.models import AgendaItem, Meeting, Minutes

UNPROCESSABLE, CONFLICT = 422, 409


@require_safe
def page(request: Request, slug: str) -> HttpResponse:
    """Opened by those asked, to know what is to be talked about, when, and what to read before they come or send
    somebody else; by the chair, to decide what the meeting takes up, in which order and for how long.

    A reader of the meeting who has no seat does not see it.
    """
    row = _meeting(request, "see answers", slug)
    return _page(request, row, None)


@require_POST
def change(request: Request, slug: str) -> HttpResponse:
    """The buttons and the form of the chair's agenda: add, take up, move, remove."""
    row = _meeting(request, "edit", slug)
    act = request.POST.get("act")
    at = ""
    try:
        if act == "new":
            form = ItemForm(request.POST, meeting=row)
            if not form.is_valid():
                return _page(request, row, form)
            given = form.cleaned_data
            made = agenda.add(
                row,
                **{name: given[name] for name in ("title", "intro", "duration", "owner")},
            )
            at = f"item-{made.pk}"
        elif act == "take up":
            made_of = agenda_proposals.take_up(row, request.POST.get("key", ""), _moment(request))
            if made_of is None:
                messages.warning(request, _("It is no longer proposed; look at the list again."))
            else:
                at = f"item-{made_of.pk}"
        else:
            at = _move_or_remove(request, row, act or "")
    except agenda.Locked:
        _say_locked(request)
    address = reverse("meetings:agenda", args=[row.slug])
    return HttpResponseRedirect(f"{address}#{at}" if at else address)


def _move_or_remove(request: Request, row: Meeting, act: str) -> str:
    item = row.items.filter(pk=int_or(request.POST.get("item"))).first()
    if item is None:
        messages.warning(request, _("The item is not on the agenda any more."))
        return ""
    item.meeting = row
    if act in ("up", "down"):
        agenda.move(item, agenda.UP if act == "up" else agenda.DOWN)
        return f"item-{item.pk}"
    if act == "remove":
        try:
            agenda.remove(item)
        except agenda.HasContent:
            messages.warning(
                request,
                _("Minutes, decisions or actions stand under the item. It stays, so that they are kept."),
            )
            return f"item-{item.pk}"
        messages.success(request, _("“%(title)s” is taken off the agenda.") % {"title": item.title})
    return ""


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str, pk: int) -> HttpResponse:
    """Opened by the chair who knows more about an item: its text, length, who presents it, and what to read."""
    items = AgendaItem.objects.filter(meeting__slug=slug).select_related(
        "meeting__network", "owner", "finding"
    )
    item = fetch(request, "edit", items, pk=pk)
    row = item.meeting
    back = f"{reverse('meetings:agenda', args=[row.slug])}#item-{item.pk}"
    form = ItemForm(request.POST if request.method == "POST" else None, instance=item, meeting=row)
    theirs, status = None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            seen = form.cleaned_data.get("version") or 0
            try:
                agenda.save(form.instance, seen_version=seen, documents=form.chosen_documents())
            except Conflict as conflict:
                theirs, status = conflict.current, CONFLICT
                sent = request.POST.copy()
                sent["version"] = str(theirs.version if theirs else seen)
                form.data = sent
            except agenda.Locked:
                _say_locked(request)
                return HttpResponseRedirect(back)
            else:
                return HttpResponseRedirect(back)
    context = {"meeting": row, "item": item, "form": form, "theirs": theirs, "back": back}
    return render(request, "meetings/agenda_item.html", context, status=status)


def _page(request: Request, row: Meeting, form: ItemForm | None) -> HttpResponse:
    runs = may(request.user, "edit", row)
    items = agenda.items_of(row)
    lines = agenda.timed(row, items)
    locked = agenda.is_locked(row)
    open_to = findings_list.open_to(request.user, (item.finding.key for item in items if item.finding))
    context: dict[str, Any] = {
        "meeting": row,
        "runs": runs and not locked,
        "locked": locked,
        "lines": lines,
        "over": agenda.minutes_over(lines, row),
        "open_to": open_to,
        "has_minutes": Minutes.objects.filter(meeting=row).exists(),
        "may_write": runs,
        "may_decide": row.state in DECIDES,
    }
    if context["runs"]:
        context["form"] = form or ItemForm(meeting=row)
        context["proposals"] = agenda_proposals.proposals(row, _moment(request))
    return render(request, "meetings/agenda.html", context, status=UNPROCESSABLE if form else 200)


def _meeting(request: Request, action: str, slug: str) -> Meeting:
    rows = Meeting.objects.select_related("network").prefetch_related("network__areas")
    return fetch(request, action, rows, slug=slug)


def _moment(request: Request) -> Moment:
    return Moment(the_user(request), timezone.now(), timezone.localdate(), request.as_of)


def _say_locked(request: Request) -> None:
    messages.warning(
        request,
        _(
            "The agenda stays as it is: its minutes wait for approval or are approved, or the meeting is cancelled."
        ),
    )
