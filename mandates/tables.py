"""The lists of this app as tables."""

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coordination.base.columns import CellColumn
from mandates.models import Expectation, Mandate


class MandateTable(tables.Table):  # type: ignore[misc]  # the package has no types
    """One row for each mandate: what, who, where, when, and what follows."""

    caption: str | Promise = ""

    title = CellColumn("mandates/_cell_title.html", verbose_name=_("Mandate"), order_by=("sort_sv", "code"))
    holder = CellColumn("mandates/_cell_holder.html", verbose_name=_("Holder"), order_by=("holder__sort_sv",))
    area = CellColumn(
        "_cell_area.html", verbose_name=_("Priority area"), order_by=("area__position", "area__code")
    )
    levels = CellColumn("mandates/_cell_levels.html", verbose_name=_("Level"), orderable=False)
    period = CellColumn("_cell_period.html", verbose_name=_("Period"), order_by=("valid_from", "valid_until"))
    successor = CellColumn(
        "mandates/_cell_successor.html",
        verbose_name=_("Successor"),
        order_by=("successor__holder__sort_sv", "valid_until"),
    )

    class Meta:
        model = Mandate
        fields = ("title", "holder", "area", "levels", "period", "successor")
        template_name = "_table.html"
        empty_text = ""


class ExpectationTable(tables.Table):  # type: ignore[misc]  # the package has no types
    """One row for each expectation, as it is asked."""

    title = CellColumn(
        "mandates/_cell_expectation.html", verbose_name=_("Expectation"), order_by=("sort_sv", "code")
    )
    area = CellColumn(
        "mandates/_cell_asked_area.html",
        verbose_name=_("Priority area"),
        order_by=("area__position", "each_area"),
    )
    function = tables.Column(verbose_name=_("Function"), order_by=("function__position",))
    level = tables.Column(verbose_name=_("Level"), order_by=("level__position",))
    min_holders = tables.Column(
        verbose_name=_("At least"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    period = CellColumn(
        "_cell_period.html", verbose_name=_("Asked for"), order_by=("valid_from", "valid_until")
    )

    class Meta:
        model = Expectation
        fields = ("title", "area", "function", "level", "min_holders", "period")
        template_name = "_table.html"
        empty_text = ""
