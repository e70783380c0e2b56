"""Rules on what is done against what is asked: work without a mandate, mandates without work, empty seats."""

from collections import defaultdict
from typing import Any

from mandates.coverage import Thresholds
from mandates.rules.finding import Finding, Message, iso, key_of, quoted, rule
from mandates.rules.ties import current_collaborations, last_met, leads, meeting_networks
from mandates.snapshot import (
    CROSS_SECTOR,
    ONE_DAY,
    Convener,
    Date,
    Encounter,
    Mandate,
    Seat,
    Snapshot,
    add_months,
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
                "mandates_elsewhere": sorted(m.code for m in snapshot.active(day) if m.holder == slug),
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
    """An explicit mandate older than R, and nothing of its holder seen in its area within R. Per holder and area.

    Only of organisations that the register otherwise follows, by a dated tie or seat. What is
    cross-sector counts in every area.
    """
    since = add_months(day, -thresholds.recent_months)
    rows: dict[tuple[str, str, str], list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        holder = snapshot.actor_by_slug[mandate.holder]
        old = mandate.valid_from is not None and mandate.valid_from <= since
        if mandate.explicit and old and not holder.is_group:
            rows[mandate.strategy, mandate.holder, mandate.area].append(mandate)
    found = []
    for (strategy, slug, area), mandates in sorted(rows.items()):
        if not _is_followed(snapshot, slug, day) or _seen(snapshot, slug, area, since, day, thresholds):
            continue
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


def _is_followed(snapshot: Snapshot, slug: str, day: Date) -> bool:
    ties = snapshot.collaborations_by_actor.get(slug, ())
    seats: list[Seat | Convener] = [*snapshot.seats, *snapshot.conveners]
    starts = [row.valid_from for row in ties] + [row.valid_from for row in seats if row.actor == slug]
    return any(first is not None and first <= day for first in starts)


def _seen(snapshot: Snapshot, slug: str, area: str, since: Date, day: Date, thresholds: Thresholds) -> bool:
    """Whether a tie, seat, encounter or decision shows `slug` at work in `area` between `since` and `day`."""
    areas = {area, CROSS_SECTOR}

    def overlaps_span(first: Date | None, until: Date | None) -> bool:
        return first is not None and first <= day and (until is None or until > since)

    for row in snapshot.collaborations_by_actor.get(slug, ()):
        if (row.area in areas or area == CROSS_SECTOR) and overlaps_span(row.valid_from, row.valid_until):
            return True
    for network, members in meeting_networks(snapshot, day, thresholds).items():
        in_area = snapshot.network_by_slug[network].areas
        if slug in members and (not in_area or area == CROSS_SECTOR or area in in_area):
            return True
    events: tuple[Encounter, ...] = (*snapshot.encounters, *snapshot.milestones)
    return any(
        slug in event.participants
        and (event.area in areas or area == CROSS_SECTOR)
        and overlaps_span(event.valid_from, event.valid_until)
        for event in events
    )


@rule("absent_holder", thresholds=("missed_meetings",))
def absent_holder(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A known lead on a network's areas has no seat in it, or missed its last held meetings in a row."""
    found = []
    for slug, members in sorted(meeting_networks(snapshot, day, thresholds).items()):
        network = snapshot.network_by_slug[slug]
        areas = network.areas or {CROSS_SECTOR}
        for mandate in snapshot.active(day):
            if (
                not leads(snapshot, mandate)
                or mandate.area not in areas
                or network.level not in mandate.levels
            ):
                continue
            missed = _missed(snapshot, slug, mandate.holder, day, thresholds)
            seat = mandate.holder in members or bool(snapshot.groups_of(mandate.holder, day) & members)
            if seat and not missed:
                continue
            name = "absent_holder.missed" if seat else "absent_holder.seat"
            params: dict[str, Any] = {"actors": [mandate.holder], "network": slug, "mandate": mandate.code}
            found.append(
                Finding(
                    rule="absent_holder",
                    key=key_of("absent_holder", area=mandate.area, rows=[mandate.code, slug]),
                    severity=1,
                    strategy=mandate.strategy,
                    area=mandate.area,
                    function=mandate.function,
                    level=network.level,
                    actors=(mandate.holder,),
                    mandates=(mandate.code,),
                    networks=(slug,),
                    evidence={
                        "row": quoted(snapshot, mandate),
                        "has_seat": seat,
                        "missed": [event.code for event in missed],
                        "last_met": iso(last_met(snapshot, slug, day)),
                    },
                    explanation=(Message(name, {**params, "count": len(missed)}),),
                    closes=(Message("close.seat", params),),
                    thresholds=thresholds,
                )
            )
    return found


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
