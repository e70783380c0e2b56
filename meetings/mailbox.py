"""Reading the networks' mailbox: a Maildir of this machine, or a folder of a mail server by IMAP.

A mail is marked as read once what follows from it is committed. After a crash in between it is read again, and
`intake` knows it. The mailbox is this installation's own: whoever else reads mail in it takes it away from here.
"""

import datetime
import imaplib
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from imap_tools import AND, BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted, MailMessageFlags

from meetings import intake
from meetings.itip.replies import MOST_MAIL

logger = logging.getLogger(__name__)
MOST = 500  # mails of one reading
SECONDS = 40.0  # of one reading; a task may take 50
IMAP_TIMEOUT = 15  # seconds that a mail server may take to answer
KEPT = datetime.timedelta(days=30)  # how long a read mail stays in the Maildir
CAP = MOST_MAIL + 1  # bytes that tell that a mail is too large


class MailboxAway(Exception):
    """The mailbox cannot be read now; why, without what is secret in its address."""


class Box(Protocol):
    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """Name and first `CAP` bytes of each mail that was not read yet, oldest first."""

    def done(self, name: str) -> None:
        """Mark a mail as read."""


@dataclass(frozen=True)
class Taken:
    """How many mails were new, were here already and could not be dealt with."""

    new: int = 0
    known: int = 0
    failed: int = 0


def read(*, now: Callable[[], datetime.datetime], most: int = MOST, seconds: float = SECONDS) -> Taken:
    """Take in what waits in the mailbox that MAILBOX_URL names, as far as `most` and `seconds` go.

    Raises:
        MailboxAway: it cannot be reached. What was taken in until then is.
    """
    until = time.monotonic() + seconds
    new = known = failed = 0
    with opened(settings.MAILBOX_URL) as box:
        for name, content in box.waiting():
            try:
                _row, is_new = intake.take(content, now=now())
            except Exception:
                # One mail must not stop those behind it. It stays, and is tried again.
                logger.exception("A mail could not be taken in")
                failed += 1
            else:
                box.done(name)
                new, known = new + is_new, known + (not is_new)
            if new + known + failed >= most or time.monotonic() > until:
                break
    return Taken(new, known, failed)


@contextmanager
def opened(url: str) -> Iterator[Box]:
    """The mailbox at `url`: maildir:///folder, imaps://user:password@host:port/folder, or imap:// without TLS."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield Maildir(Path(unquote(parts.path)))
        return
    if parts.scheme not in ("imaps", "imap") or not parts.hostname:
        raise MailboxAway(
            "MAILBOX_URL names no mailbox: use maildir:///folder or imaps://user:password@host/INBOX"
        )
    try:
        kind = MailBox if parts.scheme == "imaps" else MailBoxUnencrypted
        port = parts.port or (993 if parts.scheme == "imaps" else 143)
        server = kind(parts.hostname, port, timeout=IMAP_TIMEOUT)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        with server.login(user, password, unquote(parts.path.strip("/")) or "INBOX") as mailbox:
            yield Imap(mailbox)
    except (OSError, ImapToolsError, imaplib.IMAP4.error) as error:
        raise MailboxAway(f"{parts.hostname}: {type(error).__name__}") from error


class Maildir:
    """A folder into which a mail server of this machine delivers, one file for each mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            for name in ("tmp", "new", "cur"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MailboxAway(f"The Maildir cannot be made: {error.strerror}") from error

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder / "new"))
        except OSError as error:
            raise MailboxAway(f"The Maildir cannot be read: {error.strerror}") from error
        for name in names:
            content = _content(self.folder / "new" / name)
            if content is not None:
                yield name, content

    def done(self, name: str) -> None:
        with suppress(FileNotFoundError):  # another worker has moved it
            os.replace(self.folder / "new" / name, self.folder / "cur" / f"{name.partition(':')[0]}:2,S")

    def let_go_of_old(self, now: datetime.datetime) -> int:
        """Remove mails that were read long ago; how many."""
        gone = 0
        for entry in os.scandir(self.folder / "cur"):
            with suppress(FileNotFoundError):
                if entry.stat(follow_symlinks=False).st_mtime < (now - KEPT).timestamp():
                    os.unlink(entry.path)
                    gone += 1
        return gone


def _content(path: Path) -> bytes | None:
    """The beginning of a mail's file; None of what is no ordinary file, and is left where it is."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return file.read(CAP) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


class Imap:
    """A folder of a mail server. What is not marked as seen waits; nothing is deleted from it."""

    def __init__(self, mailbox: BaseMailBox) -> None:
        self.mailbox = mailbox

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        for uid in self.mailbox.uids(AND(seen=False)):
            # PEEK: reading is not yet having dealt with it. No more is fetched than tells that it is too large.
            _status, answered = self.mailbox.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{CAP}>)")
            content = next((part[1] for part in answered if isinstance(part, tuple)), None)
            if content is not None:
                yield uid, content

    def done(self, name: str) -> None:
        self.mailbox.flag(name, MailMessageFlags.SEEN, True)


def let_go_of_old(now: datetime.datetime) -> int:
    """Forget what old mails said, in the register and in a Maildir of this machine."""
    parts = urlsplit(settings.MAILBOX_URL)
    if parts.scheme == "maildir":
        Maildir(Path(unquote(parts.path))).let_go_of_old(now)
    return intake.let_go_of_old(now)
