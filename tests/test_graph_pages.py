"""The map of who works with whom: what its addresses show, and to whom."""

import csv
import io
import json
import re

import networkx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination.base.models import ActorKind
from network.explorer import picture
from tests import factories as f

DAY = "2021-06-30"
HOSTILE = "<img src=x onerror=alert(1)> =1+1"


@pytest.fixture
def read(client, settings):
    settings.ANONYMOUS_READING = True

    def read(target="", **query):
        headers = {"HX-Request": "true", "HX-Target": target} if target else {}
        answer = client.get("/graph/", {"as_of": DAY, **query}, headers=headers)
        assert answer.status_code == 200
        return answer

    return read


@pytest.fixture
def chain(db):
    """a – b – c – d, and e alone."""
    actors = {name: f.ActorFactory(slug=name, name_sv=f"Aktör {name.upper()}") for name in "abcde"}
    for some, other in ("ab", "bc", "cd"):
        f.CollaborationFactory(
            code=f"S-{some}{other}",
            title_sv=f"Samverkan {some}{other}",
            participants=[actors[some], actors[other]],
        )
    return actors


def scene(page):
    """What the picture is drawn from, and `places`: {id: (x, y)}."""
    text = re.search(r'<script id="map-scene" type="application/json">(.*?)</script>', page.text).group(1)
    found = json.loads(text)
    return found | {"places": {dot[0]: (dot[3], dot[4]) for dot in found["dots"]}}


def drawn(page):
    return set(scene(page)["places"])


def test_the_demo_says_what_its_picture_shows(demo, read):
    page = read()
    assert "har Delmos direkt kontakt med 48 av de 54 andra aktörerna" in page.text
    assert "Utan Delmos skulle 20 av dem tappa kontakten med resten." in page.text
    found = scene(page)
    assert len(found["dots"]) == 55 and len(found["bands"]) > 0
    # 528 of the 556 ties are those of a network of 33, drawn as a band, or of a smaller one.
    assert len(found["lines"]) < 60
    assert "Ett nätverk med 33 deltagare ger 528 band" in page.text
    assert page.text.count('class="map-dot') >= 55  # the picture of who has no JavaScript


def test_the_same_graph_stands_in_the_same_places(demo, read):
    assert scene(read())["places"] == scene(read())["places"]


def test_two_days_side_by_side_share_their_places(demo, read):
    page = read(compare="2023-02-14")
    first, second = re.findall(r'<svg class="map-svg.*?</svg>', page.text, re.S)
    places = [
        re.findall(r'class="map-dot[^"]*" (?:cx="\S+" cy="\S+"|d="M\S+ \S+)', svg) for svg in (first, second)
    ]
    assert len(places[0]) == len(places[1]) > 50
    assert [p.split('" ', 1)[1] for p in places[0]] == [p.split('" ', 1)[1] for p in places[1]]
    assert second.count(" lost") > 40 > first.count(" lost")


def test_isolates_are_counted_and_shown_when_asked(chain, read):
    assert drawn(read()) == set("abcd")
    assert re.search(r"Aktörer utan band</dt><dd>1</dd>", read().text)
    assert drawn(read(isolates="on")) == set("abcde")


def test_around_an_actor_one_step_and_two(chain, read):
    assert drawn(read(view="ego", actor="a")) == {"a", "b"}
    assert drawn(read(view="ego", actor="a", steps="2")) == {"a", "b", "c"}


def test_the_path_between_two_names_each_step_and_its_records(chain, read):
    page = read(view="path", actor="a", to="Aktör D")
    assert drawn(page) == set("abcd")
    assert "Aktör A når Aktör D i 3 steg, genom Aktör B och Aktör C." in page.text
    for code in ("S-ab", "S-bc", "S-cd"):
        assert f"/collaborations/{code}/" in page.text
    assert "hänger inte ihop" in read(view="path", actor="a", to="e").text


def test_a_name_that_fits_nobody_gets_suggestions(chain, read):
    page = read(view="ego", actor="Aktör")
    assert "Flera aktörer passar in på" in page.text and "actor=a" in page.text
    assert "Ingen aktör heter" in read(view="ego", actor="zzzzzz").text


def test_kinds_are_groups_with_the_ties_between_them(db, read):
    one = f.ActorFactory()
    other = f.ActorFactory(kind=ActorKind.objects.get(code="region"))
    f.CollaborationFactory(participants=[one, other])
    page = read(view="sectors")
    assert drawn(page) == {"group agency", "group region"}
    assert "Statlig myndighet – Region" in page.text


def test_filters_narrow_the_graph_and_wrong_ones_are_said(chain, read):
    assert drawn(read(kind="agency")) == set("abcd")
    assert 'id="map-scene"' not in read(kind="region").text
    assert 'id="map-scene"' not in read(tie="network").text
    page = read(kind="nonsense", level="nonsense", colour="nonsense", size="nonsense", steps="9")
    assert drawn(page) == set("abcd")


def test_the_chosen_actor_beside_the_picture(chain, read):
    panel = read("chosen", chosen="b").text
    assert panel.strip().startswith('<section id="chosen"') and "<html" not in panel
    assert "Om Aktör B försvinner" in panel and "Samverkan ab" in panel
    assert "2018" in panel  # the period of the tie


def test_a_tie_says_its_records_and_their_periods(chain, read):
    tie = read("tie", between="a~b").text
    assert tie.strip().startswith('<section id="tie"')
    assert "Samverkan ab" in tie and "2018-01-01" in tie
    assert "<li>" not in read("tie", between="a~d").text


def test_the_table_is_equal_in_content_and_sorts(chain, read):
    page = read(tab="table", sort="-degree")
    rows = re.findall(r'<tr><th scope="row">\s*<a [^>]*chosen=(\w)', page.text)
    assert rows == ["b", "c", "a", "d"]
    assert re.findall(
        r'<tr><th scope="row">\s*<a [^>]*chosen=(\w)', read(tab="table", sort="name").text
    ) == list("abcd")
    assert "Vad måtten säger" in page.text
    neighbours = read(tab="table", chosen="b").text
    assert "Kontakter till Aktör B (2)" in neighbours


def test_parts_and_communities_list_their_actors(chain, read):
    for name in ("x", "y"):
        chain[name] = f.ActorFactory(slug=name)
    f.CollaborationFactory(participants=[chain["x"], chain["y"]])
    page = read(tab="components").text
    assert page.count('<tr><th scope="row">') == 2 and "saknar 1 aktör band helt" in page
    assert "Gemenskaper" in read(tab="communities").text


def test_records_behind_the_picture(demo, read):
    page = read(tab="records").text
    assert "Samverkan som gäller (50)" in page and "Nätverk som möts (3)" in page


def test_files_hold_what_the_picture_shows(chain, read):
    found = networkx.read_gexf(io.BytesIO(read(format="gexf").content))
    assert set(found) == set("abcd") and found.number_of_edges() == 3
    found = networkx.read_graphml(io.BytesIO(read(format="graphml", view="ego", actor="a").content))
    assert set(found) == {"a", "b"} and found.nodes["a"]["label"] == "Aktör A"
    ties = list(csv.DictReader(io.StringIO(read(format="csv").text)))
    assert {(row["source"], row["target"]) for row in ties} == {("a", "b"), ("b", "c"), ("c", "d")}
    actors = list(csv.DictReader(io.StringIO(read(format="csv", tab="table").content.decode("utf-8-sig"))))
    assert {row["id"]: row["degree"] for row in actors} == {"a": "1", "b": "2", "c": "2", "d": "1"}


def test_an_unknown_format_is_a_missing_page(chain, client, settings):
    settings.ANONYMOUS_READING = True
    assert client.get("/graph/?format=exe").status_code == 404
    assert client.get("/graph/?format=gexf&tab=table").status_code == 404


def test_a_hostile_name_stays_text(db, read):
    other = f.ActorFactory(slug="b", name_sv=HOSTILE)
    f.CollaborationFactory(title_sv=HOSTILE, participants=[f.ActorFactory(slug="a"), other])
    for query in ({}, {"tab": "table"}, {"tab": "records"}, {"chosen": "b"}, {"between": "a~b"}):
        assert "<img src=x" not in read(**query).text
    assert scene(read())["dots"][1][2] == HOSTILE
    for wanted in ("gexf", "graphml"):
        assert "<img" not in read(format=wanted).text
    rows = list(csv.DictReader(io.StringIO(read(format="csv", tab="table").content.decode("utf-8-sig"))))
    assert HOSTILE in [row["name_sv"] for row in rows]


def test_a_name_that_would_be_a_formula_is_none_in_a_file(db, read):
    f.CollaborationFactory(participants=[f.ActorFactory(slug="a", name_sv="=1+1"), f.ActorFactory(slug="b")])
    text = read(format="csv", tab="table").content.decode("utf-8-sig")
    assert "'=1+1" in text


@pytest.mark.parametrize("tab", ["picture", "table", "records"])
def test_queries_do_not_grow_with_the_register(db, read, tab):
    f.CollaborationFactory.create_batch(2)
    read(tab=tab)  # the measures are worked out once
    with CaptureQueriesContext(connection) as few:
        read(tab=tab)
    f.CollaborationFactory.create_batch(8)
    f.NetworkFactory.create_batch(3)
    read(tab=tab)
    with CaptureQueriesContext(connection) as many:
        read(tab=tab)
    assert len(many) <= len(few)


def test_unnamed_members_are_one_stub(db, read):
    network = f.NetworkFactory(slug="natverk", stated_members=20)
    actors = f.ActorFactory.create_batch(5)
    f.ConvenerFactory(network=network, actor=actors[0])
    for actor in actors[1:]:
        f.SeatFactory(network=network, actor=actor)
        f.CollaborationFactory(participants=[actors[0], actor])
    labels = [dot[1] for dot in scene(read())["dots"]]
    assert "16 medlemmar, ej namngivna" in labels


def test_links_lead_to_the_map(chain, client, settings):
    settings.ANONYMOUS_READING = True
    assert "/graph/?view=ego&amp;actor=a" in client.get("/actors/a/").text
    network = f.NetworkFactory()
    f.ConvenerFactory(network=network, actor=chain["a"])
    assert "/graph/?tie=network" in client.get(network.get_absolute_url()).text


def test_a_large_graph_opens_as_communities_and_unfolds(chain, read, monkeypatch):
    monkeypatch.setattr(picture, "CLUSTERED_FROM", 3)
    page = read()
    groups = drawn(page)
    assert groups and all(name.startswith("group ") for name in groups)
    number = min(groups).removeprefix("group ")
    unfolded = drawn(read(open=number))
    assert f"group {number}" not in unfolded and unfolded & set("abcd")


def test_many_actors_are_few_elements_of_the_servers_picture(chain, read, monkeypatch):
    monkeypatch.setattr("network.graph.scene.NAMED_UP_TO", 3)
    svg = re.search(r'<svg class="map-svg.*?</svg>', read().text, re.S).group(0)
    assert svg.count('class="map-dot') == 1 and svg.count("M") >= 4 + 3  # four dots, three lines
    assert "<text" not in svg


def test_english(chain, client, settings):
    settings.ANONYMOUS_READING = True
    assert "Who works with whom" in client.get("/en/graph/").text


def test_whoever_may_not_read_the_register_gets_the_login_page(chain, client, settings):
    settings.ANONYMOUS_READING = False
    answer = client.get("/graph/?format=gexf")
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    client.force_login(f.UserFactory())
    assert client.get("/graph/").status_code == 200
