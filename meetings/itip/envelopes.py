"""Opening a mail that came in: who sent it to whom, the calendar in it, and what a mail server reports of ours.

What comes in a mail may have been made to harm. Forwarded mails in it are not entered: what is in them was said
by somebody else, to somebody else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses

MOST_PARTS = 50
MOST_LINE = 320  # characters of a header that is kept
MOST_TEXT = 1_000  # characters of what somebody wrote
MOST_HEADER = 8_000  # characters of a header that are looked at
HEAD = 64_000  # bytes in which the headers of a mail that is too large are looked for
CALENDAR_TYPES = ("text/calendar", "application/ics", "text/x-vcalendar")
TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
QUOTED = re.compile(
    r"^(>|-{2,} ?(Original|Ursprung|Vidarebefordra|Forwarded)|_{10,}|(Från|From): )", re.MULTILINE
)
MAIL_SERVERS = ("mailer-daemon", "postmaster")


class _Capped(Compat32):
    """Keeps so much of a header, and parses none: the newer policies' time grows with the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MOST_HEADER]


CAPPED = _Capped()


class TooManyParts(ValueError):
    """A mail of more than `MOST_PARTS` parts."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail around a reply.

    Attributes:
        sender: the address in From; empty where there is none or are several. Addresses are as written.
        recipients: of every header that says where a mail was sent to.
        is_automatic: a program sent it of its own accord (RFC 3834).
        checked: (server, verdict, domain) of each DMARC result in the mail, topmost first (RFC 8601). Anybody can
            write such a line: only those of a server that one knows say anything.
        text: what somebody wrote, without what they quote.
        answers: the Message-IDs that it refers to.
    """

    sender: str = ""
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    is_automatic: bool = False
    subject: str = ""
    checked: tuple[tuple[str, str, str], ...] = ()
    text: str = ""
    answers: tuple[str, ...] = ()

    def is_authentic(self, server: str) -> bool:
        """Whether `server` (empty: none is trusted) says that the mail is from the domain in its From (DMARC)."""
        verdicts = [(v, domain) for name, v, domain in self.checked if server and name == server.casefold()]
        if not verdicts or "@" not in self.sender:
            return False
        verdict, domain = verdicts[0]  # the server's own line is above any that came with the mail
        return verdict == "pass" and domain in ("", self.sender.rpartition("@")[2].casefold())


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of a mail of ours (RFC 3464).

    Attributes:
        is_final: it gave up; otherwise it will try again, or it arrived.
        message_ids, addresses: in the mail that it is about, as far as it came back.
    """

    is_final: bool
    recipient: str = ""
    said: str = ""
    message_ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail. `calendar`: the bytes of its calendar part, and the method in that part's header (often empty)."""

    letter: Letter
    calendar: tuple[bytes, str] | None = None
    report: Report | None = None


def open_mail(content: bytes) -> Opened | None:
    """What is in a mail; None where the bytes are no mail.

    Raises:
        TooManyParts: and whatever the parser raises on bytes that were made for it.
    """
    message = message_from_bytes(content, policy=CAPPED)
    if not any(name in message for name in ("From", "To", "Date")):
        return None
    letter = _letter(message)
    report = _report(message, letter)
    if report is not None:
        return Opened(letter, report=report)
    calendar = None
    for part in _parts(message):
        if calendar is None and part.get_content_type() in CALENDAR_TYPES:
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                method = part.get_param("method", "")
                calendar = body, plain(method) if isinstance(method, str) else ""
    return Opened(letter, calendar)


def head(content: bytes) -> Letter:
    """The letter of a mail that is not read any further."""
    first = content[:HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    message = message_from_bytes(first + b"\n\n", policy=CAPPED)
    return _letter(message)


def plain(text: str, most: int = MOST_LINE) -> str:
    """In one line, without what databases refuse (NUL, halves of surrogate pairs).

    >>> plain("a\\x00 b" + chr(0xDC80) + "  c")
    'a b? c'
    """
    whole = text[: 4 * most].encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return " ".join(whole.split())[:most]


def _letter(message: Message) -> Letter:
    senders = addresses(message, "From")
    automatic = [
        _header(message, "Auto-Submitted").casefold() not in ("", "no"),
        _header(message, "Precedence").casefold() in ("auto_reply", "bulk", "junk"),
        _header(message, "X-Autoreply").casefold() in ("yes", "true"),
        _header(message, "Return-Path") == "<>",
    ]
    named = f"{_header(message, 'In-Reply-To', 2000)} {_header(message, 'References', 4000)}"
    return Letter(
        sender=senders[0] if len(senders) == 1 else "",
        recipients=tuple(addresses(message, *TO)),
        message_id=_header(message, "Message-ID"),
        is_automatic=any(automatic),
        subject=_header(message, "Subject"),
        checked=tuple(_checked(message)),
        text=_text(message),
        answers=tuple(re.findall(r"<[^<>\s]{3,200}>", named)),
    )


def _parts(message: Message) -> Iterator[Message]:
    """The parts in order, without what is in attached mails."""
    waiting: list[Message] = [message]
    seen = 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS:
            raise TooManyParts(str(MOST_PARTS))
        yield part
        if part.get_content_maintype() == "multipart" and isinstance(inner := part.get_payload(), list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]


def _header(message: Message, name: str, most: int = MOST_LINE) -> str:
    value = message.get(name, "")
    try:
        return plain(str(make_header(decode_header(value))), most)
    except (LookupError, ValueError, HeaderParseError):  # a charset that nobody knows, or half of a word
        return plain(str(value), most)


def addresses(message: Message, *names: str) -> list[str]:
    """The mail addresses in headers of these names."""
    lines = [plain(str(line), 20_000) for name in names for line in message.get_all(name, [])]
    return [plain(address) for _name, address in getaddresses(lines) if "@" in address]


def _checked(message: Message) -> Iterator[tuple[str, str, str]]:
    for line in message.get_all("Authentication-Results", [])[:10]:
        server, *results = plain(re.sub(r"\([^()]*\)", " ", str(line)), 2000).casefold().split(";")
        for result in results:
            if found := re.match(r"\s*dmarc\s*=\s*([a-z]+)", result):
                domain = re.search(r"header\.from\s*=\s*([^\s;]+)", result)
                yield (server.split() or [""])[0], found[1], domain[1].rpartition("@")[2] if domain else ""


def _text(message: Message) -> str:
    for part in _parts(message):
        if part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment":
            body = part.get_payload(decode=True)
            if not isinstance(body, bytes):
                continue
            try:
                whole = body[:HEAD].decode(part.get_content_charset("utf-8"), "replace")
            except LookupError:  # a charset that nobody knows
                whole = body[:HEAD].decode("utf-8", "replace")
            return plain(QUOTED.split(whole, maxsplit=1)[0], MOST_TEXT)
    return ""


def _report(message: Message, letter: Letter) -> Report | None:
    if message.get_content_type() == "multipart/report":
        return _delivery_report(message)
    if letter.sender.partition("@")[0].casefold() in MAIL_SERVERS and letter.is_automatic:
        return Report(True, said=letter.subject, message_ids=letter.answers)  # of an old kind: words alone
    return None


def _delivery_report(message: Message) -> Report | None:
    said: dict[str, str] = {}
    ids: list[str] = []
    found: list[str] = []
    for part in _parts(message):
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/delivery-status" and isinstance(payload, list):
            for block in payload[:MOST_PARTS]:
                for name in ("Action", "Status", "Final-Recipient", "Original-Recipient", "Diagnostic-Code"):
                    if isinstance(block, Message) and name in block:
                        said.setdefault(name, _header(block, name, 500))
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            original = payload[0] if isinstance(payload, list) and payload else None
            if original is None and isinstance(body := part.get_payload(decode=True), bytes):
                original = message_from_bytes(body[:HEAD], policy=CAPPED)
            if isinstance(original, Message):
                ids.append(_header(original, "Message-ID"))
                found += addresses(original, "Reply-To", "To")
    if not said:
        return None
    return Report(
        is_final=said.get("Action", "").casefold() == "failed",
        recipient=said.get("Final-Recipient", "").rpartition(";")[2].strip(),
        said=plain(said.get("Diagnostic-Code", "") or said.get("Status", ""), 500),
        message_ids=tuple(ids),
        addresses=tuple(found),
    )
