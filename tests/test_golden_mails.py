"""The mails of invitations, byte for byte: what is sent to Outlook, Gmail and Apple changes only when somebody means it.

The files are for looking at, too: see docs/calendars.md. RENEW_GOLDEN=1 writes them anew; read what differs.
"""

import datetime
import os
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest

from meetings import answering, inviting
from meetings.models import OutgoingMail
from tests import factories as f

FOLDER = Path(__file__).parent / "data" / "itip"
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def mails(db, settings, monkeypatch):
    """{name: bytes} of the mails that lead from an invitation to a cancelled meeting."""
    settings.SECRET_KEY, settings.BASE_URL = "golden", "https://samsyn.example.org"
    numbers = iter(range(1, 100))
    monkeypatch.setattr("meetings.mails.uuid", SimpleNamespace(uuid4=lambda: uuid.UUID(int=next(numbers))))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    network = f.NetworkFactory(slug="natverket", name_sv="Nätverket för läget", name_en="The network")
    meeting = f.MeetingFactory(
        network=network,
        slug="natverket-2026-12-08",
        uid="8f1c1d1e-3a55-4f4e-9a6b-0c7f6d2b9e10@samsyn.example.org",
        title="Nätverksmöte om läget",
        description="Vi går igenom läget i åtta områden.\nTa med era siffror.",
    )
    anna = f.InvitationFactory(
        pk=7001, meeting=meeting, actor=None, organisation="Exempelköpings kommun",
        name="Anna Åberg", email="anna@exempelkoping.example", nonce="a" * 24,
    )  # fmt: skip
    bo = f.InvitationFactory(
        pk=7002, meeting=meeting, actor=None, organisation="Region Exempel",
        name="Bo Öst", email="bo@region.example", nonce="b" * 24, language="en",
    )  # fmt: skip
    found = {}

    def note(name):
        for row, language in ((anna, "sv"), (bo, "en")):
            newest = OutgoingMail.objects.filter(recipient=row.email, state="waiting").order_by("-pk").first()
            if newest is not None:
                found[f"{name}-{language}.eml"] = bytes(newest.content)
        OutgoingMail.objects.update(state="sent", sent_at=NOW)

    def seen(hours):
        return {"seen_version": meeting.version, "user": None, "now": NOW + hours * HOUR}

    inviting.invite(meeting, **seen(0))
    note("1-invitation")
    answering.answer(anna, "ACCEPTED", via="link", now=NOW + HOUR)
    meeting.title = "Nätverksmöte om läget och nästa år"
    inviting.change(meeting, **seen(2))
    note("2-new-title")
    meeting.starts += 24 * HOUR
    meeting.ends += 24 * HOUR
    inviting.change(meeting, **seen(3))
    note("3-moved")
    inviting.set_list(meeting, withdraw=[bo], **seen(4))
    note("4-removed")
    inviting.cancel(meeting, reason="Sammankallande är sjuk", **seen(5))
    note("5-cancelled")
    return found


def test_mails_are_those_that_were_looked_at(mails):
    if os.environ.get("RENEW_GOLDEN"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("*.eml"):
            old.unlink()
        for name, content in mails.items():
            (FOLDER / name).write_bytes(content)
    kept = {path.name: path.read_bytes() for path in FOLDER.glob("*.eml")}
    assert sorted(kept) == sorted(mails)
    for name, content in mails.items():
        assert content == kept[name], f"{name} differs; RENEW_GOLDEN=1 writes it anew"
