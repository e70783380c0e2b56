"""Reminders by beat: who gets which, when, once, and in which language."""

import datetime
import threading
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings import answering, deadlines, inviting, preferences, reminding, tasks
from meetings.models import Meeting, OutgoingMail, Partstat
from tests import factories as f

STOCKHOLM = ZoneInfo("Europe/Stockholm")
START = datetime.datetime(2026, 12, 8, 9, tzinfo=STOCKHOLM)  # of the factory's meeting
DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
ASKED = START - 20 * DAY

pytestmark = pytest.mark.django_db


def invited(count=1, *, asked=ASKED, **given):
    """A meeting to which `count` were invited at `asked`, whose invitations no longer wait."""
    meeting = f.MeetingFactory(**given)
    f.InvitationFactory.create_batch(count, meeting=meeting)
    inviting.invite(meeting, seen_version=meeting.version, user=None, now=asked)
    OutgoingMail.objects.all().delete()
    return meeting


def answered(meeting, partstat):
    answering.answer(meeting.invitations.get(), partstat, via="link", now=ASKED)


def promised():
    """(recipient, subject) of what the outbox has."""
    return list(OutgoingMail.objects.order_by("pk").values_list("recipient", "subject"))


def text_of(mail):
    message = message_from_bytes(bytes(mail.content), policy=policy.default)
    body = message.get_body(("plain",))
    return body.get_content()


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (7 * DAY + MINUTE, None),
        (7 * DAY, "week"),
        (5 * DAY + MINUTE, "week"),
        (5 * DAY, None),  # too late to say that it is in a week
        (DAY + MINUTE, None),
        (DAY, "day"),
        (3 * HOUR, "day"),
        (2 * HOUR, None),
        (-MINUTE, None),
    ],
)
def test_a_week_before_and_the_day_before(before, name):
    meeting = invited()
    answered(meeting, Partstat.ACCEPTED)
    reminding.tick(START - before)
    keys = list(OutgoingMail.objects.values_list("dedupe_key", flat=True))
    assert [key.split()[1] for key in keys] == ([name] if name else [])


@pytest.mark.parametrize(
    ("partstat", "told"),
    [
        (Partstat.NEEDS_ACTION, True),
        (Partstat.ACCEPTED, True),
        (Partstat.TENTATIVE, True),
        (Partstat.DECLINED, False),
        (Partstat.DELEGATED, False),
    ],
)
def test_only_those_who_may_come(partstat, told):
    meeting = invited()
    answered(meeting, partstat)
    assert reminding.tick(START - DAY) == int(told)


@pytest.mark.parametrize("state", ["draft", "held", "cancelled"])
def test_nothing_of_what_is_no_meeting_to_come(state):
    meeting = invited()
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    assert reminding.tick(START - DAY) == 0


def test_nothing_to_those_who_were_taken_off_or_cannot_be_reached():
    meeting = invited(2)
    first, second = meeting.invitations.all()
    meeting.invitations.filter(pk=first.pk).update(withdrawn_at=ASKED)
    meeting.invitations.filter(pk=second.pk).update(bounced_at=ASKED)
    assert reminding.tick(START - DAY) == 0


def test_who_was_invited_just_now_is_not_reminded_of_it():
    invited(asked=START - 8 * DAY)
    assert reminding.tick(START - 7 * DAY) == 0
    assert reminding.tick(START - DAY) == 1


def test_it_comes_once_however_often_beat_ticks():
    meeting = invited(2)
    for minute in range(0, 300, 5):
        reminding.tick(START - DAY + minute * MINUTE)
    assert len(promised()) == 2 == meeting.invitations.count()


def test_a_clock_that_is_set_back_and_forth():
    invited()
    moments = [START - DAY + minutes * MINUTE for minutes in (0, 90, 30, -30, 60, 5)]
    assert sum(reminding.tick(moment) for moment in moments) == 1


def test_who_moves_a_meeting_makes_another_reminder():
    meeting = invited()
    assert reminding.tick(START - DAY) == 1
    meeting.starts, meeting.ends = meeting.starts + 14 * DAY, meeting.ends + 14 * DAY
    inviting.change(meeting, seen_version=meeting.version, user=None, now=START - DAY)
    OutgoingMail.objects.filter(subject__startswith="Ändrat").delete()
    assert reminding.tick(START + 13 * DAY) == 1


@pytest.mark.parametrize(
    "start",
    [
        datetime.datetime(2027, 3, 29, 2, 30, tzinfo=STOCKHOLM),  # the day before has no such hour
        datetime.datetime(2027, 11, 1, 2, 30, tzinfo=STOCKHOLM),  # the day before has it twice
    ],
)
def test_a_night_that_is_an_hour_longer_or_shorter(start):
    invited(starts=start, ends=start + HOUR)
    now, count = (start - 3 * DAY).astimezone(datetime.UTC), 0
    while now < start:
        count += reminding.tick(now)
        now += 5 * MINUTE
    assert count == 1


def test_the_same_hour_by_the_clock_on_the_wall():
    start = datetime.datetime(2027, 3, 29, 9, tzinfo=STOCKHOLM)  # summer time since the day before
    invited(starts=start, ends=start + HOUR)
    monday = datetime.datetime(2027, 3, 22, 8, tzinfo=datetime.UTC)  # 9 in Stockholm, in winter time
    assert reminding.tick(monday - MINUTE) == 0
    assert reminding.tick(monday) == 1


def test_two_beats_side_by_side_promise_it_once(real_database):
    invited(6)
    barrier = threading.Barrier(2)

    def beat():
        barrier.wait()
        reminding.tick(START - DAY)
        connections.close_all()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    keys = list(OutgoingMail.objects.values_list("dedupe_key", flat=True))
    assert len(keys) == len(set(keys)) == 6


def test_a_beat_that_comes_second_between_question_and_promise(monkeypatch):
    invited()
    reminding.tick(START - DAY)
    monkeypatch.setattr(reminding, "promised_already", lambda keys: set())
    assert reminding.tick(START - DAY) == 0
    assert len(promised()) == 1


def test_it_is_in_the_language_of_whoever_reads_it_with_their_own_links(client):
    meeting = invited(title="Höstmöte")
    meeting.invitations.update(language="en")
    answered(meeting, Partstat.TENTATIVE)
    reminding.tick(START - DAY)
    mail = OutgoingMail.objects.get()
    text = text_of(mail)
    assert mail.subject == "Reminder: Höstmöte"
    assert "You have answered: maybe" in text and "Tuesday 8 December 2026, 09:00–11:00" in text
    assert "/en/invitations/" in text
    for path in ("/en/mail/unsubscribe/", "/en/mail/preferences/"):
        [url] = [line.split()[-1] for line in text.splitlines() if path in line]
        assert client.get(url.removeprefix("http://localhost:8000")).status_code == 200


def test_a_mail_program_gets_a_button_that_ends_it(client):
    meeting = invited()
    reminding.tick(START - DAY)
    message = message_from_bytes(bytes(OutgoingMail.objects.get().content), policy=policy.default)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    client.post(url, {"List-Unsubscribe": "One-Click"})
    OutgoingMail.objects.all().delete()
    assert reminding.tick(START - DAY) == 0
    assert meeting.invitations.get().email in preferences.unwilling("reminders")


def test_an_invitation_has_no_such_button():
    meeting = f.MeetingFactory()
    f.InvitationFactory(meeting=meeting)
    inviting.invite(meeting, seen_version=1, user=None, now=ASKED)
    assert b"List-Unsubscribe" not in bytes(OutgoingMail.objects.get().content)


def test_who_does_not_answer_is_asked_once_more_after_a_week():
    meeting = invited(2)
    first = meeting.invitations.first()
    answering.answer(first, Partstat.ACCEPTED, via="link", now=ASKED)
    assert reminding.tick(ASKED + 7 * DAY - MINUTE) == 0
    assert reminding.tick(ASKED + 7 * DAY) == 1
    [(recipient, subject)] = promised()
    assert recipient == meeting.invitations.last().email and subject.startswith("Kan du komma?")
    assert reminding.tick(ASKED + 9 * DAY) == 0


def test_who_wants_no_reminder_to_answer_gets_none():
    meeting = invited()
    row = preferences.recipient(meeting.invitations.get().email.upper())
    preferences.set_wish(row, "nudges", False)
    assert reminding.tick(ASKED + 8 * DAY) == 0
    assert reminding.tick(START - DAY) == 1


def test_more_meetings_take_no_more_queries():
    def queries(now):
        with CaptureQueriesContext(connection) as captured:
            reminding.tick(now)
        return len(captured)

    invited()
    reminding.tick(START - DAY)
    few = queries(START - DAY)
    for _ in range(5):
        meeting = f.MeetingFactory()
        f.InvitationFactory.create_batch(4, meeting=meeting)
        inviting.invite(meeting, seen_version=1, user=None, now=ASKED)
    reminding.tick(START - DAY)
    assert queries(START - DAY) == few


# Deadlines

TODAY = datetime.date(2026, 10, 2)
NOW = datetime.datetime(2026, 10, 2, 8, tzinfo=datetime.UTC)
AFTER_LAST = datetime.date(2027, 1, 1)  # 90 days after TODAY is the day before


def member(**given):
    membership = f.MembershipFactory(**given)
    return membership.user, membership.actor


def test_a_mandate_that_ends_is_told_90_and_30_days_before():
    user, actor = member()
    f.MandateFactory(holder=actor, title_sv="Stöd", valid_until=AFTER_LAST, to_precision="day")
    f.MandateFactory(title_sv="Annans", valid_until=AFTER_LAST, to_precision="day")
    for day in range(-3, 90):
        deadlines.remind(NOW, TODAY + day * DAY, 8)
    mails = OutgoingMail.objects.order_by("pk")
    assert [mail.recipient for mail in mails] == [user.email] * 2
    assert [mail.subject for mail in mails] == ["Om 90 dagar: Stöd", "Om 30 dagar: Stöd"]
    text = text_of(mails[0])
    assert "2026-12-31: Upphör: Stöd" in text and "/mandates/" in text and "Annans" not in text
    assert "Ingen efterföljare är beslutad" in text


def test_what_falls_due_on_one_day_is_one_mail():
    _user, actor = member()
    f.MandateFactory.create_batch(3, holder=actor, valid_until=AFTER_LAST, to_precision="day")
    f.MandateFactory(holder=actor, report_due=datetime.date(2026, 12, 31), valid_until=None)
    deadlines.remind(NOW, TODAY, 8)
    mail = OutgoingMail.objects.get()
    assert text_of(mail).count("* 2026-12-31:") == 4 and "Ska redovisas:" in text_of(mail)


def test_each_holder_of_a_joint_assignment_is_told():
    users = []
    for _ in range(2):
        user, actor = member()
        users.append(user.email)
        f.MandateFactory(
            holder=actor, joint_assignment="gemensamt", valid_until=AFTER_LAST, to_precision="day"
        )
    deadlines.remind(NOW, TODAY, 8)
    assert sorted(recipient for recipient, _subject in promised()) == sorted(users)


@pytest.mark.parametrize("given", [{"to_precision": "year"}, {"status": "proposed", "scenario": "plan"}])
def test_what_is_not_known_to_the_day_or_not_decided_is_no_deadline(given):
    _user, actor = member()
    f.MandateFactory(**{"holder": actor, "valid_until": AFTER_LAST, "to_precision": "day"} | given)
    assert deadlines.remind(NOW, TODAY, 8) == 0


def test_nobody_is_woken_and_nobody_told_against_their_will_or_after_leaving():
    user, actor = member()
    f.MandateFactory(holder=actor, valid_until=AFTER_LAST, to_precision="day")
    assert deadlines.remind(NOW, TODAY, 6) == 0
    preferences.set_wish(preferences.recipient(user.email), "deadlines", False)
    assert deadlines.remind(NOW, TODAY, 8) == 0
    preferences.set_wish(preferences.recipient(user.email), "deadlines", True)
    user.is_active = False
    user.save()
    assert deadlines.remind(NOW, TODAY, 8) == 0


def test_deadlines_take_no_more_queries_for_more_members():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            deadlines.remind(NOW, TODAY, 8)
        return len(captured)

    def another():
        _user, actor = member()
        f.MandateFactory(holder=actor, valid_until=AFTER_LAST, to_precision="day")

    another()
    deadlines.remind(NOW, TODAY, 8)
    few = queries()
    for _ in range(6):
        another()
    deadlines.remind(NOW, TODAY, 8)
    assert queries() == few


# The weekly summary

MONDAY = datetime.date(2026, 11, 30)
ON_MONDAY = datetime.datetime(2026, 11, 30, 7, tzinfo=datetime.UTC)


def summary_for(email):
    preferences.set_wish(preferences.recipient(email), "digest", True)


def test_who_asked_for_it_gets_a_summary_on_mondays():
    user, actor = member(user=f.UserFactory(language="en"))
    meeting = invited(title="Höstmöte")
    meeting.invitations.update(email=user.email)
    f.MandateFactory(
        holder=actor, title_en="Support", valid_until=datetime.date(2026, 12, 16), to_precision="day"
    )
    assert deadlines.summarise(ON_MONDAY, MONDAY, 8) == 0
    summary_for(user.email)
    assert deadlines.summarise(ON_MONDAY, MONDAY, 6) == 0
    assert deadlines.summarise(ON_MONDAY, MONDAY + DAY, 8) == 0
    assert deadlines.summarise(ON_MONDAY, MONDAY, 8) == 1
    assert deadlines.summarise(ON_MONDAY, MONDAY, 12) == 0
    mail = OutgoingMail.objects.get()
    text = text_of(mail)
    assert mail.subject == "This week in Samsyn"
    assert "Höstmöte" in text and "1 waits for an answer" in text and "Ends: Support" in text


def test_a_seat_without_an_account_gets_it_too():
    meeting = invited(title="Höstmöte")
    summary_for(meeting.invitations.get().email)
    assert deadlines.summarise(ON_MONDAY, MONDAY, 8) == 1
    assert "Veckan i Samsyn" in text_of(OutgoingMail.objects.get())


def test_a_week_without_anything_has_no_summary():
    user, _actor = member()
    summary_for(user.email)
    assert deadlines.summarise(ON_MONDAY, MONDAY, 8) == 0


# The task


def test_the_task_promises_and_wakes_the_worker(monkeypatch, mailoutbox, django_capture_on_commit_callbacks):
    meeting = invited()
    monkeypatch.setattr(timezone, "now", lambda: START - DAY)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remind()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remind()
    [mail] = mailoutbox
    assert mail.to == [meeting.invitations.get().email]
