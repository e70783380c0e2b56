"""An edit touches the cells of its own mandate, and nothing else is read or evaluated again."""

import datetime
import threading
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.base.editing import save_row
from coordination.base.models import Level
from coordination.base.revision import touch
from mandates import coverage, coverage_arrays, met_spans, register_log, register_snapshot
from mandates.coverage import state
from mandates.eligibility import all_cells
from mandates.grid import grid
from mandates.models import Mandate, RegisterChange
from mandates.snapshot import Mandate as Row
from mandates.snapshot_edits import touched, with_mandates
from tests import factories as f
from tests.segregation import load
from tests.test_mandates_coverage_arrays import mandates, register

Date = datetime.date
DAY = Date(2023, 2, 14)


@pytest.fixture
def evaluated(monkeypatch):
    """The ids of the cells that are evaluated, in order, by spans or on a day."""
    found = []
    for module, name in ((coverage, "_state"), (met_spans, "_spans")):
        original = getattr(module, name)

        def counted(snapshot, cell, *rest, original=original):
            found.append(cell.id)
            return original(snapshot, cell, *rest)

        monkeypatch.setattr(module, name, counted)
    return found


def everything(snapshot, day=DAY):
    coverage_arrays.columns(snapshot)
    return {
        cell.id: (state(snapshot, cell, day), met_spans.unmet_spans(snapshot, cell))
        for cell in all_cells(snapshot)
    }


def test_an_edit_evaluates_the_cells_that_it_touches_and_no_others(evaluated):
    known = load()
    known = replace(known, mandates=tuple(sorted(known.mandates, key=lambda m: m.code)))
    before = everything(known)
    edit = replace(known.mandate_by_code["BOV-31"], valid_until=Date(2023, 1, 1))  # national follow-up
    evaluated.clear()
    after = with_mandates(known, {"BOV-31": edit})
    everything(after)
    # BOV-31 aims at all three levels; of the expectations only X09 asks for follow-up.
    assert set(evaluated) == {"X09"}
    for cell in all_cells(after):
        if cell.id != "X09":
            assert state(after, cell, DAY) is before[cell.id][0]
    assert everything(after) == everything(replace(after))
    assert touched([(known.mandate_by_code["BOV-31"], edit)]) == {
        ("mot-segregation", "*", "followup", level) for level in ("national", "regional", "local")
    }


def test_a_mandate_that_moves_touches_the_cells_it_leaves_and_enters(evaluated):
    known = load()
    everything(known)
    moved = replace(known.mandate_by_code["SKR-01"], function="knowledge", levels=frozenset({"regional"}))
    evaluated.clear()
    everything(with_mandates(known, {"SKR-01": moved}))
    assert set(evaluated) == {"X05", "X07"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
@given(
    st.lists(mandates(), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 11), mandates()), max_size=4),
    st.dates(Date(2020, 1, 1), Date(2024, 12, 31)),
)
def test_an_edited_snapshot_answers_as_one_read_afresh(drawn, edits, day):
    known = register(drawn)
    everything(known, day)
    known.mandates_by_task, known.mandates_by_area, known.mandate_by_code  # noqa: B018  # made before the edit
    new = {f"M{n}": Row(code=f"M{n}", **row) for n, row in edits}
    edited = with_mandates(known, new)
    fresh = replace(edited)
    assert {m.code: m for m in edited.mandates} == {**known.mandate_by_code, **new}
    assert everything(edited, day) == everything(fresh, day)
    assert grid(edited, "s", day) == grid(fresh, "s", day)
    assert edited.mandate_by_code == fresh.mandate_by_code
    for name in ("mandates_by_task", "mandates_by_area"):
        one, other = getattr(edited, name), getattr(fresh, name)
        assert {k: set(v) for k, v in one.items() if v} == {k: set(v) for k, v in other.items()}


@pytest.fixture
def kept(transactional_db):
    register_snapshot.forget()
    f.StrategyFactory(valid_until=Date(2029, 1, 1))
    rows = f.MandateFactory.create_batch(3, explicit=True)
    for row in rows:
        f.ExpectationFactory(function=row.function)
    yield rows
    register_snapshot.forget()


def edit(row, **values):
    row.refresh_from_db()
    for name, value in values.items():
        setattr(row, name, value)
    save_row(row, seen_version=row.version, user=None)


@pytest.mark.django_db(transaction=True)
def test_after_an_edit_only_the_mandate_is_read_again(kept, django_assert_max_num_queries, evaluated):
    first = register_snapshot.current()
    everything(first)
    evaluated.clear()
    edit(kept[0], valid_until=Date(2022, 1, 1))
    with django_assert_max_num_queries(10) as captured:
        second = register_snapshot.current()
    assert not any("network_collaboration" in query["sql"] for query in captured.captured_queries)
    assert second.mandate_by_code[kept[0].code].valid_until == Date(2022, 1, 1)
    assert second.mandate_by_code[kept[1].code] is first.mandate_by_code[kept[1].code]
    everything(second)
    assert len(set(evaluated)) == 1
    assert second.mandates == register_snapshot.read().mandates
    assert register_snapshot.current() is second


def elsewhere(act):
    """Do `act` as another process does: over a connection of its own, with nothing of ours in memory."""
    thread = threading.Thread(target=lambda: (act(), connection.close()))
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_after_an_edit_by_another_process_only_the_mandate_is_read_again(kept, evaluated):
    first = register_snapshot.current()
    everything(first)
    evaluated.clear()
    elsewhere(lambda: edit(kept[0], valid_until=Date(2022, 1, 1)))
    with CaptureQueriesContext(connection) as captured:
        second = register_snapshot.current()
    assert not any("network_collaboration" in query["sql"] for query in captured.captured_queries)
    assert second.mandate_by_code[kept[0].code].valid_until == Date(2022, 1, 1)
    assert second == register_snapshot.read()
    everything(second)
    assert len(set(evaluated)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_rows_changed_by_another_process_are_all_read_again(kept):
    first = register_snapshot.current()
    elsewhere(lambda: (Mandate.objects.update(valid_until=Date(2022, 1, 1)), touch()))
    second = register_snapshot.current()
    assert second == register_snapshot.read() != first


@pytest.mark.django_db(transaction=True)
def test_no_more_is_kept_of_what_changed_than_a_process_would_follow(kept, monkeypatch):
    monkeypatch.setattr(register_log, "LONGEST", 5)
    monkeypatch.setattr(register_log, "TIDY_EVERY", 1)
    for n in range(12):
        edit(kept[0], explicit=bool(n % 2))
    assert RegisterChange.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_new_mandate_with_its_levels_and_sources_is_read(kept):
    register_snapshot.current()
    with transaction.atomic():
        row = f.MandateFactory(code="A-0", levels=list(Level.objects.filter(code="local")))
        f.CitationFactory(row=row, document=f.DocumentFactory(slug="rapporten"), place="1.2")
    found = register_snapshot.current()
    assert found == register_snapshot.read()
    assert found.mandate_by_code["A-0"].levels == {"local"}
    assert found.mandate_by_code["A-0"].sources == ("rapporten 1.2",)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_believed(kept):
    first = register_snapshot.current()
    with pytest.raises(RuntimeError), transaction.atomic():
        edit(kept[0], valid_until=Date(2022, 1, 1))
        raise RuntimeError
    # Another writer now reaches the revision that was rolled back.
    Mandate.objects.filter(pk=kept[1].pk).update(valid_until=Date(2021, 1, 1))
    touch()
    found = register_snapshot.current()
    assert found is not first and found == register_snapshot.read()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: Mandate.objects.get(pk=rows[0].pk).delete(),
        lambda rows: edit(rows[0], code="NYTT-1"),
        lambda rows: edit(rows[0].holder, valid_until=Date(2022, 1, 1)),
        lambda rows: f.ExpectationFactory(function=rows[0].function),
        lambda rows: edit(rows[0].strategy, valid_until=Date(2025, 1, 1)),
        lambda rows: f.DocumentFactory(),
        lambda rows: (f.SeatFactory(), edit(rows[1], explicit=False)),
        lambda rows: (edit(rows[0], explicit=False), touch()),
    ],
    ids=[
        "removed",
        "other code",
        "actor",
        "expectation",
        "strategy",
        "document",
        "seat and mandate",
        "unknown",
    ],
)
def test_after_any_change_the_snapshot_is_the_register(kept, change):
    everything(register_snapshot.current())
    change(kept)
    found = register_snapshot.current()
    assert found == register_snapshot.read()
    assert everything(found) == everything(register_snapshot.read())
