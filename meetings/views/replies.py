"""Replies by mail: what came, what became of it and why, and what somebody has to decide."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.editing import Conflict
from coordination.base.views.rows import the_user
from meetings import answering, inviting, reply_queries, reply_words, settling
from meetings.models import IncomingReply, Invitation, Partstat
from meetings.tasks import send_soon

PAGE = 50
MOST_WAITING = 200  # shown at once; the rest comes up as these are decided about
Outcome = IncomingReply.Outcome
CHOICES = [
    (Partstat.ACCEPTED, pgettext_lazy("answer", "yes")),
    (Partstat.TENTATIVE, pgettext_lazy("answer", "maybe")),
    (Partstat.DECLINED, pgettext_lazy("answer", "no")),
]


class AnswerForm(forms.Form):
    """Whose answer the mail is, and what it says."""

    invitation = forms.ModelChoiceField(Invitation.objects.none(), label=gettext_lazy("Whose answer it is"))
    partstat = forms.ChoiceField(
        choices=CHOICES, label=gettext_lazy("What the answer is"), widget=forms.RadioSelect
    )

    def __init__(self, row: IncomingReply, data: Any = None) -> None:
        said = row.said.get("partstat", "") if row.outcome != Outcome.COUNTER else ""
        start = {"invitation": row.invitation_id, "partstat": said if said in dict(CHOICES) else None}
        super().__init__(data, initial=start, prefix="answer")
        assert row.meeting is not None
        field: Any = self.fields["invitation"]
        field.queryset = row.meeting.invitations.standing().select_related("actor")
        field.label_from_instance = lambda one: f"{one.who} ({one.email})"


class InviteForm(forms.Form):
    """Who is to be invited."""

    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    email = forms.EmailField(max_length=254, label=gettext_lazy("Mail address"))

    def __init__(self, row: IncomingReply, data: Any = None) -> None:
        said = row.said
        email = said.get("delegated_to") or said.get("attendee") or row.sender
        name = "" if said.get("delegated_to") else said.get("name", "")
        super().__init__(data, initial={"email": email, "name": name}, prefix="invite")


@require_safe
def replies(request: Request) -> HttpResponse:
    """What waits first, then the rest, newest first."""
    require(request, "view", IncomingReply)
    waiting = list(reply_queries.waiting(request.user)[:MOST_WAITING])
    rest = reply_queries.visible_to(request.user).exclude(pk__in=[row.pk for row in waiting])
    page = Paginator(rest, PAGE).get_page(request.GET.get("page"))
    groups: dict[str, list[IncomingReply]] = {}
    for row in waiting:
        groups.setdefault(row.outcome, []).append(row)
    # Each that could not be read has its own reason, which its row says.
    found = [
        (Outcome(outcome).label, "" if outcome == Outcome.UNREADABLE else why_of(rows[0]), rows)
        for outcome, rows in groups.items()
    ]
    return render(request, "meetings/replies.html", {"groups": found, "page": page})


@require_http_methods(["GET", "POST"])
def incoming(request: Request, pk: int) -> HttpResponse:
    """One mail, and what is made of it."""
    action = "settle" if request.method == "POST" else "view"
    row = fetch(request, action, reply_queries.visible_to(request.user), pk=pk)
    meeting = row.meeting
    may_answer = meeting is not None and meeting.state == meeting.State.INVITED
    may_invite = meeting is not None and meeting.is_open and row.outcome in (
        Outcome.UNKNOWN_ATTENDEE, Outcome.DELEGATE, Outcome.UNCONFIRMED, Outcome.LETTER,
    )  # fmt: skip
    is_open = row.settled_at is None and row.outcome != Outcome.COUNTED
    data = request.POST if request.method == "POST" else None
    answer = AnswerForm(row, data if "take" in request.POST else None) if may_answer and is_open else None
    invite = InviteForm(row, data if "invite" in request.POST else None) if may_invite and is_open else None
    if data is not None and is_open:
        done = _settled(request, row, answer, invite)
        if done is not None:
            return done
    elif data is not None:
        messages.warning(request, _("Somebody has decided about this mail already."))
        return HttpResponseRedirect(request.path)
    wrong = any(form is not None and form.is_bound for form in (answer, invite))
    context = {
        "row": row,
        "why": why_of(row),
        "answer": answer,
        "invite": invite,
        "is_open": is_open,
        "proposed": reply_queries.proposed_time(row, get_language() or "sv"),
        "answers": row.invitation.answers.select_related("by") if row.invitation else [],
        "said_partstat": said_answer(row),
        "may_edit": meeting is not None and may(request.user, "edit", meeting),
    }
    return render(request, "meetings/incoming.html", context, status=422 if wrong else 200)


def _settled(
    request: Request, row: IncomingReply, answer: AnswerForm | None, invite: InviteForm | None
) -> HttpResponse | None:
    """Do what was chosen; None where it cannot be, and the forms say why."""
    user, now = the_user(request), timezone.now()
    try:
        if answer is not None and answer.is_bound:
            if not answer.is_valid():
                return None
            chosen = answer.cleaned_data
            settling.take_as_answer(row, chosen["invitation"], chosen["partstat"], user=user, now=now)
            said = _("Taken as the answer of %(who)s.") % {"who": chosen["invitation"].who}
        elif invite is not None and invite.is_bound:
            if not invite.is_valid():
                return None
            made = settling.invite(row, **invite.cleaned_data, user=user, now=now)
            send_soon()
            said = _("%(who)s is invited.") % {"who": made.email}
        else:
            settling.leave(row, user=user, now=now)
            said = _("Left as it is.")
    except settling.AlreadySettled:
        messages.warning(request, _("Somebody has decided about this mail already."))
        return HttpResponseRedirect(request.path)
    except (answering.CannotAnswer, inviting.NotNow, Conflict):
        messages.error(request, _("The meeting can no longer be answered."))
        return HttpResponseRedirect(request.path)
    except IntegrityError:
        assert invite is not None
        invite.add_error("email", _("This address is invited already."))
        return None
    messages.success(request, said)
    return HttpResponseRedirect(reverse("meetings:replies"))


@require_safe
def incoming_mail(request: Request, pk: int) -> HttpResponse:
    """The mail as it came, as a file; a browser must not show what a stranger wrote."""
    row = fetch(request, "view", reply_queries.visible_to(request.user), pk=pk)
    if row.content is None:
        raise Http404
    response = HttpResponse(bytes(row.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{row.pk}.eml"'
    return response


def said_answer(row: IncomingReply) -> str:
    """What the mail answers; a proposal of another time answers nothing yet, whatever it says."""
    said = row.said.get("partstat", "") if row.outcome != Outcome.COUNTER else ""
    return str(dict(Partstat.choices).get(said, ""))


def why_of(row: IncomingReply) -> str:
    return reply_words.became(row.outcome, row.detail, row.said.get("value", ""))
