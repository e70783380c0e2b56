import datetime
import random
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from meetings.itip import building
from meetings.itip.judging import Asked, judge
from meetings.itip.replies import read
from meetings.itip.revising import CancelledForGood, Version, revise
from meetings.itip.values import Event, Mailbox, Stamp
from tests.itip_calendar import AttendeeCalendar

ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime.datetime(2026, 11, 1, tzinfo=ZONE)
START = datetime.datetime(2027, 3, 27, 9, tzinfo=ZONE)
HOUR = datetime.timedelta(hours=1)
A, B, C = (Mailbox(f"{name}@example.org", name.upper()) for name in "abc")
RUNS, STEPS = 60, 50  # a whole 500 by `python -m benchmarks.invitations`


def people(*who: Mailbox) -> dict[str, Mailbox]:
    return {one.key: one for one in who}


def made(*who: Mailbox, **changes) -> Version:
    event = Event("u1@x", "Möte", START, START + HOUR, Mailbox("moten@example.org"))
    version, _sent = revise(None, replace(event, **changes), people(*who), now=NOW)
    return version


def sent(before, event=None, who=None, now=NOW):
    version, messages = revise(
        before, event or before.event, before.attendees if who is None else who, now=now
    )
    return version.sequence, [(m.method, m.attendee.address[0], m.sequence, m.asks_again) for m in messages]


def test_a_new_meeting_asks_everyone():
    event = made().event
    version, messages = revise(None, event, people(A, B), now=NOW)
    assert version.sequence == 0 and [(m.method, m.attendee) for m in messages] == [
        ("REQUEST", A),
        ("REQUEST", B),
    ]


def test_nothing_new_is_not_sent():
    assert sent(made(A, B)) == (0, [])


@pytest.mark.parametrize(
    "change",
    [{"start": START - HOUR}, {"end": START + 2 * HOUR}, {"location": "Sal 2"}, {"url": "https://x.example"}],
)
def test_another_time_or_place_asks_again(change):
    before = made(A)
    assert sent(before, replace(before.event, **change)) == (1, [("REQUEST", "a", 1, True)])


def test_another_title_is_told_and_not_asked():
    before = made(A)
    assert sent(before, replace(before.event, summary="Möte om skola")) == (0, [("REQUEST", "a", 0, False)])


def test_the_same_instant_told_in_another_zone_is_nothing_new():
    before = made(A)
    moved = replace(before.event, start=START.astimezone(datetime.UTC))
    assert sent(before, moved) == (0, [])


def test_one_who_is_added_is_asked_alone():
    assert sent(made(A), who=people(A, B)) == (0, [("REQUEST", "b", 0, False)])


def test_one_who_is_taken_off_is_told_alone():
    assert sent(made(A, B), who=people(A)) == (1, [("CANCEL", "b", 1, False)])


def test_one_who_comes_back_is_asked_after_the_cancellation():
    before, _ = revise(made(A, B), made().event, people(A), now=NOW)
    assert sent(before, who=people(A, B)) == (1, [("REQUEST", "b", 1, False)])


def test_a_cancelled_meeting_is_cancelled_for_all_and_for_good():
    before = made(A, B)
    gone, messages = revise(before, replace(before.event, cancelled=True), before.attendees, now=NOW)
    assert [(m.method, m.sequence) for m in messages] == [("CANCEL", 1)] * 2
    assert revise(gone, gone.event, gone.attendees, now=NOW) == (gone, [])
    with pytest.raises(CancelledForGood):
        revise(gone, before.event, gone.attendees, now=NOW)


def test_who_is_added_to_a_meeting_as_it_is_cancelled_hears_nothing():
    before = made(A)
    assert sent(before, replace(before.event, cancelled=True), people(A, B)) == (
        1,
        [("CANCEL", "a", 1, False)],
    )


def test_a_meeting_that_is_over_sends_nothing():
    before = made(A, B)
    later = START + 2 * HOUR
    assert sent(before, replace(before.event, summary="Annat"), now=later) == (0, [])
    assert sent(before, who=people(A), now=later)[1] == []


def test_a_meeting_moved_back_into_the_past_is_still_told():
    before = made(A)
    past = replace(before.event, start=NOW - 2 * HOUR, end=NOW - HOUR)
    assert sent(before, past) == (1, [("REQUEST", "a", 1, True)])


def test_a_uid_is_for_life():
    with pytest.raises(ValueError, match="UID"):
        revise(made(A), replace(made(A).event, uid="u2@x"), people(A), now=NOW)


@pytest.mark.parametrize("seed", range(RUNS))
def test_calendars_show_what_the_server_has_once_all_is_delivered(seed):
    """Create, move, rename, add, remove, cancel, reply, with late, repeated and reordered delivery."""
    drawn = random.Random(seed)
    run = Run(drawn)
    for _ in range(STEPS):
        drawn.choice(run.steps)()
    run.deliver_all()
    assert run.differences() == []


class Run:
    """One meeting on the server, a queue in order for each attendee, and each attendee's own calendar."""

    def __init__(self, drawn: random.Random) -> None:
        self.drawn = drawn
        self.people = {f"p{n}@example.org": Mailbox(f"p{n}@example.org", f"P {n}") for n in range(4)}
        self.calendars = {key: AttendeeCalendar(key) for key in self.people}
        self.queues: dict[str, list[bytes]] = {key: [] for key in self.people}
        self.delivered: dict[str, list[bytes]] = {key: [] for key in self.people}
        self.asked: dict[str, Asked] = {}
        self.answers: dict[str, str] = {}
        self.at = NOW
        self.highest = 0
        self.version: Version | None = None
        self.send(Event("u1@x", "Möte", START, START + HOUR, Mailbox("moten@example.org")), self.some())
        self.steps = [
            self.move, self.move, self.rename, self.add, self.remove, self.deliver, self.deliver, self.deliver,
            self.repeat, self.reply, self.reply,
        ]  # fmt: skip
        if drawn.random() < 0.3:
            self.steps.append(self.call_off)

    def some(self) -> dict[str, Mailbox]:
        return {key: who for key, who in self.people.items() if self.drawn.random() < 0.6}

    def send(self, event: Event, attendees: dict[str, Mailbox]) -> None:
        if self.version and self.version.event.cancelled:
            with pytest.raises(CancelledForGood):
                revise(
                    self.version,
                    replace(event, summary=f"{event.summary}!", cancelled=True),
                    attendees,
                    now=NOW,
                )
            return
        self.version, messages = revise(self.version, event, attendees, now=NOW)
        assert self.version.sequence >= self.highest
        self.highest = self.version.sequence
        for message in messages:
            self.at += datetime.timedelta(seconds=1)
            make = building.request if message.method == "REQUEST" else building.cancel
            stamp = Stamp(message.sequence, self.at)
            key = message.attendee.key
            self.queues[key].append(make(replace(event, cancelled=False), message.attendee, stamp))
            if message.method == "CANCEL":
                self.asked.pop(key, None)
                self.answers.pop(key, None)
            elif key not in self.asked or message.asks_again:
                self.asked[key] = Asked(message.sequence)
                self.answers.pop(key, None)

    def move(self) -> None:
        event = self.version.event
        start = START + self.drawn.randrange(400) * HOUR
        self.send(replace(event, start=start, end=start + HOUR), dict(self.version.attendees))

    def rename(self) -> None:
        self.send(
            replace(self.version.event, summary=f"Möte {self.drawn.randrange(9)}"),
            dict(self.version.attendees),
        )

    def add(self) -> None:
        self.send(self.version.event, {**self.version.attendees, **self.some()})

    def remove(self) -> None:
        gone = self.some()
        self.send(self.version.event, {k: who for k, who in self.version.attendees.items() if k not in gone})

    def call_off(self) -> None:
        self.send(replace(self.version.event, cancelled=True), dict(self.version.attendees))

    def deliver(self) -> None:
        key = self.drawn.choice(sorted(self.queues))
        if self.queues[key]:
            content = self.queues[key].pop(0)
            self.delivered[key].append(content)
            self.calendars[key].receive(content)

    def repeat(self) -> None:
        """A mail server gives an old message once more."""
        key = self.drawn.choice(sorted(self.queues))
        if self.delivered[key]:
            self.calendars[key].receive(self.drawn.choice(self.delivered[key]))

    def reply(self) -> None:
        key = self.drawn.choice(sorted(self.queues))
        self.at += datetime.timedelta(seconds=1)
        content = self.calendars[key].answer(
            self.drawn.choice(["ACCEPTED", "DECLINED", "TENTATIVE"]), self.at
        )
        if content is None:
            return
        found, _letter = read(content)
        verdict = judge(
            found,
            asked=self.asked,
            current=self.version.sequence,
            cancelled=self.version.event.cancelled,
            vouched_for=key,
        )
        if verdict.counts:
            assert found.sequence >= self.asked[key].sequence
            self.asked[key] = replace(self.asked[key], answered=(found.sequence, found.at))
            self.answers[key] = found.partstat

    def deliver_all(self) -> None:
        for key, queue in self.queues.items():
            while queue:
                self.calendars[key].receive(queue.pop(0))

    def differences(self) -> list[str]:
        event, found = self.version.event, []
        for key, calendar in self.calendars.items():
            wanted = (
                None
                if event.cancelled or key not in self.version.attendees
                else (event.summary, event.start, event.end)
            )
            if calendar.shows() != wanted:
                found.append(f"{key}: {calendar.shows()}, not {wanted}")
        return found


def test_the_model_calendar_reads_what_a_calendar_reads():
    calendar = AttendeeCalendar("a@example.org")
    calendar.receive(building.request(made(A).event, A, Stamp(0, NOW)))
    assert calendar.shows() == ("Möte", START, START + HOUR)
    assert Calendar.from_ical(calendar.answer("ACCEPTED", NOW))["METHOD"] == "REPLY"
