"""What chairs and coordinators see of replies by mail, and make of them."""

import datetime

import pytest
from django.urls import reverse

from meetings import intake, inviting, links, reply_queries
from meetings.models import IncomingReply, Invitation, OutgoingMail
from tests import factories as f
from tests import replying

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
STRANGER = "eva@other.example"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def meeting():
    row = f.MeetingFactory()
    f.InvitationFactory.create_batch(2, meeting=row)
    inviting.invite(row, seen_version=row.version, user=None, now=NOW)
    return row


@pytest.fixture
def per(meeting):
    return meeting.invitations.select_related("meeting").first()


@pytest.fixture
def chair(meeting, client):
    user = f.MembershipFactory().user
    f.ConvenerFactory(network=meeting.network, actor=user.memberships.get().actor)
    client.force_login(user)
    return user


def came(row, partstat="ACCEPTED", *, method="REPLY", to=None, sender=None, **given):
    content = replying.calendar(row, partstat, at=NOW, method=method, **given)
    to = links.reply_address(row) if to is None else to
    return intake.take(replying.mail(content, method=method, to=to, sender=sender or row.email), now=NOW)[0]


def page(row):
    return reverse("meetings:incoming", args=[row.pk])


def test_what_waits_is_grouped_and_comes_before_what_was_counted(client, chair, per):
    counted = came(per)
    crasher = came(per, attendee=STRANGER, sender=STRANGER, to=replying.MAILBOX)
    counter = came(
        per, "TENTATIVE", method="COUNTER", lines=("DTSTART:20261209T080000Z", "DTEND:20261209T100000Z")
    )
    response = client.get(reverse("meetings:replies"))
    assert [[row.pk for row in rows] for _label, _why, rows in response.context["groups"]] == [
        [crasher.pk],
        [counter.pk],
    ]
    assert [row.pk for row in response.context["page"].object_list] == [counted.pk]
    assert "onsdag 9 december 2026 kl. 09.00–11.00" in response.text
    assert STRANGER in response.text


def test_a_chair_sees_only_the_replies_of_their_own_networks(client, chair, meeting):
    own, foreign = f.IncomingReplyFactory(meeting=meeting), f.IncomingReplyFactory()
    nowhere = f.IncomingReplyFactory(meeting=None)
    assert list(reply_queries.waiting(chair)) == [own]
    assert list(reply_queries.waiting(f.CoordinatorFactory())) == [own, foreign, nowhere]
    assert [client.get(page(row)).status_code for row in (own, foreign, nowhere)] == [200, 404, 404]


def test_the_list_asks_as_much_of_the_database_for_many_as_for_one(
    client, chair, meeting, django_assert_max_num_queries
):
    counts = []
    for number in (1, 10):
        for _ in range(number):
            invited = f.InvitationFactory(meeting=meeting)
            f.IncomingReplyFactory(meeting=meeting, invitation=invited)
        client.get(reverse("meetings:replies"))  # the register has new actors, and works out its days once
        with django_assert_max_num_queries(40) as counted:
            client.get(reverse("meetings:replies"))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_an_uncertain_reply_is_taken_as_an_answer(client, chair, per, meeting):
    row = came(per, attendee=STRANGER, sender=STRANGER)
    assert reply_queries.waiting_of(meeting) == 1
    form = client.get(page(row)).context["answer"]
    assert (form["invitation"].value(), form["partstat"].value()) == (per.pk, "ACCEPTED")
    response = client.post(
        page(row), {"take": "1", "answer-invitation": per.pk, "answer-partstat": "DECLINED"}
    )
    assert response.status_code == 302
    per.refresh_from_db()
    logged = per.answers.get()
    assert (per.partstat, logged.via, logged.by) == ("DECLINED", "chair", chair)
    row.refresh_from_db()
    assert (row.settled_as, row.settled_by, row.settled_at) == ("answer", chair, NOW)
    assert reply_queries.waiting_of(meeting) == 0
    assert "Räknat som svar" in client.get(page(row)).text


def test_a_mail_is_decided_about_once(client, chair, per):
    row = came(per, attendee=STRANGER, sender=STRANGER)
    client.post(page(row), {"leave": "1"})
    response = client.post(
        page(row), {"take": "1", "answer-invitation": per.pk, "answer-partstat": "ACCEPTED"}
    )
    assert response.status_code == 302 and not per.answers.exists()
    row.refresh_from_db()
    assert row.settled_as == "ignored"


def test_an_answer_cannot_be_given_for_another_meetings_attendee(client, chair, per):
    row = came(per, attendee=STRANGER, sender=STRANGER)
    other = f.InvitationFactory()
    response = client.post(
        page(row), {"take": "1", "answer-invitation": other.pk, "answer-partstat": "ACCEPTED"}
    )
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.settled_at is None


def test_a_stranger_is_invited(client, chair, per, meeting):
    row = came(per, attendee=STRANGER, sender=STRANGER, to=replying.MAILBOX)
    form = client.get(page(row)).context["invite"]
    assert form["email"].value() == STRANGER
    client.post(page(row), {"invite": "1", "invite-email": STRANGER, "invite-name": "Eva"})
    assert Invitation.objects.get(email=STRANGER).meeting == meeting
    assert OutgoingMail.objects.filter(recipient=STRANGER).count() == 1
    row.refresh_from_db()
    assert row.settled_as == "invited"


def test_somebody_who_is_invited_already_is_not_invited_again(client, chair, per):
    row = came(per, attendee=STRANGER, sender=STRANGER, to=replying.MAILBOX)
    response = client.post(page(row), {"invite": "1", "invite-email": per.email, "invite-name": ""})
    assert response.status_code == 422
    assert "redan inbjuden" in response.text or "redan" in response.text
    row.refresh_from_db()
    assert row.settled_at is None


def test_a_delegate_comes_for_the_seat(client, chair, per):
    row = came(per, "DELEGATED", parameters=f';DELEGATED-TO="mailto:{STRANGER}"')
    client.post(page(row), {"invite": "1", "invite-email": STRANGER, "invite-name": "Eva"})
    made = Invitation.objects.get(email=STRANGER)
    assert (made.delegated_from, made.actor) == (per, per.actor)
    assert OutgoingMail.objects.filter(recipient=STRANGER).count() == 1


def test_what_can_no_longer_be_answered_is_said_and_stays_open(client, chair, per, meeting):
    row = came(per, attendee=STRANGER, sender=STRANGER)
    inviting.cancel(meeting, reason="Sjuk", seen_version=meeting.version, user=None, now=NOW)
    assert client.get(page(row)).context["answer"] is None
    client.post(page(row), {"leave": "1"})
    row.refresh_from_db()
    assert row.settled_as == "ignored"


def test_the_mail_can_be_downloaded_as_it_came_until_it_is_forgotten(client, chair, per):
    row = came(per)
    response = client.get(reverse("meetings:incoming-mail", args=[row.pk]))
    assert response.content == bytes(IncomingReply.objects.get().content)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    intake.let_go_of_old(NOW + datetime.timedelta(days=31))
    assert client.get(reverse("meetings:incoming-mail", args=[row.pk])).status_code == 404
    assert client.get(page(row)).status_code == 200


def test_what_a_stranger_writes_is_shown_as_text(client, chair, meeting):
    row = f.IncomingReplyFactory(
        meeting=meeting, said={"text": "<script>alert(1)</script>", "subject": "<b>"}
    )
    for url in (page(row), reverse("meetings:replies")):
        assert "<script>alert" not in client.get(url).text


def test_the_meetings_page_says_how_many_wait(client, chair, meeting, per):
    url = reverse("meetings:meeting", args=[meeting.slug])
    assert reverse("meetings:replies") not in client.get(url).text.partition("<main")[2]
    came(per, attendee=STRANGER, sender=STRANGER)
    assert "1 mejl om mötet väntar" in client.get(url).text
    client.logout()
    assert "mejl om mötet väntar" not in client.get(url).text


def test_a_proposed_time_is_not_an_answer_yet(client, chair, per):
    row = came(per, "ACCEPTED", method="COUNTER", lines=("DTSTART:20261209T080000Z",))
    response = client.get(page(row))
    assert response.context["answer"]["partstat"].value() is None
    assert response.context["said_partstat"] == ""


TIMES = {
    "in UTC": ({"starts": "20261209T080000Z", "ends": "20261209T100000Z"}, "kl. 09.00–11.00"),
    "in the meeting's zone": (
        {"starts": "20261209T090000", "ends": "20261209T100000", "zone": "Europe/Stockholm"}, "kl. 09.00–10.00",
    ),
    "in Outlook's name for it": (
        {"starts": "20261209T090000", "ends": "20261209T100000", "zone": "W. Europe Standard Time"}, "kl. 09.00–10.00",
    ),
    "in another zone": (
        {"starts": "20261209T090000", "ends": "20261209T100000", "zone": "Europe/Helsinki"}, "kl. 08.00–09.00",
    ),
    "in a zone that is a path": ({"starts": "20261209T090000", "zone": "../../etc/passwd"}, "20261209T090000 ../../etc/passwd"),
    "that is none": ({"starts": "20269999T090000Z"}, "20269999T090000Z"),
    "not at all": ({}, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_a_time_is_proposed(name, meeting):
    said, shown = TIMES[name]
    row = f.IncomingReplyFactory(meeting=meeting, outcome="counter", said=said)
    assert shown in reply_queries.proposed_time(row, "sv")
