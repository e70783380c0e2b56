"""Reading what a calendar or a person's mail program sends back: METHOD:REPLY (RFC 5546, 3.2.3; RFC 6047).

What comes in a mail may have been made to harm. Only content lines are read, never whole components: dates with
zones, rules and alarms are not looked at, so nothing is expanded, no zone is looked up and no file opened.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from icalendar.parser import Contentline, Contentlines

from meetings.itip.values import ACCEPTED, DECLINED, DELEGATED, NEEDS_ACTION, REPLY, TENTATIVE

MOST_MAIL = 1_000_000  # bytes; a reply with its pictures and quoted threads
MOST_CALENDAR = 100_000  # bytes
MOST_LINES = 400
MOST_PARTS = 50
MOST_TEXT = 1_000  # characters of a comment
ANSWERS = frozenset({ACCEPTED, TENTATIVE, DECLINED, DELEGATED, NEEDS_ACTION})
UTC_STAMP = re.compile(r"\d{8}T\d{6}Z")
ADDRESS = re.compile(r"[^@\s;:,<>\"]{1,64}@[^@\s;:,<>\"]{1,255}")
CALENDAR_TYPES = ("text/calendar", "application/ics", "text/x-vcalendar")

# Why something could not be read; the texts are in `meetings.reply_words`.
TOO_LARGE, NO_CALENDAR, NOT_CALENDAR, TOO_MANY_LINES = (
    "too_large",
    "no_calendar",
    "not_calendar",
    "too_many_lines",
)
BROKEN, NO_METHOD, NOT_A_REPLY, NO_EVENT = "broken", "no_method", "not_a_reply", "no_event"
MANY_EVENTS, NO_UID = "many_events", "no_uid"
NO_ATTENDEE, MANY_ATTENDEES, BAD_ATTENDEE = "no_attendee", "many_attendees", "bad_attendee"
BAD_SEQUENCE, BAD_STAMP, BAD_ANSWER, METHODS_DIFFER = (
    "bad_sequence",
    "bad_stamp",
    "bad_answer",
    "methods_differ",
)


class UnreadableReply(ValueError):
    """Why it is no reply that can be read: `reason`, one of this module's, and the `value` that is at fault."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(f"{reason}: {value}" if value else reason)
        self.reason = reason
        self.value = value[:200]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one attendee answered.

    Attributes:
        uid: of the meeting. sequence: which version was answered (0 where it is not said, as the RFC has it).
        attendee: an address without "mailto:"; may be an alias of the one that was asked.
        partstat: one of `values`.
        at: DTSTAMP, when the reply was made; None where it is not said.
        delegated_to: who comes instead.
        recurrence: the RECURRENCE-ID as written, empty without.
    """

    uid: str
    attendee: str
    partstat: str
    sequence: int = 0
    at: datetime.datetime | None = None
    name: str = ""
    comment: str = ""
    delegated_to: str = ""
    recurrence: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail around a reply. Addresses are as written; `is_automatic`: a program sent it of its own accord."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    is_automatic: bool


def read(content: bytes) -> tuple[Reply, Letter | None]:
    """The reply in a mail (`.eml`) or in a bare calendar file; the letter is None for the latter.

    Raises:
        UnreadableReply: and nothing else, whatever the bytes.
    """
    if len(content) > MOST_MAIL:
        raise UnreadableReply(TOO_LARGE, str(len(content)))
    try:
        if _starts_calendar(content):
            return _read_calendar(content, ""), None
        return _read_mail(content)
    except UnreadableReply:
        raise
    except (RecursionError, MemoryError) as error:
        raise UnreadableReply(BROKEN) from error
    except Exception as error:  # the mail parser raises what it likes on bytes that were made for it
        raise UnreadableReply(BROKEN, type(error).__name__) from error


def _starts_calendar(content: bytes) -> bool:
    return content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def _read_mail(content: bytes) -> tuple[Reply, Letter]:
    message = message_from_bytes(content, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise UnreadableReply(NOT_CALENDAR)
    letter = Letter(
        sender=next(iter(_addresses(message, "From")), ""),
        recipients=tuple(_addresses(message, "To", "Cc", "Delivered-To", "X-Original-To")),
        message_id=_header(message, "Message-ID"),
        is_automatic=_header(message, "Auto-Submitted").lower() not in ("", "no"),
    )
    for part in _parts(message):
        if part.get_content_type() in CALENDAR_TYPES:
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                method = part.get_param("method", "")
                return _read_calendar(body, method if isinstance(method, str) else ""), letter
    raise UnreadableReply(NO_CALENDAR)


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            raise UnreadableReply(TOO_MANY_LINES, str(MOST_PARTS))
        if isinstance(part, EmailMessage):
            yield part


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _addresses(message: EmailMessage, *names: str) -> list[str]:
    lines = [str(line) for name in names for line in message.get_all(name, [])]
    return [address for _name, address in getaddresses(lines) if "@" in address]


def _read_calendar(content: bytes, method_of_part: str) -> Reply:
    if len(content) > MOST_CALENDAR:
        raise UnreadableReply(TOO_LARGE, str(len(content)))
    if not _starts_calendar(content):
        raise UnreadableReply(NOT_CALENDAR)
    method, events = _lines(content)
    if not method:
        raise UnreadableReply(NO_METHOD)
    if method_of_part and method_of_part.upper() != method:
        raise UnreadableReply(METHODS_DIFFER, f"{method_of_part}, {method}")
    if method != REPLY:
        raise UnreadableReply(NOT_A_REPLY, method)
    if len(events) != 1:
        raise UnreadableReply(MANY_EVENTS if events else NO_EVENT, str(len(events)) if events else "")
    return _reply(events[0])


_Line = tuple[str, dict[str, str], str]


def _lines(content: bytes) -> tuple[str, list[list[_Line]]]:
    """The METHOD of the calendar, and the lines of each event, without those of alarms and the like in it."""
    text = content.decode("utf-8-sig", errors="replace")
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:
        raise UnreadableReply(TOO_MANY_LINES, str(MOST_LINES))
    method = ""
    events: list[list[_Line]] = []
    within: list[str] = []
    for line in Contentlines.from_ical(text.lstrip()):  # type: ignore[no-untyped-call]  # the package's own
        name, parameters, value = _split(line)
        if name == "BEGIN":
            within.append(value.upper())
            if within == ["VCALENDAR", "VEVENT"]:
                events.append([])
        elif name == "END":
            if not within or within.pop() != value.upper():
                raise UnreadableReply(BROKEN, f"END:{value}")
        elif within == ["VCALENDAR"] and name == "METHOD":
            method = value.strip().upper()
        elif within == ["VCALENDAR", "VEVENT"]:
            events[-1].append((name, parameters, value))
    if within:
        raise UnreadableReply(BROKEN, f"BEGIN:{within[-1]}")
    return method, events


def _split(line: Contentline) -> _Line:
    if not line:
        return "", {}, ""
    try:
        name, parameters, value = line.parts()
    except ValueError:
        # Only lines that we need must be well formed: programs write odd X- and CN parameters.
        name = re.split("[;:]", line, maxsplit=1)[0]
        if name.upper() in ("UID", "ATTENDEE", "SEQUENCE", "DTSTAMP", "BEGIN", "END", "METHOD"):
            raise UnreadableReply(BROKEN, str(line)) from None
        return name.upper(), {}, ""
    plain = {
        key.upper(): given if isinstance(given, str) else ",".join(given) for key, given in parameters.items()
    }
    return name.upper(), plain, value


def _reply(event: list[_Line]) -> Reply:
    values = {name: value.strip() for name, _parameters, value in reversed(event)}
    if not values.get("UID"):
        raise UnreadableReply(NO_UID)
    attendee, parameters = _attendee(event)
    partstat = parameters.get("PARTSTAT", NEEDS_ACTION).upper()
    if partstat not in ANSWERS:
        raise UnreadableReply(BAD_ANSWER, partstat)
    sequence = values.get("SEQUENCE", "0") or "0"
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) <= 9):
        raise UnreadableReply(BAD_SEQUENCE, sequence)
    return Reply(
        uid=values["UID"],
        attendee=attendee,
        partstat=partstat,
        sequence=int(sequence),
        at=_stamp(values.get("DTSTAMP", "")),
        name=parameters.get("CN", "")[:MOST_TEXT],
        comment=values.get("COMMENT", "")[:MOST_TEXT],
        delegated_to=_bare(parameters.get("DELEGATED-TO", "").strip('"')),
        recurrence=values.get("RECURRENCE-ID", ""),
    )


def _attendee(event: list[_Line]) -> tuple[str, dict[str, str]]:
    """The one who answers. A reply names one attendee; where a program names all, the one with an answer."""
    named = [
        (_address(value, parameters), parameters) for name, parameters, value in event if name == "ATTENDEE"
    ]
    if not named:
        raise UnreadableReply(NO_ATTENDEE)
    if len(named) > 1:
        answering = [one for one in named if one[1].get("PARTSTAT", NEEDS_ACTION).upper() != NEEDS_ACTION]
        if len(answering) != 1:
            raise UnreadableReply(MANY_ATTENDEES, str(len(named)))
        named = answering
    return named[0]


def _address(value: str, parameters: dict[str, str]) -> str:
    """The mail address of an attendee; programs that name it by something else give it as a parameter (RFC 7986)."""
    for written in (value, parameters.get("EMAIL", "")):
        if ADDRESS.fullmatch(_bare(written)):
            return _bare(written)
    raise UnreadableReply(BAD_ATTENDEE, value)


def _bare(address: str) -> str:
    """An address without its scheme, however that is written.

    >>> _bare("MAILTO:Anna@example.org"), _bare("mailto: b@example.org")
    ('Anna@example.org', 'b@example.org')
    """
    stripped = address.strip()
    return stripped[7:].strip() if stripped[:7].lower() == "mailto:" else stripped


def _stamp(text: str) -> datetime.datetime | None:
    if not text:
        return None
    if not UTC_STAMP.fullmatch(text):
        raise UnreadableReply(BAD_STAMP, text)
    try:
        return datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    except ValueError:
        raise UnreadableReply(BAD_STAMP, text) from None
