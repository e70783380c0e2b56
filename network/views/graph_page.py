"""What one address of the map shows, worked out as far as it is shown."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.paginator import Page as Paged
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base.as_of import Request
from coordination.base.listing import FORMATS
from network import graph_queries, graph_store
from network.explorer import files, looks, measuring, picture, story, tables
from network.explorer.asking import (
    COMMUNITIES,
    COMPONENTS,
    EGO,
    PATH,
    PICTURE,
    RECORDS,
    SECTORS,
    TABLE,
    VIEWS,
    WHOLE,
    Asked,
    MapForm,
    Names,
)
from network.explorer.lookup import SUGGESTED, Meant, meant
from network.explorer.wording import ARTICULATION, BROKERED, COMMUNITY, MEASURES
from network.graph import mixing
from network.graph.selection import NETWORK
from network.graph.structure import build
from network.graph_store import Stored
from network.graph_values import COLLABORATION, Behind, Node, RegisterGraph
from network.shortnames import short_name
from network.templatetags.graph import plain

# What map.js goes on to ask for: the browser fetches all of it at once.
MODULES = [f"network/map/{name}.js" for name in ("picture", "scene", "view", "colours", "programs", "words")]
FIRST = 8  # rows under the picture
FRAGMENTS = ("map", "chosen", "tie")


@dataclass(frozen=True)
class Totals:
    """A graph in numbers."""

    tied: int
    ties: int
    isolates: int


class Page:
    """What one request asks for, worked out as far as it is shown."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.day: datetime.date = request.as_of
        self.names = Names.read()
        self.form = MapForm(request.GET, names=self.names)
        self.asked = Asked.read(self.form, request.GET, self.day)
        self.found = graph_queries.graph(self.asked.selection)

    @cached_property
    def kept(self) -> tuple[picture.Measured, Stored]:
        return measuring.measured(self.found, may_start=self.request.user.is_authenticated)

    @property
    def measured(self) -> picture.Measured:
        return self.kept[0]

    @cached_property
    def about(self) -> Meant:
        return meant(self.asked.actor, self.found.nodes)

    @cached_property
    def to(self) -> Meant:
        return meant(self.asked.to, self.found.nodes)

    @cached_property
    def pointed(self) -> Meant:
        return meant(self.asked.chosen, self.found.nodes)

    @cached_property
    def drawn(self) -> picture.Picture:
        return picture.draw(
            self.found, self.asked, self.names, self.measured, about=self.about.slug, to=self.to.slug
        )

    @cached_property
    def chosen(self) -> str:
        """Whom the panel is about: who was pointed at, or else who stands in the middle."""
        return self.pointed.slug or self.drawn.centre

    @property
    def totals(self) -> Totals:
        """The whole graph in numbers."""
        return Totals(self.found.tied, self.found.structure.size, self.found.isolates)

    def rows(self) -> Sequence[tables.Row]:
        order = self.request.GET.get("sort", "")
        return tables.rows(self.found, self.drawn.shown, self.names, self.measured, order)

    def file(self, wanted: str) -> HttpResponse:
        if self.asked.tab == TABLE:
            if wanted not in FORMATS:
                raise Http404
            return files.actor_file(list(self.rows()), wanted, self.day.isoformat())
        if wanted not in files.TYPES:
            raise Http404
        return files.graph_file(self.found, self.drawn, self.measured, wanted)

    def context(self, fragment: str) -> dict[str, Any]:
        """What the template needs for the page, or for the `fragment` of it alone."""
        if fragment == "tie":
            return {"tie": self.tie()}
        context: dict[str, Any] = {
            "asked": self.asked,
            "form": self.form,
            "chosen": self.panel(),
            "pointed": self.pointed,
            "ego_view": EGO,
        }
        if fragment == "chosen":
            return context
        sort = self.request.GET.get("sort", "")
        rows = self.rows()
        context |= {
            "is_fragment": bool(fragment),
            "views": VIEWS,
            "modules": MODULES,
            "lead": self.lead(),
            "picture": self.drawn,
            "label": self.label(),
            "scene": plain(self.drawn.scene),
            "parts": self.part_count(),
            "network": self.measured.network,
            "stored": self.kept[1],
            "stages": graph_store.STAGES,
            "totals": self.totals,
            "band": self.largest_band(),
            "missing": self.missing(),
            "tie": self.tie(),
            "asked_actor": self.about,
            "asked_to": self.to,
            "steps": self.path_steps(),
            "rows": self.first_rows(rows),
            "row_count": len(rows),
            "has_files": self.has_files,
            "measures": MEASURES,
            "further": (BROKERED, COMMUNITY, ARTICULATION),
            "size_measure": MEASURES.get(self.asked.size),
            "sort": sort or "-betweenness",
            "records": self.records(),
            "pair": self.pair(),
            "tabs": self.tabs(len(rows)),
            **self.controls(),
        }
        if self.asked.tab == TABLE:
            context |= {"page": self.table_page(rows), "heads": self.heads(sort or "-betweenness")}
        elif self.asked.tab == COMPONENTS:
            context["circles"] = self.components()
        elif self.asked.tab == COMMUNITIES:
            context["circles"] = self.communities()
        elif self.asked.tab == RECORDS:
            context["tie_rows"] = self.tie_rows()
        if self.asked.view == SECTORS:
            context["mixes"] = self.mixes()
        return context

    has_files = True

    def lead(self) -> str:
        """The sentence above the picture."""
        return story.lead(self.found, self.asked, self.drawn, self.about.slug, self.to.slug)

    def missing(self) -> story.Missing | None:
        return story.missing(self.found) if self.asked.view == WHOLE else None

    def first_rows(self, rows: Sequence[tables.Row]) -> Sequence[tables.Row]:
        """Those under the picture."""
        return rows[:FIRST]

    def table_page(self, rows: Sequence[tables.Row]) -> Paged:
        return Paginator(rows, settings.PAGE_SIZE).get_page(self.request.GET.get("page"))

    def components(self) -> list[tables.Circle]:
        return tables.components(self.found)

    def communities(self) -> list[tables.Circle]:
        return tables.communities(self.found, self.measured)

    def label(self) -> str:
        """What the picture is called for who cannot see it."""
        scene = self.drawn.scene
        return _("Map of %(actors)s actors and %(ties)s ties on %(day)s. The table says the same.") % {
            "actors": len(self.drawn.shown),
            "ties": len(scene.lines) + scene.undrawn,
            "day": self.day.isoformat(),
        }

    def panel(self) -> story.Chosen | None:
        if not self.chosen or self.chosen not in self.found.nodes:
            return None
        return story.chosen(self.found, self.chosen, self.names, self.measured, self.drawn.shown)

    def tie(self) -> dict[str, Any] | None:
        """The tie that `?between=some~other` names, and the records behind it."""
        some, _tilde, other = self.request.GET.get("between", "").partition("~")
        tie = self.found.tie_between(some, other) if some and other else None
        if tie is None:
            return None
        ends = [self.found.nodes[slug] for slug in (tie.source, tie.target)]
        return {"ends": ends, "weight": tie.weight, "behind": self.found.behind(tie)}

    def path_steps(self) -> list[tuple[Node, Node, Any]]:
        """The pairs along the first path, with what ties them."""
        if not self.drawn.paths:
            return []
        first = self.drawn.paths[0]
        found = []
        for some, other in zip(first, first[1:], strict=False):
            tie = self.found.tie_between(some, other)
            behind = self.found.behind(tie) if tie else []
            found.append((self.found.nodes[some], self.found.nodes[other], behind))
        return found

    def largest_band(self) -> dict[str, int] | None:
        """The largest network that is drawn as a band, and the lines that it would be."""
        if not self.drawn.scene.undrawn:
            return None
        drawn = {band.network for band in self.drawn.scene.bands}
        most = max(len(self.found.records[NETWORK, network].participants) for network in drawn)
        return {"people": most, "ties": most * (most - 1) // 2}

    def pair(self) -> tuple[tuple[picture.Picture, str, RegisterGraph], ...]:
        """This day and another, side by side, the earlier first."""
        other = self.asked.compare
        if other is None or other == self.day or self.asked.view != WHOLE:
            return ()
        beside = graph_queries.graph(replace(self.asked.selection, as_of=other))
        first, second = sorted((self.found, beside), key=lambda found: found.asked.as_of)
        drawn = picture.compare(first, second, self.asked, self.names)
        return tuple(
            (one, found.asked.as_of.isoformat(), found)
            for one, found in zip(drawn, (first, second), strict=True)
        )

    def records(self) -> dict[str, Any]:
        rows = sorted(self.found.records.values(), key=lambda row: (row.kind, row.detail, row.id))
        ties = [row for row in rows if row.kind == COLLABORATION]
        networks = [row for row in rows if row.kind == NETWORK]
        return {"ties": ties, "networks": networks, "kinds": self.names.ties}

    def tie_rows(self) -> list[tuple[Behind, str, str]]:
        """The collaborations behind the ties, each with its kind and those in it."""
        return [
            (
                row,
                self.names.ties[row.detail].name,
                ", ".join(
                    short_name(self.found.nodes[slug].name)
                    for slug in row.participants
                    if slug in self.found.nodes
                ),
            )
            for row in self.records()["ties"]
        ]

    def part_count(self) -> int | None:
        """Into how many parts those with ties fall."""
        parts = self.measured.network.get("components")
        return None if parts is None else parts - self.totals.isolates

    def tabs(self, actors: int) -> list[tuple[str, str]]:
        records = self.records()
        ties, networks = len(records["ties"]), len(records["networks"])
        said = _("Records (%(ties)s, %(networks)s)") % {
            "ties": ngettext("%(n)s collaboration", "%(n)s collaborations", ties) % {"n": ties},
            "networks": ngettext("%(n)s network", "%(n)s networks", networks) % {"n": networks},
        }
        return [
            (PICTURE, _("Picture")),
            (TABLE, _("Table (%(n)s)") % {"n": actors}),
            (COMPONENTS, _("Parts")),
            (COMMUNITIES, _("Communities")),
            (RECORDS, said),
        ]

    def kind_counts(self) -> Mapping[str, int]:
        """How many actors with ties there are of each kind."""
        structure, nodes = self.found.structure, self.found.nodes
        degrees = zip(structure.names, structure.degree, strict=True)
        return Counter(nodes[slug].kind for slug, degree in degrees if degree)

    def tie_counts(self) -> Mapping[str, int | None]:
        """How many records make ties, by kind; None where that is not known."""
        rows = self.found.records.values()
        return dict(Counter(row.detail if row.kind == COLLABORATION else row.kind for row in rows))

    def suggested(self) -> Sequence[Node]:
        """Those that the boxes for names complete to."""
        nodes = self.found.nodes
        slugs = sorted(nodes) if len(nodes) <= SUGGESTED else sorted(self.drawn.shown)[:SUGGESTED]
        return [nodes[slug] for slug in slugs]

    def controls(self) -> dict[str, Any]:
        """The boxes of the form, with how many each stands for in the graph as it is."""
        of_kind = looks.classes(self.names.kinds)
        kinds, ties = self.kind_counts(), self.tie_counts()
        asked = self.asked.selection
        return {
            "kind_boxes": [
                (
                    code,
                    row.name,
                    not asked.kinds or code in asked.kinds,
                    kinds.get(code),
                    looks.SHAPE[of_kind[code]],
                    of_kind[code],
                )
                for code, row in self.names.kinds.items()
                if code in kinds or code in asked.kinds
            ],
            "tie_boxes": [
                (code, label, not asked.tie_kinds or code in asked.tie_kinds, ties.get(code))
                for code, label in self.form.fields["tie"].choices  # type: ignore[attr-defined]  # a field of choices
                if code in ties or code in asked.tie_kinds
            ],
            "suggested": [f"{node.name} ({node.slug})" for node in self.suggested()],
            "needs_actor": self.asked.view in (EGO, PATH),
            "needs_to": self.asked.view == PATH,
            "is_path": self.asked.view == PATH,
            "is_sectors": self.asked.view == SECTORS,
            "is_whole": self.asked.view == WHOLE,
        }

    def heads(self, sort: str) -> list[dict[str, Any]]:
        """The heads of the table of actors, each with what it sorts by next."""
        labels = {
            "name": _("Actor"),
            "kind": _("Kind"),
            **{name: measure.label for name, measure in MEASURES.items()},
            "brokered": BROKERED.label,
            "community": COMMUNITY.label,
            "articulation": ARTICULATION.label,
        }
        found = []
        for name, label in labels.items():
            here = sort.removeprefix("-") == name
            falls = sort.startswith("-")
            rises_first = name in ("name", "kind", "community")
            following = (name if falls else f"-{name}") if here else (name if rises_first else f"-{name}")
            state = ("descending" if falls else "ascending") if here else ""
            found.append({"name": name, "label": label, "next": following, "state": state})
        return found

    def mixes(self) -> list[tuple[str, str, mixing.Mix]]:
        """Ties between the groups of the sector view, with what even mixing would give, rarest first."""
        called = self.called()
        return [(called[mix.some], called[mix.other], mix) for mix in self.mixed()]

    def called(self) -> Mapping[str, str]:
        """What the groups of the sector view are called, by code."""
        called: dict[str, str] = {"": _("Whole country")}
        called |= (
            dict(self.names.counties)
            if self.asked.by == "county"
            else {code: row.name for code, row in self.names.kinds.items()}
        )
        return called

    def mixed(self) -> Sequence[mixing.Mix]:
        tied = picture.tied(self.found)
        order = [slug for slug in self.found.nodes if slug in tied]
        structure = build(order, [(tie.source, tie.target) for tie in self.found.ties])
        groups = [getattr(self.found.nodes[slug], self.asked.by) for slug in order]
        return mixing.mixing(structure, groups)
