"""Rules on what is done against what is asked: work without a mandate, mandates without work, empty seats."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from mandates.coverage import Thresholds
from mandates.rules.finding import Finding, Message, iso, key_of, quoted, rule
from mandates.rules.many import MOST_FINDINGS, summed_up
from mandates.rules.ties import current_collaborations, last_met, leads, meeting_networks, meets
from mandates.snapshot import (
    CROSS_SECTOR,
    ONE_DAY,
    Collaboration,
    Convener,
    Date,
    Encounter,
    Mandate,
    Network,
    Seat,
    Snapshot,
    add_months,
    earliest,
)


@rule("unmandated")
def unmandated(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A government actor collaborates in an adopted area in which it holds no mandate; not for money received."""
    adopted = {a.code for s in snapshot.strategies for a in snapshot.adopted(s.slug, day)}
    holds = {(m.holder, m.area) for m in snapshot.active(day)}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in current_collaborations(snapshot, day):
        if row.area not in adopted:
            continue
        funding = snapshot.has_trait("collaboration_kind", row.kind, "funding")
        for position, slug in enumerate(row.participants):
            receives = funding and position > 0
            alive = snapshot.is_government(slug) and snapshot.exists(slug, day)
            if alive and not receives and (slug, row.area) not in holds:
                found[slug, row.area].append(row.code)
    titles = {row.code: row for row in snapshot.collaborations}
    elsewhere: dict[str, list[str]] = defaultdict(list)
    for mandate in snapshot.active(day):
        elsewhere[mandate.holder].append(mandate.code)
    return [
        Finding(
            rule="unmandated",
            key=key_of("unmandated", area=area, rows=[slug]),
            severity=1,
            area=area,
            actors=(slug,),
            collaborations=tuple(sorted(codes)),
            evidence={
                "collaborations": [
                    {
                        "id": code,
                        "title_sv": titles[code].title_sv,
                        "title_en": titles[code].title_en,
                        "sources": list(titles[code].sources),
                    }
                    for code in sorted(codes)
                ],
                "mandates_elsewhere": sorted(elsewhere.get(slug, ())),
            },
            explanation=(
                Message("unmandated", {"actors": [slug], "area": area, "collaborations": sorted(codes)}),
            ),
            closes=(Message("close.unmandated", {"actors": [slug], "area": area}),),
            thresholds=thresholds,
        )
        for (slug, area), codes in sorted(found.items())
    ]


@rule("dormant", thresholds=("recent_months",))
def dormant(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """An explicit mandate older than R, and nothing of its holder seen in its area within R. Per holder and area,
    or per cell where they are many.

    Only of organisations that the register otherwise follows, by a dated tie or seat. What is
    cross-sector counts in every area.
    """
    since = add_months(day, -thresholds.recent_months)
    followed = _followed(snapshot, day)
    seen = _Seen(snapshot, since, day, thresholds)
    rows: dict[tuple[str, str, str], list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        holder = snapshot.actor_by_slug[mandate.holder]
        old = mandate.valid_from is not None and mandate.valid_from <= since
        if mandate.explicit and old and not holder.is_group and mandate.holder in followed:
            rows[mandate.strategy, mandate.holder, mandate.area].append(mandate)
    silent = {key: own for key, own in sorted(rows.items()) if not seen.at_work(key[1], key[2])}
    if len(silent) > MOST_FINDINGS:
        oldest = sorted(
            (m for own in silent.values() for m in own), key=lambda m: (m.valid_from or Date.min, m.code)
        )
        return summed_up(snapshot, "dormant", oldest, thresholds, "close.dormant", since_day=since)
    found = []
    for (strategy, slug, area), mandates in silent.items():
        codes = sorted(m.code for m in mandates)
        found.append(
            Finding(
                rule="dormant",
                key=key_of("dormant", strategy=strategy, area=area, rows=[slug]),
                severity=1,
                strategy=strategy,
                area=area,
                actors=(slug,),
                mandates=tuple(codes),
                evidence={"rows": [quoted(snapshot, m) for m in mandates], "looked_back_to": iso(since)},
                explanation=(
                    Message(
                        "dormant", {"actors": [slug], "area": area, "mandates": codes, "since_day": since}
                    ),
                ),
                closes=(Message("close.dormant", {"actors": [slug]}),),
                thresholds=thresholds,
            )
        )
    return found


def _followed(snapshot: Snapshot, day: Date) -> frozenset[str]:
    """The actors that have had a tie or a seat whose start is known, and lies no later than `day`."""
    rows: list[Seat | Convener] = [*snapshot.seats, *snapshot.conveners]
    found = {row.actor for row in rows if row.valid_from is not None and row.valid_from <= day}
    for tie in snapshot.collaborations:
        if tie.valid_from is not None and tie.valid_from <= day:
            found.update(tie.participants)
    return frozenset(found)


class _Seen:
    """Whether a tie, seat, encounter or decision shows an actor at work between `since` and `day`."""

    def __init__(self, snapshot: Snapshot, since: Date, day: Date, thresholds: Thresholds) -> None:
        self._areas: dict[str, set[str]] = defaultdict(set)
        events: list[Collaboration | Encounter] = [
            *snapshot.collaborations,
            *snapshot.encounters,
            *snapshot.milestones,
        ]
        for row in events:
            first, until = row.valid_from, row.valid_until
            if first is not None and first <= day and (until is None or until > since):
                for slug in row.participants:
                    self._areas[slug].add(row.area)
        for network, members in meeting_networks(snapshot, day, thresholds).items():
            for slug in members:
                self._areas[slug] |= snapshot.network_by_slug[network].areas or {CROSS_SECTOR}
        for network, slug in _seated_since(snapshot, since, day, thresholds):
            self._areas[slug] |= snapshot.network_by_slug[network].areas or {CROSS_SECTOR}

    def at_work(self, slug: str, area: str) -> bool:
        """In `area`, or across all; whatever is done counts for a cross-sector task."""
        areas = self._areas.get(slug, set())
        return bool(areas) if area == CROSS_SECTOR else bool(areas & {area, CROSS_SECTOR})


def _seated_since(
    snapshot: Snapshot, since: Date, day: Date, thresholds: Thresholds
) -> Iterator[tuple[str, str]]:
    """(network, actor) of dated seats and convenerships that ended between `since` and `day` while it met."""
    met: dict[tuple[str, Date], bool] = {}
    rows: list[Seat | Convener] = [*snapshot.seats, *snapshot.conveners]
    for row in rows:
        network = snapshot.network_by_slug[row.network]
        until = earliest(row.valid_until, network.valid_until)
        if row.valid_from is None or until is None or not since < until <= day or row.valid_from >= until:
            continue
        last = until - ONE_DAY
        if (network.slug, last) not in met:
            met[network.slug, last] = meets(snapshot, network, last, thresholds)
        if met[network.slug, last]:
            yield network.slug, row.actor


@rule("absent_holder", thresholds=("missed_meetings",))
def absent_holder(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A known lead on a network's areas has no seat in it, or missed its last held meetings in a row.

    A network that lacks more leads than the threshold says is one finding.
    """
    leading: dict[str, list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        if leads(snapshot, mandate):
            leading[mandate.area].append(mandate)
    found = []
    for slug, members in sorted(meeting_networks(snapshot, day, thresholds).items()):
        network = snapshot.network_by_slug[slug]
        absent: list[tuple[Mandate, bool, list[Encounter]]] = []
        for mandate in (m for area in sorted(network.areas or {CROSS_SECTOR}) for m in leading.get(area, ())):
            if network.level not in mandate.levels:
                continue
            missed = _missed(snapshot, slug, mandate.holder, day, thresholds)
            seat = mandate.holder in members or bool(snapshot.groups_of(mandate.holder, day) & members)
            if missed or not seat:
                absent.append((mandate, seat, missed))
        if len(absent) > thresholds.strongest:
            found.append(_many_absent(snapshot, network, [m for m, _seat, _missed in absent], thresholds))
        else:
            found += [_absent(snapshot, network, *one, day, thresholds) for one in absent]
    return found


def _absent(
    snapshot: Snapshot,
    network: Network,
    mandate: Mandate,
    seat: bool,
    missed: list[Encounter],
    day: Date,
    thresholds: Thresholds,
) -> Finding:
    name = "absent_holder.missed" if seat else "absent_holder.seat"
    params: dict[str, Any] = {
        "actors": [mandate.holder],
        "network": network.slug,
        "mandate": mandate.code,
    }
    return Finding(
        rule="absent_holder",
        key=key_of("absent_holder", area=mandate.area, rows=[mandate.code, network.slug]),
        severity=1,
        strategy=mandate.strategy,
        area=mandate.area,
        function=mandate.function,
        level=network.level,
        actors=(mandate.holder,),
        mandates=(mandate.code,),
        networks=(network.slug,),
        evidence={
            "row": quoted(snapshot, mandate),
            "has_seat": seat,
            "missed": [event.code for event in missed],
            "last_met": iso(last_met(snapshot, network.slug, day)),
        },
        explanation=(Message(name, {**params, "count": len(missed)}),),
        closes=(Message("close.seat", params),),
        thresholds=thresholds,
    )


def _many_absent(
    snapshot: Snapshot, network: Network, mandates: list[Mandate], thresholds: Thresholds
) -> Finding:
    shown = sorted(mandates, key=lambda m: (m.valid_from or Date.min, m.code))[: thresholds.strongest]
    actors = sorted({m.holder for m in shown})
    return Finding(
        rule="absent_holder",
        key=key_of("absent_holder", rows=[f"network/{network.slug}"]),
        severity=1,
        area=";".join(sorted(network.areas)) or CROSS_SECTOR,
        level=network.level,
        actors=tuple(actors),
        mandates=tuple(sorted(m.code for m in shown)),
        networks=(network.slug,),
        evidence={"count": len(mandates), "rows": [quoted(snapshot, m) for m in shown]},
        explanation=(Message("absent_holder.many", {"network": network.slug, "count": len(mandates)}),),
        closes=(Message("close.seat", {"actors": actors, "network": network.slug}),),
        thresholds=thresholds,
    )


def _missed(
    snapshot: Snapshot, network: str, actor: str, day: Date, thresholds: Thresholds
) -> list[Encounter]:
    """The last held meetings, if `actor` missed all of them; empty when it was at one, or too few are known."""
    held = sorted(
        (
            event
            for event in snapshot.encounters_by_network.get(network, ())
            if event.valid_until is not None
            and event.valid_until <= day + ONE_DAY
            and event.precision != "period"
        ),
        key=lambda event: (event.valid_until, event.code),
    )[-thresholds.missed_meetings :]
    present = {actor} | snapshot.groups_of(actor, day)
    if len(held) < thresholds.missed_meetings or any(present & event.participants for event in held):
        return []
    return held
