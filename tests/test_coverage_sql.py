"""Coverage of random registers, against plain SQL on the same tables."""

import datetime
from collections import Counter

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.base.models import Level, MandateKind
from mandates import grid, register_snapshot
from mandates.coverage import states
from mandates.matrix import matrix
from tests import factories as f

Date = datetime.date

ACTIVE = """
    m.status = 'decided'
    AND (m.valid_from IS NULL OR m.valid_from <= %(day)s)
    AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
    AND (h.valid_from IS NULL OR h.valid_from <= %(day)s)
    AND (h.valid_until IS NULL OR h.valid_until > %(day)s)
"""
CELLS = f"""
    SELECT COALESCE(a.code, '*'), f.code, l.level_id, COUNT(DISTINCT m.id), COUNT(DISTINCT m.holder_id)
    FROM mandates_mandate m
    JOIN network_actor h ON h.id = m.holder_id
    JOIN base_function f ON f.id = m.function_id
    JOIN mandates_mandate_levels l ON l.mandate_id = m.id
    LEFT JOIN base_priorityarea a ON a.id = m.area_id
    WHERE {ACTIVE}
    GROUP BY COALESCE(a.code, '*'), f.code, l.level_id
"""
# Each expectation in each area that it is asked in, with the holders that count for it.
EXPECTED = f"""
    SELECT CASE WHEN e.each_area THEN e.code || '/' || asked.code ELSE e.code END, e.min_holders,
        COUNT(DISTINCT CASE WHEN h.id IS NOT NULL AND {ACTIVE} THEN m.holder_id END)
    FROM mandates_expectation e
    LEFT JOIN base_priorityarea asked ON e.each_area AND asked.strategy_id = e.strategy_id
        AND asked.status = 'adopted'
        AND (asked.valid_from IS NULL OR asked.valid_from <= %(day)s)
        AND (asked.valid_until IS NULL OR asked.valid_until > %(day)s)
    LEFT JOIN mandates_mandate m ON m.strategy_id = e.strategy_id AND m.function_id = e.function_id
        AND COALESCE(m.area_id, 0) = COALESCE(asked.id, e.area_id, 0)
        AND (m.explicit OR NOT e.explicit_only)
        AND EXISTS (
            SELECT 1 FROM mandates_mandate_levels l WHERE l.mandate_id = m.id AND l.level_id = e.level_id
        )
        AND (
            NOT EXISTS (SELECT 1 FROM mandates_expectation_kinds k WHERE k.expectation_id = e.id)
            OR EXISTS (
                SELECT 1 FROM mandates_expectation_kinds k
                WHERE k.expectation_id = e.id AND k.mandatekind_id = m.kind_id
            )
        )
    LEFT JOIN network_actor h ON h.id = m.holder_id
    WHERE (e.valid_from IS NULL OR e.valid_from <= %(day)s)
        AND (e.valid_until IS NULL OR e.valid_until > %(day)s)
        AND (NOT e.each_area OR asked.id IS NOT NULL)
    GROUP BY e.id, e.code, e.each_area, e.min_holders, asked.id, asked.code
"""


def rows(sql, day):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"day": day})
        return cursor.fetchall()


days = st.dates(Date(2020, 1, 1), Date(2023, 12, 31))


@st.composite
def period(draw):
    first, until = draw(st.none() | days), draw(st.none() | days)
    if first and until and until <= first:
        until = first + datetime.timedelta(days=1)
    return {"valid_from": first, "valid_until": until}


mandates = st.fixed_dictionaries(
    {
        "holder": st.integers(0, 2),
        "area": st.integers(0, 2),
        "function": st.integers(0, 1),
        "levels": st.sets(st.integers(0, 1), min_size=1),
        "kind": st.integers(0, 1),
        "explicit": st.booleans(),
        "status": st.sampled_from(["decided", "decided", "proposed"]),
        "period": period(),
    }
)
expectations = st.fixed_dictionaries(
    {
        "area": st.integers(0, 3),
        "function": st.integers(0, 1),
        "level": st.integers(0, 1),
        "min_holders": st.integers(1, 2),
        "explicit_only": st.booleans(),
        "kinds": st.sets(st.integers(0, 1), max_size=1),
        "period": period(),
    }
)


def make(drawn_mandates, drawn_expectations, lives):
    levels = list(Level.objects.filter(code__in=["national", "local"]))
    kinds = list(MandateKind.objects.filter(code__in=["instruction", "voluntary_task"]))
    strategy = f.StrategyFactory()
    areas = [None, *(f.PriorityAreaFactory(code=code, strategy=strategy) for code in ("x", "y"))]
    functions = [f.FunctionFactory(code=code) for code in ("f", "g")]
    holders = [f.ActorFactory(**life) for life in lives]
    for row in drawn_mandates:
        f.MandateFactory(
            strategy=strategy,
            holder=holders[row["holder"]],
            area=areas[row["area"]],
            function=functions[row["function"]],
            levels=[levels[n] for n in row["levels"]],
            kind=kinds[row["kind"]],
            explicit=row["explicit"],
            status=row["status"],
            **row["period"],
        )
    for row in drawn_expectations:
        made = f.ExpectationFactory(
            strategy=strategy,
            area=areas[row["area"]] if row["area"] < 3 else None,
            each_area=row["area"] == 3,
            function=functions[row["function"]],
            level=levels[row["level"]],
            min_holders=row["min_holders"],
            explicit_only=row["explicit_only"],
            **row["period"],
        )
        made.kinds.set([kinds[n] for n in row["kinds"]])
    return strategy


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(mandates, max_size=6),
    st.lists(expectations, max_size=3),
    st.tuples(period(), period(), period()),
    days,
)
def test_coverage_of_any_register_is_what_plain_sql_counts(drawn_mandates, drawn_expectations, lives, day):
    with transaction.atomic():
        strategy = make(drawn_mandates, drawn_expectations, lives)
        snapshot = register_snapshot.read()
        by_sql = {key[:3]: key[3:] for key in map(tuple, rows(CELLS, day))}
        # The matrix: every row in its cell, whether or not it counts for what is expected.
        held, holders = Counter(), {}
        for cell in matrix(snapshot, day):
            if cell.expectation is None or cell.mandates:
                key = (cell.area, cell.function, cell.level)
                holders.setdefault(key, set()).update(cell.holders)
                held.setdefault(key, set())
                held[key] |= set(cell.mandates)
        assert {key: (len(codes), len(holders[key])) for key, codes in held.items()} == by_sql
        boxes = grid.grid(snapshot, strategy.slug, day)
        plain = {key: box for key, box in boxes.items() if not box.is_expected}
        assert {key: (b.counted.mandates, b.counted.holders) for key, b in plain.items()} == {
            key: counted for key, counted in by_sql.items() if key not in boxes or key in plain
        }
        # What is expected: met where enough different holders count.
        expected = {name: (count, count >= least) for name, least, count in rows(EXPECTED, day)}
        now = {s.cell.id: (len(s.holders), s.status == "covered") for s in states(snapshot, day)}
        assert now == expected
        transaction.set_rollback(True)
