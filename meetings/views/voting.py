"""The page on which somebody says which proposed times suit: whoever has its link may, without an account."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.base.as_of import Request
from coordination.base.views.rows import int_or
from meetings import links, poll_results, polling, voting
from meetings.models import Invitation, Poll, PollAnswer, PollBallot
from meetings.poll_forms import VoteForm
from meetings.views.invitations import for_link_holders, no_such_link

CONFLICT, UNPROCESSABLE = 409, 422
PREFIX = "slot-"


@for_link_holders
@require_http_methods(["GET", "POST"])
def poll(request: Request, token: str) -> HttpResponse:
    """Opened from the mail by somebody who is asked to a meeting, often on a phone, to say when they can come.

    Programs that look through mail open every link: only what is posted counts as an answer.
    """
    row = links.find(token, links.ANSWER)
    found = (
        Poll.objects.filter(meeting=row.meeting).select_related("meeting__network").first() if row else None
    )
    if row is None or found is None or (found.state == Poll.State.DRAFT):
        return no_such_link(request)
    if request.method != "POST":
        return _page(request, row, found, None)
    form = VoteForm(request.POST)
    named = [int_or(name.removeprefix(PREFIX)) for name in request.POST if name.startswith(PREFIX)]
    values = form.values(request.POST, named)
    if not form.is_valid() or not values:
        if not values:
            form.add_error(None, _("Answer about at least one time."))
        return _page(request, row, found, form, values)
    try:
        noted = voting.answer(row, values, comment=form.cleaned_data["comment"], now=timezone.now())
    except polling.WrongState:
        return _page(request, row, found, None, values, status=CONFLICT)
    if noted.gone:
        messages.warning(
            request, _("A time that you answered about is no longer proposed. Your other answers are noted.")
        )
    messages.success(
        request,
        ngettext(
            "Your answer about %(n)s time is noted. You can change it until the deadline.",
            "Your answers about %(n)s times are noted. You can change them until the deadline.",
            noted.times,
        )
        % {"n": noted.times},
    )
    return HttpResponseRedirect(request.path)


def _page(
    request: Request,
    row: Invitation,
    found: Poll,
    form: VoteForm | None,
    values: dict[int, str] | None = None,
    *,
    status: int = 0,
) -> HttpResponse:
    now, language = timezone.now(), get_language() or "sv"
    ballot = PollBallot.objects.filter(invitation=row).first()
    stored = dict(PollAnswer.objects.filter(invitation=row).values_list("slot", "value"))
    given = stored | (values or {})
    since = ballot.answered_at if ballot else None
    lines: list[dict[str, Any]] = []
    withdrawn: list[dict[str, Any]] = []
    for slot in found.slots.all():
        text, _short, red, weekend = poll_results.words_of(slot, found, language)
        line = {
            "pk": slot.pk,
            "text": text,
            "holiday": red,
            "is_weekend": weekend,
            "value": given.get(slot.pk, ""),
            "is_new": since is not None and slot.added_at > since,
            "is_past": slot.starts <= now,
            "is_chosen": slot.pk == found.chosen_id,
        }
        (withdrawn if slot.withdrawn_at else lines).append(line)
    why = voting.why_closed(found, row, now)
    context = {
        "invitation": row,
        "meeting": found.meeting,
        "poll": found,
        "token": links.token(row, links.ANSWER),
        "form": form or VoteForm(initial={"comment": ballot.comment if ballot else ""}),
        "lines": lines,
        "withdrawn": [line for line in withdrawn if line["value"]],
        "closed": why,
        "answered": since,
        "was_late": status == CONFLICT,
        "options": [("yes", _("Yes")), ("if_needed", _("If need be")), ("no", _("No"))],
    }
    return render(request, "meetings/vote.html", context, status=status or (UNPROCESSABLE if form else 200))
