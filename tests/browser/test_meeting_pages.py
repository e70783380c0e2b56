"""Planned meetings in a browser: every page as its reader sees it, and one meeting from draft to held by keyboard."""

import datetime

import pytest
from django.utils import timezone

from meetings import links, polling
from meetings.models import Meeting, PollAnswer
from network.models import Encounter
from tests import factories as f
from tests.browser.looking import listen, look, problems_of, send_empty
from tests.browser.test_keyboard import enter, page_of, tab_to

pytestmark = pytest.mark.browser
HOUR = datetime.timedelta(hours=1)
EXAMPLE = "/meetings/exempel-natverksmote/"
PATHS = [
    "/meetings/?when=all",
    EXAMPLE,
    f"{EXAMPLE}people/",
    f"{EXAMPLE}edit/",
    f"{EXAMPLE}cancel/",
    f"{EXAMPLE}history/",
    "/meetings/new/?network=natverk-kommuner",
    "/meetings/new/series/?network=natverk-kommuner",
]


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_whoever_runs_a_meeting(visitor, site, path):
    page = visitor("member")
    said = listen(page)
    assert look(page, site, path) == []
    assert said == []


@pytest.mark.parametrize("path", ["/meetings/new/", "/meetings/new/series/", f"{EXAMPLE}cancel/"])
def test_forms_with_something_to_correct(visitor, site, path):
    assert look(visitor("member"), site, path, act=send_empty) == []


def test_the_day_is_looked_at_while_the_form_is_filled_in(visitor, site):
    page = visitor("member")
    page.goto(f"{site}/meetings/new/?network=natverk-kommuner")
    page.fill("[name=day]", "2026-12-24")
    page.locator("#preview", has_text="Julafton").wait_for()
    assert page.locator("[role=alert], .ds-error-summary").count() == 0


@pytest.fixture
def meeting(transactional_db):
    """A draft that has just begun, so that it can be invited to and held within one walk."""
    now = timezone.now()
    network = f.NetworkFactory(name_sv="Kommunnätet")
    convener = f.ConvenerFactory(network=network, actor=f.ActorFactory(name_sv="Kallaren"))
    row = f.MeetingFactory(
        network=network,
        title="Höstmötet",
        starts=now - datetime.timedelta(minutes=5),
        ends=now + datetime.timedelta(hours=3),
    )
    f.InvitationFactory(meeting=row, actor=f.ActorFactory(name_sv="Ale"), name="Anna")
    f.InvitationFactory(meeting=row, actor=f.ActorFactory(name_sv="Bor"), name="Bo")
    row.chair = f.MembershipFactory(actor=convener.actor).user
    return row


@pytest.fixture
def page(chromium, live_server, meeting):
    yield from page_of(chromium, live_server, meeting.chair)


def test_from_draft_to_held_without_a_mouse(page, live_server, settings, meeting):
    """Invite, answer by the link in the mail, note as held. Only keys are pressed."""
    settings.ANONYMOUS_READING = True
    problems = []

    def press(text):
        tab_to(page, lambda tag, href, name, inner, kind: inner.strip() == text)
        enter(page)
        problems.extend(problems_of(page, f"{text} {page.url}"))

    page.goto(f"{live_server.url}{meeting.get_absolute_url()}")
    press("Bjud in")
    press("Skicka inbjudningarna")
    assert Meeting.objects.get().state == "invited"

    row = meeting.invitations.get(name="Anna")
    page.goto(f"{live_server.url}/invitations/{links.token(row, links.ANSWER)}/?answer=accepted")
    row.refresh_from_db()
    assert row.partstat == "NEEDS-ACTION"  # opened, not answered
    problems.extend(problems_of(page, "invitation"))
    press("Skicka svaret")
    row.refresh_from_db()
    assert row.partstat == "ACCEPTED"

    page.goto(f"{live_server.url}{meeting.get_absolute_url()}")
    assert "1 ja" in page.locator("#people").inner_text()
    press("Anteckna som hållet")
    press("Anteckna som hållet")
    assert [actor.name_sv for actor in Encounter.objects.get().participants.all()] == ["Ale"]
    assert Meeting.objects.get().state == "held"
    assert problems == []


@pytest.fixture
def poll(transactional_db):
    """Two proposed times for two municipalities, asked about."""
    now = timezone.now()
    row = f.PollFactory(
        meeting__network=f.NetworkFactory(name_sv="Kommunnätet"),
        meeting__title="Vårmötet",
        deadline=now + HOUR,
    )
    for hours in (2, 4):  # soon: a session does not outlive many
        f.PollSlotFactory(
            poll=row,
            starts=now + hours * HOUR,
            ends=now + (hours + 1) * HOUR,
        )
    for name in ("Ale", "Bor"):
        f.InvitationFactory(meeting=row.meeting, actor=f.ActorFactory(name_sv=name), name=f"Person i {name}")
    polling.send(row, seen_version=row.version, now=now)
    return row


@pytest.fixture
def coordinator(chromium, live_server, poll):
    yield from page_of(chromium, live_server, f.CoordinatorFactory())


def test_from_poll_to_held_without_a_mouse(coordinator, live_server, settings, poll, monkeypatch):
    """A link holder says which time suits, a coordinator sets it, the link holder accepts, the meeting is held."""
    settings.ANONYMOUS_READING = True
    page, problems = coordinator, []

    def press(text):
        tab_to(page, lambda tag, href, name, inner, kind: inner.strip().startswith(text))
        enter(page)
        problems.extend(problems_of(page, f"{text} {page.url}"))

    def choose(name):
        tab_to(page, lambda tag, href, found, inner, kind: found.startswith(name))
        page.keyboard.press("Space")

    row = poll.meeting.invitations.get(name="Person i Ale")
    page.goto(f"{live_server.url}/invitations/{links.token(row, links.ANSWER)}/")
    press("Svara om tiderna")
    choose("slot-")
    press("Skicka svaret")
    assert PollAnswer.objects.get().value == "yes"

    page.goto(f"{live_server.url}{poll.meeting.get_absolute_url()}")
    press("Svaren om tider")
    press("Välj")
    press("Bestäm tiden")
    row.meeting.refresh_from_db()
    assert row.meeting.state == "invited"

    page.goto(f"{live_server.url}/invitations/{links.token(row, links.ANSWER)}/")
    choose("answer")
    press("Skicka svaret")
    later = row.meeting.starts + HOUR / 2
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    page.goto(f"{live_server.url}{poll.meeting.get_absolute_url()}")
    press("Anteckna som hållet")
    press("Anteckna som hållet")
    assert [actor.name_sv for actor in Encounter.objects.get().participants.all()] == ["Ale"]
    assert problems == []
