"""The queue of outgoing mail: promised in a transaction, sent at least once, in order for each attendee.

A mail leaves at most once more for each crash, with the same bytes: calendars and mail programs take the second
for the first. The broker only wakes the worker; without it, the next tick of beat does.
"""

import datetime
import smtplib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from meetings.frozen import FrozenMail
from meetings.models import OutgoingMail

State = OutgoingMail.State
Duration = datetime.timedelta
LEASE = Duration(seconds=120)  # longer than a mail server may take to answer (EMAIL_TIMEOUT)
LATE = Duration(minutes=2)  # then somebody should look at why
BATCH = 20
BACK_OFF = tuple(
    Duration(seconds=s) for s in (30, 60, 120, 300, 600, 1800, 3600, 3600, 7200)
)  # then it is given up and shown
KEPT = Duration(days=30)  # how long the bytes of a mail are kept that is sent or given up
PERMANENT = range(500, 600)  # RFC 5321, 4.2.1: what will not be better next time


@dataclass(frozen=True)
class Drained:
    """How many mails a drain sent, put off and gave up."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0

    def __add__(self, other: "Drained") -> "Drained":
        return Drained(self.sent + other.sent, self.put_off + other.put_off, self.failed + other.failed)


@transaction.atomic
def promise(
    content: bytes,
    *,
    recipient: str,
    sender: str,
    subject: str,
    message_id: str,
    dedupe_key: str,
    order_key: str,
    replaceable: bool = False,
) -> OutgoingMail:
    """Put a mail into the queue; the same `dedupe_key` again gives the mail that is there already.

    Within a transaction of the caller's, it is promised if and when that is committed. Mails of the same `order_key`
    that are still waiting, say no more than this one does and were marked `replaceable`, are not sent any more.
    """
    known = OutgoingMail.objects.filter(dedupe_key=dedupe_key).first()
    if known is not None:
        return known
    if replaceable:
        OutgoingMail.objects.filter(order_key=order_key, state=State.WAITING, replaceable=True).update(
            state=State.SUPERSEDED, content=None
        )
    now = timezone.now()
    try:
        with transaction.atomic():
            return OutgoingMail.objects.create(
                content=content,
                recipient=recipient,
                sender=sender,
                subject=subject,
                message_id=message_id,
                dedupe_key=dedupe_key,
                order_key=order_key,
                replaceable=replaceable,
                created=now,
                next_at=now,
            )
    except IntegrityError:  # promised meanwhile, by another who saw that it was not
        return OutgoingMail.objects.get(dedupe_key=dedupe_key)


def due(now: datetime.datetime) -> QuerySet[OutgoingMail]:
    """Mails whose turn it is: first of their order, and waiting long enough or leased to somebody who died."""
    earlier = OutgoingMail.objects.filter(
        order_key=OuterRef("order_key"), pk__lt=OuterRef("pk"), state__in=OutgoingMail.UNFINISHED
    )
    return (
        OutgoingMail.objects.filter(
            Q(state=State.WAITING, next_at__lte=now) | Q(state=State.LEASED, lease_until__lte=now)
        )
        .filter(~Exists(earlier))
        .order_by("next_at", "pk")
    )


@transaction.atomic
def lease(owner: str, *, now: datetime.datetime, most: int = BATCH) -> list[OutgoingMail]:
    """Take up to `most` mails for `owner` until the lease is over. Committed before anything is sent.

    Two workers never hold the same mail at the same time: PostgreSQL skips rows that another is taking, and on
    SQLite the transaction is the only writer.
    """
    rows = due(now).select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    keys = [row.pk for row in rows[:most]]
    OutgoingMail.objects.filter(pk__in=keys).update(
        state=State.LEASED, owner=owner, lease_until=now + LEASE, next_at=now
    )
    return list(OutgoingMail.objects.filter(pk__in=keys, owner=owner).order_by("pk"))


def drain(*, most: int | None = None) -> Drained:
    """Send what is due, until nothing is or `most` have been tried."""
    owner, done, left = uuid.uuid4().hex, Drained(), most
    while mails := lease(owner, now=timezone.now(), most=BATCH if left is None else min(BATCH, left)):
        left = None if left is None else left - len(mails)
        with mail_server() as server:
            for mail in mails:
                done += send(mail, server)
        if left is not None and left <= 0:
            break
    return done


@contextmanager
def mail_server() -> Iterator[BaseEmailBackend]:
    """A connection that is kept for a batch; `send` opens it, and again after a failure."""
    backend = get_connection()
    try:
        yield backend
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the mails' fate is known; so may be the server's
            backend.close()


def send(mail: OutgoingMail, server: BaseEmailBackend) -> Drained:
    """Give a leased mail to the mail server and note what it said. Never raises for what the server did."""
    assert mail.content is not None  # a constraint of the table
    message = FrozenMail(bytes(mail.content), sender=mail.sender, recipient=mail.recipient)
    try:
        server.open()
        server.send_messages([message])
    except (smtplib.SMTPException, OSError) as error:
        with suppress(smtplib.SMTPException, OSError):  # it is of no use any more, open or not
            server.close()
        return _put_off(mail, error)
    if _settle(mail, state=State.SENT, sent_at=timezone.now(), answer=""):
        return Drained(sent=1)
    return Drained()


def _put_off(mail: OutgoingMail, error: Exception) -> Drained:
    code, said = answer_of(error)
    attempts = mail.attempts + 1
    if code in PERMANENT or attempts > len(BACK_OFF):
        _settle(mail, state=State.FAILED, attempts=attempts, answer=said)
        return Drained(failed=1)
    later = timezone.now() + BACK_OFF[attempts - 1]
    _settle(mail, state=State.WAITING, attempts=attempts, next_at=later, answer=said)
    return Drained(put_off=1)


def _settle(mail: OutgoingMail, **values: object) -> bool:
    """Note the end of a lease, unless it is somebody else's by now."""
    held = OutgoingMail.objects.filter(pk=mail.pk, owner=mail.owner, state=State.LEASED)
    return bool(held.update(owner="", lease_until=None, **values))


def answer_of(error: Exception) -> tuple[int, str]:
    """The code that a mail server gave (0: none, it hung, hung up or was not there) and what it said.

    >>> answer_of(smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"No such user")}))
    (550, '550 No such user')
    """
    answered: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, answered = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, answered = error.smtp_code, error.smtp_error
    else:
        return 0, (str(error) or type(error).__name__)[:500]
    said = answered.decode(errors="replace") if isinstance(answered, bytes) else str(answered)
    return code, " ".join(f"{code} {said}".split())[:500]


def send_again(mail: OutgoingMail) -> bool:
    """Give a mail that was given up another round; False where it was not, or its bytes are gone."""
    failed = OutgoingMail.objects.filter(pk=mail.pk, state=State.FAILED, content__isnull=False)
    return bool(failed.update(state=State.WAITING, attempts=0, next_at=timezone.now(), answer=""))


def send_all_again() -> int:
    """The same for every mail that was given up and has its bytes; how many."""
    failed = OutgoingMail.objects.filter(state=State.FAILED, content__isnull=False)
    return failed.update(state=State.WAITING, attempts=0, next_at=timezone.now(), answer="")


@dataclass(frozen=True)
class Trouble:
    """What somebody should look at: `late` mail waits longer than it should, `failed` ones were given up lately."""

    late: int
    failed: int

    def __bool__(self) -> bool:
        return bool(self.late or self.failed)


def trouble(now: datetime.datetime) -> Trouble:
    """Whether mail leaves as it should. One query."""
    late = Q(state__in=OutgoingMail.UNFINISHED, created__lt=now - LATE)
    failed = Q(state=State.FAILED, created__gte=now - KEPT)
    counts = OutgoingMail.objects.aggregate(late=Count("pk", filter=late), failed=Count("pk", filter=failed))
    return Trouble(**counts)


def oldest_waiting(now: datetime.datetime) -> Duration:
    """How long ago the oldest mail was promised that is neither sent nor given up; zero without any."""
    mail = OutgoingMail.objects.filter(state__in=OutgoingMail.UNFINISHED).order_by("created").first()
    return now - mail.created if mail else Duration()


def let_go_of_old(now: datetime.datetime) -> int:
    """Forget the bytes of mails that were sent, or given up, long ago; what became of them stays."""
    long_ago = Q(state=State.SENT, sent_at__lt=now - KEPT) | Q(state=State.FAILED, created__lt=now - KEPT)
    return OutgoingMail.objects.filter(long_ago, content__isnull=False).update(content=None)
