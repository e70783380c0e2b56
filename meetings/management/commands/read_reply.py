from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import override

from coordination.base.commands import AnswerCommand
from meetings import intake, reply_words
from meetings.itip.envelopes import Letter
from meetings.itip.judging import Verdict
from meetings.itip.replies import MOST_MAIL, Reply, UnreadableReply, read
from meetings.models import Meeting


class Command(AnswerCommand):
    help = (
        "Read one reply to an invitation, a mail (.eml) or a calendar file (.ics), and say what would become of it. "
        "Nothing is changed. Exits with 1 if it cannot be read."
    )
    formats = ("json",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=self.formats, default="json")
        parser.add_argument("--language", choices=("en", "sv"), default="sv", help="of the messages (sv)")

    def handle(self, *, file: Path, language: str, **options: Any) -> None:
        with override(language):
            try:
                reply, letter = read(content_of(file))
            except UnreadableReply as error:
                reason = reply_words.unread(error.reason, error.value)
                self.print_json(answer(None, accepted=False, reason=reason))
                raise CommandError(reason, returncode=1) from None
            verdict = self.verdict_of(reply, letter)
            reason = reply_words.became(verdict.outcome)
            self.print_json(answer(reply, accepted=verdict.counts, reason=reason))

    def verdict_of(self, reply: Reply, letter: Letter | None) -> Verdict:
        try:
            own = intake.invitation_of(letter) if letter else None
            meeting = Meeting.objects.filter(uid=reply.uid).first()
            return intake.weigh(reply, letter, meeting, own, timezone.now())[0]
        except DatabaseError as error:
            self.stderr.write(f"The database cannot be asked: {error}")
            return intake.weigh(reply, letter, None, None, timezone.now())[0]


def content_of(file: Path) -> bytes:
    """No more of the file than tells that it is too large.

    Raises:
        UnreadableReply: there is none that can be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_MAIL + 1)
    except IsADirectoryError:
        raise UnreadableReply("folder") from None
    except (OSError, ValueError):  # ValueError: a NUL in the name
        raise UnreadableReply("no_file") from None


def answer(reply: Reply | None, *, accepted: bool, reason: str) -> dict[str, object]:
    return {
        "uid": reply.uid if reply else None,
        "attendee": reply.attendee if reply else None,
        "partstat": reply.partstat if reply else None,
        "sequence": reply.sequence if reply else None,
        "accepted": accepted,
        "reason": reason,
    }
