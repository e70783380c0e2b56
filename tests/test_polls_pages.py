"""Finding a date through its pages: made, sent, answered by link, added to, reminded, decided, closed."""

import datetime
from email import message_from_bytes, policy

import pytest
from django.urls import reverse

from meetings import links, polling
from meetings.models import Meeting, OutgoingMail, Poll, PollAnswer, PollBallot, PollSlot
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
CLOCKS = tuple(f"meetings.views.{name}.timezone" for name in ("polls", "poll_steps", "voting"))

pytestmark = pytest.mark.django_db


class Clock:
    """Stands for django.utils.timezone in a view."""

    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at

    def localdate(self):
        return self.at.date()

    def localtime(self, value, zone):
        return value.astimezone(zone)


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    for name in CLOCKS:
        monkeypatch.setattr(name, found)
    return found


@pytest.fixture
def network():
    row = f.NetworkFactory()
    for language in ("sv", "en"):
        f.SeatContactFactory(seat__network=row, language=language)
    return row


@pytest.fixture
def chair(client, clock, network):
    """A client in which somebody is logged in who speaks for the network's convener."""
    actor = f.ActorFactory()
    f.ConvenerFactory(network=network, actor=actor)
    client.force_login(f.MembershipFactory(actor=actor).user)
    return client


def form(chosen, *times, **changes):
    data = {
        "network": chosen.slug,
        "title": "Hitta en dag",
        "minutes": "90",
        "quorum": "2",
        "deadline": "2026-12-10",
        "form": "place",
        "location": "Rosenbad",
        "language": "sv",
        "message": "Vi ses.",
        "rows": str(max(len(times), 1)),
        "submit_key": "7b1d5b86-3f4f-4b2c-9f64-0d9b5b9a1a01",
    }
    for n, (day, start) in enumerate(times):
        data |= {f"t{n}-day": day, f"t{n}-start": start}
    return data | changes


def sent(**lookup):
    """(recipient, subject, text) of the mails promised and not taken back, oldest first."""
    found = []
    for mail in OutgoingMail.objects.filter(**lookup).exclude(state="superseded").order_by("pk"):
        message = message_from_bytes(bytes(mail.content), policy=policy.default)
        text = message.get_body(("plain",)).get_content()
        assert message.get_body(("html",)) is not None
        found.append((mail.recipient, mail.subject, text))
    return found


@pytest.fixture
def poll(network):
    """Sent to two seats, about two times."""
    row = polling.create(
        Poll(
            meeting=Meeting(network=network, title="Hitta en dag", location="Rosenbad"),
            deadline=NOW + 10 * DAY,
            quorum=2,
        ),
        [(NOW + n * DAY, NOW + n * DAY + DAY / 12) for n in (20, 21)],
        user=None,
        now=NOW,
    )
    polling.send(row, seen_version=1, now=NOW)
    row.refresh_from_db()
    return row


def page(name, row, **query):
    return reverse(f"meetings:{name}", args=[row.slug], query=query or None)


def link(invitation):
    return reverse("meetings:invitation-poll", args=[links.token(invitation, links.ANSWER)])


def vote(client, invitation, *values, comment=""):
    slots = PollSlot.objects.filter(poll__meeting=invitation.meeting).order_by("starts")
    data = {f"slot-{slot.pk}": value for slot, value in zip(slots, values, strict=False) if value}
    return client.post(link(invitation), data | {"comment": comment})


def test_a_chair_makes_a_poll_and_sends_it(chair, network):
    times = [("2026-12-24", "09:00"), ("2027-01-12", "09.30")]
    response = chair.post(reverse("meetings:poll-new"), form(network, *times))
    row = Poll.objects.get()
    assert response["Location"] == page("poll", row)
    assert (row.state, row.meeting.state, row.meeting.starts) == ("draft", "draft", None)
    assert [(s.starts.hour, (s.ends - s.starts).seconds // 60) for s in row.slots.all()] == [(8, 90), (8, 90)]
    assert not OutgoingMail.objects.exists()
    text = chair.get(page("poll-send", row)).text
    assert "Julafton" in text and "seat" in text
    chair.post(page("poll-send", row), {"version": row.version})
    row.refresh_from_db()
    assert row.state == "open"
    assert PollBallot.objects.count() == 2
    mails = sent()
    assert {subject for _to, subject, _text in mails} == {
        "Vilka tider passar? Hitta en dag",
        "Which times suit? Hitta en dag",
    }
    for to, _subject, text in mails:
        [invitation] = row.meeting.invitations.filter(email=to)
        assert link(invitation) in text
        other = row.meeting.invitations.exclude(email=to).get()
        assert link(other) not in text


def test_the_days_are_shown_before_anything_is_saved(chair, network):
    data = form(network, ("2027-06-25", "09:00"), ("2027-06-26", "09:00"), look="1")
    response = chair.post(reverse("meetings:poll-new"), data)
    assert response.status_code == 200
    assert "Midsommarafton" in response.text and "Midsommardagen" in response.text
    assert 'name="t6-day"' in response.text  # more rows than were sent
    assert not Poll.objects.exists()


@pytest.mark.parametrize(
    ("times", "changes", "said"),
    [
        ([("2027-03-28", "02:30")], {}, "Klockan 02.30 finns inte den 2027-03-28"),
        ([("2027-10-31", "02:30")], {}, "visar 02.30 två gånger"),
        ([("2026-11-20", "09:00")], {}, "Den tiden har passerat."),
        ([("2026-12-24", "")], {}, "Skriv både dagen och tiden."),
        ([("9999-12-24", "09:00")], {}, "inom de närmaste fem åren"),
        ([("i morgon", "09:00")], {}, "Skriv datumet som 2026-12-08."),
        ([], {}, "Föreslå minst en tid."),
        ([("2026-12-24", "09:00")], {"minutes": "-30"}, "15"),
        ([("2026-12-24", "09:00")], {"title": "A\r\nBcc: x@example.org"}, "Skriv det på en rad."),
        ([("2026-12-24", "09:00")], {"title": "å" * 5000}, "200"),
        ([("2026-12-24", "09:00")], {"message": "å" * 5000}, "2000"),
        ([("2026-12-24", "09:00")], {"deadline": "2026-11-20"}, "Sista dagen har passerat"),
        ([("2026-12-24", "09:00")], {"network": "finns-inte"}, "Nätverk"),
    ],
)
def test_what_cannot_be_read_is_explained_and_nothing_is_saved(chair, network, times, changes, said):
    response = chair.post(reverse("meetings:poll-new"), form(network, *times, **changes))
    assert response.status_code == 422
    assert said in response.text
    assert not Poll.objects.exists()


def test_the_hour_that_comes_twice_is_chosen(chair, network):
    data = form(network, ("2027-10-31", "02:30"), **{"t0-which": "second"})
    assert chair.post(reverse("meetings:poll-new"), data).status_code == 302
    assert PollSlot.objects.get().starts == datetime.datetime(2027, 10, 31, 1, 30, tzinfo=datetime.UTC)


def test_a_form_that_is_sent_twice_makes_one_poll(chair, network):
    data = form(network, ("2026-12-24", "09:00"))
    urls = {chair.post(reverse("meetings:poll-new"), data)["Location"] for _n in range(2)}
    assert (len(urls), Poll.objects.count(), Meeting.objects.count()) == (1, 1, 1)


def test_a_network_that_somebody_else_convenes_is_not_offered(chair, network):
    other = f.NetworkFactory()
    response = chair.post(reverse("meetings:poll-new"), form(other, ("2026-12-24", "09:00")))
    assert response.status_code == 422
    assert not Poll.objects.exists()


def test_opening_the_link_changes_nothing_and_tells_nobody_of_it(client, clock, poll):
    invitation = poll.meeting.invitations.first()
    response = client.get(link(invitation), {f"slot-{poll.slots.first().pk}": "yes"})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not PollAnswer.objects.exists()
    assert PollBallot.objects.filter(answered_at=None).count() == 2


def test_whoever_has_the_link_answers_and_changes_their_mind(client, clock, poll):
    invitation = poll.meeting.invitations.first()
    assert vote(client, invitation, "yes", "no", comment="Bara förmiddag").status_code == 302
    assert vote(client, invitation, "if_needed", "").status_code == 302
    values = [(a.slot.starts, a.value) for a in PollAnswer.objects.order_by("slot__starts")]
    assert [value for _at, value in values] == ["if_needed", "no"]
    text = client.get(link(invitation)).text
    assert text.count(" checked") == 2
    assert invitation.email not in text  # an address is nobody's business, not even on their own page


@pytest.mark.parametrize("data", [{}, {"slot-1": "kanske"}, {"slot-x": "yes"}, {"slot-999999999999": "yes"}])
def test_an_answer_that_says_nothing_is_not_noted(client, clock, poll, data):
    invitation = poll.meeting.invitations.first()
    data = {name.replace("slot-1", f"slot-{poll.slots.first().pk}"): value for name, value in data.items()}
    response = client.post(link(invitation), data)
    assert response.status_code == 422
    assert "Svara om minst en tid." in response.text
    assert not PollAnswer.objects.exists()


def test_answers_to_another_polls_times_are_not_taken(client, clock, poll):
    invitation = poll.meeting.invitations.first()
    foreign = f.PollSlotFactory()
    client.post(link(invitation), {f"slot-{foreign.pk}": "yes"})
    assert not PollAnswer.objects.exists()


@pytest.mark.parametrize("comment", ["å" * 5000, "a\r\nb"])
def test_a_comment_that_is_refused_keeps_the_choices_on_the_page(client, clock, poll, comment):
    response = vote(client, poll.meeting.invitations.first(), "yes", "no", comment=comment)
    assert response.status_code == 422
    assert response.text.count(" checked") == 2
    assert not PollAnswer.objects.exists()


def test_after_the_deadline_the_answer_is_refused_and_shown(client, clock, poll):
    invitation = poll.meeting.invitations.first()
    clock.at = NOW + 11 * DAY
    response = vote(client, invitation, "yes")
    assert response.status_code == 409
    assert "Ditt svar togs inte emot" in response.text and "Sista svarsdag var" in response.text
    assert not PollAnswer.objects.exists()


def test_a_time_that_was_taken_back_meanwhile_is_said_and_the_rest_is_noted(client, clock, poll):
    invitation = poll.meeting.invitations.first()
    first = poll.slots.first()
    polling.withdraw_time(poll, first, seen_version=poll.version, now=NOW)
    response = client.post(
        link(invitation), {f"slot-{slot.pk}": "yes" for slot in poll.slots.all()}, follow=True
    )
    assert "föreslås inte längre" in response.text
    assert [a.slot for a in PollAnswer.objects.all()] == [poll.slots.last()]


@pytest.mark.parametrize("kind", ["nonsense", "new nonce", "taken off", "draft"])
def test_a_link_that_no_longer_holds_is_explained(client, clock, poll, kind):
    invitation = poll.meeting.invitations.first()
    url = link(invitation)
    if kind == "nonsense":
        url = reverse("meetings:invitation-poll", args=["12-abc"])
    elif kind == "new nonce":
        invitation.nonce = "annan"
        invitation.save()
    elif kind == "draft":
        Poll.objects.update(state="draft")
    else:
        invitation.withdrawn_at = NOW
        invitation.save()
    response = client.post(url, {f"slot-{poll.slots.first().pk}": "yes"})
    assert response.status_code == (409 if kind == "taken off" else 404)
    assert ("inte längre med på listan" if kind == "taken off" else "länken") in response.text.lower()
    assert not PollAnswer.objects.exists()


def test_times_are_added_later_and_those_who_answered_are_told_which_are_new(chair, clock, poll):
    answered = poll.meeting.invitations.get(language="sv")
    vote(chair, answered, "yes", "no")
    count = OutgoingMail.objects.count()
    clock.at = NOW + DAY
    data = {"version": poll.version, "rows": "1", "t0-day": "2027-02-01", "t0-start": "10:00"}
    chair.post(page("poll-times", poll), data)
    [(to, subject, text)] = sent(pk__gt=OutgoingMail.objects.order_by("pk")[count - 1].pk)
    assert (to, subject) == (answered.email, "Nya tider: Hitta en dag")
    assert "1 februari 2027 kl. 10.00–12.00 (ny)" in text
    assert text.count("(ny)") == 1
    assert chair.get(link(answered)).text.count('<span class="day-mark">ny</span>') == 1
    # Proposing it once more adds nothing and tells nobody.
    poll.refresh_from_db()
    chair.post(page("poll-times", poll), data | {"version": poll.version})
    assert (poll.slots.count(), OutgoingMail.objects.exclude(state="superseded").count()) == (3, 2)


def test_a_time_that_is_taken_back_keeps_its_answers_and_can_come_again(chair, clock, poll):
    slot = poll.slots.first()
    vote(chair, poll.meeting.invitations.first(), "yes", "no")
    chair.post(page("poll-times", poll), {"version": poll.version, "withdraw": slot.pk})
    slot.refresh_from_db()
    assert slot.withdrawn_at and slot.answers.count() == 1
    poll.refresh_from_db()
    polling.add_times(poll, [(slot.starts, slot.ends)], seen_version=poll.version, now=NOW)
    slot.refresh_from_db()
    assert slot.withdrawn_at is None and slot.answers.count() == 1


def test_the_page_counts_actors_and_marks_the_best(chair, clock, poll):
    one, two = poll.meeting.invitations.all()
    deputy = f.InvitationFactory(meeting=poll.meeting, actor=one.actor)  # the same actor answers twice
    guest = f.InvitationFactory(meeting=poll.meeting, actor=None, organisation="Utanför")
    colleague = f.InvitationFactory(meeting=poll.meeting, actor=None, organisation="utanför")
    vote(chair, one, "no", "yes")
    vote(chair, deputy, "yes", "yes")
    vote(chair, guest, "no", "yes")
    vote(chair, colleague, "no", "if_needed")
    vote(chair, two, "no", "if_needed", comment="Helst inte")
    results = chair.get(page("poll", poll)).context["results"]
    first, second = results.choices
    assert (first.tally.yes, first.tally.no, first.tally.quorum) == (1, 2, False)
    assert (second.tally.yes, second.tally.if_needed, second.tally.quorum) == (2, 1, True)
    assert (first.is_best, second.is_best) == (False, True)
    text = chair.get(page("poll", poll)).text
    assert "Nås, 3 av 2" in text and "Nås inte, 1 av 2" in text and "Helst inte" in text


def test_seats_see_how_it_stands_and_nobody_else_does(client, clock, network, poll):
    seat = network.seats.first()
    client.force_login(f.MembershipFactory(actor=seat.actor).user)
    response = client.get(page("poll", poll))
    assert response.status_code == 200
    assert "poll/choose" not in response.text
    assert client.post(page("poll-remind", poll)).status_code == 403
    client.force_login(f.MembershipFactory().user)
    assert client.get(page("poll", poll)).status_code == 404
    Poll.objects.update(state="draft")
    client.force_login(f.MembershipFactory(actor=seat.actor).user)
    assert client.get(page("poll", poll)).status_code == 404


def test_a_reminder_goes_to_those_who_have_not_answered_and_once_a_day(chair, clock, poll):
    answered, silent = poll.meeting.invitations.all()
    vote(chair, answered, "yes")
    OutgoingMail.objects.update(state="sent")
    chair.post(page("poll-remind", poll))  # asked today: no reminder yet
    assert not sent(subject__contains="minder")
    clock.at = NOW + DAY
    for _n in range(3):
        chair.post(page("poll-remind", poll))
    assert [to for to, *_rest in sent(dedupe_key__contains="remind")] == [silent.email]
    OutgoingMail.objects.update(state="sent")
    clock.at = NOW + 2 * DAY
    chair.post(page("poll-remind", poll))
    assert len(sent(dedupe_key__contains="remind")) == 2


def test_who_wants_no_reminders_gets_none(chair, clock, poll):
    for invitation in poll.meeting.invitations.all():
        f.RecipientFactory(email=invitation.email.casefold(), wants_nudges=False)
    clock.at = NOW + DAY
    chair.post(page("poll-remind", poll))
    assert not sent(dedupe_key__contains="remind")


def test_beat_reminds_once_before_the_deadline_and_tells_the_chair_once_after_it(chair, clock, poll):
    hour = datetime.timedelta(hours=1)
    for n in range(10 * 24 + 48):
        polling.nudge_all(NOW + n * hour)
    kinds = sorted(mail.dedupe_key.split()[-2] for mail in OutgoingMail.objects.all())
    reminders = OutgoingMail.objects.filter(dedupe_key__contains="remind")
    assert (len(kinds), reminders.count()) == (5, 2)
    [(_to, subject, text)] = sent(dedupe_key__contains="deadline")
    assert subject == "Dags att välja tid: Hitta en dag"
    assert page("poll", poll) in text


def test_choosing_a_time_invites_everybody_at_that_time(chair, clock, poll):
    answered, _silent = poll.meeting.invitations.all()
    vote(chair, answered, "yes", "yes")
    slot = poll.slots.last()
    assert "inbjudan" in chair.get(page("poll-choose", poll, slot=slot.pk)).text
    response = chair.post(page("poll-choose", poll), {"version": poll.version, "slot": slot.pk})
    meeting = Meeting.objects.get()
    assert response["Location"] == meeting.get_absolute_url()
    assert (meeting.state, meeting.starts, meeting.ends) == ("invited", slot.starts, slot.ends)
    poll.refresh_from_db()
    assert (poll.state, poll.chosen) == ("decided", slot)
    assert {to for to, *_rest in sent()} == set(meeting.invitations.values_list("email", flat=True))
    assert all("Hitta en dag" in subject and "21" not in subject for _to, subject, _text in sent())
    response = vote(chair, answered, "no")
    assert response.status_code == 409 and "Tiden är bestämd" in response.text
    # A second click, or a second chair, finds it decided.
    before = OutgoingMail.objects.count()
    again = chair.post(page("poll-choose", poll), {"version": poll.version, "slot": slot.pk}, follow=True)
    assert "stängd" in again.text
    assert OutgoingMail.objects.count() == before


def test_of_two_chairs_the_second_overwrites_nothing(chair, clock, poll):
    seen = poll.version
    first, last = poll.slots.first(), poll.slots.last()
    chair.post(page("poll-times", poll), {"version": seen, "withdraw": last.pk})
    response = chair.post(page("poll-choose", poll), {"version": seen, "slot": first.pk}, follow=True)
    assert "Någon annan har ändrat" in response.text
    assert Meeting.objects.get().state == "draft"
    response = chair.post(page("poll-choose", poll), {"version": seen + 1, "slot": last.pk}, follow=True)
    assert "kan inte väljas" in response.text
    data = {"version": seen, "quorum": "1", "deadline": "2026-12-20", "message": "Ny"}
    assert "Någon annan har ändrat" in chair.post(page("poll-edit", poll), data, follow=True).text
    poll.refresh_from_db()
    assert poll.message == ""


def test_closing_without_a_date_tells_those_who_were_asked(chair, clock, poll):
    OutgoingMail.objects.update(state="sent")
    chair.post(page("poll-close", poll), {"version": poll.version})
    poll.refresh_from_db()
    assert (poll.state, poll.meeting.state) == ("closed", "draft")
    found = sent(dedupe_key__endswith="closed")
    assert {subject for _to, subject, _text in found} == {
        "Ingen tid hittades: Hitta en dag",
        "No date was found: Hitta en dag",
    }
    response = vote(chair, poll.meeting.invitations.first(), "yes")
    assert response.status_code == 409


def test_a_meeting_that_gets_its_time_in_another_way_ends_the_poll(chair, clock, poll):
    Meeting.objects.update(starts=NOW + DAY, ends=NOW + 2 * DAY, state="invited")
    assert vote(chair, poll.meeting.invitations.first(), "yes").status_code == 409
    assert polling.nudge_all(NOW + 20 * DAY).mails == 0
    response = chair.get(page("poll-choose", poll, slot=poll.slots.first().pk), follow=True)
    assert "stängd" in response.text


def test_who_comes_on_the_list_later_is_asked_later(chair, clock, poll):
    late = f.InvitationFactory(meeting=poll.meeting)
    count = OutgoingMail.objects.count()
    chair.post(page("poll-send", poll), {"version": poll.version})
    assert OutgoingMail.objects.count() == count + 1
    assert sent()[-1][0] == late.email


def test_changing_the_deadline_reopens_the_answers(chair, clock, poll):
    clock.at = NOW + 11 * DAY
    data = {"version": poll.version, "quorum": "1", "deadline": "2026-12-20", "message": ""}
    assert chair.post(page("poll-edit", poll), data).status_code == 302
    assert vote(chair, poll.meeting.invitations.first(), "yes").status_code == 302


@pytest.mark.parametrize("people", [2, 20])
def test_the_page_takes_as_many_queries_however_many_answer(
    chair, clock, poll, people, django_assert_max_num_queries
):
    f.InvitationFactory.create_batch(people, meeting=poll.meeting)
    with django_assert_max_num_queries(24):
        chair.get(page("poll", poll))
    with django_assert_max_num_queries(14):
        chair.get(link(poll.meeting.invitations.first()))


def test_whoever_speaks_for_an_actor_that_is_asked_answers_from_the_page(client, clock, network, poll):
    seat = network.seats.order_by("pk").first()
    client.force_login(f.MembershipFactory(actor=seat.actor).user)
    own, other = poll.meeting.invitations.get(seat=seat), poll.meeting.invitations.exclude(seat=seat).get()
    text = client.get(page("poll", poll)).text
    assert link(own) in text and link(other) not in text
    clock.at = NOW + 11 * DAY
    assert link(own) not in client.get(page("poll", poll)).text


def test_two_beats_side_by_side_remind_once(clock, poll, monkeypatch):
    """The second has read who is silent before the first has written whom it reminded."""
    silent = list(polling.voters(poll))

    class Stale:
        def filter(self, **_lookup):
            return silent

    at = NOW + 9 * DAY
    assert polling.remind(poll, now=at).mails == 2
    monkeypatch.setattr(polling, "voters", lambda _poll: Stale())
    assert polling.remind(poll, now=at).mails == 0
    assert OutgoingMail.objects.filter(dedupe_key__contains="remind").count() == 2
