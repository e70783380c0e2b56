"""The demo case and one account per role."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coordination.demo import meeting
from coordination.demo.accounts import create_accounts
from coordination.demo.loading import load


class Command(BaseCommand):
    help = "Load the demo case that is shipped with Samsyn. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="first empty the whole database, accounts included"
        )

    def handle(self, *, reset: bool, **options: Any) -> None:
        if reset:
            if not (settings.DEBUG or settings.DEMO):
                raise CommandError("--reset empties the database: only with DEBUG=True or DEMO=True.")
            call_command("flush", interactive=False, verbosity=0)
        try:
            reports = load()
        except ValueError as error:
            raise CommandError(str(error)) from error
        for report in reports:
            self.stdout.write(
                f"{report.kind:<15}{report.rows:>5} rows {report.created:>5} created"
                f" {report.updated:>5} updated {report.unchanged:>5} unchanged"
            )
        created = sum(report.created for report in reports)
        updated = sum(report.updated for report in reports)
        self.stdout.write(
            f"{'in all':<15}{sum(r.rows for r in reports):>5} rows {created:>5} created {updated:>5} updated"
        )
        made = meeting.load(timezone.now())
        self.stdout.write(f"{'made-up meetings':<15}{made:>4} created")
        if settings.DEBUG or settings.DEMO:
            for line in create_accounts():
                self.stdout.write(f"  {line}")
