"""Web server, background worker, scheduler and embedded broker in one command."""

import os
import signal
import socket
import sys
import time
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from coordination import broker
from coordination.supervisor import AlreadyRunning, Child, Supervisor, alone_in, end_leftovers

# Its warnings are about running as root and about Celery 6; they drown what matters at the first start.
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "coordination"]
FIRST_PAGE_SECONDS = 60
PRAGMAS = ("journal_mode", "synchronous")
FULL = 2  # https://sqlite.org/pragma.html#pragma_synchronous


class Command(BaseCommand):
    help = (
        "Run the web server, worker, scheduler and (without CELERY_BROKER_URL) broker; restart any that ends."
    )
    requires_system_checks = ()  # the children check; two checks would double the time to the first page

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="port (PORT, or 8000)")

    def handle(self, *, host: str, port: str, **options: Any) -> None:
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT={port!r}: use a number from 1 to 65535", returncode=2)
        try:
            with alone_in(settings.VAR_DIR):
                _refuse_unsafe_disk()
                self._run(host, int(port))
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error

    def _run(self, host: str, port: int) -> None:
        record = settings.VAR_DIR / "serve.json"
        end_leftovers(record)
        _refuse_used_port(host, port)
        supervisor = Supervisor(_children(host, port), record)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.stop.set())
        supervisor.run(ready=lambda: self._announce(supervisor, port))
        self.stdout.write("Stopped.")

    def _announce(self, supervisor: Supervisor, port: int) -> None:
        """Say where it is once the first page is served."""
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while not supervisor.stop.is_set() and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
                    break
            except OSError:
                time.sleep(0.1)
        else:
            return
        self.stdout.write(f"\nSamsyn is at http://localhost:{port}/   (Ctrl-C stops it)")
        if settings.DEMO:
            self.stdout.write(demo_logins())
        self.stdout.flush()


def demo_logins() -> str:
    """One login per role, as `load_demo` made them."""
    from coordination.demo.accounts import ACCOUNTS

    return "\n".join(f"  {account}" for account in ACCOUNTS)


def _children(host: str, port: int) -> list[Child]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--no-ws", "--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers"]
    web += ["--respawn-interval", "0.5", "--workers-kill-timeout", "5", "--log-level", "warning"]
    worker = ["worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    beat = ["beat", "--pidfile", "", "--loglevel", "WARNING"]
    now = time.monotonic()
    children = [
        Child("web", [*web, "coordination.wsgi:application"]),
        Child("worker", [*CELERY, *worker], start_at=now + 2),  # the first page goes before the first task
        Child("beat", [*CELERY, *beat], start_at=now + 4),
    ]
    if not os.environ.get("CELERY_BROKER_URL"):
        broker.prepare(settings.BROKER_SOCKET, settings.BROKER_DIR)
        run = broker.command(settings.BROKER_SOCKET, settings.BROKER_DIR)
        children.insert(0, Child("broker", run, stops_last=True))
    return children


def _refuse_unsafe_disk() -> None:
    """SQLite says which journal it really uses: a network disk, for one, silently gets another than asked for."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            journal, synchronous = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS)
        connection.close()
        if (journal, synchronous) != ("wal", FULL):
            raise CommandError(
                f"SQLite cannot keep what it saves on this disk (journal {journal}): move VAR_DIR."
            )


def _refuse_used_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make demo PORT=8001"
            ) from error
