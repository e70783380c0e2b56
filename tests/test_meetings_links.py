"""The page of an invitation's link: whoever has it answers, without an account."""

import datetime

import pytest
from django.test import Client

from meetings import links
from meetings.models import Invitation, InvitationAnswer, Meeting, OutgoingMail
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """It is 27 November 2026, and reading is for those who are logged in."""
    settings.ANONYMOUS_READING = False
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def invitation():
    meeting = f.MeetingFactory(
        state="invited", title="Höstmötet", form="hybrid", video_url="https://v.example.org/1"
    )
    return f.InvitationFactory(meeting=meeting, actor=f.ActorFactory(name_sv="Ale"), name="Anna")


def page_of(row):
    return f"/invitations/{links.token(row, links.ANSWER)}/"


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def test_the_page_is_kept_and_listed_nowhere(client, invitation):
    response = client.get(page_of(invitation))
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"].startswith("noindex")
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}
    assert "v.example.org" in response.text and "Höstmötet" in response.text


@pytest.mark.parametrize("answer", ["accepted", "ACCEPTED"])
def test_opening_a_link_chooses_an_answer_and_gives_none(client, invitation, answer):
    page = client.get(page_of(invitation), {"answer": answer})
    assert page.context["form"]["answer"].value() == "ACCEPTED" and "är valt nedan" in page.text
    assert not InvitationAnswer.objects.exists()
    assert client.get(page_of(invitation), {"answer": "<script>"}).status_code == 200


@pytest.mark.parametrize("answer", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_what_is_posted_counts_and_a_later_answer_replaces_it(client, invitation, answer):
    """Browsers send no origin from this page: the answer must get through all the same."""
    sent = {"answer": answer, "comment": "Kommer\u00a0sent"}
    assert client.post(page_of(invitation), sent, headers={"Origin": "null"}).status_code == 302
    invitation.refresh_from_db()
    assert (invitation.partstat, invitation.comment) == (answer, "Kommer sent")
    assert "Ett nytt svar ersätter det" in client.get(page_of(invitation)).text
    client.post(page_of(invitation), {"answer": "DECLINED"})
    invitation.refresh_from_db()
    assert invitation.partstat == "DECLINED"
    assert list(InvitationAnswer.objects.order_by("pk").values_list("via", flat=True)) == ["link", "link"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"answer": "PERHAPS"},
        {"answer": "ACCEPTED", "comment": "rad\r\nBcc: x"},
        {"answer": "ACCEPTED", "comment": "x" * 5000},
    ],
)
def test_a_bad_answer_is_explained(client, invitation, sent):
    response = client.post(page_of(invitation), sent)
    assert response.status_code == 422 and "ds-error-summary" in response.text
    assert not InvitationAnswer.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"meeting": {"state": "cancelled", "reason": "För få kan."}}, "inställt"),
        ({"meeting": {"state": "held"}}, "har hållits"),
        ({"meeting": {"state": "draft"}}, "planeras"),
        (
            {
                "meeting": {
                    "starts": NOW - datetime.timedelta(hours=3),
                    "ends": NOW - datetime.timedelta(hours=1),
                }
            },
            "är över",
        ),
        ({"row": {"withdrawn_at": NOW}}, "inte längre inbjuden"),
    ],
)
def test_what_cannot_be_answered_says_why(client, invitation, change, said):
    Meeting.objects.update(**change.get("meeting", {"version": 1}))
    Invitation.objects.update(**change.get("row", {"told_at": NOW}))
    page = client.get(page_of(invitation))
    assert page.status_code == 200 and said in page.text and "Skicka svaret" not in page.text
    late = client.post(page_of(invitation), {"answer": "ACCEPTED"})
    assert late.status_code == 409 and said in late.text
    assert not InvitationAnswer.objects.exists()


@pytest.mark.parametrize("token", ["finns-inte", "1-", "1-" + "0" * 40, "-", "99999999999999999999-a"])
def test_a_wrong_link_is_explained_and_missing(client, invitation, token):
    response = client.get(f"/invitations/{token}/")
    assert response.status_code == 404 and "leder ingenstans" in response.text
    assert client.post(f"/invitations/{token}/", {"answer": "ACCEPTED"}).status_code == 404


def test_a_new_nonce_revokes_the_link(client, invitation):
    old = page_of(invitation)
    invitation.nonce = "f" * 24
    invitation.save()
    assert client.get(old).status_code == 404
    assert client.get(page_of(invitation)).status_code == 200


def test_somebody_else_comes_instead_and_is_invited(client, invitation):
    sent = {"act": "instead", "instead-name": "Bo Bud", "instead-email": "bo@example.org"}
    assert client.post(page_of(invitation), sent).status_code == 302
    invitation.refresh_from_db()
    made = Invitation.objects.get(email="bo@example.org")
    assert invitation.partstat == "DELEGATED"
    assert (made.actor, made.delegated_from) == (invitation.actor, invitation)
    assert OutgoingMail.objects.filter(recipient="bo@example.org").count() == 1
    assert "Bo Bud" in client.get(page_of(invitation)).text
    again = client.post(page_of(invitation), sent)
    assert again.status_code == 422 and "redan inbjuden" in again.text
    assert client.get(page_of(made)).status_code == 200


def test_nobody_sends_one_after_the_other_without_end(client, invitation):
    for number in range(5):
        sent = {"act": "instead", "instead-name": "N", "instead-email": f"n{number}@example.org"}
        last = client.post(page_of(invitation), sent)
    assert last.status_code == 422 and "flera gånger" in last.text
    assert invitation.delegates.count() == 3


def test_nor_by_way_of_those_who_are_sent(client, invitation):
    row = invitation
    for number in range(5):
        sent = {"act": "instead", "instead-name": "N", "instead-email": f"n{number}@example.org"}
        client.post(page_of(row), sent)
        row = Invitation.objects.order_by("pk").last()
    assert Invitation.objects.count() == 1 + 3
    assert OutgoingMail.objects.exclude(recipient=invitation.email).count() == 3


def test_while_a_date_is_looked_for_the_page_leads_to_the_poll(client):
    poll = f.PollFactory(state="open")
    row = f.InvitationFactory(meeting=poll.meeting)
    assert f"{page_of(row)}poll/" in client.get(page_of(row)).text


def test_the_page_is_in_english_under_its_own_address(client, invitation):
    assert "Can you come?" in client.get(f"/en{page_of(invitation)}").text
