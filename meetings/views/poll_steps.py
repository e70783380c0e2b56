"""Asking about proposed times, reminding, and deciding: what whoever runs the network's meetings does with a poll."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coordination.base.as_of import Request
from coordination.base.editing import Conflict
from coordination.base.views.rows import int_or, the_user
from meetings import poll_results, polling
from meetings.inviting import NotNow
from meetings.models import Poll
from meetings.tasks import send_soon
from meetings.views.polls import fetch_poll, missed, refused, said, without_address


@require_http_methods(["GET", "POST"])
def send(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair to see who will be asked, and to ask them."""
    row = fetch_poll(request, "edit", slug)
    if back := refused(request, row, Poll.State.DRAFT, Poll.State.OPEN):
        return back
    now = timezone.now()
    if request.method == "POST":
        try:
            told = polling.send(row, seen_version=int_or(request.POST.get("version")), now=now)
        except (Conflict, polling.WrongState) as error:
            return missed(request, row, error)
        except ValueError:
            messages.error(request, _("Propose at least one time first."))
            return HttpResponseRedirect(row.get_absolute_url())
        send_soon()
        messages.success(request, said(_("The question is sent."), told.mails))
        return HttpResponseRedirect(row.get_absolute_url())
    context = {
        "poll": row,
        "meeting": row.meeting,
        "people": row.meeting.invitations.standing().filter(ballot=None).select_related("actor"),
        "results": poll_results.results(row, language=get_language() or "sv", now=now),
        "without_address": without_address(row),
    }
    return render(request, "meetings/poll_send.html", context)


@require_POST
def remind(request: Request, slug: str) -> HttpResponse:
    """Pressed by the chair: remind those who have not answered, now."""
    row = fetch_poll(request, "edit", slug)
    told = polling.remind(row, now=timezone.now())
    send_soon()
    if told.mails:
        messages.success(request, said(_("Those who have not answered are reminded."), told.mails))
    else:
        messages.info(
            request,
            _("Nobody was reminded: all have answered, or have got a mail about this today already."),
        )
    return HttpResponseRedirect(row.get_absolute_url())


@require_http_methods(["GET", "POST"])
def choose(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair with a time in mind: who can come then, and what happens when it is chosen."""
    row = fetch_poll(request, "edit", slug)
    if back := refused(request, row, Poll.State.OPEN):
        return back
    now = timezone.now()
    sent = request.POST if request.method == "POST" else request.GET
    found = poll_results.results(row, language=get_language() or "sv", now=now)
    wanted = next((c for c in found.choices if c.slot.pk == int_or(sent.get("slot"))), None)
    if wanted is None or wanted.is_past:
        return _cannot_be_chosen(request, row)
    if request.method == "POST":
        seen = int_or(request.POST.get("version"))
        try:
            told = polling.choose(row, wanted.slot, seen_version=seen, user=the_user(request), now=now)
        except (Conflict, polling.WrongState, NotNow) as error:
            return missed(request, row, error)
        except ValueError:
            return _cannot_be_chosen(request, row)
        send_soon()
        messages.success(
            request, said(_("The meeting has its time, and the invitations are sent."), told.mails)
        )
        return HttpResponseRedirect(row.meeting.get_absolute_url())
    column = found.choices.index(wanted)
    by_answer: dict[str, list[poll_results.Voter]] = {"yes": [], "if_needed": [], "no": [], "": []}
    for voter in found.voters:
        by_answer[voter.answers[column]].append(voter)
    context = {
        "poll": row,
        "meeting": row.meeting,
        "choice": wanted,
        "results": found,
        "said": [
            (_("Yes"), "yes", by_answer["yes"]),
            (_("If need be"), "if_needed", by_answer["if_needed"]),
            (_("No"), "no", by_answer["no"]),
            (_("Not answered"), "", by_answer[""]),
        ],
    }
    return render(request, "meetings/poll_choose.html", context)


@require_http_methods(["GET", "POST"])
def close(request: Request, slug: str) -> HttpResponse:
    """Opened by the chair to give up, for now: who will be told that there is no date."""
    row = fetch_poll(request, "edit", slug)
    if back := refused(request, row, Poll.State.DRAFT, Poll.State.OPEN):
        return back
    if request.method == "POST":
        try:
            told = polling.close(row, seen_version=int_or(request.POST.get("version")), now=timezone.now())
        except (Conflict, polling.WrongState) as error:
            return missed(request, row, error)
        send_soon()
        messages.success(request, said(_("Closed without a date."), told.mails))
        return HttpResponseRedirect(row.get_absolute_url())
    count = polling.voters(row).count() if row.state == Poll.State.OPEN else 0
    return render(request, "meetings/poll_close.html", {"poll": row, "meeting": row.meeting, "count": count})


def _cannot_be_chosen(request: Request, row: Poll) -> HttpResponse:
    messages.error(request, _("That time cannot be chosen: it has passed, or is no longer proposed."))
    return HttpResponseRedirect(row.get_absolute_url())
