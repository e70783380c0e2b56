"""Workers killed at random moments while they send: what of a queue is lost, repeated or overtaken."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from meetings import outbox
from meetings.models import OutgoingMail
from tests.mail_server import MailServer

ROOT = Path(__file__).resolve().parent.parent
LEASE = 1.0  # seconds, so that the mail of a worker that was killed is soon the next one's
# Starts a worker for each "start" and kills it at "kill": what is killed has its own connections, and a fork
# costs a hundredth of a new interpreter.
NURSERY = f"""
import datetime, os, signal, sys, time
import django
django.setup()
from meetings import outbox
outbox.LEASE = datetime.timedelta(seconds={LEASE})
print("ready", flush=True)
for line in sys.stdin:
    if line == "start\\n":
        worker = os.fork()
        while not worker:
            outbox.drain()
            time.sleep(0.02)
    else:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
    print("done", flush=True)
"""


@dataclass(frozen=True)
class Outcome:
    """`struck`: kills that met a worker with mail in its hands; `repeated`: mails that came more than once;
    `altered`: of those, with other bytes; `overtaken`: out of order."""

    promised: int
    kills: int
    struck: int
    lost: int
    repeated: int
    altered: int
    overtaken: int


def promise_all(mails: int, recipients: int) -> None:
    for number in range(mails):
        recipient = f"p{number % recipients}@example.org"
        outbox.promise(
            f"Message-ID: <{number}@x>\r\nSubject: {number}\r\n\r\nHej\r\n".encode(),
            recipient=recipient,
            sender="moten@samsyn.example.org",
            subject=str(number),
            message_id=f"<{number}@x>",
            dedupe_key=f"kill {number}",
            order_key=recipient,
        )


def run(
    *,
    mails: int,
    recipients: int,
    kills: int,
    environment: dict[str, str],
    seed: int = 1,
    answers_in: float = 0.002,
) -> Outcome:
    """Send `mails` to `recipients` while a worker is killed `kills` times, then let one finish.

    `environment` leads the worker to the database of this process; the mail server takes `answers_in` seconds.
    """
    drawn = random.Random(seed)
    promise_all(mails, recipients)
    waiting = OutgoingMail.objects.filter(state__in=OutgoingMail.UNFINISHED)
    struck = 0
    with MailServer(lambda recipient: (time.sleep(answers_in), "250 Taken")[1]) as server:
        settings = {
            "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
        }
        nursery = _start(environment | settings)
        for _ in range(kills):
            _tell(nursery, "start")
            _wait_for_work(waiting)
            time.sleep(drawn.uniform(0.0, 0.2))
            _tell(nursery, "kill")
            struck += _is_held()
        _tell(nursery, "start")
        deadline = time.monotonic() + 300
        while waiting.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        _tell(nursery, "kill")
        nursery.kill()
        nursery.wait()
        return _judged(server.taken, mails, kills, struck)


def _is_held() -> bool:
    """Whether mail is leased to a worker, dead or alive."""
    held = OutgoingMail.objects.filter(state=OutgoingMail.State.LEASED, lease_until__gt=timezone.now())
    return held.exists()


def _wait_for_work(waiting: QuerySet[OutgoingMail]) -> None:
    """Until a worker has mail in its hands, however slow the machine; not if there is none left."""
    deadline = time.monotonic() + 5
    while not _is_held() and waiting.exists() and time.monotonic() < deadline:
        time.sleep(0.005)


def _start(environment: dict[str, str]) -> subprocess.Popen:
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert nursery.stdout is not None and nursery.stdout.readline() == "ready\n"
    return nursery


def _tell(nursery: subprocess.Popen, what: str) -> None:
    assert nursery.stdin is not None and nursery.stdout is not None
    nursery.stdin.write(f"{what}\n")
    nursery.stdin.flush()
    assert nursery.stdout.readline() == "done\n"


def _judged(taken: list[tuple[str, bytes]], mails: int, kills: int, struck: int) -> Outcome:
    numbers = [int(content.split(b"Subject: ")[1].split(b"\r\n")[0]) for _, content in taken]
    times = Counter(numbers)
    versions = {
        number: {c for n, (_, c) in zip(numbers, taken, strict=True) if n == number} for number in times
    }
    overtaken = 0
    for recipient in {recipient for recipient, _ in taken}:
        seen = -1
        for number, (who, _content) in zip(numbers, taken, strict=True):
            if who == recipient:
                overtaken += number < seen
                seen = max(seen, number)
    return Outcome(
        promised=mails,
        kills=kills,
        struck=struck,
        lost=mails - len(times),
        repeated=sum(count - 1 for count in times.values()),
        altered=sum(len(found) > 1 for found in versions.values()),
        overtaken=overtaken,
    )
