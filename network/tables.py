"""The lists of actors and groups as tables."""

from functools import cached_property

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coordination.base.charts import language
from coordination.base.columns import CellColumn
from network import membership, queries
from network.models import Actor

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class _ByName(tables.Table):  # type: ignore[misc]  # the package has no types
    """A table of actors: sorted by name in the reader's language, with what is read once for a page of rows."""

    caption: str | Promise = ""

    def order_name(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        sign = "-" if is_descending else ""
        return rows.order_by(f"{sign}sort_{language()}", f"{sign}slug"), True

    @property
    def shown(self) -> list[Actor]:
        """The actors of this page."""
        return [row.record for row in self.paginated_rows]

    @property
    def searched(self) -> bool:
        """Whether somebody looks for a name; former names are then shown, since they may be what was found."""
        return bool(self.request.GET.get("q", "").strip())


class ActorTable(_ByName):
    """One row for each organisation: its name on the day, what and where it is, and how much it is tied."""

    name = CellColumn("network/_cell_actor.html", verbose_name=_("Actor"))
    place = CellColumn(
        "network/_cell_place.html", verbose_name=_("Place"), order_by=("place__sort_sv", "sort_sv")
    )
    ties = CellColumn("network/_cell_ties.html", verbose_name=_("Collaborations"), attrs=NUMBER)
    networks = CellColumn("network/_cell_networks.html", verbose_name=_("Networks"), attrs=NUMBER)
    period = CellColumn(
        "network/_cell_life.html", verbose_name=_("Period"), order_by=("valid_from", "valid_until", "sort_sv")
    )

    class Meta:
        model = Actor
        fields = ("name", "place", "ties", "networks", "period")
        template_name = "_table.html"
        empty_text = ""

    def order_ties(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return self._by_number(rows.annotate(counted=queries.tie_count(self.request.as_of)), is_descending)

    def order_networks(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        counted = queries.network_count(self.request.as_of)
        return self._by_number(rows.annotate(counted=counted), is_descending)

    def _by_number(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return rows.order_by("-counted" if is_descending else "counted", f"sort_{language()}", "slug"), True

    @cached_property
    def numbers(self) -> dict[int, queries.Numbers]:
        """Ties and networks of this page's actors. One query."""
        return queries.numbers([actor.pk for actor in self.shown], self.request.as_of)


class GroupTable(_ByName):
    """One row for each group: what gathers it, and how many it has and is said to have."""

    name = CellColumn("network/_cell_actor.html", verbose_name=_("Group"))
    rule = CellColumn("network/_cell_rule.html", verbose_name=_("Who is in it"), orderable=False)
    members = CellColumn(
        "network/_cell_group_size.html", verbose_name=_("Members"), orderable=False, attrs=NUMBER
    )
    stated = CellColumn(
        "network/_cell_stated.html", verbose_name=_("Stated number"), orderable=False, attrs=NUMBER
    )

    class Meta:
        model = Actor
        fields = ("name", "rule", "members", "stated")
        template_name = "_table.html"
        empty_text = ""

    @cached_property
    def sizes(self) -> dict[int, int | None]:
        """Members of this page's groups on the day. One query."""
        return membership.sizes(self.shown, self.request.as_of)

    @cached_property
    def rules(self) -> dict[int, str]:
        return membership.rules_in_words(self.shown)
