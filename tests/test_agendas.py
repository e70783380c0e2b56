"""The agenda of a meeting: who sees it, what the chair does with it, and what it proposes."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mandates import findings_store
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def meeting():
    row = f.MeetingFactory(state="invited", title="Höstmötet", network=f.NetworkFactory(name_sv="Nätet"))
    f.ConvenerFactory(network=row.network, actor=f.ActorFactory(slug="kallaren"))
    f.SeatFactory(network=row.network, actor=f.ActorFactory(slug="platsen", name_sv="Platsen"))
    return row


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def chair(meeting):
    return client_of(f.MembershipFactory(actor=meeting.network.conveners.get().actor).user)


@pytest.fixture
def member(meeting):
    return client_of(f.MembershipFactory(actor=meeting.network.seats.get().actor).user)


def agenda(meeting):
    return f"{meeting.get_absolute_url()}agenda/"


def act(client, meeting, name, **sent):
    return client.post(f"{agenda(meeting)}change/", {"act": name} | sent)


def keys(client, meeting):
    return [one.key for one in client.get(agenda(meeting)).context["proposals"]]


def test_start_times_follow_from_the_lengths_and_the_order(meeting, chair):
    for title, minutes in (("Först", 30), ("Sedan", 45)):
        act(chair, meeting, "new", title=title, duration=minutes, intro="", owner="")
    assert "09.00–09.30" in (page := chair.get(agenda(meeting)).text) and "09.30–10.15" in page
    act(chair, meeting, "up", item=meeting.items.get(title="Sedan").pk)
    page = chair.get(agenda(meeting)).text
    assert "09.00–09.45" in page and "09.45–10.15" in page
    assert page.index("1. Sedan") < page.index("2. Först")
    act(chair, meeting, "new", title="Länge", duration=60, intro="", owner="")
    assert "15 minuter mer än mötet" in chair.get(agenda(meeting)).text


def test_an_edit_on_an_older_version_shows_both_and_loses_neither(meeting, chair):
    item = f.AgendaItemFactory(meeting=meeting, title="Före")
    address = f"{agenda(meeting)}{item.pk}/"
    sent = {"duration": 10, "intro": "", "owner": "", "version": item.version}
    assert chair.post(address, sent | {"title": "Den enas"}).status_code == 302
    answer = chair.post(address, sent | {"title": "Den andras"})
    assert answer.status_code == 409
    assert "Den enas" in answer.text and "Den andras" in answer.text
    item.refresh_from_db()
    assert item.title == "Den enas"
    again = answer.context["form"].data
    assert chair.post(address, again).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.version) == ("Den andras", 3)


def test_what_stands_under_an_item_keeps_it_on_the_agenda(meeting, chair):
    kept = f.DecisionFactory(item__meeting=meeting).item
    empty = f.AgendaItemFactory(meeting=meeting)
    for item in (kept, empty):
        act(chair, meeting, "remove", item=item.pk)
    assert list(meeting.items.all()) == [kept]


def test_an_agenda_stays_as_it_is_once_its_minutes_wait_for_approval(meeting, chair):
    item = f.AgendaItemFactory(meeting=meeting)
    f.MinutesFactory(meeting=meeting, state="approval")
    for name, sent in (("new", {"title": "Ny", "duration": 5}), ("remove", {"item": item.pk})):
        assert act(chair, meeting, name, **sent).status_code == 302
    assert list(meeting.items.all()) == [item]
    assert "Förslag (" not in chair.get(agenda(meeting)).text


def test_it_proposes_what_the_network_left_open(meeting, chair):
    earlier = f.MeetingFactory(
        network=meeting.network,
        state="held",
        title="Vårmötet",
        starts=NOW - datetime.timedelta(days=90),
        ends=NOW - datetime.timedelta(days=89),
    )
    left = f.ActionFactory(item__meeting=earlier, text="Skicka underlaget")
    f.ActionFactory(item__meeting=earlier, state="done")
    f.ActionFactory(text="Ett annat nät")
    assert keys(chair, meeting) == ["minutes", f"action-{left.pk}"]
    for key in keys(chair, meeting):
        act(chair, meeting, "take up", key=key)
    assert keys(chair, meeting) == []
    assert [(row.kind, row.action) for row in meeting.items.all()] == [("minutes", None), ("action", left)]
    act(chair, meeting, "take up", key=f"action-{left.pk}")
    assert meeting.items.count() == 2


def test_it_proposes_mandates_that_end_and_actors_without_a_seat(meeting, chair):
    area = f.PriorityAreaFactory()
    meeting.network.areas.add(area)
    mandate = {"area": area, "valid_from": datetime.date(2025, 1, 1)}
    seated = meeting.network.seats.get().actor
    ends = datetime.date(2027, 1, 1)
    f.MandateFactory(holder=seated, title_sv="Platsens uppdrag", valid_until=ends, **mandate)
    f.MandateFactory(holder=f.ActorFactory(name_sv="Utan plats"), title_sv="Annans", **mandate)
    page = chair.get(agenda(meeting))
    found = {one.key: one.reason for one in page.context["proposals"]}
    assert "Platsens uppdrag (Platsen) upphör 2026-12-31" in found["mandates"]
    assert "Utan plats" in found["absent"] and "Platsen" not in found["absent"]
    for key in ("mandates", "absent"):
        act(chair, meeting, "take up", key=key)
    assert not {"mandates", "absent"} & set(keys(chair, meeting))


@pytest.fixture
def finding(meeting, monkeypatch):
    """One that names the seat's actor, and one that names somebody else's."""
    rows = tuple(
        findings_store.Row(
            **dict.fromkeys(findings_store.COLUMNS, "")
            | {
                "key": f"gap:{slug}",
                "rule": "gap",
                "severity": 3,
                "managed": None,
                "actors": (slug,),
                "mandates": (),
                "title_sv": f"Glapp hos {slug}",
                "text_sv": "Ingen gör det.",
            },
            body={"title": {"sv": f"Glapp hos {slug}"}, "networks": []},
        )
        for slug in ("platsen", "annan")
    )
    monkeypatch.setattr(findings_store, "at_once", lambda snapshot, day: rows)
    return "gap:platsen"


def test_it_proposes_findings_about_those_at_the_table_and_says_when_one_closes(
    meeting, chair, member, finding
):
    assert keys(chair, meeting) == [f"finding-{finding}"]
    act(chair, meeting, "take up", key=f"finding-{finding}")
    item = meeting.items.get()
    assert (item.kind, item.title, item.finding.key) == ("finding", "Glapp hos platsen", finding)
    assert "stängdes" not in member.get(agenda(meeting)).text
    item.finding.is_open, item.finding.closed_at = False, NOW
    item.finding.save()
    page = member.get(agenda(meeting)).text
    assert "Glapp hos platsen" in page and "stängdes 2026-11-27" in page


def test_the_agenda_of_a_draft_and_of_another_network_is_seen_by_nobody_else(meeting, chair, member):
    far = f.MeetingFactory(state="invited")
    f.AgendaItemFactory(meeting=far, title="HEMLIG PUNKT")
    f.AgendaItemFactory(meeting=meeting, title="Egen punkt")
    for client in (chair, member):
        assert "Egen punkt" in client.get(agenda(meeting)).text
        assert "Egen punkt" in client.get(meeting.get_absolute_url()).text
        assert client.get(agenda(far)).status_code == 403
        assert "HEMLIG" not in client.get(far.get_absolute_url()).text
    reader = client_of(f.UserFactory())
    assert "Egen punkt" not in reader.get(meeting.get_absolute_url()).text
    assert reader.get(agenda(meeting)).status_code == 403
    meeting.state = "draft"
    meeting.save()
    assert chair.get(agenda(meeting)).status_code == 200
    assert member.get(agenda(meeting)).status_code == 404


def test_it_takes_as_many_queries_however_long_it_is(meeting, chair, monkeypatch):
    monkeypatch.setattr(findings_store, "at_once", lambda snapshot, day: ())
    earlier = f.MeetingFactory(network=meeting.network, state="held", starts=NOW, ends=meeting.starts)
    counts = {}
    for many in (2, 20):
        while meeting.items.count() < many:
            owner = f.ActorFactory()
            f.AgendaItemFactory(meeting=meeting, owner=owner).documents.add(f.DocumentFactory())
            f.ActionFactory(item__meeting=earlier, owner=owner)
            f.SeatFactory(network=meeting.network, actor=f.ActorFactory())
        chair.get(agenda(meeting))
        with CaptureQueriesContext(connection) as asked:
            page = chair.get(agenda(meeting))
        counts[many] = len(asked)
        assert len(page.context["lines"]) == many
        assert len(page.context["proposals"]) == many + 1
    assert counts[2] == counts[20] < 90
