"""Reading the mailbox: each mail once, whatever happens in between, and one bad mail stops no other."""

import datetime
import os
import socketserver
import threading

import pytest
from django.core.management import CommandError, call_command

from meetings import intake, inviting, mailbox, tasks
from meetings.models import IncomingReply, Invitation, OutgoingMail
from tests import factories as f
from tests.replying import answer, calendar, mail

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def folder(tmp_path, settings):
    settings.MAILBOX_URL = f"maildir://{tmp_path}/post%20in"
    return tmp_path / "post in"


@pytest.fixture
def per():
    meeting = f.MeetingFactory()
    row = f.InvitationFactory(meeting=meeting)
    inviting.invite(meeting, seen_version=meeting.version, user=None, now=NOW)
    return Invitation.objects.get(pk=row.pk)


def deliver(folder, name, content):
    (folder / "new").mkdir(parents=True, exist_ok=True)
    (folder / "new" / name).write_bytes(content)


def read(**given):
    return mailbox.read(now=lambda: NOW, **given)


def test_an_empty_mailbox_is_made_and_read(folder):
    assert read() == mailbox.Taken()
    assert sorted(os.listdir(folder)) == ["cur", "new", "tmp"]


def test_a_mail_is_taken_in_and_marked_as_read(folder, per):
    deliver(folder, "1.a", answer(per, at=NOW))
    assert read() == mailbox.Taken(new=1)
    assert os.listdir(folder / "new") == [] and os.listdir(folder / "cur") == ["1.a:2,S"]
    assert Invitation.objects.get().partstat == "ACCEPTED"
    assert read() == mailbox.Taken()


def test_after_a_crash_before_the_mark_it_is_known(folder, per, monkeypatch):
    def killed(self, name):
        raise KeyboardInterrupt

    deliver(folder, "1.a", answer(per, at=NOW))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(mailbox.Maildir, "done", killed)
        read()
    assert read() == mailbox.Taken(known=1)
    assert (IncomingReply.objects.count(), per.answers.count()) == (1, 1)


def test_one_bad_mail_stops_no_other_and_stays(folder, per, monkeypatch):
    take = intake.take

    def broken(content, *, now):
        if b"bad@example.org" in content:
            raise RuntimeError("out of order")
        return take(content, now=now)

    monkeypatch.setattr(intake, "take", broken)
    deliver(folder, "1.a", mail(sender="bad@example.org"))
    deliver(folder, "2.b", answer(per, at=NOW))
    assert read() == mailbox.Taken(new=1, failed=1)
    assert os.listdir(folder / "new") == ["1.a"]


def test_what_is_no_mails_file_is_not_opened(folder, per, tmp_path):
    deliver(folder, "1.a", answer(per, at=NOW))
    (tmp_path / "secret").write_bytes(mail())
    (folder / "new" / "0.link").symlink_to(tmp_path / "secret")
    (folder / "new" / "0.folder").mkdir()
    os.mkfifo(folder / "new" / "0.pipe")
    assert read() == mailbox.Taken(new=1)


def test_a_reading_ends_after_so_many_or_so_long(folder):
    for number in range(4):
        deliver(folder, f"{number}", mail(Message_ID=f"<{number}@example.org>"))
    assert read(most=2) == mailbox.Taken(new=2)
    assert read(seconds=-1) == mailbox.Taken(new=1)
    assert IncomingReply.objects.count() == 3


def test_a_huge_mail_is_not_read_whole(folder):
    deliver(folder, "1", mail() + b"a" * 12_000_000)
    [(_name, content)] = mailbox.Maildir(folder).waiting()
    assert len(content) == mailbox.CAP
    read()
    assert IncomingReply.objects.get().detail == "too_large"


def test_read_mails_are_removed_after_a_month(folder, per):
    deliver(folder, "1.a", answer(per, at=NOW))
    deliver(folder, "2.b", mail())
    read()
    old = (NOW - 31 * DAY).timestamp()
    os.utime(folder / "cur" / "1.a:2,S", (old, old))
    os.utime(folder / "cur" / "2.b:2,S", (NOW.timestamp(), NOW.timestamp()))
    mailbox.let_go_of_old(NOW)
    assert os.listdir(folder / "cur") == ["2.b:2,S"]


def test_the_task_reads_and_sends_what_follows(folder, per, settings, django_capture_on_commit_callbacks):
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    content = calendar(per, "", method="REFRESH", at=NOW)
    deliver(folder, "1", mail(content, method="REFRESH", to=f"moten+{reply_tag(per)}@samsyn.example.org"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        tasks.read_mailbox()
    assert OutgoingMail.objects.filter(state="sent").count() == 2


def reply_tag(row):
    from meetings import links

    return links.token(row, links.REPLY)


def test_the_command_says_what_it_did(folder, per, capsys, settings):
    deliver(folder, "1", answer(per, at=NOW))
    call_command("read_mailbox")
    assert capsys.readouterr().out == "new: 1, known: 0, failed: 0\n"
    settings.MAILBOX_URL = "https://example.org"
    with pytest.raises(CommandError, match="names no mailbox"):
        call_command("read_mailbox")


class ImapServer(socketserver.ThreadingTCPServer):
    """As much of IMAP4rev1 as a reader needs, with the mails that it is given."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, mails):
        super().__init__(("127.0.0.1", 0), ImapSession)
        self.mails, self.seen, self.asked = mails, set(), []


class ImapSession(socketserver.StreamRequestHandler):
    def say(self, *lines):
        for line in lines:
            self.wfile.write(line + b"\r\n")

    def handle(self):
        self.say(b"* OK ready")
        for line in self.rfile:
            tag, _, command = line.strip().partition(b" ")
            self.server.asked.append(command)
            words = command.upper().split()
            match words[0], words[1:2]:
                case b"CAPABILITY", _:
                    self.say(b"* CAPABILITY IMAP4rev1")
                case b"LOGIN", _ if b"secret" not in command:
                    self.say(tag + b" NO wrong")
                    continue
                case b"SELECT", _:
                    self.say(b"* %d EXISTS" % len(self.server.mails))
                case b"UID", [b"SEARCH"]:
                    left = set(range(1, len(self.server.mails) + 1)) - self.server.seen
                    self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in sorted(left)))
                case b"UID", [b"FETCH"]:
                    number = int(words[2])
                    content = self.server.mails[number - 1][: mailbox.CAP]
                    self.say(b"* %d FETCH (UID %d BODY[]<0> {%d}" % (number, number, len(content)))
                    self.wfile.write(content + b")\r\n")
                case b"UID", [b"STORE"]:
                    self.server.seen.add(int(words[2]))
                case b"LOGOUT", _:
                    self.say(b"* BYE", tag + b" OK")
                    return
            self.say(tag + b" OK done")


@pytest.fixture
def imap(per, settings):
    with ImapServer([answer(per, at=NOW), mail()]) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        settings.MAILBOX_URL = f"imap://anna%40example.org:secret@127.0.0.1:{port}/INBOX"
        yield server
        server.shutdown()


def test_a_mail_server_is_read_and_marks_what_was_taken_in(imap, per):
    assert read() == mailbox.Taken(new=2)
    assert imap.seen == {1, 2}
    assert Invitation.objects.get(pk=per.pk).partstat == "ACCEPTED"
    assert read() == mailbox.Taken()
    fetched = next(command for command in imap.asked if b"FETCH" in command)
    assert b"BODY.PEEK[]<0.1000001>" in fetched


def test_a_mail_server_that_is_away_or_refuses_is_named_without_the_password(imap, settings, caplog):
    settings.MAILBOX_URL = settings.MAILBOX_URL.replace("secret", "hemligt")
    with pytest.raises(mailbox.MailboxAway) as refused:
        read()
    assert "hemligt" not in str(refused.value)
    settings.MAILBOX_URL = "imap://anna:hemligt@127.0.0.1:9/INBOX"
    tasks.read_mailbox()
    assert "cannot be read" in caplog.text and "hemligt" not in caplog.text
