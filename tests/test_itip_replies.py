"""Replies as calendars write them, as people spoil them and as attackers make them. All are made up here."""

import builtins
import datetime
import random
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from meetings.itip import judging
from meetings.itip.judging import Asked, judge
from meetings.itip.replies import Reply, UnreadableReply, read, read_calendar
from tests.mutations import mutated, originals

AT = datetime.datetime(2026, 11, 5, 9, 30, tzinfo=datetime.UTC)
MUTATIONS = 3000  # of replies, in one run of the tests; more by `python -m benchmarks.reply_fuzz`


def calendar(*event: str, method: str = "REPLY", head: str = "", end: str = "\r\n") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//X//Y//EN"]
    lines += [f"METHOD:{method}"] if method else []
    lines += [head] if head else []
    lines += ["BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR", ""]
    return end.join(lines).encode()


PLAIN = (
    "UID:u1@samsyn.example.org",
    "SEQUENCE:2",
    "DTSTAMP:20261105T093000Z",
    "ATTENDEE;CN=Per Ström;PARTSTAT=ACCEPTED:mailto:per@example.org",
    "ORGANIZER:mailto:moten@samsyn.example.org",
)


def mail(content: bytes | None, *, method: str = "REPLY", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Per Ström <per@example.org>"
    message["To"] = "moten+tok@samsyn.example.org"
    message["Subject"] = "Accepterat: Möte"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Per har tackat ja.")
    if content is not None:
        message.add_alternative(content, "text", "calendar", params={"method": method}, cte="base64")
    return message.as_bytes()


def test_a_reply_is_read_whole():
    reply, letter = read(calendar(*PLAIN, "COMMENT:Kommer tio minuter sent\\, hälsar P"))
    assert letter is None
    assert reply == Reply(
        uid="u1@samsyn.example.org",
        attendee="per@example.org",
        partstat="ACCEPTED",
        sequence=2,
        at=AT,
        name="Per Ström",
        comment="Kommer tio minuter sent, hälsar P",
    )


def test_a_reply_in_a_mail_tells_of_the_mail():
    reply, letter = read(mail(calendar(*PLAIN), Message_ID="<m1@example.org>"))
    assert reply.partstat == "ACCEPTED"
    assert letter.sender == "per@example.org" and letter.recipients == ("moten+tok@samsyn.example.org",)
    assert letter.message_id == "<m1@example.org>" and not letter.is_automatic


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:PER@EXAMPLE.ORG",
        'ATTENDEE;PARTSTAT=ACCEPTED;CN="Ström; Per, Länsstyrelsen":mailto:per@example.org',
        "ATTENDEE;X-NUM-GUESTS=0;CUTYPE=INDIVIDUAL;PARTSTAT=accepted:mailto: per@example.org",
        "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=per@example.org:urn:uuid:f81d4fae-7dec",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:pe\r\n r@example.org",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:per@example.org\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:eva@example.org",
    ],
)
def test_an_attendee_is_known_however_it_is_written(attendee):
    reply, _ = read(calendar("UID:u1@samsyn.example.org", attendee))
    assert (reply.attendee.lower(), reply.partstat) == ("per@example.org", "ACCEPTED")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_may_end_as_they_like(end):
    content = calendar(*PLAIN, end=end)
    if end == "\r":  # no program writes this, and nothing is guessed from it
        with pytest.raises(UnreadableReply):
            read(content)
    else:
        assert read(content)[0].uid == "u1@samsyn.example.org"


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED", "DELEGATED", "NEEDS-ACTION"])
def test_every_answer_is_read(partstat):
    assert read(calendar("UID:u", f"ATTENDEE;PARTSTAT={partstat}:mailto:p@e.org"))[0].partstat == partstat


def test_who_comes_instead_is_read():
    reply, _ = read(
        calendar("UID:u", 'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:eva@example.org":mailto:p@e.org')
    )
    assert (reply.partstat, reply.delegated_to) == ("DELEGATED", "eva@example.org")


def test_a_counter_proposal_is_read_with_its_times():
    reply, _ = read(
        calendar(
            *PLAIN,
            "DTSTART;TZID=W. Europe Standard Time:20261209T090000",
            "DTEND;TZID=../../etc/passwd:20261209T110000",
            method="COUNTER",
        )
    )
    assert (reply.method, reply.proposed) == (
        "COUNTER",
        ("20261209T090000", "20261209T110000", "W. Europe Standard Time"),
    )


def test_an_attendee_without_address_is_for_the_mail_around_to_tell():
    content = calendar("UID:u", "ATTENDEE;PARTSTAT=ACCEPTED:invalid:nomail")
    assert read_calendar(content, needs_address=False).attendee == ""


def test_a_reply_in_a_forwarded_mail_is_not_taken_for_the_forwarders():
    message = EmailMessage()
    message["From"] = "eve@example.org"
    message.set_content("Se nedan")
    message.add_attachment(message_from_bytes(mail(calendar(*PLAIN)), policy=policy.default))
    with pytest.raises(UnreadableReply, match="no_calendar"):
        read(message.as_bytes())


AUTHENTICATION = {
    "passed": ("mx.kommun.example; spf=pass; dmarc=pass (p=none) header.from=example.org", True),
    "passed for another domain": ("mx.kommun.example; dmarc=pass header.from=example.com", False),
    "failed": ("mx.kommun.example; dmarc=fail header.from=example.org", False),
    "of a server that nobody knows": ("mx.evil.example; dmarc=pass header.from=example.org", False),
    "in a comment": ("mx.kommun.example; dkim=none (; dmarc=pass)", False),
}


@pytest.mark.parametrize("name", AUTHENTICATION)
def test_a_sender_is_authentic_where_the_own_server_says_so(name):
    line, authentic = AUTHENTICATION[name]
    _, letter = read(mail(calendar(*PLAIN), Authentication_Results=line))
    assert letter.is_authentic("mx.kommun.example") is authentic
    assert not letter.is_authentic("")


def test_of_two_verdicts_the_topmost_is_the_servers_own():
    content = mail(calendar(*PLAIN))
    for verdict in ("pass", "fail"):
        line = f"Authentication-Results: mx.kommun.example; dmarc={verdict} header.from=example.org\n"
        content = line.encode() + content
    assert not read(content)[1].is_authentic("mx.kommun.example")


def test_a_reply_without_organizer_time_or_sequence_is_read():
    reply, _ = read(calendar("UID:u", "ATTENDEE;PARTSTAT=DECLINED:mailto:p@e.org"))
    assert (reply.sequence, reply.at) == (0, None)


def test_what_is_in_an_alarm_or_a_zone_is_not_the_events():
    zone = "BEGIN:VTIMEZONE\r\nTZID:Europe\r\nUID:other\r\nEND:VTIMEZONE"
    alarm = "BEGIN:VALARM\r\nUID:alarm\r\nATTENDEE:mailto:eve@example.org\r\nREPEAT:999999999\r\nEND:VALARM"
    assert read(calendar(*PLAIN, alarm, head=zone))[0].uid == "u1@samsyn.example.org"


REFUSED = {
    "another method": (calendar(*PLAIN, method="REQUEST"), "not_a_reply", "REQUEST"),
    "a NUL": (calendar(*PLAIN, "X-A:a\0b"), "broken", "NUL"),
    "no method": (calendar(*PLAIN, method=""), "no_method", ""),
    "no event": (b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", "no_event", ""),
    "two events": (
        calendar(*PLAIN, "END:VEVENT", "BEGIN:VEVENT", "UID:u2", "ATTENDEE:mailto:p@e.org"),
        "many_events",
        "2",
    ),
    "no uid": (calendar(*PLAIN[1:]), "no_uid", ""),
    "no attendee": (calendar("UID:u"), "no_attendee", ""),
    "an attendee without address": (calendar("UID:u", "ATTENDEE:urn:uuid:1"), "bad_attendee", "urn:uuid:1"),
    "two who answer": (
        calendar("UID:u", *(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{name}@e.org" for name in "ab")),
        "many_attendees",
        "2",
    ),
    "an answer that is none": (
        calendar("UID:u", "ATTENDEE;PARTSTAT=MAYBE:mailto:p@e.org"),
        "bad_answer",
        "MAYBE",
    ),
    "a sequence that is none": (calendar(*PLAIN[:1], "SEQUENCE:-1", *PLAIN[3:]), "bad_sequence", "-1"),
    "a sequence in other digits": (calendar(*PLAIN[:1], "SEQUENCE:٣", *PLAIN[3:]), "bad_sequence", "٣"),
    "a stamp that is none": (calendar("UID:u", "DTSTAMP:20269905T093000Z", PLAIN[3]), "bad_stamp", "20269905T093000Z"),
    "a local stamp": (calendar("UID:u", "DTSTAMP:20261105T093000", PLAIN[3]), "bad_stamp", "20261105T093000"),
    "an end without beginning": (calendar(*PLAIN, "END:VALARM"), "broken", "END:VALARM"),
    "a beginning without end": (calendar(*PLAIN)[:-30], "broken", ""),
    "a line that is none": (calendar(*PLAIN, "ATTENDEE"), "broken", "ATTENDEE"),
    "a path": (b"/etc/passwd", "not_calendar", ""),
    "a path of a zone": (b"Europe", "not_calendar", ""),
    "nothing": (b"", "not_calendar", ""),
    "pictures": (bytes(range(256)) * 40, "not_calendar", ""),
    "ten megabytes": (calendar(*PLAIN, "X-A:" + "a" * 10_000_000), "too_large", ""),
    "a large calendar": (calendar(*PLAIN, "X-A:" + "a" * 200_000), "too_large", ""),
    "many lines": (calendar(*PLAIN, *["X-A:a"] * 2000), "too_many_lines", "400"),
    "a mail without calendar": (mail(None), "no_calendar", ""),
    "a mail that says two things": (mail(calendar(*PLAIN), method="CANCEL"), "methods_differ", "CANCEL, REPLY"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_reply_is_refused_with_its_reason(name):
    content, reason, value = REFUSED[name]
    with pytest.raises(UnreadableReply) as refused:
        read(content)
    assert refused.value.reason == reason
    assert not value or refused.value.value == value


def test_a_mail_of_many_parts_is_given_up():
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.make_mixed()
    for _ in range(200):
        message.add_attachment(b"x", "application", "octet-stream")
    with pytest.raises(UnreadableReply, match="too_many"):
        read(message.as_bytes())


def test_mutated_replies_raise_nothing_else_and_open_no_file(monkeypatch):
    def no_file(*args, **kwargs):
        raise AssertionError(f"opened {args[0]!r}")

    sources = originals()
    monkeypatch.setattr(builtins, "open", no_file)
    monkeypatch.setattr("io.open", no_file)
    drawn, slowest, refused = random.Random(5), 0.0, 0
    for number in range(MUTATIONS):
        content = mutated(sources[number % len(sources)], drawn)
        start = time.process_time()
        try:
            read(content)
        except UnreadableReply as error:
            refused += 1
            assert error.reason
        slowest = max(slowest, time.process_time() - start)
    assert 0 < refused < MUTATIONS
    assert slowest < 2


# What becomes of a reply that was read.
ASKED = {"per@example.org": Asked(1), "eva@example.org": Asked(1, (1, AT), "ACCEPTED")}
MINUTE = datetime.timedelta(minutes=1)


def reply(**changes) -> Reply:
    given = {"uid": "u1", "attendee": "PER@example.org", "partstat": "ACCEPTED", "sequence": 1, "at": AT}
    return Reply(**(given | changes))


ORGANISED = {"moten@kommun.example": Asked(1), "eva@kommun.example": Asked(1)}
VERDICTS = {
    "by somebody it was forwarded to": (
        reply(attendee="eve@example.com"), {"vouched_for": "per@example.org"}, "unconfirmed",
    ),
    "by somebody it was forwarded to, whose server vouches for them": (
        reply(attendee="eve@example.com"),
        {"vouched_for": "per@example.org", "sender": "eve@example.com", "is_authentic": True},
        "unconfirmed",
    ),
    "by another address of the attendee's, sent from the one that was asked": (
        reply(attendee="per@home.example"),
        {"vouched_for": "per@example.org", "sender": "per@example.org", "is_authentic": True},
        "counted",
    ),
    "by an officer, for the mailbox of the office": (
        reply(attendee="anna@kommun.example"), {"asked": ORGANISED, "vouched_for": "moten@kommun.example"}, "counted",
    ),
    "by one attendee, to the address of another": (
        reply(attendee="eva@kommun.example"), {"asked": ORGANISED, "vouched_for": "moten@kommun.example"}, "unconfirmed",
    ),
    "by a neighbour at a provider of mail": (
        reply(attendee="b@gmail.com"), {"asked": {"a@gmail.com": Asked(1)}, "vouched_for": "a@gmail.com"}, "unconfirmed",
    ),
    "that names nobody, to the attendee's own address": (
        reply(attendee=""), {"vouched_for": "per@example.org"}, "counted",
    ),
    "by the one who comes instead": (
        reply(attendee="ida@example.org", delegated_from="per@example.org"),
        {"vouched_for": "per@example.org"},
        "unknown_attendee",
    ),
    "after the meeting": (reply(), {"is_over": True, "vouched_for": "per@example.org"}, "late"),
    "that proposes another time": (reply(method="COUNTER"), {"vouched_for": "per@example.org"}, "counter"),
    "that asks to be told again": (
        reply(method="REFRESH", partstat="NEEDS-ACTION"), {"vouched_for": "per@example.org"}, "refresh",
    ),
    "that asks to be told again, from anybody": (reply(method="REFRESH"), {}, "unconfirmed"),
    "about one of many times": (
        reply(recurrence="20261208T080000Z"), {"vouched_for": "per@example.org"}, "unconfirmed",
    ),
    "otherwise, within the same second": (
        reply(attendee="eva@example.org", partstat="DECLINED"), {"vouched_for": "eva@example.org"}, "counted",
    ),
    "to the attendee's own address": (reply(), {"vouched_for": "per@example.org"}, "counted"),
    "by an alias, to the attendee's own address": (
        reply(attendee="p.strom@example.org"), {"vouched_for": "per@example.org"}, "counted",
    ),
    "by mail that its server vouches for": (
        reply(), {"sender": "Per@Example.org", "is_authentic": True}, "counted",
    ),
    "by mail that nobody vouches for": (reply(), {"sender": "per@example.org"}, "unconfirmed"),
    "by somebody else in the attendee's name": (
        reply(), {"sender": "eve@example.org", "is_authentic": True}, "unconfirmed",
    ),
    "of an unknown meeting": (reply(), {"asked": None, "vouched_for": "per@example.org"}, "unknown_meeting"),
    "by one who was not asked": (
        reply(attendee="eve@example.org"), {"sender": "eve@example.org", "is_authentic": True}, "unknown_attendee",
    ),
    "to a cancelled meeting": (reply(), {"cancelled": True, "vouched_for": "per@example.org"}, "cancelled"),
    "to an earlier time": (reply(sequence=0), {"vouched_for": "per@example.org"}, "stale"),
    "to a later version than there is": (reply(sequence=7), {"vouched_for": "per@example.org"}, "from_the_future"),
    "that answers nothing": (reply(partstat="NEEDS-ACTION"), {"vouched_for": "per@example.org"}, "no_answer"),
    "of a program on holiday": (
        reply(partstat="NEEDS-ACTION"), {"vouched_for": "per@example.org", "is_automatic": True}, "automatic",
    ),
    "the same once more": (
        reply(attendee="eva@example.org"), {"vouched_for": "eva@example.org"}, "duplicate",
    ),
    "made before the one that counts": (
        reply(attendee="eva@example.org", at=AT - MINUTE), {"vouched_for": "eva@example.org"}, "stale",
    ),
    "made after the one that counts": (
        reply(attendee="eva@example.org", at=AT + MINUTE, partstat="DECLINED"), {"vouched_for": "eva@example.org"}, "counted",
    ),
    "without a time, after one that counts": (
        reply(attendee="eva@example.org", at=None), {"vouched_for": "eva@example.org"}, "duplicate",
    ),
    "to the version an attendee knows, when others were taken off since": (
        reply(sequence=1), {"current": 3, "vouched_for": "per@example.org"}, "counted",
    ),
    "a delegation": (
        reply(partstat="DELEGATED", delegated_to="eva@example.org"), {"vouched_for": "per@example.org"}, "counted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VERDICTS)
def test_what_becomes_of_a_reply(name):
    answer, given, outcome = VERDICTS[name]
    verdict = judge(answer, **({"asked": ASKED, "current": 1} | given))
    assert verdict.outcome == outcome
    assert verdict.counts is (outcome == judging.COUNTED)
