"""What somebody who should not must not read or do with meetings, tried as they would try it."""

import csv
import datetime
import io

import pytest
from django.test import Client

from meetings import links
from meetings.models import Invitation, InvitationAnswer, OutgoingMail
from tests import factories as f
from tests.test_editing_threads import at_once

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
SECRET = "Hemlig-plan-7f3a"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    settings.ANONYMOUS_READING = True
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def member_of(*actors, **fields):
    user = f.UserFactory(**fields)
    for actor in actors:
        f.MembershipFactory(user=user, actor=actor)
    return user


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def outsider():
    """A member whose actor sits in another network."""
    actor = f.ActorFactory()
    f.SeatFactory(actor=actor, network=f.NetworkFactory())
    return logged_in(member_of(actor))


def posted(row, **sent):
    token = links.token(row, links.ANSWER)
    return Client().post(f"/invitations/{token}/", sent)


# What nobody was told of


def test_a_draft_that_was_cancelled_stays_its_makers_own(outsider):
    meeting = f.MeetingFactory(
        state="cancelled", told=None, title=SECRET, description=SECRET, location=SECRET, reason=SECRET
    )
    f.AgendaItemFactory(meeting=meeting, title=SECRET)
    seated = f.ActorFactory()
    f.SeatFactory(actor=seated, network=meeting.network)
    for client in (Client(), outsider, logged_in(member_of(seated))):
        for page in ("", "calendar/", "agenda/", "history/", "minutes/"):
            assert SECRET not in client.get(f"/meetings/{meeting.slug}/{page}").text, page
        for address in (
            "/meetings/?when=all",
            "/meetings/?when=all&format=csv",
            "/meetings/?when=all&format=json",
        ):
            assert SECRET not in client.get(address).text, address
        assert SECRET not in client.get(meeting.network.get_absolute_url()).text
    f.FeedFactory(kind="network", network=meeting.network, secret="natverkets-kalender")
    assert SECRET not in Client().get("/feeds/natverkets-kalender.ics").text


def test_actions_of_a_draft_are_its_makers_own():
    """Not those of its network, nor of another."""
    action = f.ActionFactory(text=SECRET, item__meeting=f.MeetingFactory())
    network = action.item.meeting.network
    actor = f.ActorFactory()
    f.SeatFactory(actor=actor, network=network)
    client = logged_in(member_of(actor))
    for address in (
        "/actions/?whose=networks&state=all",
        network.get_absolute_url(),
        f"/actions/{action.pk}/",
    ):
        assert SECRET not in client.get(address).text, address


def test_a_draft_is_not_read_through_the_form_for_its_answer():
    meeting = f.MeetingFactory(title=SECRET)
    actor = f.ActorFactory()
    row = f.InvitationFactory(meeting=meeting, actor=actor)
    response = logged_in(member_of(actor)).get(f"/answers/{row.pk}/")
    assert response.status_code == 404
    assert SECRET not in response.text


# What a link allows


def test_a_chain_of_delegates_ends():
    """Whoever has one link must not have mail sent to as many addresses as they like, each with a link of its own."""
    row = f.InvitationFactory(meeting=f.MeetingFactory(state="invited"))
    for n in range(10):
        posted(row, act="instead", **{"instead-name": f"P{n}", "instead-email": f"p{n}@example.net"})
        row = Invitation.objects.order_by("-pk").first()
    assert Invitation.objects.filter(email__endswith="@example.net").count() <= 3


def test_answers_by_one_link_are_bounded():
    row = f.InvitationFactory(meeting=f.MeetingFactory(state="invited"))
    for n in range(150):
        posted(row, answer="ACCEPTED", comment=f"x{n}")
    assert InvitationAnswer.objects.count() <= 100


def test_a_link_is_for_its_own_invitation_and_purpose():
    one, other = (f.InvitationFactory(meeting=f.MeetingFactory(state="invited")) for _ in range(2))
    token = links.token(one, links.ANSWER)
    proof = token.partition("-")[2]
    wrong = [
        f"{other.pk}-{proof}", links.token(one, links.REPLY), f"0{token}", f"{token}0", token[:-1], "9" * 18 + "-x",
        "9" * 5000, "1-" + "a" * 8000, "%E2%82%AC-x", f"{one.pk}-", "²-x", "-",
    ]  # fmt: skip
    for text in wrong:
        for page in ("", "poll/"):
            assert Client().get(f"/invitations/{text}/{page}").status_code == 404, text[:60]
            assert Client().post(f"/invitations/{text}/{page}", {"answer": "ACCEPTED"}).status_code == 404
    one.nonce = "0" * 24
    one.save()
    assert Client().get(f"/invitations/{token}/").status_code == 404
    one.withdrawn_at = NOW
    one.save()
    assert posted(one, answer="ACCEPTED").status_code == 409
    assert not InvitationAnswer.objects.exists()


def test_more_fields_than_the_form_has_change_nothing():
    row = f.InvitationFactory(meeting=f.MeetingFactory(state="invited"))
    before = (row.meeting_id, row.actor_id, row.email, row.nonce)
    posted(
        row,
        answer="ACCEPTED",
        meeting="1",
        actor="1",
        email="x@x.se",
        nonce="",
        withdrawn_at="2020-01-01",
        via="chair",
    )
    row.refresh_from_db()
    assert (row.meeting_id, row.actor_id, row.email, row.nonce) == before and row.withdrawn_at is None
    assert InvitationAnswer.objects.get().via == "link"


# Hosts, line feeds and markup

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>#let x = 1; $ @a * _ \\ `#panic("x")`'


def test_mail_takes_no_host_from_the_request_and_escapes_what_it_shows(settings):
    settings.ALLOWED_HOSTS = ["*"]
    row = f.InvitationFactory(meeting=f.MeetingFactory(state="invited", title=HOSTILE, description=HOSTILE))
    Client(SERVER_NAME="evil.example").post(
        f"/invitations/{links.token(row, links.ANSWER)}/",
        {"act": "instead", "instead-name": HOSTILE[:60], "instead-email": "p@example.net"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    from email import message_from_bytes, policy

    mail = OutgoingMail.objects.filter(recipient__contains="p@example.net").get()
    assert b"evil.example" not in bytes(mail.content)
    parsed = message_from_bytes(bytes(mail.content), policy=policy.default)
    html = parsed.get_body(("html",)).get_content()
    assert "<script>" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "end", ["\r\nBcc: x@evil.example", "\nBcc: x@evil.example", "\u2028Bcc: x@evil.example"]
)
def test_names_that_go_on_another_line_make_no_header(end):
    network = f.NetworkFactory(name_sv=f"Nät{end}", name_en=f"Net{end}")
    meeting = f.MeetingFactory(
        state="invited",
        title=f"Möte{end}",
        network=network,
        location=f"Sal{end}\r\nATTENDEE:mailto:x@evil.example",
    )
    row = f.InvitationFactory(meeting=meeting, name=f"Anna{end}")
    posted(row, act="instead", **{"instead-name": "B", "instead-email": "p@example.net"})
    from email import message_from_bytes

    for mail in OutgoingMail.objects.all():
        parsed = message_from_bytes(bytes(mail.content))
        assert parsed["Bcc"] is None
        for part in parsed.walk():
            if part.get_content_type() == "text/calendar":
                text = part.get_payload(decode=True).decode().replace("\r\n ", "")
                assert not any(
                    line.startswith(("Bcc", "ATTENDEE:mailto:x@evil")) for line in text.splitlines()
                )
    assert OutgoingMail.objects.exists()


def test_a_title_is_no_formula_in_the_exported_list():
    f.MeetingFactory(state="invited", title="=1+1")
    rows = list(csv.reader(io.StringIO(Client().get("/meetings/?when=all&format=csv").text.lstrip("\ufeff"))))
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_readers_see_no_name_and_no_address(outsider):
    meeting = f.MeetingFactory(
        state="invited",
        form="hybrid",
        video_url=f"https://v.example.org/{SECRET}",
        starts=NOW + datetime.timedelta(days=3),
        ends=NOW + datetime.timedelta(days=3, hours=1),
    )
    actor = f.ActorFactory()
    f.InvitationFactory(
        meeting=meeting,
        actor=actor,
        name=SECRET,
        email=f"{SECRET}@example.org",
        comment=SECRET,
        partstat="DECLINED",
        answered_at=NOW,
    )
    item = f.AgendaItemFactory(meeting=meeting, title=SECRET)
    decision, action = f.DecisionFactory(item=item, text=SECRET), f.ActionFactory(item=item, text=SECRET)
    poll = f.PollFactory(meeting=meeting, state="open")
    reply = f.IncomingReplyFactory(meeting=meeting, sender=f"{SECRET}@example.org")
    circular = f.CircularMailFactory(network=meeting.network, subject=SECRET, text=SECRET)
    base = f"/meetings/{meeting.slug}/"
    addresses = [base, *(base + one for one in ("history/", "calendar/", "agenda/", "minutes/", "poll/", "people/", "edit/", f"agenda/{item.pk}/", f"items/{item.pk}/decide/", f"items/{item.pk}/action/")),
        f"/decisions/{decision.pk}/", f"/actions/{action.pk}/", "/actions/", "/actions/?whose=networks&state=all", f"/meetings/replies/{reply.pk}/", f"/meetings/replies/{reply.pk}/mail/", "/meetings/replies/",
        f"/circulars/{circular.pk}/", "/", "/meetings/?when=all", *(f"/meetings/?when=all&format={one}" for one in ("csv", "json", "xlsx")), meeting.network.get_absolute_url(), actor.get_absolute_url(), f"/search/?q={SECRET[:6]}", f"/networks/{meeting.network.slug}/health/", f"/answers/{meeting.invitations.get().pk}/", "/mail/", "/changes/"]  # fmt: skip
    for client in (Client(), outsider):
        for address in addresses:
            content = client.get(address, follow=True).content
            shown = content.replace(f"q={SECRET[:6]}".encode(), b"")
            assert SECRET.encode() not in shown, address
    assert poll.pk
    keeper = logged_in(f.CoordinatorFactory())
    assert all(
        SECRET in keeper.get(one).text for one in (base, f"{base}agenda/", f"/decisions/{decision.pk}/")
    )


def test_a_disabled_user_has_no_session_feed_or_reading(settings):
    user = f.UserFactory()
    client = logged_in(user)
    f.FeedFactory(owner=user, secret="ett-hemligt")
    assert client.get("/feeds/ett-hemligt.ics").status_code == 200
    user.is_active = False
    user.save()
    settings.ANONYMOUS_READING = False
    assert client.get("/feeds/ett-hemligt.ics").status_code == 404
    assert client.get("/meetings/").status_code in (302, 403)


def test_opening_a_page_changes_nothing():
    row = f.InvitationFactory(meeting=f.MeetingFactory(state="invited"))
    f.RecipientFactory()
    client = logged_in(f.CoordinatorFactory())
    base = f"/meetings/{row.meeting.slug}/"
    for address in (
        base + "invite/",
        base + "cancel/",
        base + "held/",
        base + "not-held/",
        base + "poll/send/",
        f"/answers/{row.pk}/?answer=ACCEPTED",
    ):
        client.get(address)
    for address in (base + "agenda/change/", "/mail/send-again/"):
        assert client.get(address).status_code == 405
    row.refresh_from_db()
    assert (
        row.meeting.state == "invited"
        and row.partstat == "NEEDS-ACTION"
        and not OutgoingMail.objects.exists()
    )


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/%0d%0aX: y",
    ],
)
def test_nobody_is_led_to_another_site(target):
    row = f.InvitationFactory(meeting=f.MeetingFactory(state="invited"))
    client = logged_in(f.CoordinatorFactory())
    page = client.get(f"/answers/{row.pk}/", {"next": target})
    assert "evil.example" not in page.context["back"] and "javascript" not in page.context["back"]
    answer = client.post(f"/answers/{row.pk}/", {"answer": "ACCEPTED", "next": target})
    assert "evil.example" not in answer["Location"] and "javascript" not in answer["Location"]


# At the same moment


def test_two_who_accept_a_request_give_one_seat(real_database, monkeypatch):
    from network.models import Seat

    row = f.SeatRequestFactory(kind="join")
    user = f.CoordinatorFactory()
    posts = [
        (logged_in(user), f"/seat-requests/{row.pk}/decide/", {"day": "2026-12-01", "accept": "1"})
        for _ in range(3)
    ]
    assert set(at_once(posts)) == {302}
    assert Seat.objects.filter(actor=row.actor, network=row.network).count() == 1


def test_two_who_approve_lock_minutes_once(real_database):
    from meetings.models import Minutes

    minutes = f.MinutesFactory(
        state="approval", meeting=f.MeetingFactory(state="held"), silence_until=datetime.date(2026, 12, 20)
    )
    user = f.CoordinatorFactory()
    sent = {"act": "approve", "version": str(minutes.version)}
    assert set(
        at_once([(logged_in(user), f"/meetings/{minutes.meeting.slug}/minutes/act/", sent) for _ in range(3)])
    ) == {302}
    now = Minutes.objects.get()
    assert now.state == "approved" and [one["what"] for one in now.log].count("approved") == 1


def test_two_who_choose_a_time_choose_one(real_database):
    poll = f.PollFactory(state="open")
    slots = [f.PollSlotFactory(poll=poll) for _ in range(2)]
    f.InvitationFactory(meeting=poll.meeting)
    user = f.CoordinatorFactory()
    url = f"/meetings/{poll.meeting.slug}/poll/choose/"
    posts = [(logged_in(user), url, {"slot": slot.pk, "version": poll.version}) for slot in slots]
    assert set(at_once(posts)) == {302}
    poll.refresh_from_db()
    poll.meeting.refresh_from_db()
    assert poll.meeting.starts == poll.chosen.starts and OutgoingMail.objects.count() == 1
