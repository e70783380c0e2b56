"""All measures of a graph in one plain value, as `graph_measures` and the API print it. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from network.graph import brokerage, measures, mixing
from network.graph.structure import Structure

Plain = dict[str, Any]


def report(
    structure: Structure,
    divisions: Mapping[str, Sequence[str]] | None = None,
    *,
    samples: int | None = None,
) -> Plain:
    """Every measure of the graph and of its actors (design, Machine interface).

    Args:
        divisions: name -> the group of each actor ("kind" -> N codes); brokerage and the E-I index are
            taken by the first of them, or by community where none is given.
        samples: actors that what is estimated is sampled from; None: as many as its work is worth.

    Returns:
        {"network": {measure: value}, "actors": {id: {measure: value}}}; undefined values are None.
        Lists stand under `*_list`. `betweenness_sample`, `closeness_sample` and `harmonic_sample`
        are there when those were estimated.
    """
    membership = measures.communities(structure)
    by_community = [str(number) for number in membership]
    given = dict(divisions or {}) or {"community": by_community}
    groups = next(iter(given.values()))
    parts = measures.components(structure)
    sizes = np.bincount(parts) if structure.order else np.zeros(0, dtype=np.int64)
    cut = measures.articulation_points(structure)
    bridges = measures.bridges(structure)
    estimates: dict[str, measures.Sample] = {}
    columns: dict[str, Any] = {}
    if structure.order > measures.EXACT_UP_TO:
        columns["betweenness"], estimates["betweenness"] = measures.sampled_betweenness(
            structure, samples=samples
        )
        near, far, sample = measures.sampled_distances(structure, samples=samples)
        columns |= {"closeness": near, "harmonic": far}
        if sample.sources:
            estimates["closeness"] = estimates["harmonic"] = sample
    columns = {
        name: columns[name] if name in columns else measure(structure)
        for name, measure in measures.ACTOR_MEASURES.items()
    }
    roles = brokerage.brokerage(structure, groups)
    openness = {name: mixing.ei_index(structure, of) for name, of in given.items()}
    network: Plain = {
        "nodes": structure.order,
        "edges": structure.size,
        "density": measures.density(structure),
        "components": len(sizes),
        "largest_component": int(sizes.max()) if len(sizes) else 0,
        "isolates": int((structure.degree == 0).sum()),
        "transitivity": measures.transitivity(structure),
        "modularity": measures.modularity(structure, membership),
        "articulation_points": len(cut),
        "articulation_points_list": cut,
        "bridges": len(bridges),
        "bridges_list": [list(pair) for pair in bridges],
        "ei_index": next(iter(openness.values())).index,
        "ei_index_expected": next(iter(openness.values())).expected,
        "ei_index_by": {
            name: {"index": found.index, "expected": found.expected} for name, found in openness.items()
        },
    }
    for name, sample in estimates.items():
        network[f"{name}_sample"] = {"sources": sample.sources, "actors": sample.actors}
        if name != "harmonic":  # what is said of closeness is in closeness's unit
            network[f"{name}_sample"]["standard_error"] = sample.standard_error
    cut_set = set(cut)
    plain = {name: _plain(values) for name, values in columns.items()}
    actors = {
        name: {
            **{measure: values[at] for measure, values in plain.items()},
            "community": int(membership[at]),
            "articulation": name in cut_set,
            "brokerage": dict(zip(brokerage.ROLES, (int(count) for count in roles[at]), strict=True)),
        }
        for at, name in enumerate(structure.names)
    }
    return {"network": network, "actors": actors}


def _plain(values: Any) -> list[Any]:
    if values.dtype.kind == "i":
        return [int(value) for value in values]
    return [None if math.isnan(value) else float(value) for value in values]
