"""Minutes: several writers, approval, and what is filed."""

import datetime
import hashlib
import io
import json
import uuid
import zipfile

import pytest
from django.test import Client

from meetings import approving, minutes_content
from meetings.models import Action, Minutes, MinutesText, OutgoingMail
from network.models import Actor, Membership
from tests import factories as f
from tests import pdf_structure

NOW = datetime.datetime(2026, 12, 9, 12, tzinfo=datetime.UTC)
JSON = {"accept": "application/json"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def meeting():
    """Held, with one present and one absent, and one item."""
    row = f.MeetingFactory(state="held", title="Höstmötet", network=f.NetworkFactory(name_sv="Nätet"))
    f.ConvenerFactory(network=row.network, actor=f.ActorFactory(slug="kallaren", name_sv="Kallaren"))
    for slug, attendance in (("ale", "present"), ("bor", "absent")):
        actor = f.ActorFactory(slug=slug, name_sv=slug.title())
        seat = f.SeatFactory(network=row.network, actor=actor)
        f.InvitationFactory(meeting=row, actor=actor, seat=seat, attendance=attendance)
    return row


@pytest.fixture
def item(meeting):
    return f.AgendaItemFactory(meeting=meeting, title="Läget")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def speaker(slug):
    return client_of(f.MembershipFactory(actor=Actor.objects.get(slug=slug)).user)


@pytest.fixture
def chair(meeting):
    return speaker("kallaren")


@pytest.fixture
def keeper():
    return client_of(f.CoordinatorFactory())


def minutes(meeting):
    return f"{meeting.get_absolute_url()}minutes/"


def write(client, item, text, base=1, key=None, **sent):
    sent = {"text": text, "base": base, "key": key or uuid.uuid4()} | sent
    return client.post(f"{minutes(item.meeting)}{item.pk}/", sent, headers=JSON)


def act(client, meeting, name, **sent):
    version = Minutes.objects.filter(meeting=meeting).values_list("version", flat=True).first() or 1
    return client.post(f"{minutes(meeting)}act/", {"act": name, "version": version} | sent, follow=True)


def seat(meeting, slug):
    return meeting.invitations.get(actor__slug=slug).pk


def approved(meeting, chair, keeper):
    act(chair, meeting, "send", adjuster=seat(meeting, "ale"))
    act(keeper, meeting, "approve")
    return Minutes.objects.get(meeting=meeting)


# Writing


def test_a_text_sent_again_after_a_lost_answer_is_saved_once(item, chair):
    key = uuid.uuid4()
    answers = [write(chair, item, "Ordet.", key=key) for _ in range(3)]
    assert [one.status_code for one in answers] == [200] * 3
    assert {one.json()["version"] for one in answers} == {2}
    assert MinutesText.objects.count() == 1


def test_of_two_writers_neither_loses_a_word(item, chair, keeper):
    assert write(chair, item, "Den enas ord.").json() == {"version": 2, "text": "Den enas ord."}
    key = uuid.uuid4()
    late = write(keeper, item, "Den andras ord.", key=key)
    assert late.status_code == 409
    told = late.json()
    assert (told["version"], told["text"]) == (2, "Den enas ord.")
    assert write(keeper, item, "Den andras ord.", key=key).json() == told
    for client in (chair, keeper):
        page = client.get(minutes(item.meeting)).text
        assert "Den enas ord." in page and "Den andras ord." in page and "Två har skrivit" in page
    joined = write(keeper, item, "Den enas ord.\nDen andras ord.", base=2, joins=told["joins"])
    assert joined.json()["version"] == 3
    assert "Två har skrivit" not in chair.get(minutes(item.meeting)).text
    assert {row.text for row in MinutesText.objects.all()} >= {"Den enas ord.", "Den andras ord."}


def test_without_a_program_in_the_page_the_form_does_the_same(item, chair, keeper):
    def post(client, text):
        page = client.get(minutes(item.meeting))
        key = page.context["lines"][0][3]
        return client.post(f"{minutes(item.meeting)}{item.pk}/", {"text": text, "base": 1, "key": key})

    assert post(chair, "Först.").status_code == 302
    late = post(keeper, "Sedan.")
    assert late.status_code == 409
    assert "Först." in late.text and "Sedan." in late.text
    assert 'name="base" value="2"' in late.text


def test_a_text_that_is_too_long_comes_back_whole(item, chair):
    text = "å" * 20_001
    assert write(chair, item, text).status_code == 422
    answer = chair.post(f"{minutes(item.meeting)}{item.pk}/", {"text": text, "base": 1, "key": uuid.uuid4()})
    assert answer.status_code == 422 and text in answer.text


# Approval


def test_an_adjuster_who_was_absent_is_refused_with_the_reason(meeting, item, chair):
    page = act(chair, meeting, "send", adjuster=seat(meeting, "bor"))
    assert "Justeraren måste ha varit med" in page.text
    assert Minutes.objects.get(meeting=meeting).state == "writing"


def test_texts_that_wait_to_be_joined_hold_the_minutes_back(meeting, item, chair, keeper):
    write(chair, item, "Ett.")
    write(keeper, item, "Två.")
    assert "Slå ihop dem först" in act(chair, meeting, "send").text
    assert Minutes.objects.get(meeting=meeting).state == "writing"


def test_they_are_sent_approved_and_locked_whole(meeting, item, chair):
    write(chair, item, "Vi sade mycket.")
    member = speaker("bor")
    assert "Vi sade mycket." not in member.get(minutes(meeting)).text
    act(chair, meeting, "send", adjuster=seat(meeting, "ale"))
    assert sorted(OutgoingMail.objects.values_list("subject", flat=True)) == [
        "Justera protokollet: Höstmötet",
        "Protokoll att läsa: Höstmötet",
    ]
    assert "Vi sade mycket." in member.get(minutes(meeting)).text
    act(member, meeting, "remark", text="Jag var med.")
    assert act(member, meeting, "approve") and act(chair, meeting, "approve")
    assert Minutes.objects.get(meeting=meeting).state == "approval"
    adjuster = speaker("ale")
    act(adjuster, meeting, "approve")
    row = Minutes.objects.get(meeting=meeting)
    assert row.state == "approved" and "Jag var med." in row.remarks
    assert row.fingerprint == minutes_content.fingerprint(row.content)
    assert write(chair, item, "Ändrat.", base=2).status_code == 423
    chair.post(f"{meeting.get_absolute_url()}agenda/change/", {"act": "remove", "item": item.pk})
    chair.post(f"{meeting.get_absolute_url()}agenda/change/", {"act": "new", "title": "Ny", "duration": 5})
    item.refresh_from_db()
    assert (item.text, meeting.items.count()) == ("Vi sade mycket.", 1)


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(meeting, item, chair, keeper):
    act(chair, meeting, "send", adjuster=seat(meeting, "ale"))
    version = Minutes.objects.get(meeting=meeting).version
    first, second = speaker("ale"), keeper
    act(first, meeting, "approve", version=version)
    told = act(second, meeting, "approve", version=version)
    assert "Protokollet är redan justerat, av" in told.text
    row = Minutes.objects.get(meeting=meeting)
    assert Membership.objects.get(user=row.approved_by).actor.slug == "ale"
    assert [step["what"] for step in row.log] == ["sent", "approved"]


def test_an_approval_of_what_was_remarked_on_meanwhile_is_not_taken(meeting, item, chair):
    act(chair, meeting, "send", adjuster=seat(meeting, "ale"))
    version = Minutes.objects.get(meeting=meeting).version
    act(speaker("bor"), meeting, "remark", text="Vänta.")
    assert "lämnat en anmärkning" in act(speaker("ale"), meeting, "approve", version=version).text
    assert Minutes.objects.get(meeting=meeting).state == "approval"


def test_silence_approves_after_its_last_day_and_only_once(meeting, item, chair):
    act(chair, meeting, "send", days=5)
    row = Minutes.objects.get(meeting=meeting)
    assert row.silence_until == datetime.date(2026, 12, 14)
    assert approving.approve_by_silence(NOW, datetime.date(2026, 12, 14)) == 0
    assert approving.approve_by_silence(NOW, datetime.date(2026, 12, 15)) == 1
    assert approving.approve_by_silence(NOW, datetime.date(2026, 12, 15)) == 0
    assert "genom tystnad" in chair.get(minutes(meeting)).text


@pytest.mark.parametrize("state", ["approval", "approved"])
def test_no_action_is_added_to_minutes_that_are_locked(meeting, item, chair, keeper, state):
    if state == "approved":
        approved(meeting, chair, keeper)
    else:
        act(chair, meeting, "send", days=5)
    before = Action.objects.count()
    form = {"text": "Gör det", "owner": "ale", "due": "2027-01-31"}
    answer = chair.post(f"{meeting.get_absolute_url()}items/{item.pk}/action/", form)
    assert answer.status_code == 422 and "väntar på justering" in answer.text
    assert answer.text.count('class="ds-error-summary"') == 1
    assert Action.objects.count() == before
    assert f"items/{item.pk}/" not in chair.get(meeting.get_absolute_url()).text  # nor is it offered


def test_the_key_of_other_minutes_opens_nothing(meeting, item, chair, keeper):
    far, key = f.AgendaItemFactory(meeting__state="held"), uuid.uuid4()
    assert write(keeper, far, "HEMLIGT", key=key).status_code == 200
    answer = write(chair, item, "Vårt", key=key)
    assert (answer.status_code, answer.json()["text"]) == (200, "Vårt")
    assert set(MinutesText.objects.values_list("text", flat=True)) == {"HEMLIGT", "Vårt"}


def test_whoever_remarks_is_not_silent(meeting, item, chair):
    act(chair, meeting, "send", days=5)
    act(chair, meeting, "remark", text="Punkt 1 stämmer inte")
    later = datetime.date(2026, 12, 31)
    assert approving.approve_by_silence(NOW, later) == 0
    act(chair, meeting, "take back")
    act(chair, meeting, "send", days=5)
    assert approving.approve_by_silence(NOW, later) == 1


def test_only_a_coordinator_opens_them_again_and_what_was_approved_stays(meeting, item, chair, keeper):
    before = approved(meeting, chair, keeper)
    act(chair, meeting, "reopen", reason="Fel")
    act(keeper, meeting, "reopen", reason="")
    assert Minutes.objects.get(meeting=meeting).state == "approved"
    act(keeper, meeting, "reopen", reason="Fel namn")
    row = Minutes.objects.get(meeting=meeting)
    assert (row.state, row.content) == ("writing", None)
    assert row.log[-1]["reason"] == "Fel namn" and row.log[-1]["content"] == before.content
    assert "Fel namn" in chair.get(minutes(meeting)).text
    assert write(chair, item, "Rätt namn.").status_code == 200


# Files


def test_the_files_are_the_same_bytes_each_time_and_say_what_was_approved(meeting, item, chair, keeper):
    write(chair, item, "Vi sade mycket.")
    decision = f.DecisionFactory(item=item, text="Vi gör det.")
    f.ActionFactory(item=item, text="Gör det", owner=decision.item.meeting.invitations.first().actor)
    row = approved(meeting, chair, keeper)
    files = {}
    for kind in ("pdf", "docx", "zip"):
        address = f"{meeting.get_absolute_url()}minutes.{kind}"
        first, second = speaker("bor").get(address), keeper.get(address)
        assert first.status_code == 200 and first.content == second.content
        files[kind] = first.content
    package = zipfile.ZipFile(io.BytesIO(files["zip"]))
    said = json.loads(package.read("metadata.json"))
    assert said["fingerprint"] == row.fingerprint
    assert set(said["sha256"]) == set(package.namelist()) - {"metadata.json"}
    for name, digest in said["sha256"].items():
        assert hashlib.sha256(package.read(name)).hexdigest() == digest
    assert (package.read("minutes.pdf"), package.read("minutes.docx")) == (files["pdf"], files["docx"])
    assert "Vi gör det." in package.read("decisions.csv").decode("utf-8-sig")
    assert json.loads(package.read("actions.json"))[0]["action"] == "Gör det"
    item.title = "Något annat"
    item.save()
    assert chair.get(f"{meeting.get_absolute_url()}minutes.pdf").content == files["pdf"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pdf_is_told_to_screen_readers_in_the_meetings_language(meeting, item, chair, keeper, language):
    meeting.language = language
    meeting.save()
    f.ActionFactory(item=item, owner=f.ActorFactory())
    approved(meeting, chair, keeper)
    told = pdf_structure.read(chair.get(f"{meeting.get_absolute_url()}minutes.pdf").content)
    title = {"sv": "Protokoll: Höstmötet", "en": "Minutes: Höstmötet"}[language]
    assert (told.title, told.language, told.part) == (title, language, "1")
    assert told.headings[0] == 1 and told.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(told.headings, told.headings[1:], strict=False))
    assert told.scopes and set(told.scopes) == {"/Column"}
    assert told.untold == 0


def test_minutes_of_another_network_or_not_approved_give_no_file(meeting, item, chair):
    far = f.MeetingFactory(state="held")
    f.AgendaItemFactory(meeting=far, text="HEMLIGT", title="HEMLIG PUNKT")
    f.MinutesFactory(meeting=far)
    for path in ("minutes/", "agenda/"):
        answer = chair.get(f"{far.get_absolute_url()}{path}")
        assert answer.status_code == 403 and "HEMLIG" not in answer.text
    assert chair.get(f"{far.get_absolute_url()}minutes.pdf").status_code == 404
    assert write(chair, far.items.get(), "Främmande.").status_code == 404
    f.MinutesFactory(meeting=meeting)
    assert chair.get(f"{meeting.get_absolute_url()}minutes.pdf").status_code == 404
