"""Replies as an attacker, or a bad program, might change them. The same seed gives the same ones."""

import random
from email.message import EmailMessage

CALENDAR = "\r\n".join(
    [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//X//Y//EN", "METHOD:REPLY",
        "BEGIN:VTIMEZONE", "TZID:Europe", "BEGIN:STANDARD", "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
        "END:VTIMEZONE", "BEGIN:VEVENT", "UID:u1@samsyn.example.org", "SEQUENCE:2", "DTSTAMP:20261105T093000Z",
        "DTSTART;TZID=Europe:20270327T090000", "DTEND;TZID=Europe:20270327T110000",
        "RRULE:FREQ=SECONDLY;COUNT=999999999", "RDATE:20270327T090000Z,20270328T090000Z",
        'ATTENDEE;CN="Per Ström";PARTSTAT=ACCEPTED;DELEGATED-TO="mailto:eva@example.org":mailto:per@example.org',
        "ORGANIZER:mailto:moten@samsyn.example.org", "COMMENT:Kommer tio minuter sent\\, hälsar P",
        "ATTACH:file:///etc/passwd", "BEGIN:VALARM", "TRIGGER:-PT15M", "ACTION:AUDIO",
        "ATTACH;VALUE=URI:ftp://example.org/bell", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
    ]
)  # fmt: skip
INSERTED = [
    b"TZID=Europe",
    b"/etc/passwd",
    b"BEGIN:VEVENT\r\n",
    b"DTSTAMP:",
    b"PARTSTAT=",
    b"=?utf-8?b?",
    b"--b\r\n",
]
BYTES = [b"\r\n", b"\n ", b"\x00", b'"', b";", b":", b"\\", b"\xff\xfe", b"=", b"<", b"@", b"\xe2\x80\xa8"]
REPORT = (
    "From: MAILER-DAEMON@example.org\r\nTo: moten@samsyn.example.org\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
    "Final-Recipient: rfc822; per@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@example.org>\r\nReply-To: a@b.c\r\n\r\nx\r\n--b--\r\n"
)


def originals() -> list[bytes]:
    """What is changed: calendars by themselves and in mails, and a mail server's report."""
    reply = CALENDAR.encode()
    counter = CALENDAR.replace("METHOD:REPLY", "METHOD:COUNTER").encode()
    return [
        reply,
        counter,
        _mail(reply, "base64"),
        _mail(reply, "quoted-printable"),
        _mail(None, "7bit"),
        REPORT.encode(),
    ]


def _mail(content: bytes | None, encoding: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Per Ström <per@example.org>", "moten+1-ab@samsyn.example.org"
    message["Subject"], message["Message-ID"] = "Accepterat: Möte", "<m1@example.org>"
    message["Authentication-Results"] = "mx.example.org; dmarc=pass header.from=example.org"
    message.set_content("Per har tackat ja.\n> Välkommen")
    if content is not None:
        message.add_alternative(content, "text", "calendar", params={"method": "REPLY"}, cte=encoding)
    return message.as_bytes()


def mutated(content: bytes, drawn: random.Random) -> bytes:
    """With bytes changed, taken away, doubled or moved, whole lines too."""
    found = bytearray(content)
    for _ in range(drawn.randint(1, 6)):
        at, length = drawn.randrange(len(found) or 1), drawn.randint(1, 30)
        match drawn.randrange(7):
            case 0:
                found[at : at + 1] = bytes([drawn.randrange(256)])
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[at : at + length] * drawn.randint(1, 50)
            case 3:
                found[at:at] = drawn.choice(BYTES)
            case 4:
                lines = found.split(b"\n")
                drawn.shuffle(lines)
                found = bytearray(b"\n".join(lines))
            case 5:
                found[at:at] = drawn.choice(INSERTED)
            case 6:
                many = 2000 if drawn.random() < 0.02 else drawn.choice((2, 20))
                found[at:at] = found[at : at + 200] * many
    return bytes(found)
