import datetime
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest

from meetings.itip import building
from meetings.itip.letters import compose
from meetings.itip.values import Event, Mailbox, Stamp

START = datetime.datetime(2027, 3, 27, 9, tzinfo=ZoneInfo("Europe/Stockholm"))
NETWORK = Mailbox("moten+tok@samsyn.example.org", "Kommunnätverket via Samsyn")
PER = Mailbox("per@example.org", "Per Ström")
EVENT = Event("u1@x", "Möte å", START, START + datetime.timedelta(hours=1), NETWORK)
INVITATION = building.request(EVENT, PER, Stamp(0, START))


def letter(**changes) -> bytes:
    given = {
        "sender": NETWORK,
        "recipient": PER,
        "subject": "Inbjudan: Möte å",
        "text": "Hej Per å\n",
        "html": "<p>Hej Per å</p>",
        "message_id": "<m1.per@samsyn.example.org>",
        "date": START,
        "calendar": INVITATION,
        "reply_to": "moten+tok@samsyn.example.org",
    }
    return compose(**(given | changes))


def parsed(content: bytes):
    return message_from_bytes(content, policy=policy.default)


def test_the_parts_are_those_that_programs_look_for():
    message = parsed(letter())
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST" and calendar.get_param("charset") == "utf-8"
    assert calendar["Content-Disposition"] is None and calendar["Content-ID"] is None
    assert str(calendar["Content-Type"]).count("charset") == 1
    assert calendar.get_payload(decode=True) == INVITATION
    attachment = next(message.iter_attachments())
    assert attachment.get_filename() == "invite.ics" and attachment.get_payload(decode=True) == INVITATION


def test_it_says_from_whom_and_that_a_program_sent_it():
    message = parsed(letter())
    assert str(message["From"]) == "Kommunnätverket via Samsyn <moten+tok@samsyn.example.org>"
    assert (message["To"], message["Auto-Submitted"]) == ("Per Ström <per@example.org>", "auto-generated")
    assert message["Message-ID"] == "<m1.per@samsyn.example.org>" and message["Subject"] == "Inbjudan: Möte å"


def test_the_same_letter_is_the_same_bytes_and_fits_any_relay():
    content = letter()
    assert content == letter() and content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("field", ["subject", "reply_to", "message_id"])
def test_a_line_break_adds_no_header(field):
    message = parsed(letter(**{field: "x@y\r\nBcc: eve@example.org"}))
    assert message["Bcc"] is None


def test_a_name_of_any_kind_stays_a_name():
    message = parsed(letter(recipient=Mailbox("per@example.org", 'Per "P", <eve@example.org>\r\nBcc: x')))
    assert [address.addr_spec for address in message["To"].addresses] == ["per@example.org"]


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError):
        letter(recipient=Mailbox("per@example.org\r\nBcc: eve@example.org"))


def test_a_letter_without_a_calendar_is_plain_and_html():
    kinds = [part.get_content_type() for part in parsed(letter(calendar=None)).walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_a_calendar_without_method_is_refused():
    with pytest.raises(ValueError, match="METHOD"):
        letter(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


def test_more_headers_are_told():
    message = parsed(letter(headers={"List-Unsubscribe": "<https://samsyn.example.org/x>"}))
    assert message["List-Unsubscribe"] == "<https://samsyn.example.org/x>"
