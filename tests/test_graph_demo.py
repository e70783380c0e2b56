"""The graph of the demo case: its numbers on three days, its records, and what it costs to read."""

import datetime

import pytest

from mandates import register_snapshot
from mandates.coverage import Thresholds
from mandates.rules import ties as rule_ties
from network.graph import measures, removal
from network.graph.selection import Selection
from network.graph_queries import graph
from network.graph_values import Stub

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
Date = datetime.date


def on(day, **narrowed):
    return graph(Selection(as_of=day, **narrowed))


@pytest.mark.parametrize(
    ("day", "nodes", "edges", "components", "added", "by_collaboration"),
    [
        (Date(2021, 6, 30), 372, 556, 318, 13, 50),
        (Date(2022, 6, 30), 372, 545, 329, 4, 7),
        (Date(2023, 2, 14), 371, 4, 367, None, 4),
    ],
)
def test_the_case_in_numbers(day, nodes, edges, components, added, by_collaboration):
    found = on(day)
    assert (found.structure.order, found.structure.size) == (nodes, edges)
    assert measures.components(found.structure).max() + 1 == components
    if added is None:
        assert "delmos" not in found.nodes
    else:
        assert removal.removal(found.structure, "delmos").added == added
    codes = {row.detail for row in found.records.values() if row.kind == "collaboration"}
    assert on(day, tie_kinds=frozenset(codes)).structure.size == by_collaboration


@pytest.mark.parametrize("day", [Date(2021, 6, 30), Date(2022, 6, 30), Date(2023, 2, 14)])
def test_ties_are_those_that_the_rules_see(day):
    seen = rule_ties.tie_graph(register_snapshot.current(), day, Thresholds())
    found = on(day)
    assert {frozenset((tie.source, tie.target)) for tie in found.ties} == {
        frozenset((some, other)) for some, others in seen.items() for other in others
    }
    names, ends = found.structure.names, found.structure.ends
    assert [(names[some], names[other]) for some, other in ends] == [(t.source, t.target) for t in found.ties]
    assert found.structure.weights.tolist() == [tie.weight for tie in found.ties]


@pytest.mark.parametrize("day", [Date(2021, 6, 30), Date(2023, 2, 14)])
@pytest.mark.parametrize(
    "narrowed", [{}, {"areas": frozenset({"*", "brottslighet"})}, {"kinds": frozenset({"municipality"})}]
)
def test_without_records_the_structure_is_the_same(day, narrowed):
    asked = Selection(as_of=day, **narrowed)
    full, bare = graph(asked), graph(asked, records=False)
    assert (full.nodes, full.stubs, full.structure.ends.tolist()) == (
        bare.nodes,
        bare.stubs,
        bare.structure.ends.tolist(),
    )
    assert full.structure.weights == pytest.approx(bare.structure.weights)
    assert (bare.ties, bare.records) == ((), {})


def test_every_tie_names_the_records_behind_it():
    found = on(Date(2021, 6, 30))
    for tie in found.ties:
        rows = found.behind(tie)
        assert rows[0].kind in ("collaboration", "network")
        for row in rows:
            assert row.title
            assert row.get_absolute_url()
    behind = found.behind(found.tie_between("scb", "delmos"))
    assert [(row.kind, row.id, row.period) for row in behind] == [("collaboration", "SAM-02", "2021")]


def test_members_known_by_number_are_stubs_at_the_convener():
    found = on(Date(2023, 2, 14))
    assert Stub("skr", "natverk-kommuner", 18) in found.stubs
    assert on(Date(2021, 6, 30)).stubs == ()  # the number was stated later
    assert found.nodes["kommuner-74-utmaningar"].unnamed == "74"


def test_the_number_of_queries_does_not_depend_on_the_register(
    django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_num_queries(13):
        on(Date(2021, 6, 30))
    with django_assert_num_queries(13):
        on(Date(2019, 1, 1))
    with django_assert_max_num_queries(15):
        on(Date(2021, 6, 30), expand_groups=True)
