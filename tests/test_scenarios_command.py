"""The command `scenario` and the scenarios that the register's own proposed rows make."""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command

from mandates import proposed
from mandates.change_json import to_json
from mandates.changes import AdoptArea, EndMandate, StartProposals
from mandates.models import Scenario
from tests.segregation import load

UNMET = {"gap", "projected_gap", "voluntary_only", "not_mapped"}
MEASURES = {"X14/arbetsmarknad", "X14/brottslighet", "X14/utbildning"}
FOLLOW_UP = {"X06", "X07", "X08", "X09"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def scenario(capsys, name, as_of="2024-01-01"):
    call_command("scenario", name, "--as-of", as_of, "--format", "json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("name", "opened", "closed"),
    [
        ("rek-alla", set(), FOLLOW_UP | MEASURES),
        ("rek-1-halsa", {"X14/halsa"}, set()),
        ("rek-2-boverket", set(), FOLLOW_UP),
        ("rek-3-matt", set(), MEASURES),
    ],
)
def test_what_the_recommendations_would_do(capsys, name, opened, closed):
    found = scenario(capsys, name)
    for side, wanted in (("opened", opened), ("closed", closed)):
        assert {f["expectation"] for f in found[side] if f["rule"] in UNMET} == wanted
        assert {f["expectation"] for f in found[side] if f["expectation"]} == wanted
    assert found["unchanged"] > 0
    assert all(f["explanation"]["sv"] and f["explanation"]["en"] for f in found["opened"] + found["closed"])


def test_the_register_names_its_own_scenarios():
    assert proposed.names(load()) == ["rek-1-halsa", "rek-2-boverket", "rek-3-matt", "rek-alla"]
    assert proposed.changes(load(), "rek-3-matt") == [StartProposals(scenario="rek-3-matt")]
    assert proposed.changes(load(), "rek-1-halsa") == [
        AdoptArea(strategy="mot-segregation", code="halsa"),
        StartProposals(scenario="rek-1-halsa"),
    ]
    assert proposed.changes(load(), "rek-4") is None and proposed.changes(load(), "bara-alla") is None


def test_a_stored_scenario_is_found_by_its_id(capsys):
    Scenario.objects.create(
        slug="utan-skr", title_sv="Utan SKR", changes=[to_json(EndMandate(code="SKR-01"))]
    )
    found = scenario(capsys, "utan-skr", "2023-02-14")
    assert "gap:X05" in {f["key"] for f in found["opened"]}


def test_a_scenario_that_takes_in_others_adopts_an_area_once(capsys):
    taken_in = [to_json(StartProposals(scenario=name)) for name in proposed.names(load())[:3]]
    Scenario.objects.create(slug="samma", title_sv="Samma", changes=taken_in)
    assert scenario(capsys, "samma") == scenario(capsys, "rek-alla")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rek-9", "--as-of", "2024-01-01"], "scenario ”rek-9”.*rek-alla"),
        (
            ["rek-alla", "--as-of", "2035-01-01"],
            "2035-01-01 ligger utanför strategins tid, 2018-07-01 – 2028-12-31",
        ),
        (["passe", "--as-of", "2024-01-01"], r"(?s)passar inte längre.*Ändring 2: .*\(DEL-01\) gällde bara"),
        (["trasigt", "--as-of", "2024-01-01"], "(?s)passar inte längre.*Ändring 1: Den kan inte läsas"),
    ],
)
def test_bad_input_is_said_plainly(arguments, said):
    stale = [to_json(StartProposals(scenario="rek-alla")), to_json(EndMandate(code="DEL-01"))]
    Scenario.objects.create(slug="passe", title_sv="Passé", changes=stale)
    Scenario.objects.create(slug="trasigt", title_sv="Trasigt", changes=[{"kind": "magic"}])
    with pytest.raises(CommandError, match=said):
        call_command("scenario", *arguments, "--format", "json")


def test_the_day_is_compared_with_every_strategy():
    from mandates.scenarios import OutsideStrategy, require_within

    require_within(load(), datetime.date(2028, 12, 31))
    with pytest.raises(OutsideStrategy):
        require_within(load(), datetime.date(2029, 1, 1))
