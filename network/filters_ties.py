"""The facets of the lists of collaborations and networks."""

from collections.abc import Callable

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.base.facets import (
    ALL,
    COMING,
    CROSS_SECTOR,
    ENDED,
    EVERY,
    IN_FORCE,
    UNDATED,
    DatedFilter,
    FacetForm,
    area_choices,
    in_area,
)
from coordination.base.models import ActorKind, CollaborationKind, Level
from coordination.base.models.register import Confidence
from coordination.base.searching import contains, words
from network import networks, ties
from network.models import Collaboration, Network, Participant

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class CollaborationFilter(DatedFilter):
    """Facets of the list of collaborations. Without a choice: the dated ones in force on the page's day."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    when = django_filters.ChoiceFilter(
        method="on_the_day",
        choices=[
            (IN_FORCE, _("In force on the day")),
            (UNDATED, _("Start unknown")),
            (ENDED, _("Ended before the day")),
            (COMING, _("Not yet begun")),
            (ALL, _("All")),
        ],
        empty_label=None,
        label=_("When"),
    )
    kind = django_filters.ModelChoiceFilter(
        queryset=CollaborationKind.objects.all(), empty_label=EVERY, label=_("Kind")
    )
    area = django_filters.ChoiceFilter(
        method=in_area, choices=area_choices, empty_label=EVERY, label=_("Priority area")
    )
    participant = django_filters.CharFilter(method="with_participant", label=_("Participant"))
    participant_kind = django_filters.ModelChoiceFilter(
        field_name="sides__actor__kind",
        queryset=ActorKind.objects.all(),
        empty_label=EVERY,
        label=_("Kind of participant"),
    )
    confidence = django_filters.ChoiceFilter(
        choices=Confidence.choices, empty_label=EVERY, label=_("Confidence")
    )

    class Meta:
        model = Collaboration
        form = FacetForm
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in words(value):
            named = contains(word, "actor__name_sv", "actor__name_en", "actor__names__name_sv")
            sides = Participant.objects.filter(named)
            rows = rows.filter(
                contains(word, "title_sv", "title_en", "code") | Q(pk__in=sides.values("collaboration_id"))
            )
        return rows

    def on_the_day(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        chosen: dict[str, Callable[..., QuerySet]] = {
            IN_FORCE: ties.current,
            ENDED: ties.ended,
            COMING: ties.coming,
            UNDATED: ties.undated,
        }
        return chosen[value](rows, self.request.as_of) if value in chosen else rows

    def with_participant(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(sides__actor__slug=value) | contains(value, "sides__actor__name_sv", "sides__actor__name_en")
        )


class NetworkFilter(DatedFilter):
    """Facets of the list of networks. Without a choice: those that have not ended on the page's day."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    when = django_filters.ChoiceFilter(
        method="on_the_day",
        choices=[
            (IN_FORCE, _("Exists on the day")),
            (ENDED, _("Ended before the day")),
            (COMING, _("Not yet begun")),
            (ALL, _("All")),
        ],
        empty_label=None,
        label=_("When"),
    )
    convened = django_filters.ChoiceFilter(
        method="by_state", choices=YES_NO, empty_label=EVERY, label=_("Has a convener")
    )
    meets = django_filters.ChoiceFilter(
        method="by_state", choices=YES_NO, empty_label=EVERY, label=_("Meets")
    )
    level = django_filters.ModelChoiceFilter(
        queryset=Level.objects.all(), to_field_name="code", empty_label=EVERY, label=_("Level")
    )
    area = django_filters.ChoiceFilter(
        method="works_in", choices=area_choices, empty_label=EVERY, label=_("Priority area")
    )
    # Reached by links that count, not offered as controls.
    member = django_filters.CharFilter(method="seats", widget=forms.HiddenInput)
    convener = django_filters.CharFilter(method="convened_by", widget=forms.HiddenInput)

    class Meta:
        model = Network
        form = FacetForm
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in words(value):
            rows = rows.filter(
                contains(word, "name_sv", "name_en", "slug", "purpose_sv", "purpose_en")
                | Q(
                    pk__in=Network.objects.filter(
                        contains(word, "conveners__actor__name_sv", "conveners__actor__name_en")
                    ).values("pk")
                )
            )
        return rows

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By what `networks.state` says of each: one rule for the facet, the list and the page."""
        wanted = value == "yes"
        found = []
        for row in networks.described(Network.objects.all()):
            state = networks.state(row, self.request.as_of)
            if (state.meets if name == "meets" else bool(state.conveners)) == wanted:
                found.append(row.pk)
        return rows.filter(pk__in=found)

    def works_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(areas=None) if value == CROSS_SECTOR else rows.filter(areas__code=value)

    def seats(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(seats__actor__slug=value)

    def convened_by(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(conveners__actor__slug=value)
