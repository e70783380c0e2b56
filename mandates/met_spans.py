"""When an expectation is met and when not: the spans between the days on which that may change. Pure."""

from bisect import bisect_right
from collections import Counter

from mandates.eligibility import Cell, candidates, count_of, count_on, eligible, stands
from mandates.snapshot import EACH_AREA, ONE_DAY, Date, Mandate, Snapshot


def turning_points(snapshot: Snapshot, cell: Cell) -> list[Date]:
    """The days on which anything that decides whether `cell` stands or is met may change, in order."""
    asked = cell.expectation
    days: set[Date | None] = {asked.valid_from, asked.valid_until}
    if asked.area == EACH_AREA and (area := snapshot.area_by_code.get((asked.strategy, cell.area))):
        days |= {area.valid_from, area.valid_until}
    for mandate in candidates(snapshot, cell):
        days |= {mandate.valid_from, mandate.valid_until}
        if holder := snapshot.actor_by_slug.get(mandate.holder):
            days |= {holder.valid_from, holder.valid_until}
    if asked.holder_group and (group := snapshot.actor_by_slug.get(asked.holder_group)):
        for member in group.members:
            days |= {member.valid_from, member.valid_until}
        if group.rule != "list":
            for actor in snapshot.actors:
                days |= {actor.valid_from, actor.valid_until}
    return sorted(day for day in days if day is not None)


def unmet_spans(snapshot: Snapshot, cell: Cell) -> tuple[tuple[Date, Date], ...]:
    """The maximal spans [first, until) in which `cell` stands and too few hold it, in order.

    An end that nothing sets is `datetime.date.max`, a beginning `datetime.date.min`.
    """
    return snapshot.remembered(("unmet", cell), lambda: _spans(snapshot, cell))


def _spans(snapshot: Snapshot, cell: Cell) -> tuple[tuple[Date, Date], ...]:
    points = [Date.min, *turning_points(snapshot, cell), Date.max]
    begins: dict[Date, list[Mandate]] = {}
    ends: dict[Date, list[Mandate]] = {}
    for mandate in candidates(snapshot, cell):
        if (life := snapshot.life(mandate)) is not None:
            begins.setdefault(life[0], []).append(mandate)
            ends.setdefault(life[1], []).append(mandate)
    # A running count instead of one evaluation per day: a busy cell has thousands of turning points.
    active: dict[str, Mandate] = {}
    held: Counter[str] = Counter()
    found: list[tuple[Date, Date]] = []
    for first, until in zip(points, points[1:], strict=False):
        for mandate in ends.pop(first, ()):
            del active[mandate.code]
            held[mandate.holder] -= 1
            if not held[mandate.holder]:
                del held[mandate.holder]
        for mandate in begins.pop(first, ()):
            active[mandate.code] = mandate
            held[mandate.holder] += 1
        if first == until or not stands(snapshot, cell, first):
            continue
        if cell.expectation.holder_group is None:
            is_met = len(held) >= cell.expectation.min_holders
        else:
            is_met = count_of(snapshot, cell, list(active.values()), first).is_met
        if is_met:
            continue
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], until)
        else:
            found.append((first, until))
    return tuple(found)


def is_met(snapshot: Snapshot, cell: Cell, day: Date) -> bool:
    """Whether enough hold it on `day`, whether or not it stands."""
    return count_on(snapshot, cell, day).is_met


def unmet_since(snapshot: Snapshot, cell: Cell, day: Date) -> Date | None:
    """The first day of the unmet span that `day` lies in; None when it lies in none or has no beginning."""
    spans = unmet_spans(snapshot, cell)
    place = bisect_right(spans, day, key=lambda span: span[0]) - 1
    if place < 0 or spans[place][1] <= day or spans[place][0] == Date.min:
        return None
    return spans[place][0]


def last_to_meet(snapshot: Snapshot, cell: Cell, day: Date) -> tuple[Mandate, ...]:
    """The mandates that met `cell` on the last day before `day` on which it stood and was met."""
    since = unmet_since(snapshot, cell, day)
    while since is not None:
        before = since - ONE_DAY
        if stands(snapshot, cell, before):
            return eligible(snapshot, cell, before)
        # It did not stand just before: look behind that pause, at the last day on which it did.
        earlier = [
            p for p in turning_points(snapshot, cell) if p <= before and stands(snapshot, cell, p - ONE_DAY)
        ]
        if not earlier:
            return ()
        last = earlier[-1] - ONE_DAY
        if is_met(snapshot, cell, last):
            return eligible(snapshot, cell, last)
        since = unmet_since(snapshot, cell, last)
    return ()
