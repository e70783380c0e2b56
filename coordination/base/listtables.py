"""The lists of this app as tables."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from coordination.base.columns import CellColumn
from coordination.base.models import Document, Place

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class DocumentTable(tables.Table):  # type: ignore[misc]  # the package has no types
    """One row for each source, with how much rests on it."""

    title = CellColumn("base/_cell_document.html", verbose_name=_("Document"), order_by=("sort_sv", "slug"))
    publisher = CellColumn(
        "base/_cell_publisher.html", verbose_name=_("Publisher"), order_by=("publisher", "sort_sv")
    )
    published = CellColumn(
        "base/_cell_published.html", verbose_name=_("Published"), order_by=("published", "sort_sv")
    )
    resting = tables.Column(
        verbose_name=_("Rows that rest on it"), attrs=NUMBER, order_by=("resting", "slug")
    )

    class Meta:
        model = Document
        fields = ("title", "publisher", "published", "resting")
        template_name = "_table.html"
        empty_text = ""


class PlaceTable(tables.Table):  # type: ignore[misc]  # nor here
    """One row for each place, and what it is part of."""

    name = CellColumn("base/_cell_place.html", verbose_name=_("Place"), order_by=("sort_sv", "code"))
    kind = tables.Column(verbose_name=_("Kind"), order_by=("kind__position", "sort_sv"))
    parent = CellColumn(
        "base/_cell_parent.html", verbose_name=_("Part of"), order_by=("parent__sort_sv", "sort_sv")
    )

    class Meta:
        model = Place
        fields = ("name", "kind", "parent")
        template_name = "_table.html"
        empty_text = ""
