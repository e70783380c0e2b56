import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandates.coverage_arrays import columns, counts, rows_of
from mandates.snapshot import Actor, Kind, Mandate, Snapshot
from tests.segregation import load

D = datetime.date


def plain(snapshot, day):
    """The rows of every cell, with those that count for what is expected and those that do not."""
    found = {}
    for mandate in snapshot.active(day):
        for level in mandate.levels:
            found.setdefault((mandate.area, mandate.function, level), []).append(mandate)
    return {
        key: (
            len(rows),
            len({m.holder for m in rows}),
            sum(m.explicit for m in rows),
            len({m.holder for m in rows if m.explicit}),
        )
        for key, rows in found.items()
    }


def by_arrays(snapshot, day):
    table = columns(snapshot)
    now = counts(table, day)
    return {
        table.codes(number): tuple(
            int(array[number])
            for array in (now.mandates, now.holders, now.explicit_mandates, now.explicit_holders)
        )
        for number in range(table.cells)
        if now.mandates[number]
    }


@pytest.mark.parametrize(
    "day", [D(2018, 7, 1), D(2020, 6, 30), D(2022, 12, 31), D(2023, 1, 1), D(2023, 2, 14)]
)
def test_arrays_and_rows_count_the_first_case_alike(day):
    assert by_arrays(load(), day) == plain(load(), day)


def test_a_count_links_to_its_rows():
    found = rows_of(columns(load()), D(2023, 2, 14), "*", "followup", "national")
    assert found == (["BOV-31", "BOV-32", "BOV-33"], ["boverket"])


def test_a_register_without_mandates_has_no_cells():
    table = columns(Snapshot())
    assert table.cells == 0 and len(counts(table, D(2023, 2, 14)).mandates) == 0


days = st.dates(D(2020, 1, 1), D(2024, 12, 31))
some_day = st.none() | days


@st.composite
def rows(draw):
    first, until = draw(some_day), draw(some_day)
    if first and until and until <= first:
        until = first + datetime.timedelta(days=1)
    return {
        "holder": draw(st.sampled_from("abc")),
        "area": draw(st.sampled_from(["*", "x"])),
        "function": draw(st.sampled_from(["f", "g"])),
        "levels": frozenset(draw(st.sets(st.sampled_from(["l", "n"]), min_size=1))),
        "explicit": draw(st.booleans()),
        "status": draw(st.sampled_from(["decided", "decided", "proposed"])),
        "valid_from": first,
        "valid_until": until,
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(rows(), max_size=12), some_day, some_day, days)
def test_arrays_and_rows_count_any_register_alike(drawn, born, ceased, day):
    snapshot = Snapshot(
        functions=(Kind(code="f"), Kind(code="g")),
        levels=(Kind(code="l"), Kind(code="n")),
        actors=(Actor(slug="a", valid_from=born), Actor(slug="b", valid_until=ceased), Actor(slug="c")),
        mandates=tuple(Mandate(code=f"M{i}", **row) for i, row in enumerate(drawn)),
    )
    assert by_arrays(snapshot, day) == plain(snapshot, day)
