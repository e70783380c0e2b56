"""Who should meet: actors with something in common in an area, who are more than two steps apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import combinations

from mandates.coverage import DEFAULTS, Thresholds
from mandates.rules.overlap import is_joint
from mandates.rules.structure import handed_over
from mandates.rules.ties import coordinates
from mandates.snapshot import CROSS_SECTOR, Date, Mandate, Snapshot
from network.graph.removal import paths
from network.graph_values import RegisterGraph

MOST_HOLDERS = 100  # of one area that are compared with each other: 4,950 pairs
MOST_PAIRS = 200
MOST_LEADING = 3
OVERLAP, HANDED_OVER, COMPLEMENTARY, SAME_GROUND = REASONS = (
    "overlap",
    "handed_over",
    "complementary",
    "same_ground",
)
WORTH = {OVERLAP: 8, HANDED_OVER: 6, COMPLEMENTARY: 3, SAME_GROUND: 1}


class Meeting(IntEnum):
    """What two mandates of one area have in common, the stronger the higher."""

    SAME_GROUND = 1  # the same area and territory, whatever the task and level
    COMPLEMENTARY = 2
    OVERLAP = 3


def meeting_of(snapshot: Snapshot, some: Mandate, other: Mandate, day: Date) -> Meeting | None:
    """How two mandates active on `day` in one area of one strategy meet; None where they do not.

    OVERLAP and COMPLEMENTARY are those of the rules. Transition and service tasks meet nothing.
    """
    if (
        any(_is_left_out(snapshot, mandate) for mandate in (some, other))
        or is_joint(some, other)
        or snapshot.contains(some.holder, other.holder, day)
        or snapshot.contains(other.holder, some.holder, day)
        or not snapshot.places_meet(snapshot.territory(some, day), snapshot.territory(other, day))
    ):
        return None
    levels = {snapshot.actor_by_slug[mandate.holder].level for mandate in (some, other)}
    if len(levels) > 1 or not some.levels & other.levels:
        return Meeting.SAME_GROUND
    return Meeting.OVERLAP if some.function == other.function else Meeting.COMPLEMENTARY


def _is_left_out(snapshot: Snapshot, mandate: Mandate) -> bool:
    return any(snapshot.has_trait("function", mandate.function, trait) for trait in ("transition", "service"))


@dataclass(frozen=True)
class Reason:
    """Why, where, and by which mandates, one of each."""

    kind: str
    area: str
    strategy: str
    mandates: tuple[Mandate, Mandate]


@dataclass
class Pair:
    """Two actors with something in common. `chain`: the actors between them, first to last, if there is a way.

    `leading`: those who lead or coordinate in their areas, where nobody stands between them.
    """

    actors: tuple[str, str]
    reasons: list[Reason] = field(default_factory=list)
    chain: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()

    @property
    def worth(self) -> int:
        """The rank: each area counts by its strongest reason."""
        best: dict[tuple[str, str], int] = {}
        for reason in self.reasons:
            place = (reason.strategy, reason.area)
            best[place] = max(best.get(place, 0), WORTH[reason.kind])
        return sum(best.values())

    @property
    def kinds(self) -> list[str]:
        found = {reason.kind for reason in self.reasons}
        return [kind for kind in REASONS if kind in found]

    @property
    def areas(self) -> list[str]:
        return list(dict.fromkeys(reason.area for reason in self.reasons))

    @property
    def area(self) -> str:
        """Where the strongest reason lies."""
        return max(self.reasons, key=lambda reason: WORTH[reason.kind]).area


@dataclass(frozen=True)
class Introductions:
    """`pairs`: the first MOST_PAIRS of `count`. `crowded`: areas with more holders than are compared."""

    pairs: Sequence[Pair]
    count: int
    holders: int
    crowded: Sequence[str]


def introductions(
    found: RegisterGraph, snapshot: Snapshot, thresholds: Thresholds = DEFAULTS
) -> Introductions:
    """Pairs of organisations that have something in common and no tie within two steps, best reasons first.

    Groups are not among them: a whole class of organisations cannot be introduced to anybody. No query. The
    work is bounded by the number of areas and MOST_HOLDERS.
    """
    day = found.asked.as_of
    near = _near(found)
    rows, crowded, holders = _active(snapshot, day)
    pairs: dict[tuple[str, str], Pair] = {}

    def add(kind: str, some: Mandate, other: Mandate) -> None:
        first, second = sorted((some, other), key=lambda mandate: mandate.holder)
        slugs = (first.holder, second.holder)
        pair = pairs.setdefault(slugs, Pair(slugs))
        pair.reasons.append(Reason(kind, first.area, first.strategy, (first, second)))

    for some, other, meeting in _common(snapshot, rows, near, day):
        add(_KIND[meeting], some, other)
    for before, after in handed_over(snapshot, day, thresholds):
        if _apart(near, before.holder, after.holder) and not _any_group(snapshot, before, after):
            add(HANDED_OVER, before, after)
    ordered = sorted(pairs.values(), key=lambda pair: (-pair.worth, -len(pair.areas), pair.actors))
    shown = ordered[:MOST_PAIRS]
    leading = _leading(snapshot, day)
    for pair in shown:
        pair.reasons.sort(key=lambda reason: (-WORTH[reason.kind], reason.area))
        _find_somebody(found, snapshot, pair, leading)
    return Introductions(shown, len(ordered), holders, crowded)


_KIND = {
    Meeting.OVERLAP: OVERLAP,
    Meeting.COMPLEMENTARY: COMPLEMENTARY,
    Meeting.SAME_GROUND: SAME_GROUND,
}


def _near(found: RegisterGraph) -> Mapping[str, set[str]]:
    near: dict[str, set[str]] = defaultdict(set)
    for tie in found.ties:
        near[tie.source].add(tie.target)
        near[tie.target].add(tie.source)
    return near


def _apart(near: Mapping[str, set[str]], some: str, other: str) -> bool:
    """No tie, and nobody who is tied to both."""
    own = near.get(some, set())
    return some != other and other not in own and own.isdisjoint(near.get(other, set()))


def _any_group(snapshot: Snapshot, *mandates: Mandate) -> bool:
    return any(snapshot.actor_by_slug[mandate.holder].is_group for mandate in mandates)


Rows = Mapping[tuple[str, str], Mapping[str, Sequence[Mandate]]]


def _active(snapshot: Snapshot, day: Date) -> tuple[Rows, list[str], int]:
    """{(strategy, area): {holder: its mandates}}, those with most mandates first; areas cut short; holders."""
    rows: dict[tuple[str, str], dict[str, list[Mandate]]] = defaultdict(lambda: defaultdict(list))
    everybody = set()
    for mandate in snapshot.active(day):
        if not snapshot.actor_by_slug[mandate.holder].is_group:
            rows[mandate.strategy, mandate.area][mandate.holder].append(mandate)
            everybody.add(mandate.holder)
    crowded = [area for (_strategy, area), held in rows.items() if len(held) > MOST_HOLDERS]
    kept = {
        place: dict(sorted(held.items(), key=lambda row: (-len(row[1]), row[0]))[:MOST_HOLDERS])
        for place, held in rows.items()
    }
    return kept, crowded, len(everybody)


def _common(
    snapshot: Snapshot, rows: Rows, near: Mapping[str, set[str]], day: Date
) -> Iterator[tuple[Mandate, Mandate, Meeting]]:
    """What each pair of holders in an area have in common there: the strongest, with one mandate of each."""
    for held in rows.values():
        for some, other in combinations(sorted(held), 2):
            if not _apart(near, some, other):
                continue
            best = _strongest(snapshot, held[some], held[other], day)
            if best is not None:
                yield best


def _strongest(
    snapshot: Snapshot, some: Iterable[Mandate], other: Sequence[Mandate], day: Date
) -> tuple[Mandate, Mandate, Meeting] | None:
    best = None
    for mine in some:
        for theirs in other:
            meeting = meeting_of(snapshot, mine, theirs, day)
            if meeting is not None and (best is None or meeting > best[2]):
                best = (mine, theirs, meeting)
                if meeting is Meeting.OVERLAP:
                    return best
    return best


def _leading(snapshot: Snapshot, day: Date) -> Mapping[str, list[str]]:
    """{area: who leads or coordinates there}, those across all areas under `*`."""
    found: dict[str, list[str]] = defaultdict(list)
    for mandate in snapshot.active(day):
        if coordinates(snapshot, mandate) and not snapshot.actor_by_slug[mandate.holder].is_group:
            found[mandate.area].append(mandate.holder)
    return found


def _find_somebody(
    found: RegisterGraph, snapshot: Snapshot, pair: Pair, leading: Mapping[str, Sequence[str]]
) -> None:
    some, other = pair.actors
    ways = paths(found.structure, some, other, most=1)
    if ways:
        pair.chain = ways[0][1:-1]
        return
    order = {slug: _level(snapshot, slug) for slug in pair.actors}
    named = [slug for area in (*pair.areas, CROSS_SECTOR) for slug in leading.get(area, ())]
    pair.leading = tuple(
        dict.fromkeys(
            slug
            for slug in named
            if slug not in pair.actors and _level(snapshot, slug) <= min(order.values())
        )
    )[:MOST_LEADING]


def _level(snapshot: Snapshot, slug: str) -> int:
    """The place of the actor's level, the highest first: a municipality brings no two agencies together."""
    return snapshot.level_order.get(snapshot.actor_by_slug[slug].level, len(snapshot.level_order))
