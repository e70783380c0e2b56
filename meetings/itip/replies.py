"""Reading what a calendar or a person's mail program sends back: METHOD:REPLY (RFC 5546, 3.2.3; RFC 6047).

What comes in a mail may have been made to harm. Only content lines are read, never whole components: dates with
zones, rules and alarms are not looked at, so nothing is expanded, no zone is looked up and no file opened.
"""

import datetime
import re
from dataclasses import dataclass

from icalendar.parser import Contentline, Contentlines

from meetings.itip.envelopes import Letter, TooManyParts, open_mail
from meetings.itip.values import (
    ACCEPTED,
    COUNTER,
    DECLINED,
    DELEGATED,
    NEEDS_ACTION,
    REFRESH,
    REPLY,
    TENTATIVE,
)

MOST_MAIL = 1_000_000  # bytes; a reply with its pictures and quoted threads
MOST_CALENDAR = 100_000  # bytes
MOST_LINES = 400
MOST_TEXT = 1_000  # characters of a comment
MOST_ADDRESS = 320
ANSWERS = frozenset({ACCEPTED, TENTATIVE, DECLINED, DELEGATED, NEEDS_ACTION})
UTC_STAMP = re.compile(r"\d{8}T\d{6}Z")
ADDRESS = re.compile(r"[^@\s;:,<>\"]{1,64}@[^@\s;:,<>\"]{1,255}")
METHODS = frozenset({REPLY, COUNTER, REFRESH})
STAMP = re.compile(r"\d{8}(T\d{6}Z?)?")

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
REPORT = "report"
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
    """What one attendee answered, asks to be told again (REFRESH) or proposes instead (COUNTER).

    Attributes:
        uid: of the meeting. sequence: which version was answered (0 where it is not said, as the RFC has it).
        attendee: an address without "mailto:"; may be an alias of the one that was asked. Empty where none is
            named, which only `read_calendar` lets pass.
        partstat: one of `values`.
        at: DTSTAMP, when the reply was made; None where it is not said.
        delegated_to: who comes instead; delegated_from: for whom the attendee comes.
        recurrence: the RECURRENCE-ID as written, empty without.
        proposed: DTSTART, DTEND and the name of their zone as a COUNTER has them. The name is not looked up.
    """

    uid: str
    attendee: str
    partstat: str
    sequence: int = 0
    at: datetime.datetime | None = None
    name: str = ""
    comment: str = ""
    delegated_to: str = ""
    delegated_from: str = ""
    recurrence: str = ""
    method: str = REPLY
    proposed: tuple[str, str, str] = ("", "", "")


def read(content: bytes) -> tuple[Reply, Letter | None]:
    """The reply in a mail (`.eml`) or in a bare calendar file; the letter is None for the latter.

    Raises:
        UnreadableReply: and nothing else, whatever the bytes.
    """
    if len(content) > MOST_MAIL:
        raise UnreadableReply(TOO_LARGE, str(len(content)))
    try:
        if starts_calendar(content):
            return read_calendar(content), None
        opened = open_mail(content)
        if opened is None:
            raise UnreadableReply(NOT_CALENDAR)
        if opened.report is not None:
            raise UnreadableReply(REPORT)
        if opened.calendar is None:
            raise UnreadableReply(NO_CALENDAR)
        return read_calendar(*opened.calendar), opened.letter
    except UnreadableReply:
        raise
    except Exception as error:  # the mail parser raises what it likes on bytes that were made for it
        raise unreadable(error) from error


def unreadable(error: Exception) -> UnreadableReply:
    """What the parser's `error` comes to."""
    if isinstance(error, UnreadableReply):
        return error
    if isinstance(error, TooManyParts):
        return UnreadableReply(TOO_MANY_LINES, str(error))
    return UnreadableReply(BROKEN, type(error).__name__)


def starts_calendar(content: bytes) -> bool:
    return content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(content: bytes, method_of_part: str = "", *, needs_address: bool = True) -> Reply:
    """The reply in a calendar; `needs_address`: False where the mail around it tells whose it is.

    Raises:
        UnreadableReply: or what `unreadable` makes one of.
    """
    if len(content) > MOST_CALENDAR:
        raise UnreadableReply(TOO_LARGE, str(len(content)))
    if not starts_calendar(content):
        raise UnreadableReply(NOT_CALENDAR)
    if b"\0" in content:
        raise UnreadableReply(BROKEN, "NUL")
    method, events = _lines(content)
    if not method:
        raise UnreadableReply(NO_METHOD)
    if method_of_part and method_of_part.upper() != method:
        raise UnreadableReply(METHODS_DIFFER, f"{method_of_part}, {method}")
    if method not in METHODS:
        raise UnreadableReply(NOT_A_REPLY, method)
    if len(events) != 1:
        raise UnreadableReply(MANY_EVENTS if events else NO_EVENT, str(len(events)) if events else "")
    return _reply(events[0], method, needs_address)


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


def _reply(event: list[_Line], method: str, needs_address: bool) -> Reply:
    values = {name: value.strip() for name, _parameters, value in reversed(event)}
    if not values.get("UID"):
        raise UnreadableReply(NO_UID)
    attendee, parameters = _attendee(event, needs_address)
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
        delegated_to=_bare(parameters.get("DELEGATED-TO", "").strip('"'))[:MOST_ADDRESS],
        delegated_from=_bare(parameters.get("DELEGATED-FROM", "").strip('"'))[:MOST_ADDRESS],
        recurrence=values.get("RECURRENCE-ID", "")[:MOST_TEXT],
        method=method,
        proposed=_proposed(event) if method == COUNTER else ("", "", ""),
    )


def _proposed(event: list[_Line]) -> tuple[str, str, str]:
    """The times that a COUNTER proposes, as far as they are written as times are."""
    starts = ends = zone = ""
    for name, parameters, value in event:
        if STAMP.fullmatch(value.strip()):
            if name == "DTSTART":
                starts, zone = value.strip(), parameters.get("TZID", "")[:100]
            elif name == "DTEND":
                ends = value.strip()
    return starts, ends, zone


def _attendee(event: list[_Line], needs_address: bool) -> tuple[str, dict[str, str]]:
    """The one who answers. A reply names one attendee; where a program names all, the one with an answer."""
    named = [
        (_address(value, parameters, needs_address), parameters)
        for name, parameters, value in event
        if name == "ATTENDEE"
    ]
    if not named:
        raise UnreadableReply(NO_ATTENDEE)
    if len(named) > 1:
        answering = [one for one in named if one[1].get("PARTSTAT", NEEDS_ACTION).upper() != NEEDS_ACTION]
        if len(answering) != 1:
            raise UnreadableReply(MANY_ATTENDEES, str(len(named)))
        named = answering
    return named[0]


def _address(value: str, parameters: dict[str, str], is_needed: bool) -> str:
    """The mail address of an attendee; programs that name it by something else give it as a parameter (RFC 7986)."""
    for written in (value, parameters.get("EMAIL", "")):
        if ADDRESS.fullmatch(_bare(written)):
            return _bare(written)
    if is_needed:
        raise UnreadableReply(BAD_ATTENDEE, value)
    return ""


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
