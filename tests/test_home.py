"""The first page by role, and what falls due."""

import datetime

import pytest

from coordination import overview
from coordination.base.models import Level
from mandates import finding_words
from tests.factories import (
    ActorFactory,
    CollaborationFactory,
    ConvenerFactory,
    CoordinatorFactory,
    ExpectationFactory,
    FunctionFactory,
    MandateFactory,
    MembershipFactory,
    MilestoneFactory,
    NetworkFactory,
    PriorityAreaFactory,
    ProposalFactory,
    ReviewerFactory,
    SeatFactory,
    StrategyFactory,
    UserFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
CLOSING = Date(2023, 1, 1)


@pytest.fixture
def register(db):
    """Three expectations lost when an agency closed, one met by an actor that ends within a year, one in areas."""
    strategy = StrategyFactory(valid_until=Date(2029, 1, 1))
    agency = ActorFactory(name_sv="Delegationen (Deltom)", name_en="", valid_until=CLOSING)
    heir = ActorFactory(name_sv="Verket", name_en="")
    names = ("Samordning", "Stöd", "Metod", "Uppföljning", "Perspektiv")
    tasks = {
        name: FunctionFactory(name_sv=name, name_en="", traits="lead" if name == "Samordning" else "")
        for name in names
    }
    for number, name in enumerate(names[:3], 1):
        MandateFactory(
            code=f"D-{number}", holder=agency, function=tasks[name], valid_until=CLOSING, to_precision="day"
        )
        ExpectationFactory(
            code=f"X0{number}", function=tasks[name], title_sv=f"{name} nationellt", single_lead=number == 1
        )
    MandateFactory(
        code="V-1",
        holder=heir,
        function=tasks["Uppföljning"],
        valid_from=CLOSING,
        valid_until=Date(2024, 1, 1),
        to_precision="year",
    )
    ExpectationFactory(code="X04", function=tasks["Uppföljning"], title_sv="Nationell uppföljning")
    housing, _school = (
        PriorityAreaFactory(name_sv="Boende", name_en=""),
        PriorityAreaFactory(name_sv="Skola", name_en=""),
    )
    MandateFactory(code="V-2", holder=heir, function=tasks["Perspektiv"], area=housing)
    ExpectationFactory(
        code="X05", function=tasks["Perspektiv"], each_area=True, title_sv="Perspektiv i varje område"
    )
    return strategy


def test_the_story_is_computed_from_the_rows(client, register):
    page = client.get("/", DAY)
    shown = page.context["overview"]
    assert shown.headline == "Ingen ansvarar längre för samordning nationellt"
    assert [(f.number, f.of, f.rows) for f in shown.figures] == [
        (0, None, 1),
        (4, 6, 4),
        (3, None, 3),
        (1, 2, 1),
        (1, None, 1),
    ]
    assert shown.lead == [
        "Delegationen (Deltom) upphörde 2022-12-31.",
        "Tre uppgifter fick ingen ny ägare.",
    ]
    assert "Bara boende har det" in page.text
    assert "Verket t.o.m. 2023, sedan är ingen utsedd" in page.text


def test_every_figure_links_to_exactly_the_rows_it_counts(client, register):
    figures = client.get("/", DAY).context["overview"].figures
    for figure in figures:
        address = figure.url.partition("#")[0]
        rows = client.get(f"{address}&as_of=2023-02-14").context["cells"]
        assert len(rows) == figure.rows, figure.text


def test_what_ended_and_began_and_comes_next(client, register):
    shown = client.get("/", DAY).context["overview"]
    assert (shown.ended_on, shown.ended_by.name_sv) == (Date(2022, 12, 31), "Delegationen (Deltom)")
    assert [(now.mandate.code, now.is_none) for now in shown.ended] == [
        ("D-1", True),
        ("D-2", True),
        ("D-3", True),
    ]
    assert [m.code for m in shown.began] == ["V-1"]
    assert [(item.row.code, item.what, item.unfollowed) for item in shown.upcoming] == [("V-1", "ends", True)]
    assert (shown.mandates, shown.holders) == (2, 1)


def test_on_an_earlier_day_the_story_is_another(client, register):
    shown = client.get("/", {"as_of": "2022-06-30"}).context["overview"]
    assert shown.headline == "2 av 6 förväntningar är inte uppfyllda"
    assert shown.figures[0].number == 1 and "Deltom" in shown.figures[0].text


def test_the_chart_has_its_table(client, register):
    shown = client.get("/", DAY).context["overview"]
    (row,) = [counts for day, counts in shown.chart_rows if day == CLOSING]
    assert dict(zip(shown.chart_words, row, strict=True))["Lucka"] == 4


def test_an_empty_register_says_what_it_is_for(client, db):
    page = client.get("/")
    assert page.status_code == 200 and "Registret är tomt" in page.text


def test_a_strategy_without_expectations_still_has_a_page(client, db):
    StrategyFactory(valid_until=Date(2029, 1, 1))
    MandateFactory(levels=[Level.objects.get(code="local")])
    page = client.get("/", DAY)
    assert page.status_code == 200 and page.context["overview"].figures == []


def test_nobody_reads_where_the_instance_is_closed(client, register, settings):
    settings.ANONYMOUS_READING = False
    client.raise_request_exception = False
    for path in ("/", "/due/", "/changes/"):
        response = client.get(path)
        assert response.status_code != 200 and "Deltom" not in response.text


def test_what_ends_within_a_year_is_counted_and_linked(client, register):
    MandateFactory(code="SIST", valid_until=Date(2023, 3, 1), to_precision="day")
    MandateFactory(code="KANT", valid_until=Date(2023, 3, 1), to_precision="period")
    page = client.get("/", DAY)
    rows = client.get("/mandates/", {**DAY, "ending": "yes"}).context["table"].data
    assert page.context["overview"].ending == len(rows) == 2
    assert "/mandates/?ending=yes" in page.text


def test_a_reader_has_no_tasks(client, register):
    client.force_login(UserFactory())
    page = client.get("/", DAY)
    assert page.status_code == 200 and not page.context["has_role"]


def test_a_coordinator_sees_what_to_do(client, register):
    old = MandateFactory(code="GAMMAL", confirmed_on=Date(2020, 1, 1))
    old._change_reason = "Rättat efter beslutet"
    old.save()
    MandateFactory(code="NY", confirmed_on=Date(2023, 1, 1))
    MandateFactory(code="SNART", report_due=Date(2023, 4, 5), confirmed_on=Date(2023, 1, 1))
    ProposalFactory(row=old)
    client.force_login(CoordinatorFactory())
    shown = client.get("/", DAY).context["coordinator"]
    assert [m.code for m in shown["confirm"]] == ["V-1", "V-2", "GAMMAL"]  # never confirmed come first
    counts = {kind.noun.key: kind.count for kind in shown["confirm_kinds"]}
    assert counts["mandate"] == 3 and counts["actor"] > 0
    assert (shown["confirm_count"], shown["proposals"]) == (sum(counts.values()), 1)
    assert [item.row.code for item in shown["due"]] == ["SNART"]
    assert shown["changes"]


def test_rows_of_every_kind_are_confirmed_from_one_page(client, register):
    network = NetworkFactory(confirmed_on=None)
    NetworkFactory(confirmed_on=Date(2023, 1, 1))
    NetworkFactory(confirmed_on=None, valid_until=Date(2022, 1, 1))
    assert client.get("/confirm/", DAY).status_code != 200
    client.force_login(CoordinatorFactory())
    page = client.get("/confirm/", {**DAY, "kind": "network"})
    ((row, _url, confirm),) = page.context["lines"]
    assert row == network and page.context["count"] > 1
    client.post(confirm, {"version": row.version, "next": "/confirm/"})
    again = client.get("/confirm/", {**DAY, "kind": "network"})
    assert again.context["chosen"].noun.key != "network"
    assert client.get("/en/confirm/", {**DAY, "kind": "none"}).status_code == 200


def test_the_page_to_confirm_takes_as_many_queries_for_ten_as_for_forty(
    client, register, django_assert_max_num_queries
):
    client.force_login(CoordinatorFactory())
    asked = {**DAY, "kind": "network"}
    NetworkFactory.create_batch(10, confirmed_on=None)
    client.get("/confirm/", asked)
    with django_assert_max_num_queries(60) as few:
        client.get("/confirm/", asked)
    NetworkFactory.create_batch(30, confirmed_on=None)
    client.get("/confirm/", asked)
    with django_assert_max_num_queries(60) as many:
        assert len(client.get("/confirm/", asked).context["lines"]) == 40
    assert len(many.captured_queries) == len(few.captured_queries)


def test_a_member_sees_the_own_rows_only(client, register):
    own = MandateFactory(code="VART")
    user = MembershipFactory(actor=own.holder).user
    client.force_login(user)
    shown = client.get("/", DAY).context["member"]
    assert [m.code for m in shown["mandates"]] == ["VART"]


def test_a_reviewer_sees_what_began_and_what_ends(client, register):
    client.force_login(ReviewerFactory())
    shown = client.get("/", DAY).context["reviewer"]
    assert [m.code for m in shown["started"]] == ["V-1"]
    assert [item.row.code for item in shown["ends"]] == ["V-1"]


def test_whoever_judges_is_led_to_findings_and_scenarios(client, register):
    MandateFactory(code="P-1", status="proposed", scenario="forslag-1", valid_from=None)
    for user in (ReviewerFactory(), CoordinatorFactory()):
        client.force_login(user)
        page = client.get("/", DAY)
        shown = page.context["findings"]
        assert shown["count"] == sum(len(group.items) for group in shown["groups"]) > 0
        assert f"/findings/#{finding_words.ASSIGN}" in page.text
        assert "/scenarios/forslag-1/" in page.text
    client.force_login(UserFactory())
    assert "findings" not in client.get("/", DAY).context


def test_the_due_list_looks_90_or_365_days_ahead(client, register):
    MilestoneFactory(code="MIL", date_from=Date(2023, 4, 1), date_until=Date(2023, 4, 2))
    assert [i.row.code for i in client.get("/due/", DAY).context["items"]] == ["MIL"]
    assert [i.row.code for i in client.get("/due/", {**DAY, "days": "365"}).context["items"]] == [
        "MIL",
        "V-1",
    ]


def test_only_coordinators_see_who_changed_what(client, register):
    client.force_login(ReviewerFactory())
    assert client.get("/changes/").status_code == 403
    client.force_login(CoordinatorFactory())
    assert client.get("/changes/").status_code == 200


def test_latest_changes_come_first(register):
    first, last = MandateFactory(code="FORST"), MandateFactory(code="SIST")
    assert overview.changes(3) == []  # rows that were only loaded
    for row in (first, last):
        row._change_reason = "Rättat efter beslutet"
        row.save()
    assert [(change.name, change.url) for change in overview.changes(3)] == [
        (row.title_sv, f"/mandates/{row.code}/") for row in (last, first)
    ]


def test_changes_tell_of_every_kind_of_row_and_of_what_was_removed(client, register):
    seat, gone = SeatFactory(network__slug="natverket"), MilestoneFactory(title_sv="Fel milstolpe")
    for row in (seat, gone):
        row._change_reason = "Enligt beslutet"
    seat.save()
    gone.delete()
    client.force_login(CoordinatorFactory())
    page = client.get("/changes/")
    assert {(change.name, change.url) for change in page.context["changes"]} == {
        (str(seat), "/networks/natverket/"),
        ("Fel milstolpe", ""),
    }
    assert "Fel milstolpe" in page.text


def test_a_member_is_led_to_all_rows_networks_and_what_waits(client, register):
    membership = MembershipFactory()
    network = ConvenerFactory(actor=membership.actor, network__name_sv="Vårt nätverk").network
    other = MembershipFactory()
    tie = CollaborationFactory(title_sv="Vår samverkan", participants=[membership.actor, other.actor])
    asked = ProposalFactory(
        row=tie,
        proposed_by=other.user,
        changes={
            "noun": "collaboration",
            "fields": {"valid_to": {"from": ["", ""], "to": ["2022-12-31", ""]}},
        },
    )
    client.force_login(membership.user)
    page = client.get("/", DAY)
    shown = page.context["member"]
    assert [row for row, _state in shown["convenes"]] == [network]
    assert shown["to_answer"] == [asked] and f'"/proposals/{asked.pk}/"' in page.text
    assert shown["rows"] == 3 and '"/my/"' in page.text  # the organisation, a collaboration, a convenership


def test_a_reviewer_is_told_of_every_end_and_shown_exactly_those_rows(client, register):
    """Also of one that ends on the day of its report, and of two of one joint assignment; not of a survey's edge."""
    for code in ("SAM-1", "SAM-2"):
        MandateFactory(
            code=code,
            valid_until=Date(2023, 5, 2),
            report_due=Date(2023, 5, 1),
            joint_assignment="Tillsammans",
        )
    MandateFactory(code="KANT", valid_until=Date(2023, 7, 1), to_precision="period")
    MandateFactory(code="SISTA", valid_until=Date(2024, 2, 15))
    MandateFactory(code="SEDAN", valid_until=Date(2024, 2, 16))
    client.force_login(ReviewerFactory())
    page = client.get("/", DAY)
    shown = page.context["reviewer"]
    found = ["SAM-1", "SAM-2", "V-1", "SISTA"]
    assert [item.row.code for item in shown["ends"]] == found and shown["ends_count"] == 4
    assert 'href="/mandates/?ending=yes"' in page.text
    rows = client.get("/mandates/", {**DAY, "ending": "yes"}).context["table"].data
    assert sorted(row.code for row in rows) == sorted(found)
