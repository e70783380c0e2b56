"""On an actor's page: the way to reorganise it, and what was done so before."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from coordination.base import panels
from coordination.base.authorisation import may
from coordination.base.panels import Panel
from mandates.models import AppliedChanges
from network.models import Actor


def reorganise(request: HttpRequest, row: Actor, as_of: datetime.date) -> Panel | None:
    """For whoever may: closing, merging, splitting, renaming or transferring the actor."""
    if row.is_group or not may(request.user, "reorganise", row):
        return None
    done = list(AppliedChanges.objects.filter(about=row.slug).defer("edits", "changes")[:5])
    return Panel(
        "mandates/_panel_reorganise.html", {"actor": row, "done": done}, _("Close, merge, split or rename")
    )


panels.register("actor", order=90, model=AppliedChanges, builder=reorganise)
