"""A meeting that was held: attendance, the encounter in the register, and taking it back."""

import datetime

import pytest
from django.test import Client

from meetings.models import Meeting
from network.models import Encounter
from tests import factories as f

BEGUN = datetime.datetime(2026, 12, 8, 9, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The meeting of the factory has begun."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: BEGUN)


@pytest.fixture
def meeting():
    row = f.MeetingFactory(state="invited", title="Höstmötet", network=f.NetworkFactory(name_sv="Nätet"))
    f.ConvenerFactory(network=row.network, actor=f.ActorFactory(slug="kallaren"))
    for slug, answer in (("ale", "ACCEPTED"), ("bor", "DECLINED"), ("cim", "ACCEPTED")):
        f.InvitationFactory(meeting=row, actor=f.ActorFactory(slug=slug), partstat=answer)
    f.InvitationFactory(meeting=row, actor=None, organisation="Utanför", partstat="ACCEPTED")
    return row


@pytest.fixture
def chair(meeting):
    client = Client()
    client.force_login(f.MembershipFactory(actor=meeting.network.conveners.get().actor).user)
    return client


@pytest.fixture
def keeper():
    client = Client()
    client.force_login(f.CoordinatorFactory())
    return client


def key(meeting, slug):
    return meeting.invitations.get(actor__slug=slug).pk


def hold(client, meeting, *slugs, **sent):
    everybody = dict.fromkeys(meeting.invitations.values_list("pk", flat=True), "absent")
    took_part = everybody | {key(meeting, slug): "present" for slug in slugs}
    attendance = {f"attendance-{pk}": how for pk, how in took_part.items()}
    posted = {"version": meeting.version, "kind": "network_meeting"} | attendance | sent
    return client.post(f"{meeting.get_absolute_url()}held/", posted)


def test_attendance_begins_with_those_who_said_yes(meeting, chair):
    page = chair.get(f"{meeting.get_absolute_url()}held/")
    filled = {row.actor.slug if row.actor else "": str(was) for row, was in page.context["lines"]}
    assert filled == {"ale": "present", "bor": "excused", "cim": "present", "": "present"}


def test_who_sent_somebody_counts_as_there_and_who_was_excused_does_not(meeting, chair):
    sent = {f"attendance-{key(meeting, 'ale')}": "delegated", f"attendance-{key(meeting, 'bor')}": "excused"}
    assert hold(chair, meeting, "cim", **sent).status_code == 302
    assert {actor.slug for actor in Encounter.objects.get().participants.all()} == {"ale", "cim"}
    page = chair.get(meeting.get_absolute_url()).text
    assert "annan kom i stället" in page and "frånvarande, hade meddelat det" in page


def test_a_held_meeting_leaves_a_sourced_encounter_with_those_who_were_there(meeting, chair):
    assert hold(chair, meeting, "ale", "bor").status_code == 302
    meeting.refresh_from_db()
    made = Encounter.objects.get()
    assert (meeting.state, meeting.encounter) == ("held", made)
    assert {actor.slug for actor in made.participants.all()} == {"ale", "bor"}
    assert (made.network, made.organiser.slug, made.kind.code) == (
        meeting.network,
        "kallaren",
        "network_meeting",
    )
    assert (made.date_from, made.date_until) == (datetime.date(2026, 12, 8), datetime.date(2026, 12, 9))
    assert made.citations.get().url.endswith(meeting.get_absolute_url())
    assert made.history.first().history_user is not None
    attended = dict(meeting.invitations.values_list("actor__slug", "attendance"))
    assert attended == {"ale": "present", "bor": "present", "cim": "absent", None: "absent"}
    assert "Höstmötet" in chair.get(made.get_absolute_url()).text
    assert made.code in chair.get(meeting.get_absolute_url()).text
    hold(chair, meeting, "cim")  # a second time changes nothing
    assert Encounter.objects.count() == 1


def test_keys_of_others_are_left_alone(meeting, chair):
    other = f.InvitationFactory()
    hold(chair, meeting, "ale", present=[other.pk, "x", key(meeting, "ale")])
    other.refresh_from_db()
    assert other.attended is None
    assert [actor.slug for actor in Encounter.objects.get().participants.all()] == ["ale"]


def test_it_is_not_held_before_it_begins(meeting, chair, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: BEGUN - datetime.timedelta(days=1))
    hold(chair, meeting, "ale")
    meeting.refresh_from_db()
    assert meeting.state == "invited" and not Encounter.objects.exists()


def test_an_unknown_kind_or_an_old_page_stores_nothing(meeting, chair):
    assert hold(chair, meeting, "ale", kind="finns-inte").status_code == 422
    hold(chair, meeting, "ale", version=99)
    assert Meeting.objects.get().state == "invited" and not Encounter.objects.exists()


def test_a_coordinator_takes_it_back_with_a_reason(meeting, chair, keeper):
    hold(chair, meeting, "ale")
    meeting.refresh_from_db()
    address = f"{meeting.get_absolute_url()}not-held/"
    assert chair.get(address).status_code == 403
    assert keeper.post(address, {"version": meeting.version, "reason": ""}).status_code == 422
    assert Encounter.objects.exists()
    assert keeper.post(address, {"version": meeting.version, "reason": "Fel möte"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.encounter) == ("invited", None)
    assert not Encounter.objects.exists()
    assert Encounter.history.filter(history_type="-").get().history_change_reason == "Fel möte"
    assert set(meeting.invitations.values_list("attendance", flat=True)) == {""}
    meeting.refresh_from_db()
    assert hold(chair, meeting, "ale").status_code == 302  # and it can be noted anew
    assert Encounter.objects.count() == 1
