"""The list of actors and an actor's page."""

import datetime

import pytest

from coordination.base.models import ActorKind, Level
from network.models import Actor
from tests.factories import (
    ActorFactory,
    ActorNameFactory,
    ActorParentFactory,
    CitationFactory,
    CollaborationFactory,
    ContactFactory,
    ConvenerFactory,
    CoordinatorFactory,
    DocumentFactory,
    GroupFactory,
    IdentifierFactory,
    MandateFactory,
    MembershipFactory,
    NetworkFactory,
    PlaceFactory,
    PriorityAreaFactory,
    SeatFactory,
    StrategyFactory,
    UserFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
EARLIER = {"as_of": "2022-06-30"}
CLOSING = Date(2023, 1, 1)


@pytest.fixture
def register(db):
    """An agency that closed, the association that took over one of its networks, and two municipalities."""
    StrategyFactory(valid_until=Date(2029, 1, 1))
    agency = ActorFactory(
        slug="delegationen",
        name_sv="Delegationen mot tomrum (Deltom)",
        name_en="Agency against voids",
        valid_until=CLOSING,
        to_precision="day",
        note="MOTSÄGELSE: rapport-1 anger 2022-01-31.",
    )
    association = ActorFactory(slug="skr", name_sv="Regioner (SKR)", name_en="")
    ActorNameFactory(
        actor=association, name_sv="Landsting (SKL)", valid_until=Date(2019, 12, 1), to_precision="month"
    )
    county = PlaceFactory(code="14", name_sv="Östra län", parent=PlaceFactory(code="SE", name_sv="Sverige"))
    kind, level = ActorKind.objects.get(code="municipality"), Level.objects.get(code="local")
    for slug, name in (("aby", "Åby kommun"), ("zby", "Zby kommun")):
        ActorFactory(
            slug=slug, name_sv=name, name_en="", kind=kind, level=level, place=PlaceFactory(parent=county)
        )
    forum = NetworkFactory(slug="forum", name_sv="Forumet", stated_members=18, stated_on=Date(2023, 2, 1))
    ended = {"valid_until": Date(2022, 9, 1), "to_precision": "month"}
    ConvenerFactory(network=forum, actor=agency, **ended)
    ConvenerFactory(network=forum, actor=association, valid_from=Date(2022, 9, 1), from_precision="season")
    SeatFactory(network=forum, actor=Actor.objects.get(slug="aby"), **ended)
    return agency


def slugs(response):
    return [row.record.slug for row in response.context["table"].rows]


@pytest.mark.parametrize("path", ["/actors/", "/actors/delegationen/", "/actors/skr/", "/actors/aby/"])
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("day", [EARLIER, DAY])
def test_every_page_answers_in_both_languages(client, register, path, prefix, day):
    response = client.get(f"{prefix}{path}", day)
    assert response.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in response.text


@pytest.mark.parametrize("path", ["/actors/", "/actors/delegationen/"])
def test_nobody_reads_where_the_instance_is_closed(client, register, settings, path):
    settings.ANONYMOUS_READING = False
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code != 200 and "Deltom" not in response.text


def test_a_missing_actor_is_not_found(client, register):
    assert client.get("/actors/finns-inte/").status_code == 404


# The list


@pytest.mark.parametrize(
    "query, found",
    [
        ({}, ["skr", "zby", "aby"]),  # Swedish order: Å after Z; the closed one left out
        ({"when": "ended"}, ["delegationen"]),
        ({"when": "all"}, ["delegationen", "skr", "zby", "aby"]),
        ({"when": "coming"}, []),
        ({"kind": "municipality"}, ["zby", "aby"]),
        ({"level": "national"}, ["skr"]),
        ({"place": "14"}, ["zby", "aby"]),
        ({"place": "none-such"}, []),
        ({"group": "kommunerna"}, ["zby", "aby"]),
        ({"q": "aby"}, ["aby"]),
        ({"q": "ÅBY KOMMUN"}, ["aby"]),
        ({"q": "landsting"}, ["skr"]),
        ({"q": "voids", "when": "all"}, ["delegationen"]),
        ({"q": "202100-5489"}, ["skr"]),
        ({"q": "2021005489"}, ["skr"]),
        ({"q": "Zby finns inte"}, []),
        ({"sort": "-name"}, ["aby", "zby", "skr"]),
        ({"sort": "-networks"}, ["skr", "zby", "aby"]),
        ({"sort": "-ties"}, ["aby", "skr", "zby"]),
        ({"sort": "place"}, None),
        ({"sort": "period"}, None),
        ({"kind": "ingen-sort"}, []),
    ],
)
def test_every_facet_and_order_of_the_list(client, register, query, found):
    GroupFactory(slug="kommunerna", rule="kind=municipality;county=14")
    IdentifierFactory(actor=Actor.objects.get(slug="skr"))
    CollaborationFactory(participants=[Actor.objects.get(slug="aby"), register])
    page = client.get("/actors/", {**DAY, **query})
    assert page.status_code == 200
    assert found is None or slugs(page) == found


def test_the_list_is_in_the_order_of_the_readers_language(client, register):
    assert slugs(client.get("/en/actors/", DAY)) == ["aby", "skr", "zby"]


def test_the_list_shows_the_name_of_the_day(client, register):
    before = client.get("/actors/", {"as_of": "2018-06-30"}).text
    assert "Landsting (SKL)" in before and "Regioner (SKR)" not in before
    assert "Landsting (SKL)" not in client.get("/actors/", DAY).text


def test_a_search_says_under_which_former_name_it_found(client, register):
    page = client.get("/actors/", {**DAY, "q": "skl"}).text
    assert "Regioner (SKR)" in page and "tidigare Landsting (SKL) t.o.m. nov. 2019" in page


def test_numbers_count_what_is_current_and_dated(client, register):
    aby, zby = Actor.objects.get(slug="aby"), Actor.objects.get(slug="zby")
    CollaborationFactory(participants=[aby, zby])
    CollaborationFactory(participants=[aby, zby], valid_from=None)
    CollaborationFactory(participants=[aby, zby], valid_until=Date(2020, 1, 1))
    network = NetworkFactory()
    for role in ("ledamot", "ersättare"):
        SeatFactory(network=network, actor=aby, role_sv=role)
    ConvenerFactory(network=network, actor=aby)
    ConvenerFactory(network=NetworkFactory(valid_until=Date(2020, 1, 1)), actor=aby)
    ConvenerFactory(actor=zby, valid_from=None)
    numbers = client.get("/actors/", DAY).context["table"].numbers
    assert (numbers[aby.pk].ties, numbers[aby.pk].networks) == (1, 1)
    assert (numbers[zby.pk].ties, numbers[zby.pk].networks) == (1, 1)


def test_the_area_of_a_mandate_is_a_facet_that_the_mandates_bring(client, register):
    area = PriorityAreaFactory(code="boende")
    MandateFactory(holder=Actor.objects.get(slug="skr"), area=area)
    MandateFactory(holder=Actor.objects.get(slug="aby"), area=area, valid_until=Date(2020, 1, 1))
    MandateFactory(holder=Actor.objects.get(slug="zby"))
    assert slugs(client.get("/actors/", {**DAY, "area": "boende"})) == ["skr"]
    assert slugs(client.get("/actors/", {**DAY, "area": "*"})) == ["zby"]


def test_a_word_that_very_many_bear_still_finds_all(client, register, monkeypatch):
    monkeypatch.setattr("network.filters.MOST", 1)
    assert slugs(client.get("/actors/", {**DAY, "q": "kommun"})) == ["zby", "aby"]


def test_merged_duplicates_are_not_listed(client, register):
    ActorFactory(slug="dubblett", merged_into=register)
    assert "dubblett" not in slugs(client.get("/actors/", {**DAY, "when": "all"}))


def test_the_list_gives_htmx_the_table_alone(client, register):
    part = client.get("/actors/", DAY, headers={"HX-Request": "true", "HX-Target": "actor-table"})
    assert part.text.strip().startswith('<div id="actor-table"') and "<html" not in part.text


def test_an_answer_without_rows_says_what_to_do(client, register):
    assert "Ingen aktör passar" in client.get("/actors/", {**DAY, "q": "x" * 300}).text


def test_an_empty_register_says_how_to_begin(client, db):
    assert "/actors/new/" not in client.get("/actors/", DAY).text
    client.force_login(CoordinatorFactory())
    page = client.get("/actors/", DAY).text
    assert "Ingen aktör finns ännu" in page and "/actors/new/" in page


def test_pages_take_as_many_queries_for_ten_actors_as_for_two_hundred(
    client, register, django_assert_max_num_queries, settings
):
    settings.PAGE_SIZE = 300
    network = NetworkFactory(slug="stort")
    SeatFactory(network=network, actor=register)

    def more(number):
        for _ in range(number):
            other = ActorFactory(place=PlaceFactory())
            SeatFactory(network=network, actor=other)
            CollaborationFactory(participants=[register, other])
            ActorNameFactory(actor=other)
            GroupFactory(rule="kind=agency")

    def count(path, day):
        client.get(path, day)  # the arrows of the date bar are cached under the revision
        with django_assert_max_num_queries(80) as seen:
            client.get(path, day)
        return len(seen.captured_queries)

    paths = [("/actors/", DAY), ("/actors/delegationen/", EARLIER), ("/actors/?q=akt", {})]
    more(10)
    few = [count(*path) for path in paths]
    more(40)
    assert [count(*path) for path in paths] == few


# An actor's page


def test_an_actor_that_is_about_to_end_says_until_when(client, register):
    page = client.get("/actors/delegationen/", EARLIER)
    pill = page.text[page.text.index("st goes_dark pill") :]
    assert "Gäller t.o.m. <time>2022-12-31</time></span>" in pill[:700]
    assert not page.context["life"].closed
    assert [one.network.slug for one in page.context["standings"].convened] == ["forum"]


def test_a_closed_actor_shows_what_it_did_and_who_follows(client, register):
    page = client.get("/actors/delegationen/", DAY)
    assert page.context["life"].closed and "Upphörde" in page.text
    (past,) = page.context["standings"].past
    assert past.follows == "taken_over" and past.after.actor.slug == "skr"
    assert "Nätverk som Deltom sammankallade (1)" in page.text and "fr.o.m. hösten 2022" in page.text


@pytest.mark.parametrize(
    "network, convener, follows",
    [
        ({}, {"valid_until": Date(2022, 9, 1)}, "nobody"),
        ({}, {}, "nobody"),  # it ends with the actor
        ({"valid_until": CLOSING}, {}, "network_ends"),
        ({}, {"valid_until": Date(2022, 9, 1), "to_precision": "period"}, "unknown"),
    ],
)
def test_what_comes_after_a_convener(client, register, network, convener, follows):
    ConvenerFactory(network=NetworkFactory(slug="annat", **network), actor=register, **convener)
    found = client.get("/actors/delegationen/", DAY).context["standings"].past
    assert {one.network.slug: one.follows for one in found}["annat"] == follows


def test_a_seat_names_who_sits_there_too_and_gathers_roles(client, register):
    aby, zby = Actor.objects.get(slug="aby"), Actor.objects.get(slug="zby")
    network = NetworkFactory(slug="rad", stated_members=5)
    for role in ("ledamot", "ersättare"):
        SeatFactory(network=network, actor=aby, role_sv=role)
    SeatFactory(network=network, actor=zby)
    SeatFactory(network=network, actor=zby, role_sv="sekreterare")
    SeatFactory(network=network, actor=register)  # closed on the day
    standings = client.get("/actors/aby/", DAY).context["standings"]
    (seat,) = standings.seats
    assert sorted(role.role for role in seat.roles) == ["ersättare", "ledamot"]
    assert (seat.others, seat.named, seat.members) == ([zby], 1, "1 namngiven, 5 uppgivna")
    assert [one.network.slug for one in standings.past] == ["forum"]
    # What was stated later says nothing about the day on which it left.
    assert standings.past[0].stated is None


def test_names_through_time(client, register):
    before = client.get("/actors/skr/", {"as_of": "2018-06-30"}).text
    assert "<h1>Landsting (SKL)</h1>" in before and "Heter nu Regioner (SKR), fr.o.m. dec. 2019" in before
    after = client.get("/actors/skr/", DAY).text
    assert "<h1>Regioner (SKR)</h1>" in after and "Hette Landsting (SKL) t.o.m. nov. 2019" in after


def test_the_facts_name_kin_numbers_groups_and_further_columns(client, register):
    association = Actor.objects.get(slug="skr")
    ActorFactory(name_sv="Föregångaren", successor=association, valid_until=Date(2019, 1, 1))
    ActorParentFactory(actor=association, parent__name_sv="Huset")
    ActorParentFactory(parent=association, actor__name_sv="Enheten")
    IdentifierFactory(actor=association)
    GroupFactory(name_sv="Rikets organ", rule="level=national")
    ActorNameFactory(actor=association, kind="alias", name_sv="Arbetsgivaren", valid_until=None)
    association.attributes = {"Departement": "<b>Växlade</b>", "meets_index": "yes"}
    association.save()
    page = client.get("/actors/skr/", DAY).text
    for said in ("Föregångaren", "Huset", "Enheten", "202100-5489", "Rikets organ", "Arbetsgivaren"):
        assert said in page
    assert "<dt>meets index</dt><dd>ja</dd>" in page and "2 kolumner till i källfilen" in page
    assert "Organisationsnummer" in page and "&lt;b&gt;Växlade" in page and "<b>Växlade" not in page


def test_collaborations_are_told_apart_by_where_they_stand(client, register):
    skr = Actor.objects.get(slug="skr")
    partner = ActorFactory(name_sv="Parten")
    for title, dates in {
        "Pågår": {},
        "Slut": {"valid_until": Date(2020, 1, 1)},
        "Odaterad": {"valid_from": None},
        "Kommer": {"valid_from": Date(2024, 1, 1)},
    }.items():
        CollaborationFactory(title_sv=title, participants=[skr, partner], **dates)
    page = client.get("/actors/skr/", DAY)
    ties = page.context["ties"]
    assert ties.counts == {"in_force": 1, "ended": 1, "undated": 1, "coming": 1}
    assert [row.title for row in ties.in_force] == ["Pågår"] and [row.title for row in ties.coming] == [
        "Kommer"
    ]
    assert "Samverkan som pågår (1)" in page.text and "Parten" in page.text


def test_mandates_held_through_groups_are_shown_with_the_group(client, register):
    group = GroupFactory(name_sv="Alla kommuner", rule="kind=municipality")
    MandateFactory(holder=group, code="KOM-1", title_sv="Skola")
    page = client.get("/actors/aby/", DAY).text
    assert "Uppdrag i kraft genom grupper (1)" in page and "Skola" in page
    assert "Skola" not in client.get("/actors/skr/", DAY).text


def test_sources_say_their_publisher_by_name_and_disagreement_by_title(client, register):
    document = DocumentFactory(slug="rapport-1", title_sv="Rapporten", publisher="skr")
    CitationFactory(row=register, document=document, place="avsnitt 3.3")
    page = client.get("/actors/delegationen/", DAY).text
    assert "Källorna säger olika" in page and "anger 2022-01-31" in page
    assert 'SKR <time>2023-02-14</time>, <span lang="sv">avsnitt 3.3</span>' in page
    assert "rapport-1 anger" not in page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_merged_id_leads_to_its_survivor_with_day_and_language(client, register, prefix):
    middle = ActorFactory(slug="mellan", merged_into=register)
    ActorFactory(slug="gammal", merged_into=middle)
    response = client.get(f"{prefix}/actors/gammal/", EARLIER)
    assert response.status_code == 301
    assert response["Location"] == f"{prefix}/actors/delegationen/?as_of=2022-06-30"


def test_a_groups_id_leads_to_the_page_of_the_group(client, db):
    GroupFactory(slug="kommunerna")
    response = client.get("/actors/kommunerna/", DAY)
    assert (response.status_code, response["Location"]) == (301, "/groups/kommunerna/?as_of=2023-02-14")


def test_contacts_are_for_members_and_up(client, register):
    ContactFactory(actor=register, role_sv="Brevlådan", email="brev@example.org")
    users = {
        None: False,
        UserFactory(): False,
        MembershipFactory(actor=Actor.objects.get(slug="aby")).user: True,
        CoordinatorFactory(): True,
    }
    for user, sees in users.items():
        if user:
            client.force_login(user)
        assert ("brev@example.org" in client.get("/actors/delegationen/", DAY).text) == sees, user


def test_what_one_may_do_follows_from_the_role(client, register):
    def offered():
        page = client.get("/actors/delegationen/", DAY).text
        words = ("edit", "propose", "confirm", "end", "merge")
        return {word for word in words if f"/actors/delegationen/{word}/" in page}

    assert offered() == set()
    client.force_login(MembershipFactory(actor=Actor.objects.get(slug="aby")).user)
    assert offered() == set()
    client.force_login(MembershipFactory(actor=register).user)
    assert offered() == {"propose", "confirm"}
    client.force_login(CoordinatorFactory())
    assert offered() == {"edit", "confirm", "end", "merge"}


def test_a_name_that_is_markup_is_written_not_run(client, db):
    StrategyFactory()
    ActorFactory(slug="ond", name_sv="<script>alert(1)</script>", name_en="")
    for path in ("/actors/", "/actors/ond/"):
        page = client.get(path, DAY).text
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_name_of_ten_thousand_signs_is_looked_for_and_not_found(client, register):
    page = client.get("/actors/", {**DAY, "q": "ö" * 10_000})
    assert page.status_code == 200 and slugs(page) == []


@pytest.mark.parametrize("wanted", ["csv", "json", "xlsx"])
def test_the_list_is_downloaded_as_it_is_filtered(client, register, wanted):
    response = client.get("/actors/", {**DAY, "kind": "municipality", "format": wanted})
    assert response.status_code == 200
    if wanted == "json":
        assert [row["id"] for row in response.json()] == ["aby", "zby"]
    if wanted == "csv":
        assert [line.split(",")[0] for line in response.text.splitlines()[1:]] == ["aby", "zby"]
