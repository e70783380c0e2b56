"""The list of planned meetings, a meeting's page, its history, and its file for calendars."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.listing import FORMATS, list_page
from coordination.base.panels import panels_for
from coordination.base.tables.exporting import download, write
from meetings import answers, calendar_file, changelog, queries
from meetings.filters import MeetingFilter
from meetings.list_export import COLUMNS, lines
from meetings.models import Invitation, Meeting
from meetings.redletters import holiday
from meetings.tables import MeetingTable
from network.permissions import own_actors


@require_safe
def meeting_list(request: Request) -> HttpResponse:
    """For whoever asks what is to come, or what was planned: opens the meeting from here.

    A convener sees the network's drafts too. Meetings that were held stand also in the list of encounters.
    """
    require(request, "view", Meeting)
    now = timezone.now()
    rows = queries.described(queries.visible_to(request.user))
    facets = partial(MeetingFilter, now=now)
    wanted = request.GET.get("format", "")
    if wanted in FORMATS:
        asked = facets(request.GET, queryset=rows, request=request)
        found = asked.qs.distinct() if asked.is_valid() else rows.none()
        return download(
            write("meetings", lines(found), wanted, header=list(COLUMNS)), wanted, "planned-meetings"
        )
    return list_page(
        request,
        queryset=rows,
        filterset_class=facets,
        table_class=MeetingTable,
        template="meetings/meetings.html",
        fragment="meeting-table",
        context={"may_plan": may(request.user, "add", Meeting)},
    )


@require_safe
def meeting(request: Request, slug: str) -> HttpResponse:
    """Opened by whoever is asked, to see when and where and who comes and to answer; by the chair, to see who has
    not answered and to change, invite, cancel or close the meeting; by readers, to know that it takes place.

    Readers get the public facts only: no names, no addresses, no address of the video meeting.
    """
    row = fetch(request, "view", queries.described(Meeting.objects.all()).select_related("poll"), slug=slug)
    now = timezone.now()
    runs = may(request.user, "edit", row)
    sees = may(request.user, "see answers", row)
    own = own_actors(request.user)
    invited = answers.listed(row) if sees or own else []
    mine = [one for one in invited if one.actor_id in own]
    context: dict[str, Any] = {
        "meeting": row,
        "runs": runs,
        "sees_answers": sees,
        "sees_video": bool(row.video_url) and (sees or bool(mine)),
        "is_over": row.ends is not None and row.ends <= now,
        "has_begun": row.starts is not None and row.starts <= now,
        "invited": invited if sees else [],
        "tally": answers.tally(invited, quorum_of(row)) if sees else None,
        "mine": mine if row.state == Meeting.State.INVITED and not (row.ends and row.ends <= now) else [],
        "may_undo": row.state == Meeting.State.HELD and may(request.user, "undo holding", row),
        "poll": getattr(row, "poll", None) if sees else None,
        "panels": panels_for("meeting", request, row, request.as_of),
        "holiday": holiday(row.local_start.date(), get_language() or "sv") if row.local_start else "",
        "siblings": _siblings(row, request),
    }
    return render(request, "meetings/meeting.html", context)


def quorum_of(row: Meeting) -> int | None:
    """The meeting's own, else the one that its poll asked for."""
    poll = getattr(row, "poll", None)
    return row.quorum or (poll.quorum if poll is not None and poll.quorum > 1 else None)


def _siblings(row: Meeting, request: Request) -> list[Meeting]:
    """The other meetings of its series."""
    if row.series_id is None:
        return []
    return list(queries.visible_to(request.user).filter(series=row.series_id).order_by("starts", "pk"))


@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    """For those who run the meeting or have a seat: what was changed, by whom, when and why, to settle a doubt."""
    row = fetch(request, "see answers", Meeting.objects.select_related("network"), slug=slug)
    return render(request, "meetings/history.html", {"meeting": row, "entries": changelog.entries(row)})


@require_safe
def calendar(request: Request, slug: str) -> HttpResponse:
    """For readers who want the date in their own calendar: the meeting as a file, without attendees."""
    row = fetch(request, "view", Meeting.objects.select_related("network"), slug=slug)
    content = calendar_file.one(row, _("Meeting"))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}.ics"'
    return response


def invited_of(row: Meeting) -> list[Invitation]:
    return list(row.invitations.standing().select_related("actor").order_by("sort_sv", "pk"))
