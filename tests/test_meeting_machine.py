"""People plan, change and answer in any order, and mail is late, doubled and out of order: all calendars agree.

Through the services, the outbox and the mailbox, as the pages and the worker use them. MEETING_EXAMPLES,
MEETING_STEPS and MEETING_WALKS ask for more; `python -m benchmarks.invitations` for 500 times 50.
"""

import datetime
import os
import random
from email import message_from_bytes, policy

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from meetings import intake, inviting, links
from meetings.models import Invitation, Meeting, OutgoingMail
from tests import factories as f
from tests import replying
from tests.itip_calendar import AttendeeCalendar

EXAMPLES = int(os.environ.get("MEETING_EXAMPLES", "8"))
STEPS = int(os.environ.get("MEETING_STEPS", "25"))
WALKS, LENGTH = int(os.environ.get("MEETING_WALKS", "6")), 60
START = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
PEOPLE = [f"{name}@{name}.example" for name in ("anna", "bo", "cai", "dag")]
SECOND, DAY = datetime.timedelta(seconds=1), datetime.timedelta(days=1)
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
which = st.integers(0, 1000)


class Planning(RuleBasedStateMachine):
    """A meeting, four people who may be invited, their calendars, and what is under way between them."""

    def __init__(self):
        super().__init__()
        self.isolated = transaction.atomic()
        self.isolated.__enter__()
        self.now = START
        self.meeting = f.MeetingFactory()
        self.calendars = {address: AttendeeCalendar(address) for address in PEOPLE}
        self.outbound, self.inbound = [], []  # mails under way: (recipient, bytes), (address, reply, bytes)
        self.sent = self.highest = 0
        self.expected, self.counted = {}, {}  # by invitation: its answer, and (SEQUENCE, DTSTAMP) of it
        self.stamps = {}

    def teardown(self):
        self.drain()
        self.agree()
        transaction.set_rollback(True)
        self.isolated.__exit__(None, None, None)

    @initialize(number=st.integers(1, 3))
    def invite(self, number):
        for address in PEOPLE[:number]:
            row = f.InvitationFactory(meeting=self.meeting, email=address)
            self.expected[row.pk] = "NEEDS-ACTION"
        inviting.invite(self.meeting, **self.seen())

    def seen(self):
        self.now += SECOND
        return {"seen_version": self.meeting.version, "user": None, "now": self.now}

    @property
    def is_open(self):
        return self.meeting.state == "invited"

    def standing(self):
        return list(self.meeting.invitations.standing().order_by("pk"))

    # What whoever runs the meeting does.
    @precondition(lambda self: self.is_open)
    @rule(days=st.sampled_from((-3, -1, 1, 2, 120)))
    def move(self, days):
        if self.meeting.starts + days * DAY <= START + DAY:
            return
        self.meeting.starts += days * DAY
        self.meeting.ends += days * DAY
        inviting.change(self.meeting, **self.seen())
        self.expected.update({row.pk: "NEEDS-ACTION" for row in self.standing()})

    @precondition(lambda self: self.is_open)
    @rule(title=st.sampled_from(("Möte", "Möte om läget", "Nätverket träffas")))
    def rename(self, title):
        self.meeting.title = title
        inviting.change(self.meeting, **self.seen())

    @precondition(lambda self: self.is_open)
    @rule(address=st.sampled_from(PEOPLE))
    def add(self, address):
        if address not in {row.email for row in self.standing()}:
            row = Invitation(email=address, name=address)
            inviting.set_list(self.meeting, add=[row], **self.seen())
            self.expected[row.pk] = "NEEDS-ACTION"

    @precondition(lambda self: self.is_open and self.standing())
    @rule(number=which)
    def remove(self, number):
        rows = self.standing()
        inviting.set_list(self.meeting, withdraw=[rows[number % len(rows)]], **self.seen())

    @precondition(lambda self: self.is_open)
    @rule(chance=st.integers(0, 7))
    def cancel(self, chance):
        if chance == 0:
            inviting.cancel(self.meeting, reason="Sjukdom", **self.seen())

    @precondition(lambda self: self.meeting.state == "cancelled")
    @rule()
    def cancelled_for_good(self):
        with pytest.raises(inviting.NotNow):
            inviting.change(self.meeting, **self.seen())

    # What mail servers do: late, again, out of order.
    @rule()
    def send(self):
        waiting = OutgoingMail.objects.filter(pk__gt=self.sent, state="waiting").order_by("pk")
        for mail in waiting:
            self.sent = mail.pk
            message = message_from_bytes(bytes(mail.content), policy=policy.default)
            part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
            self.outbound.append((mail.recipient, part.get_payload(decode=True)))
        waiting.update(state="sent", sent_at=self.now)

    @rule(number=which, again=st.booleans())
    def deliver(self, number, again):
        if not self.outbound:
            self.send()
        if not self.outbound:
            return
        at = number % len(self.outbound)
        address, content = self.outbound[at] if again else self.outbound.pop(at)
        self.calendars[address].receive(content)

    @precondition(lambda self: self.inbound)
    @rule(number=which, again=st.booleans())
    def come_in(self, number, again):
        at = number % len(self.inbound)
        self.take(*(self.inbound[at] if again else self.inbound.pop(at)))

    # What attendees do.
    @rule(address=st.sampled_from(PEOPLE), partstat=st.sampled_from(ANSWERS))
    def reply(self, address, partstat):
        self.now += SECOND
        calendar = self.calendars[address]
        if calendar.event is None:  # the newest comes first; what is older is still under way
            self.send()
            newest = [content for recipient, content in self.outbound if recipient == address][-1:]
            for content in newest:
                calendar.receive(content)
        content = calendar.answer(partstat, self.now)
        if content is not None:
            to = str(calendar.event["ORGANIZER"]).removeprefix("mailto:")
            said = partstat, calendar.latest[0], self.now
            self.inbound.append((address, said, replying.mail(content, sender=address, to=to)))

    @precondition(lambda self: self.is_open and self.standing())
    @rule(number=which)
    def ask_again(self, number):
        self.now += SECOND
        rows = self.standing()
        row = rows[number % len(rows)]
        content = replying.calendar(row, "", method="REFRESH", at=self.now)
        mail = replying.mail(content, method="REFRESH", to=links.reply_address(row), sender=row.email)
        intake.take(mail, now=self.now)
        self.meeting.refresh_from_db()

    def take(self, address, said, content):
        """Take a reply in, and work out by the rules what it must come to."""
        self.now += SECOND
        intake.take(content, now=self.now)
        row = self.meeting.invitations.standing().filter(email=address).first()
        partstat, sequence, at = said
        if row is None or not self.is_open or sequence < (row.asked_sequence or 0):
            return
        if row.pk not in self.counted or (sequence, at) > self.counted[row.pk]:
            self.counted[row.pk] = sequence, at
            self.expected[row.pk] = partstat

    # What must hold.
    @invariant()
    def sequence_never_falls(self):
        stored = Meeting.objects.get(pk=self.meeting.pk)
        assert stored.sequence >= self.highest
        self.highest = stored.sequence

    @invariant()
    def answers_are_those_that_count(self):
        for row in self.standing():
            assert row.partstat == self.expected[row.pk], row.email

    def drain(self):
        self.send()
        while self.outbound:
            self.deliver(0, False)
        while self.inbound:
            self.take(*self.inbound.pop())

    def agree(self):
        self.answers_are_those_that_count()
        invited = {row.email for row in self.standing()} if self.is_open else set()
        truth = (self.meeting.title, self.meeting.starts, self.meeting.ends)
        for address, calendar in self.calendars.items():
            assert calendar.shows() == (truth if address in invited else None), address


@pytest.mark.django_db
def test_all_calendars_agree_once_the_mail_is_delivered():
    run_state_machine_as_test(
        Planning,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="MEETING_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


# Each rule with its arguments, and how often it is taken: hypothesis alone draws short walks first, in which little
# comes back.
WALK = {
    "move": (2, {"days": (-1, 1, 2)}),
    "rename": (1, {"title": ("Möte", "Nätverket träffas")}),
    "add": (3, {"address": PEOPLE}),
    "remove": (1, {"number": range(4)}),
    "cancel": (1, {"chance": range(20)}),
    "send": (2, {}),
    "deliver": (8, {"number": range(20), "again": (False, False, True)}),
    "come_in": (6, {"number": range(20), "again": (False, False, True)}),
    "reply": (8, {"address": PEOPLE, "partstat": ANSWERS}),
    "ask_again": (1, {"number": range(4)}),
}
NEEDS = {
    "move": lambda m: m.is_open,
    "rename": lambda m: m.is_open,
    "add": lambda m: m.is_open,
    "remove": lambda m: m.is_open and m.standing(),
    "cancel": lambda m: m.is_open,
    "come_in": lambda m: m.inbound,
    "ask_again": lambda m: m.is_open and m.standing(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(WALKS))
def test_long_walks_end_with_calendars_that_agree(seed):
    drawn = random.Random(seed)
    machine = Planning()
    machine.invite(drawn.randint(1, 3))
    names, weights = list(WALK), [weight for weight, _given in WALK.values()]
    for _ in range(LENGTH):
        name = drawn.choices(names, weights)[0]
        if NEEDS.get(name, bool)(machine):
            getattr(machine, name)(**{key: drawn.choice(values) for key, values in WALK[name][1].items()})
            machine.sequence_never_falls()
            machine.answers_are_those_that_count()
    machine.teardown()
