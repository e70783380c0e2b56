import datetime
from dataclasses import replace

import pytest

from mandates.rules import findings
from mandates.rules.overlap import likeness
from mandates.snapshot import (
    Actor,
    Area,
    Collaboration,
    Convener,
    Encounter,
    Kind,
    Mandate,
    Member,
    Network,
    Place,
    Seat,
    Snapshot,
    Strategy,
)
from tests import oracle
from tests.segregation import load

D = datetime.date
DAY = D(2025, 1, 1)


def pairs(snapshot, day, rule="overlap"):
    return {"/".join(f.mandates): f.managed for f in findings(snapshot, day, rules=[rule])}


def without_joint_marks():
    return replace(load(), mandates=tuple(replace(m, joint_assignment="") for m in load().mandates))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            D(2020, 6, 30),
            {"DEL-05/SCB-02": False, "DEL-06/TVV-01": True, "DEL-21/TVV-01": True, "DEL-23/TVV-01": True},
        ),
        (D(2021, 6, 30), {"AF-10/DUA-10": True, "DEL-05/SCB-02": True}),
        (D(2023, 2, 14), {"AF-10/DUA-10": True}),
    ],
)
def test_overlaps_of_the_first_case_and_who_manages_them(day, expected):
    assert pairs(load(), day) == expected


def test_an_overlap_names_the_collaboration_that_manages_it():
    found = [f for f in findings(load(), D(2020, 6, 30), rules=["overlap"]) if f.managed]
    assert {f.collaborations for f in found} == {("SAM-25",)}


def test_no_assignments_collide_unless_joint_ones_are_taken_apart():
    day = D(2022, 6, 30)
    assert pairs(load(), day, "assignment_collision") == {}
    assert set(pairs(without_joint_marks(), day, "assignment_collision")) == {
        "DEL-14/SCB-02",
        "ATTA-2/ATTA-5",
        "ATTA-3/ATTA-6",
        "ATTA-3/ATTA-8",
        "ATTA-6/ATTA-8",
    }


@pytest.mark.parametrize(
    "day",
    [
        D(2018, 7, 1),
        D(2019, 6, 30),
        D(2020, 6, 30),
        D(2021, 6, 30),
        D(2022, 6, 30),
        D(2023, 2, 14),
        D(2024, 1, 1),
    ],
)
def test_an_independent_reading_of_the_tables_finds_the_same_pairs(day):
    text = day.isoformat()
    assert pairs(load(), day) == oracle.overlaps(text)
    assert set(pairs(load(), day, "assignment_collision")) == oracle.collisions(text)
    assert set(pairs(without_joint_marks(), day, "assignment_collision")) == oracle.collisions(text, False)


# Made-up registers: one property at a time.


def register(some=None, other=None, **fields):
    base = {
        "strategy": "s",
        "function": "grants",
        "levels": frozenset({"local"}),
        "territory_places": frozenset({"SE"}),
    }
    return Snapshot(
        **{
            "strategies": (Strategy(slug="s"),),
            "areas": (Area(strategy="s", code="homes"),),
            "functions": (
                Kind(code="grants", traits=frozenset({"duplicable"})),
                Kind(code="coordination", traits=frozenset({"lead", "coordination"})),
                Kind(code="transition", traits=frozenset({"transition"})),
                Kind(code="service", traits=frozenset({"service"})),
            ),
            "mandate_kinds": (Kind(code="order", traits=frozenset({"assignment"})),),
            "places": (Place(code="SE"), Place(code="01", parent="SE"), Place(code="12", parent="SE")),
            "actors": (
                Actor(slug="a", level="national", name_sv="Alfaverket (Alfa)"),
                Actor(slug="b", level="national", name_sv="Betarådet"),
                Actor(slug="town", level="local", place="01"),
                Actor(slug="c", level="national"),
                Actor(
                    slug="group", level="national", is_group=True, rule="list", members=(Member(actor="a"),)
                ),
            ),
            "mandates": (
                Mandate(**{"code": "A", "holder": "a", **base, **(some or {})}),
                Mandate(**{"code": "B", "holder": "b", **base, **(other or {})}),
            ),
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("change", "overlap"),
    [
        ({}, True),
        ({"holder": "a"}, False),
        ({"holder": "group"}, False),  # contains the other holder
        ({"holder": "town"}, False),  # another level: shared vertically
        ({"area": "homes"}, False),
        ({"function": "coordination"}, False),
        ({"levels": frozenset({"regional"})}, False),
        ({"valid_until": DAY}, False),
        ({"status": "proposed"}, False),
        ({"territory_places": frozenset({"12"})}, True),
    ],
)
def test_what_makes_two_mandates_overlap(change, overlap):
    assert bool(pairs(register(other=change), DAY)) is overlap


@pytest.mark.parametrize("function", ["transition", "service"])
def test_handing_over_and_serving_are_no_overlap(function):
    assert pairs(register({"function": function}, {"function": function}), DAY) == {}


def test_territories_that_do_not_meet_do_not_overlap():
    there, here = {"territory_places": frozenset({"12"})}, {"territory_places": frozenset({"01"})}
    assert pairs(register(there, here), DAY) == {}
    assert pairs(register(there, there), DAY) == {"A/B": False}


def test_one_joint_assignment_is_no_overlap():
    joint, another = {"joint_assignment": "j"}, {"joint_assignment": "k"}
    assert pairs(register(joint, joint), DAY) == {}
    assert pairs(register(joint, another), DAY) == {"A/B": False}


def test_duplication_asks_for_one_named_area_and_the_same_target_groups():
    some = {"area": "homes", "target_group": "kommuner; unga"}
    assert pairs(register(some, {**some, "target_group": "Kommuner"}), DAY, "duplication") == {"A/B": False}
    assert pairs(register(some, {**some, "target_group": "regioner"}), DAY, "duplication") == {}
    assert pairs(register(some, {**some, "target_group": ""}), DAY, "duplication") == {}
    across = {**some, "area": "*"}
    assert pairs(register(across, across), DAY, "duplication") == {}


def test_an_unmanaged_duplication_weighs_most_and_an_unmanaged_overlap_next():
    some = {"area": "homes", "target_group": "kommuner"}
    found = findings(register(some, some), DAY, rules=["overlap", "duplication"])
    assert [(f.rule, f.severity) for f in found] == [("duplication", 3), ("overlap", 2)]


def test_a_current_dated_collaboration_manages_an_overlap_and_an_undated_one_does_not():
    def managed(**period):
        tie = Collaboration(code="T", participants=("a", "b"), **period)
        return pairs(register(collaborations=(tie,)), DAY)["A/B"]

    assert managed(valid_from=D(2024, 1, 1)) is True
    assert managed(valid_from=D(2024, 1, 1), valid_until=DAY) is False
    assert managed() is False


def seated(**fields):
    return register(
        **{
            "networks": (Network(slug="n"),),
            "seats": (Seat(network="n", actor="a"), Seat(network="n", actor="b")),
            "conveners": (Convener(network="n", actor="a"),),
            **fields,
        }
    )


def test_seats_manage_an_overlap_only_in_a_network_that_meets():
    def met(first, until, precision="day"):
        return (Encounter(code="E", network="n", valid_from=first, valid_until=until, precision=precision),)

    assert pairs(seated(), DAY) == {"A/B": True}
    assert pairs(seated(conveners=()), DAY) == {"A/B": False}
    assert pairs(seated(networks=(Network(slug="n", valid_until=DAY),)), DAY) == {"A/B": False}
    assert pairs(seated(encounters=met(D(2024, 1, 1), D(2024, 1, 2))), DAY) == {"A/B": True}
    assert pairs(seated(encounters=met(D(2023, 12, 31), D(2024, 1, 1))), DAY) == {"A/B": False}
    assert pairs(seated(encounters=met(D(2018, 1, 1), D(2025, 6, 1), "period")), DAY) == {"A/B": True}
    assert pairs(seated(encounters=met(None, None)), DAY) == {"A/B": True}


@pytest.mark.parametrize(
    ("target_group", "managed"),
    [
        ("Alfaverket, Betarådet", True),
        ("alfa; betarådet", True),
        ("Betarådet", False),
        ("myndigheter", False),
    ],
)
def test_a_coordination_mandate_manages_those_it_names(target_group, managed):
    snapshot = register()
    coordinator = Mandate(code="C", holder="c", function="coordination", target_group=target_group)
    assert pairs(replace(snapshot, mandates=(*snapshot.mandates, coordinator)), DAY)["A/B"] is managed


def test_assignments_collide_when_due_within_twelve_months():
    def collide(**other):
        some = {"kind": "order", "report_due": D(2025, 3, 31)}
        return bool(pairs(register(some, {"kind": "order", **other}), DAY, "assignment_collision"))

    assert collide(report_due=D(2026, 3, 31))
    assert not collide(report_due=D(2026, 4, 1))
    assert collide(valid_until=D(2026, 4, 1))  # the last day counts, not the day after
    assert not collide()
    assert not collide(kind="", report_due=D(2025, 3, 31))


def test_sharing_between_levels_and_complements_are_summed_up_apart():
    vertical = findings(register(other={"holder": "town"}), DAY, rules=["vertical_sharing"])
    assert [(f.key, f.evidence["count"]) for f in vertical] == [("vertical_sharing:s:*/grants", 1)]
    complement = findings(register(other={"function": "coordination"}), DAY, rules=["complementary"])
    assert [(f.key, f.actors) for f in complement] == [("complementary:s:*", ("a", "b"))]


def test_likeness_of_target_groups():
    one, two = (Mandate(code="", holder="", target_group=text) for text in ("unga och nyanlända", "Unga"))
    assert likeness(one, two) == 0.33
    assert likeness(one, Mandate(code="", holder="")) == 0.0


def test_many_pairs_in_one_cell_are_one_finding_that_counts_them():
    holders = tuple(Actor(slug=f"h{n}", level="national") for n in range(8))
    rows = tuple(
        Mandate(code=f"M{n}", holder=f"h{n}", strategy="s", function="grants", levels=frozenset({"local"}))
        for n in range(8)
    )
    snapshot = register(actors=holders, mandates=rows)
    (one,) = findings(snapshot, DAY, rules=["overlap"])
    assert (one.key, one.managed) == ("overlap:s:*/grants", False)
    assert (one.evidence["count"], one.evidence["unmanaged"], len(one.evidence["strongest"])) == (28, 28, 20)
    assert len(findings(replace(snapshot, mandates=rows[:6]), DAY, rules=["overlap"])) == 15
