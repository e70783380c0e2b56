"""The page of one invitation: whoever has its link answers for it, without an account."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from meetings import links


@require_safe
def invitation(request: Request, token: str) -> HttpResponse:
    row = links.find(token, links.ANSWER)
    if row is None:
        raise Http404
    return render(request, "meetings/invitation.html", {"invitation": row, "meeting": row.meeting})
