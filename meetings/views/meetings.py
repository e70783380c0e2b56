"""The list of planned meetings, and a meeting's page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from meetings.models import Meeting


@require_safe
def meeting_list(request: Request) -> HttpResponse:
    """Coming meetings first."""
    require(request, "view", Meeting)
    rows = Meeting.objects.told().select_related("network")
    return render(request, "meetings/meetings.html", {"meetings": rows})


@require_safe
def meeting(request: Request, slug: str) -> HttpResponse:
    """What readers may know of a meeting; more for those who run it or have a seat."""
    row = fetch(request, "view", Meeting.objects.select_related("network"), slug=slug)
    return render(request, "meetings/meeting.html", {"meeting": row})
