"""Places as list and tree; strategies, priority areas and functions."""

import datetime

import pytest

from coordination.base.models import Function, Place, PlaceKind, PriorityArea, Strategy
from coordination.base.views.places import tree
from tests import factories as f
from tests.test_editing_forms import post_data

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def sweden():
    f.StrategyFactory(valid_until=Date(2029, 1, 1))
    kinds = {code: PlaceKind.objects.get(code=code) for code in ("country", "county", "municipality")}
    country = f.PlaceFactory(code="SE", name_sv="Sverige", name_en="Sweden", kind=kinds["country"])
    county = f.PlaceFactory(code="12", name_sv="Skåne län", name_en="", parent=country, kind=kinds["county"])
    f.PlaceFactory(code="1280", name_sv="Malmö", name_en="", parent=county, kind=kinds["municipality"])
    f.PlaceFactory(code="1281", name_sv="Lund", name_en="", parent=county, kind=kinds["municipality"])
    return country


PATHS = [
    "/places/",
    "/places/tree/",
    "/places/12/",
    "/strategies/",
    "/strategies/strategi/",
    "/areas/strategi/boende/",
    "/functions/",
    "/functions/samordning/",
]


@pytest.fixture
def sorted_by(sweden):
    """A strategy with an adopted, a proposed and an outside area, and a function with what is meant by it."""
    f.PriorityAreaFactory(
        code="boende", name_sv="Boende", name_en="Housing", note="Tabell 2 kallar det annat"
    )
    f.PriorityAreaFactory(code="halsa", name_sv="Hälsa", status="proposed")
    f.PriorityAreaFactory(code="ovrigt", name_sv="Övrigt", status="outside")
    f.FunctionFactory(
        code="samordning",
        name_sv="Samordning",
        name_en="Coordination",
        definition_sv="Samordna aktörers uppdrag",
        traits="lead",
    )


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_answer_in_both_languages(client, sorted_by, prefix, path):
    page = client.get(f"{prefix}{path}", DAY)
    assert page.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in page.text


@pytest.mark.parametrize(
    "path", ["/places/99/", "/strategies/x/", "/areas/strategi/x/", "/areas/x/boende/", "/functions/x/"]
)
def test_what_is_missing_is_not_found(client, sorted_by, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_where_the_instance_is_closed(client, sorted_by, settings, path):
    settings.ANONYMOUS_READING = False
    assert client.get(path).status_code == 302


def test_any_tree_is_drawn_under_its_roots(sweden):
    roots = tree(list(Place.objects.all()))
    assert [node.place.code for node in roots] == ["SE"]
    (county,) = roots[0].children
    assert [(node.place.name_sv, node.depth) for node in county.children] == [("Lund", 2), ("Malmö", 2)]
    # A page that cannot hold all still shows what it has.
    assert [node.place.code for node in tree(list(Place.objects.filter(code="1280")))] == ["1280"]


@pytest.mark.parametrize(
    "query, codes",
    [
        ({}, {"SE", "12", "1280", "1281"}),
        ({"q": "malmo"}, {"1280"}),
        ({"q": "128"}, {"1280", "1281"}),
        ({"kind": "county"}, {"12"}),
        ({"within": "12"}, {"1280", "1281"}),
        ({"within": "SE"}, {"12", "1280", "1281"}),
        ({"within": "1280"}, set()),
    ],
)
def test_facets(client, sweden, query, codes):
    page = client.get("/places/", query)
    assert {row.record.code for row in page.context["table"].rows} == codes


def test_a_place_shows_what_it_is_part_of_and_what_is_in_it(client, sweden):
    page = client.get("/places/12/", DAY)
    assert [place.code for place in page.context["above"]] == ["SE"]
    assert [place.code for place in page.context["children"]] == ["1281", "1280"]


def test_a_place_shows_its_actors_and_their_mandates(client, sweden):
    malmo, lund = Place.objects.get(code="1280"), Place.objects.get(code="1281")
    f.ActorFactory(name_sv="Malmö stad", place=malmo)
    f.ActorFactory(name_sv="Lunds kommun", place=lund)
    board = f.ActorFactory(name_sv="Länsstyrelsen i Skåne", place=Place.objects.get(code="12"))
    f.ActorFactory(name_sv="Nedlagda nämnden", place=malmo, valid_until=Date(2020, 1, 1))
    f.ActorFactory(name_sv="Någon annanstans")
    f.MandateFactory(holder=board, title_sv="Samordna i länet")
    aimed = f.MandateFactory(title_sv="Riktat hit")
    aimed.territory_places.add(Place.objects.get(code="12"))
    county = client.get("/places/12/", DAY).text
    assert county.index("Länsstyrelsen i Skåne") < county.index("Lunds kommun") < county.index("Malmö stad")
    assert "Aktörer här (3)" in county and "Nedlagda" not in county and "annanstans" not in county
    assert "Samordna i länet" in county and "Riktat hit" in county
    assert "Aktörer här (1)" in client.get("/places/1281/", DAY).text


def test_a_place_where_nobody_is_says_so(client, sweden):
    assert "känner registret inte till någon här" in client.get("/places/1280/", DAY).text


def test_a_strategy_keeps_its_areas_apart_by_status(client, sorted_by):
    page = client.get("/strategies/strategi/", DAY)
    assert page.context["adopted"] == 1
    assert [area.code for area in page.context["areas"]] == ["boende", "halsa", "ovrigt"]
    assert "2023-02-14" in page.text and 'href="/areas/strategi/boende/"' in page.text
    assert "föreslaget, inte antaget" in client.get("/areas/strategi/halsa/", DAY).text
    assert "Utanför strategins områden" in client.get("/areas/strategi/ovrigt/", DAY).text


def test_numbers_under_a_strategy_link_to_what_they_count(client, sorted_by):
    f.MandateFactory.create_batch(3)
    f.MandateFactory(valid_until=Date(2020, 1, 1))
    f.MandateFactory(strategy=f.StrategyFactory(slug="annan"))
    f.ExpectationFactory.create_batch(2)
    page = client.get("/strategies/strategi/", DAY).text
    assert "3 uppdrag i kraft" in page and "2 förväntningar som gäller" in page
    counted = client.get("/mandates/", {**DAY, "strategy": "strategi"})
    assert counted.context["table"].paginator.count == 3
    asked = client.get("/expectations/", {**DAY, "strategy": "strategi", "when": "in_force"})
    assert asked.context["table"].paginator.count == 2


def test_an_area_shows_mandates_expectations_networks_and_ties(client, sorted_by):
    area = PriorityArea.objects.get(code="boende")
    f.MandateFactory(area=area, title_sv="Bygga")
    f.MandateFactory(title_sv="Tvärs över")
    f.ExpectationFactory(area=area, title_sv="Någon bygger")
    f.ExpectationFactory(each_area=True, title_sv="Någon i varje")
    f.NetworkFactory(areas=[area], name_sv="Byggnätverket")
    f.CollaborationFactory(area=area, title_sv="Byggavtalet")
    f.CollaborationFactory(area=area, title_sv="Utan datum", valid_from=None, from_precision="")
    page = client.get("/areas/strategi/boende/", DAY).text
    for shown in ("Bygga", "Någon bygger", "Någon i varje", "Byggnätverket", "Byggavtalet"):
        assert shown in page
    assert "Tvärs över" not in page and "Utan datum" not in page
    # A proposed area is not one of those that are asked about each.
    assert "Någon i varje" not in client.get("/areas/strategi/halsa/", DAY).text


def test_a_function_says_what_is_meant_and_who_has_it(client, sorted_by):
    function = Function.objects.get(code="samordning")
    f.MandateFactory(function=function, title_sv="Samordna nationellt")
    f.ExpectationFactory(function=function, title_sv="Någon samordnar")
    page = client.get("/functions/samordning/", DAY).text
    for shown in ("Samordna aktörers uppdrag", "Samordna nationellt", "Någon samordnar", "en lucka här"):
        assert shown in page


def test_as_many_queries_for_many_rows_as_for_few(client, sorted_by, django_assert_max_num_queries):
    area, function = PriorityArea.objects.get(code="boende"), Function.objects.get(code="samordning")

    def make(number):
        f.MandateFactory.create_batch(number, area=area, function=function)
        f.ExpectationFactory.create_batch(number, area=area, function=function)
        f.CollaborationFactory.create_batch(number, area=area)
        county = Place.objects.get(code="12")
        f.PlaceFactory.create_batch(number, parent=county)
        f.ActorFactory.create_batch(number, place=county)

    def count(path):
        client.get(path, DAY)  # the arrows of the date bar are cached under the revision
        with django_assert_max_num_queries(100) as seen:
            client.get(path, DAY)
        return len(seen.captured_queries)

    make(3)
    few = {path: count(path) for path in PATHS}
    make(25)
    f.PriorityAreaFactory.create_batch(5)
    assert {path: count(path) for path in PATHS} == few


def test_labels_on_a_mandate_link_to_what_they_mean(client, sorted_by):
    mandate = f.MandateFactory(
        code="M-1",
        area=PriorityArea.objects.get(code="boende"),
        function=Function.objects.get(code="samordning"),
    )
    mandate.territory_places.add(Place.objects.get(code="12"))
    page = client.get("/mandates/M-1/", DAY).text
    for url in ("/areas/strategi/boende/", "/functions/samordning/", "/places/12/", "/strategies/strategi/"):
        assert f'href="{url}"' in page
    f.ExpectationFactory(code="X1", area=mandate.area, function=mandate.function)
    page = client.get("/expectations/X1/", DAY).text
    for url in ("/areas/strategi/boende/", "/functions/samordning/", "/strategies/strategi/"):
        assert f'href="{url}"' in page


def _posted(client, path, **values):
    return client.post(path, post_data(client.get(path), **values))


def test_a_coordinator_adds_a_strategy_an_area_and_a_function(client, sorted_by):
    client.force_login(f.CoordinatorFactory())
    made = _posted(client, "/strategies/new/", name_sv="Äldre i centrum", known_until="2024-01-31")
    assert made["Location"] == "/strategies/aldre-i-centrum/"
    assert Strategy.objects.get(slug="aldre-i-centrum").known_until == Date(2024, 1, 31)
    area = {"strategy": "strategi", "code": "kultur", "name_sv": "Kultur", "status": "adopted", "position": 9}
    assert _posted(client, "/areas/new/", **area)["Location"] == "/areas/strategi/kultur/"
    twice = _posted(client, "/areas/new/", **area)
    assert twice.status_code == 422 and "redan ett område med den koden" in twice.text
    made = _posted(client, "/functions/new/", code="tillsyn", name_sv="Tillsyn", position=9)
    assert made["Location"] == "/functions/tillsyn/"


@pytest.mark.parametrize("code", ["new", "a/b", "*", "each"])
def test_a_code_that_cannot_stand_in_an_address_is_refused(client, sorted_by, code):
    client.force_login(f.CoordinatorFactory())
    area = {"strategy": "strategi", "code": code, "name_sv": "Kultur", "status": "adopted", "position": 9}
    assert _posted(client, "/areas/new/", **area).status_code == 422
    assert not PriorityArea.objects.filter(name_sv="Kultur").exists()


def test_an_area_is_edited_in_its_place(client, sorted_by):
    client.force_login(f.CoordinatorFactory())
    area = PriorityArea.objects.get(code="halsa")
    saved = _posted(client, f"/areas/{area.pk}/edit/", name_sv="Hälsa och vård", status="adopted")
    assert saved["Location"] == "/areas/strategi/halsa/"
    area.refresh_from_db()
    assert (area.name_sv, area.status, area.code) == ("Hälsa och vård", "adopted", "halsa")


def test_a_name_that_is_markup_is_written_not_run(client, sorted_by):
    text = "<script>alert(1)</script>"
    Place.objects.filter(code="12").update(name_sv=text)
    PriorityArea.objects.filter(code="boende").update(name_sv=text, name_en=text)
    Function.objects.update(name_sv=text, definition_sv=text)
    Strategy.objects.update(name_sv=text)
    for path in PATHS:
        assert "<script>alert(1)" not in client.get(path, DAY).text


def test_areas_of_networks_collaborations_and_events_link_to_their_page(client, sorted_by):
    area = PriorityArea.objects.get(code="boende")
    rows = [
        f.NetworkFactory(areas=[area]),
        f.CollaborationFactory(area=area),
        f.EncounterFactory(area=area),
        f.MilestoneFactory(area=area),
    ]
    for row in rows:
        assert 'href="/areas/strategi/boende/"' in client.get(row.get_absolute_url(), DAY).text
