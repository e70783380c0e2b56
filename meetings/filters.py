"""The facets of the list of planned meetings."""

import datetime
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.base.facets import ALL, CROSS_SECTOR, EVERY, FacetForm, area_choices
from coordination.base.searching import contains, words
from meetings.models import Meeting
from network.models import Network

COMING, PAST = "coming", "past"


class MeetingFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """Without a choice: those to come, soonest first. `now` decides what is past, not the day that pages show."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    when = django_filters.ChoiceFilter(
        method="by_time",
        choices=[(COMING, _("Coming")), (PAST, _("Past")), (ALL, _("All"))],
        empty_label=None,
        label=_("When"),
    )
    network = django_filters.ModelChoiceFilter(
        queryset=Network.objects.all(), to_field_name="slug", empty_label=EVERY, label=_("Network")
    )
    area = django_filters.ChoiceFilter(
        method="in_area", choices=area_choices, empty_label=EVERY, label=_("Priority area")
    )
    state = django_filters.ChoiceFilter(choices=Meeting.State.choices, empty_label=EVERY, label=_("State"))

    class Meta:
        model = Meeting
        form = FacetForm
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, now: datetime.datetime, **kwargs: Any) -> None:
        self.now = now
        data = data.copy() if data is not None else {}
        data.setdefault("when", COMING)
        super().__init__(data, *args, **kwargs)

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in words(value):
            rows = rows.filter(
                contains(word, "title", "location", "slug", "network__name_sv", "network__name_en")
            )
        return rows

    def by_time(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == COMING:
            return rows.filter(Q(ends=None) | Q(ends__gt=self.now)).order_by(
                F("starts").asc(nulls_last=True), "pk"
            )
        if value == PAST:
            return rows.filter(ends__lte=self.now).order_by("-starts", "-pk")
        return rows.order_by(F("starts").desc(nulls_last=True), "-pk")

    def in_area(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == CROSS_SECTOR:
            return rows.filter(network__areas=None)
        return rows.filter(network__areas__code=value)
