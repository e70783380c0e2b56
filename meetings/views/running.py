"""What the chair does with a meeting: invite, cancel, the list of people, and that it was held."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.base.authorisation import fetch
from coordination.base.editing import Conflict
from coordination.base.models import MeetingKind
from coordination.base.views.rows import int_or, the_user
from meetings import answers, holding, inviting
from meetings.forms import CancelForm, GuestForm
from meetings.models import Attendance, Invitation, Meeting, SeatContact
from meetings.redletters import holiday
from meetings.tasks import send_soon
from meetings.views.planning import said, seen_version
from network.models import Seat

UNPROCESSABLE = 422


def _meeting(request: HttpRequest, action: str, slug: str) -> Meeting:
    return fetch(request, action, Meeting.objects.select_related("network"), slug=slug)


def _back(row: Meeting) -> HttpResponse:
    return HttpResponseRedirect(row.get_absolute_url())


def _changed_meanwhile(request: HttpRequest) -> None:
    messages.warning(request, _("Somebody changed the meeting meanwhile. Look at it again."))


def _not_now(request: HttpRequest, row: Meeting) -> HttpResponse:
    said_of = {
        Meeting.State.DRAFT: _("The meeting is a draft; nobody is invited yet."),
        Meeting.State.INVITED: _("The meeting is invited to already."),
        Meeting.State.HELD: _("The meeting was held; it stays as it was."),
        Meeting.State.CANCELLED: _("The meeting is cancelled for good; plan a new one instead."),
    }
    messages.warning(request, said_of[Meeting.State(row.state)])
    return _back(row)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened by the chair when the draft is ready: who is mailed, and is that everybody? Then it is sent."""
    row = _meeting(request, "invite", slug)
    now = timezone.now()
    if row.state != Meeting.State.DRAFT:
        return _not_now(request, row)
    if row.starts is None or row.ends is None:
        messages.warning(request, _("Set a time first."))
        return HttpResponseRedirect(reverse("meetings:meeting-edit", args=[row.slug]))
    invited = answers.listed(row)
    is_over = row.ends <= now
    if request.method == "POST" and invited and not is_over:
        try:
            told = inviting.invite(row, seen_version=seen_version(request), user=the_user(request), now=now)
        except Conflict:
            _changed_meanwhile(request)
            return HttpResponseRedirect(request.path)
        except inviting.NotNow:
            return _not_now(request, row)
        send_soon()
        messages.success(request, said(_("The meeting is invited to."), told))
        return _back(row)
    local = row.local_start
    context = {
        "meeting": row,
        "invited": invited,
        "is_over": is_over,
        "holiday": holiday(local.date(), get_language() or "sv") if local else "",
        "unreached": _unreached(row, invited),
    }
    return render(
        request, "meetings/invite.html", context, status=UNPROCESSABLE if request.method == "POST" else 200
    )


def _unreached(row: Meeting, invited: list[Invitation]) -> list[Seat]:
    """Seats held on the day that are not on the list."""
    on = row.local_start.date() if row.local_start else timezone.localdate()
    there = [one.seat_id for one in invited if one.seat_id]
    seats = Seat.objects.as_of(on).filter(network=row.network_id).exclude(pk__in=there)
    actors = {one.actor_id for one in invited}
    return [seat for seat in seats.select_related("actor") if seat.actor_id not in actors]


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened by the chair who gives a meeting up: who is told, and why. It cannot be taken back."""
    row = _meeting(request, "cancel", slug)
    if not row.is_open:
        return _not_now(request, row)
    now = timezone.now()
    form = CancelForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            told = inviting.cancel(
                row,
                reason=form.cleaned_data["reason"],
                seen_version=form.cleaned_data["version"],
                user=the_user(request),
                now=now,
            )
        except Conflict:
            _changed_meanwhile(request)
            return HttpResponseRedirect(request.path)
        except inviting.NotNow:
            return _not_now(request, row)
        send_soon()
        messages.success(request, said(_("The meeting is cancelled."), told))
        return _back(row)
    context = {
        "meeting": row,
        "form": form,
        "told": answers.listed(row)
        if row.state == Meeting.State.INVITED and row.ends is not None and row.ends > now
        else [],
    }
    return render(request, "meetings/cancel.html", context, status=UNPROCESSABLE if form.is_bound else 200)


# The list of people


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened by the chair to see that the right people are asked: add seats and guests, take somebody off, send again.

    Whoever is put on or taken off the list of a meeting that is invited to is mailed at once.
    """
    row = _meeting(request, "invite", slug)
    form = None
    if request.method == "POST":
        if not row.is_open:
            return _not_now(request, row)
        act = request.POST.get("act")
        if act == "guest":
            form = GuestForm(request.POST)
            if form.is_valid() and (answer := _add_guest(request, row, form)):
                return answer
        elif act == "seats" and (answer := _set_list(request, row, add=_seats_to_add(row))):
            return answer
        elif act in ("withdraw", "again"):
            one = row.invitations.standing().filter(pk=int_or(request.POST.get("row"))).first()
            if one is None:
                messages.warning(request, _("Whom you chose is not on the list any more."))
                return HttpResponseRedirect(request.path)
            if answer := _send_again(request, row, one) if act == "again" else _withdraw(request, row, one):
                return answer
    context = {
        "meeting": row,
        "invited": answers.listed(row),
        "form": form or GuestForm(initial={"language": row.language}),
        "to_add": _seats_to_add(row),
        "without_address": _without_address(row),
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "meetings/people.html", context, status=status)


def _on(row: Meeting) -> Any:
    return row.local_start.date() if row.local_start else timezone.localdate()


def _seats_to_add(row: Meeting) -> list[Invitation]:
    """Unsaved invitations of the seats that have an address and are not on the list."""
    standing = list(row.invitations.standing().values_list("seat_id", "email"))
    seats = {seat for seat, _email in standing if seat}
    addresses = {email.casefold() for _seat, email in standing}
    contacts = (
        SeatContact.objects.filter(seat__in=Seat.objects.as_of(_on(row)).filter(network=row.network_id))
        .exclude(seat__in=seats)
        .select_related("seat__actor")
        .order_by("seat__actor__sort_sv", "pk")
    )
    found = []
    for contact in contacts:
        if contact.email.casefold() not in addresses:
            addresses.add(contact.email.casefold())
            found.append(
                Invitation(
                    meeting=row,
                    seat=contact.seat,
                    actor=contact.seat.actor,
                    name=contact.name,
                    email=contact.email,
                    language=contact.language,
                )
            )
    return found


def _without_address(row: Meeting) -> list[Seat]:
    seats = Seat.objects.as_of(_on(row)).filter(network=row.network_id, contact=None)
    return list(seats.select_related("actor").order_by("actor__sort_sv", "pk"))


def _add_guest(request: HttpRequest, row: Meeting, form: GuestForm) -> HttpResponse | None:
    guest = Invitation(meeting=row, **form.cleaned_data)
    return _set_list(request, row, add=[guest], form=form)


def _withdraw(request: HttpRequest, row: Meeting, one: Invitation) -> HttpResponse | None:
    if "confirm" not in request.POST and row.state == Meeting.State.INVITED:
        return render(request, "meetings/withdraw.html", {"meeting": row, "invitation": one})
    return _set_list(request, row, withdraw=[one])


def _set_list(
    request: HttpRequest,
    row: Meeting,
    *,
    add: Any = (),
    withdraw: Any = (),
    form: GuestForm | None = None,
) -> HttpResponse | None:
    try:
        told = inviting.set_list(
            row,
            add=add,
            withdraw=withdraw,
            seen_version=seen_version(request),
            user=the_user(request),
            now=timezone.now(),
        )
    except Conflict:
        if form is not None:  # what was typed stays on the page
            form.add_error(
                None, _("Somebody changed the meeting meanwhile. Look at the list and send again.")
            )
            return None
        _changed_meanwhile(request)
        return HttpResponseRedirect(request.path)
    except IntegrityError:
        if form is not None:
            form.add_error("email", _("This address is invited already."))
            return None
        _changed_meanwhile(request)
        return HttpResponseRedirect(request.path)
    except inviting.NotNow:
        return _not_now(request, row)
    send_soon()
    if withdraw:
        done = _("%(who)s is taken off the list.") % {"who": ", ".join(str(one) for one in withdraw)}
    else:
        done = _("On the list now: %(who)s.") % {"who": ", ".join(str(one) for one in add)}
    messages.success(request, said(done, told))
    return HttpResponseRedirect(request.path)


def _send_again(request: HttpRequest, row: Meeting, one: Invitation) -> HttpResponse:
    one.meeting = row
    try:
        inviting.ask_again(one, now=timezone.now())
    except inviting.NotNow:
        messages.warning(request, _("Nothing was sent: %(who)s has not been invited yet.") % {"who": one})
        return HttpResponseRedirect(request.path)
    send_soon()
    messages.success(request, _("The invitation is on its way to %(who)s once more.") % {"who": one})
    return HttpResponseRedirect(request.path)


# Held


def _attendance(request: HttpRequest, invited: list[Invitation]) -> dict[int, str]:
    """What the form says of each, where it is one of the choices."""
    given = {one.pk: request.POST.get(f"attendance-{one.pk}", "") for one in invited}
    return {key: value for key, value in given.items() if value in Attendance.values}


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened by the chair after the meeting: who was there? It goes into the register as a meeting that was held."""
    row = _meeting(request, "hold", slug)
    now = timezone.now()
    if row.state != Meeting.State.INVITED:
        return _not_now(request, row)
    if row.starts is None or row.starts > now:
        messages.warning(request, _("The meeting has not begun."))
        return _back(row)
    kinds = list(MeetingKind.objects.all())
    invited = answers.listed(row)
    noted = _attendance(request, invited)
    kind = next((k for k in kinds if k.code == request.POST.get("kind")), None)
    if request.method == "POST" and (kind is not None or row.illustrative):
        try:
            made = holding.hold(
                row,
                attendance=noted,
                kind=kind or kinds[0],
                seen_version=seen_version(request),
                user=the_user(request),
                now=now,
            )
        except Conflict:
            _changed_meanwhile(request)
            return HttpResponseRedirect(request.path)
        except inviting.NotNow:
            return _not_now(request, row)
        messages.success(
            request,
            _("The meeting is noted as held and stands in the list of meetings held.")
            if made
            else _("The meeting is noted as held. It is made up, so the register does not count it."),
        )
        return _back(row)
    context = {
        "meeting": row,
        "lines": [(one, noted.get(one.pk) or holding.expected(one)) for one in invited],
        "choices": Attendance.choices,
        "kinds": kinds,
        "chosen": kind or next((k for k in kinds if k.code == "network_meeting"), None),
        "missing_kind": request.method == "POST",
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "meetings/hold.html", context, status=status)


@require_http_methods(["GET", "POST"])
def undo_hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened by a coordinator when a meeting was noted as held by mistake: its row leaves the register, not its history."""
    row = _meeting(request, "undo holding", slug)
    if row.state != Meeting.State.HELD:
        return _not_now(request, row)
    reason = " ".join(request.POST.get("reason", "").split())[:100]
    error = ""
    if request.method == "POST":
        if not reason:
            error = _("Write why this is a mistake.")
        else:
            try:
                holding.undo(
                    row,
                    reason=reason,
                    seen_version=seen_version(request),
                    user=the_user(request),
                    now=timezone.now(),
                )
            except Conflict:
                error = _("Somebody changed the meeting meanwhile. Look at it again.")
                row = _meeting(request, "undo holding", slug)
            except ProtectedError:
                error = _("Something refers to the meeting that was held. Change that first.")
                row = _meeting(request, "undo holding", slug)
            else:
                messages.success(request, _("The meeting is no longer noted as held."))
                return _back(row)
    status = UNPROCESSABLE if error else 200
    context = {"meeting": row, "error": error, "reason": reason}
    return render(request, "meetings/undo_hold.html", context, status=status)
