"""What mail one gets: chosen by a link without an account, logged in, or ended by a mail program's button."""

import pytest
from django.test import Client

from meetings import preferences
from meetings.models import Recipient
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return preferences.recipient("Eva@Example.org")


def page_of(row, language=""):
    return f"{language}/mail/preferences/{preferences.token(row)}/"


def unsubscribe(row, kind="reminders"):
    return f"/mail/unsubscribe/{preferences.token(row)}/{kind}/"


def test_an_address_has_one_row_however_it_is_written(row):
    assert preferences.recipient("eva@example.ORG") == row and row.email == "eva@example.org"


def test_the_link_opens_the_choice_without_an_account(client, row):
    answer = client.get(page_of(row))
    assert "eva@example.org" in answer.text and "kommer alltid" in answer.text
    assert answer["Referrer-Policy"] == "no-referrer" and answer["Cache-Control"] == "private, no-store"
    assert "Mail that I get" in client.get(page_of(row, "/en")).text


def test_what_is_chosen_is_kept(client, row):
    answer = client.post(page_of(row), {"wants_nudges": "on", "wants_digest": "on"}, follow=True)
    assert "Ditt val är sparat" in answer.text
    row.refresh_from_db()
    assert [kind for kind in preferences.KINDS if getattr(row, f"wants_{kind}")] == ["nudges", "digest"]
    assert preferences.unwilling("reminders") == {"eva@example.org"}


def test_no_other_field_can_be_sent_along(client, row):
    client.post(page_of(row), {"email": "annan@example.org", "nonce": "x" * 24})
    before = row.nonce
    row.refresh_from_db()
    assert (row.email, row.nonce) == ("eva@example.org", before)


@pytest.mark.parametrize("token", ["finns-inte", "1-abc", "99999999999999999999-a", "١-a", "-"])
def test_what_is_no_link_of_ours_opens_nothing(client, row, token):
    for path in (f"/mail/preferences/{token}/", f"/mail/unsubscribe/{token}/reminders/"):
        assert client.get(path).status_code == client.post(path).status_code == 404


def test_a_new_nonce_revokes_the_link(client, row):
    old = page_of(row)
    row.nonce = "0" * 24
    row.save()
    assert client.get(old).status_code == 404


def test_opening_the_link_ends_nothing(client, row):
    answer = client.get(unsubscribe(row))
    assert "Ska eva@example.org inte få mer av detta: Påminnelser inför möten?" in answer.text
    row.refresh_from_db()
    assert row.wants_reminders


def test_a_mail_program_ends_it_with_one_post_and_no_cookie(row):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(unsubscribe(row), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "Utskicken är avslutade" in answer.text
    row.refresh_from_db()
    assert not row.wants_reminders and row.wants_nudges
    assert program.post(unsubscribe(row), {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_only_kinds_that_there_are(client, row):
    assert client.post(unsubscribe(row, "invitations")).status_code == 404


def test_logged_in_one_chooses_for_ones_own_address(client):
    user = f.UserFactory(email="per@example.org")
    client.force_login(user)
    assert "per@example.org" in client.get("/mail/preferences/").text
    assert not Recipient.objects.exists()
    client.post("/mail/preferences/", {"wants_reminders": "on"})
    row = Recipient.objects.get()
    assert (row.email, row.wants_reminders, row.wants_circulars) == ("per@example.org", True, False)
    client.post("/mail/preferences/", {})
    row.refresh_from_db()
    assert not row.wants_reminders
    assert "/mail/preferences/" in client.get("/account/").text


def test_the_headers_name_a_button_that_works(client, row):
    headers = preferences.headers(row, "digest")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = headers["List-Unsubscribe"].strip("<>")
    assert url.startswith("http://localhost:8000/mail/unsubscribe/")
    assert client.post(url.removeprefix("http://localhost:8000")).status_code == 200
