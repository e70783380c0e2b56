"""A planned meeting's pages: who sees what, planning, changing, inviting, cancelling."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from meetings import delegating, inviting
from meetings.models import Invitation, InvitationAnswer, Meeting, OutgoingMail
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """It is 27 November 2026, and reading is open."""
    settings.ANONYMOUS_READING = True
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def network():
    return f.NetworkFactory(slug="natet", name_sv="Nätet")


@pytest.fixture
def chair(network):
    """A browser of somebody who speaks for the convener."""
    convener = f.ConvenerFactory(network=network, actor=f.ActorFactory(name_sv="Kallaren"))
    return browser(f.MembershipFactory(actor=convener.actor).user)


def browser(user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def meeting(network):
    """Invited to, with two seats and a guest."""
    row = f.MeetingFactory(
        network=network, state="draft", title="Höstmötet", video_url="https://video.example.org/1"
    )
    for name in ("Ale", "Bor"):
        seat = f.SeatFactory(network=network, actor=f.ActorFactory(name_sv=name))
        f.InvitationFactory(meeting=row, actor=seat.actor, seat=seat, name=f"Person i {name}")
    f.InvitationFactory(meeting=row, actor=None, organisation="Föreningen", email="gast@example.org")
    return row


def invited(row, chair):
    assert chair.post(f"{row.get_absolute_url()}invite/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.state == "invited"
    return row


def test_readers_see_when_and_where_but_nobody_s_name_or_address(meeting, chair):
    meeting.form = "hybrid"
    meeting.save()
    invited(meeting, chair)
    page = browser().get(meeting.get_absolute_url()).text
    assert "Höstmötet" in page and "Rosenbad" in page and "8 december 2026" in page
    for secret in ("Person i Ale", "@example.org", "video.example.org", "Föreningen", "Ändra listan"):
        assert secret not in page
    seated = browser(f.MembershipFactory(actor=meeting.invitations.first().actor).user)
    page = seated.get(meeting.get_absolute_url()).text
    assert "Person i Ale" in page and "video.example.org" in page and "gast@example.org" not in page
    assert "gast@example.org" in chair.get(meeting.get_absolute_url()).text


def test_a_draft_is_missing_to_everybody_but_those_who_run_the_network(meeting, chair):
    address = meeting.get_absolute_url()
    assert chair.get(address).status_code == 200
    seated = browser(f.MembershipFactory(actor=meeting.invitations.first().actor).user)
    for other in (browser(), browser(f.UserFactory()), seated):
        assert other.get(address).status_code == 404
        assert "Höstmötet" not in other.get("/meetings/?when=all").text
    assert "Höstmötet" in chair.get("/meetings/").text


def form_of(**changed):
    return {
        "network": "natet",
        "title": "Vårmötet",
        "day": "2027-03-18",
        "start": "09:00",
        "end": "11:00",
        "form": "place",
        "location": "Rosenbad",
        "video_url": "",
        "description": "",
        "quorum": "",
        "language": "sv",
        "zone": "Europe/Stockholm",
        "submit_key": str(uuid.uuid4()),
    } | changed


def test_a_new_meeting_is_a_draft_with_the_seats_that_have_an_address(chair, network):
    seat = f.SeatFactory(network=network)
    f.SeatContactFactory(seat=seat, email="plats@example.org")
    f.SeatFactory(network=network)
    response = chair.post("/meetings/new/?network=natet", form_of())
    row = Meeting.objects.get()
    assert response["Location"] == row.get_absolute_url()
    assert (row.state, row.starts.isoformat()) == ("draft", "2027-03-18T08:00:00+00:00")
    assert [one.email for one in row.invitations.all()] == ["plats@example.org"]
    assert not OutgoingMail.objects.exists()


def test_sending_the_form_twice_makes_one_meeting(chair):
    once = form_of()
    first, second = (chair.post("/meetings/new/", once) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Meeting.objects.count() == 1


def test_only_whoever_convenes_a_network_plans_for_it(chair):
    other = f.NetworkFactory(slug="annat")
    assert chair.post("/meetings/new/", form_of(network=other.slug)).status_code == 422
    assert browser(f.UserFactory()).get("/meetings/new/").status_code == 403
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day": "2027-03-28", "start": "02:30", "end": "04:00"}, "kl. 03.00"),
        ({"day": "2027-10-31", "start": "02:30", "end": "04:00"}, "två gånger"),
        ({"end": "08:00"}, "slutar innan"),
        ({"end": "09:00"}, "slutar innan"),
        ({"title": "Rad ett\r\nBcc: alla@example.org"}, "på en rad"),
        ({"title": "x" * 5000}, "200"),
        ({"description": "x" * 5000}, "4000"),
        ({"day": "3027-03-18"}, "2000"),
        ({"day": "18 mars"}, "2026-12-08"),
        ({"start": "nio"}, "09:00"),
        ({"zone": "Mars/Olympus"}, "zon"),
        ({"video_url": "javascript:alert(1)"}, "URL"),
        ({"network": "finns-inte"}, "alternativ"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_stored(chair, changed, said):
    response = chair.post("/meetings/new/", form_of(**changed))
    assert response.status_code == 422
    summary = response.text[response.text.index("ds-error-summary") :][:1500]
    assert said in summary, summary
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(("which", "utc"), [("first", "00:30"), ("second", "01:30")])
def test_the_hour_that_comes_twice_is_asked_about(chair, which, utc):
    doubtful = form_of(day="2027-10-31", start="02:30", end="04:00")
    assert 'name="which"' in chair.post("/meetings/new/", doubtful).text
    assert chair.post("/meetings/new/", doubtful | {"which": which}).status_code == 302
    row = Meeting.objects.get()
    assert f"{row.starts:%H:%M}" == utc
    page = chair.get(f"{row.get_absolute_url()}edit/").text  # and is not forgotten by the next edit
    assert f'value="{which}" id="id_which_' in page.replace(" checked", "")
    assert (
        chair.post(f"{row.get_absolute_url()}edit/", doubtful | {"which": which, "version": 1}).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.version == 1  # nothing was changed


def test_a_holiday_is_marked_beside_the_day(chair):
    page = chair.post("/meetings/new/", form_of(day="2026-12-24", look="1"))
    assert page.status_code == 200 and "Julafton" in page.text
    assert not Meeting.objects.exists()


def edit(client, row, version=None, **changed):
    starts, ends = row.local_start, row.local_end
    sent = form_of(
        title=row.title,
        day=f"{starts:%Y-%m-%d}",
        start=f"{starts:%H:%M}",
        end=f"{ends:%H:%M}",
        form=row.form,
        location=row.location,
        video_url=row.video_url,
        version=version or row.version,
    )
    return client.post(f"{row.get_absolute_url()}edit/", sent | changed)


def test_a_draft_is_changed_without_further_ado(meeting, chair):
    assert edit(chair, meeting, title="Nytt namn").status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.version) == ("Nytt namn", 2)
    assert not OutgoingMail.objects.exists()


def test_before_an_invited_meeting_is_moved_it_is_said_whose_answers_are_void(meeting, chair):
    invited(meeting, chair)
    row = meeting.invitations.first()
    row.partstat = "ACCEPTED"
    row.save()
    page = edit(chair, meeting, start="08:00")
    assert (
        page.status_code == 200 and "3 personer får mejl" in page.text and "gäller inte längre" in page.text
    )
    meeting.refresh_from_db()
    assert f"{meeting.local_start:%H:%M}" == "09:00" and OutgoingMail.objects.count() == 3
    back = edit(chair, meeting, start="08:00", back="1")
    assert back.status_code == 200 and 'value="08:00"' in back.text
    assert edit(chair, meeting, start="08:00", confirm="1").status_code == 302
    meeting.refresh_from_db()
    row.refresh_from_db()
    assert f"{meeting.local_start:%H:%M}" == "08:00" and row.partstat == "NEEDS-ACTION"
    # The first mails had not left yet: they are replaced.
    assert OutgoingMail.objects.filter(state="waiting").count() == 3


def test_a_change_that_no_calendar_shows_needs_no_confirmation(meeting, chair):
    invited(meeting, chair)
    assert edit(chair, meeting, quorum="2").status_code == 302
    assert OutgoingMail.objects.count() == 3


def test_line_breaks_as_browsers_send_them_are_no_change(meeting, chair):
    meeting.description = "Ett\nTvå"
    meeting.save()
    invited(meeting, chair)
    assert edit(chair, meeting, description="Ett\r\nTvå").status_code == 302
    meeting.refresh_from_db()
    assert (meeting.description, meeting.version) == ("Ett\nTvå", 2)
    assert OutgoingMail.objects.count() == 3


def test_the_second_editor_sees_both_changes_and_loses_neither(meeting, chair):
    keeper = browser(f.CoordinatorFactory(name="Karin"))
    assert edit(keeper, meeting, location="Slottet", title="Karins titel").status_code == 302
    page = edit(chair, meeting, title="Min titel")
    assert page.status_code == 409
    assert "Karin" in page.text and "Karins titel" in page.text
    assert 'value="Min titel"' in page.text  # both changed it: mine stands in the form
    assert 'value="Slottet"' in page.text  # only the other one changed it: theirs is kept
    assert 'name="version" value="2"' in page.text
    meeting.refresh_from_db()
    assert meeting.title == "Karins titel"
    assert edit(chair, meeting, version=2, title="Min titel", location="Slottet").status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.location, meeting.version) == ("Min titel", "Slottet", 3)


def test_cancelling_asks_for_a_reason_and_tells_those_who_were_invited(meeting, chair):
    invited(meeting, chair)
    address = f"{meeting.get_absolute_url()}cancel/"
    assert "3 personer" in chair.get(address).text
    assert chair.post(address, {"version": meeting.version, "reason": " "}).status_code == 422
    assert chair.post(address, {"version": meeting.version, "reason": "För få kan."}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason) == ("cancelled", "För få kan.")
    assert "För få kan." in browser().get(meeting.get_absolute_url()).text
    again = chair.post(address, {"version": meeting.version, "reason": "Igen"}, follow=True)
    assert "inställt för gott" in again.text
    assert edit(chair, meeting, title="Efteråt").status_code == 302
    meeting.refresh_from_db()
    assert meeting.title == "Höstmötet"


def test_an_old_page_neither_invites_nor_cancels(meeting, chair):
    Meeting.objects.update(version=7)
    for act in ("invite", "cancel"):
        address = f"{meeting.get_absolute_url()}{act}/"
        page = chair.post(address, {"version": 1, "reason": "x"}, follow=True)
        assert "Någon annan ändrade" in page.text
    meeting.refresh_from_db()
    assert meeting.state == "draft"


def people(client, meeting, /, **posted):
    meeting.refresh_from_db()
    return client.post(
        f"{meeting.get_absolute_url()}people/", {"version": meeting.version} | posted, follow=True
    )


def test_the_list_grows_by_guests_and_seats_and_shrinks_with_a_word(meeting, chair, network):
    f.SeatContactFactory(seat=f.SeatFactory(network=network), email="ny@example.org")
    invited(meeting, chair)
    guest = {"act": "guest", "name": "Gun Gäst", "email": "gun@example.org", "language": "sv"}
    assert "Gun Gäst" in people(chair, meeting, **guest).text
    assert "redan inbjuden" in people(chair, meeting, **guest | {"email": "GUN@example.org"}).text
    assert "ny@example.org" in people(chair, meeting, act="seats").text
    assert OutgoingMail.objects.count() == 5
    gun = Invitation.objects.get(email="gun@example.org")
    assert "Ta bort" in people(chair, meeting, act="withdraw", row=gun.pk).text  # asks first
    assert gun.withdrawn_at is None
    people(chair, meeting, act="withdraw", row=gun.pk, confirm="1")
    gun.refresh_from_db()
    assert gun.withdrawn_at is not None
    page = people(chair, meeting, act="withdraw", row=gun.pk, confirm="1")
    assert "inte längre på listan" in page.text
    other = f.InvitationFactory()
    people(chair, meeting, act="withdraw", row=other.pk, confirm="1")
    other.refresh_from_db()
    assert other.withdrawn_at is None


def test_the_invitation_is_sent_again_to_one(meeting, chair):
    one = meeting.invitations.first()
    assert "inte blivit inbjuden" in people(chair, meeting, act="again", row=one.pk).text
    invited(meeting, chair)
    people(chair, meeting, act="again", row=one.pk)
    assert OutgoingMail.objects.filter(recipient=one.email).count() == 2


def test_answers_are_given_for_one_s_own_actor_and_entered_by_the_chair(meeting, chair):
    invited(meeting, chair)
    ale, bor = meeting.invitations.filter(actor__isnull=False)
    member = browser(f.MembershipFactory(actor=ale.actor).user)
    assert member.post(f"/answers/{ale.pk}/", {"answer": "ACCEPTED"}).status_code == 302
    assert member.post(f"/answers/{bor.pk}/", {"answer": "ACCEPTED"}).status_code == 403
    assert browser(f.UserFactory()).post(f"/answers/{ale.pk}/", {"answer": "DECLINED"}).status_code == 404
    assert chair.post(f"/answers/{bor.pk}/", {"answer": "DECLINED", "comment": "Ringde"}).status_code == 302
    assert list(InvitationAnswer.objects.order_by("pk").values_list("partstat", "via")) == [
        ("ACCEPTED", "page"),
        ("DECLINED", "chair"),
    ]
    page = chair.get(meeting.get_absolute_url()).text
    assert "1 ja, 0 kanske, 1 nej, 1 har inte svarat" in page and "1 av 3 aktörer kommer" in page
    assert "Ringde" in page
    assert member.post(f"/answers/{ale.pk}/", {"answer": "PERHAPS"}).status_code == 422


def test_the_chair_comes_back_to_the_list_after_entering_an_answer(meeting, chair):
    invited(meeting, chair)
    row = meeting.invitations.first()
    people = f"{meeting.get_absolute_url()}people/"
    page = chair.get(f"/answers/{row.pk}/", {"next": people})
    assert page.context["back"] == people
    for elsewhere in ("https://example.com/", "//example.com/", "/\t/example.com"):
        page = chair.get(f"/answers/{row.pk}/", {"next": elsewhere})
        assert page.context["back"] == meeting.get_absolute_url()


def test_a_change_begun_before_somebody_was_sent_instead_does_not_invite_them_twice(meeting, chair):
    stale = invited(meeting, chair)
    stale = Meeting.objects.get(pk=stale.pk)
    row = meeting.invitations.first()
    delegating.send_somebody(row, name="Bo", email="bo@example.org", via="link", now=NOW + HOUR)
    stale.description = "Ny text"
    told = inviting.change(stale, seen_version=stale.version, user=None, now=NOW + 2 * HOUR)
    assert told.mails == 4
    subjects = (
        OutgoingMail.objects.filter(recipient="bo@example.org")
        .order_by("pk")
        .values_list("subject", flat=True)
    )
    assert list(subjects) == ["Inbjudan: Höstmötet", "Uppdaterat: Höstmötet"]


def test_the_quorum_counts_actors_not_people(meeting, chair):
    meeting.quorum, meeting.state = 2, "invited"
    meeting.save()
    ale = meeting.invitations.first()
    f.InvitationFactory(meeting=meeting, actor=ale.actor)
    meeting.invitations.filter(actor=ale.actor).update(partstat="ACCEPTED")
    assert "1 av 3 aktörer kommer. 2 behövs: 1 till." in chair.get(meeting.get_absolute_url()).text


def test_the_history_says_who_changed_what(meeting, chair):
    edit(chair, meeting, title="Nytt namn", reason="Stavfel")
    page = chair.get(f"{meeting.get_absolute_url()}history/").text
    assert "Höstmötet" in page and "Nytt namn" in page and "Stavfel" in page
    invited(Meeting.objects.get(pk=meeting.pk), chair)
    assert browser(f.UserFactory()).get(f"{meeting.get_absolute_url()}history/").status_code == 403


def test_the_file_for_calendars_names_nobody(meeting, chair):
    meeting.form = "hybrid"
    meeting.save()
    invited(meeting, chair)
    response = browser().get(f"{meeting.get_absolute_url()}calendar/")
    calendar = Calendar.from_ical(response.content)
    [event] = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == "PUBLISH" and str(event["UID"]) == meeting.uid
    assert event["DTSTART"].dt == meeting.starts
    assert (
        "ATTENDEE" not in event and "ORGANIZER" not in event and b"video.example.org" not in response.content
    )
    undated = f.MeetingFactory(network=meeting.network, starts=None, ends=None)
    assert chair.get(f"{undated.get_absolute_url()}calendar/").status_code == 404


def test_the_page_takes_as_many_queries_however_many_are_asked(meeting, chair):
    def queries_with(more):
        for _ in range(more):
            one = f.InvitationFactory(meeting=meeting)
            InvitationAnswer.objects.create(
                invitation=one, partstat="ACCEPTED", via="link", sequence=0, at=NOW
            )
        chair.get(meeting.get_absolute_url())  # what is read once for many requests
        with CaptureQueriesContext(connection) as queries:
            assert chair.get(meeting.get_absolute_url()).status_code == 200
        return len(queries)

    assert queries_with(2) == queries_with(20)
