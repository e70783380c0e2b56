"""Laying changes over a snapshot of the register. Pure.

Rows that begin or change cite the decision behind them (`Decision`), so that a scenario reads as the register
would if it were decided.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mandates.changes import (
    AddMandate,
    AdoptArea,
    Change,
    CloseActor,
    DoesNotFit,
    EndMandate,
    MergeActors,
    MoveMandate,
    ProlongMandate,
    RenameActor,
    SplitActor,
    StartProposals,
    TransferActor,
)
from mandates.drafts import UNSAID, Decision, Draft, Laid, end, move, the_actor, the_mandate
from mandates.handovers import close_actor, holdings, merge_actors, rename_actor, split_actor, transfer_actor
from mandates.snapshot import Date, Snapshot, earliest

__all__ = ["UNSAID", "Decision", "Laid", "apply_changes", "holdings", "lay", "misfits"]


def lay(snapshot: Snapshot, changes: Iterable[Change], as_of: Date, decision: Decision = UNSAID) -> Laid:
    """`snapshot` with `changes` laid over it, in order; those without a day of their own begin on `as_of`.

    Raises:
        DoesNotFit: a change names what is not there, ends what has ended, repeats another, or is refused
            by what an earlier change, or a later edit of the register, has done.
    """
    draft = _draft(snapshot, as_of, decision)
    for number, change in enumerate(changes, start=1):
        _lay(draft, change, number, as_of)
    return Laid(draft.done(), draft.origins, tuple(draft.former_names))


def apply_changes(
    snapshot: Snapshot, changes: Iterable[Change], as_of: Date, decision: Decision = UNSAID
) -> Snapshot:
    """The snapshot that `lay` gives. Raises DoesNotFit."""
    return lay(snapshot, changes, as_of, decision).snapshot


def misfits(
    snapshot: Snapshot, changes: Iterable[Change], as_of: Date, decision: Decision = UNSAID
) -> list[DoesNotFit]:
    """Every change that does not fit, judged as if those before it that do not fit were left out."""
    draft = _draft(snapshot, as_of, decision)
    found = []
    for number, change in enumerate(changes, start=1):
        before = draft.done()
        try:
            _lay(draft, change, number, as_of)
        except DoesNotFit as refused:
            found.append(refused)
            added = draft.added_by
            draft = _draft(before, as_of, decision)
            draft.added_by = added
    return found


def _draft(snapshot: Snapshot, as_of: Date, decision: Decision) -> Draft:
    return Draft(snapshot, decision.sources, decision.confirmed_on or as_of)


def _lay(draft: Draft, change: Change, number: int, as_of: Date) -> None:
    draft.number = number
    try:
        _APPLY[type(change)](draft, change, change.day(as_of))
    except DoesNotFit as refused:
        refused.number = number
        raise


# Mandates and areas.


def _start_proposals(draft: Draft, change: StartProposals, day: Date) -> None:
    proposed = [
        m for m in draft.mandates.values() if m.status == "proposed" and m.scenario == change.scenario
    ]
    if not proposed:
        raise DoesNotFit(change, "no_proposals", scenario=change.scenario)
    for mandate in proposed:
        if mandate.has_ended(day):
            raise DoesNotFit(change, "proposal_over", mandate=mandate.code, day=mandate.valid_until)
        the_actor(draft, change, mandate.holder, day)
        start = max(day, mandate.valid_from or day)
        precision = mandate.from_precision if start == mandate.valid_from else "day"
        draft.mandates[mandate.code] = draft.decided(
            mandate, status="decided", valid_from=start, from_precision=precision
        )


def _adopt_area(draft: Draft, change: AdoptArea, day: Date) -> None:
    area = draft.areas.get((change.strategy, change.code))
    if area is None:
        raise DoesNotFit(change, "unknown_area", area=change.code)
    if area.status == "adopted" and area.holds_on(day):
        raise DoesNotFit(change, "area_adopted", area=change.code)
    strategy = draft.base.strategy_by_slug.get(change.strategy)
    if strategy is not None and not strategy.holds_on(day):
        raise DoesNotFit(change, "outside_strategy", strategy=change.strategy, day=day)
    until = area.valid_until if area.valid_until and area.valid_until > day else None
    ends = earliest(until, strategy.valid_until if strategy else None)
    draft.areas[change.strategy, change.code] = replace(
        area, status="adopted", valid_from=day, valid_until=ends
    )


def _add_mandate(draft: Draft, change: AddMandate, day: Date) -> None:
    mandate = change.mandate
    if mandate.code in draft.mandates:
        raise DoesNotFit(change, "mandate_exists", mandate=mandate.code)
    start = mandate.valid_from or day
    if mandate.valid_until is not None and mandate.valid_until <= start:
        raise DoesNotFit(change, "ends_before_start", mandate=mandate.code, day=mandate.valid_until)
    the_actor(draft, change, mandate.holder, start)
    if mandate.strategy not in draft.base.strategy_by_slug:
        raise DoesNotFit(change, "unknown_strategy", strategy=mandate.strategy)
    if mandate.area != "*" and (mandate.strategy, mandate.area) not in draft.areas:
        raise DoesNotFit(change, "unknown_area", area=mandate.area)
    draft.added_by[mandate.code] = draft.number
    draft.mandates[mandate.code] = draft.begun(mandate, start, status="decided")


def _end_mandate(draft: Draft, change: EndMandate, day: Date) -> None:
    mandate = the_mandate(draft, change, change.code)
    if change.successor is not None:
        if change.successor == change.code:
            raise DoesNotFit(change, "succeeds_itself", mandate=change.code)
        the_mandate(draft, change, change.successor)
    end(draft, change, mandate, day, change.successor)


def _prolong_mandate(draft: Draft, change: ProlongMandate, day: Date) -> None:
    mandate = the_mandate(draft, change, change.code)
    if mandate.status != "decided":
        raise DoesNotFit(change, "not_decided", mandate=mandate.code)
    if mandate.valid_until is None:
        raise DoesNotFit(change, "mandate_open", mandate=mandate.code)
    if change.until is not None and change.until <= mandate.valid_until:
        raise DoesNotFit(change, "not_longer", mandate=mandate.code, day=mandate.valid_until)
    if mandate.holder in draft.actors and draft.actors[mandate.holder].has_ended(mandate.valid_until):
        raise DoesNotFit(
            change, "actor_ceased", actor=mandate.holder, day=draft.actors[mandate.holder].valid_until
        )
    precision = "day" if change.until else ""
    draft.mandates[mandate.code] = draft.decided(mandate, valid_until=change.until, to_precision=precision)


def _move_mandate(draft: Draft, change: MoveMandate, day: Date) -> None:
    move(draft, change, the_mandate(draft, change, change.code), change.holder, day)


_APPLY: Mapping[type[Change], Callable[[Draft, Any, Date], None]] = {
    StartProposals: _start_proposals,
    AdoptArea: _adopt_area,
    AddMandate: _add_mandate,
    EndMandate: _end_mandate,
    ProlongMandate: _prolong_mandate,
    MoveMandate: _move_mandate,
    CloseActor: close_actor,
    MergeActors: merge_actors,
    SplitActor: split_actor,
    RenameActor: rename_actor,
    TransferActor: transfer_actor,
}
