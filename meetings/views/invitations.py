"""One invitation: the page of its link, without an account, and the answer of whoever is logged in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch
from coordination.base.views.rows import back_to, the_user
from meetings import answering, delegating, links
from meetings.forms import AnswerForm, DelegateForm
from meetings.models import Invitation, InvitationAnswer, Meeting, Partstat, Poll
from meetings.tasks import send_soon
from network.permissions import own_actors

Via = InvitationAnswer.Via
UNPROCESSABLE, NOT_FOUND, CONFLICT = 422, 404, 409
View = Callable[..., HttpResponse]


def for_link_holders(view: View) -> View:
    """Nothing keeps, lists or passes on the address of such a page: whoever has it can answer.

    The address is itself the proof, which no other site knows, and without a referrer browsers name no origin:
    so the check of where a form was posted from is left out.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded


def no_such_link(request: HttpRequest) -> HttpResponse:
    """What a link that is none, or is no longer valid, leads to."""
    return render(request, "meetings/no_invitation.html", status=NOT_FOUND)


@for_link_holders
@require_http_methods(["GET", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """Opened from the mail by somebody who is asked to a meeting, on any machine, to say whether they come.

    Programs that look through mail open every link: only what is posted counts as an answer.
    """
    row = links.find(token, links.ANSWER)
    if row is None:
        return no_such_link(request)
    now = timezone.now()
    form, instead = None, None
    if request.method == "POST":
        if request.POST.get("act") == "instead":
            instead = DelegateForm(request.POST)
            if instead.is_valid() and _delegate(request, row, instead):
                return HttpResponseRedirect(request.path)
        else:
            form = AnswerForm(request.POST)
            if form.is_valid():
                given, comment = form.cleaned_data["answer"], form.cleaned_data["comment"]
                try:
                    answering.answer(row, given, via=Via.LINK, now=now, comment=comment)
                except answering.CannotAnswer as refused:
                    form.add_error(None, explanation(row, refused.code))
                    return _page(request, row, form, None, status=CONFLICT)
                messages.success(
                    request, _("Your answer is noted: %(answer)s.") % {"answer": row.get_partstat_display()}
                )
                return HttpResponseRedirect(request.path)
    return _page(request, row, form, instead, status=UNPROCESSABLE if form or instead else 200)


def _delegate(request: Request, row: Invitation, form: DelegateForm) -> bool:
    try:
        made = delegating.send_somebody(row, **form.cleaned_data, via=Via.LINK, now=timezone.now())
    except delegating.InvitedAlready:
        form.add_error("email", _("This address is invited already."))
        return False
    except answering.CannotAnswer as refused:
        form.add_error(None, explanation(row, refused.code))
        return False
    send_soon()
    messages.success(request, _("%(name)s is invited instead of you.") % {"name": made.name or made.email})
    return True


def explanation(row: Invitation, code: str) -> str:
    """Why an answer is not taken, in words."""
    return {
        "withdrawn": _(
            "You are no longer invited to this meeting. Ask whoever calls it if you think that is wrong."
        ),
        Meeting.State.DRAFT: _(
            "The meeting is still being planned. You get an invitation when its time is set."
        ),
        Meeting.State.HELD: _("The meeting has been held, so answers are no longer taken."),
        Meeting.State.CANCELLED: _("The meeting is cancelled, so no answer is needed."),
        "over": _("The meeting is over, so answers are no longer taken."),
        "too_many": _(
            "You have sent somebody else several times already. Write to whoever calls the meeting."
        ),
    }.get(code, _("The answer could not be taken."))


def _closed(row: Invitation) -> str:
    """Why this invitation cannot be answered; empty if it can."""
    meeting, now = row.meeting, timezone.now()
    if row.withdrawn_at is not None:
        return "withdrawn"
    if meeting.state != Meeting.State.INVITED:
        return meeting.state
    return "over" if meeting.ends is not None and meeting.ends <= now else ""


def _page(
    request: Request,
    row: Invitation,
    form: AnswerForm | None,
    instead: DelegateForm | None,
    *,
    status: int,
) -> HttpResponse:
    chosen = request.GET.get("answer", "").upper()
    known = (Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED)
    begins = chosen if chosen in known else row.partstat if row.partstat in known else ""
    code = _closed(row)
    poll = Poll.objects.filter(meeting=row.meeting_id, state=Poll.State.OPEN).first()
    context = {
        "invitation": row,
        "meeting": row.meeting,
        "token": links.token(row, links.ANSWER),
        "form": form or AnswerForm(initial={"answer": begins, "comment": row.comment}),
        "instead": instead or DelegateForm(),
        "is_chosen": chosen in known,
        "closed": explanation(row, code) if code else "",
        "poll": poll if row.withdrawn_at is None else None,
        "delegates": list(row.delegates.standing()),
    }
    return render(request, "meetings/invitation.html", context, status=status)


def _back(request: HttpRequest, default: str) -> str:
    """Where the answer was asked for, if it is one of our pages."""
    wanted = request.GET.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return back_to(request, wanted if ours else default)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Opened by a member to answer for their own actor, and by the chair to enter what somebody said otherwise."""
    rows = Invitation.objects.select_related("meeting__network", "actor")
    row = fetch(request, "answer", rows, pk=pk)
    user = the_user(request)
    is_own = row.actor_id in own_actors(user)
    back = _back(request, row.meeting.get_absolute_url())
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"answer": row.partstat, "comment": row.comment},
    )
    if request.method == "POST" and form.is_valid():
        try:
            answering.answer(
                row,
                form.cleaned_data["answer"],
                via=Via.PAGE if is_own else Via.CHAIR,
                now=timezone.now(),
                comment=form.cleaned_data["comment"],
                user=user,
            )
        except answering.CannotAnswer as refused:
            messages.warning(request, explanation(row, refused.code))
        else:
            said = {"who": row, "answer": row.get_partstat_display()}
            messages.success(request, _("Noted for %(who)s: %(answer)s.") % said)
        return HttpResponseRedirect(back)
    context = {"invitation": row, "meeting": row.meeting, "form": form, "is_own": is_own, "back": back}
    return render(request, "meetings/answer.html", context, status=UNPROCESSABLE if form.is_bound else 200)
