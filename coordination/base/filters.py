"""The facets of the lists of this app."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.base import publishers, searching, territory
from coordination.base.facets import EVERY, FacetForm
from coordination.base.models import Document, Place, PlaceKind


class DocumentFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """Facets of the list of sources."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    publisher = django_filters.ChoiceFilter(empty_label=EVERY, label=_("Publisher"))

    class Meta:
        model = Document
        form = FacetForm
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        known = publishers.of_documents(self.request)
        slugs = Document.objects.exclude(publisher="").order_by().values_list("publisher", flat=True)
        named = {slug: known[slug].name if slug in known else slug for slug in set(slugs.distinct())}
        self.filters["publisher"].extra["choices"] = sorted(named.items(), key=lambda pair: pair[1])

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in searching.words(value):
            rows = rows.filter(
                searching.contains(word, "title_sv", "title_en", "slug", "publisher", "reference")
            )
        return rows


class PlaceFilter(django_filters.FilterSet):  # type: ignore[misc]  # nor here
    """Facets of the list of places. `within` is a place whose parts are meant, at any depth."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    kind = django_filters.ModelChoiceFilter(
        queryset=PlaceKind.objects.all(), empty_label=EVERY, label=_("Kind")
    )
    within = django_filters.ChoiceFilter(method="is_within", empty_label=EVERY, label=_("Within"))

    class Meta:
        model = Place
        form = FacetForm
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        above = Place.objects.filter(children__isnull=False).distinct()
        self.filters["within"].extra["choices"] = [(place.code, place.name) for place in above]

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        for word in searching.words(value):
            rows = rows.filter(searching.contains(word, "name_sv", "name_en", "code"))
        return rows

    def is_within(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=territory.under(value)).exclude(code=value)
