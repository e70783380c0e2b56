import datetime
from dataclasses import replace

import pytest

from mandates.rules import findings
from mandates.snapshot import (
    Actor,
    Collaboration,
    Convener,
    Expectation,
    Kind,
    Mandate,
    Network,
    Snapshot,
    Strategy,
)
from tests import oracle
from tests.segregation import load

D = datetime.date
DAY = D(2025, 1, 1)
AFTER = D(2023, 2, 14)
LOST = {
    "DEL-01": ["X02"],
    "DEL-02": ["X04"],
    "DEL-03": ["X06", "X07"],
    "DEL-04": ["X08"],
    "DEL-07": ["X02"],
    "DEL-16": ["X04"],
    "DEL-21": ["X10", "X11"],
    "DEL-23": ["X10"],
    "DEL-24": ["X10"],
    "ATTA-1": ["X14/arbetsmarknad"],
    "ATTA-4": ["X14/brottslighet"],
    "ATTA-7": ["X14/utbildning"],
}


def orphaned(snapshot, day):
    found = findings(snapshot, day, rules=["orphaned"])
    return (
        {f.mandates[0]: f.evidence["cells"] for f in found if f.mandates},
        {f.networks[0] for f in found if f.networks},
        {f.collaborations[0] for f in found if f.collaborations},
    )


def test_tasks_and_networks_without_an_owner_after_delmos():
    assert orphaned(load(), AFTER) == (LOST, {"natverk-myndigheter"}, set())


def test_ending_the_municipal_network_opens_its_cell_and_orphans_its_task():
    ended = replace(
        load(),
        mandates=tuple(
            replace(m, valid_until=D(2023, 2, 1)) if m.code == "SKR-01" else m for m in load().mandates
        ),
    )
    gaps = {f.expectation for f in findings(ended, AFTER, rules=["gap"])}
    before = {f.expectation for f in findings(load(), AFTER, rules=["gap"])}
    assert gaps - before == {"X05"}
    assert orphaned(ended, AFTER)[0] == {**LOST, "SKR-01": ["X05"]}


@pytest.mark.parametrize(
    "day", [D(2021, 6, 30), D(2022, 6, 30), D(2022, 12, 31), D(2023, 1, 1), AFTER, D(2024, 1, 1)]
)
def test_an_independent_reading_of_the_tables_finds_the_same_orphans(day):
    mandates, networks, _ = orphaned(load(), day)
    expected, without_convener = oracle.orphaned(day.isoformat())
    assert {code: set(cells) for code, cells in mandates.items()} == expected
    assert networks == without_convener


def test_nothing_is_orphaned_where_nobody_has_checked():
    assert orphaned(load(), D(2025, 6, 30))[0] == {}


def register(*mandates, asked=None, **fields):
    base = {"strategy": "s", "function": "f", "levels": frozenset({"n"})}
    return Snapshot(
        **{
            "strategies": (Strategy(slug="s"),),
            "mandate_roles": (Kind(code="lead", traits=frozenset({"lead"})),),
            "actors": (Actor(slug="a"), Actor(slug="b"), Actor(slug="gone", valid_until=D(2024, 1, 1))),
            "expectations": (
                Expectation(
                    **{
                        "code": "X",
                        "strategy": "s",
                        "function": "f",
                        "level": "n",
                        "mapped_from": D(2000, 1, 1),
                        **(asked or {}),
                    }
                ),
            ),
            "mandates": tuple(Mandate(**{**base, **row}) for row in mandates),
            **fields,
        }
    )


ENDED = {"code": "A", "holder": "a", "valid_until": D(2024, 1, 1)}


def test_a_task_that_met_nothing_expected_is_not_orphaned():
    assert orphaned(register({**ENDED, "area": "x"}), DAY)[0] == {}
    assert orphaned(register(ENDED), DAY)[0] == {"A": ["X"]}


def test_a_task_ends_with_its_holder():
    assert orphaned(register({"code": "A", "holder": "gone"}), DAY)[0] == {"A": ["X"]}


def test_a_successor_further_down_the_chain_keeps_a_task_from_being_orphaned():
    first = {**ENDED, "successor": "B"}
    second = {**ENDED, "code": "B", "successor": "C"}
    third = {"code": "C", "holder": "b", "area": "x"}  # active, though it does not meet what is expected
    assert orphaned(register(first, second, third), DAY)[0] == {}
    ring = {**second, "successor": "A"}
    assert set(orphaned(register(first, ring), DAY)[0]) == {"A", "B"}


def test_only_the_last_to_meet_it_are_orphaned():
    earlier = {**ENDED, "code": "B", "valid_until": D(2023, 1, 1)}
    assert set(orphaned(register(ENDED, earlier), DAY)[0]) == {"A"}


def test_a_network_is_orphaned_when_its_last_convener_left_but_not_before_its_first():
    def found(*conveners, **network):
        snapshot = register(networks=(Network(slug="n", **network),), conveners=conveners)
        return orphaned(snapshot, DAY)[1]

    left = Convener(network="n", actor="a", valid_until=D(2024, 6, 1))
    assert found(left) == {"n"}
    assert found(Convener(network="n", actor="gone")) == {"n"}
    assert found() == {"n"}
    assert found(left, Convener(network="n", actor="b")) == set()
    assert found(Convener(network="n", actor="b", valid_from=D(2026, 1, 1))) == set()
    assert found(left, valid_until=DAY) == set()


def test_a_collaboration_is_orphaned_when_a_side_ceased():
    tie = Collaboration(code="T", participants=("a", "gone"), valid_from=D(2020, 1, 1))
    assert orphaned(register(collaborations=(tie,)), DAY)[2] == {"T"}
    assert orphaned(register(collaborations=(replace(tie, valid_from=None),)), DAY)[2] == set()
    assert orphaned(register(collaborations=(tie,)), D(2023, 1, 1))[2] == set()


def dangling(snapshot, day):
    return {f.evidence["last"]: f.mandates for f in findings(snapshot, day, rules=["dangling_successor"])}


def test_a_chain_of_successors_that_ends_in_nothing_is_one_finding():
    assert dangling(load(), AFTER) == {"DEL-24": ("DEL-24", "TVV-01")}
    assert dangling(load(), D(2024, 1, 1))["BOV-P1"] == ("BOV-31", "BOV-P1", "DEL-05")


def test_a_successor_is_missed_only_where_the_task_is_expected():
    first, second = {**ENDED, "successor": "B"}, {**ENDED, "code": "B"}
    assert dangling(register(first, second), DAY) == {"B": ("A", "B")}
    assert dangling(register(first, second, asked={"level": "local"}), DAY) == {}
    assert dangling(register(first, {"code": "B", "holder": "b"}), DAY) == {}


def test_a_single_lead_is_contested_by_two_and_missing_with_none():
    def found(*mandates, **asked):
        snapshot = register(*mandates, asked={"single_lead": True, **asked})
        return [f.rule for f in findings(snapshot, DAY, rules=["contested_lead", "no_lead"])]

    some = {"code": "A", "holder": "a", "role": "lead"}
    other = {"code": "B", "holder": "b", "role": "lead"}
    assert found(some, other) == ["contested_lead"]
    assert found(*({**row, "joint_assignment": "j"} for row in (some, other))) == []
    assert found(some, {**other, "role": ""}) == []
    assert found({**some, "role": ""}) == ["no_lead"]
    assert found() == []  # that is a gap
    assert found(some, other, single_lead=False) == []
