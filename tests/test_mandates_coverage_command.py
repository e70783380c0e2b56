"""The command `coverage`: one JSON document on standard output, and clear words about what cannot be answered."""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command

from tests import factories as f

Date = datetime.date


def run(capsys, *options):
    capsys.readouterr()
    call_command("coverage", "--as-of", "2023-02-14", "--format", "json", *options)
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def register(db):
    f.StrategyFactory(valid_until=Date(2029, 1, 1))
    task = f.FunctionFactory(code="bidrag")
    school = f.PriorityAreaFactory(code="skola")
    country = f.PlaceFactory(code="SE")
    county = f.PlaceFactory(code="12", parent=country)
    rows = {
        "A-1": {"holder": "verket", "explicit": True, "place": country},
        "A-2": {"holder": "verket", "area": school, "place": county},
        "A-3": {
            "holder": "skolverket",
            "area": school,
            "legal_basis": "Förordning (2018:151)",
            "place": None,
        },
        "A-4": {
            "holder": "skolverket",
            "status": "proposed",
            "scenario": "s",
            "valid_from": None,
            "place": None,
        },
    }
    actors = {slug: f.ActorFactory(slug=slug) for slug in ("verket", "skolverket")}
    for code, values in rows.items():
        place = values.pop("place")
        row = f.MandateFactory(code=code, function=task, **{**values, "holder": actors[values["holder"]]})
        if place:
            row.territory_places.add(place)
    f.ExpectationFactory(code="X1", function=task, min_holders=2)
    return task


def test_the_document_has_the_shape_that_scripts_rely_on(register, capsys):
    found = run(capsys)
    assert set(found) == {"as_of", "holders", "mandates", "cells"}
    assert (found["holders"], found["mandates"]) == (["verket", "skolverket"], ["A-1", "A-2", "A-3"])
    first, other = found["cells"]
    assert first == {
        "strategy": "strategi",
        "area": "*",
        "function": "bidrag",
        "level": "national",
        "place": None,
        "expectation": "X1",
        "expectations": ["X1"],
        "holders": ["verket"],
        "mandates": ["A-1"],
        "explicit_holders": ["verket"],
        "explicit_mandates": ["A-1"],
        "status": "gap",
        "marks": [],
        "goes_dark_on": None,
    }
    assert (other["area"], other["status"], other["expectation"]) == ("skola", "unexpected", None)
    assert (other["holders"], other["mandates"]) == (["verket", "skolverket"], ["A-2", "A-3"])


@pytest.mark.parametrize(
    ("options", "mandates"),
    [
        (["--area", "*"], ["A-1"]),
        (["--area", "*;skola", "--explicit", "no"], ["A-2", "A-3"]),
        (["--actor", "skolverket"], ["A-3"]),
        (["--legal", "2018:151"], ["A-3"]),
        (["--place", "12"], ["A-1", "A-2", "A-3"]),  # nobody knows where A-3 is: it may be there
        (["--kind", "instruction", "--level", "local"], []),
        (["--include-proposed"], ["A-1", "A-2", "A-3", "A-4"]),
    ],
)
def test_options_narrow_the_rows(register, capsys, options, mandates):
    found = run(capsys, *options)
    assert found["mandates"] == mandates
    assert sorted({code for cell in found["cells"] for code in cell["mandates"]}) == mandates


def test_proposals_count_for_what_is_expected(register, capsys):
    assert run(capsys)["cells"][0]["status"] == "gap"
    assert run(capsys, "--include-proposed")["cells"][0]["status"] == "covered"


def test_a_cell_asked_for_by_name_is_answered_though_it_is_empty(register, capsys):
    asked = ["--area", "skola", "--function", "bidrag", "--level", "local;national"]
    assert [(c["level"], c["status"]) for c in run(capsys, *asked)["cells"]] == [
        ("national", "unexpected"),
        ("local", "none"),
    ]


def test_fewer_dimensions_sum_up(register, capsys):
    (cell,) = run(capsys, "--by", "level")["cells"]
    assert (cell["level"], cell["area"], cell["function"]) == ("national", None, None)
    assert (cell["expectation"], cell["expectations"], cell["status"]) == ("X1", ["X1"], "gap")
    assert cell["mandates"] == ["A-1", "A-2", "A-3"]
    (whole,) = run(capsys, "--by", "")["cells"]
    assert whole["mandates"] == ["A-1", "A-2", "A-3"]


def test_places_keep_rows_apart(register, capsys):
    cells = run(capsys, "--by", "area,function,level,place")["cells"]
    assert [(c["place"], c["expectation"], c["mandates"]) for c in cells] == [
        ("SE", "X1", ["A-1"]),
        ("12", None, ["A-2"]),
        (None, None, ["A-3"]),
    ]
    rolled = run(capsys, "--place", "12", "--by", "place,area,function,level")["cells"]
    assert {c["place"] for c in rolled} == {"12"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--area", "skolaa"], "skolaa”. Det finns: *, skola"),
        (["--function", "x"], "”x”. Det finns: bidrag"),
        (["--actor", "x"], "aktör ”x”"),
        (["--by", "färg"], "färg"),
        (["--strategy", "x"], "strategi"),
        (["--place", "99"], "plats ”99”"),
    ],
)
def test_an_unknown_code_is_named(register, options, said):
    with pytest.raises(CommandError, match=said.replace("*", r"\*")) as error:
        call_command("coverage", "--as-of", "2023-02-14", *options)
    assert error.value.returncode == 2


@pytest.mark.parametrize("text", ["2023-02-30", "20230214", "idag"])
def test_a_day_that_is_none_is_refused(register, text):
    with pytest.raises(CommandError, match="is not a date"):
        call_command("coverage", "--as-of", text)


def test_a_day_outside_the_strategy_is_pointed_out_and_answered(register, capsys):
    call_command("coverage", "--as-of", "2031-01-01", "--format", "json")
    out, err = capsys.readouterr()
    assert "2031-01-01 ligger utanför strategin" in err
    assert json.loads(out)["holders"] == ["verket", "skolverket"]


def test_people_get_lines(register, capsys):
    call_command("coverage", "--as-of", "2023-02-14", "--compare", "2018-01-01")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t") == ["*", "bidrag", "national", "–", "X1", "gap", "verket"]
    assert lines[-2:] == ["opened: X1", "closed: –"]
