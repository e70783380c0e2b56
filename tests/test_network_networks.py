"""The pages of networks: who convenes, who sits, and whether it meets, on the day and through time."""

import datetime

import pytest

from coordination.base import panels
from coordination.base.panels import Panel
from network import networks, standing
from network.lanes_ties import convener_bars, meeting_bars, network_figure, seat_bars
from network.models import Network
from tests.factories import (
    ActorFactory,
    ActorNameFactory,
    CitationFactory,
    ConvenerFactory,
    CoordinatorFactory,
    DocumentFactory,
    EncounterFactory,
    GroupFactory,
    MembershipFactory,
    MilestoneFactory,
    NetworkFactory,
    PriorityAreaFactory,
    SeatFactory,
    StrategyFactory,
    UserFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
KNOWN = Date(2023, 2, 14)
BEFORE = Date(2022, 6, 30)


@pytest.fixture
def forum(db):
    """A network that an agency convened through August 2022 and an association since; three towns sat in it."""
    StrategyFactory(valid_until=Date(2029, 1, 1))
    agency = ActorFactory(
        slug="delegationen", name_sv="Delegationen (Deltom)", name_en="", valid_until=Date(2023, 1, 1)
    )
    heir = ActorFactory(slug="forbundet", name_sv="Förbundet", name_en="")
    network = NetworkFactory(
        slug="kommunnatverket",
        name_sv="Kommunnätverket",
        name_en="Municipal network",
        purpose_sv="Utbyta erfarenheter",
        stated_members=18,
        stated_on=KNOWN,
        valid_from=None,
        from_precision="",
    )
    ConvenerFactory(
        network=network,
        actor=agency,
        from_precision="year",
        valid_until=Date(2022, 9, 1),
        to_precision="month",
    )
    ConvenerFactory(network=network, actor=heir, valid_from=Date(2022, 9, 1), from_precision="season")
    for n in range(3):
        SeatFactory(
            network=network,
            actor=ActorFactory(slug=f"ort-{n}", name_sv=f"Ort {n}"),
            valid_until=Date(2022, 9, 1),
            to_precision="month",
        )
    SeatFactory(network=network, actor=agency, role_sv="ordförande", valid_until=Date(2022, 9, 1))
    EncounterFactory(
        code="M-1",
        title_sv="Möte i november",
        network=network,
        date_from=Date(2022, 11, 1),
        date_until=Date(2022, 12, 1),
        date_precision="month",
    )
    return network, agency, heir


@pytest.fixture
def orphan(db):
    """A network that nobody convenes since its convener's last day."""
    StrategyFactory(valid_until=Date(2029, 1, 1))
    network = NetworkFactory(slug="myndighetsnatverket", name_sv="Myndighetsnätverket", name_en="")
    ConvenerFactory(
        network=network,
        actor=ActorFactory(name_sv="Delegationen (Deltom)", name_en=""),
        valid_until=Date(2023, 1, 1),
        to_precision="year",
    )
    return network


def state(network, day):
    return networks.state(networks.described(Network.objects.filter(pk=network.pk)).get(), day)


def read(network):
    return networks.detailed(Network.objects.filter(pk=network.pk)).get()


def slugs(response):
    return sorted(row.slug for row in response.context["table"].data)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ["/networks/", "/networks/kommunnatverket/"])
def test_every_page_answers_in_both_languages(client, forum, path, prefix):
    response = client.get(f"{prefix}{path}", DAY)
    assert response.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in response.text


@pytest.mark.parametrize("path", ["/networks/", "/networks/kommunnatverket/"])
def test_nobody_reads_where_the_instance_is_closed(client, forum, settings, path):
    settings.ANONYMOUS_READING = False
    response = client.get(path, DAY)
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def test_a_missing_network_is_not_found(client, forum):
    assert client.get("/networks/finns-inte/").status_code == 404


# How a network stands


def test_who_convenes_and_sits_depends_on_the_day(forum):
    network, agency, heir = forum
    then, now = state(network, BEFORE), state(network, KNOWN)
    assert [row.actor for row in then.conveners] == [agency]
    assert [row.actor for row in now.conveners] == [heir]
    # Conveners are not counted among those who sit, though the agency has a seat of its own.
    assert (then.named, len(then.seats), then.stated) == (3, 4, 18)
    assert (now.named, now.seats) == (0, ())


def test_the_last_day_belongs_to_the_leaving_convener(forum):
    network, agency, heir = forum
    assert [row.actor for row in state(network, Date(2022, 8, 31)).conveners] == [agency]
    assert [row.actor for row in state(network, Date(2022, 9, 1)).conveners] == [heir]


def test_a_convener_that_no_longer_exists_convenes_nothing(forum):
    network, _agency, heir = forum
    heir.valid_until = Date(2023, 1, 1)
    heir.save()
    found = state(network, KNOWN)
    assert found.is_orphaned and found.former.actor == heir and not found.meets


def test_undated_rows_count_for_membership(db):
    network = NetworkFactory(valid_from=None)
    convener = ConvenerFactory(network=network, valid_from=None)
    SeatFactory(network=network, valid_from=None)
    found = state(network, KNOWN)
    assert list(found.conveners) == [convener] and found.named == 1 and found.meets


@pytest.mark.parametrize(
    "held, day, meets",
    [
        ([], KNOWN, True),
        ([(Date(2022, 2, 14), Date(2022, 2, 15), "day")], KNOWN, True),
        ([(Date(2022, 2, 13), Date(2022, 2, 14), "day")], KNOWN, False),
        # A period counts throughout: also on a day in its middle, and a year after its last.
        ([(Date(2018, 1, 1), Date(2022, 9, 1), "period")], Date(2020, 5, 1), True),
        ([(Date(2018, 1, 1), Date(2022, 9, 1), "period")], Date(2023, 8, 31), True),
        ([(Date(2018, 1, 1), Date(2022, 9, 1), "period")], Date(2023, 9, 1), False),
        # A meeting after the day is not known then; one without a day never counts.
        ([(Date(2023, 3, 1), Date(2023, 3, 2), "day")], KNOWN, True),
        ([(None, None, "")], KNOWN, True),
        ([(Date(2020, 1, 1), Date(2020, 1, 2), "day"), (None, None, "")], KNOWN, False),
    ],
)
def test_a_network_meets_while_convened_unless_its_last_meeting_is_old(db, held, day, meets):
    network = NetworkFactory()
    ConvenerFactory(network=network)
    for first, until, precision in held:
        EncounterFactory(network=network, date_from=first, date_until=until, date_precision=precision)
    assert state(network, day).meets is meets


def test_a_network_without_a_convener_does_not_meet_however_lately_it_met(orphan):
    EncounterFactory(network=orphan, date_from=Date(2023, 2, 1), date_until=Date(2023, 2, 2))
    found = state(orphan, KNOWN)
    assert not found.meets and found.is_orphaned


def test_an_ended_network_has_neither_convener_nor_seats(forum):
    network, _agency, _heir = forum
    network.valid_until = Date(2023, 1, 1)
    network.save()
    found = state(network, KNOWN)
    assert not found.exists and not found.conveners and not found.is_orphaned and not found.meets


# Pages


def test_the_list_names_the_conveners_of_the_day(client, forum):
    now = client.get("/networks/", DAY).text
    assert "Förbundet" in now and "Deltom" not in now and "fr.o.m. hösten 2022" in now
    then = client.get("/networks/", {"as_of": "2022-06-30"}).text
    assert "Deltom" in then and "Förbundet" not in then and "3 namngivna, 18 uppgivna" in then


def test_the_front_page_leads_to_the_convener_in_two_clicks(client, forum):
    front = client.get("/", DAY).text
    assert 'href="/networks/"' in front or 'href="/networks/?as_of=2023-02-14"' in front
    assert 'href="/networks/kommunnatverket/"' in client.get("/networks/").text


def test_a_network_without_a_convener_says_who_had_it_and_until_when(client, orphan):
    listed = client.get("/networks/", DAY).text
    assert "Ingen</span>" in listed and "t.o.m. 2022" in listed and "2022-12-31" not in listed
    page = client.get("/networks/myndighetsnatverket/", DAY).text
    assert "Utan sammankallande" in page
    assert "Ingen sammankallar nätverket den <time>2023-02-14</time>. Deltom gjorde det t.o.m. 2022." in page
    assert (
        "Utan sammankallande"
        not in client.get("/networks/myndighetsnatverket/", {"as_of": "2022-06-30"}).text
    )


@pytest.mark.parametrize(
    "query, found",
    [
        ({}, ["kommunnatverket", "myndighetsnatverket"]),
        ({"q": "MYNDIGHETSNATVERKET"}, ["myndighetsnatverket"]),
        ({"q": "forbundet"}, ["kommunnatverket"]),
        ({"convened": "no"}, ["myndighetsnatverket"]),
        ({"convened": "yes"}, ["kommunnatverket"]),
        ({"meets": "no"}, ["myndighetsnatverket"]),
        ({"level": "national"}, ["kommunnatverket", "myndighetsnatverket"]),
        ({"level": "local"}, []),
        ({"area": "boende"}, ["myndighetsnatverket"]),
        ({"area": "*"}, ["kommunnatverket"]),
        ({"when": "ended"}, []),
        ({"member": "ort-1"}, ["kommunnatverket"]),
        ({"convener": "forbundet"}, ["kommunnatverket"]),
        ({"when": "i-morgon"}, []),
    ],
)
def test_facets_narrow_the_list(client, forum, orphan, query, found):
    orphan.areas.add(PriorityAreaFactory(code="boende"))
    assert slugs(client.get("/networks/", {**DAY, **query})) == found


def test_the_page_keeps_all_conveners_and_seats_in_view(client, forum):
    page = client.get("/networks/kommunnatverket/", DAY)
    assert [line.row.actor.slug for line in page.context["conveners"]] == ["forbundet", "delegationen"]
    assert page.context["seat_rows"] == [] and len(page.context["past_rows"]) == 4
    assert "18 medlemmar är uppgivna" in page.text
    then = client.get("/networks/kommunnatverket/", {"as_of": "2022-06-30"})
    assert len(then.context["seat_rows"]) == 4 and then.context["past_rows"] == []
    assert "3 namngivna, 18 uppgivna" in then.text


def test_the_page_calls_actors_what_they_were_called_on_the_day(client, forum):
    network, agency, _heir = forum
    ActorNameFactory(actor=agency, name_sv="Nämnden", valid_until=Date(2021, 1, 1))
    assert "Nämnden" in client.get("/networks/kommunnatverket/", {"as_of": "2020-05-01"}).text
    assert "Nämnden" not in client.get("/networks/kommunnatverket/", DAY).text


def test_sources_are_named_once_and_pointed_at_by_number(client, forum):
    network, _agency, _heir = forum
    document = DocumentFactory(title_sv="Rapporten om nätverken")
    seats = list(network.seats.order_by("pk"))
    for seat in seats:
        CitationFactory(row=seat, document=document, place="avsnitt 3.2.2")
    CitationFactory(row=network, document=DocumentFactory(title_sv="Årsredovisningen"), place="")
    page = client.get("/networks/kommunnatverket/", {"as_of": "2022-06-30"})
    assert page.text.count("Rapporten om nätverken") == 1
    assert page.text.count('href="#source-2"') == len(seats) and 'id="source-2"' in page.text


def test_many_seats_come_in_pages(client, db):
    StrategyFactory()
    network = NetworkFactory(slug="stort")
    for actor in ActorFactory.create_batch(60):
        SeatFactory(network=network, actor=actor)
    page = client.get("/networks/stort/", DAY)
    assert len(page.context["seat_rows"]) == 50 and "(60)" in page.text
    assert len(client.get("/networks/stort/", {**DAY, "seats": "2"}).context["seat_rows"]) == 10


def test_higher_apps_show_their_panels(client, forum, monkeypatch):
    monkeypatch.setattr(panels, "_entries", {})
    panels.register(
        "network",
        order=1,
        model=Network,
        builder=lambda request, row, as_of: Panel("_cell_area.html", {}, f"Nästa möte i {row}"),
    )
    assert "Nästa möte i Kommunnätverket" in client.get("/networks/kommunnatverket/", DAY).text


def test_queries_stay_the_same_however_many_rows(client, db, settings, django_assert_max_num_queries):
    StrategyFactory()
    settings.PAGE_SIZE = 200
    counted = {}
    for many in (10, 60):
        while Network.objects.count() < many:
            network = NetworkFactory(slug=f"n-{Network.objects.count()}")
            ConvenerFactory(network=network)
            SeatFactory(network=network)
            EncounterFactory(network=network)
        for name, url in (("list", "/networks/"), ("meeting", "/networks/?meets=yes&convened=yes")):
            with django_assert_max_num_queries(60) as captured:
                assert client.get(url, DAY if "?" not in url else None).status_code == 200
            counted.setdefault(name, []).append(len(captured))
    big = Network.objects.get(slug="n-0")
    for many in (2, 40):
        while big.seats.count() < many:
            SeatFactory(network=big)
            ConvenerFactory(network=big)
            EncounterFactory(network=big, organiser=ActorFactory())
            MilestoneFactory(network=big)
        with django_assert_max_num_queries(90) as captured:
            assert client.get("/networks/n-0/", DAY).status_code == 200
        counted.setdefault("page", []).append(len(captured))
    assert all(few == more for few, more in counted.values()), counted


# The time line


def test_the_time_line_shows_who_convened_and_where_nobody_did(orphan):
    bars = convener_bars(read(orphan), Date(2024, 2, 15))
    assert [(bar.kind, bar.names, bar.first, bar.until) for bar in bars] == [
        ("covered", ("Deltom",), Date(2018, 1, 1), Date(2023, 1, 1)),
        ("gap", (), Date(2023, 1, 1), Date(2024, 2, 15)),
        # Nobody has looked that far.
        ("not_mapped", (), Date(2024, 2, 15), None),
    ]


def test_a_handover_leaves_no_gap_between(forum):
    network, _agency, _heir = forum
    bars = convener_bars(read(network), Date(2024, 2, 15))
    assert [(bar.kind, bar.names) for bar in bars] == [("covered", ("Deltom",)), ("covered", ("Förbundet",))]
    assert [(bar.kind, bar.names) for bar in seat_bars(read(network), Date(2024, 2, 15))] == [
        ("covered", ("4 namngivna",)),
        ("not_mapped", ("18 uppgivna, ej namngivna",)),
    ]


def test_an_end_that_only_bounds_what_is_known_is_no_gap(db):
    network = NetworkFactory(valid_from=None)
    ConvenerFactory(network=network, valid_until=Date(2023, 1, 1), to_precision="period")
    bars = convener_bars(read(network), Date(2024, 2, 15))
    assert [(bar.kind, bar.fades) for bar in bars] == [("covered", True)]


def test_nothing_is_said_to_be_missing_after_the_network_has_ended(db):
    network = NetworkFactory(valid_until=Date(2023, 1, 1))
    ConvenerFactory(network=network, valid_until=Date(2023, 1, 1))
    assert [bar.kind for bar in convener_bars(read(network), Date(2024, 2, 15))] == ["covered"]


def test_a_meeting_of_a_day_can_be_seen(db):
    meeting = EncounterFactory(date_from=Date(2022, 5, 10), date_until=Date(2022, 5, 11))
    (bar,) = meeting_bars([meeting], Date(2018, 1, 1), Date(2029, 1, 1))
    assert bar.first == Date(2022, 5, 10) and (bar.until - bar.first).days > 10
    assert bar.title.endswith("2022-05-10")


def test_a_network_of_which_nothing_is_dated_has_no_time_line(db):
    network = NetworkFactory(valid_from=None)
    figure = network_figure(
        read(network), first=Date(2018, 1, 1), until=Date(2029, 1, 1), as_of=KNOWN, known_until=KNOWN
    )
    assert figure is None


@pytest.mark.parametrize("spans, first", [([], None), ([], Date(2020, 1, 1))])
def test_a_network_never_convened_is_missing_one_only_from_its_known_start(spans, first):
    found = standing.runs(spans, first=first, until=None)
    assert [run.who for run in found] == ([()] if first else [])


# What each role may do from here


def buttons(client, network, user=None):
    client.logout()
    if user is not None:
        client.force_login(user)
    page = client.get(f"/networks/{network.slug}/", DAY).text
    found = {
        name
        for name in ("convener", "seat", "encounter", "milestone")
        if f'"/{name}s/new/?network={network.slug}"' in page
    }
    return found, f'"/networks/{network.slug}/edit/"' in page


def test_buttons_are_shown_to_those_who_may_press_them(client, forum, orphan):
    network, _agency, heir = forum
    everything = {"convener", "seat", "encounter", "milestone"}
    assert buttons(client, network) == (set(), False)
    assert buttons(client, network, UserFactory()) == (set(), False)
    assert buttons(client, network, CoordinatorFactory()) == (everything, True)
    convener = MembershipFactory(actor=heir).user
    assert buttons(client, network, convener) == (everything - {"milestone"}, True)
    # Who convenes one network keeps that one, not every network.
    assert buttons(client, orphan, convener) == (set(), False)


def test_who_holds_a_seat_may_change_its_own(client, forum):
    network, _agency, _heir = forum
    seat = network.seats.get(actor__slug="ort-1")
    client.force_login(MembershipFactory(actor=seat.actor).user)
    page = client.get("/networks/kommunnatverket/", DAY)
    lines = [line for line in page.context["past_rows"] if line.change_url or line.confirm_url]
    assert [(line.row, line.change_url, line.confirm_url) for line in lines] == [
        (seat, f"/seats/{seat.pk}/edit/", f"/seats/{seat.pk}/confirm/")
    ]
    said = client.post(
        f"/seats/{seat.pk}/confirm/", {"version": seat.version, "next": "/networks/kommunnatverket/"}
    )
    assert said["Location"] == "/networks/kommunnatverket/"
    seat.refresh_from_db()
    assert seat.confirmed_by is not None


def test_a_group_in_a_seat_is_one_member(client, forum):
    network, _agency, _heir = forum
    SeatFactory(network=network, actor=GroupFactory(name_sv="Alla kommuner"))
    assert state(network, KNOWN).named == 1
    assert "Alla kommuner" in client.get("/networks/kommunnatverket/", DAY).text
