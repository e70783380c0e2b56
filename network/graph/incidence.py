"""From many records to ties at once: what `ties.project` says of a few, in arrays. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from network.graph.structure import Floats, Ints, Structure, from_positions

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Circles:
    """R records and those in them, one row for each participant.

    Attributes:
        record: P numbers of records, 0 to R-1. actor: P positions of actors, each once in a record.
        factor: R factors of the weight, 1 for a record that ties, what is left for an encounter.
        adds: R; whether the record only adds to ties that others make.
        pairs: further (record, actor, actor, weight) of records that spell out groups, which tie some of
            their pairs only.
    """

    record: Ints
    actor: Ints
    factor: Floats
    adds: Bools
    pairs: tuple[Ints, Ints, Ints, Floats] | None = None


@dataclass(frozen=True, eq=False)
class Projection:
    """The structure, and which records are behind each of its ties."""

    structure: Structure
    tie: Ints
    record: Ints

    @cached_property
    def records(self) -> Sequence[Ints]:
        """The numbers of the records behind each tie, in rising order."""
        order = np.lexsort((self.record, self.tie))
        bounds = np.searchsorted(self.tie[order], np.arange(1, self.structure.size))
        return np.split(self.record[order], bounds) if self.structure.size else []


def project(names: tuple[str, ...], circles: Circles, kept: Bools | None = None) -> Projection:
    """The ties of `circles`: a record of k gives each of its pairs factor/(k-1).

    Args:
        names: N ids, the actors by position. kept: N; actors that are left out take their ties with them, and
            the weights of the others stay as they were.

    >>> rows = Circles(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 1, 0]), np.ones(2), np.zeros(2, bool))
    >>> found = project(("a", "b", "c"), rows)
    >>> found.structure.ends.tolist(), found.structure.weights.tolist(), [r.tolist() for r in found.records]
    ([[0, 1], [0, 2], [1, 2]], [1.5, 0.5, 0.5], [[0, 1], [0], [0]])
    """
    record, some, other, weight = _pairs(circles, len(names))
    if kept is not None:
        place = np.cumsum(kept) - 1
        inside = kept[some] & kept[other]
        record, some, other, weight = (
            record[inside],
            place[some[inside]],
            place[other[inside]],
            weight[inside],
        )
        names = tuple(name for name, is_kept in zip(names, kept.tolist(), strict=True) if is_kept)
    key = some * len(names) + other
    adds = circles.adds[record]
    if adds.any():
        made = np.sort(key[~adds], kind="stable")
        at = np.searchsorted(made, key)
        stays = ~adds | (made[np.minimum(at, len(made) - 1)] == key if len(made) else False)
        record, key, weight = record[stays], key[stays], weight[stays]
    single, tie = _numbered(key)
    ends = np.stack(np.divmod(single, max(len(names), 1)), axis=1)
    weights = np.bincount(tie, weights=weight, minlength=len(single)).astype(np.float64)
    return Projection(from_positions(names, ends.reshape(-1, 2), weights), tie, record)


def _rises(key: Ints) -> bool:
    return bool(np.all(key[1:] > key[:-1]))


def _firsts(ordered: Ints) -> Bools:
    """Of each run of equal values the first."""
    found = np.ones(len(ordered), dtype=np.bool_)
    found[1:] = ordered[1:] != ordered[:-1]
    return found


def _numbered(key: Ints) -> tuple[Ints, Ints]:
    """The distinct values in rising order, and the number of each value among them."""
    if _rises(key):
        return key, np.arange(len(key))
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = _firsts(ordered)
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.cumsum(first) - 1
    return ordered[first], number


def _pairs(circles: Circles, order: int) -> tuple[Ints, Ints, Ints, Floats]:
    """(record, smaller actor, larger actor, weight) of each pair of each record."""
    key = circles.record * max(order, 1) + circles.actor
    if not _rises(key):
        key = np.sort(key, kind="stable")  # nearly sorted already
        key = key[_firsts(key)]
    record, actor = np.divmod(key, max(order, 1))
    sizes = np.bincount(record, minlength=len(circles.factor))
    starts = np.cumsum(sizes) - sizes
    found = [circles.pairs] if circles.pairs is not None else []
    for size in np.unique(sizes):
        if size < 2:
            continue
        records = np.flatnonzero(sizes == size)
        members = actor[starts[records][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        found.append(
            (
                np.repeat(records, len(first)),
                members[:, first].ravel(),
                members[:, second].ravel(),
                np.repeat(circles.factor[records] / (size - 1), len(first)),
            )
        )
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing, np.zeros(0)
    record, some, other, weight = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return record, some, other, weight
