"""A network's own life: addresses of its seats, times without meetings, and messages to all seats."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict, once, result_of
from coordination.base.views.rows import LOOK, int_or, the_user
from meetings import forum, forum_mails
from meetings.forum_forms import AddressForm, CircularForm, PauseForm
from meetings.models import CircularMail, OutgoingMail, Pause, SeatContact
from meetings.tasks import send_soon
from network.models import Network, Seat

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def address(request: Request, pk: int) -> HttpResponse:
    """Opened by the chair, or by whoever speaks for the seat's actor, to say where mail to the seat goes."""
    require(request, "edit", SeatContact)
    seat = fetch(request, "view", Seat.objects.select_related("network", "actor"), pk=pk)
    row = SeatContact.objects.filter(seat=seat).first() or SeatContact(seat=seat)
    require(request, "edit", row)
    back = f"{seat.network.get_absolute_url()}#addresses"
    seen = int_or(request.POST.get("version"))
    if request.method == "POST" and "remove" in request.POST:
        if row.pk is not None:
            try:
                forum.remove_address(row, seen_version=seen)
            except Conflict:
                return _missed(request, back)
        messages.success(request, _("The seat has no address any more."))
        return HttpResponseRedirect(back)
    known = forum.suggested(seat)
    initial: dict[str, object] = {"version": row.version if row.pk else 0}
    if row.pk is None and known:
        initial |= {"email": known[0].email, "name": known[0].name}
    form = AddressForm(request.POST if request.method == "POST" else None, instance=row, initial=initial)
    if form.is_valid():
        try:
            forum.set_address(form.instance, seen_version=seen, today=timezone.localdate())
        except (Conflict, IntegrityError):
            return _missed(request, back)
        messages.success(
            request, _("Saved. Meetings that are planned already keep the address that they have.")
        )
        return HttpResponseRedirect(back)
    context = {"form": form, "seat": seat, "contact": row, "known": known, "network": seat.network}
    return render(
        request, "meetings/seat_address.html", context, status=UNPROCESSABLE if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def pause(request: Request, slug: str) -> HttpResponse:
    """Opened by whoever convenes a network, to say that it will not meet for a time, and why: nobody then waits for
    a meeting, or is reminded to call one.
    """
    require(request, "edit", Pause)
    network = fetch(request, "view", Network.objects.all(), slug=slug)
    require(request, "edit", Pause(network=network))
    return _pause_form(request, Pause(network=network))


@require_http_methods(["GET", "POST"])
def pause_edit(request: Request, pk: int) -> HttpResponse:
    """Opened by whoever convenes a network, to change what was said about a time without meetings."""
    row = fetch(request, "edit", Pause.objects.select_related("network"), pk=pk)
    return _pause_form(request, row)


@require_POST
def pause_end(request: Request, pk: int) -> HttpResponse:
    """Pressed by whoever convenes a network: it meets again."""
    row = fetch(request, "edit", Pause.objects.select_related("network"), pk=pk)
    back = f"{row.network.get_absolute_url()}#pauses"
    try:
        forum.end_pause(row, seen_version=int_or(request.POST.get("version")), today=timezone.localdate())
    except Conflict:
        return _missed(request, back)
    messages.success(request, _("Noted: the network meets again."))
    return HttpResponseRedirect(back)


def _pause_form(request: Request, row: Pause) -> HttpResponse:
    back = f"{row.network.get_absolute_url()}#pauses"
    initial = {"first": row.valid_from, "last": row.valid_to, "version": row.version}
    form = PauseForm(request.POST if request.method == "POST" else None, instance=row, initial=initial)
    if form.is_valid():
        try:
            forum.set_pause(
                form.instance, seen_version=int_or(request.POST.get("version")), user=the_user(request)
            )
        except Conflict:
            return _missed(request, back)
        messages.success(request, _("Saved. Everybody who reads the network's page sees it."))
        return HttpResponseRedirect(back)
    context = {"form": form, "network": row.network, "pause": row}
    return render(request, "meetings/pause.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def write(request: Request, slug: str) -> HttpResponse:
    """Opened by whoever convenes a network, to mail all its seats. Shown as it will look before it is sent."""
    require(request, "add", CircularMail)
    network = fetch(request, "view", Network.objects.all(), slug=slug)
    require(request, "add", CircularMail(network=network))
    user, now = the_user(request), timezone.now()
    form = CircularForm(
        request.POST if request.method == "POST" else None,
        instance=CircularMail(network=network),
        initial={"language": get_language() or "sv"},
    )
    contacts = forum.readers(network, timezone.localdate())
    preview = None
    if form.is_valid():
        key = form.cleaned_data.get("submit_key")
        made: CircularMail = form.instance
        if "send" in request.POST and contacts:

            def send() -> str:
                forum.write_to_seats(made, user=user, now=now)
                return made.get_absolute_url()

            url, done = once(key, user, send)
            if done:
                send_soon()
                count = form.instance.recipients
                messages.success(
                    request,
                    ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", count)
                    % {"n": count},
                )
            return HttpResponseRedirect(url)
        if url_before := result_of(key, user):
            return HttpResponseRedirect(url_before)
        if LOOK in request.POST and contacts:
            preview = forum_mails.circular_words(form.instance, contacts[0], user=user)
    elif form.is_bound:
        form.data = request.POST.copy()
        form.data["submit_key"] = str(uuid.uuid4())
    held = Seat.objects.as_of(timezone.localdate()).filter(network=network)
    context = {
        "form": form,
        "network": network,
        "contacts": contacts,
        "preview": preview,
        "silent": held.filter(contact=None).select_related("actor").order_by("actor__sort_sv", "pk"),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "meetings/circular_form.html", context, status=status)


@require_safe
def circular(request: Request, pk: int) -> HttpResponse:
    """Opened by the seats, to read what was sent to all of them, and by the chair, to see whether it arrived."""
    row = fetch(request, "view", CircularMail.objects.select_related("network", "sent_by"), pk=pk)
    mails = OutgoingMail.objects.filter(dedupe_key__startswith=f"{forum_mails.circular_key(row)} ")
    states: dict[str, int] = {}
    for state in mails.values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    context = {
        "circular": row,
        "network": row.network,
        "states": [(OutgoingMail.State(state).label, n) for state, n in states.items()],
        "runs": may(request.user, "add", row),
    }
    return render(request, "meetings/circular.html", context)


def _missed(request: Request, back: str) -> HttpResponse:
    messages.error(
        request,
        _("Somebody else has changed this meanwhile. Nothing of yours was saved: look at how it stands now."),
    )
    return HttpResponseRedirect(back)
