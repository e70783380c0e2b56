"""The pages of outgoing mail: what a coordinator sees of each, and that what it says harms nobody."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings import inviting, outbox
from meetings.itip import letters
from meetings.itip.values import Mailbox
from meetings.models import OutgoingMail
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
State = OutgoingMail.State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def page(client):
    client.force_login(f.CoordinatorFactory())
    return client


@pytest.fixture
def invited():
    """A mail that invites to a meeting."""
    meeting = f.MeetingFactory(title="Höstmöte")
    f.InvitationFactory(meeting=meeting, email="eva@example.org", name="Eva")
    inviting.invite(meeting, seen_version=meeting.version, user=None, now=NOW)
    return OutgoingMail.objects.get()


def composed(html="<p>Hej</p>", text="Hej", subject="Hej"):
    """A mail with what somebody wrote in it, as it is stored."""
    content = letters.compose(
        sender=Mailbox("a@example.org"),
        recipient=Mailbox("b@example.org"),
        subject=subject,
        text=text,
        html=html,
        message_id="<1@example.org>",
        date=NOW,
    )
    return f.OutgoingMailFactory(content=content, subject=subject)


def test_the_list_says_what_became_of_each(page):
    f.OutgoingMailFactory(subject="Gick bra", state="sent", sent_at=NOW, recipient="eva@example.org")
    f.OutgoingMailFactory(subject="Gick illa", state="failed", attempts=1, answer="550 No such user")
    waits = f.OutgoingMailFactory(subject="Väntar", attempts=2, next_at=NOW + datetime.timedelta(minutes=5))
    shown = page.get("/mail/").text
    for said in ("Gick bra", "eva@example.org", "550 No such user", "kunde inte skickas", "2026-11-27 13:05"):
        assert said in shown
    assert f"/mail/{waits.pk}/" in shown


def test_it_is_narrowed_by_state_and_by_words(page):
    f.OutgoingMailFactory(subject="Gick bra", state="sent", sent_at=NOW)
    f.OutgoingMailFactory(subject="Gick illa", state="failed")
    failed = page.get("/mail/", {"state": "failed"}).text
    assert "Gick illa" in failed and "Gick bra" not in failed
    found = page.get("/mail/", {"q": "BRA"}).text
    assert "Gick bra" in found and "Gick illa" not in found
    assert page.get("/mail/", {"state": "nonsens"}).context["state"] == ""
    assert "Inget mejl passar" in page.get("/mail/", {"q": "finns inte"}).text


def test_it_has_pages(page, settings):
    settings.PAGE_SIZE = 2
    f.OutgoingMailFactory.create_batch(3)
    assert len(page.get("/mail/").context["page"].object_list) == 2
    assert len(page.get("/mail/", {"page": 2}).context["page"].object_list) == 1


def test_a_longer_list_takes_no_more_queries_and_no_bytes(page):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            page.get("/mail/")
        assert not any('"content"' in query["sql"] for query in captured.captured_queries[2:])
        return len(captured)

    f.OutgoingMailFactory()
    queries()
    few = queries()
    f.OutgoingMailFactory.create_batch(20)
    assert queries() == few


def test_one_mail_as_text_as_html_and_as_a_calendar(page, invited):
    shown = page.get(f"/mail/{invited.pk}/").text
    assert "Höstmöte" in shown and "eva@example.org" in shown
    for name, value in (("METHOD", "REQUEST"), ("DTSTART", "2026-12-08 09.00"), ("SEQUENCE", "0")):
        assert f'{name}</span></th><td class="break">{value}' in shown
    assert f'src="/mail/{invited.pk}/html/" sandbox' in shown
    english = page.get(f"/en/mail/{invited.pk}/").text
    assert "What calendars are told" in english and "2026-12-08 09:00" in english


def test_the_file_is_the_very_bytes(page, invited):
    answer = page.get(f"/mail/{invited.pk}/mail.eml")
    assert answer.content == bytes(invited.content)
    assert answer["Content-Type"] == "message/rfc822" and "attachment" in answer["Content-Disposition"]


HOSTILE = "<script>alert(1)</script><img src=https://x.example/p.png onerror=alert(1)><form action=/mail/>"


def test_hostile_html_stands_apart_where_nothing_of_it_runs(page):
    mail = composed(html=HOSTILE, text=HOSTILE, subject="<script>alert(1)</script>")
    whole = page.get(f"/mail/{mail.pk}/")
    assert "<script>alert(1)" not in whole.text and "<img src=https" not in whole.text
    assert "frame-src 'self'" in whole["Content-Security-Policy"]
    apart = page.get(f"/mail/{mail.pk}/html/")
    directives = dict(
        part.strip().partition(" ")[::2] for part in apart["Content-Security-Policy"].split(";")
    )
    assert directives["sandbox"] == "" and directives["default-src"] == "'none'"
    assert "script-src" not in directives and directives["form-action"] == "'none'"
    assert directives["img-src"] == "data:" and directives["frame-ancestors"] == "'self'"
    assert apart["X-Frame-Options"] == "SAMEORIGIN" and apart["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"Content-Type: text/calendar\r\n\r\n/etc/passwd",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n--x--",
    ],
)
def test_whatever_was_stored_can_be_looked_at(page, content):
    mail = f.OutgoingMailFactory(content=content)
    for path in ("", "html/", "mail.eml"):
        assert page.get(f"/mail/{mail.pk}/{path}").status_code == 200


def test_what_a_mail_said_is_forgotten_and_that_is_said(page):
    gone = f.OutgoingMailFactory(state="sent", sent_at=NOW, content=None)
    replaced = f.OutgoingMailFactory(state="superseded", content=None)
    assert "skickades för länge sedan" in page.get(f"/mail/{gone.pk}/").text
    failed = f.OutgoingMailFactory(state="failed", content=None)
    shown = page.get(f"/mail/{failed.pk}/").text
    assert "sparas inte längre" in shown and "send-again" not in shown
    assert "ersattes av ett senare" in page.get(f"/mail/{replaced.pk}/").text
    assert page.get(f"/mail/{gone.pk}/mail.eml").status_code == 404
    assert page.get(f"/mail/{gone.pk}/html/").status_code == 404


def test_a_failed_mail_is_sent_again(page, django_capture_on_commit_callbacks, mailoutbox):
    mail = composed()
    OutgoingMail.objects.update(state=State.FAILED, attempts=3, answer="550 No")
    with django_capture_on_commit_callbacks(execute=True):
        answer = page.post(f"/mail/{mail.pk}/send-again/", follow=True)
    assert "väntar på att skickas igen" in answer.text
    mail.refresh_from_db()
    assert mail.state == State.SENT and len(mailoutbox) == 1


def test_only_what_failed_is_sent_again(page):
    mail = f.OutgoingMailFactory(state="sent", sent_at=NOW)
    answer = page.post(f"/mail/{mail.pk}/send-again/", follow=True)
    assert "Bara e-post som inte kunde skickas" in answer.text
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_all_that_failed_is_sent_again(page):
    f.OutgoingMailFactory.create_batch(2, state="failed")
    f.OutgoingMailFactory(state="failed", content=None)
    answer = page.post("/mail/send-again/", follow=True)
    assert "2 mejl väntar på att skickas igen" in answer.text
    assert OutgoingMail.objects.filter(state=State.WAITING).count() == 2


def test_the_coordinators_first_page_warns(page):
    assert "kommer inte iväg" not in page.get("/").text
    waits = f.OutgoingMailFactory(created=NOW - datetime.timedelta(minutes=3))
    f.OutgoingMailFactory(created=NOW - datetime.timedelta(minutes=1))
    assert "1 mejl har väntat i mer än två minuter" in page.get("/").text
    waits.delete()
    f.OutgoingMailFactory(state="failed")
    shown = page.get("/").text
    assert "1 mejl kunde inte skickas" in shown and "har väntat" not in shown
    assert "1 mail could not be sent" in page.get("/en/").text


def test_others_are_not_warned(client):
    f.OutgoingMailFactory(state="failed")
    client.force_login(f.MembershipFactory().user)
    assert "kunde inte skickas" not in client.get("/").text


def test_old_failures_are_no_trouble_any_more():
    f.OutgoingMailFactory(state="failed", created=NOW - datetime.timedelta(days=31))
    assert not outbox.trouble(NOW)


@pytest.mark.parametrize("make", [f.UserFactory, f.ReviewerFactory])
def test_nobody_else_reads_mail(client, make):
    mail = f.OutgoingMailFactory()
    client.force_login(make())
    assert client.get("/mail/").status_code == 403
    assert client.get(f"/mail/{mail.pk}/").status_code == client.get("/mail/987654/").status_code == 404
