"""Ties read from a table, and the graph written for other programs. Pure: text in, text out."""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from network.graph.structure import Structure, build

FORMATS = ("graphml", "gexf", "csv")
LONGEST_ID = 300
# What XML 1.0 cannot hold (section 2.2), and no reader accepts.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_STAMP = re.compile(r' lastmodifieddate="[^"]*"')


@dataclass(frozen=True)
class BadLine(ValueError):
    """A line of a table of ties that cannot be used.

    `code`: header, too_short, empty, too_long, weight, unreadable; `line` counts from 1 as an editor shows it.
    """

    line: int
    column: str
    value: str
    code: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.value!r} ({self.code})"


def read_ties(text: str) -> Structure:
    """The graph of a CSV table with the columns source, target and, optionally, weight.

    The delimiter is a comma, a semicolon or a tab; with a semicolon a weight may have a decimal comma. A tie that comes twice or reversed is summed, one from an actor to itself is dropped, an empty weight
    is 1. A line with a source and an empty target names an actor without a tie.

    Raises:
        BadLine: the header lacks a column, a line lacks a source, or a weight is not a number above 0.

    >>> read_ties("source,target,weight\\na,b,2\\nb,a,\\nc,,\\n").weights.tolist()
    [3.0]
    """
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows = _rows(reader)
    header = [name.strip().casefold() for name in next(rows, (0, []))[1]]
    for column in ("source", "target"):
        if column not in header:
            raise BadLine(1, column, delimiter.join(header), "header")
    source, target = header.index("source"), header.index("target")
    weighs = header.index("weight") if "weight" in header else None
    actors: list[str] = []
    ties: list[tuple[str, str]] = []
    weights: list[float | None] = []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= max(source, target):
            raise BadLine(line, "target", delimiter.join(cells), "too_short")
        ends = cells[source].strip(), cells[target].strip()
        if not ends[0]:
            raise BadLine(line, "source", ends[0], "empty")
        for column, name in zip(("source", "target"), ends, strict=True):
            if len(name) > LONGEST_ID:
                raise BadLine(line, column, name[:40], "too_long")
        if not ends[1]:
            actors.append(ends[0])
            continue
        ties.append(ends)
        given = cells[weighs] if weighs is not None and len(cells) > weighs else ""
        weights.append(_weight(given.replace(",", ".") if delimiter == ";" else given, line))
    return build(actors, ties, weights)


def _rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadLine(reader.line_num, "source", str(error), "unreadable") from error
        yield reader.line_num, cells


def _weight(text: str, line: int) -> float | None:
    if not text.strip():
        return None
    try:
        weight = float(text)
    except ValueError:
        raise BadLine(line, "weight", text[:40], "weight") from None
    if not weight > 0 or math.isinf(weight):
        raise BadLine(line, "weight", text[:40], "weight")
    return weight


def write(
    structure: Structure,
    kind: str,
    *,
    actors: Mapping[str, Mapping[str, Any]] | None = None,
    ties: Iterable[Mapping[str, Any]] | None = None,
) -> str:
    """The graph as GraphML, GEXF 1.2 or CSV.

    Args:
        kind: one of FORMATS.
        actors: id -> attributes (numbers, texts, booleans; None is left out). `label` is shown as its name.
        ties: attributes of each tie, in the order of `structure.ends`.

    Raises:
        ValueError: an unknown format.
    """
    extra = list(ties) if ties is not None else [{} for _ in range(structure.size)]
    if kind == "csv":
        return _write_csv(structure, extra)
    if kind not in FORMATS:
        raise ValueError(f"unknown format {kind!r}: use one of {', '.join(FORMATS)}")
    graph = to_networkx(structure, actors or {}, extra)
    lines = nx.generate_graphml(graph) if kind == "graphml" else nx.generate_gexf(graph, version="1.2draft")
    # networkx stamps GEXF with the day it was written; the same graph must give the same bytes.
    text = _STAMP.sub("", "\n".join(lines)) + "\n"
    return text if text.startswith("<?xml") else f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def to_networkx(
    structure: Structure, actors: Mapping[str, Mapping[str, Any]], ties: Iterable[Mapping[str, Any]]
) -> "nx.Graph[str]":
    """The same graph as networkx knows it, with attributes that XML can hold."""
    graph: nx.Graph[str] = nx.Graph()
    names = [_xml(name) for name in structure.names]
    for name, shown in zip(structure.names, names, strict=True):
        graph.add_node(shown, **_attributes(actors.get(name, {})))
    for (some, other), weight, attributes in zip(structure.ends, structure.weights, ties, strict=True):
        graph.add_edge(names[some], names[other], weight=float(weight), **_attributes(attributes))
    return graph


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _xml(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None and not (isinstance(value, float) and math.isnan(value))
    }


def _xml(text: str) -> str:
    """`text` as XML can hold it: readers take every line end as a line feed (XML 1.0, section 2.11)."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _write_csv(structure: Structure, ties: list[Mapping[str, Any]]) -> str:
    columns = sorted({name for attributes in ties for name in attributes})
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["source", "target", "weight", *columns])
    for (some, other), weight, attributes in zip(structure.ends, structure.weights, ties, strict=True):
        row = [structure.names[some], structure.names[other], repr(float(weight))]
        writer.writerow([*row, *(attributes.get(name, "") for name in columns)])
    for name in (structure.names[v] for v in (structure.degree == 0).nonzero()[0]):
        writer.writerow([name, "", "", *[""] * len(columns)])
    return file.getvalue()
