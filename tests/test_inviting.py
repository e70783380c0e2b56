"""A meeting from draft to cancelled: who is told what, and what is refused."""

import datetime
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from coordination.base.editing import Conflict
from meetings import answering, inviting, links
from meetings.models import Invitation, Meeting, OutgoingMail, Partstat
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    row = f.MeetingFactory()
    f.InvitationFactory.create_batch(2, meeting=row)
    return row


def invite(row):
    return inviting.invite(row, seen_version=row.version, user=None, now=NOW)


def calendars(**lookup):
    """(recipient, METHOD, SEQUENCE, event) of the mails promised so far, oldest first."""
    found = []
    for mail in OutgoingMail.objects.filter(**lookup).order_by("pk"):
        message = message_from_bytes(bytes(mail.content), policy=policy.default)
        part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        [event] = calendar.walk("VEVENT")
        found.append((mail.recipient, str(calendar["METHOD"]), int(event["SEQUENCE"]), event))
    return found


def test_inviting_asks_everybody_on_the_list_once(meeting):
    assert invite(meeting) == inviting.Told(2, 0)
    sent = calendars()
    assert [(method, sequence) for _to, method, sequence, _event in sent] == [("REQUEST", 0)] * 2
    assert {to for to, *_rest in sent} == set(meeting.invitations.values_list("email", flat=True))
    assert {str(event["UID"]) for *_rest, event in sent} == {meeting.uid}
    assert inviting.tell(meeting, now=NOW) == inviting.Told(0, 0)
    assert OutgoingMail.objects.count() == 2


def test_each_attendee_answers_to_an_address_of_its_own(meeting):
    invite(meeting)
    for to, _method, _sequence, event in calendars():
        address = str(event["ORGANIZER"]).removeprefix("mailto:")
        assert links.of_reply_address(address).email == to
    assert links.of_reply_address("moten+1-abc@samsyn.example.org") is None


def test_a_new_time_asks_again_and_a_new_title_does_not(meeting):
    invite(meeting)
    row = meeting.invitations.first()
    answering.answer(row, Partstat.ACCEPTED, via="link", now=NOW)
    meeting.title = "Ett bättre namn"
    told = inviting.change(meeting, seen_version=meeting.version, user=None, now=NOW + HOUR)
    assert told == inviting.Told(2, 0)
    row.refresh_from_db()
    assert (row.partstat, Meeting.objects.get().sequence) == (Partstat.ACCEPTED, 0)
    meeting.starts += HOUR
    meeting.ends += HOUR
    told = inviting.change(meeting, seen_version=meeting.version, user=None, now=NOW + 2 * HOUR)
    assert told == inviting.Told(2, 1)
    row.refresh_from_db()
    assert (row.partstat, row.asked_sequence) == (Partstat.NEEDS_ACTION, 1)
    assert row.answers.get().partstat == Partstat.ACCEPTED  # stays in the log
    stamps = [event["DTSTAMP"].dt for *_rest, event in calendars(recipient=row.email, state="waiting")]
    assert stamps == sorted(set(stamps))


def test_who_is_taken_off_is_told_and_nobody_else(meeting):
    invite(meeting)
    gone = meeting.invitations.first()
    told = inviting.set_list(meeting, withdraw=[gone], seen_version=meeting.version, user=None, now=NOW)
    assert told == inviting.Told(1, 0)
    to, method, sequence, event = calendars()[-1]
    assert (to, method, sequence, event["STATUS"]) == (gone.email, "CANCEL", 1, "CANCELLED")
    again = Invitation(email=gone.email, name="Igen", actor=gone.actor)
    inviting.set_list(meeting, add=[again], seen_version=meeting.version, user=None, now=NOW)
    to, method, sequence, _event = calendars()[-1]
    assert (to, method, sequence) == (gone.email, "REQUEST", 1)


def test_cancelling_is_final(meeting):
    invite(meeting)
    inviting.cancel(meeting, reason="Sjukdom", seen_version=meeting.version, user=None, now=NOW)
    assert [method for _to, method, *_rest in calendars()][-2:] == ["CANCEL", "CANCEL"]
    assert all("Sjukdom" in bytes(m.content).decode() for m in OutgoingMail.objects.order_by("-pk")[:2])
    with pytest.raises(inviting.NotNow):
        inviting.change(meeting, seen_version=meeting.version, user=None, now=NOW)
    with pytest.raises(answering.CannotAnswer, match="cancelled"):
        answering.answer(meeting.invitations.first(), Partstat.ACCEPTED, via="link", now=NOW)


def test_the_second_of_two_editors_overwrites_nothing(meeting):
    other = Meeting.objects.get()
    meeting.title = "Först"
    inviting.change(meeting, seen_version=1, user=None, now=NOW)
    other.title = "Sedan"
    with pytest.raises(Conflict):
        inviting.change(other, seen_version=1, user=None, now=NOW)
    assert Meeting.objects.get().title == "Först"


def test_a_new_draft_lists_the_seats_that_have_an_address():
    network = f.NetworkFactory()
    seated = f.SeatContactFactory(seat__network=network)
    f.SeatFactory(network=network)
    row = inviting.create(f.MeetingFactory.build(network=network, slug=""), user=None)
    assert row.slug == f"{network.slug}-2026-12-08"
    assert [i.email for i in row.invitations.all()] == [seated.email]
    assert not OutgoingMail.objects.exists()


def test_a_link_dies_with_its_nonce():
    row = f.InvitationFactory()
    text = links.token(row, links.ANSWER)
    assert links.find(text, links.ANSWER) == row
    assert links.find(text, links.REPLY) is None
    row.nonce = "ny"
    row.save()
    assert links.find(text, links.ANSWER) is None
