"""The matrix counted by columns is the matrix counted by rows, whatever is chosen and whatever is edited."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandates import coverage_arrays as arrays
from mandates.grid import Tally, grid, rows
from mandates.matrix import Selection, UnknownCode, matrix
from mandates.snapshot import Actor, Area, Expectation, Kind, Mandate, Place, Snapshot, Strategy
from tests.segregation import load

D = datetime.date
DAYS = [D(2018, 7, 1), D(2020, 6, 30), D(2022, 12, 31), D(2023, 1, 1), D(2023, 2, 14)]


def plain(snapshot, day):
    """The rows of every cell, with those that count for what is expected and those that do not."""
    found = {}
    for mandate in snapshot.active(day):
        for level in mandate.levels:
            key = (mandate.strategy, mandate.area, mandate.function, level)
            found.setdefault(key, []).append(mandate)
    return {
        key: (
            len(rows),
            len({m.holder for m in rows}),
            sum(m.explicit for m in rows),
            len({m.holder for m in rows if m.explicit}),
        )
        for key, rows in found.items()
    }


def by_arrays(table, day):
    rows = arrays.active(table, day)
    now, apart = arrays.counts(table, rows), arrays.counts(table, arrays.explicit(table, rows))
    return {
        table.codes(number): tuple(
            int(array[number]) for array in (now.mandates, now.holders, apart.mandates, apart.holders)
        )
        for number in range(table.cells)
        if now.mandates[number]
    }


@pytest.mark.parametrize("day", DAYS)
def test_arrays_and_rows_count_the_first_case_alike(day):
    assert by_arrays(arrays.columns(load()), day) == plain(load(), day)


def boxes_by_rows(snapshot, strategy, day, selection):
    """The boxes as the cells of `matrix` give them."""
    cells = matrix(snapshot, day, replace(selection, strategies=frozenset({strategy})))
    found = {}
    for cell in cells:
        box = found.setdefault((cell.area, cell.function, cell.level), {"states": {}, "rest": Tally()})
        tally = Tally(len(cell.mandates), len(cell.holders))
        if cell.expectation:
            box["states"][cell.expectation] = (cell.status, tally)
        else:
            box["rest"] = tally
    return {key: box for key, box in found.items() if box["states"] or box["rest"].mandates}


def check_boxes(snapshot, strategy, day, selection):
    expected = boxes_by_rows(snapshot, strategy, day, selection)
    found = grid(snapshot, strategy, day, selection)
    assert set(found) == set(expected)
    for key, box in found.items():
        here = expected[key]
        assert {now.cell.id: now.status for now in box.states} == {
            name: status for name, (status, _) in here["states"].items()
        }
        if box.now is None:
            assert (box.counted, box.besides) == (here["rest"], Tally())
        else:
            assert box.counted == here["states"][box.now.cell.id][1]
            assert box.besides == here["rest"]
        here = [
            c
            for c in matrix(snapshot, day, selection)
            if (c.strategy, c.area, c.function, c.level) == (strategy, *key)
        ]
        codes = {code for c in here for code in c.mandates}
        assert set(rows(snapshot, strategy, day, key, selection)) == codes


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(explicit=True),
        Selection(explicit=False),
        Selection(kinds=frozenset({"instruction", "statutory_duty"})),
        Selection(levels=frozenset({"local"})),
        Selection(areas=frozenset({"*", "boende"}), functions=frozenset({"grants", "followup"})),
        Selection(places=frozenset({"12"})),
        Selection(places=frozenset({"SE"}), explicit=True),
    ],
    ids=lambda s: (
        "-".join(f for f in s.__slots__ if getattr(s, f) not in (frozenset(), None, False)) or "all"
    ),
)
def test_boxes_hold_what_the_cells_of_the_command_hold(day, selection):
    check_boxes(load(), "mot-segregation", day, selection)


def test_a_selection_that_is_no_column_is_refused():
    with pytest.raises(ValueError, match="read from rows"):
        grid(load(), "mot-segregation", DAYS[-1], Selection(legal=frozenset({"2018"})))
    with pytest.raises(UnknownCode):
        grid(load(), "mot-segregation", DAYS[-1], Selection(kinds=frozenset({"x"})))


def test_a_register_without_mandates_has_no_cells():
    table = arrays.columns(Snapshot())
    assert table.cells == 0 and by_arrays(table, DAYS[-1]) == {}


days = st.dates(D(2020, 1, 1), D(2024, 12, 31))
some_day = st.none() | days


@st.composite
def mandates(draw):
    first, until = draw(some_day), draw(some_day)
    if first and until and until <= first:
        until = first + datetime.timedelta(days=1)
    return {
        "strategy": draw(st.sampled_from(["s", "s", "t"])),
        "holder": draw(st.sampled_from("abc")),
        "kind": draw(st.sampled_from(["k", "l"])),
        "area": draw(st.sampled_from(["*", "x"])),
        "function": draw(st.sampled_from(["f", "g"])),
        "levels": frozenset(draw(st.sets(st.sampled_from(["l", "n"]), min_size=1))),
        "territory_places": frozenset(draw(st.sets(st.sampled_from(["1", "11", "2"]), max_size=1))),
        "explicit": draw(st.booleans()),
        "status": draw(st.sampled_from(["decided", "decided", "proposed"])),
        "valid_from": first,
        "valid_until": until,
    }


def register(drawn, born=None, ceased=None):
    return Snapshot(
        strategies=(Strategy(slug="s"), Strategy(slug="t")),
        areas=tuple(Area(strategy=s, code="x", valid_from=D(2020, 1, 1)) for s in "st"),
        functions=(Kind(code="f"), Kind(code="g")),
        levels=(Kind(code="l"), Kind(code="n")),
        mandate_kinds=(Kind(code="k"), Kind(code="l")),
        places=(Place(code="1"), Place(code="11", parent="1"), Place(code="2")),
        actors=(
            Actor(slug="a", valid_from=born, place="11"),
            Actor(slug="b", valid_until=ceased, place="2"),
            Actor(slug="c"),
        ),
        expectations=(
            Expectation(code="X1", strategy="s", function="f", level="n", mapped_from=D(2000, 1, 1)),
            Expectation(code="X2", strategy="s", function="f", level="n", explicit_only=True, min_holders=2),
            Expectation(code="X3", strategy="s", function="g", level="l", area="each", kinds=frozenset("k")),
        ),
        mandates=tuple(Mandate(code=f"M{i}", **row) for i, row in enumerate(drawn)),
    )


selections = st.builds(
    Selection,
    kinds=st.sampled_from([frozenset(), frozenset("k")]),
    explicit=st.sampled_from([None, True, False]),
    areas=st.sampled_from([frozenset(), frozenset("x"), frozenset("*")]),
    levels=st.sampled_from([frozenset(), frozenset("n")]),
    places=st.sampled_from([frozenset(), frozenset({"1"}), frozenset({"2", "11"})]),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(mandates(), max_size=12), some_day, some_day, days, selections)
def test_columns_and_rows_count_any_register_alike(drawn, born, ceased, day, selection):
    snapshot = register(drawn, born, ceased)
    assert by_arrays(arrays.columns(snapshot), day) == plain(snapshot, day)
    check_boxes(snapshot, "s", day, selection)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(mandates(), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 11), st.none() | mandates()), max_size=4),
    days,
)
def test_edited_columns_are_those_made_afresh(drawn, edits, day):
    snapshot = register(drawn)
    changed = {f"M{n}": Mandate(code=f"M{n}", **row) if row else None for n, row in edits}
    edited = {**snapshot.mandate_by_code, **changed}
    after = replace(snapshot, mandates=tuple(m for m in edited.values() if m is not None))
    table = arrays.with_rows(arrays.columns(snapshot), after, changed)
    assert table is not None
    assert by_arrays(table, day) == plain(after, day)


def test_a_new_actor_asks_for_new_columns():
    snapshot = register([])
    new = Mandate(code="N", strategy="s", holder="d", function="f", kind="k", levels=frozenset("n"))
    after = replace(snapshot, actors=(*snapshot.actors, Actor(slug="d")), mandates=(new,))
    assert arrays.with_rows(arrays.columns(snapshot), after, {"N": new}) is None
