"""Rules on what breaks off: tasks and networks without an owner, successors that lead nowhere, no lead."""

from collections import defaultdict
from collections.abc import Iterator

from mandates.coverage import Thresholds, state
from mandates.eligibility import Cell, cells_on, eligible, misses
from mandates.met_spans import last_to_meet
from mandates.rules.coverage import about, asked_of, wanted
from mandates.rules.finding import Finding, Message, iso, key_of, last_day, quoted, rule
from mandates.rules.overlap import is_joint
from mandates.rules.ties import conveners, current_collaborations, leads
from mandates.snapshot import ONE_DAY, Date, Mandate, Snapshot

OPEN_GAPS = frozenset({"gap", "projected_gap", "voluntary_only"})


def _following(snapshot: Snapshot, mandate: Mandate) -> Iterator[Mandate]:
    """The named successors, in order; a ring is left where it closes."""
    seen = {mandate.code}
    code = mandate.successor
    while code is not None and code not in seen and (after := snapshot.mandate_by_code.get(code)):
        yield after
        seen.add(code)
        code = after.successor


def successors(snapshot: Snapshot, mandate: Mandate) -> tuple[Mandate, ...]:
    """The chain of named successors, in order."""
    return tuple(_following(snapshot, mandate))


def is_continued(snapshot: Snapshot, mandate: Mandate, day: Date) -> bool:
    """Whether any of its successors is active on `day`."""
    return any(snapshot.is_active(after, day) for after in _following(snapshot, mandate))


def has_ended(snapshot: Snapshot, mandate: Mandate, day: Date) -> bool:
    ends = snapshot.ends(mandate)
    return mandate.status == "decided" and ends is not None and ends <= day


def orphans(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> dict[str, list[Cell]]:
    """{ended mandate whose task has no owner: the unmet cells it was among the last to meet}."""
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells_on(snapshot, day):
        if state(snapshot, cell, day, thresholds).status not in OPEN_GAPS:
            continue
        for mandate in last_to_meet(snapshot, cell, day):
            if has_ended(snapshot, mandate, day) and not is_continued(snapshot, mandate, day):
                found[mandate.code].append(cell)
    return found


@rule("orphaned", thresholds=("recent_months",))
def orphaned(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Ended, and nobody took over: a task still expected, a network without convener, a tie that lost a side."""
    return [
        *_orphaned_mandates(snapshot, day, thresholds),
        *_orphaned_networks(snapshot, day, thresholds),
        *_orphaned_collaborations(snapshot, day, thresholds),
    ]


def _orphaned_mandates(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    found = []
    for code, cells in sorted(orphans(snapshot, day, thresholds).items()):
        mandate = snapshot.mandate_by_code[code]
        ends = snapshot.ends(mandate)
        assert ends is not None
        holder = snapshot.actor_by_slug[mandate.holder]
        chain = successors(snapshot, mandate)
        names = [cell.id for cell in cells]
        sentences = [
            Message(
                "orphaned.known" if mandate.to_precision == "period" else "orphaned.mandate",
                {
                    "mandate": code,
                    "actors": [mandate.holder],
                    "last_day": ends - ONE_DAY,
                    "precision": mandate.to_precision,
                    "ceased": holder.has_ended(day),
                },
            )
        ]
        if chain:
            sentences.append(Message("orphaned.chain", {"mandates": [m.code for m in chain]}))
        else:
            sentences.append(Message("orphaned.nobody"))
        sentences.append(Message("orphaned.cells", {"cells": names}))
        found.append(
            Finding(
                rule="orphaned",
                key=key_of("orphaned", rows=[code]),
                severity=2,
                strategy=mandate.strategy,
                expectation=names[0] if len(names) == 1 else None,
                area=mandate.area,
                function=mandate.function,
                level=";".join(dict.fromkeys(cell.expectation.level for cell in cells)),
                actors=(mandate.holder,),
                mandates=(code,),
                evidence={
                    "row": quoted(snapshot, mandate),
                    "cells": names,
                    "expectations": [asked_of(cell) for cell in cells],
                    "ended_on": last_day(ends),
                    "holder_ceased_on": last_day(holder.valid_until) if holder.has_ended(day) else None,
                    "successors": [quoted(snapshot, m) for m in chain],
                },
                explanation=tuple(sentences),
                closes=(Message("close.successor", {"mandate": code}), *(wanted(cell) for cell in cells)),
                thresholds=thresholds,
            )
        )
    return found


def _orphaned_networks(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    found = []
    for network in snapshot.networks:
        if not network.holds_on(day) or conveners(snapshot, network.slug, day):
            continue
        recorded = snapshot.conveners_by_network.get(network.slug, ())
        former = [row for row in recorded if row.has_ended(day) or not snapshot.exists(row.actor, day)]
        if recorded and not former:
            continue  # its first convener is yet to begin
        ends = [
            end
            for row in former
            for end in (row.valid_until, snapshot.actor_by_slug[row.actor].valid_until)
            if end is not None and end <= day
        ]
        last = max(ends, default=None)
        left = sorted(
            {
                row.actor
                for row in former
                if last in (row.valid_until, snapshot.actor_by_slug[row.actor].valid_until)
            }
        )
        params = {"network": network.slug, "actors": left, "last_day": last - ONE_DAY if last else None}
        found.append(
            Finding(
                rule="orphaned",
                key=key_of("orphaned", rows=[f"network/{network.slug}"]),
                severity=2,
                area=";".join(sorted(network.areas)) or "*",
                level=network.level or None,
                actors=tuple(left),
                networks=(network.slug,),
                evidence={
                    "network": network.slug,
                    "conveners": [
                        {
                            "actor": row.actor,
                            "valid_from": iso(row.valid_from),
                            "valid_to": last_day(row.valid_until),
                        }
                        for row in recorded
                    ],
                    "ended_on": last_day(last),
                    "sources": list(network.sources),
                },
                explanation=(Message("orphaned.network" if left else "orphaned.network.none", params),),
                closes=(Message("close.convener", {"network": network.slug}),),
                thresholds=thresholds,
            )
        )
    return found


def _orphaned_collaborations(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    found = []
    for row in current_collaborations(snapshot, day):
        gone = sorted(
            slug
            for slug in row.participants
            if (actor := snapshot.actor_by_slug.get(slug)) is not None and actor.has_ended(day)
        )
        if not gone:
            continue
        left = sorted(set(row.participants) - set(gone))
        found.append(
            Finding(
                rule="orphaned",
                key=key_of("orphaned", rows=[f"collaboration/{row.code}"]),
                severity=2,
                area=row.area,
                actors=tuple(sorted(row.participants)),
                collaborations=(row.code,),
                evidence={
                    "collaboration": row.code,
                    "lost": [
                        {"actor": slug, "ceased_on": last_day(snapshot.actor_by_slug[slug].valid_until)}
                        for slug in gone
                    ],
                    "left": left,
                    "sources": list(row.sources),
                },
                explanation=(
                    Message(
                        "orphaned.collaboration", {"collaboration": row.code, "actors": gone, "others": left}
                    ),
                ),
                closes=(Message("close.collaboration", {"collaboration": row.code}),),
                thresholds=thresholds,
            )
        )
    return found


@rule("dangling_successor")
def dangling_successor(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A task was to pass to a named successor, the chain ends in nothing active, and it is still expected.

    One finding per last link: several mandates that end in the same place are one matter.
    """
    chains: dict[str, list[tuple[Mandate, tuple[Mandate, ...]]]] = defaultdict(list)
    expected: dict[str, set[str]] = defaultdict(set)
    standing = cells_on(snapshot, day)
    for mandate in snapshot.mandates:
        if mandate.successor is None or not has_ended(snapshot, mandate, day):
            continue
        if is_continued(snapshot, mandate, day) or not (chain := successors(snapshot, mandate)):
            continue
        cells = [
            cell.id
            for cell in standing
            if (cell.expectation.strategy, cell.expectation.function) == (mandate.strategy, mandate.function)
            and not misses(snapshot, cell, mandate)
            and state(snapshot, cell, day, thresholds).status != "not_mapped"
        ]
        if cells:
            chains[chain[-1].code].append((mandate, chain))
            expected[chain[-1].code].update(cells)
    found = []
    for last, rows in sorted(chains.items()):
        end = snapshot.mandate_by_code[last]
        codes = sorted({m.code for m, _ in rows})
        links = sorted({m.code for mandate, chain in rows for m in (mandate, *chain)})
        cells = sorted(expected[last])
        closing = snapshot.ends(end)
        found.append(
            Finding(
                rule="dangling_successor",
                key=key_of("dangling_successor", rows=[last]),
                severity=1,
                strategy=end.strategy,
                area=end.area,
                function=end.function,
                actors=tuple(sorted({snapshot.mandate_by_code[code].holder for code in links})),
                mandates=tuple(links),
                evidence={
                    "rows": [quoted(snapshot, snapshot.mandate_by_code[code]) for code in links],
                    "cells": cells,
                    "last": last,
                    "last_status": end.status,
                },
                explanation=(
                    Message(
                        "dangling.proposed" if end.status == "proposed" else "dangling.ended",
                        {
                            "mandates": codes,
                            "mandate": last,
                            "last_day": closing - ONE_DAY if closing else None,
                            "precision": end.to_precision,
                            "cells": cells,
                        },
                    ),
                ),
                closes=(Message("close.successor", {"mandate": last}),),
                thresholds=thresholds,
            )
        )
    return found


def _leading(
    snapshot: Snapshot, day: Date, thresholds: Thresholds
) -> list[tuple[Cell, list[Mandate], list[Mandate]]]:
    """(cell that asks for a single lead and has holders, its mandates, those known to lead)."""
    found = []
    for cell in cells_on(snapshot, day):
        if cell.expectation.single_lead:
            held = list(eligible(snapshot, cell, day))
            if held:
                found.append((cell, held, [m for m in held if leads(snapshot, m)]))
    return found


@rule("contested_lead")
def contested_lead(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A single lead is asked, and two or more are known to lead without a joint assignment."""
    found = []
    for cell, _, leading in _leading(snapshot, day, thresholds):
        rivals = {
            m.code
            for m in leading
            for other in leading
            if m.holder != other.holder and not is_joint(m, other)
        }
        if rivals:
            found.append(_lead_finding(snapshot, "contested_lead", cell, sorted(rivals), thresholds))
    return found


@rule("no_lead")
def no_lead(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A single lead is asked and there are holders, but the register knows of none that leads: a question."""
    return [
        _lead_finding(snapshot, "no_lead", cell, sorted(m.code for m in held), thresholds)
        for cell, held, leading in _leading(snapshot, day, thresholds)
        if not leading
    ]


def _lead_finding(
    snapshot: Snapshot, name: str, cell: Cell, codes: list[str], thresholds: Thresholds
) -> Finding:
    rows = [snapshot.mandate_by_code[code] for code in codes]
    actors = sorted({m.holder for m in rows})
    return Finding(
        rule=name,
        key=key_of(name, expectation=cell.id, rows=codes if name == "contested_lead" else ()),
        severity=1,
        **about(cell),
        actors=tuple(actors),
        mandates=tuple(codes),
        evidence={
            "asked": asked_of(cell),
            "rows": [{**quoted(snapshot, m), "role": m.role} for m in rows],
        },
        explanation=(Message(name, {"cell": cell.id, "actors": actors}),),
        closes=(Message(f"close.{name}", {"cell": cell.id}),),
        thresholds=thresholds,
    )
