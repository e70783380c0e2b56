"""Who is tied to whom, and who contains whom, asked of millions of pairs of actors at once. Pure."""

from collections.abc import Collection, Iterable
from itertools import combinations

import numpy as np

from mandates.coverage import Thresholds
from mandates.rules.pair_arrays import Booleans, DayRows, Numbers, pair_numbers
from mandates.rules.ties import coordinators, current_collaborations, meeting_networks
from mandates.snapshot import Date, Snapshot

LARGE = 1000  # members of a circle: above, asking each actor costs less than writing down the pairs


class Circles:
    """Sets of actors in which each is tied to each."""

    def __init__(self, slugs: tuple[str, ...], circles: Iterable[Collection[str]]) -> None:
        place_of = {slug: number for number, slug in enumerate(slugs)}
        self._size = len(slugs)
        self._touched = np.zeros(len(slugs), dtype=np.bool_)
        self._large: list[Booleans] = []
        pairs: set[int] = set()
        for circle in circles:
            numbers = sorted({place_of[slug] for slug in circle if slug in place_of})
            if len(numbers) > LARGE:
                mask = np.zeros(len(slugs), dtype=np.bool_)
                mask[numbers] = True
                self._large.append(mask)
            elif len(numbers) > 1:
                self._touched[numbers] = True
                pairs.update(a * self._size + b for a, b in combinations(numbers, 2))
        self._pairs = np.array(sorted(pairs), dtype=np.int64)

    def join(self, some: Numbers, others: Numbers) -> Booleans:
        """Of two actors, by their places in `slugs`, whether a circle has both."""
        found = self._touched[some] & self._touched[others]
        asked = np.flatnonzero(found)
        found[asked] = _among(self._pairs, pair_numbers(some[asked], others[asked], self._size))
        for mask in self._large:
            found |= mask[some] & mask[others]
        return found


def _among(pairs: Numbers, asked: Numbers) -> Booleans:
    """Which of `asked` are in `pairs`, which lie in order."""
    if not len(pairs):
        return np.zeros(len(asked), dtype=np.bool_)
    place = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    return np.asarray(pairs[place] == asked)


def bonded(snapshot: Snapshot, rows: DayRows, day: Date, thresholds: Thresholds) -> Circles:
    """Those with a bond (`ties.bonds`): a current dated collaboration, or a network that meets."""

    def circles() -> Circles:
        shared = [row.participants for row in current_collaborations(snapshot, day)]
        return Circles(rows.slugs, [*shared, *meeting_networks(snapshot, day, thresholds).values()])

    return snapshot.remembered(("bonded", day, thresholds), circles)


def managed(snapshot: Snapshot, rows: DayRows, day: Date, thresholds: Thresholds) -> Circles:
    """Those whose overlap is managed (`ties.is_tied`): bonded, or named by one coordination mandate."""

    def circles() -> Circles:
        shared = [row.participants for row in current_collaborations(snapshot, day)]
        named = [names for _mandate, names in coordinators(snapshot, day)]
        return Circles(rows.slugs, [*shared, *meeting_networks(snapshot, day, thresholds).values(), *named])

    return snapshot.remembered(("managed", day, thresholds), circles)


def contained(snapshot: Snapshot, rows: DayRows, day: Date) -> Numbers:
    """Pairs of holders of which one contains the other (`Snapshot.contains`), as `pair_numbers`, in order."""
    return snapshot.remembered(("contained", day), lambda: _contained(snapshot, rows, day))


def _contained(snapshot: Snapshot, rows: DayRows, day: Date) -> Numbers:
    holders = [rows.slugs[number] for number in np.unique(rows.holder).tolist()]
    place_of = {slug: number for number, slug in enumerate(rows.slugs)}
    members = {
        slug: found
        for slug in holders
        if snapshot.actor_by_slug[slug].is_group and (found := snapshot.members(slug, day)) is not None
    }
    pairs = {(outer, inner) for outer, found in members.items() for inner in found}
    pairs |= {(a, b) for a, some in members.items() for b, others in members.items() if others <= some}
    for inner in holders:
        for outer in snapshot.above(inner, day):
            if outer not in members:
                pairs.add((outer, inner))
    held = set(holders)
    numbers = {
        min(place_of[a], place_of[b]) * len(place_of) + max(place_of[a], place_of[b])
        for a, b in pairs
        if a != b and a in held and b in held
    }
    return np.array(sorted(numbers), dtype=np.int64)


def strangers(
    snapshot: Snapshot, rows: DayRows, day: Date, first: Numbers, second: Numbers
) -> tuple[Numbers, Numbers]:
    """The pairs of which neither holder contains the other."""
    inside = contained(snapshot, rows, day)
    if not len(inside):
        return first, second
    kept = ~_among(inside, rows.actors_of(first, second))
    return first[kept], second[kept]
