import csv
import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandates import coverage, eligibility, met_spans
from mandates.coverage import Thresholds, goes_dark_on, lanes, states
from mandates.eligibility import near_misses
from mandates.matrix import Selection, matrix, selected
from mandates.snapshot import Actor, Area, Expectation, Kind, Mandate, Member, Snapshot, Strategy
from tests import oracle
from tests.segregation import load

D = datetime.date
EXPECTED = list(
    csv.DictReader((Path(__file__).parent / "data" / "expected_findings.csv").open(encoding="utf-8-sig"))
)
DATES = [D(2018, 6, 30), D(2019, 6, 30), D(2020, 6, 30), D(2021, 6, 30), D(2022, 6, 30), D(2022, 12, 31)]
DATES += [
    D(2023, 1, 1),
    D(2023, 2, 14),
    D(2023, 7, 1),
    D(2024, 1, 1),
    D(2024, 2, 14),
    D(2024, 2, 15),
    D(2025, 6, 30),
]
WENT_WITH_DELMOS = {"X02", "X04", "X06", "X07", "X08"}
UNMET_2023 = (
    WENT_WITH_DELMOS
    | {"X03", "X10", "X11"}
    | {f"X14/{area}" for area in ("arbetsmarknad", "brottslighet", "demokrati", "utbildning")}
)


def cell(snapshot, name):
    return next(cell for cell in eligibility.all_cells(snapshot) if cell.id == name)


def unmet(day, snapshot=None):
    return {s.cell.id: s.status for s in states(snapshot or load(), day) if s.is_unmet}


def dark(day):
    return {s.cell.id: s.goes_dark_on for s in states(load(), day) if "goes_dark" in s.marks}


def words(text):
    return frozenset(part for part in text.split(";") if part)


def expected_actors(row):
    return frozenset() if row["expect_actors"] == "-" else words(row["expect_actors"])


@pytest.mark.parametrize(
    "row", [row for row in EXPECTED if row["q_type"] == "mandates"], ids=lambda row: row["id"]
)
def test_statements_of_the_documents_are_answered_by_the_mandates(row):
    selection = Selection(
        functions=words(row["q_function"]),
        areas=words(row["q_area"]),
        levels=words(row["q_level"]),
        kinds=words(row["q_kind"]),
        explicit={"yes": True, "no": False, "": None}[row["q_explicit"]],
        legal=words(row["q_legal"]),
        actors=words(row["q_actor"]),
        include_proposed=row["q_include_proposed"] == "yes",
    )
    found = {m.holder for m in selected(load(), D.fromisoformat(row["as_of_date"]), selection)}
    assert found == expected_actors(row)
    assert row["expect_count"] in ("", str(len(found)))


@pytest.mark.parametrize(
    "row", [row for row in EXPECTED if row["q_type"] == "network"], ids=lambda row: row["id"]
)
def test_statements_of_the_documents_are_answered_by_the_conveners(row):
    day = D.fromisoformat(row["as_of_date"])
    found = {c.actor for c in load().conveners_by_network[row["q_network"]] if c.holds_on(day)}
    assert found == expected_actors(row)


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (D(2021, 6, 30), 11, {}),
        (D(2022, 6, 30), 17, dict.fromkeys(["X10", "X11", "X14/demokrati"], "gap")),
        (D(2023, 2, 14), 18, dict.fromkeys(UNMET_2023, "gap")),
        (D(2024, 1, 1), 17, {**dict.fromkeys(UNMET_2023, "gap"), "X09": "projected_gap"}),
        (D(2025, 6, 30), 17, dict.fromkeys({*UNMET_2023, "X09"}, "not_mapped")),
    ],
)
def test_expectations_of_the_first_case(day, number, expected):
    assert len(states(load(), day)) == number
    assert unmet(day) == expected


def test_closing_delmos_opened_five_cells():
    before, after = unmet(D(2022, 12, 31)), unmet(D(2023, 1, 1))
    assert set(after) - set(before) == WENT_WITH_DELMOS
    assert set(before) - set(after) == set()


def test_cells_that_go_dark_within_a_year():
    assert dark(D(2023, 2, 14)) == {"X09": D(2024, 1, 1)}
    assert dark(D(2022, 6, 30)) == {
        **dict.fromkeys(WENT_WITH_DELMOS, D(2023, 1, 1)),
        **dict.fromkeys(["X14/utbildning", "X14/arbetsmarknad", "X14/brottslighet"], D(2022, 10, 29)),
    }


def test_the_horizon_reaches_exactly_365_days():
    follow_up = cell(load(), "X09")
    assert goes_dark_on(load(), follow_up, D(2023, 1, 1)) == D(2024, 1, 1)
    assert goes_dark_on(load(), follow_up, D(2022, 12, 31)) is None
    assert goes_dark_on(load(), follow_up, D(2022, 12, 31), Thresholds(horizon_days=366)) == D(2024, 1, 1)


def test_thin_cells():
    assert {s.cell.id for s in states(load(), D(2023, 2, 14)) if "thin" in s.marks} == {"X05", "X09", "X12"}


@pytest.mark.parametrize("day", DATES, ids=str)
def test_an_independent_reading_of_the_tables_agrees(day):
    text = day.isoformat()
    now = states(load(), day)
    assert {s.cell.id: s.status for s in now} == oracle.statuses(text)
    assert {s.cell.id: str(s.goes_dark_on) for s in now if s.goes_dark_on} == oracle.goes_dark(text)
    assert {s.cell.id for s in now if "thin" in s.marks} == oracle.thin(text)


def test_lane_of_national_coordination():
    assert [
        (lane.first, lane.status, sorted(lane.marks), lane.holders)
        for lane in lanes(load(), cell(load(), "X02"))
    ] == [
        (D(2018, 7, 1), "covered", [], ("delmos",)),
        (D(2022, 1, 1), "covered", ["goes_dark"], ("delmos",)),
        (D(2023, 1, 1), "gap", [], ()),
        (D(2024, 2, 15), "not_mapped", [], ()),
    ]


@pytest.mark.parametrize("name", [c.id for c in eligibility.all_cells(load())])
def test_lanes_tell_every_day_as_the_day_itself_does(name):
    found = lanes(load(), cell(load(), name))
    assert (found[0].first, found[-1].until) == (D(2018, 7, 1), D(2029, 1, 1))
    for lane, following in zip(found, found[1:], strict=False):
        assert lane.until == following.first
        assert (lane.status, lane.marks, lane.holders) != (
            following.status,
            following.marks,
            following.holders,
        )
    for lane in found:
        middle = lane.first + (lane.until - lane.first) // 2
        for day in (lane.first, middle, lane.until - datetime.timedelta(days=1)):
            now = coverage.state(load(), cell(load(), name), day)
            assert (now.status, now.marks, now.holders) == (lane.status, lane.marks, lane.holders), day


def test_rows_that_almost_count_say_what_they_lack():
    found = near_misses(load(), cell(load(), "X02"), D(2023, 2, 14))
    assert {(miss.mandate, miss.reasons) for miss in found} == {
        ("DEL-01", ("ended",)),
        ("DEL-07", ("ended",)),
        ("LOK-02", ("level",)),
        ("LOK-05", ("level",)),
        ("LOK-12", ("level",)),
    }


def test_a_cell_met_only_from_a_higher_level_says_so():
    now = {s.cell.id: s for s in states(load(), D(2023, 2, 14))}
    assert now["X05"].from_above
    assert not now["X09"].from_above


def test_the_matrix_counts_the_rows_it_names():
    cells = {(c.area, c.function, c.level): c for c in matrix(load(), D(2023, 2, 14))}
    follow_up = cells["*", "followup", "national"]
    assert (follow_up.holders, follow_up.mandates) == (("boverket",), ("BOV-31", "BOV-32", "BOV-33"))
    assert (follow_up.expectation, follow_up.status, follow_up.marks) == (
        "X09",
        "covered",
        {"goes_dark", "thin"},
    )
    assert cells["*", "coordination", "national"].status == "gap"
    local = cells["*", "coordination", "local"]
    assert (local.status, local.expectation, len(local.holders)) == ("unexpected", None, 3)
    sector = cells["arbetsmarknad", "grants", "local"]
    assert sector.sector_holders == ("arbetsformedlingen", "dua") and sector.explicit_holders == ()
    assert ("ovrigt", "service", "local") in cells  # outside: pages leave it out, counts do not lose it


def test_a_selection_by_place_takes_what_covers_it_and_what_lies_in_it():
    found = {m.code for m in selected(load(), D(2023, 2, 14), Selection(places=frozenset({"12"})))}
    assert {"LOK-07", "LOK-23", "BOV-31"} <= found  # in the county, of the county, of the country
    assert not found & {"LOK-22", "LOK-08"}


def test_a_selection_refuses_an_unknown_code():
    with pytest.raises(LookupError, match="unknown area 'boendee'"):
        selected(load(), D(2023, 2, 14), Selection(areas=frozenset({"boendee"})))
    with pytest.raises(LookupError, match="unknown dimension"):
        matrix(load(), D(2023, 2, 14), by=("colour",))


# Made-up registers, for what the first case does not have.


def small(*mandates, expectation=None, groups=(), **fields):
    asked = {"strategy": "s", "function": "f", "level": "n", "mapped_from": D(2000, 1, 1)}
    return Snapshot(
        strategies=(Strategy(slug="s", valid_from=D(2020, 1, 1), valid_until=D(2030, 1, 1)),),
        levels=(Kind(code="n", position=1), Kind(code="l", position=3)),
        mandate_kinds=(
            Kind(code="duty", traits=frozenset({"statutory"})),
            Kind(code="free", traits=frozenset({"voluntary"})),
        ),
        actors=(*(Actor(slug=slug, level="n") for slug in "abc"), *groups),
        expectations=(Expectation(**{"code": "X", **asked, **(expectation or {})}),),
        mandates=tuple(
            Mandate(**{"code": f"M{i}", "strategy": "s", "function": "f", "levels": frozenset("n"), **row})
            for i, row in enumerate(mandates)
        ),
        **fields,
    )


GROUP = Actor(
    slug="g", is_group=True, rule="list", members=(Member(actor="a"), Member(actor="b"), Member(actor="c"))
)
DAY = D(2025, 1, 1)


def test_a_duty_asked_of_a_group_is_met_by_the_group_or_by_all_its_members():
    asked = {"holder_group": "g", "kinds": frozenset({"duty"})}

    def now(*mandates):
        snapshot = small(*mandates, expectation=asked, groups=(GROUP,))
        return coverage.state(snapshot, cell(snapshot, "X"), DAY)

    assert now({"holder": "g", "kind": "duty"}).status == "covered"
    assert now(*({"holder": slug, "kind": "duty"} for slug in "abc")).status == "covered"
    partly = now({"holder": "a", "kind": "duty"})
    assert (partly.status, partly.members_covered, partly.members_asked) == ("gap", 1, 3)
    assert now({"holder": "g", "kind": "free"}).status == "voluntary_only"
    assert now().status == "gap"


def test_nobody_has_checked_an_expectation_without_a_mapped_span():
    snapshot = small(expectation={"mapped_from": None})
    assert unmet(DAY, snapshot) == {"X": "not_mapped"}


def test_a_proposed_mandate_never_counts():
    assert unmet(DAY, small({"holder": "a", "status": "proposed"})) == {"X": "gap"}


def test_a_mandate_ends_with_its_holder():
    snapshot = small({"holder": "a"})
    ceased = replace(snapshot, actors=(Actor(slug="a", valid_until=DAY),))
    assert unmet(DAY, snapshot) == {}
    assert unmet(DAY, ceased) == {"X": "gap"}
    assert goes_dark_on(ceased, cell(ceased, "X"), D(2024, 6, 1)) == DAY


def test_thin_needs_one_organisation_that_may_leave():
    def is_thin(*mandates, **asked):
        snapshot = small(*mandates, expectation=asked, groups=(GROUP,))
        return "thin" in coverage.state(snapshot, cell(snapshot, "X"), DAY).marks

    ending = D(2027, 1, 1)
    assert is_thin({"holder": "a", "kind": "free"})
    assert is_thin({"holder": "a", "valid_until": ending})
    assert not is_thin({"holder": "a"})
    assert not is_thin({"holder": "a", "valid_until": D(2030, 1, 1)})
    assert not is_thin({"holder": "a", "kind": "free"}, {"holder": "a"})
    assert not is_thin({"holder": "a", "kind": "free"}, {"holder": "b", "kind": "free"})
    assert not is_thin({"holder": "g", "kind": "free"})
    assert not is_thin({"holder": "a", "kind": "free"}, single_lead=True)


def test_last_to_meet_looks_behind_a_pause_of_the_expectation():
    area = Area(strategy="s", code="x", valid_from=D(2024, 1, 1))
    snapshot = small(
        {"holder": "a", "area": "x", "valid_until": D(2024, 6, 1)},
        expectation={"area": "each"},
        areas=(area,),
    )
    found = met_spans.last_to_meet(snapshot, cell(snapshot, "X/x"), DAY)
    assert [m.code for m in found] == ["M0"]


days = st.dates(D(2019, 1, 1), D(2031, 12, 31))
some_day = st.none() | days


@st.composite
def mandates(draw):
    first, until = draw(some_day), draw(some_day)
    if first and until and until <= first:
        first, until = until, first + datetime.timedelta(days=1)
    return {
        "holder": draw(st.sampled_from("abcg")),
        "kind": draw(st.sampled_from(["duty", "free"])),
        "levels": frozenset(draw(st.sets(st.sampled_from("nl"), min_size=1))),
        "area": draw(st.sampled_from(["*", "x"])),
        "explicit": draw(st.booleans()),
        "status": draw(st.sampled_from(["decided", "decided", "proposed"])),
        "valid_from": first,
        "valid_until": until,
    }


registers = st.builds(
    lambda rows, asked, ceases: replace(
        small(*rows, expectation=asked, groups=(GROUP,)),
        actors=(Actor(slug="a", level="n", valid_until=ceases), Actor(slug="b"), Actor(slug="c"), GROUP),
    ),
    st.lists(mandates(), max_size=6),
    st.fixed_dictionaries(
        {
            "min_holders": st.integers(1, 2),
            "explicit_only": st.booleans(),
            "holder_group": st.sampled_from([None, "g"]),
            "kinds": st.sampled_from([frozenset(), frozenset({"duty"})]),
            "mapped_until": some_day,
            "valid_until": st.none() | st.dates(D(2026, 1, 1), D(2029, 1, 1)),
        }
    ),
    some_day,
)


@settings(max_examples=60, deadline=None)
@given(registers, days)
def test_a_day_moved_across_no_boundary_changes_nothing(register, day):
    name = cell(register, "X")
    for lane in lanes(register, name):
        if lane.first <= day < lane.until:
            now = coverage.state(register, name, day)
            assert (now.status, now.marks, now.holders) == (lane.status, lane.marks, lane.holders)


@settings(max_examples=60, deadline=None)
@given(registers, days)
def test_it_goes_dark_on_the_first_unmet_day_ahead(register, day):
    name = cell(register, "X")
    now = coverage.state(register, name, day)
    ahead = (day + datetime.timedelta(days=n) for n in range(1, 366))
    first = next((d for d in ahead if coverage.status(register, name, d) in coverage.UNMET), None)
    assert now.goes_dark_on == (first if now.status == "covered" else None)
