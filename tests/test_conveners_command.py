"""`conveners NETWORK --as-of D --format json`, on made-up rows and on the first case's own tables."""

import csv
import datetime
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from network.models import Actor, Network
from tests import segregation
from tests.factories import ActorFactory, ConvenerFactory, NetworkFactory, SeatFactory, StrategyFactory

Date = datetime.date
FINDINGS = Path(__file__).parent / "data" / "expected_findings.csv"


def ask(*args, capsys=None):
    out = io.StringIO()
    call_command("conveners", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def network(db):
    StrategyFactory()
    made = NetworkFactory(slug="natverket", name_sv="Nätverket", stated_members=18)
    first, second = ActorFactory(slug="forst"), ActorFactory(slug="sedan")
    ConvenerFactory(network=made, actor=first, valid_until=Date(2022, 9, 1))
    ConvenerFactory(network=made, actor=second, valid_from=Date(2022, 9, 1))
    SeatFactory(network=made, actor=first)
    SeatFactory(network=made, actor=second)
    for _n in range(2):
        SeatFactory(network=made, actor=ActorFactory(), valid_until=Date(2023, 1, 1))
    town = ActorFactory()
    SeatFactory(network=made, actor=town, role_sv="skola", valid_from=None)
    SeatFactory(network=made, actor=town, role_sv="socialtjänst", valid_from=None)
    return made


@pytest.mark.parametrize(
    "day, conveners, seats",
    [
        # Two actors for a time, one undated with two seats, and whichever of the conveners does not convene.
        ("2022-08-31", ["forst"], 4),
        ("2022-09-01", ["sedan"], 4),
        ("2023-01-01", ["sedan"], 2),
        ("2017-12-31", [], 0),
    ],
)
def test_json_says_who_convenes_and_how_many_sit(network, day, conveners, seats):
    assert json.loads(ask("natverket", "--as-of", day, "--format", "json")) == {
        "network": "natverket",
        "conveners": conveners,
        "seats": seats,
        "stated_members": 18,
    }


def test_without_a_stated_number_there_is_none(db):
    NetworkFactory(slug="tyst")
    found = json.loads(ask("tyst", "--as-of", "2023-02-14", "--format", "json"))
    assert found == {"network": "tyst", "conveners": [], "seats": 0, "stated_members": None}


def test_the_default_day_is_that_of_the_pages(network):
    """The register is checked up to 2023-02-14."""
    assert json.loads(ask("natverket", "--format", "json"))["conveners"] == ["sedan"]
    assert "seats: 2 named, 18 stated" in ask("natverket")


def test_an_unknown_network_is_bad_data_and_a_bad_day_bad_usage(network):
    with pytest.raises(CommandError) as unknown:
        ask("finns-inte", "--as-of", "2023-02-14")
    assert unknown.value.returncode == 1
    with pytest.raises(CommandError, match="as-of"):
        ask("natverket", "--as-of", "2023-02-30")


# The first case


def rows(name):
    return segregation.read(name)


@pytest.fixture
def case(db):
    """The networks, conveners and seats of the first case, with the actors that they name."""
    tables = {name: rows(name) for name in ("networks", "conveners", "seats")}
    life = {row["id"]: row for row in rows("actors")}
    named = {row["actor"] for name in ("conveners", "seats") for row in tables[name]}
    actors = {
        slug: ActorFactory(
            slug=slug,
            valid_from=segregation.day(life.get(slug, {}).get("valid_from", "")),
            valid_until=segregation.until(life.get(slug, {}).get("valid_to", "")),
        )
        for slug in sorted(named)
    }
    for row in tables["networks"]:
        NetworkFactory(
            slug=row["id"],
            valid_from=None,
            valid_until=segregation.until(row["valid_to"]),
            stated_members=int(row["stated_members"]) if row["stated_members"] else None,
        )
    for name, make in (("conveners", ConvenerFactory), ("seats", SeatFactory)):
        for row in tables[name]:
            given = {"role_sv": row["role_sv"]} if name == "seats" else {}
            make(
                network=Network.objects.get(slug=row["network"]),
                actor=actors[row["actor"]],
                **segregation.period(row),
                **given,
            )
    assert (Network.objects.count(), Actor.objects.count()) == (7, len(named))


def asked():
    with FINDINGS.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["q_type"] == "network"]


def test_the_documents_ask_about_networks():
    assert [row["id"] for row in asked()] == ["F10", "F11"]


@pytest.mark.parametrize("row", asked(), ids=lambda row: row["id"])
def test_the_answers_are_those_of_the_documents(case, row):
    found = json.loads(ask(row["q_network"], "--as-of", row["as_of_date"], "--format", "json"))
    assert found["conveners"] == list(segregation.words(row["expect_actors"].replace("-", "", 1)))


@pytest.mark.parametrize(
    "network, day, found",
    [
        ("natverk-kommuner", "2022-06-30", (["delmos"], 32, 18)),
        ("natverk-kommuner", "2023-02-14", (["skr"], 0, 18)),
        ("natverk-myndigheter", "2022-06-30", (["delmos"], 4, None)),
        ("natverk-huddinge", "2023-02-14", (["huddinge"], 0, 5)),
        ("natverk-bostad-skane", "2023-02-14", (["region-skane"], 2, None)),
        ("natverk-insynsrad", "2023-02-14", ([], 0, None)),
    ],
)
def test_seats_are_counted_as_the_design_says(case, network, day, found):
    said = json.loads(ask(network, "--as-of", day, "--format", "json"))
    assert (said["conveners"], said["seats"], said["stated_members"]) == found
