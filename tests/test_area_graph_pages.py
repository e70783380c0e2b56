"""The page of actors and areas: what its tables, picture and files say, and how they are narrowed."""

import csv
import io
import re

import networkx as nx
import pytest

from mandates import area_picture
from network import graph_store
from tests import factories as f

DAY = "2022-06-30"


def page(client, prefix="", **given):
    response = client.get(f"{prefix}/graph/areas/", {"as_of": DAY, **given})
    assert response.status_code == 200
    return response


def rows(client, **given):
    return list(csv.DictReader(io.StringIO(page(client, format="csv", **given).content.decode("utf-8-sig"))))


@pytest.fixture
def few(db):
    """An agency with two mandates for homes and one for all areas, a municipality with one for homes."""
    homes = f.PriorityAreaFactory(code="boende", name_sv="Boende", name_en="Homes")
    f.PriorityAreaFactory(code="halsa", name_sv="Hälsa")
    verket = f.ActorFactory(
        slug="verket", name_sv="Verket", name_en="The agency", kind_id="agency", level_id="national"
    )
    staden = f.ActorFactory(
        slug="staden", name_sv="Staden", name_en="The city", kind_id="municipality", level_id="local"
    )
    for code, holder, area in (
        ("U1", verket, homes),
        ("U2", verket, homes),
        ("U3", verket, None),
        ("U4", staden, homes),
    ):
        f.MandateFactory(code=code, holder=holder, area=area, title_sv=f"Titel {code}")
    return homes


def test_every_area_names_its_holders_and_one_without_any_says_so(client, few):
    text = page(client).text
    cells = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr>.*?</tr>", text)]
    assert ["Boende", "2", "3", "Staden", ",", "Verket"] in cells
    assert ["Sektorsövergripande", "1", "1", "Verket"] in cells
    assert ["Hälsa", "0", "0", "Ingen", "den", "här", "dagen"] in cells
    assert "2 aktörer med 4 uppdrag i kraft" in text
    assert "Flest aktörer har uppdrag i Boende: 2. 1 område har bara en. 1 område har ingen." in text


def test_the_number_of_an_area_leads_to_exactly_its_mandates(client, few):
    text = page(client).text
    found = re.search(r'href="\?([^"#]*area=boende[^"#]*)#links">3</a>', text)
    assert found is not None
    listed = client.get(f"/graph/areas/?{found[1].replace('&amp;', '&')}").text
    assert set(re.findall(r"Titel (U\d)", listed)) == {"U1", "U2", "U4"}


def test_the_file_has_a_row_for_each_pair(client, few):
    assert [(row["actor"], row["area"], row["mandates"], row["mandate_ids"]) for row in rows(client)] == [
        ("staden", "boende", "1", "U4"),
        ("verket", "*", "1", "U3"),
        ("verket", "boende", "2", "U1;U2"),
    ]
    assert [row["mandates"] for row in rows(client, sort="-mandates")] == ["2", "1", "1"]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"kind": "municipality"}, {"staden"}),
        ({"level": "national"}, {"verket"}),
        ({"area": "*"}, {"verket"}),
        ({"sure": "inferred"}, set()),
        ({"as_of": "1990-01-01"}, set()),
        ({"kind": "no such kind"}, {"staden", "verket"}),
    ],
)
def test_filters_narrow_it(client, few, given, left):
    assert {row["actor"] for row in rows(client, **given)} == left


def test_the_picture_has_each_actor_and_area_and_says_what_it_is(client, few):
    text = page(client, "/en").text
    assert 'aria-label="Picture of 2 actors and 2 areas on 2022-06-30. The tables say the same."' in text
    names = re.findall(r'<text class="map-name"[^>]*>([^<]+)</text>', text)
    assert sorted(names) == ["Cross-sector (1)", "Homes (2)", "The agency", "The city"]


def test_many_actors_are_drawn_as_their_kinds(client, few, monkeypatch):
    monkeypatch.setattr(area_picture, "NAMED_UP_TO", 1)
    names = re.findall(r'<text class="map-name"[^>]*>([^<]+)</text>', page(client).text)
    assert "Staden" not in names and "Kommun (1)" in names


def test_networkx_reads_both_kinds_of_nodes_back(client, few):
    found = nx.parse_graphml(page(client, format="graphml").text)
    assert {id_: data["mode"] for id_, data in found.nodes(data=True)} == {
        "staden": "actor",
        "verket": "actor",
        "area:*": "area",
        "area:strategi/boende": "area",
    }
    assert found.edges["verket", "area:strategi/boende"]["weight"] == 2
    assert found.edges["verket", "area:strategi/boende"]["mandates"] == "U1;U2"
    assert nx.read_gexf(io.BytesIO(page(client, format="gexf").content)).number_of_edges() == 3
    assert client.get("/graph/areas/", {"format": "exe"}).status_code == 404


def test_a_hostile_name_stays_text(client, few):
    f.MandateFactory(holder=f.ActorFactory(slug="ond", name_sv="<b>&\"'=1+1"), area=few, title_sv="<i>x</i>")
    text = page(client).text
    assert "<b>&" not in text and "<i>x" not in text
    assert "&lt;b&gt;&amp;" in text


def test_a_large_register_is_not_read_in_a_request(client, few, monkeypatch):
    monkeypatch.setattr(graph_store, "SMALL_ROWS", 1)
    text = page(client).text
    assert "Registret är för stort för att ritas här" in text and "map-name" not in text


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("day", "actors", "pairs", "mandates"), [("2021-06-30", 24, 35, 68), ("2022-06-30", 32, 45, 84)]
)
def test_the_demo(client, db, day, actors, pairs, mandates):
    found = rows(client, as_of=day)
    assert len({row["actor"] for row in found}) == actors
    assert len(found) == pairs
    assert len({code for row in found for code in row["mandate_ids"].split(";")}) == mandates


@pytest.mark.usefixtures("demo")
def test_the_map_leads_here_and_back(client, db):
    assert "/graph/areas/?as_of=2021-06-30" in client.get("/graph/", {"as_of": "2021-06-30"}).text
    assert "/graph/?view=ego&amp;as_of=2022-06-30" in page(client).text
