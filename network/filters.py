"""The facets of the lists of actors and groups."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.base import territory
from coordination.base.facets import ALL, COMING, ENDED, EVERY, IN_FORCE, DatedFilter, FacetForm
from coordination.base.models import ActorKind, Level, Place
from coordination.base.picking import fold
from coordination.base.searching import contains, words
from network import actorfacets, membership
from network.identifiers import digits_of
from network.models import Actor, ActorName, Identifier

ALIVE = [
    (IN_FORCE, _("Existing on the day")),
    (ENDED, _("Ceased by the day")),
    (COMING, _("Not yet begun")),
    (ALL, _("All")),
]
BY_RULE, LISTED, COUNTED = "rule", "list", "counted"
LEAST_DIGITS = 4  # fewer say nothing about an official number
MOST = 10_000  # keys that a query is given one by one; SQLite takes 32,766 parameters


def named(rows: QuerySet, text: str) -> QuerySet:
    """Those of `rows` that are or were called so, or whose id or official number it is; every word must fit.

    One query besides: no index helps to find a part of a name, so that names are read once, and not again
    for the count and for the page of rows.
    """
    sought = words(text)
    if not sought:
        return rows
    found = Actor.objects.order_by()
    for word in sought:
        fits = contains(word, "name_sv", "name_en") | Q(slug__contains=fold(word))
        fits |= Q(
            pk__in=ActorName.objects.order_by().filter(contains(word, "name_sv", "name_en")).values("actor")
        )
        digits = digits_of(word)
        if digits.isdigit() and len(digits) >= LEAST_DIGITS:
            # Written with or without a hyphen.
            numbers = Identifier.objects.order_by().filter(value__regex="[- ]?".join(digits))
            fits |= Q(pk__in=numbers.values("actor"))
        found = found.filter(fits)
    keys = list(found.values_list("pk", flat=True)[: MOST + 1])
    return rows.filter(pk__in=keys if len(keys) <= MOST else found.values("pk"))


def place_choices(asked: str) -> list[tuple[str, str]]:
    """The places that have places in them, as a tree, without a lone root; and the one that is asked for. One query."""
    places = list(
        Place.objects.filter(Q(children__isnull=False) | Q(code=asked)).distinct().order_by("sort_sv", "code")
    )
    below: dict[int | None, list[Place]] = {}
    known = {place.pk for place in places}
    for place in places:
        below.setdefault(place.parent_id if place.parent_id in known else None, []).append(place)
    roots = below.get(None, [])
    lone = roots[0] if len(roots) == 1 and below.get(roots[0].pk) and roots[0].code != asked else None
    found: list[tuple[str, str]] = []
    waiting = [(place, 0) for place in reversed(below[lone.pk] if lone else roots)]
    while waiting:
        place, depth = waiting.pop()
        found.append((place.code, f"{'– ' * depth}{place.name}"))
        waiting += [(child, depth + 1) for child in reversed(below.get(place.pk, []))]
    return found


class _Named(DatedFilter):
    """What the lists of actors and of groups share. Without a choice: those that exist on the page's day."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    when = django_filters.ChoiceFilter(method="on_the_day", choices=ALIVE, empty_label=None, label=_("When"))
    kind = django_filters.ModelChoiceFilter(
        queryset=ActorKind.objects.all(), empty_label=EVERY, label=_("Kind")
    )
    level = django_filters.ModelChoiceFilter(
        queryset=Level.objects.all(), empty_label=EVERY, label=_("Level")
    )

    class Meta:
        model = Actor
        form = FacetForm
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return named(rows, value)


class ActorFilter(_Named):
    """Facets of the list of organisations, and those that higher apps offer."""

    place = django_filters.ChoiceFilter(method="stands_in", empty_label=EVERY, label=_("Place"))
    group = django_filters.ModelChoiceFilter(
        method="member_of",
        queryset=Actor.objects.groups().filter(merged_into=None).exclude(rule=membership.UNKNOWN),
        to_field_name="slug",
        empty_label=EVERY,
        label=_("Group"),
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.filters["place"].extra["choices"] = place_choices((self.data or {}).get("place", ""))
        for facet in actorfacets.offered(self.request.user):
            self.filters[facet.name] = self._offered(facet)

    def _offered(self, facet: actorfacets.Facet) -> django_filters.Filter:
        def narrow(rows: QuerySet, name: str, value: str) -> QuerySet:
            return facet.narrow(rows, value, self.request.as_of)

        found = django_filters.ChoiceFilter(
            method=narrow, choices=facet.choices, empty_label=EVERY, label=facet.label
        )
        found.parent, found.model, found.field_name = self, Actor, facet.name
        return found

    def stands_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(place__in=territory.under(value))

    def member_of(self, rows: QuerySet, name: str, value: Actor) -> QuerySet:
        found = membership.condition(value, self.request.as_of)
        return rows.none() if found is None else rows.filter(found)


class GroupFilter(_Named):
    """Facets of the list of groups."""

    made = django_filters.ChoiceFilter(
        method="made_by",
        choices=[(BY_RULE, _("By rule")), (LISTED, _("By list")), (COUNTED, _("Only counted"))],
        empty_label=EVERY,
        label=_("Members"),
    )

    def made_by(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == LISTED:
            return rows.filter(rule=membership.LIST)
        by_rule = rows.exclude(rule=membership.LIST).filter(rule__contains="=")
        return by_rule if value == BY_RULE else rows.exclude(rule=membership.LIST).exclude(rule__contains="=")
