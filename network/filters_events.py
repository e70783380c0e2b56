"""The facets of the lists of encounters and milestones."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.base.facets import EVERY, UNDATED, FacetForm, area_choices, in_area
from coordination.base.models import MeetingKind, MilestoneKind
from coordination.base.searching import contains, words
from network import events
from network.models import Encounter, Milestone, Network

BEFORE, AFTER = "before", "after"


class EventFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """What both kinds of dated event are filtered by."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    when = django_filters.ChoiceFilter(
        method="by_day",
        choices=[
            (BEFORE, _("Up to the day")),
            (AFTER, _("After the day")),
            (UNDATED, _("Day unknown")),
        ],
        empty_label=EVERY,
        label=_("When"),
    )
    year = django_filters.NumberFilter(
        method="in_year", label=_("Year"), min_value=1800, max_value=2200, widget=forms.NumberInput
    )
    area = django_filters.ChoiceFilter(
        method=in_area, choices=area_choices, empty_label=EVERY, label=_("Priority area")
    )
    actor = django_filters.CharFilter(method="with_actor", label=_("Organiser or participant"))

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in words(value):
            rows = rows.filter(
                contains(word, "title_sv", "title_en", "code", "organiser__name_sv", "network__name_sv")
            )
        return rows

    def by_day(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        date = self.request.as_of
        if value == BEFORE:
            return events.before(rows, date)
        return events.after(rows, date) if value == AFTER else events.undated(rows)

    def in_year(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return events.in_year(rows, int(value))

    def with_actor(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        present = contains(value, "participants__name_sv", "participants__name_en")
        organised = contains(value, "organiser__name_sv", "organiser__name_en")
        by_id = Q(organiser__slug=value) | Q(participants__slug=value)
        return rows.filter(present | organised | by_id)


class EncounterFilter(EventFilter):
    kind = django_filters.ModelChoiceFilter(
        queryset=MeetingKind.objects.all(), empty_label=EVERY, label=_("Kind")
    )
    network = django_filters.ModelChoiceFilter(
        queryset=Network.objects.all(), to_field_name="slug", empty_label=EVERY, label=_("Network")
    )

    class Meta:
        model = Encounter
        form = FacetForm
        fields: list[str] = []


class MilestoneFilter(EventFilter):
    kind = django_filters.ModelChoiceFilter(
        queryset=MilestoneKind.objects.all(), empty_label=EVERY, label=_("Kind")
    )

    class Meta:
        model = Milestone
        form = FacetForm
        fields: list[str] = []
