"""Rules on what is expected: unmet, about to be, or met only for a time."""

from collections.abc import Iterator
from typing import Any

from mandates.coverage import CellState, Thresholds, ends_before, states, voluntary_tasks
from mandates.eligibility import Cell, near_misses
from mandates.met_spans import last_to_meet, unmet_since
from mandates.rules.finding import Finding, Message, by_level, iso, key_of, last_day, quoted, rule
from mandates.snapshot import ONE_DAY, Date, Mandate, Snapshot, earliest


def severity_of_unmet(snapshot: Snapshot, cell: Cell) -> int:
    """3 for a lead-type function, otherwise 2 (design, Rules)."""
    return 3 if snapshot.has_trait("function", cell.expectation.function, "lead") else 2


def asked_of(cell: Cell) -> dict[str, Any]:
    """The expectation as evidence."""
    asked = cell.expectation
    return {
        "expectation": cell.id,
        "title_sv": asked.title_sv,
        "title_en": asked.title_en,
        "area": cell.area,
        "function": asked.function,
        "level": asked.level,
        "min_holders": asked.min_holders,
        "explicit_only": asked.explicit_only,
        "kinds": sorted(asked.kinds),
        "single_lead": asked.single_lead,
        "holder_group": asked.holder_group,
        "valid_from": iso(asked.valid_from),
        "valid_to": last_day(asked.valid_until),
        "mapped_from": iso(asked.mapped_from),
        "mapped_until": iso(asked.mapped_until),
        "sources": list(asked.sources),
    }


def about(cell: Cell) -> dict[str, Any]:
    """The fields of a finding that say which cell it is about."""
    asked = cell.expectation
    return {
        "strategy": asked.strategy,
        "expectation": cell.id,
        "area": cell.area,
        "function": asked.function,
        "level": asked.level,
    }


def wanted(cell: Cell) -> Message:
    """What would meet the cell: a decided mandate with the properties that are asked for."""
    asked = cell.expectation
    return Message(
        "close.mandate",
        {
            "function": asked.function,
            "area": cell.area,
            "level": asked.level,
            "explicit": asked.explicit_only,
            "kinds": sorted(asked.kinds),
            "group": asked.holder_group,
            "single_lead": asked.single_lead,
        },
    )


def _unmet(snapshot: Snapshot, day: Date, thresholds: Thresholds, name: str) -> Iterator[Finding]:
    for now in states(snapshot, day, thresholds):
        if now.status == name:
            yield unmet_finding(snapshot, now, day, thresholds)


def unmet_finding(snapshot: Snapshot, now: CellState, day: Date, thresholds: Thresholds) -> Finding:
    cell, name = now.cell, now.status
    before = last_to_meet(snapshot, cell, day)
    since = unmet_since(snapshot, cell, day)
    ended = max((end for m in before if (end := snapshot.ends(m)) is not None), default=None)
    named = {"cell": cell.id, "day": day}
    sentences = [_who(now, named)]
    if name == "not_mapped":
        sentences = [Message("not_mapped", {**named, "mapped_until": cell.expectation.mapped_until})]
    elif before and since is not None:
        held = {"actors": _holders(before), "last_day": since - ONE_DAY, "precision": _precision(before)}
        if all(m.to_precision == "period" for m in before):
            sentences.append(Message("unmet.known", {**named, **held}))
        else:
            days = (day - since).days + 1
            sentences.append(Message("unmet.last", {**named, **held, "days": days}))
    elif not now.holders:
        sentences.append(Message("unmet.never", {**named, "first_day": cell.expectation.valid_from}))
    if name == "projected_gap":
        sentences.append(Message("projected.known", {"mapped_until": cell.expectation.mapped_until}))
    voluntary: tuple[Mandate, ...] = ()
    if name == "voluntary_only":
        voluntary = voluntary_tasks(snapshot, cell, day)
        sentences.append(Message("voluntary_only", {**named, "actors": _holders(voluntary)}))
    rows = [*now.mandates, *(m.code for m in (*before, *voluntary))]
    return Finding(
        rule=name,
        key=key_of(name, expectation=cell.id),
        severity=1 if name == "not_mapped" else severity_of_unmet(snapshot, cell),
        **about(cell),
        actors=tuple(sorted({*now.holders, *_holders(before), *_holders(voluntary)})),
        mandates=tuple(sorted(set(rows))),
        evidence={
            "asked": asked_of(cell),
            "holders": list(now.holders),
            "counted": _quoted(snapshot, now.mandates),
            "count": len(now.holders),
            "members_covered": now.members_covered,
            "members_asked": now.members_asked,
            "voluntary": [quoted(snapshot, m) for m in voluntary],
            "since": iso(since),
            "last_met_by": [quoted(snapshot, m) for m in before],
            "last_met_on": iso(since - ONE_DAY) if since and before else None,
            "ended_on": last_day(ended),
            "almost": [
                {**quoted(snapshot, snapshot.mandate_by_code[miss.mandate]), "why_not": list(miss.reasons)}
                for miss in near_misses(snapshot, cell, day)
            ],
        },
        explanation=tuple(sentences),
        closes=(wanted(cell),) if name != "not_mapped" else (Message("close.map", named),),
        thresholds=thresholds,
    )


def _who(now: CellState, named: dict[str, Any]) -> Message:
    asked = now.cell.expectation
    if now.members_asked and now.members_covered:
        return Message(
            "unmet.members",
            {**named, "group": asked.holder_group, "count": now.members_covered, "of": now.members_asked},
        )
    if now.holders:
        return Message(
            "unmet.partly",
            {**named, "actors": list(now.holders), "count": len(now.holders), "of": asked.min_holders},
        )
    return Message("unmet.nobody", named)


def _holders(mandates: tuple[Mandate, ...]) -> list[str]:
    return sorted({m.holder for m in mandates})


def _precision(mandates: tuple[Mandate, ...]) -> str:
    """How exactly the last of them is known to have ended: as its best dated row says."""
    exact = ["day", "month", "season", "year", "period", "unknown"]
    return min((m.to_precision or "day" for m in mandates), key=exact.index, default="day")


def _from_above(now: CellState) -> tuple[Message, ...]:
    """Says so where only holders of a level above the one asked for meet it."""
    return (Message("from_above", {"level": now.cell.expectation.level}),) if now.from_above else ()


def _quoted(snapshot: Snapshot, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    return [quoted(snapshot, snapshot.mandate_by_code[code]) for code in codes]


@rule("gap", thresholds=("recent_months",))
def gap(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Fewer hold it than are asked for, in the span in which somebody checked."""
    return list(_unmet(snapshot, day, thresholds, "gap"))


@rule("voluntary_only", thresholds=("recent_months",))
def voluntary_only(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """A statutory duty is asked, and the group only works with it of its own will."""
    return list(_unmet(snapshot, day, thresholds, "voluntary_only"))


@rule("not_mapped", thresholds=("recent_months",), apart=True)
def not_mapped(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """Nobody holds it in the register, and nobody has checked: unknown, not a gap."""
    return list(_unmet(snapshot, day, thresholds, "not_mapped"))


@rule("projected_gap", thresholds=("horizon_days", "recent_months"))
def projected_gap(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """It is met and goes dark within H; or it was met when last checked and, as then decided, is not now."""
    found = list(_unmet(snapshot, day, thresholds, "projected_gap"))
    for now in states(snapshot, day, thresholds):
        if now.goes_dark_on is None:
            continue
        cell, dark = now.cell, now.goes_dark_on
        held = [snapshot.mandate_by_code[code] for code in now.mandates]
        last = tuple(m for m in held if (end := snapshot.ends(m)) is not None and end <= dark) or tuple(held)
        params = {
            "cell": cell.id,
            "day": day,
            "actors": list(now.holders),
            "dark_day": dark,
            "last_day": dark - ONE_DAY,
        }
        found.append(
            Finding(
                rule="projected_gap",
                key=key_of("projected_gap", expectation=cell.id),
                severity=2,
                **about(cell),
                actors=tuple(sorted(now.holders)),
                mandates=tuple(sorted(now.mandates)),
                goes_dark_on=dark,
                evidence={
                    "asked": asked_of(cell),
                    "holders": list(now.holders),
                    "counted": _quoted(snapshot, now.mandates),
                    "count": len(now.holders),
                    "last_met_by": [quoted(snapshot, m) for m in last],
                    "goes_dark_on": iso(dark),
                    "from_above": now.from_above,
                    "almost": [
                        {
                            **quoted(snapshot, snapshot.mandate_by_code[miss.mandate]),
                            "why_not": list(miss.reasons),
                        }
                        for miss in near_misses(snapshot, cell, day)
                    ],
                },
                explanation=(Message("goes_dark", params), *_from_above(now)),
                closes=(
                    Message("close.prolong", {"mandates": sorted(m.code for m in last), "dark_day": dark}),
                    wanted(cell),
                ),
                thresholds=thresholds,
            )
        )
    return found


@rule("short_term")
def short_term(snapshot: Snapshot, day: Date, thresholds: Thresholds) -> list[Finding]:
    """It is met, but by nothing permanent: every mandate ends before the strategy and before the expectation.

    An expectation that itself ends with the mandate is served for all its time, and is not short-term.
    """
    found = []
    for now in states(snapshot, day, thresholds):
        asked = now.cell.expectation
        strategy = snapshot.strategy_by_slug.get(asked.strategy)
        needed_until = earliest(strategy.valid_until if strategy else None, asked.valid_until)
        held = [snapshot.mandate_by_code[code] for code in now.mandates]
        if now.status != "covered" or not all(ends_before(snapshot, m, needed_until) for m in held):
            continue
        last = max(end for m in held if (end := snapshot.ends(m)) is not None)
        found.append(
            Finding(
                rule="short_term",
                key=key_of("short_term", expectation=now.cell.id),
                severity=1,
                **about(now.cell),
                actors=tuple(sorted(now.holders)),
                mandates=tuple(sorted(now.mandates)),
                evidence={
                    "asked": asked_of(now.cell),
                    "counted": _quoted(snapshot, now.mandates),
                    "levels": by_level(snapshot, {asked.level}),
                    "last_end": last_day(last),
                    "needed_to": last_day(needed_until),
                    "from_above": now.from_above,
                },
                explanation=(
                    Message(
                        "short_term",
                        {
                            "cell": now.cell.id,
                            "actors": list(now.holders),
                            "last_day": last - ONE_DAY,
                            "needed_day": needed_until - ONE_DAY if needed_until else None,
                        },
                    ),
                    *_from_above(now),
                ),
                closes=(Message("close.permanent", {"cell": now.cell.id}),),
                thresholds=thresholds,
            )
        )
    return found
