"""What the documents of the first case say, asked of the shipped register as a reviewer's script would ask it.

`tests/oracle.py` reads the shipped tables a second time and imports nothing of ours; both must agree.
"""

import csv
import datetime
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import oracle

EXPECTED = list(
    csv.DictReader((Path(__file__).parent / "data" / "expected_findings.csv").open(encoding="utf-8-sig"))
)
ASKED = [row for row in EXPECTED if row["q_type"]]
GAPS = {"gap", "projected_gap", "voluntary_only"}
WENT_WITH_DELMOS = {"X02", "X04", "X06", "X07", "X08"}
IN_AREAS = {f"X14/{area}" for area in ("arbetsmarknad", "brottslighet", "demokrati", "utbildning")}
UNMET_2023 = WENT_WITH_DELMOS | {"X03", "X10", "X11"} | IN_AREAS
DAYS = [
    *("2018-06-30", "2019-06-30", "2020-06-30", "2021-06-30", "2022-06-30", "2022-12-31", "2023-01-01"),
    *("2023-02-14", "2023-07-01", "2024-01-01", "2024-02-14", "2024-02-15", "2025-06-30"),
]

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db]


@pytest.fixture
def ask(capsys):
    def run(command, *options):
        capsys.readouterr()
        call_command(command, *options, "--format", "json")
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def expected_cells(ask):
    """{expectation: cell} on a day."""

    def run(day, *options):
        cells = ask("coverage", "--as-of", day, *options)["cells"]
        found = [cell for cell in cells if cell["expectation"]]
        assert len(found) == len({cell["expectation"] for cell in found})
        return {cell["expectation"]: cell for cell in found}

    return run


def actors(text):
    return set() if text == "-" else set(text.split(";"))


def answer(ask, row):
    """The distinct actors that a row of `expected_findings.csv` asks for."""
    day = ("--as-of", row["as_of_date"])
    if row["q_type"] == "network":
        return set(ask("conveners", row["q_network"], *day)["conveners"])
    columns = ("function", "area", "level", "kind", "explicit", "legal", "actor")
    options = [part for name in columns if row[f"q_{name}"] for part in (f"--{name}", row[f"q_{name}"])]
    proposed = ["--include-proposed"] if row["q_include_proposed"] == "yes" else []
    return set(ask("coverage", *day, *options, *proposed)["holders"])


def test_every_statement_with_a_query_is_answered_exactly(ask, capsys):
    wrong = {}
    for row in ASKED:
        found = answer(ask, row)
        counted = row["expect_count"] in ("", str(len(found)))
        if found != actors(row["expect_actors"]) or not counted:
            wrong[row["id"]] = (sorted(found), row["expect_actors"], row["expect_count"])
    kinds = Counter(row["q_type"] for row in ASKED)
    with capsys.disabled():
        print(f"\nexpected findings: {len(ASKED) - len(wrong)} of {len(ASKED)} {dict(kinds)}")
    assert wrong == {}
    assert len(ASKED) == sum(1 for row in EXPECTED if row["derivable"] == "yes")


@pytest.mark.parametrize(
    ("day", "number", "unmet"),
    [
        ("2021-06-30", 11, {}),
        ("2022-06-30", 17, dict.fromkeys(["X10", "X11", "X14/demokrati"], "gap")),
        ("2023-02-14", 18, dict.fromkeys(UNMET_2023, "gap")),
        ("2024-01-01", 17, {**dict.fromkeys(UNMET_2023, "gap"), "X09": "projected_gap"}),
        ("2025-06-30", 17, dict.fromkeys({*UNMET_2023, "X09"}, "not_mapped")),
    ],
)
def test_expectations_by_day(expected_cells, day, number, unmet):
    cells = expected_cells(day)
    assert len(cells) == number
    assert {name: c["status"] for name, c in cells.items() if c["status"] != "covered"} == unmet


def test_closing_delmos_opened_five_gaps(ask):
    found = ask("coverage", "--as-of", "2023-01-01", "--compare", "2022-12-31")
    assert (set(found["opened"]), found["closed"]) == (WENT_WITH_DELMOS, [])


def test_what_goes_dark_within_a_year(expected_cells):
    def dark(day):
        cells = expected_cells(day)
        assert all(("goes_dark" in c["marks"]) == (c["goes_dark_on"] is not None) for c in cells.values())
        return {name: c["goes_dark_on"] for name, c in cells.items() if c["goes_dark_on"]}

    assert dark("2023-02-14") == {"X09": "2024-01-01"}
    assert dark("2022-06-30") == {
        **dict.fromkeys(WENT_WITH_DELMOS, "2023-01-01"),
        **dict.fromkeys(["X14/utbildning", "X14/arbetsmarknad", "X14/brottslighet"], "2022-10-29"),
    }


def test_what_is_thin(expected_cells):
    thin = {name for name, cell in expected_cells("2023-02-14").items() if "thin" in cell["marks"]}
    assert thin == {"X05", "X09", "X12"}


@pytest.mark.parametrize("day", DAYS)
def test_an_independent_reading_of_the_tables_agrees(ask, expected_cells, day):
    cells = expected_cells(day)
    assert {name: c["status"] for name, c in cells.items()} == oracle.statuses(day)
    assert {n: c["goes_dark_on"] for n, c in cells.items() if c["goes_dark_on"]} == oracle.goes_dark(day)
    assert {name for name, cell in cells.items() if "thin" in cell["marks"]} == oracle.thin(day)
    for code, area in oracle.cells(day):
        holding = oracle.holding(code, area, day)
        assert set(cells[oracle.name(code, area)]["mandates"]) == {m["id"] for m in holding}
    before = (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
    gaps = [{n for n, s in oracle.statuses(d).items() if s in GAPS} for d in (before, day)]
    found = ask("coverage", "--as-of", day, "--compare", before)
    assert (set(found["opened"]), set(found["closed"])) == (gaps[1] - gaps[0], gaps[0] - gaps[1])
    active = {m["id"] for m in oracle.MANDATES.values() if oracle.active(m, day)}
    assert set(found["mandates"]) == active
    assert {code for cell in found["cells"] for code in cell["mandates"]} == active


def test_a_proposal_closes_what_it_is_for(ask, expected_cells):
    assert expected_cells("2024-01-01")["X09"]["status"] == "projected_gap"
    laid = expected_cells("2024-01-01", "--include-proposed")
    closed = {name for name in UNMET_2023 | {"X09"} if laid[name]["status"] == "covered"}
    assert closed == {"X06", "X07", "X08", "X09"} | IN_AREAS - {"X14/demokrati"}


@pytest.mark.parametrize("day", ["2021-06-30", "2023-02-14", "2024-01-01"])
def test_http_and_file_give_what_the_command_gives(ask, client, day):
    command = ask("coverage", "--as-of", day)
    assert client.get("/api/v1/coverage", {"as_of": day}).json() == command
    file = client.get("/coverage/matrix/", {"as_of": day, "format": "json"}).json()
    rows = {(r["expectation"], r["area"], r["function"], r["level"]): r for r in file}
    assert len(rows) == len(file) == len(command["cells"])
    for cell in command["cells"]:
        row = rows[cell["expectation"] or "", cell["area"], cell["function"], cell["level"]]
        assert (row["status"], row["mandates"]) == (cell["status"], ";".join(cell["mandates"]))
        assert row["holder_count"] == str(len(cell["holders"]))


def test_the_five_lanes_that_went_dark_come_first(client):
    page = client.get("/coverage/", {"as_of": "2023-02-14"})
    assert [cell.key for cell in page.context["cells"][:5]] == sorted(WENT_WITH_DELMOS)
    assert page.context["title"] == "Fem förväntningar slocknade samma dag"
    assert "Slocknade samtidigt 2023-01-01, dagen efter att Delmos upphört (5)" in page.text
    assert page.text.count("<title>Delmos: Täckt, 2018-07-01 – 2022-12-31</title>") >= 2  # wide and narrow


@pytest.mark.parametrize(
    ("network", "day", "conveners"),
    [("natverk-kommuner", "2022-12-31", ["skr"]), ("natverk-myndigheter", "2023-02-14", [])],
)
def test_conveners_over_http(client, network, day, conveners):
    found = client.get(f"/api/v1/networks/{network}/conveners", {"as_of": day}).json()
    assert (found["network"], found["conveners"]) == (network, conveners)
