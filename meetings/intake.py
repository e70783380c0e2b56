"""Taking in one mail that came to the networks' mailbox: what it is, what becomes of it, and the note of both.

The same mail again changes nothing. A mail changes an answer only where it is certain whose it is; all else waits
for whoever runs the meeting (`meetings.settling`).
"""

import datetime
import hashlib
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction

from meetings import answering, inviting, links
from meetings.itip import replies
from meetings.itip.envelopes import Letter, Opened, Report, head, open_mail, plain
from meetings.itip.judging import Asked, Verdict, judge
from meetings.itip.replies import MOST_MAIL, Reply, UnreadableReply
from meetings.models import IncomingReply, Invitation, InvitationAnswer, Meeting, OutgoingMail, Partstat

Outcome = IncomingReply.Outcome
DAY = datetime.timedelta(days=1)
MOST_REFRESHES = 3  # a day, of one invitation: two programs may ask each other for ever
KEY = 180  # characters of a Message-ID


@dataclass(frozen=True)
class Came:
    """A mail before anything is known of the meetings here."""

    key: str
    letter: Letter
    reply: Reply | None = None
    report: Report | None = None
    unreadable: UnreadableReply | None = None


@transaction.atomic
def take(content: bytes, *, now: datetime.datetime) -> tuple[IncomingReply, bool]:
    """Note a mail and do what follows from it, in one transaction; and whether it is new.

    Raises nothing for what is in `content`. Of a mail larger than `MOST_MAIL` the beginning is enough.
    """
    came = read(content)
    if (known := IncomingReply.objects.filter(key=came.key).first()) is not None:
        return known, False
    row = IncomingReply(
        key=came.key,
        received_at=now,
        sender=came.letter.sender,
        content=content if len(content) <= MOST_MAIL else None,
        said=said(came),
    )
    try:
        with transaction.atomic():
            decide(row, came, now)
            row.save()
    except IntegrityError:  # another worker reads the same mailbox, and was first
        known = IncomingReply.objects.filter(key=came.key).first()
        if known is None:
            raise
        return known, False
    return row, True


def read(content: bytes) -> Came:
    """What is in a mail. Whatever is wrong with it is in the answer."""
    letter, calendar = Letter(), b""
    try:
        if len(content) > MOST_MAIL:
            letter = head(content)
            raise UnreadableReply(replies.TOO_LARGE)
        opened = _opened(content)
        letter = opened.letter
        if opened.report is not None:
            return Came(_key(letter, content, b""), letter, report=opened.report)
        if opened.calendar is None:
            return Came(_key(letter, content, b""), letter)
        calendar = opened.calendar[0]
        reply = replies.read_calendar(*opened.calendar, needs_address=invitation_of(letter) is None)
    except Exception as error:  # as `replies.read` has it
        refused = replies.unreadable(error)
        return Came(_key(letter, content, calendar), letter, unreadable=refused)
    return Came(_key(letter, content, calendar), letter, reply=reply)


def _opened(content: bytes) -> Opened:
    opened = open_mail(content)
    if opened is None:
        raise UnreadableReply(replies.NOT_CALENDAR)
    return opened


def _key(letter: Letter, content: bytes, calendar: bytes) -> str:
    """Of the Message-ID and the calendar: a mail that borrows another's Message-ID does not pass for it."""
    digest = hashlib.sha256(calendar or content).hexdigest()
    if not letter.message_id:
        return digest
    return f"{letter.message_id[:KEY]} {digest[:32]}" if calendar else letter.message_id[:KEY]


def said(came: Came) -> dict[str, str]:
    """What is kept of what a mail says; all of it text."""
    letter, reply = came.letter, came.reply
    kept = {"subject": letter.subject, "text": letter.text}
    if came.unreadable is not None:
        kept["value"] = plain(came.unreadable.value, 200)
    if came.report is not None:
        kept |= {"recipient": came.report.recipient, "report": came.report.said}
    if reply is not None:
        starts, ends, zone = reply.proposed
        kept |= {
            "uid": reply.uid[:255],
            "attendee": reply.attendee,
            "name": plain(reply.name, 200),
            "partstat": reply.partstat,
            "sequence": str(reply.sequence),
            "at": reply.at.isoformat() if reply.at else "",
            "comment": plain(reply.comment, 1000),
            "delegated_to": reply.delegated_to,
            "starts": starts,
            "ends": ends,
            "zone": plain(zone, 100),
        }
    return {name: value for name, value in kept.items() if value}


def invitation_of(letter: Letter) -> Invitation | None:
    """The invitation whose own reply address the mail was sent to."""
    found = (links.of_reply_address(address) for address in letter.recipients[:50])
    return next((row for row in found if row is not None), None)


def decide(row: IncomingReply, came: Came, now: datetime.datetime) -> None:
    """Say what becomes of `row`, and do it."""
    letter = came.letter
    own = invitation_of(letter)
    row.invitation, row.meeting = own, own.meeting if own else None
    if _is_own(letter):
        row.outcome, row.detail = Outcome.AUTOMATIC, "own"
    elif came.report is not None:
        _note_report(row, came.report, now)
    elif came.unreadable is not None:
        row.outcome, row.detail = Outcome.UNREADABLE, came.unreadable.reason
    elif came.reply is None:
        row.outcome = Outcome.AUTOMATIC if letter.is_automatic else Outcome.LETTER
    else:
        _note_reply(row, came.reply, letter, own, now)


def _is_own(letter: Letter) -> bool:
    if letter.sender.casefold() == settings.MEETINGS_MAILBOX.casefold():
        return True
    return bool(letter.message_id) and OutgoingMail.objects.filter(message_id=letter.message_id).exists()


def _note_report(row: IncomingReply, report: Report, now: datetime.datetime) -> None:
    if not report.is_final:
        row.outcome, row.detail = Outcome.AUTOMATIC, "delayed"
        return
    row.outcome = Outcome.BOUNCE
    bounced = _bounced(report)
    if bounced is not None:
        row.invitation, row.meeting = bounced, bounced.meeting
        Invitation.objects.filter(pk=bounced.pk).update(bounced_at=now, bounce=report.said)


def _bounced(report: Report) -> Invitation | None:
    """The invitation that a mail which came back was about; a report of any other mail marks nothing."""
    ids = [one for one in report.message_ids if one]
    order = OutgoingMail.objects.filter(message_id__in=ids).values_list("order_key", flat=True).first()
    key = (order or "").rpartition(" ")[2]
    if key.isascii() and key.isdigit():
        return Invitation.objects.filter(pk=int(key)).select_related("meeting").first()
    found = (links.of_reply_address(address) for address in report.addresses[:50])
    return next((row for row in found if row is not None), None)


def _note_reply(
    row: IncomingReply, reply: Reply, letter: Letter, own: Invitation | None, now: datetime.datetime
) -> None:
    # Held until the end: two mails of one attendee are weighed one after the other.
    meeting = Meeting.objects.select_for_update().filter(uid=reply.uid).first()
    verdict, invitation = weigh(reply, letter, meeting, own, now)
    row.outcome = verdict.outcome
    row.meeting = meeting or row.meeting
    row.invitation = invitation or (own if meeting is None or own and own.meeting_id == meeting.pk else None)
    if verdict.is_certain:
        row.said["certain"] = "yes"
    if invitation is None:
        return
    if verdict.counts:
        _count(row, reply, invitation, now)
    elif verdict.outcome == Outcome.REFRESH:
        _send_again(row, invitation, now)


def weigh(
    reply: Reply,
    letter: Letter | None,
    meeting: Meeting | None,
    own: Invitation | None,
    now: datetime.datetime,
) -> tuple[Verdict, Invitation | None]:
    """What becomes of a reply to `meeting`, and whose it is. Changes nothing."""
    if meeting is None:
        return judge(reply, asked=None), None
    standing = {row.email.casefold(): row for row in meeting.invitations.standing().select_related("meeting")}
    vouched = own.email.casefold() if own is not None and own.meeting_id == meeting.pk else ""
    verdict = judge(
        replace(reply, at=_made_at(reply, now)),
        asked={key: _asked(row) for key, row in standing.items()},
        current=-1 if meeting.told is None else meeting.sequence,
        cancelled=meeting.state == Meeting.State.CANCELLED,
        is_over=meeting.state == Meeting.State.HELD or (meeting.ends is not None and meeting.ends <= now),
        vouched_for=vouched,
        sender=letter.sender if letter else "",
        is_authentic=letter.is_authentic(settings.MAIL_AUTHSERV_ID) if letter else False,
        is_automatic=letter.is_automatic if letter else False,
    )
    if verdict.outcome == Outcome.UNKNOWN_ATTENDEE and vouched and vouched not in standing:
        return Verdict(Outcome.WITHDRAWN, vouched), None
    return verdict, standing.get(verdict.attendee)


def _made_at(reply: Reply, now: datetime.datetime) -> datetime.datetime:
    """A reply was made before it came: a clock that is ahead must not outdo all later answers."""
    return min(reply.at, now) if reply.at else now


def _asked(row: Invitation) -> Asked:
    answered = None
    if row.answered_sequence is not None and row.answered_at is not None:
        answered = row.answered_sequence, row.answered_at
    return Asked(row.asked_sequence or 0, answered, row.partstat)


def _count(row: IncomingReply, reply: Reply, invitation: Invitation, now: datetime.datetime) -> None:
    try:
        answering.answer(
            invitation,
            Partstat(reply.partstat),
            via=InvitationAnswer.Via.MAIL,
            now=now,
            comment=plain(reply.comment, 1000),
            sequence=reply.sequence,
            at=_made_at(reply, now),
        )
    except answering.CannotAnswer:
        row.outcome, row.detail = Outcome.LATE, "not_now"
        return
    if reply.partstat == Partstat.DELEGATED and reply.delegated_to:
        row.outcome = Outcome.DELEGATE


def _send_again(row: IncomingReply, invitation: Invitation, now: datetime.datetime) -> None:
    since = IncomingReply.objects.filter(
        invitation=invitation, outcome=Outcome.REFRESH, received_at__gt=now - DAY
    )
    if since.count() >= MOST_REFRESHES:
        row.detail = "too_many"
        return
    try:
        inviting.ask_again(invitation, now=now)
    except inviting.NotNow:
        row.detail = "not_now"


def let_go_of_old(now: datetime.datetime, *, kept: datetime.timedelta = 30 * DAY) -> int:
    """Forget what old mails said and who sent them; what became of them stays."""
    old = IncomingReply.objects.filter(received_at__lt=now - kept).exclude(content=None, said={}, sender="")
    return old.update(content=None, said={}, sender="")
