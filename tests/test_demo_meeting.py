"""The demo's made-up meetings: marked, outside every count, and made once."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.test import Client

from coordination.demo import accounts, meeting
from meetings.models import Invitation, Meeting, OutgoingMail, Poll, PollBallot
from network.models import Convener, Encounter, Seat
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    row = f.NetworkFactory(slug=meeting.NETWORK)
    f.ConvenerFactory(network=row, actor=f.ActorFactory(slug="skr"))
    return row


def test_they_are_made_once_and_leave_the_register_as_it_is(network):
    before = (Seat.objects.count(), Convener.objects.count(), Encounter.objects.count())
    assert (meeting.load(NOW), meeting.load(NOW + datetime.timedelta(days=40))) == (2, 0)
    assert set(Meeting.objects.values_list("illustrative", flat=True)) == {True}
    assert set(Invitation.objects.values_list("seat", "actor")) == {(None, None)}
    assert all(email.endswith("@example.org") for email in Invitation.objects.values_list("email", flat=True))
    assert (Seat.objects.count(), Convener.objects.count(), Encounter.objects.count()) == before
    first = Meeting.objects.get(slug="exempel-natverksmote")
    assert first.local_start.date() == datetime.date(2026, 12, 22)
    assert Poll.objects.get().state == "open" and PollBallot.objects.exclude(answered_at=None).count() == 3
    assert OutgoingMail.objects.count() == 2 * len(meeting.GUESTS)
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {
        guest[2] for guest in meeting.GUESTS
    }


def test_a_register_without_the_network_gets_none():
    assert meeting.load(NOW) == 0


def test_the_member_of_the_demo_runs_it_to_its_end(network, settings, monkeypatch):
    settings.DEMO = True
    meeting.load(NOW)
    accounts.create_accounts()
    member = Client()
    member.force_login(accounts.User.objects.get(email="member@example.org"))
    row = Meeting.objects.get(slug="exempel-natverksmote")
    page = member.get(row.get_absolute_url()).text
    assert "Påhittat" in page and "2 ja, 1 kanske, 1 nej, 2 har inte svarat" in page
    monkeypatch.setattr("django.utils.timezone.now", lambda: row.ends)
    member.force_login(accounts.User.objects.get(email="member@example.org"))
    assert member.post(f"{row.get_absolute_url()}held/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == "held" and row.encounter is None and not Encounter.objects.exists()


def test_loading_the_demo_says_how_many(network):
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    assert "made-up meetings" in said.getvalue() and Meeting.objects.count() == 2
