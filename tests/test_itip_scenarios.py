"""Named scenarios of invitations and replies, from the meeting's page to attendees' calendars and back.

Each is a few lines of what people do and what then stands: in the outbox, in a model of the attendee's calendar
(`itip_calendar`), in the register, and in the list of what somebody has to decide. The names follow sabre/vobject's
and RFC 5546's: new, update, significant change, delete, reply, party crasher, delegate, counter, refresh …
"""

import datetime
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from meetings import answering, intake, inviting, links
from meetings.models import IncomingReply, Invitation, Meeting, OutgoingMail
from tests import factories as f
from tests import replying
from tests.itip_calendar import AttendeeCalendar

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
STRANGER = "eva@other.example"
SCENARIOS = {}


def scenario(test):
    """Its name, with spaces for underscores, is the scenario's."""
    SCENARIOS[test.__name__.replace("_", " ")] = test
    return test


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name):
    SCENARIOS[name](World())


def test_there_are_at_least_sixty_scenarios():
    assert len(SCENARIOS) >= 60


class World:
    """A meeting with two seats, Anna's and Bo's, a mail server that delivers at once, and their calendars."""

    def __init__(self):
        self.now = START
        self.meeting = f.MeetingFactory(title="Nätverksmöte")
        self.anna = f.InvitationFactory(meeting=self.meeting, email="anna@kommun.example")
        self.bo = f.InvitationFactory(meeting=self.meeting, email="bo@region.example")
        self.calendars = {}
        self.delivered = []  # (recipient, METHOD, SEQUENCE), in order
        self.sent = 0

    def later(self, time=MINUTE):
        self.now += time
        return self.now

    # What the chair does.
    def invite(self):
        inviting.invite(self.meeting, **self._seen())
        return self.deliver()

    def change(self, **fields):
        for name, value in fields.items():
            setattr(self.meeting, name, value)
        inviting.change(self.meeting, **self._seen())
        return self.deliver()

    def move(self, time=DAY):
        return self.change(starts=self.meeting.starts + time, ends=self.meeting.ends + time)

    def take_off(self, row):
        inviting.set_list(self.meeting, withdraw=[row], **self._seen())
        return self.deliver()

    def add(self, email, **given):
        row = Invitation(email=email, **given)
        inviting.set_list(self.meeting, add=[row], **self._seen())
        self.deliver()
        return row

    def cancel(self, reason="Sjukdom"):
        inviting.cancel(self.meeting, reason=reason, **self._seen())
        return self.deliver()

    def _seen(self):
        return {"seen_version": self.meeting.version, "user": None, "now": self.later()}

    # What the mail servers do.
    def deliver(self, keep_back=()):
        """Bring what was promised to the calendars; what was sent of it: [(recipient, METHOD, SEQUENCE)]."""
        waiting = OutgoingMail.objects.filter(pk__gt=self.sent, state="waiting").order_by("pk")
        news = []
        for mail in waiting:
            self.sent = mail.pk
            content = part_of(mail)
            calendar = Calendar.from_ical(content)
            [event] = calendar.walk("VEVENT")
            news.append((mail.recipient, str(calendar["METHOD"]), int(event["SEQUENCE"])))
            if mail.recipient not in keep_back:
                self.calendar(mail.recipient).receive(content)
        self.delivered += news
        return news

    def calendar(self, address):
        return self.calendars.setdefault(address, AttendeeCalendar(address))

    # What attendees and strangers do.
    def replies(self, row, partstat="ACCEPTED", *, to=None, sender=None, headers=None, **given):
        """A mail from `row`'s calendar, taken in a minute later; what became of it."""
        row = Invitation.objects.select_related("meeting").get(pk=row.pk)
        given.setdefault("at", self.later())
        method = given.get("method", "REPLY")
        content = replying.mail(
            replying.calendar(row, partstat, **given),
            method=method,
            sender=row.email if sender is None else sender,
            to=links.reply_address(row) if to is None else to,
            **(headers or {}),
        )
        return self.comes(content)

    def comes(self, content):
        row, _new = intake.take(content, now=self.later())
        row.refresh_from_db()
        return row

    def answer_of(self, row):
        return Invitation.objects.get(pk=row.pk).partstat

    @property
    def waiting(self):
        return [row.outcome for row in IncomingReply.objects.waiting()]


def part_of(mail):
    message = message_from_bytes(bytes(mail.content), policy=policy.default)
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    return part.get_payload(decode=True)


# New
@scenario
def new(w):
    assert w.invite() == [(row.email, "REQUEST", 0) for row in (w.anna, w.bo)]
    assert w.calendar(w.anna.email).shows()[0] == "Nätverksmöte"


@scenario
def new_with_nobody_on_the_list(w):
    w.meeting.invitations.all().delete()
    assert w.invite() == []


@scenario
def new_draft_is_in_no_calendar(w):
    w.change(title="Ett utkast")
    assert w.delivered == []


@scenario
def new_attendee_learns_only_of_the_meeting_as_it_is(w):
    w.invite()
    w.move()
    cai = w.add("cai@myndighet.example")
    assert w.delivered[-1] == (cai.email, "REQUEST", 1)
    assert [to for to, *_rest in w.delivered].count(w.anna.email) == 2


@scenario
def new_mail_names_only_its_own_recipient(w):
    w.invite()
    assert all(b"bo@region" not in part_of(m) for m in OutgoingMail.objects.filter(recipient=w.anna.email))


@scenario
def new_twice_the_same_address_is_refused(w):
    w.invite()
    with pytest.raises(Exception, match="(?i)unique|address"):
        w.add("ANNA@kommun.example")


@scenario
def new_meeting_that_is_over_tells_nobody(w):
    w.now = w.meeting.ends + HOUR
    assert w.invite() == []


# Update
@scenario
def update_of_the_title_keeps_answers_and_sequence(w):
    w.invite()
    w.replies(w.anna)
    assert w.change(title="Nytt namn") == [(row.email, "REQUEST", 0) for row in (w.anna, w.bo)]
    assert w.answer_of(w.anna) == "ACCEPTED"
    assert w.calendar(w.anna.email).shows()[0] == "Nytt namn"


@scenario
def update_of_the_title_carries_the_answer_that_was_given(w):
    w.invite()
    w.replies(w.anna, "TENTATIVE")
    w.change(description="Ta med underlaget")
    assert str(w.calendar(w.anna.email).event["ATTENDEE"].params["PARTSTAT"]) == "TENTATIVE"


@scenario
def update_with_nothing_changed_tells_nobody(w):
    w.invite()
    assert w.change(title=w.meeting.title) == []


@scenario
def update_after_update_supersedes_what_was_not_sent(w):
    w.invite()
    OutgoingMail.objects.update(state="sent", sent_at=w.now)
    for title in ("Först", "Sedan"):
        w.meeting.title = title
        inviting.change(w.meeting, **w._seen())
    assert OutgoingMail.objects.filter(recipient=w.anna.email, state="superseded").count() == 1
    w.deliver()
    assert w.calendar(w.anna.email).shows()[0] == "Sedan"


@scenario
def update_by_two_people_at_once_loses_neither(w):
    w.invite()
    other = Meeting.objects.get()
    w.change(title="Först")
    with pytest.raises(inviting.Conflict):
        inviting.change(other, seen_version=other.version - 1, user=None, now=w.later())


# Significant change
@scenario
def significant_change_of_time_asks_again(w):
    w.invite()
    w.replies(w.anna)
    assert {sequence for *_rest, sequence in w.move()} == {1}
    assert w.answer_of(w.anna) == "NEEDS-ACTION"
    assert w.calendar(w.anna.email).shows()[1] == w.meeting.starts


@scenario
def significant_change_of_place_asks_again(w):
    w.invite()
    w.replies(w.anna)
    assert {sequence for *_rest, sequence in w.change(location="Malmö")} == {1}
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def significant_change_of_length_asks_again(w):
    w.invite()
    w.replies(w.anna)
    w.change(ends=w.meeting.ends + HOUR)
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def significant_change_to_video_asks_again(w):
    w.invite()
    assert {s for *_r, s in w.change(form="video", video_url="https://video.example/1")} == {1}


@scenario
def significant_change_keeps_earlier_answers_in_the_log(w):
    w.invite()
    w.replies(w.anna)
    w.move()
    w.replies(w.anna, "DECLINED")
    assert [a.partstat for a in w.anna.answers.order_by("pk")] == ["ACCEPTED", "DECLINED"]


@scenario
def significant_change_and_back_is_two_changes(w):
    w.invite()
    w.move(DAY)
    assert {sequence for *_rest, sequence in w.move(-DAY)} == {2}


@scenario
def significant_change_across_the_end_of_summer_time_keeps_the_hour(w):
    w.change(
        starts=datetime.datetime(2027, 10, 30, 8, tzinfo=datetime.UTC),
        ends=datetime.datetime(2027, 10, 30, 9, tzinfo=datetime.UTC),
    )
    w.invite()
    w.change(
        starts=datetime.datetime(2027, 11, 1, 9, tzinfo=datetime.UTC),
        ends=datetime.datetime(2027, 11, 1, 10, tzinfo=datetime.UTC),
    )
    shown = w.calendar(w.anna.email).shows()[1]
    assert (shown.hour, shown.astimezone(datetime.UTC).hour) == (10, 9)


# Delete
@scenario
def delete_takes_it_out_of_every_calendar(w):
    w.invite()
    assert w.cancel() == [(row.email, "CANCEL", 1) for row in (w.anna, w.bo)]
    assert w.calendar(w.anna.email).shows() is None


@scenario
def delete_of_a_draft_tells_nobody(w):
    assert w.cancel() == []


@scenario
def delete_is_final(w):
    w.invite()
    w.cancel()
    with pytest.raises(inviting.NotNow):
        w.move()


@scenario
def delete_says_why(w):
    w.invite()
    w.cancel("Sammankallande är sjuk")
    assert b"Sammankallande" in bytes(OutgoingMail.objects.order_by("-pk").first().content)


@scenario
def delete_of_a_meeting_that_is_over_tells_nobody(w):
    w.invite()
    w.now = w.meeting.ends + HOUR
    assert w.cancel() == []


@scenario
def delete_overtaken_by_nothing(w):
    w.invite()
    late = part_of(OutgoingMail.objects.filter(recipient=w.anna.email).last())
    w.cancel()
    w.calendar(w.anna.email).receive(late)
    assert w.calendar(w.anna.email).shows() is None


@scenario
def attendee_removed_is_told_and_nobody_else(w):
    w.invite()
    assert w.take_off(w.anna) == [(w.anna.email, "CANCEL", 1)]
    assert w.calendar(w.anna.email).shows() is None and w.calendar(w.bo.email).shows()


@scenario
def attendee_removed_and_invited_again_sees_it_again(w):
    w.invite()
    w.take_off(w.anna)
    w.add(w.anna.email)
    assert w.calendar(w.anna.email).shows()


@scenario
def attendee_removed_before_anybody_knew_is_not_told(w):
    w.take_off(w.anna)
    assert w.invite() == [(w.bo.email, "REQUEST", 0)]


# Attendee reply
@scenario
def attendee_reply_accepts(w):
    w.invite()
    assert w.replies(w.anna).outcome == "counted"
    assert w.answer_of(w.anna) == "ACCEPTED"


@scenario
def attendee_reply_says_maybe(w):
    w.invite()
    w.replies(w.anna, "TENTATIVE")
    assert w.answer_of(w.anna) == "TENTATIVE"


@scenario
def attendee_reply_declines(w):
    w.invite()
    w.replies(w.anna, "DECLINED")
    assert w.answer_of(w.anna) == "DECLINED" and w.calendar(w.anna.email).shows()


@scenario
def attendee_reply_changes_one_seat_only(w):
    w.invite()
    w.replies(w.anna)
    assert w.answer_of(w.bo) == "NEEDS-ACTION"


@scenario
def attendee_reply_sends_no_mail(w):
    w.invite()
    w.replies(w.anna)
    assert w.deliver() == []


@scenario
def attendee_reply_with_a_comment_keeps_it(w):
    w.invite()
    w.replies(w.anna, lines=("COMMENT:Tio minuter sen\\, tyvärr",))
    assert Invitation.objects.get(pk=w.anna.pk).comment == "Tio minuter sen, tyvärr"


@scenario
def attendee_reply_changes_their_mind(w):
    w.invite()
    w.replies(w.anna)
    w.replies(w.anna, "DECLINED")
    assert w.answer_of(w.anna) == "DECLINED" and w.anna.answers.count() == 2


@scenario
def attendee_reply_from_the_model_calendar(w):
    w.invite()
    content = w.calendar(w.anna.email).answer("ACCEPTED", w.later())
    w.comes(replying.mail(content, to=links.reply_address(w.anna), sender=w.anna.email))
    assert w.answer_of(w.anna) == "ACCEPTED"


@scenario
def attendee_reply_without_organizer_as_outlook_com_sends(w):
    w.invite()
    content = replying.calendar(w.anna, at=w.later()).replace(
        b"ORGANIZER:mailto:moten@samsyn.example.org\r\n", b""
    )
    assert b"ORGANIZER" not in content
    assert w.comes(replying.mail(content, to=links.reply_address(w.anna))).outcome == "counted"


@scenario
def attendee_reply_in_capitals(w):
    w.invite()
    assert w.replies(w.anna, attendee="MAILTO:ANNA@KOMMUN.EXAMPLE").outcome == "counted"


@scenario
def attendee_reply_without_time_counts_when_it_comes(w):
    w.invite()
    w.replies(w.anna)
    content = replying.calendar(w.anna, "DECLINED", at=w.now)
    content = b"\r\n".join(line for line in content.split(b"\r\n") if not line.startswith(b"DTSTAMP"))
    w.comes(replying.mail(content, to=links.reply_address(w.anna)))
    assert w.answer_of(w.anna) == "DECLINED"


@scenario
def attendee_reply_that_answers_nothing(w):
    w.invite()
    assert w.replies(w.anna, "NEEDS-ACTION").outcome == "no_answer"
    assert not w.anna.answers.exists()


@scenario
def attendee_reply_to_both_addresses_counts_once(w):
    w.invite()
    at = w.later()
    both = f"{replying.MAILBOX}, {links.reply_address(w.anna)}"
    content = replying.answer(w.anna, at=at, Message_ID="<1@kommun.example>").replace(
        f"To: {links.reply_address(w.anna)}".encode(), f"To: {both}".encode()
    )
    w.comes(content)
    w.comes(b"Received: from mx2\r\n" + content)
    assert w.anna.answers.count() == 1


@scenario
def attendee_reply_delivered_to_the_plus_address_alone(w):
    w.invite()
    row = w.replies(w.anna, to=replying.MAILBOX, headers={"Delivered_To": links.reply_address(w.anna)})
    assert row.outcome == "counted"


@scenario
def attendee_reply_after_others_were_taken_off(w):
    w.invite()
    w.take_off(w.bo)
    assert w.replies(w.anna, sequence=0).outcome == "counted"


# Obsolete, duplicate, reordered
@scenario
def obsolete_reply_to_the_earlier_time_does_not_count(w):
    w.invite()
    w.move()
    assert w.replies(w.anna, sequence=0).outcome == "stale"
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def obsolete_request_changes_no_calendar(w):
    w.invite()
    old = part_of(OutgoingMail.objects.filter(recipient=w.anna.email).last())
    w.move()
    w.calendar(w.anna.email).receive(old)
    assert w.calendar(w.anna.email).shows()[1] == w.meeting.starts


@scenario
def duplicate_reply_counts_once(w):
    w.invite()
    at = w.later()
    w.replies(w.anna, at=at, headers={"Message_ID": "<1@kommun.example>"})
    row = w.replies(w.anna, at=at, headers={"Message_ID": "<2@kommun.example>"})
    assert row.outcome == "duplicate" and w.anna.answers.count() == 1


@scenario
def duplicate_request_is_one_event(w):
    w.invite()
    again = part_of(OutgoingMail.objects.filter(recipient=w.anna.email).last())
    before = w.calendar(w.anna.email).shows()
    w.calendar(w.anna.email).receive(again)
    assert w.calendar(w.anna.email).shows() == before


@scenario
def reordered_replies_the_later_made_counts(w):
    w.invite()
    first, second = w.later(), w.later()
    w.replies(w.anna, "DECLINED", at=second)
    assert w.replies(w.anna, "ACCEPTED", at=first).outcome == "stale"
    assert w.answer_of(w.anna) == "DECLINED"


@scenario
def reordered_requests_the_later_made_counts(w):
    w.invite()
    w.meeting.title = "Först"
    inviting.change(w.meeting, **w._seen())
    newest = OutgoingMail.objects.filter(recipient=w.anna.email).order_by("-pk").first()
    first = part_of(newest)
    w.sent = newest.pk  # it left, and is under way
    w.change(title="Sedan")
    w.calendar(w.anna.email).receive(first)
    assert w.calendar(w.anna.email).shows()[0] == "Sedan"


@scenario
def reply_to_a_version_that_was_never_sent_waits(w):
    w.invite()
    assert w.replies(w.anna, sequence=9).outcome == "from_the_future"
    assert w.answer_of(w.anna) == "NEEDS-ACTION" and w.waiting == ["from_the_future"]


@scenario
def reply_by_link_and_then_by_calendar(w):
    w.invite()
    answering.answer(w.anna, "ACCEPTED", via="link", now=w.later())
    w.replies(w.anna, "DECLINED")
    assert w.answer_of(w.anna) == "DECLINED"


@scenario
def reply_by_calendar_made_before_the_one_by_link(w):
    w.invite()
    at = w.later()
    answering.answer(w.anna, "ACCEPTED", via="link", now=w.later())
    assert w.replies(w.anna, "DECLINED", at=at).outcome == "stale"


# Alias, forwarded, party crasher
@scenario
def alias_in_the_same_organisation_counts(w):
    w.invite()
    assert w.replies(w.anna, attendee="anna.berg@kommun.example").outcome == "counted"


@scenario
def alias_elsewhere_waits(w):
    w.invite()
    assert (
        w.replies(w.anna, attendee="anna@home.example", sender="anna@home.example").outcome == "unconfirmed"
    )
    assert w.answer_of(w.anna) == "NEEDS-ACTION" and w.waiting == ["unconfirmed"]


@scenario
def alias_without_address_counts_by_the_reply_address(w):
    w.invite()
    assert w.replies(w.anna, attendee="invalid:nomail").outcome == "counted"


@scenario
def alias_without_address_to_the_common_mailbox_cannot_be_read(w):
    w.invite()
    row = w.replies(w.anna, attendee="invalid:nomail", to=replying.MAILBOX)
    assert (row.outcome, row.detail) == ("unreadable", "bad_attendee")


@scenario
def forwarded_to_a_stranger_who_answers_waits(w):
    w.invite()
    row = w.replies(w.anna, attendee=STRANGER, sender=STRANGER)
    assert (row.outcome, row.invitation) == ("unconfirmed", w.anna)
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def forwarded_to_another_attendee_answers_for_neither(w):
    w.invite()
    row = w.replies(w.anna, attendee=w.bo.email, sender=w.bo.email)
    assert (row.outcome, row.invitation) == ("unconfirmed", w.bo)
    assert {w.answer_of(w.anna), w.answer_of(w.bo)} == {"NEEDS-ACTION"}


@scenario
def forged_sender_waits(w):
    w.invite()
    row = w.replies(w.anna, to=replying.MAILBOX)
    assert (row.outcome, w.answer_of(w.anna)) == ("unconfirmed", "NEEDS-ACTION")


@scenario
def forged_reply_address_waits(w):
    w.invite()
    forged = links.reply_address(w.anna).replace("+", "+9")
    assert w.replies(w.anna, to=forged).outcome == "unconfirmed"


@scenario
def party_crasher_waits_for_the_chair(w):
    w.invite()
    row = w.replies(w.anna, attendee=STRANGER, sender=STRANGER, to=replying.MAILBOX)
    assert (row.outcome, row.invitation, row.meeting) == ("unknown_attendee", None, w.meeting)
    assert w.meeting.invitations.count() == 2


@scenario
def party_crasher_of_an_unknown_meeting(w):
    w.invite()
    row = w.replies(w.anna, uid="unknown@other.example", to=replying.MAILBOX)
    assert (row.outcome, row.meeting) == ("unknown_meeting", None)


@scenario
def reply_of_somebody_taken_off_changes_nothing(w):
    w.invite()
    w.take_off(w.anna)
    assert w.replies(w.anna).outcome == "withdrawn"
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def revoked_reply_address_vouches_for_nobody(w):
    w.invite()
    old = links.reply_address(w.anna)
    Invitation.objects.filter(pk=w.anna.pk).update(nonce="ny")
    assert w.replies(w.anna, to=old).outcome == "unconfirmed"


# Delegate
@scenario
def delegate_is_noted_and_waits(w):
    w.invite()
    row = w.replies(w.anna, "DELEGATED", parameters=f';DELEGATED-TO="mailto:{STRANGER}"')
    assert (row.outcome, row.said["delegated_to"]) == ("delegate", STRANGER)
    assert w.answer_of(w.anna) == "DELEGATED" and w.meeting.invitations.count() == 2


@scenario
def delegate_who_is_not_named_needs_no_decision(w):
    w.invite()
    assert w.replies(w.anna, "DELEGATED").outcome == "counted"
    assert w.waiting == []


@scenario
def delegate_who_answers_before_being_invited_is_a_stranger(w):
    w.invite()
    row = w.replies(
        w.anna,
        attendee="cai@kommun.example",
        parameters=f';DELEGATED-FROM="mailto:{w.anna.email}"',
    )
    assert row.outcome == "unknown_attendee" and w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def delegate_is_invited_and_answers(w):
    w.invite()
    made = answering.delegate(w.anna, name="Cai", email=STRANGER, via="link", now=w.later())
    inviting.tell(w.meeting, now=w.later())
    assert w.deliver() == [(STRANGER, "REQUEST", 0)]
    assert w.replies(made).outcome == "counted"
    assert (w.answer_of(w.anna), w.answer_of(made)) == ("DELEGATED", "ACCEPTED")


# Counter, refresh
@scenario
def counter_waits_with_the_time_it_proposes(w):
    w.invite()
    lines = ("DTSTART;TZID=Europe/Stockholm:20261209T090000", "DTEND;TZID=Europe/Stockholm:20261209T110000")
    row = w.replies(w.anna, "TENTATIVE", method="COUNTER", lines=lines)
    assert (row.outcome, row.said["starts"], row.said["zone"]) == (
        "counter",
        "20261209T090000",
        "Europe/Stockholm",
    )
    assert w.answer_of(w.anna) == "NEEDS-ACTION" and Meeting.objects.get().sequence == 0


@scenario
def counter_from_a_stranger_changes_nothing(w):
    w.invite()
    assert (
        w.replies(w.anna, method="COUNTER", attendee=STRANGER, to=replying.MAILBOX).outcome
        == "unknown_attendee"
    )
    assert w.deliver() == []


@scenario
def refresh_sends_the_meeting_again(w):
    w.invite()
    assert w.replies(w.anna, "", method="REFRESH").outcome == "refresh"
    assert w.deliver() == [(w.anna.email, "REQUEST", 0)]
    assert w.calendar(w.anna.email).shows()[0] == "Nätverksmöte"


@scenario
def refresh_from_a_stranger_sends_nothing(w):
    w.invite()
    w.replies(w.anna, "", method="REFRESH", attendee=STRANGER, sender=STRANGER)
    assert w.deliver() == []


@scenario
def refresh_of_a_cancelled_meeting_sends_nothing(w):
    w.invite()
    w.cancel()
    assert w.replies(w.anna, "", method="REFRESH").outcome == "cancelled"
    assert w.deliver() == []


# Late, cancelled
@scenario
def late_reply_changes_nothing(w):
    w.invite()
    w.now = w.meeting.ends + MINUTE
    assert w.replies(w.anna).outcome == "late"
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def late_mail_of_an_early_answer_counts_while_the_meeting_is_to_come(w):
    w.invite()
    at = w.later()
    w.now = w.meeting.starts - HOUR
    assert w.replies(w.anna, at=at).outcome == "counted"


@scenario
def cancelled_meeting_answered(w):
    w.invite()
    w.cancel()
    assert w.replies(w.anna).outcome == "cancelled"
    assert w.answer_of(w.anna) == "NEEDS-ACTION" and w.waiting == []


@scenario
def draft_answered_by_somebody_who_guessed_its_uid(w):
    assert w.replies(w.anna).outcome == "from_the_future"
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


# Bounces and other mail
@scenario
def bounce_marks_the_invitation(w):
    w.invite()
    row = w.comes(replying.bounce(OutgoingMail.objects.get(recipient=w.anna.email)))
    assert row.outcome == "bounce"
    assert [r for r in (w.anna, w.bo) if Invitation.objects.get(pk=r.pk).bounced_at] == [w.anna]


@scenario
def automatic_answer_is_not_an_answer(w):
    w.invite()
    row = w.comes(replying.mail(to=links.reply_address(w.anna), Auto_Submitted="auto-replied"))
    assert (row.outcome, w.waiting, w.deliver()) == ("automatic", [], [])


@scenario
def automatic_calendar_answer_counts(w):
    w.invite()
    assert w.replies(w.anna, headers={"Auto_Submitted": "auto-generated"}).outcome == "counted"


@scenario
def ordinary_mail_waits_to_be_read(w):
    w.invite()
    assert w.comes(replying.mail(to=links.reply_address(w.anna), text="Jag kommer.")).outcome == "letter"
    assert w.answer_of(w.anna) == "NEEDS-ACTION"


@scenario
def request_from_somebody_else_is_not_a_reply(w):
    w.invite()
    row = w.replies(w.anna, method="REQUEST")
    assert (row.outcome, row.detail) == ("unreadable", "not_a_reply")


@scenario
def cancel_from_somebody_else_cancels_nothing(w):
    w.invite()
    assert w.replies(w.anna, method="CANCEL").outcome == "unreadable"
    assert Meeting.objects.get().state == "invited"


@scenario
def reply_about_one_of_many_times_waits(w):
    w.invite()
    row = w.replies(w.anna, lines=("RECURRENCE-ID:20261208T080000Z",))
    assert (row.outcome, w.answer_of(w.anna)) == ("unconfirmed", "NEEDS-ACTION")
