"""The coverage matrix as a page, a drawer, a file: they count the same rows."""

import csv
import io
import json
import re
from datetime import date as Date

import pytest
from django.core.cache import cache
from django.core.management import call_command

from coordination.base.models import Level, MandateKind
from mandates.matrix_pages import with_cell
from tests import factories as f

DAY = {"as_of": "2023-02-14"}
CLOSING = Date(2023, 1, 1)


@pytest.fixture
def register(db):
    """An agency that closes, one that goes on, an area outside the strategy, and a grant of the wrong kind."""
    strategy = f.StrategyFactory(valid_until=Date(2029, 1, 1))
    levels = {level.code: level for level in Level.objects.all()}
    agency = f.ActorFactory(slug="delegationen", name_sv="Delegationen", valid_until=CLOSING)
    other = f.ActorFactory(slug="verket", name_sv="Verket")
    tasks = {code: f.FunctionFactory(code=code, name_sv=code.capitalize(), name_en="") for code in TASKS}
    area = f.PriorityAreaFactory(code="skola", name_sv="Skola", valid_from=Date(2018, 7, 1))
    f.PriorityAreaFactory(code="ovrigt", name_sv="Övrigt", status="outside")
    f.MandateFactory(code="D-1", holder=agency, function=tasks["samordning"], explicit=True)
    f.MandateFactory(code="V-1", holder=other, function=tasks["kunskap"], explicit=True)
    f.MandateFactory(code="V-2", holder=other, function=tasks["bidrag"], area=area)
    f.MandateFactory(code="V-3", holder=other, function=tasks["bidrag"], area=area)
    f.MandateFactory(code="D-2", holder=agency, function=tasks["bidrag"], area=area)
    f.MandateFactory(code="V-4", holder=other, function=tasks["bidrag"])
    f.MandateFactory(
        code="V-5",
        holder=other,
        function=tasks["kunskap"],
        area=f.PriorityAreaFactory(code="halsa", status="proposed"),
        levels=[levels["national"], levels["local"]],
    )
    f.ExpectationFactory(
        code="X1", function=tasks["samordning"], single_lead=True, title_sv="Samordna landet"
    )
    f.ExpectationFactory(code="X2", function=tasks["kunskap"], title_sv="Kunskapsstöd")
    grants = f.ExpectationFactory(code="X3", function=tasks["bidrag"], title_sv="Riktade bidrag")
    grants.kinds.set([MandateKind.objects.get(code="ordinance_grant")])
    f.ExpectationFactory(code="X4", function=tasks["metod"], mapped_until=Date(2020, 1, 1), mapped_from=None)
    return strategy


TASKS = ("samordning", "kunskap", "bidrag", "metod")


def boxes(response):
    return {
        (cell.column.code, cell.function.code, table.level.code): cell
        for table in response.context["page"].tables
        for line in table.lines
        for cell in line.cells
    }


def test_a_cell_has_number_and_status_and_keeps_apart_what_does_not_count(client, register):
    found = boxes(client.get("/coverage/matrix/", DAY))
    shown = {key: (c.number, c.besides, c.css) for key, c in found.items() if not c.is_empty}
    assert shown == {
        ("*", "samordning", "national"): (0, 0, "gap"),
        ("*", "kunskap", "national"): (1, 0, "covered"),
        ("*", "bidrag", "national"): (0, 1, "gap"),
        ("skola", "bidrag", "national"): (1, 0, ""),
        ("*", "metod", "national"): (0, 0, "not_mapped"),
    }
    assert found["skola", "samordning", "national"].is_empty


def test_the_lead_counts_gaps_and_what_nobody_has_checked(client, register):
    page = client.get("/en/coverage/matrix/", DAY)
    assert page.context["page"].lead == ("2 of 4 expectations are gaps. 1 is not mapped: nobody has checked.")


def test_rows_outside_the_areas_are_named_and_counted_once(client, register):
    (outside,) = client.get("/coverage/matrix/", DAY).context["page"].outside
    assert (outside.column.code, outside.mandates) == ("halsa", 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"D-1", "V-1", "V-2", "V-3", "D-2", "V-4"}),
        ({"explicit": "yes"}, {"D-1", "V-1"}),
        ({"explicit": "no"}, {"V-2", "V-3", "D-2", "V-4"}),
        ({"kind": "ordinance_grant"}, set()),
        ({"level": "local"}, set()),
    ],
)
def test_page_cells_file_and_command_count_the_same_rows(client, register, capsys, query, expected):
    asked = {"as_of": "2022-06-30", "count": "mandates", **query}
    page = boxes(client.get("/coverage/matrix/", asked))
    numbers = {key: (c.number, c.besides) for key, c in page.items() if not c.is_empty}
    # The cell's own page lists as many rows as the matrix counts.
    rows = {}
    for key in numbers:
        opened = client.get(f"/coverage/matrix/{'/'.join(key)}/", asked).context["opened"]
        counted = [row.mandate.code for part in opened.asked for row in part.counted.rows]
        others = [row.mandate.code for part in opened.asked for row in part.others.rows]
        held = [row.mandate.code for row in opened.held.rows]
        rows[key] = {*counted, *others, *held}
        assert numbers[key] == (len(counted) + len(held), len(others))
    listed = {code for codes in rows.values() for code in codes}
    assert listed == expected
    # The file, and the command.
    names = {"level": "--level", "kind": "--kind", "explicit": "--explicit"}
    options = [part for name, value in query.items() for part in (names[name], value)]
    capsys.readouterr()
    call_command("coverage", "--as-of", "2022-06-30", "--format", "json", *options)
    command = json.loads(capsys.readouterr().out)["cells"]
    file = list(csv.DictReader(io.StringIO(client.get("/coverage/matrix/", {**asked, "format": "csv"}).text)))
    api = client.get("/api/v1/coverage", {"as_of": "2022-06-30", **query}).json()["cells"]

    def plain(cells, codes):
        return sorted(
            (c["area"], c["function"], c["level"], c["expectation"] or "", c["status"], codes(c))
            for c in cells
        )

    by_command = plain(command, lambda c: ";".join(c["mandates"]))
    assert plain(file, lambda c: c["mandates"]) == by_command
    assert plain(api, lambda c: ";".join(c["mandates"])) == by_command
    by_key = {}
    for area, function, level, _expectation, _status, codes in by_command:
        if area != "halsa":
            by_key.setdefault((area, function, level), set()).update(filter(None, codes.split(";")))
    assert {key: codes for key, codes in by_key.items() if codes} == {k: c for k, c in rows.items() if c}


def test_statuses_stay_those_of_the_whole_register(client, register):
    response = client.get("/coverage/matrix/", {**DAY, "explicit": "no"})
    cell = boxes(response)["*", "kunskap", "national"]
    assert (cell.number, cell.css) == (0, "covered")
    assert "gäller hela registret" in response.text
    assert "gäller hela registret" not in client.get("/coverage/matrix/", DAY).text


@pytest.mark.parametrize("wanted", ["xlsx", "json", "csv"])
def test_every_file_is_offered(client, register, wanted):
    response = client.get("/coverage/matrix/", {**DAY, "format": wanted})
    assert response.status_code == 200
    assert f"coverage-2023-02-14.{wanted}" in response["Content-Disposition"]


def test_an_unknown_format_is_not_there(client, register):
    assert client.get("/coverage/matrix/", {"format": "doc"}).status_code == 404


def test_the_first_gap_is_open_and_tells_who_had_it(client, register):
    response = client.get("/coverage/matrix/", DAY)
    opened = response.context["opened"]
    assert opened.key == ("*", "samordning", "national")
    (asked,) = opened.asked
    assert asked.said == "Ingen aktör har uppdraget den 2023-02-14. En enda ledande aktör förväntas."
    assert asked.pill == "Lucka: 0 av 1"
    assert [m.code for m in asked.before] == ["D-1"]


def test_a_reviewer_goes_from_the_cell_to_its_finding(client, register):
    gap = "/findings/gap:X1/"
    addresses = ("/coverage/matrix/", "/coverage/matrix/*/samordning/national/")
    assert not any(gap in client.get(address, DAY).text for address in addresses)
    client.force_login(f.ReviewerFactory())
    assert all(gap in client.get(address, DAY).text for address in addresses)
    assert client.get(gap).status_code == 200


def test_a_cell_in_the_address_is_open(client, register):
    response = client.get("/coverage/matrix/", {**DAY, "cell": "*/bidrag/national"})
    (asked,) = response.context["opened"].asked
    (row,) = asked.others.rows
    assert (row.mandate.code, row.why) == ("V-4", "annat slag av uppdrag")


@pytest.mark.parametrize("cell", ["x", "*/bidrag", "//", "*/x/national", "a/b/c/d", "<script>/b/c"])
def test_a_cell_that_is_none_opens_nothing(client, register, cell):
    response = client.get("/coverage/matrix/", {**DAY, "cell": cell})
    assert response.status_code == 200 and "<script>/b" not in response.text


def test_htmx_gets_the_drawer_and_the_address_of_the_page_around_it(client, register):
    headers = {
        "HX-Request": "true",
        "HX-Boosted": "true",
        "HX-Target": "matrix-cell",
        "HX-Current-URL": "http://testserver/coverage/matrix/?as_of=2023-02-14&cell=x",
    }
    response = client.get("/coverage/matrix/*/bidrag/national/", DAY, headers=headers)
    assert response.text.strip().startswith("<section") and "<html" not in response.text
    assert response["HX-Replace-Url"] == "/coverage/matrix/?as_of=2023-02-14&cell=*/bidrag/national"
    whole = client.get("/coverage/matrix/*/bidrag/national/", DAY)
    assert "<html" in whole.text and "HX-Replace-Url" not in whole


def test_the_address_with_a_cell_keeps_the_rest():
    assert with_cell("/en/coverage/matrix/?kind=a&cell=b", ("*", "f", "l")) == (
        "/en/coverage/matrix/?kind=a&cell=*/f/l"
    )


@pytest.mark.parametrize("path", ["*/x/national", "x/bidrag/national", "*/bidrag/x"])
def test_a_cell_of_unknown_codes_is_not_found(client, register, path):
    assert client.get(f"/coverage/matrix/{path}/").status_code == 404


def test_two_days_are_compared(client, register):
    response = client.get("/coverage/matrix/", {"as_of": "2023-01-01", "compare": "2022-12-31"})
    comparison = response.context["comparison"]
    assert comparison.said == "En lucka har öppnats och ingen har stängts sedan 2022-12-31."
    assert [(c.key, c.before.holders, c.after.status) for c in comparison.opened] == [
        ("X1", "Delegationen", "gap")
    ]
    cells = boxes(response)
    assert cells["*", "samordning", "national"].change == "opened"
    assert (cells["skola", "bidrag", "national"].change, cells["skola", "bidrag", "national"].earlier) == (
        "fewer",
        2,
    )
    assert [c.column.code for c in comparison.counts] == ["skola"]
    backwards = client.get("/coverage/matrix/", {"as_of": "2022-12-31", "compare": "2023-01-01"})
    assert [c.key for c in backwards.context["comparison"].closed] == ["X1"]


@pytest.mark.parametrize("text", ["igår", "2022-13-01", "20221231", "2022-12-31; DROP"])
def test_a_day_to_compare_with_that_is_none_is_said_at_the_field(client, register, text):
    response = client.get("/coverage/matrix/", {**DAY, "compare": text})
    assert response.status_code == 200 and response.context["comparison"] is None
    assert "Skriv datumet som 2022-12-31." in response.text


def test_choices_that_are_none_are_said_at_the_field(client, register):
    response = client.get("/coverage/matrix/", {**DAY, "kind": "x", "place": "99", "explicit": "y"})
    assert response.status_code == 200 and set(response.context["form"].errors) == {
        "kind",
        "place",
        "explicit",
    }


def test_a_place_narrows_to_what_covers_it_and_what_lies_in_it(client, register):
    country = f.PlaceFactory(code="SE", name_sv="Sverige")
    county = f.PlaceFactory(code="12", parent=country)
    for code, place in (
        ("V-2", county),
        ("V-3", country),
        ("D-2", f.PlaceFactory(code="14", parent=country)),
    ):
        f.Mandate.objects.get(code=code).territory_places.add(place)
    asked = {"as_of": "2022-06-30", "place": "12", "count": "mandates"}
    response = client.get("/coverage/matrix/", asked)
    assert boxes(response)["skola", "bidrag", "national"].number == 2
    choices = set(response.context["form"].fields["place"].queryset.values_list("code", flat=True))
    assert choices == {"SE", "12"}  # those that hold others, and the chosen one


def test_without_a_strategy_the_page_says_what_is_missing(client, db):
    response = client.get("/coverage/matrix/")
    assert response.status_code == 200 and "Ingen strategi är registrerad" in response.text


def test_several_strategies_are_told_apart(client, register):
    other = f.StrategyFactory(slug="andra", name_sv="Andra strategin", valid_from=Date(2019, 1, 1))
    f.MandateFactory(code="A-1", strategy=other, function=f.FunctionFactory(code="eget"))
    first = client.get("/coverage/matrix/", {**DAY, "strategy": "strategi"})
    assert ("*", "eget", "national") not in boxes(first)
    second = client.get("/coverage/matrix/", {**DAY, "strategy": "andra"})
    assert [key for key, cell in boxes(second).items() if not cell.is_empty] == [("*", "eget", "national")]
    link = re.search(r'href="([^"]*/eget/national/[^"]*)"', second.text)
    assert link and "strategy=andra" in link.group(1)


def test_queries_do_not_grow_with_rows(client, register, django_assert_max_num_queries):
    def count(path):
        cache.clear()  # what is kept for a revision of the register
        with django_assert_max_num_queries(80) as captured:
            client.get(f"{path}as_of=2023-02-14")
        return len(captured.captured_queries)

    paths = [
        "/coverage/matrix/?",
        "/coverage/matrix/skola/bidrag/national/?",
        "/coverage/matrix/?compare=2022-01-01&",
    ]
    count(paths[0])  # content types are looked up once
    before = [count(path) for path in paths]
    task, area = f.Mandate.objects.get(code="V-2").function, f.Mandate.objects.get(code="V-2").area
    f.MandateFactory.create_batch(20, function=task, area=area)
    f.ExpectationFactory.create_batch(5)
    assert [count(path) for path in paths] == before


def test_both_languages_and_closed_instances(client, register, settings):
    for path in ("/en/coverage/matrix/", "/en/coverage/matrix/*/kunskap/national/"):
        assert 'lang="en"' in client.get(path, DAY).text
    settings.ANONYMOUS_READING = False
    for path in ("/coverage/matrix/", "/coverage/matrix/*/kunskap/national/"):
        assert client.get(path).status_code == 302
