"""Invitations in real calendar programs: sent over SMTP, moved, one attendee taken off, cancelled; and their replies.

    .venv/bin/python -m benchmarks.clients --node FOLDER --khal FILE

FOLDER is one where `npm install ical.js node-ical` was run, FILE the `khal` of some virtual environment, and libical
is the system's (`apt install gir1.2-ical-3.0 python3-gi`). What is not installed is said and left out.

ical.js, node-ical and libical are libraries: what each reads of a message (METHOD, STATUS, times by its own zones) is
kept as the programs built on them do. khal keeps a calendar of its own. Exits with 1 if one shows anything wrong.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from benchmarks.setting import prepare

PROGRAMS = Path(__file__).resolve().parent / "calendar_programs"
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
SYSTEM_PYTHON = "/usr/bin/python3"
KHAL = """[calendars]
[[meetings]]
path = {folder}/calendar
[sqlite]
path = {folder}/cache.db
[locale]
local_timezone = Europe/Stockholm
default_timezone = Europe/Stockholm
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


def run(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=os.environ | environment
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-500:]}")
    return done.stdout


class Library:
    """A calendar made of what a library reads; `reply` where it can write, too."""

    def __init__(
        self, name: str, command: list[str], folder: Path, *, writes: bool = False, **environment: str
    ):
        self.name, self.command, self.folder = name, command, folder
        self.writes, self.environment = writes, environment
        self.events: dict[str, dict[str, Any]] = {}

    def receive(self, content: bytes) -> None:
        file = self.folder / "message.ics"
        file.write_bytes(content)
        read = json.loads(run([*self.command, "show", str(file)], **self.environment))
        known = self.events.get(read["uid"])
        if known and known["sequence"] > read["sequence"]:
            return
        self.events[read["uid"]] = read

    def shows(self) -> list[tuple[str, datetime.datetime, datetime.datetime]]:
        return [
            (one["title"], *(datetime.datetime.fromisoformat(one[name]) for name in ("start", "end")))
            for one in self.events.values()
            if one["method"] != "CANCEL" and one["status"] != "CANCELLED"
        ]

    def reply(self, content: bytes, partstat: str, at: datetime.datetime) -> bytes:
        file = self.folder / "message.ics"
        file.write_bytes(content)
        stamp = f"{at:%Y%m%dT%H%M%SZ}" if self.name == "libical" else f"{at:%Y-%m-%dT%H:%M:%SZ}"
        return run([*self.command, "reply", str(file), partstat, stamp], **self.environment).encode()


class Khal:
    """khal, by its own commands."""

    writes = False

    def __init__(self, program: str, folder: Path) -> None:
        self.name, self.folder = "khal", folder
        (folder / "calendar").mkdir()
        (folder / "config").write_text(KHAL.format(folder=folder))
        self.command = [program, "-c", str(folder / "config")]

    def receive(self, content: bytes) -> None:
        file = self.folder / "message.ics"
        file.write_bytes(content)
        run([*self.command, "import", "--batch", str(file)])

    def shows(self) -> list[tuple[str, datetime.datetime, datetime.datetime]]:
        wanted = "{title}|{start-long-full}|{end-long-full}|{cancelled}"
        said = run([*self.command, "list", "--day-format", "", "--format", wanted, "2026-12-01", "60d"])
        found = []
        for line in filter(None, said.splitlines()):
            title, start, end, cancelled = line.split("|")
            if not cancelled.strip():
                found.append((title, *(local(text) for text in (start, end))))
        return found


def local(text: str) -> datetime.datetime:
    from zoneinfo import ZoneInfo

    return datetime.datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(
        tzinfo=ZoneInfo("Europe/Stockholm")
    )


def makers(chosen: argparse.Namespace) -> dict[str, Callable[[Path], Any] | None]:
    """How each program's empty calendar is made; None of what is not installed."""
    node, found = shutil.which("node"), chosen.node
    has = {
        name: bool(node and found and (Path(found) / "node_modules" / name).is_dir())
        for name in ("ical.js", "node-ical")
    }
    javascript = {"NODE_FOLDER": str(found)}
    libical = (
        Path(SYSTEM_PYTHON).exists()
        and not subprocess.run(
            [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('ICalGLib', '3.0')"],
            capture_output=True,
            check=False,
        ).returncode
    )
    return {
        "ical.js": (lambda f: Library("ical.js", [str(node), str(PROGRAMS / "icaljs.mjs")], f, writes=True, **javascript))
        if has["ical.js"] else None,
        "node-ical": (lambda f: Library("node-ical", [str(node), str(PROGRAMS / "nodeical.mjs")], f, **javascript))
        if has["node-ical"] else None,
        "libical": (lambda f: Library("libical", [SYSTEM_PYTHON, str(PROGRAMS / "libical.py")], f, writes=True))
        if libical else None,
        "khal": (lambda f: Khal(chosen.khal, f)) if chosen.khal and shutil.which(chosen.khal) else None,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--node", default="", metavar="FOLDER")
    parser.add_argument("--khal", default="khal", metavar="FILE")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return walk_through(makers(chosen), Path(folder))


def walk_through(programs: dict[str, Callable[[Path], Any] | None], folder: Path) -> int:
    from django.conf import settings

    from meetings import inviting, mailbox, outbox
    from meetings.models import Invitation
    from tests import factories as f
    from tests import replying
    from tests.mail_server import MailServer

    meeting = f.MeetingFactory(title="Nätverksmöte om läget")
    anna, bo = (
        f.InvitationFactory(meeting=meeting, email=f"{name}@{name}.example") for name in ("anna", "bo")
    )
    wrong = 0
    calendars = {}
    for name, make in programs.items():
        if make is None:
            print(f"{name}: not installed, left out")
            continue
        for row in (anna, bo):
            own = folder / f"{name}-{row.pk}"
            own.mkdir()
            calendars[name, row.pk] = make(own)
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        last: dict[int, bytes] = {}
        now = NOW

        def seen() -> dict[str, Any]:
            nonlocal now
            now += MINUTE
            return {"seen_version": meeting.version, "user": None, "now": now}

        def deliver() -> None:
            taken = len(server.taken)
            outbox.drain()
            for recipient, content in server.taken[taken:]:
                row = anna if recipient == anna.email else bo
                last[row.pk] = part = calendar_of(content)
                for (_name, pk), calendar in calendars.items():
                    if pk == row.pk:
                        calendar.receive(part)

        def look(stage: str, *invited: Any) -> None:
            nonlocal wrong
            for (name, pk), calendar in calendars.items():
                row = anna if pk == anna.pk else bo
                truth = [(meeting.title, meeting.starts, meeting.ends)] if row in invited else []
                shown = calendar.shows()
                fine = shown == truth
                wrong += not fine
                said = "right" if fine else f"WRONG: {shown}"
                print(f"{stage:<12}{name:<12}{row.email:<20}{len(shown)} shown  {said}", flush=True)

        inviting.invite(meeting, **seen())
        deliver()
        look("request", anna, bo)
        for name in programs:
            for row, partstat in ((anna, "ACCEPTED"), (bo, "TENTATIVE")):
                calendar = calendars.get((name, row.pk))
                if calendar is None or not calendar.writes:
                    continue
                now += MINUTE
                content = calendar.reply(last[row.pk], partstat, now)
                to = organizer_of(last[row.pk])
                settings.MAILBOX_URL = f"maildir://{folder}/maildir"
                deliver_to = folder / "maildir" / "new"
                deliver_to.mkdir(parents=True, exist_ok=True)
                (deliver_to / f"{name}.{row.pk}").write_bytes(replying.mail(content, sender=row.email, to=to))
                mailbox.read(now=lambda: now + MINUTE)  # noqa: B023  # used at once
                stored = Invitation.objects.get(pk=row.pk)
                logged = stored.answers.first()
                fine = stored.partstat == partstat and logged is not None and logged.at == now + MINUTE
                wrong += not fine
                print(
                    f"{'reply':<12}{name:<12}{row.email:<20}{partstat:<11}{'right seat' if fine else 'WRONG'}"
                )
        meeting.starts += datetime.timedelta(days=7, hours=1)
        meeting.ends += datetime.timedelta(days=7, hours=2)
        inviting.change(meeting, **seen())
        deliver()
        look("moved", anna, bo)
        inviting.set_list(meeting, withdraw=[anna], **seen())
        deliver()
        look("removed", bo)
        inviting.cancel(meeting, reason="Sjukdom", **seen())
        deliver()
        look("cancelled")
    print(f"{len(calendars)} calendars, {wrong} wrong")
    return 1 if wrong or not calendars else 0


def calendar_of(content: bytes) -> bytes:
    message = message_from_bytes(content, policy=policy.default)
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body


def organizer_of(content: bytes) -> str:
    from icalendar import Calendar

    [event] = Calendar.from_ical(content).walk("VEVENT")
    return str(event["ORGANIZER"]).removeprefix("mailto:")


if __name__ == "__main__":
    sys.exit(main())
