"""Asking to join a network or to leave it, and the answer."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict, once, result_of
from coordination.base.views.rows import the_user
from meetings import forum
from meetings.forum_forms import AnswerRequestForm, RequestForm
from meetings.models import SeatRequest
from meetings.tasks import send_soon
from network.models import Actor, Network, Seat
from network.permissions import own_actors

UNPROCESSABLE, CONFLICT = 422, 409
ROWS = SeatRequest.objects.select_related("network", "actor", "seat", "asked_by", "decided_by")


@require_http_methods(["GET", "POST"])
def ask(request: Request, slug: str) -> HttpResponse:
    """Opened by a member, to ask for a seat in a network or to leave the one that an actor of theirs has."""
    require(request, "add", SeatRequest)
    network = fetch(request, "view", Network.objects.all(), slug=slug)
    user, now = the_user(request), timezone.now()
    actors = Actor.objects.filter(pk__in=own_actors(user), is_group=False).order_by("sort_sv")
    held = Seat.objects.as_of(timezone.localdate()).filter(network=network, actor__in=actors)
    seated = set(held.values_list("actor_id", flat=True))
    begins = next((row for row in actors if row.pk not in seated), actors.first())
    kind = "leave" if begins is not None and begins.pk in seated else "join"
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        actors=actors,
        instance=SeatRequest(network=network),
        initial={"actor": begins.slug if begins else "", "kind": request.GET.get("kind", kind)},
    )
    if form.is_valid():
        made: SeatRequest = form.instance

        def make() -> str:
            forum.ask(made, user=user, now=now)
            return made.get_absolute_url()

        key = form.cleaned_data.get("submit_key")
        try:
            url, done = once(key, user, make)
        except forum.SeatHasChanged:
            form.add_error(
                "kind",
                _("The actor has a seat in the network already.")
                if form.instance.kind == "join"
                else _("The actor has no seat in the network."),
            )
        except IntegrityError:
            if url_before := result_of(key, user):
                return HttpResponseRedirect(url_before)
            form.add_error(None, _("This has been asked already and waits for an answer."))
        else:
            if done:
                send_soon()
                messages.success(request, _("Asked. Whoever convenes the network gets a mail."))
            return HttpResponseRedirect(url)
    context = {"form": form, "network": network}
    return render(request, "meetings/seat_ask.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_safe
def seat_request(request: Request, pk: int) -> HttpResponse:
    """Opened by whoever asked, to see how it stands, and by the chair, to answer."""
    return _page(request, fetch(request, "view", ROWS, pk=pk))


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Pressed by the chair: the seat begins or ends, or the request is declined with a reason."""
    row = fetch(request, "decide", ROWS, pk=pk)
    user, now = the_user(request), timezone.now()
    declines = "decline" in request.POST
    form = AnswerRequestForm(request.POST, leaves=row.kind == "leave", declines=declines)
    if not form.is_valid():
        return _page(request, row, form, status=UNPROCESSABLE)
    given = form.cleaned_data
    try:
        if declines:
            forum.decline(row, answer=given["answer"], user=user, now=now)
        else:
            forum.accept(row, day=given["day"], answer=given["answer"], user=user, now=now)
    except forum.NotWaiting:
        messages.warning(request, _("The request has been answered or taken back meanwhile."))
    except forum.SeatHasChanged:
        messages.error(
            request, _("The seat is another than when this was asked. Look at the network's seats first.")
        )
    except Conflict:
        messages.error(
            request,
            _(
                "Somebody else has changed this meanwhile. Nothing of yours was saved: look at how it stands now."
            ),
        )
    else:
        send_soon()
        messages.success(
            request,
            _("Declined. Whoever asked gets a mail.")
            if declines
            else _("Accepted. The seat is changed, and whoever asked gets a mail."),
        )
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    """Pressed by whoever asked."""
    row = fetch(request, "take back", ROWS, pk=pk)
    try:
        forum.take_back(row, user=the_user(request), now=timezone.now())
    except forum.NotWaiting:
        messages.warning(request, _("The request has been answered or taken back meanwhile."))
    else:
        messages.success(request, _("The request is taken back."))
    return HttpResponseRedirect(row.get_absolute_url())


def _page(
    request: Request, row: SeatRequest, form: AnswerRequestForm | None = None, *, status: int = 200
) -> HttpResponse:
    waits = row.state == SeatRequest.State.WAITING
    decides = waits and may(request.user, "decide", row)
    leaves = row.kind == "leave"
    context = {
        "row": row,
        "network": row.network,
        "form": form or AnswerRequestForm(leaves=leaves, initial={"day": timezone.localdate()}),
        "decides": decides,
        "may_take_back": waits and may(request.user, "take back", row),
        "leaves": leaves,
    }
    return render(request, "meetings/seat_request.html", context, status=status)
