"""Planning several meetings at once, and the rhythm that gives their days."""

import datetime
import uuid

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from meetings import rhythm
from meetings.models import Meeting, OutgoingMail, Pause, Series
from network.models import Network
from tests import factories as f

NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
DATES = st.dates(datetime.date(2000, 1, 1), datetime.date(2060, 12, 31))


@given(DATES, st.sampled_from([1, 3, 6, 12]), st.booleans(), st.integers(1, 40))
def test_the_days_follow_the_first_one(first, months, same_weekday, count):
    found = rhythm.days(first, months, same_weekday=same_weekday, count=count)
    assert found[0] == first and len(found) == count
    for step, day in enumerate(found):
        total = first.year * 12 + first.month - 1 + step * months
        assert (day.year, day.month) == (total // 12, total % 12 + 1)
        if same_weekday:
            assert day.weekday() == first.weekday()
            assert rhythm.nth_weekday(day) == rhythm.nth_weekday(first) or day.day + 7 > 28
        else:
            assert day.day == first.day or (day + datetime.timedelta(days=1)).day == 1


@given(DATES, st.sampled_from([1, 3, 6, 12]), st.booleans(), st.integers(0, 3000))
def test_none_is_after_the_last_day(first, months, same_weekday, length):
    until = first + datetime.timedelta(days=length)
    found = rhythm.days(first, months, same_weekday=same_weekday, until=until)
    assert found[0] == first and found[-1] <= until and len(found) <= rhythm.MOST


def test_a_series_needs_an_end_and_a_step():
    with pytest.raises(ValueError, match="ends"):
        rhythm.days(datetime.date(2027, 1, 1), 1, same_weekday=True)
    with pytest.raises(ValueError, match="month"):
        rhythm.days(datetime.date(2027, 1, 1), 0, same_weekday=True, count=2)


@pytest.fixture
def chair(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    network = f.NetworkFactory(slug="natet")
    f.SeatContactFactory(seat=f.SeatFactory(network=network))
    client = Client()
    client.force_login(f.MembershipFactory(actor=f.ConvenerFactory(network=network).actor).user)
    return client


def form_of(**changed):
    return {
        "network": "natet",
        "title": "Kommunnätet",
        "day": "2027-02-09",
        "start": "09:00",
        "end": "11:00",
        "months": "6",
        "by": "weekday",
        "count": "4",
        "until": "",
        "form": "place",
        "location": "",
        "description": "",
        "language": "sv",
        "zone": "Europe/Stockholm",
        "submit_key": str(uuid.uuid4()),
    } | changed


def shown(client, **changed):
    """The form and the days that the page shows first."""
    sent = form_of(**changed)
    page = client.post("/meetings/new/series/", sent | {"look": "1"})
    assert page.status_code == 200
    return sent | {"shown": page.context["shown"]}, page.context["occurrences"]


def test_twice_a_year_at_nine_by_the_clock_summer_and_winter(chair):
    sent, days = shown(chair)
    assert [str(one.day) for one in days] == ["2027-02-09", "2027-08-10", "2028-02-08", "2028-08-08"]
    assert not Meeting.objects.exists()
    kept = [str(one.day) for one in days]
    response = chair.post("/meetings/new/series/", sent | {"kept": kept, "create": "1"})
    assert response.status_code == 302
    rows = Meeting.objects.order_by("starts")
    assert [f"{row.local_start:%H:%M}" for row in rows] == ["09:00"] * 4
    assert [f"{row.starts:%H}" for row in rows] == ["08", "07", "08", "07"]
    assert len({row.uid for row in rows}) == 4 and {row.state for row in rows} == {"draft"}
    assert Series.objects.get().meetings.count() == 4
    assert [row.invitations.count() for row in rows] == [1] * 4
    assert not OutgoingMail.objects.exists()
    assert chair.post("/meetings/new/series/", sent | {"kept": kept, "create": "1"}).status_code == 302
    assert Meeting.objects.count() == 4  # sent twice, made once
    assert "mötesserien (4)" in chair.get(rows[0].get_absolute_url()).text.lower()


def test_holidays_are_marked_and_left_out_unless_ticked(chair):
    sent, days = shown(chair, day="2026-12-24", months="12", by="date", count="2")
    assert [(one.holiday, one.chosen) for one in days] == [("Julafton", False)] * 2
    page = chair.post("/meetings/new/series/", sent | {"create": "1"})
    assert page.status_code == 200 and "minst en dag" in page.text and not Meeting.objects.exists()
    chair.post("/meetings/new/series/", sent | {"create": "1", "kept": ["2026-12-24"]})
    assert Meeting.objects.get().local_start.date() == datetime.date(2026, 12, 24)


def test_days_when_the_network_does_not_meet_are_left_out(chair):
    pause = {"valid_from": datetime.date(2027, 6, 1), "valid_until": datetime.date(2027, 9, 1)}
    Pause.objects.create(network=Network.objects.get(slug="natet"), reason="Sommaruppehåll", **pause)
    _sent, days = shown(chair)
    assert [(one.pause, one.chosen) for one in days][:2] == [("", True), ("Sommaruppehåll", False)]


def test_ticks_are_never_taken_for_other_days_than_were_shown(chair):
    sent, days = shown(chair)
    page = chair.post(
        "/meetings/new/series/", sent | {"day": "2027-03-09", "create": "1", "kept": [str(days[0].day)]}
    )
    assert page.status_code == 200 and not Meeting.objects.exists()
    assert page.context["occurrences"][0].day == datetime.date(2027, 3, 9)


def test_a_day_without_that_hour_is_shown_and_cannot_be_chosen(chair):
    _sent, days = shown(chair, day="2027-03-28", start="02:30", end="04:00", months="1", by="date", count="2")
    assert [bool(one.problem) for one in days] == [True, False]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"count": ""}, "hur många"),
        ({"count": "0"}, "1"),
        ({"count": "61"}, "60"),
        ({"until": "2027-01-01"}, "sista dagen"),
        ({"end": "08:00"}, "slutar innan"),
        ({"day": "1899-01-01"}, "2000"),
        ({"months": "7"}, "alternativ"),
        ({"title": "a\nb"}, "på en rad"),
        ({"network": "annat"}, "alternativ"),
    ],
)
def test_bad_input_is_explained(chair, changed, said):
    page = chair.post("/meetings/new/series/", form_of(**changed) | {"create": "1"})
    assert page.status_code == 422 and said in page.text[page.text.index("ds-error-summary") :][:1500].lower()
    assert not Meeting.objects.exists()
