"""Rules on the register itself and on how mandates are made. Severity 1; summed up, so that none floods."""

from collections import defaultdict
from collections.abc import Iterable

from mandates.coverage import Thresholds
from mandates.rules.finding import Finding, Message, iso, key_of, quoted, rule
from mandates.rules.many import MOST_FINDINGS, summed_up
from mandates.rules.ties import current_collaborations
from mandates.snapshot import Date, Mandate, Snapshot, add_months


def _per_holder(
    snapshot: Snapshot, name: str, mandates: Iterable[Mandate], day: Date, thresholds: Thresholds, close: str
) -> list[Finding]:
    """One finding per holder, however many of its mandates it is about; per cell where the holders are many."""
    holders: dict[str, list[Mandate]] = defaultdict(list)
    for mandate in mandates:
        holders[mandate.holder].append(mandate)
    if len(holders) > MOST_FINDINGS:
        rows = [m for own in holders.values() for m in own]
        rows.sort(key=lambda m: (m.confirmed_on or Date.min, m.valid_from or Date.min, m.code))
        return summed_up(snapshot, name, rows, thresholds, close)
    found = []
    for slug, rows in sorted(holders.items()):
        codes = sorted(m.code for m in rows)
        confirmed = max((m.confirmed_on for m in rows if m.confirmed_on is not None), default=None)
        found.append(
            Finding(
                rule=name,
                key=key_of(name, rows=[slug]),
                severity=1,
                actors=(slug,),
                mandates=tuple(codes),
                evidence={
                    "count": len(codes),
                    "rows": [
                        {
                            **quoted(snapshot, m),
                            "confirmed_on": iso(m.confirmed_on),
                            "report_due": iso(m.report_due),
                        }
                        for m in rows
                    ],
                },
                explanation=(
                    Message(
                        "stale.never" if name == "stale" and confirmed is None else name,
                        {
                            "actors": [slug],
                            "count": len(codes),
                            "mandates": codes,
                            "confirmed_day": confirmed,
                        },
                    ),
                ),
                closes=(Message(close, {"actors": [slug]}),),
                thresholds=thresholds,
            )
        )
    return found


@rule("stale", thresholds=("recent_months",))
def stale(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Mandates in force that nobody has confirmed within R. One finding per holder, or per cell of many."""
    rows = (
        m
        for m in snapshot.active(day)
        if m.confirmed_on is None or add_months(m.confirmed_on, thresholds.recent_months) < day
    )
    return _per_holder(snapshot, "stale", rows, day, thresholds, "close.confirm")


@rule("unsourced")
def unsourced(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Mandates in force that cite nothing. One finding per holder, or per cell of many."""
    rows = (m for m in snapshot.active(day) if not m.sources)
    return _per_holder(snapshot, "unsourced", rows, day, thresholds, "close.cite")


@rule("no_sunset")
def no_sunset(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Assignments in force without an end or a report date: nobody is asked when they are done. Per holder, or cell."""
    rows = (
        m
        for m in snapshot.active(day)
        if snapshot.has_trait("mandate_kind", m.kind, "assignment")
        and m.valid_until is None
        and m.report_due is None
    )
    return _per_holder(snapshot, "no_sunset", rows, day, thresholds, "close.sunset")


@rule("conflicting_basis")
def conflicting_basis(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Holders in one area steer by different official classifications. One finding per area."""
    areas: dict[tuple[str, str], list[Mandate]] = defaultdict(list)
    for mandate in snapshot.active(day):
        if mandate.classification:
            areas[mandate.strategy, mandate.area].append(mandate)
    found = []
    for (strategy, area), rows in sorted(areas.items()):
        names = sorted({m.classification for m in rows})
        actors = sorted({m.holder for m in rows})
        if len(names) < 2 or len(actors) < 2:
            continue
        found.append(
            Finding(
                rule="conflicting_basis",
                key=key_of("conflicting_basis", strategy=strategy, area=area),
                severity=1,
                strategy=strategy,
                area=area,
                actors=tuple(actors),
                mandates=tuple(sorted(m.code for m in rows)),
                evidence={
                    "classifications": names,
                    "rows": [{**quoted(snapshot, m), "classification": m.classification} for m in rows],
                },
                explanation=(Message("conflicting_basis", {"area": area, "actors": actors, "texts": names}),),
                closes=(Message("close.basis", {"area": area}),),
                thresholds=thresholds,
            )
        )
    return found


@rule("person_dependent")
def person_dependent(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A current collaboration rests, on some side, on one contact who is a person by name."""
    found = []
    for row in current_collaborations(snapshot, day):
        sides = sorted(actor for actor, contacts in row.named_contacts if contacts == 1)
        if not sides:
            continue
        found.append(
            Finding(
                rule="person_dependent",
                key=key_of("person_dependent", rows=[f"collaboration/{row.code}"]),
                severity=1,
                area=row.area,
                actors=tuple(sorted(row.participants)),
                collaborations=(row.code,),
                evidence={"collaboration": row.code, "sides": sides, "sources": list(row.sources)},
                explanation=(Message("person_dependent", {"collaboration": row.code, "actors": sides}),),
                closes=(Message("close.contact", {"actors": sides}),),
                thresholds=thresholds,
            )
        )
    return found
