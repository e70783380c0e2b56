import datetime
import itertools
import smtplib
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from meetings import outbox, tasks
from meetings.models import OutgoingMail
from tests import factories as f
from tests.mail_server import DROP_AFTER, DROP_BEFORE, TAKEN, MailServer

State = OutgoingMail.State
numbers = itertools.count()


def promise(recipient="per@example.org", **given):
    number = next(numbers)
    return outbox.promise(
        **{
            "content": f"Subject: Möte {number}\r\n\r\nHej å\r\n".encode(),
            "recipient": recipient,
            "sender": "moten@samsyn.example.org",
            "subject": f"Möte {number}",
            "message_id": f"<{number}@samsyn.example.org>",
            "dedupe_key": f"mail {number}",
            "order_key": recipient,
        }
        | given
    )


@pytest.fixture
def server(db, settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 2
        yield server


def states():
    return [row.state for row in OutgoingMail.objects.order_by("pk")]


def test_what_is_promised_is_sent_with_the_very_bytes(server):
    mail = promise()
    assert outbox.drain() == outbox.Drained(sent=1)
    [(recipient, content)] = server.taken
    assert (recipient, content) == ("per@example.org", bytes(mail.content))
    mail.refresh_from_db()
    assert mail.state == State.SENT and mail.sent_at is not None


def test_the_same_promise_twice_is_one_mail(server):
    first = promise(dedupe_key="once")
    assert promise(dedupe_key="once").pk == first.pk
    outbox.drain()
    assert promise(dedupe_key="once").pk == first.pk
    outbox.drain()
    assert len(server.taken) == 1


def test_two_who_promise_the_same_at_once_make_one_mail(server, monkeypatch):
    first = promise(dedupe_key="once")
    monkeypatch.setattr(QuerySet, "first", lambda rows: None)  # neither saw the other's when it looked
    assert promise(dedupe_key="once").pk == first.pk
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_promised():
    with pytest.raises(RuntimeError), transaction.atomic():
        promise()
        raise RuntimeError
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("said", "state", "answer"),
    [
        ("421 Busy", State.WAITING, "421 Busy"),
        ("450 Later", State.WAITING, "450 Later"),
        ("550 No such user", State.FAILED, "550 No such user"),
        (DROP_BEFORE, State.WAITING, ""),
    ],
)
def test_what_the_server_says_decides(server, said, state, answer):
    server.answer = lambda recipient: said
    mail = promise()
    outbox.drain()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.owner) == (state, 1, "")
    assert answer in mail.answer
    assert server.taken == []


def test_a_server_that_hangs_up_after_it_took_the_mail_may_get_it_once_more(server, monkeypatch):
    answers = iter([DROP_AFTER, TAKEN])
    server.answer = lambda recipient: next(answers)
    promise()
    outbox.drain()
    later(monkeypatch, seconds=31)
    outbox.drain()
    assert len(server.taken) == 2 and len(set(server.taken)) == 1
    assert states() == [State.SENT]


def test_a_server_that_hangs_keeps_nobody_waiting_for_ever(server, settings):
    settings.EMAIL_TIMEOUT = 0.3
    released = threading.Event()
    server.answer = lambda recipient: (released.wait(5), TAKEN)[1] if recipient.startswith("hang") else TAKEN
    hanging = promise("hang@example.org")
    outbox.drain()
    released.set()
    hanging.refresh_from_db()
    assert hanging.state == State.WAITING and "timed out" in hanging.answer


def test_a_server_that_is_not_there_costs_an_attempt(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail = promise()
    assert outbox.drain() == outbox.Drained(put_off=1)
    mail.refresh_from_db()
    assert mail.state == State.WAITING and mail.next_at > timezone.now()


def later(monkeypatch, **by):
    now = timezone.now() + datetime.timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_it_tries_for_hours_and_then_gives_up(server, monkeypatch):
    server.answer = lambda recipient: "450 Later"
    mail = promise()
    for _ in outbox.BACK_OFF:
        outbox.drain()
        later(monkeypatch, hours=2, seconds=1)
    mail.refresh_from_db()
    assert mail.state == State.WAITING
    outbox.drain()
    mail.refresh_from_db()
    assert mail.state == State.FAILED and mail.attempts == len(outbox.BACK_OFF) + 1

    server.answer = lambda recipient: TAKEN
    assert outbox.send_again(mail) and not outbox.send_again(mail)
    outbox.drain()
    assert states() == [State.SENT]


def test_a_failed_mail_does_not_stop_those_of_others(server):
    server.answer = lambda recipient: "450 Later" if recipient.startswith("per") else TAKEN
    (
        promise("per@example.org"),
        promise("eva@example.org"),
        promise("per@example.org"),
        promise("eva@example.org"),
    )
    outbox.drain()
    assert [recipient for recipient, _ in server.taken] == ["eva@example.org"] * 2


def test_a_later_mail_waits_for_the_earlier_one_of_its_order(server, monkeypatch):
    answers = iter(["450 Later"])
    server.answer = lambda recipient: next(answers, TAKEN)
    first, second = promise(), promise()
    outbox.drain()
    assert states() == [State.WAITING, State.WAITING]
    later(monkeypatch, seconds=31)
    outbox.drain()
    assert [content for _, content in server.taken] == [bytes(first.content), bytes(second.content)]


def test_an_unsent_invitation_is_replaced_by_its_update(server):
    old = promise(replaceable=True)
    new = promise(replaceable=True)
    outbox.drain()
    old.refresh_from_db()
    assert old.state == State.SUPERSEDED and old.content is None
    assert [content for _, content in server.taken] == [bytes(new.content)]


def test_a_mail_that_is_being_sent_is_not_replaced(server):
    old = promise(replaceable=True)
    outbox.lease("somebody", now=timezone.now())
    promise(replaceable=True)
    old.refresh_from_db()
    assert old.state == State.LEASED


def test_a_lease_is_for_one(db):
    promise()
    assert len(outbox.lease("a", now=timezone.now())) == 1
    assert outbox.lease("b", now=timezone.now()) == []


def test_the_mail_of_a_worker_that_died_is_sent_by_the_next(server, monkeypatch):
    promise()
    outbox.lease("dead", now=timezone.now())
    assert outbox.drain() == outbox.Drained()
    later(monkeypatch, seconds=outbox.LEASE.total_seconds() + 1)
    assert outbox.drain() == outbox.Drained(sent=1)


def test_who_lost_the_lease_settles_nothing(server, monkeypatch):
    mail = promise()
    [held] = outbox.lease("slow", now=timezone.now())
    later(monkeypatch, seconds=outbox.LEASE.total_seconds() + 1)
    [taken_over] = outbox.lease("next", now=timezone.now())
    with outbox.mail_server() as backend:
        assert outbox.send(held, backend) == outbox.Drained()
    mail.refresh_from_db()
    assert (mail.state, mail.owner) == (State.LEASED, "next")


def test_two_workers_side_by_side_send_each_mail_once(real_database, settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        for number in range(60):
            promise(f"p{number % 12}@example.org")

        def work():
            outbox.drain()
            connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        outbox.drain()  # the last of an order may have been leased when the others looked
        contents = [content for _, content in server.taken]
    assert len(contents) == len(set(contents)) == 60


def test_the_command_says_what_it_did(server, capsys):
    server.answer = lambda recipient: "550 No" if recipient.startswith("eva") else TAKEN
    promise()
    call_command("send_outbox")
    assert capsys.readouterr().out == "sent: 1, put off: 0, failed: 0\n"
    promise("eva@example.org")
    with pytest.raises(CommandError, match="1 could not be sent"):
        call_command("send_outbox")


def test_how_long_the_oldest_has_waited(db, monkeypatch):
    assert outbox.oldest_waiting(timezone.now()) == datetime.timedelta()
    promise()
    later(monkeypatch, minutes=3)
    assert outbox.oldest_waiting(timezone.now()).total_seconds() > 170


def test_bytes_are_let_go_a_month_after(server, monkeypatch):
    mail = promise()
    outbox.drain()
    assert outbox.let_go_of_old(timezone.now()) == 0
    later(monkeypatch, days=31)
    assert outbox.let_go_of_old(timezone.now()) == 1
    mail.refresh_from_db()
    assert mail.content is None and mail.state == State.SENT


def test_so_are_those_of_mails_that_were_given_up(server, monkeypatch):
    server.answer = lambda recipient: "550 No"
    mail = promise()
    outbox.drain()
    assert outbox.let_go_of_old(timezone.now()) == 0
    later(monkeypatch, days=31)
    assert outbox.let_go_of_old(timezone.now()) == 1
    assert not outbox.send_again(mail)


def test_the_worker_is_woken_after_the_commit(server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        promise()
        tasks.send_soon()
        assert server.taken == []
    assert len(server.taken) == 1


def test_without_a_broker_nothing_fails_and_beat_sends(
    server, monkeypatch, django_capture_on_commit_callbacks
):
    tried = no_broker(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        promise()
        tasks.send_soon()
    assert server.taken == []
    with django_capture_on_commit_callbacks(execute=True):
        tasks.send_soon()
    assert len(tried) == 1  # once: each try costs whoever acts a second
    tasks.look_after_mail.delay()
    assert len(server.taken) == 1


def no_broker(monkeypatch):
    """The tries to reach one."""
    tried = []

    def away(*args, **kwargs):
        tried.append(args)
        raise OperationalError

    monkeypatch.setattr(tasks.send_mail, "delay", away)
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)
    return tried


def test_people_act_undisturbed_while_the_broker_is_away(
    server, client, monkeypatch, django_capture_on_commit_callbacks
):
    """Fifty of them; `python -m benchmarks.outbox broker` stops a real one for a minute."""
    client.force_login(f.CoordinatorFactory())
    mails = [promise(f"p{number}@example.org") for number in range(50)]
    OutgoingMail.objects.update(state=State.FAILED)
    no_broker(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        codes = [client.post(f"/mail/{mail.pk}/send-again/").status_code for mail in mails]
    assert codes == [302] * 50 and server.taken == []
    tasks.look_after_mail.delay()
    assert len(server.taken) == 50 and set(states()) == {State.SENT}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPServerDisconnected("gone"), (0, "gone")),
        (smtplib.SMTPDataError(552, b"Too\r\nlarge"), (552, "552 Too large")),
        (TimeoutError(), (0, "TimeoutError")),
    ],
)
def test_what_a_server_said_is_kept_on_one_line(error, expected):
    assert outbox.answer_of(error) == expected


def test_a_longer_queue_takes_no_more_queries(db):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            outbox.lease("somebody", now=timezone.now(), most=5)
        return len(captured)

    promise("one@example.org")
    few = queries()
    for number in range(50):
        promise(f"p{number}@example.org")
    assert queries() == few
