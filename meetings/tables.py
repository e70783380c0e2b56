"""The list of planned meetings as a table."""

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coordination.base.columns import CellColumn
from meetings.models import Meeting


class MeetingTable(tables.Table):  # type: ignore[misc]  # the package has no types
    """One row for each meeting: what, when, whose, where, and how far it has come."""

    caption: str | Promise = ""

    title = CellColumn("meetings/_cell_meeting.html", verbose_name=_("Meeting"), order_by=("title", "pk"))
    starts = CellColumn("meetings/_cell_when.html", verbose_name=_("When"), order_by=("starts", "pk"))
    network = CellColumn(
        "network/_cell_event_network.html", verbose_name=_("Network"), order_by=("network__sort_sv", "starts")
    )
    place = CellColumn("meetings/_cell_where.html", verbose_name=_("Place"), orderable=False)
    state = CellColumn("meetings/_cell_state.html", verbose_name=_("State"), order_by=("state", "starts"))

    class Meta:
        model = Meeting
        fields = ("title", "starts", "network", "place", "state")
        template_name = "_table.html"
        empty_text = ""
