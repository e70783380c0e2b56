"""Why a reply by mail was not read, or what became of it and why, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.itip import judging, replies

UNREAD: dict[str, str | Promise] = {
    replies.TOO_LARGE: _("It is too large to be read."),
    replies.NO_CALENDAR: _("There is no calendar reply in it."),
    replies.NOT_CALENDAR: _("It is neither a mail nor a calendar file."),
    replies.TOO_MANY_LINES: _("It has too many lines or parts."),
    replies.BROKEN: _("It is damaged: it does not follow the rules for calendar files."),
    replies.NO_METHOD: _("It does not say that it is a reply."),
    replies.NOT_A_REPLY: _("It is a calendar message of another kind than a reply."),
    replies.NO_EVENT: _("There is no meeting in it."),
    replies.MANY_EVENTS: _("There are several meetings in it."),
    replies.NO_UID: _("It does not say which meeting it is about."),
    replies.NO_ATTENDEE: _("It does not say who answers."),
    replies.MANY_ATTENDEES: _("Several people answer in it."),
    replies.BAD_ATTENDEE: _("Who answers has no mail address."),
    replies.BAD_SEQUENCE: _("Which version of the meeting it answers cannot be read."),
    replies.BAD_STAMP: _("When it was made cannot be read."),
    replies.BAD_ANSWER: _("What it answers is not an answer that is known."),
    replies.METHODS_DIFFER: _("The mail and the calendar in it do not say the same thing."),
    replies.REPORT: _("It is a mail server's report, not a reply."),
    "no_file": _("There is no such file, or it may not be read."),
    "folder": _("It is a folder, not a file."),
}

BECAME: dict[str, str | Promise] = {
    judging.COUNTED: _("The answer counts."),
    judging.UNKNOWN_MEETING: _("No meeting here is the one that it is about."),
    judging.UNKNOWN_ATTENDEE: _("Whoever answers was not invited to the meeting."),
    judging.STALE: _("It is older than what counts: an earlier time, or an earlier answer, of the meeting."),
    judging.DUPLICATE: _("The same answer has been counted already."),
    judging.UNCONFIRMED: _(
        "Nothing shows for certain that the attendee sent it. The invitation may have been forwarded."
    ),
    judging.CANCELLED: _("The meeting has been cancelled."),
    judging.NO_ANSWER: _("It says neither yes, maybe nor no."),
    judging.AUTOMATIC: _("A program sent it, not a person."),
    judging.FROM_THE_FUTURE: _("It answers a version of the meeting that was never sent."),
    judging.LATE: _("It came after the meeting."),
    judging.COUNTER: _("Another time is proposed. The meeting is as it was until somebody changes it."),
    judging.REFRESH: _("The invitation was sent again."),
    "delegate": _("Somebody else is to come. They are invited if you say so."),
    "withdrawn": _("Whoever answers was taken off the list."),
    "letter": _("It is an ordinary mail, for somebody to read."),
    "bounce": _("The invitation did not arrive. Check the address."),
}

DETAILS: dict[str, str | Promise] = {
    "own": _("It is a mail of our own that came back."),
    "delayed": _("A mail server says that a mail is delayed. It goes on trying."),
    "too_many": _("The invitation was asked for too often today and was not sent again."),
    "not_now": _("The meeting can no longer be answered."),
}


def unread(reason: str, value: str = "") -> str:
    """Why it could not be read, and the value that is at fault."""
    said = str(UNREAD.get(reason, UNREAD[replies.BROKEN]))
    return gettext("%(reason)s It says “%(value)s”.") % {"reason": said, "value": value} if value else said


def became(outcome: str, detail: str = "", value: str = "") -> str:
    """What became of a reply and why; `detail` and `value` as an `IncomingReply` has them."""
    if outcome == "unreadable":
        return unread(detail, value)
    return str(DETAILS.get(detail) or BECAME[outcome])
