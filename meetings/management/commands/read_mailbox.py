from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meetings import mailbox


class Command(BaseCommand):
    help = "Take in the mail that waits in the networks' mailbox. Exits with 1 if some could not be."

    def handle(self, **options: Any) -> None:
        try:
            taken = mailbox.read(now=timezone.now)
        except mailbox.MailboxAway as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"new: {taken.new}, known: {taken.known}, failed: {taken.failed}")
        if taken.failed:
            raise CommandError(f"{taken.failed} could not be taken in; see the log")
