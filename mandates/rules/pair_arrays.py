"""Pairs of mandates in force on a day, as columns of numbers: a large register has millions of them. Pure.

Rows are those active on the day, in order of their codes, so that of two numbers the lower is the one that a
pair names first. What the rules say of two mandates is said here of two columns of them.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mandates.snapshot import Date, Mandate, Snapshot

Numbers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Sets = Sequence[frozenset[Any]]

CHUNK = 2_000_000  # candidates looked at in one go: some hundred megabytes at most
BLOCK = 1024
FEW = 4096  # different territories whose meeting is kept as a table
HUNDRED = 100  # likeness is kept in hundredths


@dataclass(frozen=True)
class DayRows:
    """The mandates active on a day; each array has one number per row.

    Attributes:
        rows: in order of their codes.
        slugs: every actor in order of its id; `holder` indexes them.
        rank: the level of the holder. aims: the set of levels aimed at. ground: the territory.
        joint: the joint assignment, 0 for none. function, area, cell: the task; its strategy and area; all
            three. text: the target group.
        is_task: neither transition nor service.
        sharing: for two sets of levels, whether they have one in common.
        grounds: the places of each territory, None where unknown. meets: for two of them, whether they share
            ground; None where they are too many for such a table. texts: the target groups.
    """

    rows: tuple[Mandate, ...]
    slugs: tuple[str, ...]
    holder: Numbers
    rank: Numbers
    aims: Numbers
    ground: Numbers
    joint: Numbers
    function: Numbers
    area: Numbers
    cell: Numbers
    text: Numbers
    is_task: Booleans
    sharing: Booleans
    grounds: tuple[frozenset[str] | None, ...]
    meets: Booleans | None
    texts: tuple[str, ...]

    @cached_property
    def alike(self) -> Numbers:
        """How alike each text is to each, where they are few enough for a table."""
        return _hundredths(self.texts, np.arange(len(self.texts) ** 2))

    def actors_of(self, first: Numbers, second: Numbers) -> Numbers:
        """One number for the two holders of each pair, whichever comes first."""
        return pair_numbers(self.holder[first], self.holder[second], len(self.slugs))


def pair_numbers(some: Numbers, others: Numbers, size: int) -> Numbers:
    """One number for each unordered pair of numbers below `size`; in order of the lower, then the higher."""
    return np.minimum(some, others) * size + np.maximum(some, others)


def _numbered(values: Iterable[Hashable], known: dict[Any, int] | None = None) -> tuple[Numbers, list[Any]]:
    numbers: dict[Any, int] = {} if known is None else known
    found = [numbers.setdefault(value, len(numbers)) for value in values]
    return np.array(found, dtype=np.int64), list(numbers)


def day_rows(snapshot: Snapshot, day: Date) -> DayRows:
    """The mandates of `snapshot` active on `day`, as columns; made once for each day."""
    return snapshot.remembered(("pair rows", day), lambda: _day_rows(snapshot, day))


def _day_rows(snapshot: Snapshot, day: Date) -> DayRows:
    rows = tuple(sorted(snapshot.active(day), key=lambda m: m.code))
    slugs = tuple(sorted(snapshot.actor_by_slug))
    place_of = {slug: number for number, slug in enumerate(slugs)}
    actors = snapshot.actor_by_slug
    aims, level_sets = _numbered(m.levels for m in rows)
    known: dict[Any, frozenset[str] | None] = {}

    def territory(mandate: Mandate) -> frozenset[str] | None:
        home = None if mandate.territory_places else actors[mandate.holder].place
        said = (mandate.territory_places, mandate.territory_groups, home)
        if said not in known:
            known[said] = snapshot.territory(mandate, day)
        return known[said]

    grounds, places = _numbered(territory(m) for m in rows)
    joint, _names = _numbered((m.joint_assignment for m in rows), {"": 0})
    functions, codes = _numbered(m.function for m in rows)
    idle = [
        any(snapshot.has_trait("function", code, trait) for trait in ("transition", "service"))
        for code in codes
    ]
    texts, words = _numbered(m.target_group for m in rows)
    return DayRows(
        rows=rows,
        slugs=slugs,
        holder=np.array([place_of[m.holder] for m in rows], dtype=np.int64),
        rank=_numbered(actors[m.holder].level for m in rows)[0],
        aims=aims,
        ground=grounds,
        joint=joint,
        function=functions,
        area=_numbered((m.strategy, m.area) for m in rows)[0],
        cell=_numbered((m.strategy, m.area, m.function) for m in rows)[0],
        text=texts,
        is_task=~np.array(idle, dtype=np.bool_)[functions],
        sharing=np.array([[bool(a & b) for b in level_sets] for a in level_sets], dtype=np.bool_),
        grounds=tuple(places),
        meets=_grounds_meet(snapshot, places)(np.arange(len(places))) if len(places) <= FEW else None,
        texts=tuple(words),
    )


def groups(numbers: Numbers, rows: Numbers) -> Iterator[Numbers]:
    """`rows` by their `numbers`, each group in the order in which it has them."""
    order = np.argsort(numbers[rows], kind="stable")
    ends = np.flatnonzero(np.diff(numbers[rows][order])) + 1
    yield from (part for part in np.split(rows[order], ends) if len(part))


def meeting(
    snapshot: Snapshot, day: DayRows, rows: Numbers, *, across: bool
) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of `rows` with a level aimed at and ground in common, (lower, higher), some at a time.

    Args:
        across: holders of different levels; otherwise of the same.

    Their holders differ, and they are not one joint assignment. Rows alike in holder's level, levels and
    ground are compared once for all of them.
    """
    alike = (day.ground[rows] * (day.rank.max(initial=0) + 1) + day.rank[rows]) * len(day.sharing)
    _kinds, first, kind = np.unique(alike + day.aims[rows], return_index=True, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    members, sizes = rows[order], np.bincount(kind, minlength=len(first))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    rank, aims = day.rank[rows[first]], day.aims[rows[first]]
    ground = day.ground[rows[first]]
    if day.meets is None:
        meets = _grounds_meet(snapshot, [day.grounds[number] for number in ground.tolist()])
    for begin in range(0, len(first), BLOCK):
        block = np.arange(begin, min(begin + BLOCK, len(first)))
        fits = (rank[block][:, None] != rank) if across else (rank[block][:, None] == rank)
        fits &= day.sharing[aims[block]][:, aims]
        fits &= meets(block) if day.meets is None else day.meets[ground[block]][:, ground]
        fits &= block[:, None] <= np.arange(len(first))
        some, others = np.nonzero(fits)
        for left, right in _crossed(starts, sizes, some + begin, others):
            yield _fitting(day, members[left], members[right], ordered=left < right)


def _grounds_meet(
    snapshot: Snapshot, grounds: Sequence[frozenset[str] | None]
) -> Callable[[Numbers], Booleans]:
    """Whether some of `grounds`, by their places in it, share ground with each (`Snapshot.places_meet`)."""
    own: dict[str, list[int]] = {}
    wide: dict[str, list[int]] = {}
    above = [
        {higher for place in places or () for higher in snapshot.place_and_above(place)} for places in grounds
    ]
    for n, places in enumerate(grounds):
        for place in places or ():
            own.setdefault(place, []).append(n)
        for place in above[n]:
            wide.setdefault(place, []).append(n)
    unknown = np.array([places is None for places in grounds], dtype=np.bool_)

    def meets(block: Numbers) -> Booleans:
        found = np.tile(unknown, (len(block), 1))
        for line, n in enumerate(block.tolist()):
            if (places := grounds[n]) is None:
                found[line] = True
                continue
            for place in above[n]:
                found[line, own.get(place, [])] = True
            for place in places:
                found[line, wide[place]] = True
        return found

    return meets


def _crossed(
    starts: Numbers, sizes: Numbers, some: Numbers, others: Numbers
) -> Iterator[tuple[Numbers, Numbers]]:
    """Every member of one kind with every member of the other, of each pair of kinds; some at a time."""
    products = sizes[some] * sizes[others]
    chunk = np.cumsum(products) // CHUNK
    for part in np.split(np.arange(len(some)), np.flatnonzero(np.diff(chunk)) + 1):
        if len(part):
            total = products[part]
            number = np.arange(total.sum()) - np.repeat(np.cumsum(total) - total, total)
            width = np.repeat(sizes[others[part]], total)
            left = np.repeat(starts[some[part]], total) + number // width
            right = np.repeat(starts[others[part]], total) + number % width
            same = np.repeat(some[part] == others[part], total)
            # Within a kind each pair comes both ways round.
            kept = ~same | (left < right)
            yield left[kept], right[kept]


def _fitting(day: DayRows, some: Numbers, others: Numbers, ordered: Booleans) -> tuple[Numbers, Numbers]:
    kept = day.holder[some] != day.holder[others]
    kept &= (day.joint[some] == 0) | (day.joint[some] != day.joint[others])
    some, others = some[kept], others[kept]
    return np.minimum(some, others), np.maximum(some, others)


# Words in common.


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def likeness(day: DayRows, first: Numbers, second: Numbers) -> Numbers:
    """Jaccard index of the words of two target groups in hundredths; 0 nothing in common or not said."""
    some, others = day.text[first], day.text[second]
    size = len(day.texts)
    if size**2 <= CHUNK:
        found: Numbers = day.alike[some * size + others]
        return found
    asked, place = np.unique(some * size + others, return_inverse=True)
    found = _hundredths(day.texts, asked)[place]
    return found


def _hundredths(texts: Sequence[str], asked: Numbers) -> Numbers:
    """How alike two of `texts` are: `asked` numbers the pairs, first * number of texts + second."""
    sets = [words_of(text) for text in texts]
    sizes = np.array([len(words) for words in sets], dtype=np.int64)
    some, others = np.divmod(asked, max(1, len(texts)))
    same = in_common(sets, some, others)
    union = sizes[some] + sizes[others] - same
    # Rounded as Python rounds: there are few different fractions.
    base = 2 * int(sizes.max(initial=0)) + 1
    fractions, place = np.unique(same * base + union, return_inverse=True)
    hundredths = [
        round(HUNDRED * round(part / whole, 2)) if whole else 0
        for part, whole in (divmod(int(fraction), base) for fraction in fractions)
    ]
    return np.array(hundredths, dtype=np.int64)[place]


def in_common(sets: Sets, some: Numbers, others: Numbers) -> Numbers:
    """How many members the sets of two numbers have in common."""
    numbers: dict[Any, int] = {}
    width = max((len(found) for found in sets), default=0)
    table = np.full((len(sets), max(width, 1)), -1, dtype=np.int32)
    for n, found in enumerate(sets):
        table[n, : len(found)] = [numbers.setdefault(member, len(numbers)) for member in found]
    asked, place = np.unique(some * len(sets) + others, return_inverse=True)
    counts = np.zeros(len(asked), dtype=np.int64)
    step = max(1, CHUNK // max(width, 1) ** 2)
    for begin in range(0, len(asked), step):
        left, right = np.divmod(asked[begin : begin + step], len(sets))
        alike = (table[left][:, :, None] == table[right][:, None, :]) & (table[left] >= 0)[:, :, None]
        counts[begin : begin + step] = alike.sum(axis=(1, 2))
    return counts[place]


# One number for a pair and how alike it is: in order, the most alike come first, then by their codes.


def ranked(day: DayRows, first: Numbers, second: Numbers) -> Numbers:
    size = len(day.rows)
    return ((HUNDRED - likeness(day, first, second)) * size + first) * size + second


def unranked(day: DayRows, numbers: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(first, second, likeness in hundredths) of what `ranked` numbered."""
    rest, second = np.divmod(numbers, max(1, len(day.rows)))
    lacks, first = np.divmod(rest, max(1, len(day.rows)))
    return first, second, HUNDRED - lacks


def smallest(numbers: Numbers, limit: int) -> Numbers:
    """The `limit` smallest, in order."""
    if len(numbers) > limit:
        numbers = np.partition(numbers, limit - 1)[:limit]
    return np.sort(numbers)
