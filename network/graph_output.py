"""The graph of the register as programs get it: JSON, GraphML, GEXF and CSV, and all its measures."""

from collections.abc import Mapping
from typing import Any

from network.graph import files, measures
from network.graph.report import report
from network.graph_values import Behind, Node, RegisterGraph

FORMATS = ("json", *files.FORMATS)
DIVISIONS = ("kind", "level")


def as_json(found: RegisterGraph) -> dict[str, Any]:
    """Nodes, edges, the records behind them and the stubs, as plain values; dates ISO.

    An edge's `records` name entries of the list `records`, by kind and id. A stub is no node: it stands for
    members known only by number, at the actor that convenes them.
    """
    structure = found.structure
    strength = measures.strength(structure)
    unnamed = _unnamed(found)
    return {
        "as_of": found.asked.as_of.isoformat(),
        "areas": sorted(found.asked.areas),
        "expand_groups": found.asked.expand_groups,
        "isolates": found.isolates,
        "nodes": [
            {
                "id": node.slug,
                **_facts(node, unnamed),
                "degree": int(structure.degree[at]),
                "strength": float(strength[at]),
            }
            for at, node in enumerate(found.nodes.values())
        ],
        "edges": [
            {
                "source": tie.source,
                "target": tie.target,
                "weight": tie.weight,
                "records": [{"kind": kind, "id": code} for kind, code in tie.records],
            }
            for tie in found.ties
        ],
        "records": [_record(row) for row in found.records.values()],
        "stubs": [
            {"id": stub.id, "actor": stub.at, "network": stub.network, "members": stub.members}
            for stub in found.stubs
        ],
    }


def as_text(found: RegisterGraph, kind: str) -> str:
    """GraphML, GEXF or CSV, with the name of the reader's language as label.

    Stubs are said at the actor that they hang on, so that every node of the file is an actor.
    """
    unnamed = _unnamed(found)
    return files.write(
        found.structure,
        kind,
        actors={slug: {"label": node.name, **_facts(node, unnamed)} for slug, node in found.nodes.items()},
        ties=[{"records": "; ".join(f"{kind_} {code}" for kind_, code in tie.records)} for tie in found.ties],
    )


def _facts(node: Node, unnamed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name_sv": node.name_sv,
        "name_en": node.name_en,
        "kind": node.kind,
        "level": node.level,
        "place": node.place or None,
        "county": node.county or None,
        "is_group": node.is_group,
        "unnamed_members": unnamed.get(node.slug),
    }


def measured(found: RegisterGraph, *, samples: int | None = None) -> dict[str, Any]:
    """Every measure of the graph and its actors; E-I by kind and by level, roles by kind."""
    return report(found.structure, {name: found.groups(name) for name in DIVISIONS}, samples=samples)


def _unnamed(found: RegisterGraph) -> dict[str, str]:
    """{actor: how many unnamed members it stands for}: a group's own, or those that it convenes."""
    said = {slug: node.unnamed for slug, node in found.nodes.items() if node.unnamed}
    convened: dict[str, int] = {}
    for stub in found.stubs:
        convened[stub.at] = convened.get(stub.at, 0) + stub.members
    return {**{slug: str(number) for slug, number in convened.items()}, **said}


def _record(row: Behind) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "id": row.id,
        "detail": row.detail or None,
        "title_sv": row.title_sv,
        "title_en": row.title_en,
        "areas": list(row.areas),
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "from_precision": row.from_precision,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "to_precision": row.to_precision,
    }
