"""History in words, undo, confirmation, removal and restoration."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.base import nouns
from coordination.base.models import Citation, Place
from mandates.models import Mandate
from network.models import Actor, Collaboration, Network, Participant, Seat
from tests import factories as f
from tests.test_editing_forms import SOURCE, edit, post_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory(name="Karin Berg")
    client.force_login(user)
    return user


def url(action, row):
    return nouns.noun_of(row).url(action, row)


def test_history_says_who_changed_what_when_and_why(client, coordinator):
    area = f.PriorityAreaFactory(name_sv="Boende")
    mandate = f.MandateFactory(title_sv="Före")
    edit(
        client,
        mandate,
        title_sv="Efter",
        area=f"{area.strategy.slug}/{area.code}",
        levels=["national", "local"],
        valid_to_date="2022-08",
        reason="Nytt regleringsbrev",
        **SOURCE,
    )
    page = client.get(url("history", mandate))
    newest = page.context["page"].object_list[0]
    said = {change.label: (change.before, change.after) for change in newest.changes}
    assert (newest.user, newest.reason, newest.number) == (coordinator, "Nytt regleringsbrev", 2)
    assert ("Före", "Efter") in said.values()
    assert ("Nationell", "Nationell, Lokal") in said.values()
    assert ("", "aug. 2022") in said.values()
    assert ("", "Regeringen 2022") in said.values()
    assert any(after == "Boende" for _before, after in said.values())
    client.logout()
    anonymous = client.get(url("history", mandate))
    assert anonymous.status_code == 200 and b"Karin Berg" not in anonymous.content


def test_history_takes_the_same_number_of_queries_however_many_versions(client, coordinator):
    mandate = f.MandateFactory()

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(url("history", mandate))
        return len(queries)

    edit(client, mandate, note="1", **SOURCE)
    count()  # fills the caches of content types and of the date bar
    few = count()
    for n in range(2, 12):
        mandate.refresh_from_db()
        mandate.note = str(n)
        mandate.save()
    count()
    assert count() == few


def test_undo_restores_values_sources_and_levels_as_a_new_version(client, coordinator):
    mandate = f.MandateFactory(title_sv="Före")
    source = f.CitationFactory(row=mandate, place="avsnitt 1")
    edit(client, mandate, title_sv="Efter", levels=["local"], reason="Fel", **SOURCE)
    assert mandate.citations.get().label == "Regeringen 2022"
    page = client.get(url("undo", mandate) + "?to=1")
    assert page.status_code == 200 and page.context["changes"]
    done = client.post(url("undo", mandate) + "?to=1", {"version": 2})
    assert done.status_code == 302
    mandate.refresh_from_db()
    assert (mandate.title_sv, mandate.version) == ("Före", 3)
    assert [level.code for level in mandate.levels.all()] == ["national"]
    restored = mandate.citations.get()
    assert (restored.document_id, restored.place) == (source.document_id, "avsnitt 1")


def test_undo_of_a_row_changed_meanwhile_is_refused(client, coordinator):
    place = f.PlaceFactory(note="0")
    edit(client, place, note="1")
    place.refresh_from_db()
    edit(client, place, note="2")
    answer = client.post(url("undo", place) + "?to=1", {"version": 2})
    assert answer.status_code == 409
    place.refresh_from_db()
    assert place.note == "2"


def test_a_row_loaded_in_bulk_can_be_taken_back_to_how_it_was(client, coordinator):
    mandate = f.MandateFactory(title_sv="Inläst")
    Mandate.history.all().delete()
    edit(client, mandate, title_sv="Ändrat", levels=["local"], reason="x", **SOURCE)
    assert (
        client.post(url("undo", mandate) + "?to=1", {"version": 2, "reason": "Källa saknas"}).status_code
        == 302
    )
    mandate.refresh_from_db()
    assert mandate.title_sv == "Inläst" and [level.code for level in mandate.levels.all()] == ["national"]


def test_saved_message_links_to_undo(client, coordinator):
    place = f.PlaceFactory()
    answer = edit(client, place, note="Nytt")
    page = client.get(answer.url)
    assert f"{url('undo', place)}?to=1".encode() in page.content


# Still correct


def test_still_correct_is_noted_and_can_be_undone(client):
    mandate = f.MandateFactory()
    member = f.MembershipFactory(actor=mandate.holder).user
    client.force_login(member)
    answer = client.post(url("confirm", mandate), {"version": 1, "next": "/how-we-count/"})
    assert answer.status_code == 302 and answer.url == "/how-we-count/"
    mandate.refresh_from_db()
    assert mandate.confirmed_on == timezone.localdate() and mandate.confirmed_by == member
    client.force_login(f.CoordinatorFactory())
    assert client.post(url("undo", mandate) + "?to=1", {"version": 2, "reason": "Nej"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.confirmed_on is None and mandate.confirmed_by is None


def test_who_confirms_can_take_it_back_at_once(client):
    mandate = f.MandateFactory(confirmed_on=datetime.date(2022, 1, 1))
    client.force_login(f.MembershipFactory(actor=mandate.holder).user)
    client.post(url("confirm", mandate), {"version": 1})
    client.post(url("confirm", mandate), {"version": 2, "undo": "1"})
    mandate.refresh_from_db()
    assert mandate.confirmed_on == datetime.date(2022, 1, 1)


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_confirmation_never_leads_away(client, coordinator, next_url):
    place = f.PlaceFactory()
    answer = client.post(url("confirm", place), {"version": 1, "next": next_url})
    assert answer.status_code == 302 and "evil" not in answer.url and "javascript" not in answer.url


def test_what_changed_meanwhile_is_not_confirmed(client, coordinator):
    place = f.PlaceFactory()
    edit(client, place, note="Nytt")
    client.post(url("confirm", place), {"version": 1})
    place.refresh_from_db()
    assert place.confirmed_on is None


def test_a_stranger_does_not_confirm(client):
    mandate = f.MandateFactory()
    client.force_login(f.MembershipFactory().user)
    assert client.post(url("confirm", mandate), {"version": 1}).status_code == 403
    assert client.get(url("confirm", mandate)).status_code == 405


# Removing


def test_what_others_refer_to_is_not_removed_and_the_page_names_them(client, coordinator):
    mandate = f.MandateFactory(title_sv="Ett visst uppdrag")
    answer = client.post(url("remove", mandate.holder), {"version": 1, "reason": "Fel"})
    assert answer.status_code == 409 and b"Ett visst uppdrag" in answer.content
    assert Actor.objects.filter(pk=mandate.holder_id).exists()


def test_a_removed_row_comes_back_with_sources_levels_and_key(client, coordinator):
    mandate = f.MandateFactory()
    source = f.CitationFactory(row=mandate)
    pk = mandate.pk
    assert client.post(url("remove", mandate), {"version": 1, "reason": "Dubblett"}).status_code == 302
    assert not Mandate.objects.exists() and not Citation.objects.exists()
    page = client.get("/removed/")
    (row,) = page.context["rows"]
    assert row["reason"] == "Dubblett"
    answer = client.post(f"/removed/mandates/mandate/{row['record'].history_id}/restore/")
    assert answer.status_code == 302
    back = Mandate.objects.get(pk=pk)
    assert [level.code for level in back.levels.all()] == ["national"]
    assert back.citations.get().document_id == source.document_id
    assert client.get("/removed/").context["rows"] == []


def test_what_went_with_a_removed_row_comes_back_with_it(client, coordinator):
    row = f.CollaborationFactory()
    actors = set(row.participants.all())
    client.post(url("remove", row), {"version": 1, "reason": "Fel"})
    assert not Participant.objects.exists()
    record = Collaboration.history.filter(history_type="-").get()
    client.post(f"/removed/network/collaboration/{record.history_id}/restore/")
    assert set(Collaboration.objects.get().participants.all()) == actors


def test_seats_of_a_network_come_back_with_it(client, coordinator):
    seat = f.SeatFactory()
    client.post(url("remove", seat.network), {"version": 1, "reason": "Fel"})
    assert not Seat.objects.exists()
    record = Network.history.filter(history_type="-").get()
    client.post(f"/removed/network/network/{record.history_id}/restore/")
    assert Seat.objects.get().actor == seat.actor


def test_removal_needs_a_reason_and_a_coordinator(client, coordinator):
    place = f.PlaceFactory()
    client.post(url("remove", place), {"version": 1})
    assert Place.objects.exists()
    client.force_login(f.ReviewerFactory())
    assert client.post(url("remove", place), {"version": 1, "reason": "x"}).status_code == 403
    assert client.get("/removed/").status_code == 403


def test_two_hundred_tries_to_confirm_and_edit_at_once_lose_no_edit(client, coordinator):
    place = f.PlaceFactory()
    page = client.get(url("edit", place))
    for n in range(50):
        place.refresh_from_db()
        data = post_data(page, version=place.version, note=f"{n}", submit_key=str(uuid.uuid4()))
        client.post(url("edit", place), data)
        client.post(url("confirm", place), {"version": place.version})
        place.refresh_from_db()
        assert place.note == f"{n}" and place.confirmed_on is None
