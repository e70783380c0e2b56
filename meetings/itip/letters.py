"""A mail that carries an invitation, as mail programs need it to show their buttons (RFC 6047; RFC 2046).

    multipart/mixed
        multipart/alternative
            text/plain, text/html, text/calendar; method=REQUEST
        application/ics, for programs that know files only

The calendar part has no disposition, since several programs then take it for a mere attachment, and its `method`
equals the METHOD in it (RFC 6047, 2.4).
"""

import datetime
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from meetings.itip.values import Mailbox

METHOD_LINE = b"\r\nMETHOD:"
# Any relay takes lines of this kind; one that lacks 8BITMIME would rewrite others, and break what is signed.
CALENDAR_ENCODING = "base64"


def compose(
    *,
    sender: Mailbox,
    recipient: Mailbox,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    date: datetime.datetime,
    calendar: bytes | None = None,
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The mail as bytes that do not depend on when or where it is built.

    Args:
        message_id: with its angle brackets; made once for a promise, so that a mail sent twice is known as one.
        date: when it was promised, aware.
        calendar: what `building` made; its METHOD is told in the part's header too.
        headers: more of them, such as List-Unsubscribe. Line breaks in any header's value become spaces.

    Raises:
        ValueError: an address that is none, or a calendar without METHOD.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    message["Subject"] = _line(subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = _line(message_id)
    # No answer of a holiday program is wanted, and none is to be answered (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if reply_to:
        message["Reply-To"] = _line(reply_to)
    for name, value in (headers or {}).items():
        message[name] = _line(value)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if calendar is not None:
        method = method_of(calendar)
        message.add_alternative(
            calendar,
            "text",
            "calendar",
            cte=CALENDAR_ENCODING,
            params={"method": method, "charset": "utf-8"},
        )
        message.make_mixed()
        message.add_attachment(calendar, "application", "ics", filename="invite.ics", cte=CALENDAR_ENCODING)
    _fix_boundaries(message, message_id)
    return message.as_bytes()


def method_of(calendar: bytes) -> str:
    """What a calendar that `building` made asks for.

    >>> method_of(b"BEGIN:VCALENDAR\\r\\nMETHOD:REQUEST\\r\\nEND:VCALENDAR\\r\\n")
    'REQUEST'
    """
    _before, found, rest = calendar.partition(METHOD_LINE)
    if not found:
        raise ValueError("a calendar in a mail needs a METHOD")
    return rest.partition(b"\r\n")[0].decode("ascii")


def _line(text: str) -> str:
    return " ".join(text.split())


def _address(mailbox: Mailbox) -> Address:
    return Address(display_name=_line(mailbox.name), addr_spec=mailbox.address)


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries made from the Message-ID instead of by chance: the same mail is the same bytes."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(_boundary(message_id, str(number)))


def _boundary(message_id: str, number: str) -> str:
    kept = "".join(c for c in message_id if c.isascii() and c.isalnum())[:40]
    return f"=_{kept}_{number}"
