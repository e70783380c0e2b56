"""The map of a register that no request may work out: what the worker has kept, in bounded parts."""

import datetime
import json
import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.base.commands import default_day
from network import graph_near, graph_queries, graph_refresh, graph_store, tasks
from network.graph import layout, measures
from network.graph.selection import Selection
from network.models import Actor, Collaboration, GraphActor, GraphResult, Participant
from tests import factories as f

DAY = "2022-06-30"
WHOLE = Selection(as_of=datetime.date.fromisoformat(DAY))


@pytest.fixture
def village(db, settings, monkeypatch):
    """Two circles of four with a tie between them, a pair, and an actor alone; too large for a request."""
    settings.ANONYMOUS_READING = True
    people = {
        name: f.ActorFactory(slug=name * 2, name_sv=f"Aktör {name}", name_en=f"Actor {name}")
        for name in "abcdefghijk"
    }
    for circle in ("abcd", "efgh"):
        for at, some in enumerate(circle):
            for other in circle[at + 1 :]:
                pair = [people[some], people[other]]
                f.CollaborationFactory(
                    code=f"S-{some}{other}", title_sv=f"Samverkan {some}{other}", participants=pair
                )
    f.CollaborationFactory(code="S-de", title_sv="Samverkan de", participants=[people["d"], people["e"]])
    net = f.NetworkFactory(slug="natet", name_sv="Nätet")
    for name in "ij":
        f.SeatFactory(network=net, actor=people[name], valid_from=datetime.date(2020, 1, 1))
    f.ConvenerFactory(network=net, actor=people["i"], valid_from=datetime.date(2020, 1, 1))
    monkeypatch.setattr(graph_store, "SMALL_ROWS", 5)
    return people


@pytest.fixture
def worker(monkeypatch):
    waiting = []
    monkeypatch.setattr(tasks.find_out, "delay", lambda **kwargs: waiting.append(kwargs))
    return waiting


def run(waiting):
    while waiting:
        tasks.find_out(**waiting.pop(0))


@pytest.fixture
def kept(village, worker):
    """The village, worked out."""
    graph_refresh.find_out(WHOLE, now=timezone.now())
    return village


@pytest.fixture
def read(client):
    def read(**query):
        answer = client.get("/graph/", {"as_of": DAY, **query})
        assert answer.status_code == 200
        return answer.text

    return read


def dots(text):
    found = re.search(r'<script id="map-scene" type="application/json">(.*?)</script>', text)
    return [dot[0] for dot in json.loads(found[1])["dots"]] if found else []


@pytest.fixture
def never_whole(monkeypatch):
    """Fails whoever reads the whole graph of the register."""

    def refuse(*args, **kwargs):
        raise AssertionError("the whole graph was read in a request")

    monkeypatch.setattr(graph_queries, "graph", refuse)


def test_until_it_is_worked_out_the_page_says_how_far_it_has_come(village, worker, client, read, never_whole):
    client.force_login(f.UserFactory())
    text = read()
    assert '<progress max="4" value="0"' in text and 'hx-trigger="every 5s"' in text
    assert len(worker) == 1
    GraphResult.objects.update(stage=graph_refresh.MEASURED)
    assert '<progress max="4" value="2"' in read() and len(worker) == 1
    GraphResult.objects.update(has_failed=True)
    text = read()
    assert "tar för lång tid att räkna fram" in text and "every 5s" not in text


def test_communities_stand_for_their_actors_until_one_is_opened(kept, read, never_whole):
    text = read()
    assert dots(text) == ["group 0", "group 1", "group 2"]
    assert "har 10 av 11 aktörer band till någon annan" in text
    assert re.search(r"<dt>Delar</dt><dd>2</dd>", text)
    assert 'name="isolates"' not in text and 'name="compare"' not in text  # which would need the whole
    assert "open=1" in text
    assert sorted(dots(read(open="0"))) in (["aa", "bb", "cc", "dd"], ["ee", "ff", "gg", "hh"])


def test_an_actor_s_surroundings_have_the_weights_and_records_of_the_whole(kept, read, never_whole):
    text = read(view="ego", actor="dd")
    assert sorted(dots(text)) == ["aa", "bb", "cc", "dd", "ee"]
    assert "har Aktör d direkt kontakt med 4 av de 9 andra aktörerna" in text
    assert "Samverkan de" in text and "Samverkan ef" not in text
    assert sorted(dots(read(view="ego", actor="Aktör d", steps="2"))) == [name * 2 for name in "abcdefgh"]
    assert "Nätet" in read(view="ego", actor="jj")


def test_a_part_says_the_same_as_the_whole(kept):
    whole = graph_queries.graph(WHOLE)
    stored = graph_store.stored_graph(WHOLE, at_once=False)
    found = graph_near.near(stored, stored.structure(), range(5))
    expected = [tie for tie in whole.ties if {tie.source, tie.target} <= set(found.nodes)]
    assert list(found.ties) == expected and len(expected) == 7
    assert {slug: whole.nodes[slug].name for slug in found.nodes} == {
        slug: node.name for slug, node in found.nodes.items()
    }
    assert [found.behind(tie)[0].title for tie in found.ties] == [
        whole.behind(tie)[0].title for tie in expected
    ]


def test_a_part_is_bounded(kept, monkeypatch):
    monkeypatch.setattr(graph_near, "MOST", 3)
    stored = graph_store.stored_graph(WHOLE, at_once=False)
    assert len(graph_near.near(stored, stored.structure(), range(11)).nodes) == 3


def test_the_path_between_two(kept, read, never_whole):
    text = read(view="path", actor="aa", to="hh")
    assert dots(text) == ["aa", "dd", "ee", "hh"]
    assert "i 3 steg" in text and "Samverkan de" in text
    assert "Ingen kedja på högst 12 steg" in read(view="path", actor="aa", to="ii")


def test_kinds_against_each_other(kept, read, never_whole):
    text = read(view="sectors")
    assert len(dots(text)) == 1 and "Inom Statlig myndighet" in text


@pytest.mark.parametrize("sort", ["", "name", "-degree", "brokered", "-community", "no such column"])
def test_the_table_pages_through_all_actors_with_ties(kept, read, never_whole, settings, sort):
    settings.PAGE_SIZE = 4
    seen = [
        slug
        for page in (1, 2, 3)
        for slug in re.findall(
            r'<th scope="row"><a href="\?[^"]*chosen=(\w+)', read(tab="table", sort=sort, page=page)
        )
    ]
    assert sorted(seen) == [name * 2 for name in "abcdefghij"]
    if sort == "name":
        assert seen == sorted(seen)


def test_parts_and_communities_are_those_that_were_kept(kept, read, never_whole):
    text = read(tab="components")
    numbers = re.findall(r'<td class="num" data-l="(?:Aktörer|Band)">(\d+)</td>', text)
    assert numbers == ["8", "13", "2", "1"]
    assert re.findall(r'data-l="Aktörer">(\d+)<', read(tab="communities")) == ["4", "4", "2"]


def test_whom_somebody_means_may_be_several(kept, read, never_whole):
    text = read(view="ego", actor="Aktör")
    assert "Flera aktörer passar in på" in text and dots(text) == []
    assert "Ingen aktör heter" in read(view="ego", actor="Nobody")


def test_files_hold_what_is_drawn_and_never_the_whole(kept, client, never_whole):
    def file(**query):
        return client.get("/graph/", {"as_of": DAY, **query})

    assert file(format="gexf").status_code == 404
    assert file(tab="table", format="csv").status_code == 404
    assert file(view="ego", actor="dd", format="graphml").text.count("<node ") == 5


def test_whoever_is_not_logged_in_starts_only_the_whole_graph_of_the_day(village, worker, client, read):
    assert "Den som är inloggad kan få det uträknat" in read(kind="municipality")
    assert "Den som är inloggad kan få det uträknat" in read(as_of="2019-01-01")
    assert client.get("/api/v1/graph_measures", {"as_of": "2019-01-01"}).json()["failed"] is True
    assert (worker, GraphResult.objects.count()) == ([], 0)
    read(as_of=default_day().isoformat())
    assert (len(worker), GraphResult.objects.count()) == (1, 1)
    client.force_login(f.UserFactory())
    read(kind="municipality")
    assert len(worker) == 2


def test_what_has_been_worked_out_is_renewed_for_everybody(kept, worker, read):
    f.CollaborationFactory(participants=[kept["a"], kept["k"]])
    assert dots(read()) and len(worker) == 1
    run(worker)
    assert "11 av 11" in read()


def test_only_so_many_selections_wait_and_the_forgotten_are_let_go(
    village, worker, client, read, monkeypatch
):
    monkeypatch.setattr(tasks, "MOST_WAITING", 2)
    client.force_login(f.UserFactory())
    for day in ("2020-01-01", "2020-01-02", "2020-01-03"):
        text = read(as_of=day)
    assert "Många urval väntar redan" in text
    assert GraphResult.objects.count() == len(worker) == 2
    GraphResult.objects.update(asked_at=timezone.now() - tasks.FORGOTTEN_AFTER * 2)
    read(as_of="2020-01-03")
    assert [str(row.as_of) for row in GraphResult.objects.all()] == ["2020-01-03"]


def test_one_record_of_very_many_makes_a_register_large(db, monkeypatch):
    f.CollaborationFactory(participants=[f.ActorFactory() for _ in range(4)])
    assert graph_store.is_small()
    monkeypatch.setattr(graph_store, "SMALL_PAIRS", 5)
    assert not graph_store.is_small()


def test_a_register_above_the_limit_as_it_stands(
    db,
    client,
    settings,
    worker,
    monkeypatch,
):
    """3,600 actors and 6,000 collaborations: more rows than a request reads. The worker is let have its way."""
    settings.ANONYMOUS_READING = True
    like = f.ActorFactory(slug="aktor-0")
    tie = f.CollaborationFactory(code="S-0", participants=[like])
    actors = [
        like,
        *bulk(Actor, like, [{"slug": f"aktor-{n}", "name_sv": f"Aktör {n}"} for n in range(1, 3_600)]),
    ]
    ties = [tie, *bulk(Collaboration, tie, [{"code": f"S-{n}"} for n in range(1, 6_000)])]
    draw = random.Random(4)
    Participant.objects.bulk_create(
        Participant(collaboration=row, actor=actors[at])
        for row in ties
        for at in {0 if row is tie else draw.randrange(1, 3_600), draw.randrange(1, 3_600)}
        if (row, at) != (tie, 0)
    )
    assert not graph_store.is_small()
    monkeypatch.setattr(layout, "LARGE", 500)
    monkeypatch.setattr(measures, "EXACT_UP_TO", 500)
    monkeypatch.setattr(measures, "SAMPLES", 64)
    monkeypatch.setattr(measures, "WORTH", 0)
    found = graph_queries.graph(WHOLE, records=False)
    graph_refresh.keep(found, now=timezone.now())
    counts = []
    for query in ({}, {"view": "ego", "actor": "aktor-7", "steps": "2"}, {"tab": "table"}, {"open": "0"}):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get("/graph/", {"as_of": DAY, **query})
        assert answer.status_code == 200
        assert len(dots(answer.text)) <= graph_near.MOST
        counts.append(len(seen))
    assert max(counts) <= 60 and worker == []
    page = client.get("/graph/", {"as_of": DAY, "view": "ego", "actor": "aktor-7"})
    assert len(dots(page.text)) == 1 + GraphActor.objects.get(slug="aktor-7").degree


def bulk(model, like, changes):
    """Rows as `like`, each with its changes."""
    own = {
        field.attname: getattr(like, field.attname)
        for field in model._meta.concrete_fields
        if field.name != "id"
    }
    return model.objects.bulk_create([model(**(own | change)) for change in changes])
