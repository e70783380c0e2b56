"""What the mails of meetings say, in the recipient's language, as text and as HTML."""

import datetime
import enum
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from meetings import links
from meetings.events import event_of
from meetings.itip import building, letters
from meetings.itip.revising import Message, Version, is_material
from meetings.itip.values import ACCEPTED, CANCEL, DECLINED, TENTATIVE, Mailbox, Stamp
from meetings.models import Invitation, Meeting

KEPT_ANSWERS = (ACCEPTED, TENTATIVE, DECLINED)


class Change(enum.Enum):
    """Why an attendee gets a mail about a meeting."""

    NEW = "new"
    MOVED = "moved"
    EDITED = "edited"
    AGAIN = "again"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"

    @classmethod
    def of(cls, before: Version | None, after: Version, message: Message) -> "Change":
        """What `message` is about, of those that lead from `before` to `after`."""
        if message.method == CANCEL:
            return cls.CANCELLED if after.event.cancelled else cls.WITHDRAWN
        if before is None or message.key not in before.attendees:
            return cls.NEW
        return cls.MOVED if is_material(before.event, after.event) else cls.EDITED


@dataclass(frozen=True)
class Written:
    """A mail whose bytes are decided."""

    content: bytes
    sender: str
    subject: str
    message_id: str


def mailbox() -> Mailbox:
    return Mailbox(settings.MEETINGS_MAILBOX, "Samsyn")


def invitation(
    meeting: Meeting,
    row: Invitation,
    message: Message,
    stamp: Stamp,
    change: Change,
    *,
    partstat: str,
    now: datetime.datetime,
) -> Written:
    """The mail that makes one attendee's calendar equal to the stored meeting, and says so in words."""
    event = replace(event_of(meeting), organizer=Mailbox(links.reply_address(row), meeting.network.name))
    if message.method == CANCEL:
        calendar = building.cancel(replace(event, cancelled=True), message.attendee, stamp)
    else:
        calendar = building.request(event, message.attendee, stamp, partstat=partstat)
    with translation.override(row.language):
        context = {
            "meeting": meeting,
            "invitation": row,
            "change": change.value,
            "before": (meeting.told or {}).get("event"),
            "answers": [
                (label, links.answer_url(row, answer))
                for label, answer in ((_("Yes"), ACCEPTED), (_("Maybe"), TENTATIVE), (_("No"), DECLINED))
            ],
            "own_url": links.answer_url(row),
            "network_url": links.absolute(meeting.network.get_absolute_url()),
        }
        return write(
            "invitation",
            context,
            subject=_subject(change) % {"title": meeting.title},
            sender=Mailbox(settings.MEETINGS_MAILBOX, meeting.network.name),
            recipient=message.attendee,
            reply_to=links.reply_address(row),
            calendar=calendar,
            now=now,
        )


def _subject(change: Change) -> str:
    return {
        Change.NEW: _("Invitation: %(title)s"),
        Change.MOVED: _("Changed: %(title)s"),
        Change.EDITED: _("Updated: %(title)s"),
        Change.AGAIN: _("Invitation: %(title)s"),
        Change.CANCELLED: _("Cancelled: %(title)s"),
        Change.WITHDRAWN: _("No longer invited: %(title)s"),
    }[change]


def write(
    name: str,
    context: dict[str, Any],
    *,
    subject: str,
    sender: Mailbox,
    recipient: Mailbox,
    now: datetime.datetime,
    reply_to: str = "",
    calendar: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Written:
    """`templates/meetings/mail/<name>.txt` and `.html`, in the active language, as a mail."""
    subject = " ".join(subject.split())[:500]
    message_id = f"<{uuid.uuid4()}@{settings.MAIL_DOMAIN}>"
    context = context | {"subject": subject, "base_url": settings.BASE_URL}
    content = letters.compose(
        sender=sender,
        recipient=recipient,
        subject=subject,
        text=render_to_string(f"meetings/mail/{name}.txt", context).strip() + "\n",
        html=render_to_string(f"meetings/mail/{name}.html", context),
        message_id=message_id,
        date=now,
        calendar=calendar,
        reply_to=reply_to,
        headers=headers,
    )
    return Written(
        content, f"{sender.name} <{sender.address}>" if sender.name else sender.address, subject, message_id
    )
