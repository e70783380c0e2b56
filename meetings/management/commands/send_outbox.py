from typing import Any

from django.core.management.base import BaseCommand, CommandError

from meetings import outbox


class Command(BaseCommand):
    help = "Send all mail that is due. Exits with 1 if some could not be sent."

    def handle(self, **options: Any) -> None:
        done = outbox.drain()
        self.stdout.write(f"sent: {done.sent}, put off: {done.put_off}, failed: {done.failed}")
        if done.failed:
            raise CommandError(f"{done.failed} could not be sent; see the page of outgoing mail")
