"""What becomes of mails to the networks' mailbox, and that nothing of them is done twice or by strangers."""

import datetime

import pytest
from django.test import override_settings

from meetings import intake, inviting, links
from meetings.models import IncomingReply, Invitation, OutgoingMail
from tests import factories as f
from tests import replying
from tests.replying import answer, bounce, calendar, mail

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def meeting():
    row = f.MeetingFactory()
    f.InvitationFactory.create_batch(2, meeting=row)
    inviting.invite(row, seen_version=row.version, user=None, now=NOW)
    return row


@pytest.fixture
def per(meeting):
    return meeting.invitations.first()


def take(content, now=NOW + MINUTE):
    row, _new = intake.take(content, now=now)
    row.refresh_from_db()
    return row


def partstat(row):
    return Invitation.objects.get(pk=row.pk).partstat


def test_a_reply_counts_and_is_noted_with_its_mail(per):
    content = answer(per, at=NOW, Message_ID="<1@example.org>")
    row = take(content)
    assert (row.outcome, row.invitation, row.meeting) == ("counted", per, per.meeting)
    assert (row.sender, bytes(row.content)) == (per.email, content)
    logged = per.answers.get()
    assert (partstat(per), logged.via, logged.sequence, logged.at) == ("ACCEPTED", "mail", 0, NOW + MINUTE)


@pytest.mark.parametrize("headers", [{"Message_ID": "<1@example.org>"}, {}])
def test_the_same_mail_again_changes_nothing(per, headers):
    content = answer(per, at=NOW, **headers)
    first = take(content)
    assert intake.take(content, now=NOW + DAY) == (first, False)
    assert (IncomingReply.objects.count(), per.answers.count()) == (1, 1)


def test_another_reply_under_a_borrowed_message_id_is_not_lost(per):
    take(answer(per, "DECLINED", at=NOW, Message_ID="<1@example.org>"))
    take(answer(per, "ACCEPTED", at=NOW + MINUTE, Message_ID="<1@example.org>"), NOW + 2 * MINUTE)
    assert partstat(per) == "ACCEPTED"


def test_what_goes_wrong_after_the_answer_takes_it_back(per, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("out of order")

    monkeypatch.setattr(IncomingReply, "save", broken)
    with pytest.raises(RuntimeError):
        intake.take(answer(per, at=NOW), now=NOW)
    assert partstat(per) == "NEEDS-ACTION" and not per.answers.exists()


def test_a_clock_that_is_ahead_does_not_outdo_later_answers(per):
    take(answer(per, "ACCEPTED", at=NOW + 3000 * DAY))
    take(answer(per, "DECLINED", at=NOW + 2 * MINUTE), NOW + 3 * MINUTE)
    assert partstat(per) == "DECLINED"


def test_a_bounce_marks_the_address(per):
    sent = OutgoingMail.objects.get(recipient=per.email)
    row = take(bounce(sent))
    per.refresh_from_db()
    assert (row.outcome, row.invitation, row.is_waiting) == ("bounce", per, True)
    assert (per.bounced_at, per.bounce) == (NOW + MINUTE, "smtp; 550 5.1.1 No such user")


def test_a_delay_marks_nothing(per):
    row = take(bounce(OutgoingMail.objects.get(recipient=per.email), action="delayed"))
    per.refresh_from_db()
    assert (row.outcome, row.detail, per.bounced_at) == ("automatic", "delayed", None)


def test_a_report_of_a_mail_that_is_not_ours_marks_nobody(per):
    sent = OutgoingMail.objects.get(recipient=per.email)
    content = bounce(sent).replace(sent.message_id.encode(), b"<other@example.com>")
    content = content.replace(links.reply_address(per).encode(), b"other@example.com")
    assert take(content).invitation is None
    assert not Invitation.objects.exclude(bounced_at=None).exists()


def test_our_own_mail_that_comes_back_is_left_alone(per):
    sent = OutgoingMail.objects.get(recipient=per.email)
    row = take(bytes(sent.content))
    assert (row.outcome, row.detail, row.is_waiting) == ("automatic", "own", False)


def test_an_ordinary_mail_waits_for_somebody_to_read_it(per):
    content = mail(text="Jag kommer inte.\n\n> Välkommen\n", to=links.reply_address(per), sender=per.email)
    row = take(content)
    assert (row.outcome, row.invitation, row.is_waiting) == ("letter", per, True)
    assert row.said["text"] == "Jag kommer inte."
    assert partstat(per) == "NEEDS-ACTION"


def test_a_holiday_program_is_not_answered_and_waits_for_nobody(per):
    row = take(mail(Auto_Submitted="auto-replied", to=links.reply_address(per)))
    assert (row.outcome, row.is_waiting) == ("automatic", False)


def test_two_programs_do_not_ask_each_other_for_ever(per):
    before = OutgoingMail.objects.count()
    for number in range(6):
        at = NOW + number * MINUTE
        content = calendar(per, "", method="REFRESH", at=at)
        row = take(mail(content, method="REFRESH", to=links.reply_address(per)), at)
    assert OutgoingMail.objects.count() == before + intake.MOST_REFRESHES
    assert (row.outcome, row.detail) == ("refresh", "too_many")


def test_a_sender_whose_server_vouches_for_them_needs_no_address_of_their_own(per):
    def sent(at):
        line = f"{replying.SERVER}; dmarc=pass header.from=example.org"
        return mail(calendar(per, at=at), sender=per.email, Authentication_Results=line)

    assert take(sent(NOW)).outcome == "unconfirmed"
    with override_settings(MAIL_AUTHSERV_ID=replying.SERVER):
        assert take(sent(NOW + MINUTE)).outcome == "counted"
    assert partstat(per) == "ACCEPTED"


def test_an_address_of_another_meeting_vouches_for_nothing(per):
    other = f.InvitationFactory(email=per.email)
    row = take(mail(calendar(per, at=NOW), to=links.reply_address(other)))
    assert (row.outcome, row.invitation) == ("unconfirmed", per)


def test_what_is_in_a_mail_is_stored_whatever_its_letters(per):
    content = mail(text="a\x00b", to=links.reply_address(per)).replace(b"Hej", b"\xff\xfe")
    content = b"Subject: \xff\x00\xfe\r\n" + content
    assert take(content).outcome == "letter"


def test_a_mail_that_is_too_large_is_noted_and_not_kept(per):
    content = mail(text="a" * 70 + "\n", sender="stor@example.org") + b"a" * 1_100_000
    row = take(content)
    assert (row.outcome, row.detail, row.sender, row.content) == (
        "unreadable",
        "too_large",
        "stor@example.org",
        None,
    )


def test_old_mails_are_forgotten_and_what_became_of_them_is_not(per):
    row = take(answer(per, at=NOW))
    assert intake.let_go_of_old(NOW + 29 * DAY) == 0
    assert intake.let_go_of_old(NOW + 31 * DAY) == 1
    row.refresh_from_db()
    assert (row.outcome, row.content, row.said, row.sender) == ("counted", None, {}, "")
    assert intake.let_go_of_old(NOW + 31 * DAY) == 0
