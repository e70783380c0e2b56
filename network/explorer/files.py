"""What the picture shows as a file for other programs."""

from django.http import HttpResponse

from coordination.base.tables.escaping import protect
from coordination.base.tables.exporting import download, write
from network.explorer.picture import Measured, Picture
from network.explorer.tables import HEADER, Row, texts
from network.graph import files
from network.graph.structure import build
from network.graph_values import RegisterGraph
from network.shortnames import short_name

TYPES = {
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
    "csv": "text/csv; charset=utf-8",
}
KEPT = (
    "degree",
    "strength",
    "betweenness",
    "closeness",
    "pagerank",
    "core_number",
    "community",
    "articulation",
)


def graph_file(found: RegisterGraph, picture: Picture, measured: Measured, wanted: str) -> HttpResponse:
    """The actors and ties of the picture in one of TYPES, with where each actor stands in it."""
    shown = [slug for slug in found.nodes if slug in picture.shown]
    ties = [tie for tie in found.ties if tie.source in picture.shown and tie.target in picture.shown]
    structure = build(shown, [(tie.source, tie.target) for tie in ties], [tie.weight for tie in ties])
    by_pair = {(tie.source, tie.target): tie for tie in ties}
    actors = {}
    for slug in shown:
        node, place = found.nodes[slug], picture.scene.places.get(slug)
        own = measured.actors.get(slug, {})
        actors[slug] = {
            "label": short_name(node.name),
            "name_sv": node.name_sv,
            "name_en": node.name_en,
            "kind": node.kind,
            "level": node.level,
            "county": node.county,
            "group": node.is_group,
            **{name: own.get(name) for name in KEPT},
            **({"x": place.x, "y": -place.y} if place else {}),
        }
    attributes = []
    for some, other in structure.ends:
        pair = structure.names[some], structure.names[other]
        tie = by_pair[min(pair), max(pair)]
        records = ";".join(f"{kind}:{id_}" for kind, id_ in tie.records)
        attributes.append({"records": protect(records) if wanted == "csv" else records})
    text = files.write(structure, wanted, actors=actors, ties=attributes)
    response = HttpResponse(text, content_type=TYPES[wanted])
    name = f"samsyn-{found.asked.as_of.isoformat()}.{wanted}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def actor_file(found: list[Row], wanted: str, day: str) -> HttpResponse:
    """The table of actors as csv, xlsx or json."""
    return download(write("actors", texts(found), wanted, header=HEADER), wanted, f"samsyn-{day}")
