"""A network's own life through its pages: addresses, times without meetings, who joins and leaves, messages to all."""

import datetime
import uuid
from email import message_from_bytes, policy

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings import preferences
from meetings.models import CircularMail, OutgoingMail, Pause, SeatContact, SeatRequest
from network.models import Seat
from network.permissions import own_actors
from tests import factories as f

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Rights hold today, wherever they are asked about: the clock stands still for all."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def network():
    return f.NetworkFactory()


@pytest.fixture
def chair(network):
    """Speaks for the network's convener, and reads English."""
    actor = f.ActorFactory()
    f.ConvenerFactory(network=network, actor=actor)
    return f.MembershipFactory(actor=actor, user__language="en").user


@pytest.fixture
def member(network):
    """Speaks for an actor that has a seat."""
    actor = f.ActorFactory()
    f.SeatFactory(network=network, actor=actor)
    return f.MembershipFactory(actor=actor).user


def seat_of(user, network):
    return Seat.objects.get(network=network, actor__in=own_actors(user))


def post(client, user, name, row, data=None, **kwargs):
    client.force_login(user)
    key = row.slug if hasattr(row, "slug") else row.pk
    return client.post(reverse(f"meetings:{name}", args=[key]), data or {}, **kwargs)


def page(client, user, network):
    if user is None:
        client.logout()
    else:
        client.force_login(user)
    return client.get(network.get_absolute_url()).text


def sent(**lookup):
    found = []
    for mail in OutgoingMail.objects.filter(**lookup).order_by("pk"):
        message = message_from_bytes(bytes(mail.content), policy=policy.default)
        assert message.get_body(("html",)) is not None
        found.append((mail.recipient, message))
    return found


# Addresses


def address(seat, version=0, **changes):
    return {"email": "funktion@example.org", "name": "", "language": "en", "version": version} | changes


def test_the_seats_own_actor_and_the_chair_set_its_address_and_nobody_else_sees_it(
    client, network, chair, member
):
    seat = seat_of(member, network)
    assert post(client, member, "seat-address", seat, address(seat)).status_code == 302
    row = SeatContact.objects.get()
    assert (row.email, row.language, row.confirmed_on) == ("funktion@example.org", "en", TODAY)
    post(client, chair, "seat-address", seat, address(seat, 1, email="annan@example.org"))
    row.refresh_from_db()
    assert (row.email, row.version) == ("annan@example.org", 2)
    assert "annan@example.org" in page(client, member, network)
    for user in (None, f.UserFactory(), f.MembershipFactory().user):
        assert "annan@example.org" not in page(client, user, network)
    other = f.SeatFactory(network=network)
    assert post(client, member, "seat-address", other, address(other)).status_code == 403
    assert SeatContact.objects.count() == 1


def test_the_mailbox_of_a_role_is_proposed_before_a_persons(client, network, member):
    seat = seat_of(member, network)
    f.ContactFactory(actor=seat.actor, name="Anna Ek", email="anna@example.org", role_sv="Chef")
    f.ContactFactory(actor=seat.actor, name="", email="registrator@example.org", role_sv="Registrator")
    client.force_login(member)
    text = client.get(reverse("meetings:seat-address", args=[seat.pk])).text
    assert 'value="registrator@example.org"' in text and "anna@example.org" in text


def test_of_two_who_set_an_address_the_second_overwrites_nothing(client, network, chair, member):
    seat = seat_of(member, network)
    post(client, member, "seat-address", seat, address(seat))
    response = post(client, chair, "seat-address", seat, address(seat, 0, email="x@example.org"), follow=True)
    assert "Någon annan har ändrat" in response.text or "Somebody else has changed" in response.text
    response = post(client, chair, "seat-address", seat, {"version": 7, "remove": "1"})
    assert SeatContact.objects.get().email == "funktion@example.org"
    post(client, chair, "seat-address", seat, {"version": 1, "remove": "1"})
    assert not SeatContact.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"email": "inte en adress"}, {"email": "a@example.org\r\nBcc: b@example.org"}, {"name": "a\r\nb"}],
)
def test_an_address_that_is_none_is_refused(client, network, member, changes):
    seat = seat_of(member, network)
    response = post(client, member, "seat-address", seat, address(seat, **changes))
    assert response.status_code == 422
    assert not SeatContact.objects.exists()


# Times without meetings


def span(first, last):
    return {"first": first.isoformat(), "last": last.isoformat(), "reason": "Ny samordnare i maj"}


def test_everybody_reads_that_a_network_will_not_meet(client, network, chair):
    assert post(client, chair, "network-pause", network, span(TODAY, TODAY + 30 * DAY)).status_code == 302
    row = Pause.objects.get()
    assert (row.valid_from, row.valid_until, row.said_by) == (TODAY, TODAY + 31 * DAY, chair)
    assert network.pauses.as_of(TODAY).exists() and not network.pauses.as_of(TODAY + 31 * DAY).exists()
    text = page(client, None, network)
    assert "Ny samordnare i maj" in text and "/pauses/" not in text
    client.force_login(chair)
    client.post(reverse("meetings:pause-end", args=[row.pk]), {"version": row.version})
    assert not Pause.objects.exists()  # it began today, so it never was


def test_a_pause_that_has_begun_ends_and_stays_known(client, network, chair):
    row = f.PauseFactory(network=network, valid_from=TODAY - 9 * DAY, valid_until=TODAY + 9 * DAY)
    post(client, chair, "pause-end", row, {"version": 1})
    row.refresh_from_db()
    assert row.valid_until == TODAY
    response = post(client, chair, "pause-edit", row, span(TODAY, TODAY + DAY) | {"version": 1}, follow=True)
    assert "Somebody else has changed" in response.text or "Någon annan har ändrat" in response.text
    row.refresh_from_db()
    assert row.reason != "Ny samordnare i maj"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last": (TODAY - DAY).isoformat()}, "Sista dagen ligger före första dagen"),
        ({"first": "9999-12-31", "last": "9999-12-31"}, "2000"),
        ({"reason": "å" * 5000}, "500"),
        ({"reason": "a\r\nb"}, "på en rad"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(client, network, chair, changes, said):
    response = post(client, chair, "network-pause", network, span(TODAY, TODAY + DAY) | changes)
    assert response.status_code == 422
    assert said in response.text
    assert not Pause.objects.exists()


def test_a_network_that_has_not_met_for_long_is_asked_to_unless_it_said_it_will_not(client, network, chair):
    assert "har inte mötts på ett år" not in page(client, chair, network)  # never met: not known
    long_ago = TODAY - 500 * DAY
    f.EncounterFactory(network=network, date_from=long_ago, date_until=long_ago + DAY)
    assert "har inte mötts på ett år" in page(client, chair, network)
    assert "har inte mötts på ett år" not in page(client, None, network)
    f.PauseFactory(network=network, valid_from=TODAY - DAY, valid_until=TODAY + DAY)
    assert "har inte mötts på ett år" not in page(client, chair, network)


# Joining and leaving


def request_form(actor, kind, **changes):
    key = str(uuid.uuid4())
    return {"actor": actor.slug, "kind": kind, "reason": "Vi arbetar med detta.", "submit_key": key} | changes


def test_somebody_asks_to_join_and_gets_a_seat(client, network, chair):
    newcomer = f.MembershipFactory()
    response = post(client, newcomer.user, "network-ask", network, request_form(newcomer.actor, "join"))
    row = SeatRequest.objects.get()
    assert response["Location"] == row.get_absolute_url()
    [(to, message)] = sent()
    assert to == chair.email
    assert message["Subject"].endswith(f"asks to join {network.name_en}")
    assert row.get_absolute_url() in message.get_body(("plain",)).get_content()
    OutgoingMail.objects.all().delete()
    post(
        client,
        chair,
        "seatrequest-decide",
        row,
        {"accept": "1", "day": TODAY.isoformat(), "answer": "Välkomna!"},
    )
    row.refresh_from_db()
    seat = Seat.objects.get()
    assert (row.state, row.seat, row.decided_by) == ("accepted", seat, chair)
    assert (seat.network, seat.actor, seat.valid_from) == (network, newcomer.actor, TODAY)
    record = seat.history.get()
    assert record.history_user == chair and "Vi arbetar med detta." in record.history_change_reason
    [(to, message)] = sent()
    assert to == newcomer.user.email
    assert "Välkomna!" in message.get_body(("plain",)).get_content()
    client.force_login(newcomer.user)
    assert "Välkomna!" in client.get(row.get_absolute_url()).text


def test_somebody_asks_to_leave_and_the_seat_ends_with_its_history(client, network, chair, member):
    seat = seat_of(member, network)
    post(client, member, "network-ask", network, request_form(seat.actor, "leave"))
    row = SeatRequest.objects.get()
    assert "waiting" in client.get(f"/en{row.get_absolute_url()}").text
    last = TODAY + 30 * DAY
    post(client, chair, "seatrequest-decide", row, {"accept": "1", "day": last.isoformat(), "answer": ""})
    seat.refresh_from_db()
    assert (seat.valid_to, seat.version) == (last, 2)
    assert "Vi arbetar" in seat.history.latest().history_change_reason


def test_declining_needs_a_reason_which_the_asker_reads(client, network, chair, member):
    seat = seat_of(member, network)
    row = f.SeatRequestFactory(network=network, actor=seat.actor, asked_by=member)
    response = post(client, chair, "seatrequest-decide", row, {"decline": "1", "day": "", "answer": " "})
    assert response.status_code == 422
    post(client, chair, "seatrequest-decide", row, {"decline": "1", "day": "", "answer": "Inte nu."})
    row.refresh_from_db()
    assert (row.state, row.answer) == ("declined", "Inte nu.")
    assert [to for to, _message in sent()] == [member.email]
    seat.refresh_from_db()
    assert seat.valid_until is None


def test_what_is_asked_twice_waits_once_and_what_is_so_already_is_not_asked(client, network, chair, member):
    actor = seat_of(member, network).actor
    assert post(client, member, "network-ask", network, request_form(actor, "join")).status_code == 422
    data = request_form(actor, "leave")
    urls = {post(client, member, "network-ask", network, data)["Location"] for _n in range(2)}
    assert len(urls) == 1
    again = post(client, member, "network-ask", network, request_form(actor, "leave"))
    assert again.status_code == 422 and "väntar" in again.text
    assert SeatRequest.objects.count() == 1
    assert len(sent()) == 1
    stranger = f.ActorFactory()
    assert post(client, member, "network-ask", network, request_form(stranger, "join")).status_code == 422


def test_a_request_is_answered_once(client, network, chair, member):
    row = f.SeatRequestFactory(network=network, actor=seat_of(member, network).actor, asked_by=member)
    assert post(client, member, "seatrequest-decide", row, {"accept": "1"}).status_code == 403
    post(client, member, "seatrequest-take-back", row)
    row.refresh_from_db()
    assert row.state == "taken_back"
    response = post(
        client,
        chair,
        "seatrequest-decide",
        row,
        {"accept": "1", "day": TODAY.isoformat(), "answer": ""},
        follow=True,
    )
    assert "återtagen" in response.text or "taken back" in response.text or "tagits tillbaka" in response.text
    assert seat_of(member, network).valid_until is None
    assert not sent()


def test_a_seat_that_has_changed_since_is_left_alone(client, network, chair, member):
    seat = seat_of(member, network)
    row = f.SeatRequestFactory(network=network, actor=seat.actor, kind="join", asked_by=member)
    post(client, chair, "seatrequest-decide", row, {"accept": "1", "day": TODAY.isoformat(), "answer": ""})
    row.refresh_from_db()
    assert row.state == "waiting"
    assert Seat.objects.count() == 1


def test_without_a_convener_the_coordinators_are_asked(client, network):
    coordinator = f.CoordinatorFactory()
    newcomer = f.MembershipFactory()
    post(client, newcomer.user, "network-ask", network, request_form(newcomer.actor, "join"))
    assert [to for to, _message in sent()] == [coordinator.email]


# Messages to all seats


@pytest.fixture
def seats(network):
    found = [f.SeatContactFactory(seat__network=network, language=language) for language in ("sv", "en")]
    f.SeatContactFactory(seat__network=network, email=found[0].email.upper())  # the same mailbox again
    f.SeatFactory(network=network)  # without an address
    return found


def letter(**changes):
    return {
        "subject": "Läget inför våren",
        "text": "Hej!\n\nVi ses i maj.",
        "language": "sv",
        "submit_key": str(uuid.uuid4()),
    } | changes


def test_a_message_is_looked_at_and_then_sent_to_each_address_once(client, network, chair, seats):
    response = post(client, chair, "network-write", network, letter(look="1"))
    assert "Vi ses i maj." in response.text and "unsubscribe" not in response.text
    assert not OutgoingMail.objects.exists() and not CircularMail.objects.exists()
    data = letter(send="1")
    urls = {post(client, chair, "network-write", network, data)["Location"] for _n in range(2)}
    row = CircularMail.objects.get()
    assert (urls, row.recipients, row.sent_by) == ({row.get_absolute_url()}, 2, chair)
    mails = dict(sent())
    assert set(mails) == {contact.email for contact in seats}
    swedish, english = (mails[contact.email] for contact in seats)
    assert "till alla platser" in swedish.get_body(("plain",)).get_content()
    assert "to all seats" in english.get_body(("plain",)).get_content()
    assert {message["Subject"] for message in mails.values()} == {"Läget inför våren"}
    assert swedish["List-Unsubscribe"] and swedish["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert chair.email in swedish["Reply-To"]


def test_who_wants_no_messages_gets_none(client, network, chair, seats):
    preferences.set_wish(preferences.recipient(seats[0].email), preferences.CIRCULARS, False)
    post(client, chair, "network-write", network, letter(send="1"))
    assert [to for to, _message in sent()] == [seats[1].email]


def test_what_was_sent_stays_to_be_read_by_the_seats(client, network, chair, member, seats):
    post(client, chair, "network-write", network, letter(send="1"))
    row = CircularMail.objects.get()
    assert row.subject in page(client, member, network)
    assert "Vi ses i maj." in client.get(row.get_absolute_url()).text
    client.force_login(f.MembershipFactory().user)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert row.subject not in page(client, None, network)


@pytest.mark.parametrize(
    "changes",
    [{"subject": "a\r\nBcc: b@example.org"}, {"subject": "å" * 5000}, {"text": "å" * 5000}, {"text": ""}],
)
def test_a_message_that_cannot_be_sent_is_explained(client, network, chair, seats, changes):
    response = post(client, chair, "network-write", network, letter(send="1", **changes))
    assert response.status_code == 422
    assert not OutgoingMail.objects.exists()


def test_without_addresses_nothing_is_sent(client, network, chair):
    response = post(client, chair, "network-write", network, letter(send="1"))
    assert response.status_code == 200
    assert not CircularMail.objects.exists()


def test_the_networks_page_takes_as_many_queries_however_many_seats(client, network, chair):
    counts = []
    client.force_login(chair)
    client.get(network.get_absolute_url())  # what is asked once for each process
    for n in (2, 20):
        for _k in range(n):
            f.SeatContactFactory(seat__network=network)
            f.SeatRequestFactory(network=network)
            f.CircularMailFactory(network=network)
            f.PauseFactory(network=network)
        cache.clear()  # of what another test left for the same revision of its register
        with CaptureQueriesContext(connection) as queries:
            client.get(network.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
