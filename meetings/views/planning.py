"""Making a meeting, and changing it."""

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict, once, result_of
from coordination.base.models import User
from coordination.base.views.rows import LOOK, int_or, the_user
from meetings import changelog, effects, inviting, queries
from meetings.forms import MeetingForm, day_words
from meetings.models import Meeting, Pause, SeatContact
from meetings.redletters import holiday
from meetings.tasks import send_soon
from network.models import Network, Seat

CONFLICT, UNPROCESSABLE = 409, 422
CONFIRM, BACK = "confirm", "back"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Opened by whoever convenes a network, to plan its next meeting; decided here: day, hours, place, subject.

    The meeting is a draft, which nobody else sees and nobody is mailed about.
    """
    require(request, "add", Meeting)
    user, today = the_user(request), timezone.localdate()
    networks = queries.plannable(user, today)
    asked = networks.filter(slug=request.GET.get("network", "")).first()
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        networks=networks,
        initial={"network": asked.slug if asked else "", "language": get_language() or "sv"},
    )
    if request.method == "POST" and LOOK not in request.POST:
        if form.is_valid() and may(user, "add", form.instance):

            def make() -> str:
                made: Meeting = inviting.create(form.instance, user=user)
                return made.get_absolute_url()

            url, is_new = once(form.cleaned_data.get("submit_key"), user, make)
            if is_new:
                messages.success(
                    request,
                    _("The meeting is saved as a draft. Look at who is on the list, then invite them."),
                )
            return HttpResponseRedirect(url)
        if url_before := result_of(form.cleaned_data.get("submit_key"), user):
            return HttpResponseRedirect(url_before)
    return _form_page(request, form, None, network=asked)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened by the chair to move, rename or correct a meeting.

    Of one that people are invited to it is said before saving who is mailed, and whose answers count no longer:
    that is what the chair decides on the second step.
    """
    row = fetch(request, "edit", Meeting.objects.select_related("network"), slug=slug)
    if not row.is_open:
        messages.warning(request, _("A meeting that was held or cancelled stays as it was."))
        return HttpResponseRedirect(row.get_absolute_url())
    user, now = the_user(request), timezone.now()
    if request.method != "POST":
        return _form_page(request, MeetingForm(instance=row), row)
    form = MeetingForm(request.POST, instance=row)
    if LOOK in request.POST or BACK in request.POST:
        return _form_page(request, form, row)
    if not form.is_valid():
        if url := result_of(form.cleaned_data.get("submit_key"), user):
            return HttpResponseRedirect(url)
        return _form_page(request, form, row)
    seen = form.cleaned_data.get("version") or 0
    current = Meeting.objects.get(pk=row.pk)
    if url := result_of(form.cleaned_data.get("submit_key"), user):
        return HttpResponseRedirect(url)
    if current.version != seen:
        return _conflict(request, form, current, seen)
    if not form.changed_raw:
        messages.info(request, _("Nothing was changed."))
        return HttpResponseRedirect(row.get_absolute_url())
    if row.state == Meeting.State.INVITED and CONFIRM not in request.POST:
        told = effects.effects(row, now=now)
        if told:
            return _confirm_page(request, form, row, current, told)
    try:
        return _save(request, form, seen, user, now)
    except Conflict as conflict:
        return _conflict(request, form, conflict.current, seen)
    except inviting.NotNow:
        messages.warning(request, _("A meeting that was held or cancelled stays as it was."))
        return HttpResponseRedirect(row.get_absolute_url())


def _save(
    request: HttpRequest, form: MeetingForm, seen: int, user: User, now: datetime.datetime
) -> HttpResponse:
    told = inviting.Told()

    def save() -> str:
        nonlocal told
        told = inviting.change(
            form.instance,
            seen_version=seen,
            user=user,
            now=now,
            reason=form.cleaned_data.get("reason", ""),
        )
        saved: Meeting = form.instance
        return saved.get_absolute_url()

    url, done = once(form.cleaned_data.get("submit_key"), user, save)
    if done:
        send_soon()
        messages.success(request, said(_("Saved."), told))
    return HttpResponseRedirect(url)


def said(begins: str, told: inviting.Told) -> str:
    """What was done, and how many were told."""
    if not told.mails:
        nobody = _("Nobody was mailed.")
        return f"{begins} {nobody}"
    mailed = ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", told.mails) % {
        "n": told.mails
    }
    if not told.asked_again:
        return f"{begins} {mailed}"
    again = ngettext(
        "%(n)s who had answered is asked again.", "%(n)s who had answered are asked again.", told.asked_again
    ) % {"n": told.asked_again}
    return f"{begins} {mailed} {again}"


def _confirm_page(
    request: HttpRequest, form: MeetingForm, row: Meeting, current: Meeting, told: list[effects.Effect]
) -> HttpResponse:
    void = [one for one in told if one.void]
    return render(
        request,
        "meetings/confirm_change.html",
        {
            "meeting": current,
            "changes": changelog.differences(current, row),
            "effects": told,
            "void": void,
            "carried": carried(request),
        },
    )


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, to be posted once more from the next step."""
    left_out = ("csrfmiddlewaretoken", CONFIRM, BACK, LOOK)
    return [
        (name, value) for name, values in request.POST.lists() if name not in left_out for value in values
    ]


def _conflict(request: HttpRequest, form: MeetingForm, current: Meeting | None, seen: int) -> HttpResponse:
    """Somebody else saved meanwhile: their change beside the user's own, in a form that holds both.

    A field that only one of the two changed keeps that change; where both did, the user's stands in the form and
    the other's is shown. Nothing is saved until the user says so.
    """
    assert current is not None  # meetings are never removed
    began = current.history.filter(version=seen).order_by("history_date", "history_id").last()
    base = MeetingForm.raw(began) if began is not None else None
    theirs = MeetingForm.raw(current)
    yours = MeetingForm.raw(form.instance)
    merged = dict(yours)
    lines = []
    for name in theirs:
        if theirs[name] == yours[name]:
            continue
        is_mine = base is None or yours[name] != base[name]
        if not is_mine:
            merged[name] = theirs[name]
        lines.append(
            {
                "label": form.field_label(name),
                "base": form.words(name, base[name]) if base else "",
                "theirs": form.words(name, theirs[name]),
                "yours": form.words(name, yours[name]),
                "is_clash": is_mine and (base is None or theirs[name] != base[name]),
            }
        )
    last = current.history.select_related("history_user").order_by("history_date", "history_id").last()
    filled = MeetingForm(
        merged
        | {
            "version": str(current.version),
            "submit_key": str(uuid.uuid4()),
            "reason": form.cleaned_data.get("reason", ""),
        },
        instance=Meeting.objects.get(pk=current.pk),
    )
    conflict = {
        "lines": lines,
        "who": str(last.history_user or "") if last else "",
        "when": current.updated_at,
    }
    return _form_page(request, filled, current, conflict=conflict)


def _form_page(
    request: HttpRequest,
    form: MeetingForm,
    row: Meeting | None,
    *,
    network: Network | None = None,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    looking = LOOK in request.POST or BACK in request.POST
    form.is_valid()
    if form.is_bound and conflict is None:
        form.data = request.POST.copy()
        if not looking:  # a rejected form was not saved: its key must not lead to another one's result
            form.data["submit_key"] = str(uuid.uuid4())
    context = {
        "form": form,
        "meeting": Meeting.objects.select_related("network").get(pk=row.pk) if row else None,
        "network": network,
        "conflict": conflict,
        "preview": _preview(form, row, timezone.localdate()) if form.is_bound or row else None,
    }
    status = CONFLICT if conflict else UNPROCESSABLE if form.is_bound and not looking else 200
    return render(request, "meetings/form.html", context, status=status)


def _preview(form: MeetingForm, row: Meeting | None, today: datetime.date) -> dict[str, Any] | None:
    """What the day says: its weekday, a holiday, what else the network has then, whose seats have an address."""
    found = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else {}
    network = found.get("network") if row is None else row.network
    day = found.get("day") or (row.local_start.date() if row and row.local_start else None)
    if day is None and network is None:
        return None
    others = []
    if network is not None and day is not None:
        week = datetime.timedelta(days=7)
        rows = Meeting.objects.filter(network=network, starts__date__range=(day - week, day + week)).exclude(
            state=Meeting.State.CANCELLED
        )
        others = list(rows.exclude(pk=row.pk) if row else rows)
    seats = None
    if network is not None and row is None:
        held = Seat.objects.as_of(day or today).filter(network=network)
        seats = {"all": held.count(), "reached": SeatContact.objects.filter(seat__in=held).count()}
    return {
        "day": day_words(day) if day else "",
        "holiday": holiday(day, get_language() or "sv") if day else "",
        "is_past": bool(day and day < today),
        "others": others,
        "seats": seats,
        "pauses": list(Pause.objects.as_of(day).filter(network=network)) if network and day else [],
    }


def seen_version(request: HttpRequest) -> int:
    return int_or(request.POST.get("version"))
