"""The pages of encounters and milestones: what happened when, as exactly as it is known."""

import datetime

import pytest
from django.utils import translation

from coordination.base.models import MeetingKind, MilestoneKind
from network import events
from network.models import Encounter, Milestone
from tests.factories import (
    ActorFactory,
    ConvenerFactory,
    CoordinatorFactory,
    EncounterFactory,
    MembershipFactory,
    MilestoneFactory,
    NetworkFactory,
    PriorityAreaFactory,
    StrategyFactory,
    UserFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}


@pytest.fixture
def happenings(db):
    """Meetings known to the day, to the month, as a period and not at all; milestones before and after."""
    StrategyFactory(valid_until=Date(2029, 1, 1))
    network = NetworkFactory(slug="natverket", name_sv="Nätverket")
    town = ActorFactory(slug="orten", name_sv="Örebro", name_en="")
    agency = ActorFactory(slug="verket", name_sv="Verket", name_en="")
    area = PriorityAreaFactory(code="boende", name_sv="Boende")
    EncounterFactory(code="DAG", title_sv="Mötet en dag", network=network, organiser=agency)
    EncounterFactory(
        code="MANAD",
        title_sv="Mötet i september",
        network=network,
        date_from=Date(2022, 9, 1),
        date_until=Date(2022, 10, 1),
        date_precision="month",
    ).participants.add(town)
    EncounterFactory(
        code="PERIOD",
        title_sv="Möten under åren",
        network=network,
        area=area,
        kind=MeetingKind.objects.get(code="advisory_council"),
        date_from=Date(2018, 1, 1),
        date_until=Date(2022, 9, 1),
        date_precision="period",
        date_text="ett par gånger om året",
    )
    EncounterFactory(
        code="OKAND",
        title_sv="Mötet utan dag",
        network=None,
        date_from=None,
        date_until=None,
        date_precision="",
        date_text="24 september, år anges inte",
        confidence="inferred",
    )
    MilestoneFactory(code="SNART", title_sv="Rapporten lämnas", organiser=agency, area=area)
    MilestoneFactory(
        code="DA",
        title_sv="Beslutet fattas",
        kind=MilestoneKind.objects.get(code="decision"),
        date_from=Date(2022, 6, 2),
        date_until=Date(2022, 6, 3),
    )


def codes(response):
    return [row.record.code for row in response.context["table"].rows]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "path",
    [
        "/encounters/",
        "/encounters/PERIOD/",
        "/encounters/OKAND/",
        "/milestones/",
        "/milestones/SNART/",
        "/milestones/DA/",
    ],
)
def test_every_page_answers_in_both_languages(client, happenings, path, prefix):
    response = client.get(f"{prefix}{path}", DAY)
    assert response.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in response.text


@pytest.mark.parametrize("path", ["/encounters/", "/encounters/DAG/", "/milestones/", "/milestones/SNART/"])
def test_nobody_reads_where_the_instance_is_closed(client, happenings, settings, path):
    settings.ANONYMOUS_READING = False
    response = client.get(path, DAY)
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/encounters/NN/", "/milestones/NN/"])
def test_a_missing_event_is_not_found(client, happenings, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "fields, swedish, english",
    [
        ((Date(2022, 5, 10), Date(2022, 5, 11), "day"), "2022-05-10", "2022-05-10"),
        ((Date(2022, 5, 10), None, "day"), "2022-05-10", "2022-05-10"),
        (
            (Date(2022, 10, 11), Date(2022, 11, 12), "day"),
            "2022-10-11 – 2022-11-11",
            "2022-10-11 – 2022-11-11",
        ),
        ((Date(2022, 9, 1), Date(2022, 10, 1), "month"), "sep. 2022", "Sept 2022"),
        ((Date(2022, 9, 1), Date(2022, 12, 1), "season"), "hösten 2022", "autumn 2022"),
        ((Date(2018, 1, 1), Date(2019, 1, 1), "year"), "2018", "2018"),
        ((Date(2018, 1, 1), Date(2022, 9, 1), "period"), "känt för 2018–2022", "known for 2018–2022"),
        ((None, None, ""), "okänd dag", "day unknown"),
    ],
)
def test_days_are_said_no_more_precisely_than_they_are_known(fields, swedish, english):
    first, until, precision = fields
    event = Encounter(date_from=first, date_until=until, date_precision=precision)
    with translation.override("sv"):
        assert events.when(event) == swedish
    with translation.override("en"):
        assert events.when(event) == english


def test_the_latest_come_first_and_those_without_a_day_last(client, happenings):
    assert codes(client.get("/encounters/", DAY)) == ["MANAD", "DAG", "PERIOD", "OKAND"]
    assert codes(client.get("/milestones/", DAY)) == ["SNART", "DA"]
    assert codes(client.get("/milestones/", {**DAY, "sort": "day"})) == ["DA", "SNART"]


@pytest.mark.parametrize(
    "query, found",
    [
        ({"when": "before"}, ["MANAD", "DAG", "PERIOD"]),
        ({"when": "after"}, []),
        ({"when": "after", "as_of": "2022-05-31"}, ["MANAD"]),
        ({"when": "undated"}, ["OKAND"]),
        ({"year": "2022"}, ["MANAD", "DAG", "PERIOD"]),
        ({"year": "2018"}, ["PERIOD"]),
        ({"year": "inget år"}, []),
        ({"year": "99999999"}, []),
        ({"kind": "advisory_council"}, ["PERIOD"]),
        ({"area": "boende"}, ["PERIOD"]),
        ({"network": "natverket"}, ["MANAD", "DAG", "PERIOD"]),
        ({"actor": "orten"}, ["MANAD"]),
        ({"actor": "verket"}, ["DAG"]),
        ({"q": "moten under"}, ["PERIOD"]),
        ({"q": "natverket september"}, ["MANAD"]),
    ],
)
def test_facets_narrow_the_meetings(client, happenings, query, found):
    assert codes(client.get("/encounters/", {**DAY, **query})) == found


@pytest.mark.parametrize(
    "query, found",
    [
        ({"when": "before"}, ["DA"]),
        ({"when": "after"}, ["SNART"]),
        ({"kind": "decision"}, ["DA"]),
        ({"area": "boende"}, ["SNART"]),
        ({"actor": "Verk"}, ["SNART"]),
        ({"q": "BESLUTET"}, ["DA"]),
    ],
)
def test_facets_narrow_the_milestones(client, happenings, query, found):
    assert codes(client.get("/milestones/", {**DAY, **query})) == found


def test_the_counts_link_to_what_they_count(client, happenings):
    response = client.get("/encounters/", DAY)
    assert response.context["counts"] == {"before": 3, "after": 0, "undated": 1}
    assert 'href="/encounters/?when=undated"' in response.text


def test_a_meeting_says_what_is_known_of_it(client, happenings):
    period = client.get("/en/encounters/PERIOD/", DAY).text
    assert "known for 2018–2022" in period and "ett par gånger om året" in period
    assert "counts as meeting throughout it" in period and "2018-01-01" not in period
    unknown = client.get("/en/encounters/OKAND/", DAY).text
    assert "Day unknown" in unknown and "24 september, år anges inte" in unknown
    assert "Örebro" in client.get("/encounters/MANAD/", DAY).text


def test_a_meeting_leads_to_those_before_and_after_it_in_its_network(client, happenings):
    response = client.get("/encounters/DAG/", DAY)
    assert (response.context["before"].code, response.context["after"].code) == ("PERIOD", "MANAD")
    assert client.get("/encounters/OKAND/", DAY).context["after"] is None


@pytest.mark.parametrize(
    "path, day, said",
    [
        ("/en/milestones/SNART/", "2023-02-14", "in 85 days"),
        ("/en/milestones/SNART/", "2023-05-09", "in 1 day<"),
        ("/en/milestones/SNART/", "2023-05-10", "on the day"),
        ("/en/milestones/SNART/", "2023-05-11", "Passed"),
    ],
)
def test_a_milestone_says_how_far_away_it_is(client, happenings, path, day, said):
    assert said in client.get(path, {"as_of": day}).text


def test_a_milestone_known_to_the_month_is_not_counted_in_days(client, happenings):
    Milestone.objects.filter(code="SNART").update(
        date_from=Date(2023, 5, 1), date_until=Date(2023, 6, 1), date_precision="month"
    )
    response = client.get("/en/milestones/SNART/", DAY)
    assert response.context["day"] is None and "in 85 days" not in response.text


def test_buttons_are_shown_to_those_who_may_press_them(client, happenings):
    network = Encounter.objects.get(code="DAG").network
    convener = MembershipFactory(actor=ConvenerFactory(network=network).actor).user
    member = MembershipFactory().user

    def seen(user, path):
        client.logout()
        if user is not None:
            client.force_login(user)
        page = client.get(path, DAY).text
        return f'"{path}edit/"' in page, f'"{path}propose/"' in page

    assert seen(None, "/encounters/DAG/") == (False, False)
    assert seen(UserFactory(), "/encounters/DAG/") == (False, False)
    assert seen(member, "/encounters/DAG/") == (False, False)
    assert seen(convener, "/encounters/DAG/") == (True, False)
    assert seen(CoordinatorFactory(), "/encounters/DAG/") == (True, False)
    # The agency that organises a milestone knows whether it is true.
    organiser = MembershipFactory(actor=Milestone.objects.get(code="SNART").organiser).user
    assert seen(organiser, "/milestones/SNART/") == (False, True)
    assert seen(member, "/milestones/SNART/") == (False, False)


def test_a_title_that_is_markup_is_written_not_run(client, happenings):
    Encounter.objects.filter(code="DAG").update(title_sv="<img src=x onerror=alert(1)>")
    for path in ("/encounters/", "/encounters/DAG/", "/networks/natverket/"):
        assert "<img src=x" not in client.get(path, DAY).text
