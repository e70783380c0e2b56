"""Actors and areas: who has mandates where.

Who opens it, and what they decide with it: a coordinator who forms a group for one area, and needs everybody
with a task there; a reviewer who asks which area leans on one actor, and which actor is spread over all of them.
Hence a row for each area with its holders, and a row for each actor and area with the mandates by name.
"""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.facets import EVERY, FacetForm
from coordination.base.htmx import render_page
from coordination.base.listing import FORMATS
from coordination.base.models import Strategy
from coordination.base.models.register import Confidence
from coordination.base.tables.exporting import download, write
from mandates import area_picture, area_rows
from mandates.area_graph import AreaGraph, area_graph
from mandates.insights.reading import TooLarge, register
from mandates.models import Mandate
from network import graph_store
from network.explorer.asking import VIEWS, Names
from network.graph.selection import Selection
from network.models import Actor

PAGE = 25
DRAWINGS = {"gexf": "application/gexf+xml", "graphml": "application/graphml+xml"}


class AreaGraphForm(FacetForm):
    """What narrows the mandates and their holders."""

    strategy = forms.ChoiceField(label=gettext_lazy("Strategy"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Priority area"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of holder"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    county = forms.ChoiceField(label=gettext_lazy("County"), required=False)
    sure = forms.ChoiceField(label=gettext_lazy("How sure"), required=False)
    groups = forms.BooleanField(label=gettext_lazy("Members instead of groups"), required=False)

    def __init__(self, data: QueryDict, *, names: Names) -> None:
        super().__init__(data)
        strategies = list(Strategy.objects.all())
        choices: dict[str, list[tuple[str, Any]]] = {
            "strategy": [(row.slug, row.name) for row in strategies],
            "area": list(names.areas.items()),
            "kind": [(row.code, row.name) for row in names.kinds.values()],
            "level": [(row.code, row.name) for row in names.levels.values()],
            "county": list(names.counties.items()),
            "sure": list(Confidence.choices),
        }
        for name, offered in choices.items():
            self.fields[name].choices = [("", EVERY), *offered]  # type: ignore[attr-defined]  # a field of choices
        if len(strategies) < 2:
            self.fields["strategy"].widget = forms.HiddenInput()
        self.is_valid()

    def selection(self, request: Request) -> Selection:
        """What is asked for; whatever is no choice asks for nothing."""
        got = self.cleaned_data.get
        return Selection(
            as_of=request.as_of,
            strategy=got("strategy") or "",
            confidence=got("sure") or "",
            expand_groups=bool(got("groups")),
            **{
                several: frozenset({code}) if (code := got(one)) else frozenset()
                for one, several in (
                    ("area", "areas"),
                    ("kind", "kinds"),
                    ("level", "levels"),
                    ("county", "counties"),
                )
            },
        )


@require_safe
def actors_and_areas(request: Request) -> HttpResponse:
    """Areas with their holders, the picture of the same, and every pair with its mandates; all of it as files."""
    for model in (Actor, Mandate):
        require(request, "view", model)
    names = Names.read()
    form = AreaGraphForm(request.GET, names=names)
    try:
        if not graph_store.is_small():
            raise TooLarge
        snapshot = register()
    except TooLarge:
        return render(request, "mandates/area_graph_too_large.html", {"views": VIEWS})
    found = area_graph(form.selection(request))
    called = area_rows.area_names(found, snapshot)
    sort = request.GET.get("sort", "")
    links = area_rows.links(found, called, snapshot, sort)
    if wanted := request.GET.get("format"):
        return _file(request, found, called, links, wanted)
    areas = area_rows.areas(found, called)
    context = {
        "form": form,
        "filter_count": sum(1 for value in form.cleaned_data.values() if value),
        "found": found,
        "title": _title(found),
        "lead": _lead(areas),
        "areas": areas,
        "picture": area_picture.draw(found, names, called),
        "page": Paginator(links, PAGE).get_page(request.GET.get("page")),
        "link_count": len(links),
        "heads": _heads(sort or "actor"),
        "views": VIEWS,
        "formats": (*FORMATS, *DRAWINGS),
    }
    return render_page(request, "mandates/area_graph.html", context, fragment="found")


def _file(
    request: Request, found: AreaGraph, called: dict[str, str], links: list[area_rows.LinkRow], wanted: str
) -> HttpResponse:
    name = f"actors-areas-{request.as_of.isoformat()}"
    if wanted in FORMATS:
        content = write("actors-areas", area_rows.texts(links), wanted, header=area_rows.HEADER)
        return download(content, wanted, name)
    if wanted not in DRAWINGS:
        raise Http404
    response = HttpResponse(area_rows.as_text(found, called, wanted), content_type=DRAWINGS[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    return response


def _title(found: AreaGraph) -> str:
    actors, mandates = len(found.actors), len({code for link in found.links for code in link.mandates})
    values = {
        "actors": ngettext("%(n)s actor", "%(n)s actors", actors) % {"n": actors},
        "mandates": ngettext("%(n)s mandate", "%(n)s mandates", mandates) % {"n": mandates},
    }
    return _("%(actors)s with %(mandates)s in force") % values


def _lead(areas: list[area_rows.AreaRow]) -> str:
    """The named area with most holders, and those that lean on one or on nobody."""
    if not any(row.nodes for row in areas):
        return str(_("Nobody has a mandate in force with these filters."))
    named = [row for row in areas if row.strategy is not None and row.nodes]
    most = max(named, key=lambda row: len(row.nodes), default=None)
    said = ""
    if most is not None:
        said = _("Most actors have mandates in %(area)s: %(n)s.") % {"area": most.name, "n": len(most.nodes)}
    alone = sum(1 for row in areas if len(row.nodes) == 1)
    if alone:
        said += " " + ngettext("%(n)s area has only one.", "%(n)s areas have only one.", alone) % {"n": alone}
    empty = sum(1 for row in areas if not row.nodes)
    if empty:
        said += " " + ngettext("%(n)s area has none.", "%(n)s areas have none.", empty) % {"n": empty}
    return said.strip()


def _heads(sort: str) -> list[dict[str, str]]:
    labels = {"actor": _("Actor"), "area": _("Priority area"), "mandates": _("Mandates")}
    found = []
    for name, label in labels.items():
        here, falls = sort.removeprefix("-") == name, sort.startswith("-")
        first = f"-{name}" if name == "mandates" else name
        following = (name if falls else f"-{name}") if here else first
        state = ("descending" if falls else "ascending") if here else ""
        found.append({"name": name, "label": label, "next": following, "state": state})
    return found
