"""How the graph answers on a large register: `python -m benchmarks.graph --actors 100000 --ties 600000`.

What is measured:

- From rows to igraph: `graph_queries.graph(…, records=False)` and the igraph graph of its structure, beside
  the least that gets there: the ids of the actors that exist and the pairs of those in the same collaboration
  in force, by two bare queries, mapped with a dictionary and given to igraph.
- All measures, as `graph_measures` has them, beside igraph and numpy doing the same without our code, at the
  same accuracy: betweenness from the same 1,024 actors.
- Components, core numbers, articulation points and communities beside networkx, on the same graph.
- How many of the hundred with the most betweenness the sampled one finds, for five seeds.
- How time grows from 1,000 actors on.

The two sides take turns; of each the quickest is compared. Wall times are those of the machine as it was.
"""

import argparse
import datetime
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.setting import AS_OF, load, peak, prepare, said

FIRST = datetime.date(2015, 1, 1)
TOP, SEEDS, RECALL_ACTORS = 100, 5, 10_000


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actors", type=int, default=10_000)
    parser.add_argument("--ties", type=int, help="six times the actors")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--samples", type=int, default=1_024, help="actors that betweenness is sampled from")
    parser.add_argument("--folder", help="keep the database here, and use it again")
    parser.add_argument("--skip", default="", help="parts to leave out: rows,measures,networkx,recall,growth")
    given = parser.parse_args(argv)
    ties = given.ties or 6 * given.actors
    skipped = set(given.skip.split(","))
    print(f"{given.actors} actors, {ties} ties; {load()}", flush=True)
    sizes = [size for size in (1_000, 10_000, 100_000) if size < given.actors]
    if "rows" not in skipped:
        is_new = _set_up(given.folder or tempfile.mkdtemp(prefix="samsyn-benchmark-"))
        if is_new:
            began = time.perf_counter()
            _make(given.actors, ties)
            said("making the register", time.perf_counter() - began, "s")
        from_rows(ties, given.rounds)
    if "measures" not in skipped:
        all_measures(given.actors, ties, given.samples, max(1, given.rounds - 2))
    if "networkx" not in skipped:
        beside_networkx(given.actors, ties, given.rounds)
    if "recall" not in skipped:
        recall(min(RECALL_ACTORS, given.actors), given.samples)
    if "growth" not in skipped:
        for size in sizes:
            growth(size, ties * size // given.actors)
    said("memory, the most", peak(), "MB")


def in_turns(ways: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The quickest of `rounds` of each way, in ms, one after the other; what they took is printed."""
    best: dict[str, float] = {}
    spent: dict[str, float] = {}
    for _round in range(rounds):
        for name, act in ways.items():
            began, worked = time.perf_counter(), time.process_time()
            act()
            took = 1000 * (time.perf_counter() - began)
            worked = 1000 * (time.process_time() - worked)
            best[name] = min(best.get(name, took), took)
            spent[name] = min(spent.get(name, worked), worked)
    for name in ways:
        said(name, best[name], "ms", goal=f"processor time {spent[name]:.2f} ms")
    return spent


def ratio(spent: Mapping[str, float], goal: str) -> None:
    """How the first way's processor time compares with the second's."""
    ours, theirs = list(spent.values())[:2]
    said("  ratio, of processor time", ours / theirs, "", goal=goal)


# The register


def pairs(actors: int, ties: int, seed: int = 1) -> list[tuple[int, int]]:
    """A made-up graph: most ties inside circles of about a hundred, the rest to whoever is known already."""
    draw = random.Random(seed)
    found: set[tuple[int, int]] = set()
    well_known: list[int] = list(range(min(actors, 50)))
    circles = max(1, actors // 100)
    while len(found) < ties:
        some = draw.randrange(actors)
        if draw.random() < 0.8:
            other = some % circles + circles * draw.randrange(max(1, actors // circles))
        else:
            other = draw.choice(well_known)
        if other < actors and some != other:
            pair = (min(some, other), max(some, other))
            if pair not in found:
                found.add(pair)
                if draw.random() < 0.2:
                    well_known += pair
    return sorted(found)


def _set_up(folder: str) -> bool:
    """Whether the database in `folder` is new, and empty."""
    is_new = not (Path(folder) / "db.sqlite3").exists()
    prepare(folder)
    from django.core.management import call_command

    if is_new:
        call_command("migrate", verbosity=0)
    return is_new


def _make(actors: int, ties: int) -> None:
    from benchmarks.register import store_alike
    from coordination.base.models import ActorKind, CollaborationKind, Level
    from network.models import Actor, Collaboration, Participant

    kinds, levels = list(ActorKind.objects.all()), list(Level.objects.all())
    like = Actor(kind=kinds[0], level=levels[0], valid_from=FIRST, from_precision="day")
    store_alike(
        like,
        (
            {
                "slug": f"aktor-{n}",
                "name_sv": f"Aktör {n}",
                "sort_sv": f"aktor {n:07}",
                "kind_id": kinds[n % len(kinds)].pk,
                "level_id": levels[n % len(levels)].pk,
            }
            for n in range(actors)
        ),
    )
    first = Actor.objects.order_by("pk").values_list("pk", flat=True)[0]
    kind = CollaborationKind.objects.all()[0]
    row = Collaboration(kind=kind, title_sv="Samverkan", valid_from=FIRST, from_precision="day")
    drawn = pairs(actors, ties)
    store_alike(row, ({"code": f"S-{n}"} for n in range(len(drawn))))
    began = Collaboration.objects.order_by("pk").values_list("pk", flat=True)[0]
    store_alike(
        Participant(position=0),
        (
            {"collaboration_id": began + n, "actor_id": first + actor, "position": place}
            for n, pair in enumerate(drawn)
            for place, actor in enumerate(pair)
        ),
    )


def from_rows(ties: int, rounds: int) -> None:
    import igraph
    from django.db import connection

    from network.graph.selection import Selection
    from network.graph_queries import graph

    alive = """SELECT id, slug FROM network_actor
        WHERE (valid_from IS NULL OR valid_from <= %s) AND (valid_until IS NULL OR valid_until > %s)"""
    tied = """SELECT a.actor_id, b.actor_id FROM network_collaboration c
        JOIN network_participant a ON a.collaboration_id = c.id
        JOIN network_participant b ON b.collaboration_id = c.id AND b.actor_id > a.actor_id
        WHERE c.valid_from <= %s AND (c.valid_until IS NULL OR c.valid_until > %s)"""

    def bare() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(alive, [AS_OF, AS_OF])
            people = cursor.fetchall()
            cursor.execute(tied, [AS_OF, AS_OF])
            rows = cursor.fetchall()
        place = {key: number for number, (key, _slug) in enumerate(people)}
        graph = igraph.Graph(n=len(people), edges=[(place[some], place[other]) for some, other in rows])
        graph.es["weight"] = [1.0] * len(rows)
        return graph

    def ours() -> Any:
        return graph(Selection(as_of=AS_OF), records=False).structure.graph

    assert ours().ecount() == bare().ecount() == ties
    spent = in_turns({"rows to igraph": ours, "bare fetch and igraph's own build": bare}, rounds)
    ratio(spent, "goal: at most 1.2")


# The measures


def _structure(actors: int, ties: int) -> Any:
    import numpy as np

    from network.graph.structure import from_positions

    ends = np.asarray(pairs(actors, ties), dtype=np.int64)
    weights = np.random.default_rng(1).integers(1, 5, len(ends)) / 2
    return from_positions(tuple(f"aktor-{n}" for n in range(actors)), ends, weights)


def _fresh(structure: Any) -> Any:
    """The same without anything that it remembers."""
    from network.graph.structure import Structure

    return Structure(structure.names, structure.ends, structure.weights)


def all_measures(actors: int, ties: int, samples: int, rounds: int) -> None:
    import igraph
    import numpy as np

    from network.graph import measures
    from network.graph.report import report

    structure = _structure(actors, ties)
    kinds = [f"kind-{n % 11}" for n in range(actors)]
    measures.SAMPLES = samples
    drawn = random.Random(measures.SEED).sample(range(actors), min(samples, actors))

    def bare() -> Any:
        graph = igraph.Graph(n=actors, edges=structure.ends)
        graph.es["weight"] = structure.weights
        parts = graph.connected_components()
        graph.degree(), graph.strength(weights="weight")
        if actors > measures.EXACT_UP_TO:
            graph.betweenness(sources=drawn)
        else:
            graph.betweenness()
        if actors > measures.EXACT_UP_TO:
            _bare_distances(graph, drawn)
        else:
            graph.closeness(), graph.harmonic_centrality()
        graph.pagerank(weights="weight")
        graph.coreness(), graph.constraint(weights="weight")
        graph.transitivity_local_undirected(mode="zero"), graph.transitivity_undirected()
        corners = np.asarray(graph.list_triangles(), dtype=np.int64).reshape(-1, 3)
        _bare_effective_size(structure, corners)
        _bare_roles(structure, corners, np.unique(kinds, return_inverse=True)[1])
        random.seed(1)
        is_large = structure.size >= measures.MANY_TIES
        for _try in range(1 if is_large else measures.COMMUNITY_TRIES):
            graph.community_leiden("modularity", weights="weight", n_iterations=2 if is_large else -1)
        graph.modularity(parts.membership, weights="weight")
        return graph.articulation_points(), graph.bridges()

    def ours() -> Any:
        return report(_fresh(structure), {"kind": kinds, "level": kinds})

    spent = in_turns({"all measures": ours, "igraph and numpy alone": bare}, rounds)
    ratio(spent, "goal: at most 1.3")


def _bare_distances(graph: Any, drawn: list[int]) -> Any:
    import numpy as np

    total, inverse = np.zeros(graph.vcount()), np.zeros(graph.vcount())
    for start in range(0, len(drawn), 16):
        far = np.asarray(graph.distances(drawn[start : start + 16]), dtype=float)
        total += far.sum(axis=0)
        with np.errstate(divide="ignore"):
            inverse += np.where(far > 0, 1 / far, 0).sum(axis=0)
    return total, inverse


def _bare_effective_size(structure: Any, corners: Any) -> Any:
    import numpy as np

    keys = structure.ends[:, 0] * structure.order + structure.ends[:, 1]
    ends = structure.ends
    total = np.bincount(ends.ravel(), weights=np.repeat(structure.weights, 2), minlength=structure.order)
    largest = np.zeros(structure.order)
    np.maximum.at(largest, ends.ravel(), np.repeat(structure.weights, 2))
    found = np.bincount(ends.ravel(), minlength=structure.order).astype(float)

    def weight(some: Any, other: Any) -> Any:
        wanted = np.minimum(some, other) * structure.order + np.maximum(some, other)
        return structure.weights[np.searchsorted(keys, wanted)]

    sides = [weight(corners[:, (j + 1) % 3], corners[:, (j + 2) % 3]) for j in range(3)]
    for at in range(3):
        for via in ((at + 1) % 3, (at + 2) % 3):
            lost = sides[via] / total[corners[:, at]] * sides[at] / largest[corners[:, via]]
            found -= np.bincount(corners[:, at], weights=lost, minlength=structure.order)
    return found


def _bare_roles(structure: Any, corners: Any, group: Any) -> Any:
    import numpy as np

    some, other = np.concatenate([structure.ends, structure.ends[:, ::-1]]).T
    np.unique(some * (group.max() + 1) + group[other], return_counts=True)
    closed = []
    for at in range(3):
        broker, one, two = (group[corners[:, (at + step) % 3]] for step in range(3))
        role = 2 * (one == two) + ((one == broker) | (two == broker))
        closed.append(np.bincount(corners[:, at] * 4 + role, minlength=4 * structure.order))
    return closed


def beside_networkx(actors: int, ties: int, rounds: int) -> None:
    import networkx as nx

    from network.graph import measures

    structure = _structure(actors, ties)
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(actors))
    graph.add_weighted_edges_from(
        (int(some), int(other), float(weight))
        for (some, other), weight in zip(structure.ends, structure.weights, strict=True)
    )
    bare = _fresh(structure)
    bare.graph.vcount()  # made before the clock runs: networkx has its graph too

    def again() -> Any:
        fresh = _fresh(structure)
        fresh.__dict__["graph"] = bare.graph
        return fresh

    kinds: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "components": (
            lambda: measures.components(again()),
            lambda: list(nx.connected_components(graph)),
        ),
        "core numbers": (lambda: measures.core_number(again()), lambda: nx.core_number(graph)),
        "articulation points": (
            lambda: measures.articulation_points(again()),
            lambda: list(nx.articulation_points(graph)),
        ),
        "communities": (
            lambda: measures.communities(again()),
            lambda: nx.community.louvain_communities(graph, seed=1),
        ),
    }
    for name, (ours, theirs) in kinds.items():
        few = 1 if name == "communities" else rounds
        spent = in_turns({name: ours, f"{name}, networkx": theirs}, few)
        own, other = spent.values()
        said("  times as quick, in processor time", other / own, "", goal="goal: at least 10")


def recall(actors: int, samples: int) -> None:
    """On circles, where the hundredth differs little from those after it, and on a graph with few great hubs."""
    import igraph
    import numpy as np

    from network.graph.structure import from_positions

    random.seed(1)
    hubs = np.asarray(igraph.Graph.Barabasi(actors, 6).get_edgelist(), dtype=np.int64)
    _recall("circles", _structure(actors, 6 * actors), samples)
    _recall("hubs", from_positions(tuple(map(str, range(actors))), hubs), samples)


def _recall(name: str, structure: Any, samples: int) -> None:
    import numpy as np

    from network.graph import measures

    exact = set(np.argsort(-measures.betweenness(structure), kind="stable")[:TOP].tolist())
    for sources in (samples, measures.sources(structure.order)):
        hits = []
        for seed in range(1, SEEDS + 1):
            found, _sample = measures.sampled_betweenness(structure, samples=sources, seed=seed)
            hits.append(len(exact & set(np.argsort(-found, kind="stable")[:TOP].tolist())))
        print(
            f"{name}: of the {TOP} first of {structure.order} actors, found by {sources} samples: {hits}  goal: at least 85"
        )


def growth(actors: int, ties: int) -> None:
    from network.graph.layout import layout
    from network.graph.report import report

    structure = _structure(actors, ties)
    in_turns(
        {
            f"all measures, {actors} actors": lambda: report(_fresh(structure)),
            f"positions, {actors} actors": lambda: layout(_fresh(structure)),
        },
        1,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
