"""Measured graphs as the worker keeps them: fresh, old, or none yet; and positions that stay."""

import datetime

import pytest
from django.utils import timezone

from coordination.base.revision import current
from network import graph_queries, graph_refresh, graph_store, tasks
from network.graph import layout, measures
from network.graph.report import report
from network.graph.selection import Selection
from network.graph_store import FAILED, FRESH, NONE, OLD, stored_graph
from network.models import GraphActor, GraphResult
from tests.factories import ActorFactory, CollaborationFactory

pytestmark = pytest.mark.django_db
Date = datetime.date
DAY = Date(2022, 6, 30)
WHOLE = Selection(as_of=DAY)


@pytest.fixture
def village():
    """Two circles of four with a tie between them, a pair, and an actor alone."""
    people = {name: ActorFactory(slug=name, name_sv=f"Å {name}", name_en=name) for name in "abcdefghijk"}
    for circle in ("abcd", "efgh"):
        for at, some in enumerate(circle):
            for other in circle[at + 1 :]:
                CollaborationFactory(participants=[people[some], people[other]])
    CollaborationFactory(participants=[people["d"], people["e"]])
    CollaborationFactory(participants=[people["i"], people["j"]])
    return people


@pytest.fixture
def worker(monkeypatch):
    """The tasks that are waiting; `run` works them off."""
    waiting = []
    monkeypatch.setattr(tasks.find_out, "delay", lambda **kwargs: waiting.append(kwargs))
    return waiting


def run(waiting):
    while waiting:
        tasks.find_out(**waiting.pop(0))


@pytest.fixture
def large(monkeypatch):
    """A register that no request may compute."""
    monkeypatch.setattr(graph_store, "SMALL_ROWS", 5)


def test_a_small_graph_is_worked_out_at_once_and_then_read(village, worker, django_assert_num_queries):
    stored = stored_graph(WHOLE)
    assert (stored.state, stored.stage, worker) == (FRESH, graph_store.STAGES, [])
    with django_assert_num_queries(2):
        again = stored_graph(WHOLE)
    assert (again.state, again.result.pk) == (FRESH, stored.result.pk)


def test_what_is_kept_is_what_the_measures_say(village):
    stored = stored_graph(WHOLE)
    found = graph_queries.graph(WHOLE)
    expected = report(found.structure, {"kind": found.groups("kind"), "level": found.groups("level")})
    assert stored.network == expected["network"]
    rows = {row.slug: row for row in stored.actors()}
    assert list(rows) == list(found.structure.names)
    for slug, values in expected["actors"].items():
        roles = values.pop("brokerage")
        assert {name: getattr(rows[slug], name) for name in (*values, *roles)} == {**values, **roles}
    assert stored.structure().ends.tolist() == found.structure.ends.tolist()
    assert stored.structure().weights.tolist() == found.structure.weights.tolist()
    assert set(stored.positions()) == set("abcdefghij")
    assert (rows["k"].x, rows["k"].degree) == (None, 0)
    far = stored.communities
    assert [(one["size"], one["ties"]) for one in far["communities"]] == [(4, 6), (4, 6), (2, 1)]
    assert [(pair["ties"], pair["weight"]) for pair in far["between"]] == [(1, 1.0)]


def test_a_request_leaves_a_large_graph_to_the_worker(village, worker, large):
    first, second = stored_graph(WHOLE), stored_graph(WHOLE)
    assert (first.state, first.is_known, second.state) == (NONE, False, NONE)
    assert first.network == {} and first.structure().order == 0
    assert len(worker) == 1  # asked for once, however many look
    run(worker)
    assert stored_graph(WHOLE).state == FRESH


def test_after_an_edit_the_old_graph_is_shown_with_its_revision(village, worker, large):
    stored_graph(WHOLE)
    run(worker)
    before = current()
    CollaborationFactory(participants=[village["a"], village["k"]])
    stored = stored_graph(WHOLE)
    assert (stored.state, stored.revision, stored.network["edges"]) == (OLD, before, 14)
    assert len(worker) == 1
    run(worker)
    stored = stored_graph(WHOLE)
    assert (stored.state, stored.revision, stored.network["edges"]) == (FRESH, current(), 15)


def test_an_edit_while_the_worker_is_at_it_makes_the_result_old(village, worker, large, monkeypatch):
    stored_graph(WHOLE)
    real = graph_refresh.layout

    def editing(*args):
        CollaborationFactory(participants=[village["a"], village["k"]])
        return real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(graph_refresh, "layout", editing)
        run(worker)
    assert (stored_graph(WHOLE).state, len(worker)) == (OLD, 1)
    run(worker)
    stored = stored_graph(WHOLE)
    assert (stored.state, stored.network["edges"]) == (FRESH, 15)


def test_of_two_workers_the_one_that_has_seen_more_stands(village):
    old = graph_queries.graph(WHOLE)
    CollaborationFactory(participants=[village["a"], village["k"]])
    graph_refresh.keep(graph_queries.graph(WHOLE), now=timezone.now())
    graph_refresh.keep(old, now=timezone.now())
    assert stored_graph(WHOLE).network["edges"] == 15


def test_the_stage_of_the_work_can_be_told(village, worker, large, monkeypatch):
    stored_graph(WHOLE)
    seen = []
    real = graph_refresh.layout

    def looking(*args):
        seen.append(stored_graph(WHOLE).stage)
        return real(*args)

    monkeypatch.setattr(graph_refresh, "layout", looking)
    run(worker)
    assert seen == [graph_refresh.MEASURED]


def test_a_graph_that_takes_too_long_is_not_tried_again_at_once(village, worker, large, monkeypatch):
    stored_graph(WHOLE)

    def too_long(*args, **kwargs):
        raise tasks.SoftTimeLimitExceeded

    monkeypatch.setattr(graph_refresh, "keep", too_long)
    run(worker)  # which tries with fewer and fewer samples
    assert (stored_graph(WHOLE).state, worker) == (FAILED, [])
    GraphResult.objects.update(asked_at=timezone.now() - tasks.TRIED_AGAIN_AFTER * 2)
    assert (stored_graph(WHOLE).state, len(worker)) == (NONE, 1)


def test_a_graph_that_takes_too_long_is_measured_from_fewer_samples(village, worker, large, monkeypatch):
    monkeypatch.setattr(measures, "EXACT_UP_TO", 4)
    monkeypatch.setattr(measures, "SAMPLES", 20)
    monkeypatch.setattr(measures, "WORTH", 0)
    monkeypatch.setattr(tasks, "FEWEST_SAMPLES", 5)
    real, tried = graph_refresh.keep, []

    def slow(*args, samples, **kwargs):
        tried.append(samples)
        if samples is None:
            raise tasks.SoftTimeLimitExceeded
        return real(*args, samples=samples, **kwargs)

    monkeypatch.setattr(graph_refresh, "keep", slow)
    stored_graph(WHOLE)
    tasks.find_out(**worker.pop())
    assert (stored_graph(WHOLE).state, len(worker)) == (NONE, 1)  # still waited for, and asked for once
    run(worker)
    stored = stored_graph(WHOLE)
    assert (tried, stored.state) == ([None, 5], FRESH)
    assert stored.network["betweenness_sample"]["sources"] == 5


def test_a_task_that_was_lost_is_asked_for_again(village, worker, large):
    stored_graph(WHOLE)
    worker.clear()
    GraphResult.objects.update(asked_at=timezone.now() - tasks.LOST_AFTER * 2)
    stored_graph(WHOLE)
    assert len(worker) == 1


def test_a_result_of_older_code_is_worked_out_again(village, worker, large):
    stored_graph(WHOLE)
    run(worker)
    GraphResult.objects.update(version="0")
    assert (stored_graph(WHOLE).state, len(worker)) == (OLD, 1)


def test_positions_stay_from_one_revision_and_one_day_to_the_next(village):
    before = stored_graph(WHOLE).positions()
    assert stored_graph(WHOLE).positions() == before
    CollaborationFactory(participants=[village["a"], village["h"]], valid_from=DAY)
    after = stored_graph(WHOLE).positions()
    assert 0 < layout.displacement(before, after) < 0.15  # ten actors: a tie more is a large change
    earlier = stored_graph(Selection(as_of=Date(2022, 6, 29))).positions()
    assert layout.displacement(after, earlier) < 0.15


def test_each_selection_has_its_own_result(village):
    stored_graph(WHOLE)
    stored = stored_graph(Selection(as_of=DAY, kinds=frozenset({"municipality"})))
    assert stored.network["nodes"] == 0
    assert GraphResult.objects.count() == 2
    assert stored_graph(WHOLE).network["nodes"] == 11


def test_actors_are_sorted_by_any_measure_with_the_undefined_last(village):
    stored = stored_graph(WHOLE)
    assert [row.slug for row in stored.actors("-betweenness")[:2]] == ["d", "e"]
    assert stored.actors("constraint").last().slug == stored.actors("-constraint").last().slug == "k"
    assert [row.name for row in stored.actors("-name")[:1]] == ["Å k"]
    for name in graph_store.SORTABLE:
        assert len(stored.actors(name)) == 11
    with pytest.raises(ValueError):
        stored.actors("result__key")


def test_results_that_nobody_asks_for_are_let_go(village, monkeypatch):
    monkeypatch.setattr(graph_refresh, "MOST_ACTORS", 25)
    for day in range(1, 5):
        stored_graph(Selection(as_of=Date(2022, 6, day)))
    assert sorted(GraphResult.objects.values_list("as_of__day", flat=True)) == [3, 4]
    assert GraphActor.objects.count() == 22


def test_the_register_s_own_day_is_followed(village, worker):
    tasks.follow_graph()
    assert len(worker) == 1
    run(worker)
    tasks.follow_graph()
    assert worker == []
    ActorFactory()
    tasks.follow_graph()
    assert len(worker) == 1
