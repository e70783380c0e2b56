"""The graph and its measures over HTTP: the same answers as by command, and never more than a bounded amount."""

import io
import json

import pytest
from django.core.management import call_command

from network import graph_store, tasks
from network.models import GraphResult
from tests.factories import ActorFactory, CollaborationFactory, CoordinatorFactory

pytestmark = pytest.mark.django_db
DAY = {"as_of": "2022-06-30"}


@pytest.fixture(autouse=True)
def register(settings):
    settings.ANONYMOUS_READING = True
    a, b, c, _alone = (ActorFactory(slug=slug) for slug in "abcd")
    CollaborationFactory(code="S1", participants=[a, b])
    CollaborationFactory(code="S2", participants=[b, c])


@pytest.fixture
def large(monkeypatch):
    """A register that no request may compute, and the tasks that wait for a worker."""
    waiting = []
    monkeypatch.setattr(graph_store, "SMALL_ROWS", 3)
    monkeypatch.setattr(tasks.find_out, "delay", lambda **kwargs: waiting.append(kwargs))
    return waiting


def by_command(name):
    out = io.StringIO()
    call_command(name, "--as-of", DAY["as_of"], "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_the_graph_is_the_one_of_the_command(client):
    found = client.get("/api/v1/graph", DAY).json()
    assert found == by_command("graph")
    assert [(edge["source"], edge["target"], edge["records"]) for edge in found["edges"]] == [
        ("a", "b", [{"kind": "collaboration", "id": "S1"}]),
        ("b", "c", [{"kind": "collaboration", "id": "S2"}]),
    ]


def test_the_measures_are_those_of_the_command(client):
    answer = client.get("/api/v1/graph_measures", DAY)
    found = answer.json()
    assert (answer.status_code, found.pop("revision") > 0) == (200, True)
    assert found == by_command("graph_measures")
    assert "Samsyn-Stale" not in answer


@pytest.mark.parametrize(
    ("kind", "said"), [("graphml", "<graphml"), ("gexf", "<gexf"), ("csv", "source,target,weight")]
)
def test_the_graph_as_a_file(client, kind, said):
    answer = client.get("/api/v1/graph", {**DAY, "format": kind})
    assert said in answer.content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="graph-2022-06-30.{kind}"'


def test_actors_are_sorted_and_paged(client):
    found = client.get("/api/v1/graph/actors", {**DAY, "limit": 2}).json()
    assert found["count"] == 4
    assert [(row["id"], row["betweenness"]) for row in found["items"]] == [
        ("b", pytest.approx(1 / 3)),
        ("a", 0),
    ]
    assert client.get("/api/v1/graph/actors", {**DAY, "order": "name"}).json()["items"][0]["id"] == "a"


@pytest.mark.parametrize(
    ("address", "query", "parameter"),
    [
        ("graph", {"area": "x"}, "area"),
        ("graph", {"format": "pajek"}, "format"),
        ("graph_measures", {"kind": "x"}, "kind"),
        ("graph_measures", {"as_of": "2022-02-30"}, "as_of"),
        ("graph/actors", {"order": "result__key"}, "order"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(client, address, query, parameter):
    answer = client.get(f"/api/v1/{address}", query)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, parameter)


def test_of_a_large_register_the_worker_measures(client, large):
    client.force_login(CoordinatorFactory())
    answer = client.get("/api/v1/graph_measures", DAY)
    assert (answer.status_code, answer["Retry-After"]) == (202, "5")
    assert answer.json() == {
        "detail": "It is being worked out.",
        "stage": 0,
        "stages": graph_store.STAGES,
        "failed": False,
    }
    assert client.get("/api/v1/graph/actors", DAY).json() == {"items": [], "count": 0}
    tasks.find_out(**large.pop())
    assert client.get("/api/v1/graph_measures", DAY).json()["network"]["edges"] == 2
    CollaborationFactory()
    answer = client.get("/api/v1/graph_measures", DAY)
    assert (answer.json()["network"]["edges"], answer["Samsyn-Stale"], len(large)) == (2, "true", 1)
    assert client.get("/api/v1/graph", DAY).status_code == 422


def test_whoever_is_not_logged_in_starts_no_work(client, large):
    answer = client.get("/api/v1/graph_measures", DAY)
    assert (answer.status_code, answer.json()["failed"], answer.json()["stage"]) == (202, True, 0)
    assert client.get("/api/v1/graph/actors", DAY).json()["count"] == 0
    assert (large, GraphResult.objects.count()) == ([], 0)


def test_what_takes_too_long_is_said(client, large):
    client.force_login(CoordinatorFactory())
    client.get("/api/v1/graph_measures", DAY)
    GraphResult.objects.update(has_failed=True)
    answer = client.get("/api/v1/graph_measures", DAY)
    assert (answer.status_code, answer.json()["failed"]) == (202, True)


def test_many_actors_come_by_page_only(client, monkeypatch):
    monkeypatch.setattr("network.graph_api.MOST_ACTORS", 3)
    assert client.get("/api/v1/graph_measures", DAY).json()["actors"] is None


def test_every_measure_says_what_it_means_in_every_language(client):
    found = client.get("/api/v1/graph/meanings").json()
    answer = client.get("/api/v1/graph_measures", DAY).json()
    counts = {"nodes", "edges", "largest_component", "isolates", "ei_index_expected", "ei_index_by"}
    whole = {name for name in answer["network"] if not name.endswith("_list")} - counts
    own = {name for values in answer["actors"].values() for name in (*values, *values["brokerage"])}
    assert set(found) == whole | own
    for words in found.values():
        assert set(words["meaning"]) == {"sv", "en"}
        assert words["meaning"]["sv"] != words["meaning"]["en"]
        assert all(text.endswith(".") for text in words["meaning"].values())
