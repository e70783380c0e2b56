"""The map of a register that is too large to be worked out while somebody waits: what the worker has kept of it.

Communities stand for their actors until one is opened; an actor's surroundings and a path are read out of the
kept ties, and the records behind them out of the register, for at most `graph_near.MOST` actors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from coordination.base.as_of import Request
from coordination.base.picking import Option
from network import graph_near, graph_store
from network.explorer import far, files, looks, measuring, picture, story, tables
from network.explorer.asking import (
    COMMUNITIES,
    EGO,
    PATH,
    RECORDS,
    SECTORS,
    TABLE,
    WHOLE,
    Asked,
    MapForm,
    Names,
)
from network.explorer.lookup import Meant
from network.graph import mixing, near
from network.graph.scene import scene
from network.graph.selection import NETWORK
from network.graph.structure import Structure, from_positions
from network.graph_refresh import NO_ENDS
from network.graph_store import Stored
from network.graph_values import Node, RegisterGraph
from network.models import Convener, GraphActor
from network.shortnames import short_name
from network.views.graph_page import Page, Totals

NEAR, SUGGESTED = 5, 200
NEIGHBOURS = 60  # in the panel
BY_NAME = "-betweenness"


class LargePage(Page):
    """The same page, of the worker's result. `found` is the part that is drawn."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.day = request.as_of
        self.names = Names.read()
        self.form = MapForm(request.GET, names=self.names)
        self.asked = replace(Asked.read(self.form, request.GET, self.day), isolates=False, compare=None)
        self.stored = graph_store.stored_graph(
            self.asked.selection, at_once=False, may_start=request.user.is_authenticated
        )
        self.found = self.near(self._places())

    def context(self, fragment: str) -> dict[str, Any]:
        return super().context(fragment) | {"is_waiting": not self.stored.is_known, "is_large": True}

    # What is kept

    @cached_property
    def kept(self) -> tuple[picture.Measured, Stored]:
        rows = self.stored.actors().filter(slug__in=self.found.nodes)
        return measuring.of_rows(rows, self.stored), self.stored

    @cached_property
    def whole(self) -> Structure:
        return self.stored.structure()

    def near(self, places: Sequence[int]) -> RegisterGraph:
        """The part of the whole at `places`, with its records."""
        whole = self.whole if places else from_positions((), NO_ENDS)
        return graph_near.near(self.stored, whole, places)

    def _places(self) -> list[int]:
        """Whom the view draws one by one."""
        if self.asked.view == EGO and (at := self._at(self.about.slug)) is not None:
            return near.around(self.whole, at, self.asked.steps, graph_near.MOST)
        if self.asked.view == PATH:
            some, other = self._at(self.about.slug), self._at(self.to.slug)
            if some is None or other is None:
                return []
            chains = near.chains(self.whole, some, other, most=picture.PATHS)
            return list(dict.fromkeys(at for chain in chains for at in chain))
        if self.asked.view == WHOLE and self.asked.unfolded:
            opened = self.stored.actors("-strength").filter(community__in=self.asked.unfolded, degree__gt=0)
            return list(opened.values_list("position", flat=True)[: graph_near.MOST])
        return []

    def _at(self, slug: str) -> int | None:
        row = self._row(slug)
        return row.position if row else None

    def _row(self, slug: str) -> GraphActor | None:
        return self.stored.actors().filter(slug=slug).first() if slug else None

    # Whom somebody means

    @cached_property
    def about(self) -> Meant:
        return self._meant(self.asked.actor)

    @cached_property
    def to(self) -> Meant:
        return self._meant(self.asked.to)

    @cached_property
    def pointed(self) -> Meant:
        return self._meant(self.asked.chosen)

    def _meant(self, typed: str) -> Meant:
        """The actor with that id or name on the day; otherwise those whose names begin like it. Three queries at most."""
        text = typed.strip()
        if not text:
            return Meant()
        slug = text.rpartition("(")[2].removesuffix(")")  # as the list of suggestions writes it: “Name (id)”
        rows = self.stored.actors("-strength")
        for fits in (
            Q(slug__in=[text, slug]),
            Q(name_sv__iexact=text) | Q(name_en__iexact=text),
            Q(name_sv__istartswith=text) | Q(name_en__istartswith=text),
        ):
            found = list(rows.filter(fits)[: NEAR + 1])
            if len(found) == 1:
                return Meant(text, found[0].slug)
            if found:
                options = [Option(row.slug, row.slug, row.name, ()) for row in found[:NEAR]]
                return Meant(text, "", tuple(options), several=True)
        return Meant(text)

    # What is shown

    @property
    def totals(self) -> Totals:
        result = self.stored.result
        order, size = (result.order, result.size) if result else (0, 0)
        isolates = self.stored.network.get("isolates", 0)
        return Totals(order - isolates, size, isolates)

    @cached_property
    def drawn(self) -> picture.Picture:
        if self.asked.view == WHOLE and not self.asked.unfolded:
            return far.communities(self.stored)
        if self.asked.view == SECTORS:
            of_kind = looks.classes(self.names.kinds)
            is_kind = self.asked.by == "kind"
            return far.groups(self.mixed(), self._counts(self.asked.by), self.called(), of_kind, is_kind)
        if not self.found.nodes:  # nobody, or no chain between the two
            return picture.Picture(scene((), (), {}), [], frozenset())
        return super().drawn

    def lead(self) -> str:
        if not self.stored.is_known:
            return ""
        totals, day = self.totals, self.day.isoformat()
        if self.asked.view == SECTORS or (self.asked.view == EGO and not self.about.slug):
            return super().lead()
        if self.asked.view == PATH:
            if self.about.slug and self.to.slug and not self.drawn.paths:
                return _("No chain of at most %(n)s steps joins the two on %(day)s.") % {
                    "n": near.FURTHEST,
                    "day": day,
                }
            return super().lead()
        if self.asked.view == EGO and (row := self._row(self.about.slug)) is not None:
            return story.contact(short_name(row.name), row.degree, totals.tied - 1, day)
        return _("On %(day)s %(tied)s of %(all)s actors have a tie to another.") % {
            "day": day,
            "tied": totals.tied,
            "all": totals.tied + totals.isolates,
        }

    def missing(self) -> None:
        return None

    def panel(self) -> story.Chosen | None:
        row = self._row(self.chosen)
        if row is None:
            return None
        around = self.near(near.around(self.whole, row.position, 1, NEIGHBOURS + 1))
        ties = sorted(around.ties, key=lambda tie: (-tie.weight, tie.source, tie.target))
        neighbours = []
        for tie in ties:
            if row.slug in (tie.source, tie.target):
                other = tie.target if tie.source == row.slug else tie.source
                neighbours.append(story.Neighbour(around.nodes[other], tie, around.behind(tie)))
        totals = self.totals
        convenes = Convener.objects.as_of(self.day).filter(actor__slug=row.slug)
        return story.Chosen(
            around.nodes[row.slug],
            self.names.kinds[row.kind].name,
            row.degree,
            story.between_share(row.betweenness, totals.tied + totals.isolates, totals.tied),
            convenes.values("network").distinct().count(),
            row.articulation,
            neighbours,
            None,
            (),
            (),
        )

    def rows(self) -> Sequence[tables.Row]:
        if self._is_of_part:
            return super().rows()
        return Rows(self._sorted(), self.names, self.stored)

    @property
    def _is_of_part(self) -> bool:
        return bool(self.found.nodes) or self.asked.view in (EGO, PATH)

    def _sorted(self) -> QuerySet[GraphActor]:
        order = self.request.GET.get("sort", "")
        try:
            rows = self.stored.actors(order or BY_NAME)
        except ValueError:
            rows = self.stored.actors(BY_NAME)
        return rows.filter(degree__gt=0)

    def components(self) -> list[tables.Circle]:
        return self._circles(
            (at + 1, one["actors"], one["ties"], one["size"])
            for at, one in enumerate(self.stored.communities.get("parts", []))
        )

    def communities(self) -> list[tables.Circle]:
        return self._circles(
            (one["number"] + 1, one["actors"], one["ties"], one["size"])
            for one in self.stored.communities.get("communities", [])
        )

    def _circles(self, rows: Any) -> list[tables.Circle]:
        found = list(rows)
        wanted = {slug for _number, slugs, _ties, _size in found for slug in slugs}
        nodes = {row.slug: graph_near.node_of(row) for row in self.stored.actors().filter(slug__in=wanted)}
        return [
            tables.Circle(
                number, [nodes[slug] for slug in slugs], ties, short_name(nodes[slugs[0]].name), size
            )
            for number, slugs, ties, size in found
        ]

    def tabs(self, actors: int) -> list[tuple[str, str]]:
        named = {RECORDS: _("Records"), COMMUNITIES: _("Communities")}
        return [(code, named.get(code, label)) for code, label in super().tabs(actors)]

    def mixed(self) -> Sequence[mixing.Mix]:
        return [mixing.Mix(*row) for row in self.stored.communities.get("mixes", {}).get(self.asked.by, [])]

    def kind_counts(self) -> Mapping[str, int]:
        return self._counts("kind")

    def tie_counts(self) -> Mapping[str, int | None]:
        return dict.fromkeys((*self.names.ties, NETWORK))

    def suggested(self) -> Sequence[Node]:
        return [graph_near.node_of(row) for row in self.stored.actors("-strength")[:SUGGESTED]]

    def _counts(self, by: str) -> dict[str, int]:
        """How many actors with ties there are of each kind, or in each county. One query."""
        rows = self.stored.actors().filter(degree__gt=0).order_by().values_list(by)
        return dict(rows.annotate(n=Count("pk")))

    # Files

    @property
    def has_files(self) -> bool:  # type: ignore[override]  # of the part that is drawn, never of the whole
        return self._is_of_part

    def file(self, wanted: str) -> HttpResponse:
        if not self.has_files or (self.asked.tab == TABLE and wanted in files.TYPES and wanted != "csv"):
            raise Http404
        return super().file(wanted)


class Rows(Sequence[tables.Row]):
    """The rows of the table, read as they are shown."""

    def __init__(self, found: QuerySet[GraphActor], names: Names, stored: Stored) -> None:
        self._found, self._names, self._stored = found, names, stored

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return self._found.count()

    def __getitem__(self, place: Any) -> Any:
        rows = list(self._found[place])
        measured = measuring.of_rows(
            self._stored.actors().filter(pk__in=[row.pk for row in rows]), self._stored
        )
        return [tables.row(graph_near.node_of(row), self._names, measured) for row in rows]
