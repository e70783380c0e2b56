"""What must hold between rows of the register and that no single constraint of the database can see.

Apps register their rules in `<app>/integrity.py`; `manage.py check_register` asks them all. A rule reads
and never repairs. What is merely doubtful (a row without a source, a tie long unconfirmed) is a finding of
`mandates.rules`, not a fault.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError
from django.db.models import Model
from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong. `kind` is the model, `id` the row's permanent id or, lacking one, its key."""

    rule: str
    kind: str
    id: str
    field: str
    value: str
    error: str


@dataclass
class Result:
    """Every rule that was asked, with how many faults it found, and the faults in a fixed order."""

    rules: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


Rule = Callable[[], Iterable[Fault]]
_rules: dict[str, Rule] = {}
VALUE_LENGTH = 200


def register(name: str) -> Callable[[Rule], Rule]:
    """Decorator: ask this function too. Raises KeyError if the name is taken."""

    def add(rule: Rule) -> Rule:
        if name in _rules:
            raise KeyError(f"{name} is registered already")
        _rules[name] = rule
        return rule

    return add


def check() -> Result:
    """Ask every rule. The number of queries grows with the tables, not with their rows."""
    autodiscover_modules("integrity")
    result = Result()
    for name in sorted(_rules):
        try:
            found = sorted(_rules[name]())
        except DatabaseError as error:  # a damaged file fails wherever it is read
            found = [Fault(name, "database", "", "", str(error)[:VALUE_LENGTH], "Could not be asked.")]
        result.rules[name] = len(found)
        result.faults += found
    return result


def fault(rule: str, row: Model | tuple[type[Model], Any], field: str, value: Any, error: str) -> Fault:
    """A fault of `row`, or of the row of a model with a certain key."""
    model, key = (type(row), id_of(row)) if isinstance(row, Model) else (row[0], str(row[1]))
    text = "" if value is None else str(value)
    return Fault(rule, model._meta.label_lower, key, field, text[:VALUE_LENGTH], error)


def id_of(row: Model) -> str:
    """The id by which people know a row; its primary key if it has none."""
    for name in ("slug", "code"):
        if getattr(row, name, ""):
            return str(getattr(row, name))
    return str(row.pk)


def cycles(edges: Iterable[tuple[Hashable, Hashable]]) -> Iterator[list[Any]]:
    """Nodes that lead back to themselves, one list for each knot of them, each sorted.

    >>> list(cycles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "e")]))
    [['a', 'b', 'c'], ['e']]
    """
    import networkx

    graph: networkx.DiGraph[Any] = networkx.DiGraph()
    graph.add_edges_from(edges)
    knots = [
        sorted(knot)
        for knot in networkx.strongly_connected_components(graph)
        if len(knot) > 1 or any(graph.has_edge(node, node) for node in knot)
    ]
    yield from sorted(knots)
