"""Each measure against networkx, whose definitions are ours, and against published values."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python  # the other one needs scipy

from network.graph import brokerage, measures, mixing, removal
from network.graph.report import report
from network.graph.structure import BadTie, build, from_positions

REFERENCE = {
    "degree": lambda g: dict(g.degree()),
    "strength": lambda g: dict(g.degree(weight="weight")),
    "betweenness": nx.betweenness_centrality,
    "closeness": nx.closeness_centrality,
    "harmonic": nx.harmonic_centrality,
    "pagerank": lambda g: _pagerank_python(g, tol=1e-15, max_iter=2_000),
    "core_number": nx.core_number,
    "constraint": lambda g: nx.constraint(g, weight="weight"),
    "effective_size": lambda g: nx.effective_size(g, weight="weight"),
    "clustering": nx.clustering,
}
ITERATIVE = {"pagerank"}


def structure_of(graph):
    ties = [(str(a), str(b)) for a, b in graph.edges]
    return build(map(str, graph), ties, [graph[a][b].get("weight", 1.0) for a, b in graph.edges])


def random_graph(seed):
    """Disconnected, weighted and empty ones among them."""
    order = (0, 1, 2, 5, 20, 60)[seed % 6]
    graph = nx.gnp_random_graph(order, (0.0, 0.02, 0.08, 0.3)[seed % 4], seed=seed)
    for number, (a, b) in enumerate(sorted(graph.edges)):
        graph[a][b]["weight"] = (1.0, 0.5, 3.25, 1 / 3)[number % 4]
    return graph


def test_every_measure_equal_to_networkx_is_compared():
    assert set(measures.EQUAL) == set(REFERENCE) == set(measures.ACTOR_MEASURES)


@pytest.mark.parametrize("seed", range(50))
def test_measures_equal_networkx(seed):
    graph = random_graph(seed)
    structure = structure_of(graph)
    for name, reference in REFERENCE.items():
        expected = reference(graph) if graph else {}
        found = measures.ACTOR_MEASURES[name](structure)
        tolerance = 1e-6 if name in ITERATIVE else 1e-9
        assert list(found) == pytest.approx([expected[v] for v in graph], abs=tolerance, nan_ok=True), name
    assert set(measures.components(structure)) == set(range(nx.number_connected_components(graph)))
    assert measures.articulation_points(structure) == sorted(map(str, nx.articulation_points(graph)))
    assert len(measures.bridges(structure)) == len(list(nx.bridges(graph)))
    assert measures.density(structure) == pytest.approx(nx.density(graph))
    assert measures.transitivity(structure) == pytest.approx(nx.transitivity(graph))


NAMED = {
    "florentine": nx.florentine_families_graph,
    "zachary": nx.karate_club_graph,
    "davis": nx.davis_southern_women_graph,
    "kite": nx.krackhardt_kite_graph,
    "les_miserables": nx.les_miserables_graph,
}


@pytest.mark.parametrize("name", NAMED)
def test_measures_equal_networkx_on_the_classics(name):
    graph = NAMED[name]()
    structure = structure_of(graph)
    for measure, reference in REFERENCE.items():
        expected = reference(graph)
        found = measures.ACTOR_MEASURES[measure](structure)
        assert list(found) == pytest.approx([expected[v] for v in graph], abs=1e-6, nan_ok=True), measure


def published(graph, measure):
    structure = structure_of(graph)
    return dict(zip(structure.names, measures.ACTOR_MEASURES[measure](structure), strict=True))


def test_published_values():
    # Wasserman and Faust (1994), table 5.1: betweenness of the Medici 0.522, of the Guadagni 0.255.
    families = published(nx.florentine_families_graph(), "betweenness")
    assert families["Medici"] == pytest.approx(0.522, abs=5e-4)
    assert families["Guadagni"] == pytest.approx(0.255, abs=5e-4)
    # Krackhardt (1990): degree points at actor 3, closeness at 5 and 6, betweenness at 7.
    kite = nx.krackhardt_kite_graph()
    assert max(published(kite, "degree").items(), key=lambda pair: pair[1]) == ("3", 6)
    closest = published(kite, "closeness")
    assert closest["5"] == closest["6"] == max(closest.values()) == pytest.approx(0.643, abs=5e-4)
    assert published(kite, "betweenness")["7"] == pytest.approx(14 / 36)
    # Zachary (1977): 34 members with 78 ties, 16 of them the instructor's and 17 the officer's. Girvan and Newman
    # (2002) and others since give the instructor's betweenness as 231.07 of the 528 pairs.
    club = nx.karate_club_graph()
    assert (len(club), club.number_of_edges()) == (34, 78)
    assert [published(club, "degree")[who] for who in ("0", "33")] == [16, 17]
    assert published(club, "betweenness")["0"] * 528 == pytest.approx(231.07, abs=5e-3)
    assert measures.transitivity(structure_of(club)) == pytest.approx(0.2557, abs=5e-5)
    # Davis, Gardner and Gardner (1941): 18 women at 14 events, 89 times; Evelyn came to 8, event 8 had 14 guests.
    women = nx.davis_southern_women_graph()
    assert (len(women), women.number_of_edges()) == (18 + 14, 89)
    assert [published(women, "degree")[who] for who in ("Evelyn Jefferson", "E8")] == [8, 14]
    assert measures.transitivity(structure_of(women)) == 0  # of two kinds of node
    # Knuth (1993): 77 characters in 254 pairs; Valjean meets 36 others, and most chains pass him.
    novel = nx.les_miserables_graph()
    assert (len(novel), novel.number_of_edges()) == (77, 254)
    assert (published(novel, "degree")["Valjean"], published(novel, "strength")["Valjean"]) == (36, 158)
    assert published(novel, "betweenness")["Valjean"] == pytest.approx(0.570, abs=5e-4)


@pytest.mark.parametrize("name", NAMED)
def test_communities_are_at_least_as_good_as_the_greedy_ones(name):
    graph = NAMED[name]()
    structure = structure_of(graph)
    greedy = nx.community.modularity(
        graph, nx.community.greedy_modularity_communities(graph, weight="weight"), weight="weight"
    )
    found = measures.communities(structure)
    assert measures.modularity(structure, found) >= greedy - 1e-9
    assert (measures.communities(structure_of(graph)) == found).all()


def test_sampled_betweenness_of_everybody_is_exact_and_of_some_says_its_error():
    structure = structure_of(nx.barabasi_albert_graph(200, 3, seed=1))
    exact = measures.betweenness(structure)
    everybody, sample = measures.sampled_betweenness(structure, samples=1_000)
    assert sample.sources == 200
    assert everybody == pytest.approx(exact)
    some, sample = measures.sampled_betweenness(structure, samples=60)
    first = np.argsort(-exact)[:100]
    assert 0 < np.median(np.abs(some - exact)[first]) < 4 * sample.standard_error


def parts_of_many():
    """A large part, a small one and an isolate."""
    graph = nx.disjoint_union(nx.barabasi_albert_graph(200, 3, seed=1), nx.path_graph(6))
    graph.add_node(999)
    return structure_of(graph)


def test_sampled_distances_to_everybody_are_exact_and_to_some_say_their_error(monkeypatch):
    monkeypatch.setattr(measures, "EXACT_UP_TO", 100)
    structure = parts_of_many()
    closeness, harmonic = measures.closeness(structure), measures.harmonic(structure)
    near, far, sample = measures.sampled_distances(structure, samples=1_000)
    assert (near, far, sample.sources) == (pytest.approx(closeness), pytest.approx(harmonic), 200)
    near, far, sample = measures.sampled_distances(structure, samples=60)
    small = slice(200, None)  # parts that are small enough are exact whatever the sample
    assert (near[small], far[small]) == (pytest.approx(closeness[small]), pytest.approx(harmonic[small]))
    first = np.argsort(-closeness)[:100]
    assert 0 < np.median(np.abs(near - closeness)[first]) < 4 * sample.standard_error
    assert np.corrcoef(near[:200], closeness[:200])[0, 1] > 0.95


def test_what_is_estimated_says_so_and_nothing_else_does(monkeypatch):
    structure = parts_of_many()
    exact = report(structure)["network"]
    assert not [name for name in exact if name.endswith("_sample")]
    monkeypatch.setattr(measures, "EXACT_UP_TO", 100)
    monkeypatch.setattr(measures, "SAMPLES", 50)
    found = report(structure)["network"]
    assert {name.removesuffix("_sample") for name in found if name.endswith("_sample")} == set(
        measures.ESTIMATE
    )
    assert found["betweenness_sample"]["standard_error"] > 0


def test_a_hundred_thousand_actors_have_an_answer(monkeypatch):
    order = 100_000
    ring = np.arange(order)
    far = np.stack([ring, (7 * ring + 1) % order], axis=1)[:50_000]
    ends = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1), far])
    monkeypatch.setattr(measures, "SAMPLES", 2)
    monkeypatch.setattr(measures, "WORTH", 0)
    found = report(from_positions(tuple(map(str, ring)), ends))
    assert (found["network"]["nodes"], found["network"]["components"]) == (order, 1)
    assert found["network"]["betweenness_sample"]["sources"] == 2
    assert len(found["actors"]) == order


def test_brokerage_by_hand():
    # b1 stands between all of them; a1 and a2 know each other and need no broker.
    ties = [("b1", "b2"), ("b1", "b3"), ("b1", "a1"), ("b1", "a2"), ("b1", "c1"), ("a1", "a2")]
    structure = build([], ties)
    groups = [name[0] for name in structure.names]
    roles = dict(zip(structure.names, brokerage.brokerage(structure, groups).tolist(), strict=True))
    # coordinator b2-b3; representative 2×3 (b with a1, a2, c1); itinerant none left; liaison a1-c1, a2-c1.
    assert roles["b1"] == [1, 6, 0, 2]
    assert roles["a1"] == [0, 0, 0, 0]


@st.composite
def divided_graphs(draw):
    order = draw(st.integers(0, 12))
    pairs = [(a, b) for a in range(order) for b in range(a)]
    ties = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return build(map(str, range(order)), [(str(a), str(b)) for a, b in ties]), draw(
        st.lists(st.sampled_from("abc"), min_size=order, max_size=order)
    )


@settings(max_examples=60, deadline=None)
@given(divided_graphs())
def test_roles_share_out_all_open_pairs_and_mixing_all_ties(found):
    structure, groups = found
    roles = brokerage.brokerage(structure, groups)
    corners, _ = structure.triangles
    closed = np.bincount(corners.ravel(), minlength=structure.order)
    assert (roles.sum(axis=1) == structure.degree * (structure.degree - 1) // 2 - closed).all()
    assert (roles >= 0).all()
    table = mixing.mixing(structure, groups)
    assert sum(mix.ties for mix in table) == structure.size
    assert sum(mix.expected for mix in table) == pytest.approx(structure.size)
    for actor in structure.names:
        lost = removal.removal(structure, actor)
        graph = nx.Graph()
        graph.add_nodes_from(structure.names)
        graph.add_edges_from((structure.names[a], structure.names[b]) for a, b in structure.ends)
        before = nx.number_connected_components(graph)
        graph.remove_node(actor)
        assert lost.added == nx.number_connected_components(graph) - before


def test_openness_is_read_beside_what_sizes_alone_give():
    structure = build([], [("a1", "a2"), ("a1", "b1"), ("a2", "b1")])
    found = mixing.ei_index(structure, ["a", "a", "b"])
    assert (found.external, found.internal) == (2, 1)
    assert found.index == pytest.approx(1 / 3)
    assert found.expected == pytest.approx(1 / 3)  # all pairs are tied: nothing but the sizes speaks
    assert mixing.ei_index(build(["a"], []), ["a"]).index is None


@pytest.mark.parametrize("weight", [0, -1, math.inf, math.nan])
def test_a_weight_must_be_above_zero(weight):
    with pytest.raises(BadTie) as refused:
        build([], [("a", "b"), ("b", "c")], [1, weight])
    assert refused.value.position == 1


def test_loops_are_dropped_and_parallel_ties_summed():
    structure = build(["x"], [("b", "a"), ("a", "b"), ("a", "a"), ("b", "c")], [1, 0.5, 9, None])
    assert (structure.order, structure.size, structure.loops, structure.summed) == (4, 2, 1, 1)
    assert sorted(structure.weights) == [1.0, 1.5]
    assert structure.degree.sum() == 4


@pytest.mark.parametrize(("names", "ties"), [([], []), (["a"], []), (["a", "b"], []), ([], [("a", "b")])])
def test_small_graphs_have_an_answer_to_everything(names, ties):
    found = report(build(names, ties))
    assert found["network"]["nodes"] == len(found["actors"])
    for values in found["actors"].values():
        assert not any(isinstance(value, float) and math.isnan(value) for value in values.values())
    if not ties:
        assert found["network"]["modularity"] is None
        assert all(values["constraint"] is None for values in found["actors"].values())


def test_positions_of_a_large_register_give_the_same_structure():
    by_name = build(["0", "1", "2"], [("2", "0"), ("0", "1"), ("0", "2")], [1.0, 2.0, 3.0])
    by_position = from_positions(
        ("0", "1", "2"), np.asarray([[2, 0], [0, 1], [0, 2]]), np.asarray([1.0, 2, 3])
    )
    assert by_name.ends.tolist() == by_position.ends.tolist()
    assert by_name.weights.tolist() == by_position.weights.tolist()


def test_shortest_chains_and_surroundings():
    structure = structure_of(nx.cycle_graph(6))
    assert removal.paths(structure, "0", "3") == [("0", "1", "2", "3"), ("0", "5", "4", "3")]
    assert removal.paths(structure, "0", "3", most=1) == [("0", "1", "2", "3")]
    assert removal.ego(structure, "0", 1) == {"0": 0, "1": 1, "5": 1}
    assert removal.paths(build(["a", "b"], []), "a", "b") == []
