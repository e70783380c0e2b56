"""The command that reads one file: always one JSON document, never a traceback, nothing changed."""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from meetings import inviting
from meetings.models import IncomingReply, Meeting
from tests import factories as f
from tests import replying

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
NOTHING = {"uid": None, "attendee": None, "partstat": None, "sequence": None, "accepted": False}


@pytest.fixture
def invitation(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    meeting = f.MeetingFactory()
    row = f.InvitationFactory(meeting=meeting)
    inviting.invite(meeting, seen_version=meeting.version, user=None, now=NOW)
    row.refresh_from_db()
    return row


@pytest.fixture
def said(capsys, tmp_path):
    def read(content, name="reply.eml"):
        (tmp_path / name).write_bytes(content)
        call_command("read_reply", str(tmp_path / name), "--format", "json", "--language", "en")
        return json.loads(capsys.readouterr().out)

    return read


def refused(path, capsys):
    with pytest.raises(CommandError) as error:
        call_command("read_reply", str(path), "--language", "en")
    assert error.value.returncode == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer.items() >= NOTHING.items() and answer["reason"] == str(error.value)
    return answer["reason"]


def test_a_reply_to_the_attendees_own_address_is_accepted_and_changes_nothing(said, invitation):
    answer = said(replying.answer(invitation, at=NOW))
    assert answer == {
        "uid": invitation.meeting.uid,
        "attendee": invitation.email,
        "partstat": "ACCEPTED",
        "sequence": 0,
        "accepted": True,
        "reason": "The answer counts.",
    }
    invitation.refresh_from_db()
    assert invitation.partstat == "NEEDS-ACTION" and not IncomingReply.objects.exists()


def test_a_bare_calendar_is_read_but_nobody_vouches_for_it(said, invitation):
    answer = said(replying.calendar(invitation, at=NOW), "reply.ics")
    assert (answer["partstat"], answer["accepted"]) == ("ACCEPTED", False)
    assert "Nothing shows for certain" in answer["reason"]


def test_a_reply_to_an_unknown_meeting_is_read(said, invitation):
    answer = said(replying.calendar(invitation, at=NOW, uid="other@example.com"))
    assert (answer["uid"], answer["accepted"]) == ("other@example.com", False)
    assert answer["reason"] == "No meeting here is the one that it is about."


def test_the_reason_is_said_in_swedish_unless_asked_otherwise(invitation, tmp_path, capsys):
    (tmp_path / "reply.ics").write_bytes(replying.calendar(invitation, at=NOW, uid="other@example.com"))
    call_command("read_reply", str(tmp_path / "reply.ics"))
    assert json.loads(capsys.readouterr().out)["reason"] == "Inget möte här är det som svaret gäller."


def test_without_a_database_it_is_read_all_the_same(said, invitation, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("no such table")

    content = replying.calendar(invitation, at=NOW)
    monkeypatch.setattr(Meeting.objects, "filter", broken)
    assert said(content)["uid"] == invitation.meeting.uid


BAD = {
    "a lone path": (b"/etc/passwd", "neither a mail nor a calendar"),
    "nothing": (b"", "neither a mail nor a calendar"),
    "junk": (bytes(range(256)) * 50, "neither a mail nor a calendar"),
    "ten megabytes": (b"BEGIN:VCALENDAR\r\n" + b"X-A:a\r\n" * 1_500_000, "too large"),
    "a request": (b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", "another kind than a reply"),
    "a mail of words": (replying.mail(), "no calendar reply"),
    "half a calendar": (b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\n", "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused_with_its_reason(name, tmp_path, capsys):
    content, reason = BAD[name]
    (tmp_path / "file").write_bytes(content)
    assert reason in refused(tmp_path / "file", capsys)


def test_a_folder_and_a_missing_file_are_refused(tmp_path, capsys):
    assert "folder" in refused(tmp_path, capsys)
    assert "no such file" in refused(tmp_path / "missing.ics", capsys)
    assert "no such file" in refused(str(tmp_path / "a\0b"), capsys)
