"""The machine interface over HTTP: who may read it, what it answers, and how it refuses."""

import datetime

import pytest

from coordination.base.models import Level
from tests import factories as f

DAY = {"as_of": "2023-02-14"}


@pytest.fixture
def register(db):
    strategy = f.StrategyFactory(valid_until=datetime.date(2029, 1, 1))
    task = f.FunctionFactory(code="samordning")
    holder = f.ActorFactory(slug="verket")
    f.MandateFactory(code="V-1", holder=holder, function=task, legal_basis="SFS 2018:151", explicit=True)
    f.MandateFactory(
        code="V-2",
        holder=holder,
        area=f.PriorityAreaFactory(code="skola"),
        valid_until=datetime.date(2022, 1, 1),
    )
    f.ExpectationFactory(code="X1", function=task)
    f.ExpectationFactory(code="X2", function=f.FunctionFactory(code="kunskap"))
    return strategy


def test_coverage_over_http(client, register):
    found = client.get("/api/v1/coverage", DAY).json()
    assert (found["as_of"], found["holders"], found["mandates"]) == ("2023-02-14", ["verket"], ["V-1"])
    assert [(c["expectation"], c["status"], c["holders"]) for c in found["cells"]] == [
        ("X1", "covered", ["verket"]),
        ("X2", "gap", []),
    ]
    assert "compare" not in found


def test_coverage_compares_two_days(client, register):
    support = f.FunctionFactory(code="stod")
    f.MandateFactory(function=support, valid_until=datetime.date(2023, 1, 1))
    f.ExpectationFactory(code="X3", function=support)
    found = client.get("/api/v1/coverage", {**DAY, "compare": "2022-12-31"}).json()
    assert (found["compare"], found["opened"], found["closed"]) == ("2022-12-31", ["X3"], [])


def test_without_a_day_the_registers_own_day_is_meant(client, register):
    assert client.get("/api/v1/coverage").json()["as_of"] == "2023-02-14"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"as_of": "2023-02-30"}, "as_of"),
        ({"as_of": "1700000000"}, "as_of"),
        ({"compare": "i går"}, "compare"),
        ({"area": "skolaa"}, "area"),
        ({"place": "9999"}, "place"),
        ({"explicit": "kanske"}, "explicit"),
        ({"by": "färg"}, "by"),
        ({"legal": "x" * 1001}, "legal"),
    ],
)
def test_what_cannot_be_answered_is_said_by_parameter(client, register, query, parameter):
    response = client.get("/api/v1/coverage", query)
    assert response.status_code == 422
    found = response.json()
    assert [error["parameter"] for error in found["errors"]] == [parameter]
    assert parameter in found["detail"] and found["errors"][0]["message"]


@pytest.mark.parametrize("path", ["mandates", "expectations", "actors", "networks"])
@pytest.mark.parametrize(
    "query", [{"limit": 10**20}, {"limit": 0}, {"offset": -1}, {"offset": 2**63}, {"limit": "tio"}]
)
def test_lists_refuse_limits_that_nobody_needs(client, db, path, query):
    assert client.get(f"/api/v1/{path}", query).status_code == 422


def test_lists_give_a_page_and_the_number_of_rows(client, db):
    f.ActorFactory.create_batch(5)
    found = client.get("/api/v1/actors", {"limit": 2, "offset": 4}).json()
    assert (len(found["items"]), found["count"]) == (1, 5)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["V-1"]),
        ({"when": "ended"}, ["V-2"]),
        ({"when": "all"}, ["V-1", "V-2"]),
        ({"when": "all", "area": "*"}, ["V-1"]),
        ({"when": "all", "area": "*;skola"}, ["V-1", "V-2"]),
        ({"when": "all", "explicit": "no"}, ["V-2"]),
        ({"legal": "sfs 2018"}, ["V-1"]),
        ({"level": "local"}, []),
        ({"function": "samordning", "level": "national;local", "actor": "verket"}, ["V-1"]),
        ({"status": "proposed"}, []),
    ],
)
def test_mandates_are_narrowed_as_coverage_is(client, register, query, expected):
    found = client.get("/api/v1/mandates", {**DAY, **query}).json()
    assert [row["id"] for row in found["items"]] == expected


def test_a_mandate_tells_its_last_day_and_its_sources(client, register):
    f.CitationFactory(row=f.Mandate.objects.get(code="V-2"), document__slug="rapporten", place="avsnitt 1")
    found = client.get("/api/v1/mandates/V-2").json()
    assert (found["id"], found["area"], found["valid_to"]) == ("V-2", "skola", "2021-12-31")
    assert (found["sources"], found["levels"]) == (["rapporten avsnitt 1"], ["national"])


def test_a_group_names_its_members(client, db):
    member = f.GroupMemberFactory(group__slug="kommuner", actor__slug="habo")
    found = client.get("/api/v1/actors/kommuner").json()
    assert (found["is_group"], [m["actor"] for m in found["members"]]) == (True, ["habo"])
    found = client.get("/api/v1/actors", {"q": "habo"}).json()
    assert [row["id"] for row in found["items"]] == [member.actor.slug]


@pytest.mark.parametrize(
    "path", ["mandates/finns-inte", "actors/finns-inte", "networks/finns-inte", "finns-inte", "../v2/x"]
)
def test_what_is_not_there_is_answered_in_json(client, db, path):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json" and response.json()["detail"]


def test_a_closed_instance_asks_for_a_login(client, register, settings):
    settings.ANONYMOUS_READING = False
    for path in ("coverage", "mandates", "mandates/V-1", "actors", "networks"):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 401 and response.json()["detail"], path
    client.force_login(f.UserFactory())
    assert client.get("/api/v1/mandates/V-1").status_code == 200


def test_nothing_is_written(client, register):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/v1/mandates/V-1").status_code == 405


def test_the_description_says_how_every_operation_may_fail(client, db):
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.")
    for path, operations in found["paths"].items():
        for operation in operations.values():
            assert {"200", "401", "404", "422"} <= set(operation["responses"]), path
    assert client.get("/api/v1/").json()["openapi"] == "/api/v1/openapi.json"


def test_levels_of_a_mandate_are_codes(client, db):
    f.MandateFactory(code="A-1", levels=list(Level.objects.filter(code__in=["regional", "local"])))
    assert client.get("/api/v1/mandates/A-1").json()["levels"] == ["regional", "local"]
