"""Ties in and out of files, ties from records, and where actors are drawn."""

import datetime
import io
import statistics
import tempfile
from pathlib import Path

import igraph
import networkx as nx
import pytest

from network.graph import files, layout
from network.graph.structure import build
from network.graph.ties import Meeting, Record, project

HOSTILE = "<script>alert(1)</script>&\x00\x0b\ud7ff"


def test_a_large_forum_ties_its_members_weakly_and_meetings_add_to_what_exists():
    forum = Record("network", "N", tuple("abcde"))
    pair = Record("collaboration", "S", ("b", "a", "b"))
    day = datetime.date(2023, 2, 14)
    meetings = [
        Meeting("M1", day - datetime.timedelta(days=365), ("a", "b")),
        Meeting("M2", day, ("a", "x")),
        Meeting("M3", day + datetime.timedelta(days=1), ("a", "b")),
    ]
    ties = {(tie.source, tie.target): tie for tie in project([forum, pair], meetings, as_of=day)}
    assert len(ties) == 10
    assert ties["a", "b"].weight == pytest.approx(1 / 4 + 1 + 0.5)
    assert ties["a", "b"].records == (("collaboration", "S"), ("network", "N"), ("encounter", "M1"))
    assert ("a", "x") not in ties
    assert sum(tie.weight for tie in project([forum])) == pytest.approx(5 / 2)
    with pytest.raises(ValueError):
        project([forum], meetings)


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("from,to\na,b\n", 1, "source", "header"),
        ("", 1, "source", "header"),
        ("source,target,weight\na,b,1\na,c,0\n", 3, "weight", "weight"),
        ("source,target,weight\na,b,-2\n", 2, "weight", "weight"),
        ("source,target,weight\na,b,nan\n", 2, "weight", "weight"),
        ("source,target,weight\na,b,inf\n", 2, "weight", "weight"),
        ("source,target,weight\na,b,two\n", 2, "weight", "weight"),
        ("source,target\n,b\n", 2, "source", "empty"),
        ("source,target\nalone\n", 2, "target", "too_short"),
        ("source,target\na," + "b" * 301 + "\n", 2, "target", "too_long"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(text, line, column, code):
    with pytest.raises(files.BadLine) as refused:
        files.read_ties(text)
    assert (refused.value.line, refused.value.column, refused.value.code) == (line, column, code)


def test_ties_read_with_a_mark_spaces_and_an_isolate():
    found = files.read_ties("\ufeffWeight, Target ,Source\n2,b,a\n,a,b\n,,c\n\n")
    assert sorted(found.names) == ["a", "b", "c"]
    assert found.weights.tolist() == [3.0]


def read_back(kind: str, text: str) -> nx.Graph:
    if kind == "graphml":
        return nx.parse_graphml(text)
    return nx.read_gexf(io.BytesIO(text.encode()))


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_what_is_written_reads_back_equal(kind):
    structure = build(["ö", HOSTILE], [("a", "b"), ("b", "ö")], [1.5, 1 / 3])
    actors = {"a": {"label": HOSTILE, "kind": "agency", "degree": 1, "constraint": None}}
    text = files.write(structure, kind, actors=actors, ties=[{"records": "S-1; N"}, {"records": HOSTILE}])
    found = read_back(kind, text)
    kept = HOSTILE.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    assert set(found) == {"a", "b", "ö", kept}
    assert found.nodes["a"]["label"] == kept
    assert found.nodes["a"]["kind"] == "agency"
    assert {frozenset(pair): w for *pair, w in found.edges(data="weight")} == {
        frozenset("ab"): 1.5,
        frozenset("bö"): 1 / 3,
    }
    assert "<script" not in text
    assert files.write(structure, kind, actors=actors) == files.write(structure, kind, actors=actors)


def test_igraph_reads_the_same_graph():
    structure = build(["ö"], [("a", "b"), ("b", "ö")], [1.5, 1 / 3])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.graphml"
        path.write_text(files.write(structure, "graphml"), encoding="utf-8")
        found = igraph.Graph.Read_GraphML(str(path))
    pairs = {frozenset(found.vs[v]["id"] for v in edge.tuple): edge["weight"] for edge in found.es}
    assert pairs == {frozenset("ab"): 1.5, frozenset("bö"): 1 / 3}


def test_a_table_reads_back_equal():
    structure = build(["ö"], [("a", "b"), ("b", "c")], [1.5, 1 / 3])
    found = files.read_ties(files.write(structure, "csv"))
    assert sorted(found.names) == sorted(structure.names)
    assert sorted(found.weights) == sorted(structure.weights)
    with pytest.raises(ValueError):
        files.write(structure, "pajek")


def village():
    graph = nx.disjoint_union(nx.connected_caveman_graph(8, 6), nx.path_graph(4))
    return [f"n{v}" for v in graph], [(f"n{a}", f"n{b}") for a, b in graph.edges]


def test_the_same_graph_is_drawn_the_same_and_parts_apart():
    names, ties = village()
    found = layout.layout(build([*names, "alone"], ties))
    assert found == layout.layout(build([*names, "alone"], ties))
    assert set(found) == set(names)
    assert layout.layout(build(["alone"], [])) == {}
    path = {f"n{v}" for v in range(48, 52)}
    gap = min(abs(complex(*found[a]) - complex(*found[b])) for a in path for b in set(names) - path)
    assert gap > layout.GAP


def test_one_tie_more_or_less_moves_the_picture_little():
    names, ties = village()
    before = layout.layout(build(names, ties))
    moved = []
    for number in range(50):
        changed = (
            ties[:number] + ties[number + 1 :] if number % 2 else [*ties, (names[number], names[-1 - number])]
        )
        after = layout.layout(build(names, changed), before)
        moved.append(layout.displacement(before, after))
    assert 0 < statistics.median(moved) <= 0.05


def test_a_newcomer_begins_among_its_neighbours():
    names, ties = village()
    before = layout.layout(build(names, ties))
    after = layout.layout(build([*names, "new"], [*ties, ("new", "n0"), ("new", "n1")]), before)
    middle = sum(complex(*after[name]) for name in ("n0", "n1")) / 2
    size = max(abs(complex(*place)) for place in before.values())
    assert abs(complex(*after["new"]) - middle) < size / 2
