"""Finding a date in a browser: from nothing to a meeting with its invitations, by keyboard, as chair and link holder."""

import datetime

import pytest
from django.utils import timezone

from meetings import links
from meetings.models import Meeting, OutgoingMail, Poll, PollAnswer
from tests import factories as f
from tests.browser.looking import listen, look, problems_of, send_empty
from tests.browser.test_keyboard import enter, page_of, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NETWORK = "natverket"


@pytest.fixture
def chair(transactional_db):
    """Speaks for the convener of a network with two seats that have addresses."""
    network = f.NetworkFactory(slug=NETWORK, name_sv="Kommunnätet")
    actor = f.ActorFactory(name_sv="Kallaren")
    f.ConvenerFactory(network=network, actor=actor)
    for name in ("Ale", "Bor"):
        f.SeatContactFactory(seat__network=network, seat__actor=f.ActorFactory(name_sv=name))
    f.SeatFactory(network=network, actor=f.ActorFactory(name_sv="Citta"))
    return f.MembershipFactory(actor=actor).user


@pytest.fixture
def page(chromium, live_server, chair):
    yield from page_of(chromium, live_server, chair)


def test_from_nothing_to_a_meeting_with_its_invitations_without_a_mouse(
    page, chromium, live_server, settings, chair
):
    settings.ANONYMOUS_READING = True
    problems, said = [], listen(page)
    year = timezone.localdate().year + 1

    def to(name):
        tab_to(page, lambda tag, href, field, inner, kind: field == name)

    def press(text, on=page):
        tab_to(on, lambda tag, href, name, inner, kind: inner.strip().startswith(text))
        enter(on)
        problems.extend(problems_of(on, f"{text} {on.url}"))

    page.goto(f"{live_server.url}/networks/{NETWORK}/")
    press("Hitta en tid")
    for name, typed in (
        ("title", "Vårmötet"),
        ("quorum", None),
        ("deadline", f"0115{year}"),
        ("t0-day", f"0212{year}"),
        ("t0-start", "0900AM"),
        ("t1-day", f"0213{year}"),
        ("t1-start", "0100PM"),
    ):
        to(name)
        if typed is None:
            page.keyboard.press("ArrowUp")  # 2
        else:
            page.keyboard.type(typed)
    press("Spara utkastet")
    poll = Poll.objects.get()
    assert [slot.starts.day for slot in poll.slots.all()] == [12, 13]
    press("Skicka frågan")
    assert "Citta" in page.locator("main").inner_text()  # nobody can be asked there
    press("Skicka frågan")
    assert OutgoingMail.objects.count() == 2

    visitor = chromium.new_context().new_page()
    for invitation in poll.meeting.invitations.all():
        visitor.goto(f"{live_server.url}/invitations/{links.token(invitation, links.ANSWER)}/poll/")
        assert not PollAnswer.objects.filter(invitation=invitation).exists()  # opened, not answered
        problems.extend(problems_of(visitor, "ballot"))
        for slot, steps in zip(poll.slots.all(), (2, 1), strict=True):  # no; if need be
            tab_to(visitor, lambda tag, href, field, inner, kind, n=slot.pk: field == f"slot-{n}")
            visitor.keyboard.press("Space")
            for _n in range(steps):
                visitor.keyboard.press("ArrowRight")
        press("Skicka svaret", visitor)
    visitor.context.close()
    assert sorted(PollAnswer.objects.values_list("value", flat=True)) == ["if_needed"] * 2 + ["no"] * 2

    page.goto(f"{live_server.url}{poll.get_absolute_url()}")
    problems.extend(problems_of(page, "answers"))
    best = page.locator("tr.best").inner_text()
    assert "13 februari" in best and "Nås, 2 av 2" in best
    second = poll.slots.last()
    tab_to(page, lambda tag, href, *_: tag == "A" and href.endswith(f"?slot={second.pk}"))
    enter(page)
    problems.extend(problems_of(page, "choose"))
    press("Bestäm tiden")
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.starts) == ("invited", second.starts)
    assert OutgoingMail.objects.filter(dedupe_key__contains="REQUEST").count() == 2
    assert (problems, said) == ([], [])


def test_every_page_of_a_poll_and_of_a_networks_life_both_ways(page, live_server, chair):
    network = f.NetworkFactory._meta.model.objects.get(slug=NETWORK)
    seat = network.seats.first()
    f.PauseFactory(network=network, valid_until=datetime.date(2099, 1, 1))
    circular = f.CircularMailFactory(network=network)
    request = f.SeatRequestFactory(network=network, actor=seat.actor)
    poll = f.PollFactory(
        meeting__network=network, meeting__slug="fragan", state="open", deadline=timezone.now()
    )
    f.PollSlotFactory(poll=poll, starts=timezone.now() + datetime.timedelta(days=9))
    f.InvitationFactory(meeting=poll.meeting)
    found = []
    for path in (
        f"/networks/{NETWORK}/",
        f"/networks/{NETWORK}/pause/",
        f"/networks/{NETWORK}/write/",
        f"/networks/{NETWORK}/ask/",
        f"/seats/{seat.pk}/address/",
        request.get_absolute_url(),
        circular.get_absolute_url(),
        poll.get_absolute_url(),
        f"{poll.get_absolute_url()}times/",
        f"{poll.get_absolute_url()}send/",
        f"{poll.get_absolute_url()}edit/",
        f"{poll.get_absolute_url()}close/",
    ):
        found += look(page, live_server.url, path)
    for path in ("/meetings/find-a-date/", f"/networks/{NETWORK}/write/", f"/networks/{NETWORK}/pause/"):
        found += look(page, live_server.url, path, act=send_empty)
    assert found == []
