"""Calendar feeds of many events: fetched warm, from the stored bytes of events, and made with icalendar.

python -m benchmarks.feeds --events 10000
"""

import argparse
import datetime
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence

ROUNDS = 5


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    given = parser.parse_args(argv)
    os.environ |= {
        "VAR_DIR": tempfile.mkdtemp(prefix="samsyn-benchmark-"),
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
        "ANONYMOUS_READING": "True",
        "LOG_LEVEL": "ERROR",
    }
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import caches
    from django.core.management import call_command
    from django.test import Client

    from meetings import feeds
    from meetings.models import Feed, FeedEvent, Meeting

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEBUG = False
    call_command("migrate", verbosity=0)
    url = f"/feeds/{fill(given.events)}.ics"
    client = Client()

    def fetch() -> None:
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.content.count(b"BEGIN:VEVENT") == given.events

    def cold() -> None:
        caches["feeds"].clear()
        fetch()

    def unchanged() -> None:
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 304

    made, _first = took(lambda: rendered(list(Meeting.objects.select_related("network"))), 1)
    first, _once = took(fetch, 1)
    assert FeedEvent.objects.count() == given.events
    etag = client.get(url)["ETag"]
    warm, _w = took(fetch, ROUNDS)
    known, _k = took(unchanged, ROUNDS)
    stored, _s = took(cold, ROUNDS)
    size = len(feeds.calendar(Feed.objects.get(), now=datetime.datetime.now(datetime.UTC)).content)
    print(f"{given.events} events, {size / 1e6:.1f} MB; processor time, the quickest of {ROUNDS}")
    said("made with icalendar", made)
    said("the first fetch: made, stored and joined", first)
    said("nothing kept but the bytes of events", stored, made / stored, 8)
    said("warm", warm, made / warm, 100)
    said("warm, and unchanged (304)", known, made / known, 100)


def fill(count: int) -> str:
    """A network's meetings, and the secret of a feed of them."""
    from coordination.base.models import Level, User
    from meetings import feeds
    from meetings.models import Meeting
    from network.models import Network

    network = Network.objects.create(slug="natverk", name_sv="Nätverket", level=Level.objects.all()[0])
    first = datetime.datetime(2026, 1, 12, 8, tzinfo=datetime.UTC)
    Meeting.objects.bulk_create(
        [
            Meeting(
                slug=f"mote-{n}",
                network=network,
                title=f"Nätverksmöte {n}",
                starts=first + datetime.timedelta(hours=n),
                ends=first + datetime.timedelta(hours=n + 2),
                location="Rosenbad, Stockholm",
                description="Lägesbild, gemensamma insatser och höstens uppföljning. " * 3,
                state=Meeting.State.INVITED,
            )
            for n in range(count)
        ],
        batch_size=500,
    )
    owner = User.objects.create_user("person@example.org", name="Person")
    return feeds.make(owner, "network", about=network)[1]


def rendered(meetings: Sequence) -> bytes:
    """The same calendar by icalendar alone."""
    from icalendar import Calendar
    from icalendar import Event as Component

    from meetings import events

    calendar = Calendar()
    for name, value in (("VERSION", "2.0"), ("PRODID", "-//x//x//SV"), ("METHOD", "PUBLISH")):
        calendar.add(name, value)
    for meeting in meetings:
        event, component = events.event_of(meeting), Component()
        for name, value in (
            ("UID", event.uid),
            ("SEQUENCE", meeting.sequence),
            ("DTSTAMP", meeting.updated_at),
            ("DTSTART", event.start.astimezone(datetime.UTC)),
            ("DTEND", event.end.astimezone(datetime.UTC)),
            ("SUMMARY", event.summary),
            ("LOCATION", event.location),
            ("DESCRIPTION", event.description),
            ("URL", event.url),
            ("STATUS", "CONFIRMED"),
        ):
            component.add(name, value)
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def took(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Seconds of processor and of clock, each of its quickest round."""
    times = []
    for _ in range(rounds):
        clock, processor = time.perf_counter(), time.process_time()
        act()
        times.append((time.process_time() - processor, time.perf_counter() - clock))
    return min(p for p, _c in times), min(c for _p, c in times)


def said(name: str, seconds: float, times: float | None = None, goal: int | None = None) -> None:
    ratio = "" if times is None else f"{times:>8.0f} times as quick, goal {goal}"
    print(f"{name:<44}{seconds * 1000:>9.1f} ms{ratio}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
