"""The pages about mandates, expectations and coverage."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from coordination.base.models import Level, MandateKind
from coordination.base.panels import panels_for
from mandates import coverage_pages, due, queries, succession
from mandates.cells import went_dark_together
from mandates.models import Mandate
from mandates.shortnames import lower_first
from network.models import Actor
from tests.factories import (
    ActorFactory,
    ExpectationFactory,
    FunctionFactory,
    MandateFactory,
    MilestoneFactory,
    PriorityAreaFactory,
    StrategyFactory,
)

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
CLOSING = Date(2023, 1, 1)


@pytest.fixture
def story(db):
    """An agency that closes: two tasks lost the same day, one taken over, one for its own winding down."""
    strategy = StrategyFactory(valid_until=Date(2029, 1, 1))
    agency = ActorFactory(
        slug="delegationen", name_sv="Delegationen mot tomrum (Deltom)", name_en="", valid_until=CLOSING
    )
    heir = ActorFactory(slug="verket", name_sv="Verket", name_en="")
    tasks = {
        code: FunctionFactory(code=code, name_sv=code.capitalize(), name_en="", traits=traits)
        for code, traits in (
            ("samordning", "lead"),
            ("stod", ""),
            ("metod", ""),
            ("avveckling", "transition"),
        )
    }
    ended = {"valid_until": CLOSING, "to_precision": "day"}
    after = MandateFactory(code="V-1", holder=heir, function=tasks["metod"], valid_from=CLOSING)
    MandateFactory(code="D-1", holder=agency, function=tasks["samordning"], **ended)
    MandateFactory(code="D-2", holder=agency, function=tasks["stod"], **ended)
    MandateFactory(code="D-3", holder=agency, function=tasks["metod"], successor=after, **ended)
    MandateFactory(code="D-4", holder=agency, function=tasks["avveckling"], **ended)
    for code in ("samordning", "stod", "metod"):
        ExpectationFactory(
            code=f"X-{code}",
            function=tasks[code],
            title_sv=f"Nationell {code}",
            single_lead=code == "samordning",
        )
    return strategy


@pytest.mark.parametrize(
    "path",
    [
        "/mandates/",
        "/mandates/?when=ended&sort=-holder",
        "/expectations/",
        "/mandates/timeline/",
        "/mandates/timeline/?by=area",
        "/mandates/amounts/",
        "/mandates/D-1/",
        "/expectations/X-stod/",
        "/coverage/",
        "/coverage/?status=unmet",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_answers_in_both_languages(client, story, path, prefix):
    response = client.get(f"{prefix}{path}", DAY if "?" not in path else None)
    assert response.status_code == 200
    assert f'lang="{"en" if prefix else "sv"}"' in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/mandates/",
        "/mandates/timeline/",
        "/mandates/amounts/",
        "/mandates/D-1/",
        "/coverage/",
        "/expectations/",
    ],
)
def test_nobody_reads_where_the_instance_is_closed(client, story, settings, path):
    settings.ANONYMOUS_READING = False
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code != 200 and "Deltom" not in response.text


def test_a_missing_mandate_is_not_found(client, story):
    assert client.get("/mandates/D-99/").status_code == 404


def test_a_mandate_that_ended_says_who_follows(client, story):
    taken = client.get("/mandates/D-3/", DAY).text
    assert "V-1" in taken and "Ingen</span>" not in taken
    assert "Ingen</span>" in client.get("/mandates/D-1/", DAY).text
    # Its own winding down needs nobody after it.
    assert "Ingen</span>" not in client.get("/mandates/D-4/", DAY).text


def test_a_mandate_names_what_was_inferred_in_words(client, story):
    Mandate.objects.filter(code="D-1").update(confidence="inferred", inferred_fields="valid_to;kind")
    page = client.get("/en/mandates/D-1/", DAY).text
    assert "we inferred it" in page and "We inferred: last day, kind." in page


def test_coverage_counts_what_it_shows(client, story):
    everything = client.get("/coverage/", DAY)
    assert [cell.key for cell in everything.context["cells"] if cell.is_unmet] == ["X-samordning", "X-stod"]
    unmet = client.get("/coverage/", {**DAY, "status": "unmet"})
    assert [cell.key for cell in unmet.context["cells"]] == ["X-samordning", "X-stod"]
    lost = client.get("/coverage/", {**DAY, "since": "2023-01-01"})
    assert [cell.key for cell in lost.context["cells"]] == ["X-samordning", "X-stod"]
    one = client.get("/coverage/", {**DAY, "cell": "X-metod"})
    assert [cell.key for cell in one.context["cells"]] == ["X-metod"]


def test_before_the_closing_everything_is_met_and_warned_about(story):
    cells = coverage_pages.cells(Date(2022, 6, 30))
    assert {cell.status for cell in cells} == {"covered"}
    assert {cell.key: cell.goes_dark_on for cell in cells if cell.goes_dark_on} == {
        "X-samordning": CLOSING,
        "X-stod": CLOSING,
    }
    assert went_dark_together(cells) is None


def test_what_went_dark_together_names_the_day_and_the_last_holder(story):
    cells = coverage_pages.cells(Date(2023, 2, 14))
    day, lost = went_dark_together(cells)
    assert (day, [cell.key for cell in lost]) == (CLOSING, ["X-samordning", "X-stod"])
    assert lost[0].previous_names == "Deltom" and lost[0].previous_day == Date(2022, 12, 31)


def test_an_expectation_in_each_area_gives_a_cell_for_each(client, db):
    StrategyFactory(valid_until=Date(2029, 1, 1))
    task = FunctionFactory(name_sv="Perspektiv", name_en="")
    first, _second = PriorityAreaFactory(code="boende"), PriorityAreaFactory(code="skola")
    MandateFactory(function=task, area=first)
    ExpectationFactory(code="X14", each_area=True, function=task)
    cells = coverage_pages.cells(Date(2022, 6, 30))
    assert {cell.key: cell.status for cell in cells} == {"X14/boende": "covered", "X14/skola": "gap"}


def test_the_successor_or_who_began_with_the_same_task_does_it_now(db):
    task = FunctionFactory()
    national, local = Level.objects.get(code="national"), Level.objects.get(code="local")
    old = MandateFactory(function=task, valid_until=CLOSING, levels=[national, local])
    lost = MandateFactory(valid_until=CLOSING)
    MandateFactory(function=task, levels=[national], valid_from=Date(2015, 1, 1))  # did it all along
    taker = MandateFactory(function=task, levels=[local], valid_from=Date(2022, 9, 1))
    active = list(queries.described(Mandate.objects.active(Date(2023, 2, 14))))
    ended = list(queries.described(Mandate.objects.filter(pk__in=[old.pk, lost.pk])).order_by("pk"))

    partly, nobody = succession.who_now(ended, active)

    assert [m.pk for m in partly.by] == [taker.pk]
    assert partly.missing == [national] and partly.is_partial
    assert nobody.is_none


@pytest.mark.parametrize("days, codes", [(90, ["RAPPORT"]), (365, ["RAPPORT", "SLUT", "MIL"])])
def test_what_falls_due(db, days, codes):
    MandateFactory(code="RAPPORT", report_due=Date(2023, 4, 5))
    MandateFactory(code="SLUT", valid_until=Date(2023, 9, 1), to_precision="day")
    MandateFactory(code="KARTLAGD", valid_until=Date(2023, 9, 1), to_precision="period")
    MandateFactory(code="DAGEN", valid_until=Date(2023, 2, 15), to_precision="day")  # its last day is today
    MilestoneFactory(code="MIL", date_from=Date(2023, 12, 1), date_until=Date(2023, 12, 2))
    found = due.due(Date(2023, 2, 14), days)
    assert [item.row.code for item in found] == codes
    assert [item.unfollowed for item in found if item.what == due.ENDS] == [True] * (days == 365)


def test_one_decision_to_several_is_one_thing_to_remember(db):
    for _ in range(3):
        MandateFactory(joint_assignment="atta", report_due=Date(2023, 4, 5))
    (item,) = due.due(Date(2023, 2, 14), 90)
    assert item.jointly == 2


def test_amounts_are_summed_from_the_rows_that_state_one(client, db):
    StrategyFactory(valid_until=Date(2029, 1, 1))
    MandateFactory(amount_sek_per_year=5_000_000, valid_from=Date(2020, 7, 1), valid_until=Date(2022, 1, 1))
    MandateFactory(amount_sek_per_year=1_000_000, valid_from=Date(2021, 1, 1))
    MandateFactory()
    found = client.get("/mandates/amounts/", DAY).context["amounts"]
    assert dict(zip(found.years, found.totals, strict=True)) == {
        2018: 0,
        2019: 0,
        2020: 5_000_000,
        2021: 6_000_000,
        2022: 1_000_000,
        2023: 1_000_000,
    }
    assert (found.stated, found.unstated) == (2, 1)


def _panel(slug, day):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    actor = Actor.objects.get(slug=slug)
    return next(
        panel.context
        for panel in panels_for("actor", request, actor, day)
        if panel.template == "mandates/_panel_actor.html"
    )


def test_an_actors_mandates_are_grouped_by_what_follows(story):
    shown = _panel("delegationen", Date(2022, 6, 30))
    assert [[row.mandate.code for row in group.rows] for group in shown["groups"]] == [
        ["D-1", "D-2"],
        ["D-3"],
        ["D-4"],
    ]
    assert shown["lead"] == [
        "Den 2022-06-30 har Deltom 4 uppdrag i kraft.",
        "2 av dem saknar en utpekad efterträdare när Deltom upphör ett halvår senare.",
    ]


def test_a_closed_actor_shows_what_became_of_its_mandates(story):
    shown = _panel("delegationen", Date(2023, 2, 14))
    assert shown["closed"] and not shown["current"]
    assert {row.mandate.code: row.follows for group in shown["groups"] for row in group.rows} == {
        "D-1": "none",
        "D-2": "none",
        "D-3": "successor",
        "D-4": "not_needed",
    }


def test_an_end_that_is_only_mapped_asks_for_no_successor(db):
    holder = ActorFactory(slug="scb")
    MandateFactory(holder=holder, valid_until=CLOSING, to_precision="period")
    (group,) = _panel("scb", Date(2022, 6, 30))["groups"]
    assert group.rows[0].follows == "period"


@pytest.mark.parametrize(
    "query, codes",
    [
        ({}, {"V-1"}),
        ({"when": "ended"}, {"D-1", "D-2", "D-3", "D-4", "BOENDE", "UTAN-DAG"}),
        ({"when": "all", "function": "metod"}, {"D-3", "V-1"}),
        ({"when": "all", "holder": "delegationen", "q": "D-2"}, {"D-2"}),
        ({"when": "coming"}, {"KOMMER"}),
        ({"when": "undated"}, {"UTAN-DAG"}),
        ({"status": "proposed"}, {"TANKT"}),
        ({"when": "all", "area": "boende"}, {"BOENDE"}),
        ({"when": "all", "area": "*", "explicit": "True"}, {"KOMMER"}),
        ({"when": "all", "joint": "yes"}, {"BOENDE"}),
        ({"when": "all", "legal": "2017:1085"}, {"BOENDE"}),
        ({"when": "all", "level": "local"}, {"BOENDE"}),
        ({"when": "all", "kind": "voluntary_task"}, {"UTAN-DAG"}),
        ({"ends_on": "2022-12-31"}, {"D-1", "D-2", "D-3", "D-4"}),
        ({"area": "finns-inte"}, set()),
    ],
)
def test_every_facet_of_the_list(client, story, query, codes):
    MandateFactory(code="KOMMER", valid_from=Date(2023, 7, 1), explicit=True)
    voluntary = MandateKind.objects.get(code="voluntary_task")
    MandateFactory(code="UTAN-DAG", valid_from=None, kind=voluntary, valid_until=Date(2021, 1, 1))
    MandateFactory(code="TANKT", status="proposed", scenario="rek-1")
    MandateFactory(
        code="BOENDE",
        area=PriorityAreaFactory(code="boende"),
        joint_assignment="atta",
        legal_basis="Förordning (2017:1085)",
        levels=[Level.objects.get(code="local")],
        valid_until=Date(2020, 1, 1),
    )
    page = client.get("/mandates/", {**DAY, **query})
    assert {row.record.code for row in page.context["table"].rows} == codes


def test_the_list_gives_htmx_the_table_alone(client, story):
    part = client.get("/mandates/", DAY, headers={"HX-Request": "true", "HX-Target": "mandate-table"})
    assert part.text.strip().startswith('<div id="mandate-table"') and "<html" not in part.text


def test_pages_take_as_many_queries_for_ten_rows_as_for_two_hundred(
    client, story, django_assert_max_num_queries
):
    task = FunctionFactory(code="stor")
    ExpectationFactory(code="X-stor", function=task)
    paths = [
        "/mandates/",
        "/mandates/timeline/",
        "/mandates/amounts/",
        "/mandates/D-1/",
        "/coverage/",
        "/expectations/",
    ]

    def count(path):
        client.get(path, DAY)  # the arrows of the date bar are cached under the revision
        with django_assert_max_num_queries(150) as seen:
            client.get(path, DAY)
        return len(seen.captured_queries)

    MandateFactory.create_batch(10, function=task)
    few = {path: count(path) for path in paths}
    MandateFactory.create_batch(190, function=task, holder=Actor.objects.get(slug="verket"))
    assert {path: count(path) for path in paths} == few


def test_the_time_line_keeps_proposals_apart_and_paginates(client, db):
    StrategyFactory(valid_until=Date(2029, 1, 1))
    MandateFactory(code="BESLUTAT", kind=MandateKind.objects.get(code="instruction"))
    MandateFactory(code="TANKT", status="proposed", scenario="rek-1", valid_from=None, from_precision="")
    page = client.get("/mandates/timeline/", DAY)
    assert [m.code for m in page.context["mandates"]] == ["BESLUTAT", "TANKT"]
    assert "Föreslaget, inte beslutat (1)" in page.text


def test_a_name_that_is_markup_is_written_not_run(client, db):
    StrategyFactory(valid_until=Date(2029, 1, 1))
    MandateFactory(code="M-1", title_sv="<script>alert(1)</script>", title_en="")
    for path in ("/mandates/timeline/", "/mandates/M-1/"):
        page = client.get(path, DAY).text
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_lower_first_keeps_acronyms():
    assert (lower_first("Nationell"), lower_first("SCB:s")) == ("nationell", "SCB:s")
