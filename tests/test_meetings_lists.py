"""The list of planned meetings, and where else coming meetings are shown."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.models import Meeting
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
WEEK = datetime.timedelta(days=7)
HOUR = datetime.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    settings.ANONYMOUS_READING = True
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def planned(title, starts, **fields):
    return f.MeetingFactory(title=title, starts=starts, ends=starts + HOUR, **{"state": "invited"} | fields)


@pytest.fixture
def rows():
    area = f.PriorityAreaFactory(code="boende")
    nets = f.NetworkFactory(slug="ett", name_sv="Etta"), f.NetworkFactory(slug="tva", name_sv="Tvåa")
    nets[1].areas.add(area)
    return [
        planned("Sen", NOW + 3 * WEEK, network=nets[0]),
        planned("Snar", NOW + WEEK, network=nets[1]),
        planned("Inställd", NOW + 2 * WEEK, network=nets[0], state="cancelled", told={}),
        planned("Förra", NOW - WEEK, network=nets[0], state="held"),
        planned("Utkast", NOW + WEEK, network=nets[0], state="draft"),
    ]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, ["Snar", "Inställd", "Sen"]),
        ({"when": "past"}, ["Förra"]),
        ({"when": "all"}, ["Sen", "Inställd", "Snar", "Förra"]),
        ({"when": "all", "network": "tva"}, ["Snar"]),
        ({"when": "all", "area": "boende"}, ["Snar"]),
        ({"when": "all", "area": "*"}, ["Sen", "Inställd", "Förra"]),
        ({"when": "all", "state": "cancelled"}, ["Inställd"]),
        ({"when": "all", "q": "etta förra"}, ["Förra"]),
        ({"q": "ingenting"}, []),
        ({"state": "finns-inte"}, []),
        ({"sort": "-starts"}, ["Sen", "Inställd", "Snar"]),
    ],
)
def test_the_list_shows_what_is_asked_for(client, rows, asked, titles):
    page = client.get("/meetings/", asked)
    assert page.status_code == 200
    assert [row.title for row in page.context["table"].data.data] == titles


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_file_holds_what_the_list_shows(client, rows, kind):
    response = client.get("/meetings/", {"format": kind, "network": "tva"})
    assert response.status_code == 200 and f"planned-meetings.{kind}" in response["Content-Disposition"]
    if kind == "csv":
        lines = response.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("id,title,network,starts") and "Snar" in lines[1] and len(lines) == 2
        assert "2026-12-04 13:00" in lines[1]


def test_the_list_takes_as_many_queries_however_many_meetings(client):
    def queries_with(count):
        for number in range(count):
            planned(f"M{number}", NOW + number * WEEK + HOUR)
        client.get("/meetings/")  # what is read once for many requests
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/meetings/").status_code == 200
        return len(queries)

    assert queries_with(3) == queries_with(20)


def member_of(actor):
    client = Client()
    client.force_login(f.MembershipFactory(actor=actor).user)
    return client


def test_a_network_s_page_shows_its_meetings_and_where_its_convener_plans(client, rows):
    network = rows[0].network
    page = client.get(network.get_absolute_url()).text
    assert "Kommande möten (1)" in page and ">Sen<" in page and "Utkast<" not in page and "Snar" not in page
    assert "/meetings/new/?network=ett" not in page
    convener = member_of(f.ConvenerFactory(network=network).actor)
    page = convener.get(network.get_absolute_url()).text
    assert "/meetings/new/?network=ett" in page and "Utkast" in page
    f.MeetingFactory(network=network, title="Utan tid", starts=None, ends=None)
    page = convener.get(network.get_absolute_url()).text
    assert page.index(">Utkast<") < page.index(">Sen<") < page.index(">Utan tid<")


def test_an_actor_s_page_shows_the_meetings_of_its_networks(client, rows):
    seat = f.SeatFactory(network=rows[0].network)
    page = client.get(seat.actor.get_absolute_url()).text
    assert ">Sen<" in page and "Snar" not in page
    f.InvitationFactory(meeting=rows[1], actor=seat.actor)
    assert "Snar" in client.get(seat.actor.get_absolute_url()).text


@pytest.mark.parametrize("address", ["/", "/my/"])
def test_a_member_answers_where_the_day_begins(rows, address):
    f.StrategyFactory()
    row = f.InvitationFactory(meeting=rows[1])
    member = member_of(row.actor)
    page = member.get(address).text
    assert "Snar" in page and f"/answers/{row.pk}/" in page
    response = member.post(f"/answers/{row.pk}/", {"answer": "ACCEPTED", "next": address})
    assert response["Location"] == address
    row.refresh_from_db()
    assert row.partstat == "ACCEPTED"
    away = member.post(f"/answers/{row.pk}/", {"answer": "ACCEPTED", "next": "https://example.com/"})
    assert away["Location"] == rows[1].get_absolute_url()
    Meeting.objects.filter(pk=rows[1].pk).update(state="cancelled")
    assert f"/answers/{row.pk}/" not in member.get(address).text
