"""Finding a date, for whoever runs the network's meetings, and its answers, for the seats."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, is_coordinator, may, require
from coordination.base.editing import Conflict, once, result_of
from coordination.base.views.rows import LOOK, int_or, the_user
from meetings import links, poll_results, polling, voting
from meetings.inviting import NotNow
from meetings.models import Meeting, Poll, SeatContact
from meetings.models.meetings import ZONE
from meetings.poll_forms import PollForm, Times
from meetings.redletters import holiday
from meetings.tasks import send_soon
from network.models import Network, Seat
from network.permissions import convened_networks, own_actors

CONFLICT, UNPROCESSABLE = 409, 422


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Opened by whoever convenes a network, to find a date for its next meeting; decided here: what is asked,
    which times are proposed, and until when answers are taken. Nobody is mailed yet.
    """
    require(request, "add", Meeting)
    user, now = the_user(request), timezone.now()
    networks = Network.objects.as_of(timezone.localdate())
    if not is_coordinator(user):
        networks = networks.filter(pk__in=convened_networks(user))
    data = request.POST if request.method == "POST" else None
    asked = networks.filter(slug=request.GET.get("network", "")).first()
    initial = {"network": asked.slug if asked else "", "language": get_language() or "sv"}
    form = PollForm(data, networks=networks, now=now, initial=initial)
    looking = LOOK in request.POST
    valid = data is not None and form.is_valid()
    rows = Times.read(
        data,
        minutes=(form.cleaned_data.get("minutes") if data is not None else None),
        zone=ZoneInfo(ZONE),
        now=now,
        more=looking,
    )
    if data is not None and not looking and rows.is_valid() and valid:
        poll = form.poll()
        if may(user, "add", poll.meeting):

            def make() -> str:
                return polling.create(poll, rows.spans, user=user, now=now).get_absolute_url()

            url, made = once(form.cleaned_data.get("submit_key"), user, make)
            if made:
                messages.success(request, _("Saved. Nobody has been asked yet: look it through, then send."))
            return HttpResponseRedirect(url)
    if data is not None and (url_before := result_of(_key(form), user)):
        return HttpResponseRedirect(url_before)
    context = {"form": form, "rows": rows, "network": asked, "looking": looking} | _row_marks(rows)
    status = UNPROCESSABLE if data is not None and not looking else 200
    return render(request, "meetings/poll_form.html", context, status=status)


@require_safe
def poll(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair to see who can come when, and to choose; by the seats to see how it stands."""
    row = fetch_poll(request, "view", slug)
    now = timezone.now()
    found = poll_results.results(row, language=get_language() or "sv", now=now)
    own = own_actors(request.user)
    context: dict[str, Any] = {
        "poll": row,
        "meeting": row.meeting,
        "results": found,
        "may_edit": may(request.user, "edit", row),
        "is_over": row.deadline <= now,
        "deadline": row.deadline,
        "chosen": next((c for c in found.choices if c.slot.pk == row.chosen_id), None),
        "without_address": without_address(row),
        "mine": [
            (voter, links.poll_url(voter.invitation))
            for voter in found.voters
            if voter.invitation.actor_id in own and not voting.why_closed(row, voter.invitation, now)
        ],
    }
    return render(request, "meetings/poll.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair to move the deadline, or change the quorum or the message. Nobody is mailed."""
    row = fetch_poll(request, "edit", slug)
    if back := refused(request, row, Poll.State.DRAFT, Poll.State.OPEN):
        return back
    initial = {
        "deadline": timezone.localtime(row.deadline, ZoneInfo(ZONE)).date(),
        "quorum": row.quorum,
        "message": row.message,
        "version": row.version,
    }
    data = request.POST if request.method == "POST" else None
    form = PollForm(data, networks=None, now=timezone.now(), initial=initial)
    if form.is_valid():
        for name in ("deadline", "quorum", "message"):
            setattr(row, name, form.cleaned_data[name])
        try:
            polling.change(row, seen_version=form.cleaned_data.get("version") or 0)
        except (Conflict, polling.WrongState) as error:
            return missed(request, row, error)
        messages.success(request, _("Saved. Nobody was mailed."))
        return HttpResponseRedirect(row.get_absolute_url())
    context = {"form": form, "poll": row, "meeting": row.meeting}
    return render(request, "meetings/poll_edit.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def times(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair to propose more times, or to take one back."""
    row = fetch_poll(request, "edit", slug)
    if back := refused(request, row, Poll.State.DRAFT, Poll.State.OPEN):
        return back
    now, data = timezone.now(), request.POST if request.method == "POST" else None
    seen = int_or(request.POST.get("version"))
    gone = row.slots.filter(pk=int_or(request.POST.get("withdraw"))).first()
    if gone is not None:
        try:
            polling.withdraw_time(row, gone, seen_version=seen, now=now)
        except (Conflict, polling.WrongState) as error:
            return missed(request, row, error)
        messages.success(request, _("The time is no longer proposed. What was answered about it is kept."))
        return HttpResponseRedirect(row.get_absolute_url())
    first = row.slots.first()
    minutes = int((first.ends - first.starts).total_seconds() // 60) if first else 120
    looking = LOOK in request.POST
    rows = Times.read(data, minutes=minutes, zone=ZoneInfo(row.meeting.zone), now=now, more=looking)
    known = row.slots.filter(withdrawn_at=None).count()
    if data is not None and not looking and rows.is_valid(known=known):
        try:
            told = polling.add_times(row, rows.spans, seen_version=seen, now=now)
        except (Conflict, polling.WrongState) as error:
            return missed(request, row, error)
        send_soon()
        messages.success(request, said(_("The times are proposed."), told.mails))
        return HttpResponseRedirect(row.get_absolute_url())
    found = poll_results.results(row, language=get_language() or "sv", now=now)
    context = {
        "poll": row,
        "meeting": row.meeting,
        "rows": rows,
        "results": found,
        "minutes": minutes,
        "version": seen or row.version,
    } | _row_marks(rows)
    status = UNPROCESSABLE if data is not None and not looking else 200
    return render(request, "meetings/poll_times.html", context, status=status)


def fetch_poll(request: Request, action: str, slug: str) -> Poll:
    rows: QuerySet[Poll] = Poll.objects.select_related("meeting__network", "meeting__created_by")
    return fetch(request, action, rows, meeting__slug=slug)


def refused(request: Request, row: Poll, *states: str) -> HttpResponse | None:
    """Back to the poll's page with the reason, where its state does not allow what was asked for."""
    if row.stage in states:
        return None
    messages.warning(request, state_words(row.stage))
    return HttpResponseRedirect(row.get_absolute_url())


def state_words(state: str) -> str:
    """Why nothing can be done about a poll in this state."""
    return {
        Poll.State.DRAFT: _("The question has not been sent yet."),
        Poll.State.OPEN: _("The question has been sent already."),
        Poll.State.DECIDED: _("The time of the meeting is set, so the question about times is closed."),
        Poll.State.CLOSED: _("The question was closed without a date."),
        "cancelled": _("The meeting is cancelled, so the question about times is closed."),
    }.get(state, _("This cannot be done now."))


def missed(request: Request, row: Poll, error: Exception) -> HttpResponse:
    """Somebody else was first: the page as it stands now, and nothing saved."""
    if isinstance(error, polling.WrongState):
        text = state_words(error.state)
    elif isinstance(error, NotNow):
        text = state_words(Poll.State.DECIDED)
    else:
        text = _(
            "Somebody else has changed this meanwhile. Nothing of yours was saved: look at how it stands now."
        )
    messages.error(request, text)
    return HttpResponseRedirect(row.get_absolute_url())


def said(begins: str, mails: int) -> str:
    if not mails:
        return f"{begins} {_('Nobody was mailed.')}"
    mailed = ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", mails)
    return f"{begins} {mailed % {'n': mails}}"


def without_address(row: Poll) -> list[Seat]:
    """Seats that nobody can be asked for, because no address is known."""
    held = Seat.objects.as_of(timezone.localdate()).filter(network=row.meeting.network_id)
    missing = held.exclude(pk__in=SeatContact.objects.values("seat")).exclude(
        actor__in=row.meeting.invitations.standing().exclude(actor=None).values("actor")
    )
    return list(missing.select_related("actor").order_by("actor__sort_sv", "pk"))


def _row_marks(rows: Times) -> dict[str, Any]:
    """Each row with what its day is: a holiday, or a Saturday or Sunday."""
    language = get_language() or "sv"
    lines = []
    for form in rows.forms:
        day = form.day_read
        lines.append(
            {
                "form": form,
                "holiday": holiday(day, language) if day else "",
                "is_weekend": bool(day and day.weekday() >= poll_results.SATURDAY),
                "day": day,
            }
        )
    return {"lines": lines}


def _key(form: PollForm) -> Any:
    return getattr(form, "cleaned_data", {}).get("submit_key")
