"""Calendar feeds: what each kind shows, who may fetch them, and what is kept, told and logged."""

import datetime
import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from coordination.scrubbing import ScrubbingFormatter, scrub
from meetings import feed_events, feeds, inviting
from meetings.models import Feed, FeedEvent
from tests import factories as f

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    caches["feeds"].clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def member():
    membership = f.MembershipFactory()
    membership.user.actor = membership.actor
    return membership.user


def made(owner, kind="mine", *, about=None, language="sv"):
    feed, secret = feeds.make(owner, kind, about=about, language=language)
    return feed, f"/feeds/{secret}.ics"


def events(client, url):
    """{SUMMARY: event} of a fetched feed."""
    response = client.get(url)
    assert response.status_code == 200
    calendar = Calendar.from_ical(response.content)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def told(**given):
    """A meeting that its attendees know of."""
    meeting = f.MeetingFactory(**given)
    f.InvitationFactory(meeting=meeting)
    inviting.invite(meeting, seen_version=meeting.version, user=None, now=NOW)
    return meeting


def test_a_network_feed_shows_its_meetings_and_milestones(client):
    network = f.NetworkFactory()
    told(network=network, title="Höstmöte")
    f.MeetingFactory(network=network, title="Utkast")
    told(title="Ett annat nätverks")
    f.MilestoneFactory(network=network, title_sv="Slutrapport")
    _feed, url = made(f.UserFactory(), "network", about=network)
    found = events(client, url)
    assert len(found) == 2 and "Höstmöte" in found and any("Slutrapport" in name for name in found)


def test_what_is_published_names_nobody(client):
    network = f.NetworkFactory(name_sv="Nätverket för städer")
    told(network=network)
    _feed, url = made(f.UserFactory(), "network", about=network)
    response = client.get(url)
    text = response.content.decode().replace("\r\n ", "")
    assert "METHOD:PUBLISH" in text and "NAME:Samsyn: Nätverket för städer" in text
    assert "X-WR-CALNAME:Samsyn: Nätverket för städer" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text
    assert "ATTENDEE" not in text and "ORGANIZER" not in text and "@example.org" not in text
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_cancelled_meeting_stays_and_says_so_with_a_higher_sequence(client):
    meeting = told(title="Inställt")
    _feed, url = made(f.UserFactory(), "network", about=meeting.network)
    before = events(client, url)["Inställt"]
    inviting.cancel(meeting, reason="Sjukdom", seen_version=meeting.version, user=None, now=NOW)
    after = events(client, url)["Inställt"]
    assert (str(before["STATUS"]), str(after["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert after["UID"] == before["UID"] and after["SEQUENCE"] > before["SEQUENCE"]


INJECTED = (
    "Möte\r\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT\r\nBEGIN:VALARM \u2028\x0b\x00;,\\n 😀" + "å" * 150
)


def test_what_somebody_writes_is_words_and_nothing_else(client):
    """No property of a calendar can be written into a title, a place or a description."""
    network = f.NetworkFactory()
    told(
        network=network, title=INJECTED[:200].replace("\x00", ""), location=INJECTED.replace("\x00", "")[:300]
    )
    f.MilestoneFactory(network=network, title_sv=INJECTED.replace("\x00", ""))
    _feed, url = made(f.UserFactory(), "network", about=network)
    content = client.get(url).content
    calendar = Calendar.from_ical(content)
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT", "VEVENT"]
    allowed = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION"}
    assert {name for event in calendar.walk("VEVENT") for name in event} <= allowed | {
        "URL",
        "STATUS",
        "TRANSP",
    }
    assert all(len(line) <= 75 for line in content.split(b"\r\n")) and b"\n" not in content.replace(
        b"\r\n", b""
    )


def test_a_made_up_meeting_says_so(client):
    meeting = told(title="Påhittat", illustrative=True)
    _feed, url = made(f.UserFactory(), "network", about=meeting.network)
    assert "påhittat, för demonstrationen" in events(client, url)["Påhittat"]["DESCRIPTION"]


def test_a_draft_that_was_dropped_was_never_anybodys(client):
    meeting = f.MeetingFactory()
    inviting.cancel(meeting, reason="", seen_version=meeting.version, user=None, now=NOW)
    _feed, url = made(f.UserFactory(), "network", about=meeting.network)
    assert events(client, url) == {}


def test_a_mandate_is_its_last_day_and_the_day_of_its_report(client):
    mandate = f.MandateFactory(
        title_sv="Stöd till kommuner",
        valid_until=datetime.date(2027, 1, 1),
        to_precision="day",
        report_due=datetime.date(2026, 10, 15),
    )
    _feed, url = made(f.UserFactory(), "actor", about=mandate.holder)
    ends, report = (
        next(event for name, event in events(client, url).items() if name.startswith(word))
        for word in ("Upphör: Stöd till kommuner", "Redovisas: Stöd till kommuner")
    )
    assert (ends.decoded("DTSTART"), ends.decoded("DTEND")) == (
        datetime.date(2026, 12, 31),
        datetime.date(2027, 1, 1),
    )
    assert ends["DTSTART"].params["VALUE"] == "DATE" and str(ends["TRANSP"]) == "TRANSPARENT"
    assert report.decoded("DTSTART") == datetime.date(2026, 10, 15)


@pytest.mark.parametrize(("precision", "said"), [("month", "dec. 2026"), ("year", "2026")])
def test_a_day_that_is_not_known_is_said_not_to_be(client, precision, said):
    mandate = f.MandateFactory(valid_until=datetime.date(2027, 1, 1), to_precision=precision)
    _feed, url = made(f.UserFactory(), "actor", about=mandate.holder)
    [(name, event)] = events(client, url).items()
    assert name.endswith(f"· {said}") and said in event["DESCRIPTION"]


@pytest.mark.parametrize("precision", ["period", "unknown"])
def test_the_edge_of_what_was_mapped_is_no_event(client, precision):
    mandate = f.MandateFactory(valid_until=datetime.date(2027, 1, 1), to_precision=precision)
    _feed, url = made(f.UserFactory(), "actor", about=mandate.holder)
    assert events(client, url) == {}


def test_a_proposed_mandate_is_no_event(client):
    mandate = f.MandateFactory(
        valid_until=datetime.date(2027, 1, 1), to_precision="day", status="proposed", scenario="plan"
    )
    _feed, url = made(f.UserFactory(), "actor", about=mandate.holder)
    assert events(client, url) == {}


def test_an_area_feed_shows_what_is_of_the_area(client):
    area = f.PriorityAreaFactory()
    network = f.NetworkFactory()
    network.areas.set([area])
    told(network=network, title="Områdets möte")
    told(title="Ett annat")
    f.MandateFactory(
        area=area, title_sv="Områdets", valid_until=datetime.date(2027, 1, 1), to_precision="day"
    )
    f.MandateFactory(title_sv="Annans", valid_until=datetime.date(2027, 1, 1), to_precision="day")
    _feed, url = made(f.UserFactory(), "area", about=area)
    names = sorted(events(client, url))
    assert len(names) == 2 and names[0] == "Områdets möte" and names[1].startswith("Upphör: Områdets (")


def test_ones_own_feed_follows_ones_actors_and_invitations(client, member):
    seated = f.SeatFactory(actor=member.actor, valid_from=None, valid_until=None)
    told(network=seated.network, title="Plats")
    told(title="Varken eller")
    guest = told(title="Gäst")
    f.InvitationFactory(meeting=guest, actor=None, email=member.email.upper())
    _feed, url = made(member)
    assert set(events(client, url)) == {"Plats", "Gäst"}
    guest.invitations.filter(actor=None).update(withdrawn_at=NOW)
    assert set(events(client, url)) == {"Plats"}
    member.memberships.all().delete()
    assert events(client, url) == {}


def test_a_meeting_after_the_seat_was_left_is_not_the_actors(client, member):
    seat = f.SeatFactory(actor=member.actor, valid_until=datetime.date(2026, 6, 1))
    told(network=seat.network)
    _feed, url = made(member)
    assert events(client, url) == {}


def test_what_has_not_changed_is_not_sent_again(client):
    network = f.NetworkFactory()
    told(network=network)
    _feed, url = made(f.UserFactory(), "network", about=network)
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    caches["feeds"].clear()
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert again["Cache-Control"] == "private, no-store"
    told(network=network)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_head_is_that_of_the_whole(client):
    _feed, url = made(f.UserFactory())
    whole, head = client.get(url), client.head(url)
    assert head.status_code == 200 and head.content == b""
    assert head["ETag"] == whole["ETag"] and head["Content-Length"] == whole["Content-Length"]


def test_nothing_on_the_way_may_keep_it_or_tell_of_it(client):
    _feed, url = made(f.UserFactory())
    for answer in (client.get(url), client.get("/feeds/gissad.ics")):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


def test_whatever_is_wrong_is_answered_alike(client, settings):
    owner, disabled, shut_out = f.UserFactory.create_batch(3)
    revoked, revoked_url = made(owner)
    feeds.revoke(revoked, now=NOW)
    _feed, disabled_url = made(disabled)
    disabled.is_active = False
    disabled.save()
    answers = [client.get(url) for url in ("/feeds/gissad.ics", revoked_url, disabled_url)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert not FeedEvent.objects.exists()


def test_the_owners_right_is_asked_for_on_each_fetch(client, monkeypatch):
    network = f.NetworkFactory()
    _feed, url = made(f.UserFactory(), "network", about=network)
    assert client.get(url).status_code == 200
    asked = []
    monkeypatch.setattr(
        feeds, "may", lambda user, action, target: (asked.append(target), target != network)[1]
    )
    assert client.get(url).status_code == 404
    assert network in asked


def test_only_a_digest_of_the_secret_is_kept():
    feed, url = made(f.UserFactory())
    secret = url.removeprefix("/feeds/").removesuffix(".ics")
    assert len(secret) == 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM meetings_feed")
        assert secret not in repr(cursor.fetchall())
    assert feed.prefix == secret[:6]


def test_when_it_was_fetched_is_known_to_some_minutes(client, monkeypatch):
    feed, url = made(f.UserFactory())
    client.get(url)
    feed.refresh_from_db()
    assert feed.used_at == NOW
    monkeypatch.setattr(timezone, "now", lambda: NOW + datetime.timedelta(minutes=1))
    client.get(url)
    feed.refresh_from_db()
    assert feed.used_at == NOW


def test_bytes_are_made_once_and_again_when_the_row_changes(client, monkeypatch):
    meeting = told(title="Först")
    _feed, url = made(f.UserFactory(), "network", about=meeting.network)
    count = []
    of_meeting = feed_events.of_meeting
    monkeypatch.setattr(feed_events, "of_meeting", lambda row: (count.append(row.pk), of_meeting(row))[1])
    client.get(url)
    caches["feeds"].clear()
    client.get(url)
    assert len(count) == 1 == FeedEvent.objects.count()
    meeting.title = "Sedan"
    inviting.change(meeting, seen_version=meeting.version, user=None, now=NOW)
    assert set(events(client, url)) == {"Sedan"}
    assert len(count) == 2 and FeedEvent.objects.count() == 1


def test_each_language_has_its_own_bytes(client):
    mandate = f.MandateFactory(
        title_sv="Stöd", title_en="Support", valid_until=datetime.date(2027, 1, 1), to_precision="day"
    )
    owner = f.UserFactory()
    urls = [made(owner, "actor", about=mandate.holder, language=code)[1] for code in ("sv", "en")]
    swedish, english = (next(iter(events(client, url).items())) for url in urls)
    assert swedish[0].startswith("Upphör: Stöd") and english[0].startswith("Ends: Support")
    assert "/en/mandates/" in english[1]["URL"] and "/en/" not in swedish[1]["URL"]


def test_rows_that_are_gone_leave_no_bytes(client):
    milestone = f.MilestoneFactory(network=f.NetworkFactory())
    _feed, url = made(f.UserFactory(), "network", about=milestone.network)
    client.get(url)
    told_of = told()
    client.get(made(f.UserFactory(), "network", about=told_of.network)[1])
    milestone.delete()
    assert feed_events.forget_unknown() == 1
    assert [event.key for event in FeedEvent.objects.all()] == [told_of.slug]


@pytest.mark.parametrize("empty", [True, False])
def test_a_longer_feed_takes_no_more_queries(client, empty):
    network = f.NetworkFactory()
    _feed, url = made(f.UserFactory(), "network", about=network)

    def queries():
        if empty:
            caches["feeds"].clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    told(network=network)
    f.MilestoneFactory(network=network)
    client.get(url)
    few = queries()
    for _ in range(10):
        told(network=network)
    f.MilestoneFactory.create_batch(10, network=network)
    client.get(url)
    assert queries() == few <= (9 if empty else 5)


# The page


@pytest.fixture
def page(client, member):
    client.force_login(member)
    return client


def test_the_secret_is_shown_once(page, member):
    network = f.NetworkFactory()
    answer = page.post("/calendars/", {"about": f"network:{network.slug}", "language": "sv"})
    [url] = re.findall(r'value="http://[^"]*?(/feeds/[\w-]+\.ics)"', answer.text)
    assert answer["Cache-Control"] == "private, no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert page.get(url).status_code == 200
    feed = Feed.objects.get()
    assert (feed.owner, feed.network, feed.kind) == (member, network, "network")
    again = page.get("/calendars/").text
    assert url not in again and feed.prefix in again


def test_the_address_is_the_same_in_every_language(page):
    answer = page.post("/en/calendars/", {"about": "mine", "language": "en"})
    assert re.search(r'value="http://localhost:8000/feeds/', answer.text)


@pytest.mark.parametrize("about", ["network:finns-inte", "area:x/y", "", "mine:x", "../etc"])
def test_what_is_no_choice_makes_no_feed(page, about):
    answer = page.post("/calendars/", {"about": about, "language": "sv"})
    assert answer.status_code == 422 and not Feed.objects.exists()


def test_there_is_an_end_to_how_many(page, member, monkeypatch):
    monkeypatch.setattr("meetings.views.feeds.MOST", 1)
    made(member)
    assert page.post("/calendars/", {"about": "mine", "language": "sv"}).status_code == 422
    assert Feed.objects.count() == 1


def test_pages_lead_to_a_feed_about_them(page):
    area = f.PriorityAreaFactory()
    for row, about in (
        (network := f.NetworkFactory(), f"network:{network.slug}"),
        (actor := f.ActorFactory(), f"actor:{actor.slug}"),
        (area, f"area:{area.strategy.slug}/{area.code}"),
    ):
        assert f"/calendars/?about={about}" in page.get(row.get_absolute_url()).text
        chosen = page.get("/calendars/", {"about": about}).text
        assert re.search(rf'value="{about}"[^>]* selected', chosen)


def test_a_revoked_feed_stays_in_the_list_and_opens_nothing(page, member):
    feed, url = made(member)
    page.post(f"/calendars/{feed.pk}/revoke/")
    assert page.get(url).status_code == 404
    assert "Återkallad" in page.get("/calendars/").text


def test_a_longer_list_takes_no_more_queries(page, member):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            page.get("/calendars/")
        return len(captured)

    made(member, "network", about=f.NetworkFactory())
    made(member, "area", about=f.PriorityAreaFactory())
    queries()
    few = queries()
    for _ in range(8):
        made(member, "network", about=f.NetworkFactory())
        made(member, "area", about=f.PriorityAreaFactory())
    queries()  # the days on which something changes are looked for once
    assert queries() == few


# The log


def test_the_log_of_django_has_no_secret(client, settings, capsys):
    _feed, url = made(f.UserFactory())
    secret = url.removeprefix("/feeds/").removesuffix(".ics")
    handler = logging.StreamHandler()
    handler.setFormatter(ScrubbingFormatter(**formatter_arguments(settings)))
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django_structlog")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
        client.get(url)
        client.get(f"/feeds/{secret}x.ics")
        client.post(url)
        logging.getLogger("django").error("Fault at %s", url, exc_info=ValueError(url))
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
    written = capsys.readouterr().err
    assert f"/feeds/{secret[:6]}…" in written and "Fault at" in written
    assert secret not in written


def formatter_arguments(settings):
    return {name: value for name, value in settings.LOGGING["formatters"]["line"].items() if name != "()"}


def test_every_handler_scrubs(settings):
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}
    assert settings.LOGGING["formatters"]["line"]["()"] == "coordination.scrubbing.ScrubbingFormatter"


@pytest.mark.parametrize("path", ["feeds", "invitations", "mail/preferences", "mail/unsubscribe"])
def test_six_characters_are_left(path):
    assert scrub(f'"GET /{path}/abcdef-_GHIJ/ HTTP/1.1"') == f'"GET /{path}/abcdef…/ HTTP/1.1"'


def test_the_access_log_of_the_web_server_has_no_secret(tmp_path):
    """With the log turned on by whoever runs it, and everything else logged too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"VAR_DIR": str(tmp_path), "LOG_LEVEL": "DEBUG"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--access-log"]
    secret = "hemlig-adress-som-ingen-annan-har"
    own_line = re.compile(r'"?GET /feeds/hemlig….ics HTTP')
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "coordination.wsgi:application"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            assert status_of(f"http://localhost:{port}/feeds/{secret}.ics") == 404
            # The web server writes its own line after the answer, in a thread that ends with it.
            deadline = time.monotonic() + 30
            while not own_line.search((tmp_path / "log").read_text()) and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            server.terminate()
            server.wait()
    written = (tmp_path / "log").read_text()
    assert "/feeds/hemlig….ics" in written
    assert secret not in written
    assert own_line.search(written)


def status_of(url: str) -> int:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            assert time.monotonic() < deadline, "the site was not served"
            time.sleep(0.2)
