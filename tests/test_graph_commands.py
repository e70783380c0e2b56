"""The commands `graph` and `graph_measures`: acceptance 1 through them, formats, files of ties, exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from django.core.management import CommandError, call_command

from tests.conftest import ROOT

NUMBERS = [("2021-06-30", 372, 556, 318), ("2022-06-30", 372, 545, 329), ("2023-02-14", 371, 4, 367)]


def command(name, *args):
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def answer(name, *args):
    return json.loads(command(name, *args, "--format", "json"))


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestRegister:
    @pytest.mark.parametrize(("day", "nodes", "edges", "components"), NUMBERS)
    def test_the_case_in_numbers(self, day, nodes, edges, components):
        found = answer("graph", "--as-of", day)
        assert (len(found["nodes"]), len(found["edges"])) == (nodes, edges)
        ids = {node["id"] for node in found["nodes"]}
        assert {edge[end] for edge in found["edges"] for end in ("source", "target")} <= ids
        known = {(row["kind"], row["id"]) for row in found["records"]}
        assert {(r["kind"], r["id"]) for edge in found["edges"] for r in edge["records"]} == known
        measured = answer("graph_measures", "--as-of", day)
        assert list(measured["actors"]) == sorted(ids)
        network = measured["network"]
        assert (network["nodes"], network["edges"], network["components"]) == (nodes, edges, components)
        assert found["isolates"] == network["isolates"]

    def test_an_answer_counts_records_without_naming_actors_of_other_days(self):
        found = answer("graph", "--as-of", "2023-02-14")
        assert "delmos" not in {node["id"] for node in found["nodes"]}
        assert {(stub["actor"], stub["members"]) for stub in found["stubs"]} == {("skr", 18), ("huddinge", 5)}
        skr = next(node for node in found["nodes"] if node["id"] == "skr")
        assert skr["unnamed_members"] == "18"

    def test_an_area_narrows_the_ties_and_keeps_the_actors(self):
        found = answer("graph", "--as-of", "2023-02-14", "--area", "brottslighet")
        assert (len(found["nodes"]), found["areas"]) == (371, ["brottslighet"])
        assert 0 < len(found["edges"]) < 4
        assert all(row["areas"] == ["brottslighet"] for row in found["records"])

    def test_groups_are_expanded_when_asked(self):
        found = answer("graph", "--as-of", "2021-06-30", "--expand-groups")
        assert "kommuner-2018-151" not in {node["id"] for node in found["nodes"]}
        assert len(found["edges"]) > 556

    @pytest.mark.parametrize("kind", ["graphml", "gexf", "csv"])
    def test_other_programs_read_the_same_graph(self, kind):
        found = answer("graph", "--as-of", "2021-06-30")
        text = command("graph", "--as-of", "2021-06-30", "--format", kind)
        expected = {(edge["source"], edge["target"]): edge["weight"] for edge in found["edges"]}
        if kind == "csv":
            rows = list(csv.DictReader(io.StringIO(text)))
            read = {(r["source"], r["target"]): float(r["weight"]) for r in rows if r["target"]}
            assert read == expected
            assert {r[end] for r in rows for end in ("source", "target")} - {""} == {
                node["id"] for node in found["nodes"]
            }
            return
        graph = nx.parse_graphml(text) if kind == "graphml" else nx.read_gexf(io.BytesIO(text.encode()))
        assert set(graph) == {node["id"] for node in found["nodes"]}
        assert {tuple(sorted(pair)): weight for *pair, weight in graph.edges(data="weight")} == expected
        assert graph.nodes["skr"]["label"] == "Sveriges Kommuner och Regioner (SKR)"
        assert "natverk" in " ".join(values for *_pair, values in graph.edges(data="records"))

    def test_names_are_in_the_language_asked_for(self):
        text = command("graph", "--as-of", "2023-02-14", "--format", "graphml", "--language", "en")
        assert nx.parse_graphml(text).nodes["scb"]["label"] == "Statistics Sweden"

    @pytest.mark.parametrize("name", ["graph", "graph_measures"])
    def test_without_a_day_it_is_the_register_s_own(self, name):
        assert answer(name)["as_of"] == "2023-02-14"

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("graph", "--area", "bostäder"), "”bostäder”"),
            (("graph", "--kind", "agency;x"), "”x”"),
            (("graph", "--tie", "möte"), "network"),
            (("graph", "--confidence", "sure"), "stated"),
            (("graph", "--strategy", "annan"), "”annan”"),
            (("graph_measures", "--area", "x"), "--area"),
            (("graph_measures", "--area", "x", "--edges", "f.csv"), "--edges"),
        ],
    )
    def test_what_the_register_does_not_know_is_bad_usage(self, args, said):
        with pytest.raises(CommandError, match=said) as refused:
            command(*args)
        assert refused.value.returncode == 2

    def test_people_get_lines(self):
        lines = command("graph_measures", "--as-of", "2021-06-30").splitlines()
        assert "nodes\t372" in lines
        assert any(line.startswith("delmos\t") for line in lines)


def run(*args, **more):
    """The command as a process whose database is out of reach: (exit code, standard output, standard error)."""
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "manage.py", "graph_measures", *args],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **more,
    )
    return done.returncode, done.stdout, done.stderr


def written(folder: Path, content: str | bytes) -> str:
    path = folder / "ties.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_file_is_measured_without_a_database(tmp_path):
    path = written(tmp_path, "source,target,weight\nÖ,a,2\na,Ö,\na,b,1\nc,c,9\nd,,\n")
    code, out, err = run("--edges", path, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["network"]["nodes"] == 5
    assert (found["network"]["edges"], found["network"]["isolates"]) == (2, 2)
    assert (found["actors"]["Ö"]["strength"], found["actors"]["Ö"]["constraint"]) == (3.0, 1.0)
    assert found["actors"]["d"]["constraint"] is None


def test_a_bad_line_is_named_on_standard_error(tmp_path):
    path = written(tmp_path, "source,target,weight\na,b,1\na,c,-2\n")
    code, out, err = run("--edges", path, "--format", "json")
    assert (code, out) == (1, "")
    assert all(part in err for part in ("Rad 3", "weight", "”-2”"))
    _code, _out, err = run("--edges", path, "--language", "en")
    assert "Line 3, column weight, “-2”" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "Line 1"),
        ("", "Line 1"),
        ("source,target\n,b\n", "Line 2, column source"),
        ("source,target\nx\n", "Line 2, column target"),
        ('source,target\na,"b\n' + "x" * 200_000, "cannot be read as CSV"),
        (b"\xff\xfea\x00\x00\xd8", "no text"),
    ],
)
def test_every_fault_of_a_file_has_a_message(tmp_path, content, said):
    with pytest.raises(CommandError, match=said) as refused:
        command("graph_measures", "--edges", written(tmp_path, content), "--language", "en")
    assert refused.value.returncode == 1


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_is_not_there_is_bad_usage(tmp_path, name):
    with pytest.raises(CommandError) as refused:
        command("graph_measures", "--edges", str(tmp_path / name))
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "content",
    [
        "source;target;weight\na;b;0,5\n",
        "source\ttarget\tweight\na\tb\t0.5\n",
        "\ufeffTarget,Source,Weight\r\nb,a,0.5\r\n",
        "source;target;weight\nb;a;0,5\n".encode("utf-16"),
    ],
)
def test_tables_from_other_programs_are_read(tmp_path, content):
    found = answer("graph_measures", "--edges", written(tmp_path, content))
    assert {name: values["strength"] for name, values in found["actors"].items()} == {"a": 0.5, "b": 0.5}


def test_an_empty_table_has_an_answer(tmp_path):
    found = answer("graph_measures", "--edges", written(tmp_path, "source,target\n"))
    assert (found["network"]["nodes"], found["network"]["modularity"], found["actors"]) == (0, None, {})


def test_numbers_are_plain_json(tmp_path):
    path = written(tmp_path, "source,target\n" + "".join(f"{a},{a + 1}\n" for a in range(30)))
    text = command("graph_measures", "--edges", path, "--format", "json")
    assert "NaN" not in text and "Infinity" not in text
    assert json.loads(text)["network"]["bridges"] == 30
