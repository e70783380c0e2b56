"""Mails that come back to an invitation: from calendars, people, mail servers and others. All are made up here."""

import datetime
from email.message import EmailMessage
from email.policy import SMTP

from meetings import links
from meetings.models import Invitation, OutgoingMail

MAILBOX = "moten@samsyn.example.org"
SERVER = "mx.samsyn.example.org"  # whose verdicts on senders are believed, where a test sets it


def written(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar(
    row: Invitation,
    partstat: str = "ACCEPTED",
    *,
    at: datetime.datetime,
    method: str = "REPLY",
    uid: str | None = None,
    attendee: str | None = None,
    sequence: int | None = None,
    parameters: str = "",
    lines: tuple[str, ...] = (),
) -> bytes:
    """A reply of `row`'s as programs write it; by default to the version of the meeting that it knows."""
    address = row.email if attendee is None else attendee
    answer = f";PARTSTAT={partstat}" if partstat else ""
    event = [
        f"UID:{row.meeting.uid if uid is None else uid}",
        f"SEQUENCE:{(row.asked_sequence or 0) if sequence is None else sequence}",
        f"DTSTAMP:{written(at)}",
        f"ATTENDEE{answer}{parameters}:{address if ':' in address else f'mailto:{address}'}",
        f"ORGANIZER:mailto:{MAILBOX}",
        *lines,
    ]
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//Calendar//EN",
            f"METHOD:{method}",
            "BEGIN:VEVENT",
        ]
        + [*event, "END:VEVENT", "END:VCALENDAR", ""]
    ).encode()


def mail(
    content: bytes | None = None,
    *,
    sender: str = "per@example.org",
    to: str = MAILBOX,
    method: str = "REPLY",
    text: str = "Hej!",
    **headers: str,
) -> bytes:
    """A mail to the networks' mailbox; headers as `Message_ID="<1@example.org>"`."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, "Svar: Nätverksmöte"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if content is not None:
        message.add_alternative(content, "text", "calendar", params={"method": method}, cte="base64")
    return message.as_bytes()


def answer(row: Invitation, partstat: str = "ACCEPTED", *, at: datetime.datetime, **given: str) -> bytes:
    """What a calendar of `row`'s sends to the address that it was given."""
    return mail(calendar(row, partstat, at=at), sender=row.email, to=links.reply_address(row), **given)


def bounce(
    sent: OutgoingMail, *, action: str = "failed", said: str = "smtp; 550 5.1.1 No such user"
) -> bytes:
    """What a mail server sends when it could not deliver `sent` (RFC 3464)."""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: {MAILBOX}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <bounce-{sent.pk}@mx.example.org>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {sent.recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{bytes(sent.content).decode()}\r\n--b--\r\n"
    ).encode()
