"""The list of groups and a group's page."""

import datetime

import pytest

from coordination.base.models import ActorKind, MandateKind
from network.models import Actor
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    GroupFactory,
    GroupMemberFactory,
    MandateFactory,
    MembershipFactory,
    PlaceFactory,
    PriorityAreaFactory,
    SeatFactory,
    StrategyFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}


@pytest.fixture
def groups(db):
    """One group of each sort, and three municipalities in a county."""
    StrategyFactory(valid_until=Date(2029, 1, 1))
    county = PlaceFactory(code="12", name_sv="Södra län", parent=PlaceFactory(code="SE"))
    kind = ActorKind.objects.get(code="municipality")
    towns = [
        ActorFactory(slug=slug, name_sv=name, name_en="", kind=kind, place=PlaceFactory(parent=county))
        for slug, name in (("aby", "Åby"), ("by", "By"), ("cby", "Cby"))
    ]
    GroupFactory(
        slug="sodra", name_sv="Södra kommuner", rule="kind=municipality;county=12", stated_members="3"
    )
    listed = GroupFactory(slug="lista", name_sv="De utvalda", stated_members="2")
    GroupMemberFactory(group=listed, actor=towns[0])
    GroupMemberFactory(group=listed, actor=towns[1], valid_until=Date(2022, 9, 1), to_precision="month")
    GroupFactory(slug="okanda", name_sv="Vissa kommuner", rule="unknown", stated_members="drygt 70")
    GroupFactory(slug="namnlosa", name_sv="Några andra", rule="unknown")


def slugs(response):
    return [row.record.slug for row in response.context["table"].rows]


@pytest.mark.parametrize("path", ["/groups/", "/groups/sodra/", "/groups/lista/", "/groups/okanda/"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_answers_in_both_languages(client, groups, path, prefix):
    response = client.get(f"{prefix}{path}", DAY)
    assert response.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in response.text


@pytest.mark.parametrize("path", ["/groups/", "/groups/sodra/"])
def test_nobody_reads_where_the_instance_is_closed(client, groups, settings, path):
    settings.ANONYMOUS_READING = False
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code != 200 and "Södra" not in response.text


@pytest.mark.parametrize(
    "query, found",
    [
        ({}, ["lista", "namnlosa", "sodra", "okanda"]),
        ({"made": "rule"}, ["sodra"]),
        ({"made": "list"}, ["lista"]),
        ({"made": "counted"}, ["namnlosa", "okanda"]),
        ({"q": "sodra"}, ["sodra"]),
        ({"kind": "agency", "level": "national"}, ["lista", "namnlosa", "sodra", "okanda"]),
        ({"when": "ended"}, []),
        ({"sort": "-name"}, ["okanda", "sodra", "namnlosa", "lista"]),
        ({"made": "annat"}, []),
    ],
)
def test_every_facet_of_the_list(client, groups, query, found):
    assert slugs(client.get("/groups/", {**DAY, **query})) == found


def test_the_list_says_the_rule_and_the_numbers(client, groups):
    page = client.get("/groups/", DAY)
    table = page.context["table"]
    sizes = {actor.slug: table.sizes[actor.pk] for actor in table.shown}
    assert sizes == {"sodra": 3, "lista": 1, "okanda": None, "namnlosa": None}
    assert "Alla kommuner i Södra län" in page.text and "drygt 70" in page.text


def test_the_list_takes_as_many_queries_for_four_groups_as_for_forty(
    client, groups, django_assert_max_num_queries
):
    def count():
        client.get("/groups/", DAY)  # the arrows of the date bar are cached under the revision
        with django_assert_max_num_queries(40) as seen:
            client.get("/groups/", DAY)
        return len(seen.captured_queries)

    def more(number):
        for index in range(number):
            group = GroupFactory(rule=f"kind=municipality;county=12;level=national;place=SE{index}")
            group.also.add(ActorFactory())

    more(2)
    few = count()
    more(40)
    assert count() == few


def test_members_are_those_of_the_day(client, groups):
    page = client.get("/groups/lista/", DAY)
    assert [actor.slug for actor in page.context["page"]] == ["aby"]
    assert "Den 2023-02-14 har gruppen 1 medlem. Källan anger 2." in page.text
    assert "1 tidigare medlem" in page.text
    before = client.get("/groups/lista/", {"as_of": "2022-08-31"})
    assert [actor.slug for actor in before.context["page"]] == ["by", "aby"]
    assert "Källan anger" not in before.text and "tidigare medlem" not in before.text


def test_members_are_paginated_and_searched(client, groups, settings):
    settings.PAGE_SIZE = 2
    page = client.get("/groups/sodra/", {**DAY, "page": "2"})
    assert [actor.slug for actor in page.context["page"]] == ["aby"] and page.context["count"] == 3
    found = client.get("/groups/sodra/", {**DAY, "q": "aby"})
    assert [actor.slug for actor in found.context["page"]] == ["aby"]
    assert "Ingen medlem heter" in client.get("/groups/sodra/", {**DAY, "q": "xyz"}).text
    assert client.get("/groups/sodra/", {**DAY, "page": "many"}).status_code == 200


def test_the_page_gives_htmx_the_members_alone(client, groups):
    part = client.get("/groups/sodra/", DAY, headers={"HX-Request": "true", "HX-Target": "member-table"})
    assert part.text.strip().startswith('<div id="member-table"') and "<html" not in part.text


@pytest.mark.parametrize(
    "slug, said",
    [("okanda", "Drygt 70 medlemmar, ej namngivna"), ("namnlosa", "Ingen har namngett medlemmarna")],
)
def test_a_counted_group_says_that_nobody_has_named_its_members(client, groups, slug, said):
    page = client.get(f"/groups/{slug}/", DAY).text
    assert said in page and "Medlemmar (" not in page


def test_a_group_shows_its_own_mandates_seats_and_territory(client, groups):
    group = Actor.objects.get(slug="sodra")
    MandateFactory(holder=group, title_sv="Skola")
    SeatFactory(actor=group, network__name_sv="Rådet")
    page = client.get("/groups/sodra/", DAY).text
    assert "Skola" in page and "Rådet" in page and "Territorium" in page and "Södra län" in page


def test_a_merged_group_and_an_organisations_id_lead_on(client, groups):
    GroupFactory(slug="gammal", merged_into=Actor.objects.get(slug="sodra"))
    moved = client.get("/en/groups/gammal/", {**DAY, "q": "å"})
    assert moved.status_code == 301
    assert moved["Location"] == "/en/groups/sodra/?as_of=2023-02-14&q=%C3%A5"
    assert client.get("/groups/aby/")["Location"] == "/actors/aby/"
    assert client.get("/groups/finns-inte/").status_code == 404


def test_who_may_change_a_group_is_offered_to(client, groups):
    def offered():
        page = client.get("/groups/lista/", DAY).text
        addresses = (
            "/groups/lista/edit/",
            "/groups/lista/propose/",
            "/group-members/new/",
            "/actors/lista/merge/",
        )
        return {address for address in addresses if address in page}

    assert offered() == set()
    client.force_login(MembershipFactory(actor=Actor.objects.get(slug="lista")).user)
    assert offered() == {"/groups/lista/propose/"}
    client.force_login(CoordinatorFactory())
    assert offered() == {"/groups/lista/edit/", "/group-members/new/", "/actors/lista/merge/"}


def test_a_register_without_groups_says_what_they_are_for(client, db):
    page = client.get("/groups/", DAY).text
    assert "Ingen grupp finns ännu" in page and "/groups/new/" not in page


def test_the_list_is_downloaded_as_it_is_filtered(client, groups):
    response = client.get("/groups/", {**DAY, "made": "rule", "format": "csv"})
    assert [line.split(",")[0] for line in response.text.splitlines()[1:]] == ["sodra"]


def test_a_group_says_where_its_members_have_statutory_duties(client, groups):
    housing = PriorityAreaFactory(name_sv="Boende", name_en="")
    PriorityAreaFactory(name_sv="Skola", name_en="")
    PriorityAreaFactory(name_sv="Kultur", name_en="", valid_from=Date(2023, 7, 1))
    PriorityAreaFactory(name_sv="Annat", name_en="", status="outside")
    group = Actor.objects.get(slug="sodra")
    assert "lagstadgade uppgifter" not in client.get("/groups/sodra/", DAY).text
    MandateFactory(holder=group, area=housing, kind=MandateKind.objects.get(code="statutory_duty"))
    assert "Det finns lagstadgade uppgifter inom Boende. Det finns inga inom Skola." in (
        client.get("/groups/sodra/", DAY).text
    )
    assert "inga inom Skola och Kultur" in client.get("/groups/sodra/", {"as_of": "2023-07-01"}).text
