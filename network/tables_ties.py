"""The lists of collaborations, networks, encounters and milestones as tables."""

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coordination.base.columns import CellColumn
from network.models import Collaboration, Encounter, Milestone, Network


class CollaborationTable(tables.Table):  # type: ignore[misc]  # the package has no types
    """One row for each collaboration: what, between whom, on what, when."""

    caption: str | Promise = ""

    title = CellColumn(
        "network/_cell_collaboration.html", verbose_name=_("Collaboration"), order_by=("sort_sv", "code")
    )
    participants = CellColumn(
        "network/_cell_participants.html", verbose_name=_("Participants"), orderable=False
    )
    area = CellColumn(
        "_cell_area.html", verbose_name=_("Priority area"), order_by=("area__position", "area__code")
    )
    period = CellColumn(
        "network/_cell_tie_period.html", verbose_name=_("Period"), order_by=("valid_from", "valid_until")
    )

    class Meta:
        model = Collaboration
        fields = ("title", "participants", "area", "period")
        template_name = "_table.html"
        empty_text = ""


class NetworkTable(tables.Table):  # type: ignore[misc]  # nor here
    """One row for each network: who convenes it on the day, who sits in it, whether it meets."""

    caption: str | Promise = ""

    name = CellColumn("network/_cell_network.html", verbose_name=_("Network"), order_by=("sort_sv", "slug"))
    conveners = CellColumn("network/_cell_conveners.html", verbose_name=_("Convened by"), orderable=False)
    members = CellColumn("network/_cell_members.html", verbose_name=_("Members"), orderable=False)
    meets = CellColumn("network/_cell_meets.html", verbose_name=_("Meets"), orderable=False)

    class Meta:
        model = Network
        fields = ("name", "conveners", "members", "meets")
        template_name = "_table.html"
        empty_text = ""


class EncounterTable(tables.Table):  # type: ignore[misc]  # nor here
    """One row for each time that a network is known to have met."""

    caption: str | Promise = ""

    title = CellColumn("network/_cell_event.html", verbose_name=_("Meeting"), order_by=("sort_sv", "code"))
    day = CellColumn("network/_cell_event_day.html", verbose_name=_("Held"), order_by=("date_from", "code"))
    network = CellColumn(
        "network/_cell_event_network.html", verbose_name=_("Network"), order_by=("network__sort_sv", "code")
    )
    organiser = CellColumn(
        "network/_cell_organiser.html", verbose_name=_("Organiser"), order_by=("organiser__sort_sv", "code")
    )
    present = CellColumn("network/_cell_present.html", verbose_name=_("Present"), orderable=False)

    class Meta:
        model = Encounter
        fields = ("title", "day", "network", "organiser", "present")
        template_name = "_table.html"
        empty_text = ""


class MilestoneTable(tables.Table):  # type: ignore[misc]  # nor here
    """One row for each deadline, decision or report."""

    caption: str | Promise = ""

    title = CellColumn("network/_cell_event.html", verbose_name=_("Milestone"), order_by=("sort_sv", "code"))
    day = CellColumn("network/_cell_event_day.html", verbose_name=_("Day"), order_by=("date_from", "code"))
    organiser = CellColumn(
        "network/_cell_organiser.html", verbose_name=_("Organiser"), order_by=("organiser__sort_sv", "code")
    )
    concerned = CellColumn("network/_cell_present.html", verbose_name=_("Concerned"), orderable=False)

    class Meta:
        model = Milestone
        fields = ("title", "day", "organiser", "concerned")
        template_name = "_table.html"
        empty_text = ""
