import datetime
from dataclasses import replace

import pytest

from mandates.coverage import DEFAULTS
from mandates.rules import findings
from mandates.rules.structure import cut_off
from mandates.snapshot import (
    Actor,
    Area,
    Collaboration,
    Convener,
    Encounter,
    Expectation,
    Kind,
    Mandate,
    Milestone,
    Network,
    Seat,
    Snapshot,
    Strategy,
)
from tests.segregation import load

D = datetime.date
DAY = D(2025, 1, 1)
LONG_AGO = D(2020, 1, 1)


def register(*mandates, **fields):
    base = {"strategy": "s", "area": "x", "function": "f", "levels": frozenset({"n"})}
    return Snapshot(
        **{
            "strategies": (Strategy(slug="s"),),
            "areas": (Area(strategy="s", code="x"), Area(strategy="s", code="later", status="proposed")),
            "functions": (Kind(code="f"), Kind(code="lead", traits=frozenset({"coordination"}))),
            "levels": (Kind(code="n", position=1),),
            "mandate_kinds": (Kind(code="order", traits=frozenset({"assignment"})),),
            "mandate_roles": (Kind(code="lead", traits=frozenset({"lead"})),),
            "actor_kinds": (Kind(code="agency", traits=frozenset({"government"})),),
            "collaboration_kinds": (Kind(code="money", traits=frozenset({"funding"})),),
            "actors": tuple(Actor(slug=slug, kind="agency", level="n") for slug in "abcdef"),
            "mandates": tuple(Mandate(**{"code": f"M{i}", **base, **row}) for i, row in enumerate(mandates)),
            **fields,
        }
    )


def tie(*participants, code="T", **fields):
    return Collaboration(**{"code": code, "participants": participants, "valid_from": LONG_AGO, **fields})


def found(snapshot, rule, day=DAY):
    return findings(snapshot, day, rules=[rule])


def keys(snapshot, rule, day=DAY):
    return {f.key for f in found(snapshot, rule, day)}


TWO = ({"holder": "a"}, {"holder": "b"})


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({}, ["ties", "lead"]),
        ({"collaborations": (tie("a", "b"),)}, ["lead"]),
        ({"collaborations": (tie("a", "c"), tie("c", "b", code="U"))}, ["lead"]),
        (
            {
                "networks": (Network(slug="n"),),
                "seats": (
                    Seat(network="n", actor="a", valid_from=LONG_AGO),
                    Seat(network="n", actor="b", valid_from=LONG_AGO),
                ),
                "conveners": (Convener(network="n", actor="a", valid_from=LONG_AGO),),
            },
            [],
        ),
    ],
)
def test_fragmentation_says_whether_the_actors_of_an_area_are_coordinated(fields, lacks):
    (one,) = found(register(*TWO, **fields), "fragmentation")
    assert (one.key, one.evidence["lacks"], one.evidence["coordinated"]) == (
        "fragmentation:s:x",
        lacks,
        not lacks,
    )


def test_fragmentation_is_about_government_actors_in_adopted_areas():
    assert keys(register({"holder": "a"}), "fragmentation") == set()
    assert keys(register(*({**row, "area": "later"} for row in TWO)), "fragmentation") == set()
    assert keys(register(*TWO, actor_kinds=()), "fragmentation") == set()
    assert found(
        register(*TWO, {"holder": "a", "function": "lead"}, collaborations=(tie("a", "b"),)), "fragmentation"
    )[0].evidence["coordinated"]


def test_overlapping_actors_without_a_tie_are_given_brokers():
    between = (tie("a", "c"), tie("c", "b", code="U"))
    (one,) = found(register(*TWO, collaborations=between), "coordination_gap")
    assert (one.actors, one.evidence["why"], one.evidence["brokers"]) == (("a", "b"), ["overlap"], ["c"])
    assert found(register(*TWO, collaborations=(tie("a", "b"),)), "coordination_gap") == []


def test_actors_that_handed_over_within_a_year_ought_to_be_tied():
    def after(ended):
        before = {"code": "OLD", "holder": "a", "valid_until": ended, "successor": "NEW"}
        return keys(register(before, {"code": "NEW", "holder": "b"}), "coordination_gap")

    assert after(D(2024, 1, 1)) == {"coordination_gap:s:x:a+b"}
    assert after(D(2023, 12, 31)) == set()


def test_complementary_actors_without_ties_are_summed_up_per_area():
    three = ({"holder": "a"}, {"holder": "b", "function": "g"}, {"holder": "c", "function": "h"})
    (one,) = found(register(*three, collaborations=(tie("a", "b"),)), "coordination_gap")
    assert (one.key, one.evidence["count"], one.evidence["of"]) == ("coordination_gap:s:x", 2, 3)


@pytest.mark.parametrize(
    ("collaboration", "unmandated"),
    [
        (tie("a", "b", area="x"), {"unmandated:x:b"}),
        (tie("a", "b"), set()),  # cross-sector
        (tie("a", "b", area="later"), set()),
        (tie("a", "b", area="x", valid_from=None), set()),
        (tie("a", "b", area="x", valid_until=DAY), set()),
        (tie("a", "b", area="x", kind="money"), set()),  # receives
        (tie("b", "a", area="x", kind="money"), {"unmandated:x:b"}),  # pays
    ],
)
def test_a_government_actor_that_collaborates_without_a_mandate(collaboration, unmandated):
    assert keys(register({"holder": "a"}, collaborations=(collaboration,)), "unmandated") == unmandated


OLD = {"holder": "a", "explicit": True, "valid_from": LONG_AGO}


def seated_until(day, convener="b"):
    """A seat in a cross-sector network that somebody convenes, or nobody."""
    return {
        "collaborations": (tie("a", "b", area="y"),),
        "networks": (Network(slug="n"),),
        "conveners": (Convener(network="n", actor=convener, valid_from=LONG_AGO),) if convener else (),
        "seats": (Seat(network="n", actor="a", valid_from=LONG_AGO, valid_until=day),),
    }


@pytest.mark.parametrize(
    ("mandate", "fields", "dormant"),
    [
        (OLD, {"collaborations": (tie("a", "b", valid_until=D(2023, 1, 1)),)}, True),
        (OLD, {}, False),  # the register does not follow it
        (OLD, {"collaborations": (tie("a", "b", valid_until=D(2024, 2, 1)),)}, False),
        (OLD, {"collaborations": (tie("a", "b", area="y"),)}, True),
        (OLD, seated_until(None), False),
        (OLD, seated_until(D(2024, 2, 1)), False),  # within a year
        (OLD, seated_until(D(2023, 1, 1)), True),
        (OLD, seated_until(D(2024, 2, 1), convener=None), True),  # it did not meet
        ({**OLD, "explicit": False}, {"collaborations": (tie("a", "b", area="y"),)}, False),
        ({**OLD, "valid_from": D(2024, 6, 1)}, {"collaborations": (tie("a", "b", area="y"),)}, False),
        ({**OLD, "valid_from": None}, {"collaborations": (tie("a", "b", area="y"),)}, False),
        (
            OLD,
            {
                "collaborations": (tie("a", "b", area="y"),),
                "milestones": (
                    Milestone(
                        code="D",
                        area="x",
                        participants=frozenset("a"),
                        valid_from=D(2024, 5, 1),
                        valid_until=D(2024, 5, 2),
                    ),
                ),
            },
            False,
        ),
    ],
)
def test_a_mandate_is_dormant_when_nothing_is_seen_of_it_for_a_year(mandate, fields, dormant):
    assert bool(keys(register(mandate, **fields), "dormant")) is dormant


LEAD = {"holder": "a", "role": "lead"}


def with_network(*seats, encounters=()):
    return register(
        LEAD,
        networks=(Network(slug="n", level="n", areas=frozenset({"x"})),),
        conveners=(Convener(network="n", actor="b"),),
        seats=tuple(Seat(network="n", actor=slug) for slug in seats),
        encounters=encounters,
    )


def test_a_lead_without_a_seat_is_absent():
    assert keys(with_network(), "absent_holder") == {"absent_holder:x:M0+n"}
    assert keys(with_network("a"), "absent_holder") == set()


def test_a_lead_that_missed_the_last_three_meetings_is_absent():
    def met(*present):
        days = [D(2024, month, 1) for month in range(1, len(present) + 1)]
        held = [
            Encounter(
                code=f"E{i}",
                network="n",
                participants=frozenset(who),
                valid_from=day,
                valid_until=day + datetime.timedelta(days=1),
            )
            for i, (who, day) in enumerate(zip(present, days, strict=True))
        ]
        return [
            f.evidence["missed"] for f in found(with_network("a", encounters=tuple(held)), "absent_holder")
        ]

    assert met("ab", "b", "b", "b") == [["E1", "E2", "E3"]]
    assert met("b", "b", "ab") == []
    assert met("b", "b") == []


def test_an_actor_that_others_hang_on_is_a_single_point_of_failure():
    star = (tie("a", "b"), tie("a", "c", code="U"), tie("a", "d", code="V"))
    assert cut_off(register(collaborations=star), DAY, DEFAULTS) == {"a": ["c", "d"]}
    chain = (tie("a", "b"), tie("b", "c", code="U"))
    assert cut_off(register(collaborations=chain), DAY, DEFAULTS) == {}
    two = (tie("a", "b", "c"), tie("c", "d", "e", code="U"))
    assert cut_off(register(collaborations=two), DAY, DEFAULTS) == {"c": ["d", "e"]}


def test_the_sole_holder_behind_two_expectations_is_a_single_point_of_failure():
    asked = tuple(
        Expectation(code=code, strategy="s", area="x", function=function, level="n", mapped_from=LONG_AGO)
        for code, function in (("X", "f"), ("Y", "g"))
    )
    both = ({"holder": "a"}, {"holder": "a", "function": "g"})
    (one,) = found(register(*both, expectations=asked), "single_point_of_failure")
    assert (one.actors, one.evidence["cells"]) == (("a",), ["X", "Y"])
    assert found(register(*both, {"holder": "b"}, expectations=asked), "single_point_of_failure") == []


def test_a_group_that_is_only_counted_is_no_single_point_of_failure():
    assert {f.actors for f in found(load(), "single_point_of_failure", D(2021, 6, 30))} == {
        ("delmos",),
        ("region-gavleborg",),
    }


def test_rows_that_nobody_confirmed_or_sourced_are_one_finding_per_holder():
    rows = (
        {"holder": "a", "confirmed_on": D(2024, 1, 1), "sources": ("doc 1",)},
        {"holder": "b", "confirmed_on": D(2023, 12, 31)},
        {"holder": "b"},
    )
    assert keys(register(*rows), "stale") == {"stale:b"}
    assert keys(register(*rows), "unsourced") == {"unsourced:b"}
    assert found(register(*rows), "unsourced")[0].mandates == ("M1", "M2")


def test_an_assignment_needs_an_end_or_a_report_date():
    def asked(**row):
        return bool(keys(register({"holder": "a", "kind": "order", **row}), "no_sunset"))

    assert asked()
    assert not asked(report_due=D(2026, 1, 1))
    assert not asked(valid_until=D(2026, 1, 1))
    assert not asked(kind="")


def test_holders_in_one_area_that_steer_by_different_classifications():
    lists = ({"holder": "a", "classification": "lägesbild"}, {"holder": "b", "classification": "barometer"})
    assert keys(register(*lists), "conflicting_basis") == {"conflicting_basis:s:x"}
    assert keys(register(lists[0], {**lists[1], "area": "later"}), "conflicting_basis") == set()
    assert keys(register(lists[0], {**lists[1], "classification": "lägesbild"}), "conflicting_basis") == set()
    assert keys(register(lists[0], {**lists[1], "holder": "a"}), "conflicting_basis") == set()


def test_a_collaboration_that_hangs_on_one_person():
    lone = tie("a", "b", named_contacts=(("a", 1), ("b", 2)))
    (one,) = found(register(collaborations=(lone,)), "person_dependent")
    assert one.evidence["sides"] == ["a"]
    assert found(register(collaborations=(replace(lone, named_contacts=()),)), "person_dependent") == []
