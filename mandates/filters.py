"""The facets of the lists of this app."""

import datetime
from typing import Any

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
    WHEN,
    DatedFilter,
    FacetForm,
    area_choices,
    in_area,
)
from coordination.base.models import ActorKind, Function, Level, MandateKind, MandateRole
from coordination.base.periods import ONE_DAY
from mandates import queries
from mandates.models import Expectation, Mandate

YEAR = datetime.timedelta(days=365)


class MandateFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """Facets of the list of mandates. Without a choice: decided ones in force on the page's day."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    when = django_filters.ChoiceFilter(method="on_the_day", choices=WHEN, empty_label=None, label=_("When"))
    area = django_filters.ChoiceFilter(
        method=in_area, choices=area_choices, empty_label=EVERY, label=_("Priority area")
    )
    function = django_filters.ModelChoiceFilter(
        queryset=Function.objects.all(), to_field_name="code", empty_label=EVERY, label=_("Function")
    )
    level = django_filters.ModelChoiceFilter(
        field_name="levels",
        queryset=Level.objects.all(),
        to_field_name="code",
        empty_label=EVERY,
        label=_("Level aimed at"),
    )
    kind = django_filters.ModelChoiceFilter(
        queryset=MandateKind.objects.all(), empty_label=EVERY, label=_("Kind")
    )
    explicit = django_filters.ChoiceFilter(
        choices=[("True", _("Yes")), ("False", _("No"))],
        empty_label=EVERY,
        label=_("Names the strategy's goal"),
    )
    holder_kind = django_filters.ModelChoiceFilter(
        field_name="holder__kind",
        queryset=ActorKind.objects.all(),
        empty_label=EVERY,
        label=_("Kind of holder"),
    )
    role = django_filters.ModelChoiceFilter(
        queryset=MandateRole.objects.all(), empty_label=EVERY, label=_("Role")
    )
    status = django_filters.ChoiceFilter(
        method="of_status",
        choices=[*Mandate.Status.choices, (ALL, _("All"))],
        empty_label=None,
        label=_("Status"),
    )
    joint = django_filters.ChoiceFilter(
        method="given_jointly",
        choices=[("yes", _("Yes")), ("no", _("No"))],
        empty_label=EVERY,
        label=_("Joint assignment"),
    )
    legal = django_filters.CharFilter(
        field_name="legal_basis", lookup_expr="icontains", label=_("Legal basis")
    )
    holder = django_filters.CharFilter(method="held_by", label=_("Holder"))
    # Reached by links that count, not offered as controls.
    strategy = django_filters.CharFilter(field_name="strategy__slug", widget=forms.HiddenInput)
    unconfirmed = django_filters.ChoiceFilter(
        method="waits", choices=[("yes", _("Yes"))], widget=forms.HiddenInput
    )
    started = django_filters.ChoiceFilter(
        method="began_lately", choices=[("yes", _("Yes"))], widget=forms.HiddenInput
    )
    ending = django_filters.ChoiceFilter(
        method="ends_soon", choices=[("yes", _("Yes"))], widget=forms.HiddenInput
    )
    ends_on = django_filters.DateFilter(method="last_day", widget=forms.HiddenInput)
    begins_on = django_filters.DateFilter(field_name="valid_from", widget=forms.HiddenInput)

    class Meta:
        model = Mandate
        form = FacetForm
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            # A day of beginning or end is itself an answer to "when".
            dated = data.get("ends_on") or data.get("begins_on") or data.get("ending")
            data.setdefault("when", ALL if dated else IN_FORCE)
            data.setdefault("status", Mandate.Status.DECIDED)
        super().__init__(data, *args, **kwargs)

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            rows = rows.filter(
                Q(title_sv__icontains=word)
                | Q(title_en__icontains=word)
                | Q(code__icontains=word)
                | Q(legal_basis__icontains=word)
                | Q(joint_assignment__icontains=word)
                | Q(holder__name_sv__icontains=word)
                | Q(holder__name_en__icontains=word)
            )
        return rows

    def on_the_day(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        date = self.request.as_of
        if value == IN_FORCE:
            return queries.in_force(rows, date)
        if value == ENDED:
            return queries.ended(rows, date)
        if value == COMING:
            return queries.coming(rows, date)
        if value == UNDATED:
            return rows.filter(valid_from=None)
        return rows

    def of_status(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows if value == ALL else rows.filter(status=value)

    def given_jointly(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.exclude(joint_assignment="") if value == "yes" else rows.filter(joint_assignment="")

    def waits(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(confirmed_on=None) | Q(confirmed_on__lt=self.request.as_of - YEAR))

    def began_lately(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        date = self.request.as_of
        return rows.filter(valid_from__gt=date - YEAR, valid_from__lte=date).exclude(
            from_precision__in=("period", "unknown")
        )

    def ends_soon(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return queries.ending(rows, self.request.as_of, YEAR.days)

    def held_by(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(holder__slug=value) | Q(holder__name_sv__icontains=value) | Q(holder__name_en__icontains=value)
        )

    def last_day(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows.filter(valid_until=value + ONE_DAY)


class ExpectationFilter(DatedFilter):
    """Facets of the list of expectations: all of them without a choice."""

    when_unasked = None

    q = django_filters.CharFilter(method="search", label=_("Search"))
    area = django_filters.ChoiceFilter(
        method="asked_in", choices=area_choices, empty_label=EVERY, label=_("Priority area")
    )
    function = django_filters.ModelChoiceFilter(
        queryset=Function.objects.all(), to_field_name="code", empty_label=EVERY, label=_("Function")
    )
    level = django_filters.ModelChoiceFilter(
        queryset=Level.objects.all(), empty_label=EVERY, label=_("Level")
    )
    when = django_filters.ChoiceFilter(
        method="on_the_day", choices=WHEN[:3], empty_label=EVERY, label=_("When")
    )
    strategy = django_filters.CharFilter(field_name="strategy__slug", widget=forms.HiddenInput)

    class Meta:
        model = Expectation
        form = FacetForm
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            rows = rows.filter(
                Q(title_sv__icontains=word) | Q(title_en__icontains=word) | Q(code__icontains=word)
            )
        return rows

    def asked_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == CROSS_SECTOR:
            return rows.filter(area=None, each_area=False)
        return rows.filter(Q(area__code=value) | Q(each_area=True))
