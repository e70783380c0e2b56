"""The minutes of a meeting: written, read, approved."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, is_coordinator, may, require
from coordination.base.editing import Conflict
from coordination.base.views.rows import int_or, the_user
from meetings import agenda, approving, minutes
from meetings.models import AgendaItem, Attendance, Meeting, Minutes
from meetings.models.agendas import MINUTES
from meetings.tasks import send_soon
from network.permissions import own_actors

State = Minutes.State
UNPROCESSABLE, CONFLICT, LOCKED = 422, 409, 423


@require_safe
def page(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair during the meeting and after it, to write under each item what was said, and to send it for
    approval; by the adjuster, to decide whether it is right; by those at the table, to object before it is approved
    and to find afterwards what was decided.

    While they are being written, only those who run the meeting see them.
    """
    return _page(request, _meeting(request, slug))


@require_POST
def write(request: Request, slug: str, pk: int) -> HttpResponse:
    """One item's text, sent by the page's program as it is written, or by the form's button without it."""
    items = AgendaItem.objects.filter(meeting__slug=slug).select_related("meeting__network")
    item = fetch(request, "edit", items, pk=pk)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = None
    if key is None or len(text) > MINUTES:
        said = _("The text is too long: at most %(n)s characters.") % {"n": MINUTES}
        if wants_json:
            return JsonResponse({"error": said}, status=UNPROCESSABLE)
        messages.warning(request, said)
        return _page(request, item.meeting, mine={item.pk: text}, status=UNPROCESSABLE)
    try:
        saved = minutes.save_text(
            item,
            text=text,
            base_version=int_or(request.POST.get("base")),
            key=key,
            user=the_user(request),
            now=timezone.now(),
            joins=[int_or(one) for one in request.POST.getlist("joins")],
        )
    except minutes.Locked:
        said = _("The minutes wait for approval or are approved, so nothing is saved.")
        if wants_json:
            return JsonResponse({"error": said}, status=LOCKED)
        messages.warning(request, said)
        return _page(request, item.meeting, mine={item.pk: text}, status=CONFLICT)
    if wants_json:
        answer = {"version": saved.version, "text": saved.text}
        if saved.conflict is not None:
            return JsonResponse(answer | {"joins": saved.conflict.pk}, status=CONFLICT)
        return JsonResponse(answer)
    if saved.conflict is not None:
        return _page(request, item.meeting, status=CONFLICT)
    messages.success(request, _("The text is saved."))
    return HttpResponseRedirect(f"{_address(item.meeting)}#item-{item.pk}")


@require_POST
def act(request: Request, slug: str) -> HttpResponse:
    """The buttons below the minutes: case number, send, remark, approve, take back, open again."""
    row = _meeting(request, slug)
    what = request.POST.get("act", "")
    written = (
        minutes.of(row) if may(request.user, "edit", row) else Minutes.objects.filter(meeting=row).first()
    )
    if written is None:  # nobody has begun them, so there is nothing to remark on
        return HttpResponseRedirect(_address(row))
    try:
        done = _ACTS[what](request, written) if what in _ACTS else ""
    except approving.NotNow as late:
        who = late.minutes.approved_by
        if late.minutes.state == State.APPROVED:
            said = _("The minutes are approved already, by %(who)s.") % {
                "who": (who.get_full_name() or who.email) if who else _("silence")
            }
        else:
            said = _("The minutes are in another state meanwhile: %(state)s.") % {
                "state": late.minutes.get_state_display()
            }
        messages.warning(request, said)
    except Conflict:
        messages.warning(
            request, _("Somebody changed or remarked on the minutes meanwhile. Look at them again.")
        )
    except approving.WasAbsent:
        messages.warning(
            request, _("The adjuster must have been at the meeting. Choose somebody who was present.")
        )
    except approving.NotJoined:
        messages.warning(request, _("Texts of two writers wait to be joined. Join them first."))
    except approving.TooLong:
        messages.warning(
            request, _("There is no room for more remarks. Write to whoever called the meeting.")
        )
    else:
        if done:
            messages.success(request, done)
    return HttpResponseRedirect(_address(row))


def _number(request: HttpRequest, written: Minutes) -> str:
    require(request, "edit", written)
    number = " ".join(request.POST.get("case_number", "").split())[:60]
    if not Minutes.objects.filter(pk=written.pk, state=State.WRITING).update(case_number=number):
        raise approving.NotNow(written)
    return _("The case number is saved.")


def _send(request: HttpRequest, written: Minutes) -> str:
    require(request, "edit", written)
    chosen = request.POST.get("adjuster", "")
    adjuster = written.meeting.invitations.standing().filter(pk=int_or(chosen)).first() if chosen else None
    days = min(max(int_or(request.POST.get("days"), 14), approving.LEAST_DAYS), approving.MOST_DAYS)
    if chosen and adjuster is None:
        raise approving.WasAbsent
    count = approving.send(
        written,
        adjuster=adjuster,
        days=days,
        seen_version=_seen(request),
        user=the_user(request),
        now=timezone.now(),
        today=timezone.localdate(),
    )
    send_soon()
    return _("The minutes are sent for approval. Mail goes to %(n)s.") % {"n": count}


def _approve(request: HttpRequest, written: Minutes) -> str:
    require(request, "approve", written)
    if not _may_approve(request, written):
        return ""
    approving.approve(written, user=the_user(request), seen_version=_seen(request), now=timezone.now())
    return _("The minutes are approved and locked.")


def _remark(request: HttpRequest, written: Minutes) -> str:
    require(request, "view", written)
    text = request.POST.get("text", "").strip()[:2000]
    if not text:
        return ""
    user = the_user(request)
    approving.remark(
        written, text=text, who=user.get_full_name() or user.email, user=user, now=timezone.now()
    )
    return _("Your remark is kept with the minutes.")


def _take_back(request: HttpRequest, written: Minutes) -> str:
    require(request, "edit", written)
    approving.take_back(written, seen_version=_seen(request), user=the_user(request), now=timezone.now())
    return _("The minutes can be written in again.")


def _reopen(request: HttpRequest, written: Minutes) -> str:
    require(request, "reopen", written)
    reason = " ".join(request.POST.get("reason", "").split())[:500]
    if not reason:
        messages.warning(request, _("Say why the minutes are opened again."))
        return ""
    approving.reopen(
        written, reason=reason, seen_version=_seen(request), user=the_user(request), now=timezone.now()
    )
    return _("The minutes are open again. What was approved stays in their history.")


_ACTS = {
    "number": _number,
    "send": _send,
    "approve": _approve,
    "remark": _remark,
    "take back": _take_back,
    "reopen": _reopen,
}


def _page(
    request: Request, row: Meeting, *, mine: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    runs = may(request.user, "edit", row)
    written = Minutes.objects.filter(meeting=row).select_related("approved_by", "adjuster__actor").first()
    if written is None and runs:
        written = Minutes(meeting=row)
    state = written.state if written else State.WRITING
    hidden = state == State.WRITING and not runs
    writes = runs and state == State.WRITING
    waiting: dict[int, list[Any]] = {}
    for one in minutes.waiting(row) if writes else []:
        waiting.setdefault(one.item_id, []).append(one)
    items = row.items.select_related("owner").prefetch_related("decisions", "actions__owner")
    lines = [] if hidden else agenda.timed(row, items.order_by("position", "pk"))
    people = list(row.invitations.standing().select_related("actor").order_by("sort_sv", "pk"))
    context: dict[str, Any] = {
        "meeting": row,
        "minutes": written,
        "hidden": hidden,
        "runs": runs,
        "writes": writes,
        "lines": [
            (
                line,
                waiting.get(line.item.pk, []),
                (mine or {}).get(line.item.pk, line.item.text),
                uuid.uuid4(),
            )
            for line in lines
        ],
        "people": people,
        "adjusters": [one for one in people if one.attendance == Attendance.PRESENT],
        "has_waiting": bool(waiting),
        "may_approve": written is not None and state == State.APPROVAL and _may_approve(request, written),
        "may_reopen": written is not None
        and state == State.APPROVED
        and may(request.user, "reopen", written),
        "longest": MINUTES,
        "is_held": row.state == Meeting.State.HELD,
    }
    return render(request, "meetings/minutes.html", context, status=status)


def _may_approve(request: HttpRequest, written: Minutes) -> bool:
    """The adjuster; a coordinator for one who has no account, and where silence is waited for."""
    adjuster = written.adjuster
    if is_coordinator(request.user):
        return True
    return adjuster is not None and adjuster.actor_id in own_actors(request.user)


def _meeting(request: Request, slug: str) -> Meeting:
    return fetch(request, "see answers", Meeting.objects.select_related("network"), slug=slug)


def _seen(request: HttpRequest) -> int:
    return int_or(request.POST.get("version"))


def _address(row: Meeting) -> str:
    return reverse("meetings:minutes", args=[row.slug])
