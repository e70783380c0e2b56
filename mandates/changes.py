"""Changes laid over the register: what a scenario or a reorganisation does to it. Pure.

Each change is a frozen value with a day on which it takes effect (None: the asked day), and `apply_changes`
lays a list of them over a snapshot, in order. Nothing is deleted: rows are ended, and begun.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mandates.snapshot import (
    ONE_DAY,
    Actor,
    Area,
    Collaboration,
    Convener,
    Date,
    Mandate,
    Seat,
    Snapshot,
    earliest,
)


class DoesNotFit(ValueError):
    """A change that the register does not allow: which one, and why.

    Attributes:
        change: the change that does not fit.
        number: its place in the list, from 1.
        reason: why, as a key of `mandates.change_texts.REASONS`.
        params: what the reason names.
    """

    def __init__(self, change: "Change", reason: str, **params: Any) -> None:
        self.change, self.reason, self.params, self.number = change, reason, params, 0
        super().__init__(reason, params)

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"change {self.number} ({type(self.change).__name__}): {self.reason}" + (
            f" ({named})" if named else ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    on: Date | None = None

    def day(self, as_of: Date) -> Date:
        """The first day on which it holds."""
        return self.on or as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StartProposals(Change):
    """The proposed mandates of a scenario are decided and begin."""

    scenario: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptArea(Change):
    """A proposed area becomes one of the strategy's."""

    strategy: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMandate(Change):
    """A new mandate; without a start of its own it begins on the day of the change."""

    mandate: Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMandate(Change):
    """Its last day is the day before; `successor` may name who takes over."""

    code: str
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProlongMandate(Change):
    """It goes on until `until` (exclusive; None: until further notice)."""

    code: str
    until: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMandate(Change):
    """Another holder takes it over: the old one ends, and a new one with its own code succeeds it."""

    code: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseActor(Change):
    """An actor ceases. Everything it holds on that day ends, or passes to a receiver.

    Args:
        receivers: {code of a mandate, or id of a network or collaboration: actor that takes it}. What is
            not named ends.
        successor: who the actor's own successor is.
    """

    slug: str
    receivers: Mapping[str, str] = field(default_factory=dict)
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeActors(Change):
    """Several actors become one, that exists or is new, and takes over all they hold."""

    slugs: tuple[str, ...]
    into: Actor | str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitActor(Change):
    """An actor becomes several, each of which takes the rows named for it; what is not named ends."""

    slug: str
    parts: tuple[Actor, ...]
    receivers: Mapping[str, str] = field(default_factory=dict)


R = TypeVar("R", Actor, Area, Mandate)


class _Draft:
    """A snapshot being changed: the rows that changes touch, by id."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.base = snapshot
        self.areas = {(row.strategy, row.code): row for row in snapshot.areas}
        self.actors = {row.slug: row for row in snapshot.actors}
        self.mandates = {row.code: row for row in snapshot.mandates}
        self.collaborations = {row.code: row for row in snapshot.collaborations}
        self.seats: list[Seat] = list(snapshot.seats)
        self.conveners: list[Convener] = list(snapshot.conveners)

    def done(self) -> Snapshot:
        return replace(
            self.base,
            areas=tuple(self.areas.values()),
            actors=tuple(self.actors.values()),
            mandates=tuple(self.mandates.values()),
            collaborations=tuple(self.collaborations.values()),
            seats=tuple(self.seats),
            conveners=tuple(self.conveners),
        )


def apply_changes(snapshot: Snapshot, changes: Iterable[Change], as_of: Date) -> Snapshot:
    """`snapshot` with `changes` laid over it, in order; those without a day of their own begin on `as_of`.

    Raises:
        DoesNotFit: a change names what is not there, ends what has ended, repeats another, or is refused
            by what an earlier change, or a later edit of the register, has done.
    """
    draft = _Draft(snapshot)
    for number, change in enumerate(changes, start=1):
        try:
            _APPLY[type(change)](draft, change, change.day(as_of))
        except DoesNotFit as refused:
            refused.number = number
            raise
    return draft.done()


def _mandate(draft: _Draft, change: Change, code: str) -> Mandate:
    if code not in draft.mandates:
        raise DoesNotFit(change, "unknown_mandate", mandate=code)
    return draft.mandates[code]


def _actor(draft: _Draft, change: Change, slug: str, day: Date) -> Actor:
    """The actor `slug`, alive on `day`."""
    if slug not in draft.actors:
        raise DoesNotFit(change, "unknown_actor", actor=slug)
    actor = draft.actors[slug]
    if actor.has_ended(day):
        raise DoesNotFit(change, "actor_ceased", actor=slug, day=actor.valid_until)
    if not actor.holds_on(day):
        raise DoesNotFit(change, "actor_not_begun", actor=slug, day=actor.valid_from)
    return actor


def _start_proposals(draft: _Draft, change: StartProposals, day: Date) -> None:
    proposed = [
        m for m in draft.mandates.values() if m.status == "proposed" and m.scenario == change.scenario
    ]
    if not proposed:
        raise DoesNotFit(change, "no_proposals", scenario=change.scenario)
    for mandate in proposed:
        if mandate.has_ended(day):
            raise DoesNotFit(change, "proposal_over", mandate=mandate.code, day=mandate.valid_until)
        _actor(draft, change, mandate.holder, day)
        start = max(day, mandate.valid_from or day)
        draft.mandates[mandate.code] = replace(mandate, status="decided", valid_from=start)


def _adopt_area(draft: _Draft, change: AdoptArea, day: Date) -> None:
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


def _add_mandate(draft: _Draft, change: AddMandate, day: Date) -> None:
    mandate = change.mandate
    if mandate.code in draft.mandates:
        raise DoesNotFit(change, "mandate_exists", mandate=mandate.code)
    start = mandate.valid_from or day
    if mandate.valid_until is not None and mandate.valid_until <= start:
        raise DoesNotFit(change, "ends_before_start", mandate=mandate.code, day=mandate.valid_until)
    _actor(draft, change, mandate.holder, start)
    if mandate.strategy not in draft.base.strategy_by_slug:
        raise DoesNotFit(change, "unknown_strategy", strategy=mandate.strategy)
    if mandate.area != "*" and (mandate.strategy, mandate.area) not in draft.areas:
        raise DoesNotFit(change, "unknown_area", area=mandate.area)
    draft.mandates[mandate.code] = replace(mandate, status="decided", valid_from=start)


def _end(draft: _Draft, change: Change, mandate: Mandate, day: Date, successor: str | None = None) -> None:
    if mandate.status != "decided":
        raise DoesNotFit(change, "not_decided", mandate=mandate.code)
    if mandate.has_ended(day):
        raise DoesNotFit(change, "mandate_ended", mandate=mandate.code, day=mandate.valid_until)
    if mandate.valid_from is not None and mandate.valid_from >= day:
        raise DoesNotFit(change, "ends_before_start", mandate=mandate.code, day=mandate.valid_from)
    draft.mandates[mandate.code] = replace(
        mandate, valid_until=day, to_precision="day", successor=successor or mandate.successor
    )


def _end_mandate(draft: _Draft, change: EndMandate, day: Date) -> None:
    mandate = _mandate(draft, change, change.code)
    if change.successor is not None:
        if change.successor == change.code:
            raise DoesNotFit(change, "succeeds_itself", mandate=change.code)
        _mandate(draft, change, change.successor)
    _end(draft, change, mandate, day, change.successor)


def _prolong_mandate(draft: _Draft, change: ProlongMandate, day: Date) -> None:
    mandate = _mandate(draft, change, change.code)
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
    draft.mandates[mandate.code] = replace(mandate, valid_until=change.until, to_precision="day")


def moved_code(draft_codes: Iterable[str], code: str, holder: str) -> str:
    """A free code for a mandate that `holder` takes over from `code`: DEL-01-boverket, DEL-01-boverket-2 …"""
    taken = set(draft_codes)
    wanted = f"{code}-{holder}"
    number = 1
    while (found := wanted if number == 1 else f"{wanted}-{number}") in taken:
        number += 1
    return found


def _move(draft: _Draft, change: Change, mandate: Mandate, holder: str, day: Date) -> None:
    _actor(draft, change, holder, day)
    if holder == mandate.holder:
        raise DoesNotFit(change, "same_holder", mandate=mandate.code, actor=holder)
    code = moved_code(draft.mandates, mandate.code, holder)
    _end(draft, change, mandate, day, code)
    draft.mandates[code] = replace(
        mandate,
        code=code,
        holder=holder,
        valid_from=day,
        from_precision="day",
        sources=(),  # the new holder's decision is yet to be cited
        confirmed_on=None,
    )


def _move_mandate(draft: _Draft, change: MoveMandate, day: Date) -> None:
    _move(draft, change, _mandate(draft, change, change.code), change.holder, day)


def holdings(snapshot: Snapshot, slug: str, day: Date) -> dict[str, tuple[str, ...]]:
    """What must find a receiver or an end if `slug` ceases on `day`.

    Returns:
        {"mandates", "networks" (convened), "seats" (networks seated in), "collaborations"}: ids of rows in
        force the day before; mandates also those that are yet to begin.
    """
    before = day - ONE_DAY

    def goes_on(row: Seat | Convener | Collaboration) -> bool:
        return not row.has_ended(day) and (row.valid_from is None or row.valid_from <= before)

    return {
        "mandates": tuple(
            m.code
            for m in snapshot.mandates
            if m.holder == slug and m.status == "decided" and not m.has_ended(day)
        ),
        "networks": tuple(row.network for row in snapshot.conveners if row.actor == slug and goes_on(row)),
        "seats": tuple(
            dict.fromkeys(row.network for row in snapshot.seats if row.actor == slug and goes_on(row))
        ),
        "collaborations": tuple(
            row.code for row in snapshot.collaborations if slug in row.participants and goes_on(row)
        ),
    }


def _close(draft: _Draft, change: Change, slug: str, receivers: Mapping[str, str], day: Date) -> None:
    """End `slug` on `day`, with every row it holds passed on or ended."""
    actor = _actor(draft, change, slug, day - ONE_DAY)
    if actor.valid_until is not None and actor.valid_until < day:
        raise DoesNotFit(change, "actor_ceased", actor=slug, day=actor.valid_until)
    held = holdings(draft.done(), slug, day)
    known = {row for rows in held.values() for row in rows}
    for row in receivers:
        if row not in known:
            raise DoesNotFit(change, "not_held", actor=slug, row=row)
    for receiver in sorted(set(receivers.values())):
        _actor(draft, change, receiver, day)
    for code in held["mandates"]:
        _pass_on(draft, change, draft.mandates[code], receivers.get(code), day)
    draft.conveners = _handed_on(draft.conveners, slug, receivers, day)
    draft.seats = _handed_on(draft.seats, slug, receivers, day)
    for code in held["collaborations"]:
        _replace_side(draft, draft.collaborations[code], slug, receivers.get(code), day)
    draft.actors[slug] = replace(actor, valid_until=day, to_precision="day")


def _pass_on(draft: _Draft, change: Change, mandate: Mandate, receiver: str | None, day: Date) -> None:
    """End a mandate, or move it; one that has not begun can only be moved, as it stands."""
    if mandate.valid_from is not None and mandate.valid_from >= day:
        if receiver is None:
            raise DoesNotFit(change, "needs_receiver", mandate=mandate.code, day=mandate.valid_from)
        draft.mandates[mandate.code] = replace(mandate, holder=receiver, sources=(), confirmed_on=None)
    elif receiver is None:
        _end(draft, change, mandate, day)
    else:
        _move(draft, change, mandate, receiver, day)


def _replace_side(draft: _Draft, row: Collaboration, slug: str, receiver: str | None, day: Date) -> None:
    """End a collaboration, and begin it anew among those that are left and the receiver, if two or more."""
    draft.collaborations[row.code] = replace(row, valid_until=day, to_precision="day")
    sides = [receiver if side == slug else side for side in row.participants]
    left = tuple(dict.fromkeys(side for side in sides if side is not None))
    if len(left) > 1:
        code = moved_code(draft.collaborations, row.code, receiver or "kvar")
        draft.collaborations[code] = replace(
            row, code=code, participants=left, valid_from=day, from_precision="day", sources=()
        )


def _handed_on(rows: list[Any], slug: str, receivers: Mapping[str, str], day: Date) -> list[Any]:
    """Seats or conveners, with those of `slug` ended on `day` and begun for their receivers."""
    found = []
    for row in rows:
        begun = row.valid_from is None or row.valid_from < day
        if row.actor != slug or row.has_ended(day) or not begun:
            found.append(row)
            continue
        found.append(replace(row, valid_until=day, to_precision="day"))
        receiver = receivers.get(row.network)
        already = any(
            other.actor == receiver and other.network == row.network and other.holds_on(day) for other in rows
        )
        if receiver is not None and not already:
            found.append(
                replace(
                    row,
                    actor=receiver,
                    valid_from=day,
                    valid_until=None,
                    from_precision="day",
                    to_precision="",
                    sources=(),
                )
            )
    return found


def _close_actor(draft: _Draft, change: CloseActor, day: Date) -> None:
    if change.successor is not None:
        _actor(draft, change, change.successor, day)
    _close(draft, change, change.slug, change.receivers, day)
    if change.successor is not None:
        draft.actors[change.slug] = replace(draft.actors[change.slug], successor=change.successor)


def _begin(draft: _Draft, change: Change, actor: Actor, day: Date) -> None:
    if actor.slug in draft.actors:
        raise DoesNotFit(change, "actor_exists", actor=actor.slug)
    draft.actors[actor.slug] = replace(actor, valid_from=actor.valid_from or day)


def _merge_actors(draft: _Draft, change: MergeActors, day: Date) -> None:
    into = change.into if isinstance(change.into, str) else change.into.slug
    if into in change.slugs and len(change.slugs) < 2 or not change.slugs:
        raise DoesNotFit(change, "nothing_to_merge", actor=into)
    if isinstance(change.into, Actor):
        _begin(draft, change, change.into, day)
    _actor(draft, change, into, day)
    for slug in change.slugs:
        if slug == into:
            continue
        held = holdings(draft.done(), slug, day)
        everything = {row: into for rows in held.values() for row in rows}
        _close(draft, change, slug, everything, day)
        draft.actors[slug] = replace(draft.actors[slug], successor=into)


def _split_actor(draft: _Draft, change: SplitActor, day: Date) -> None:
    if len(change.parts) < 2:
        raise DoesNotFit(change, "nothing_to_split", actor=change.slug)
    for part in change.parts:
        _begin(draft, change, part, day)
    _close(draft, change, change.slug, change.receivers, day)


_APPLY: dict[type[Change], Callable[[_Draft, Any, Date], None]] = {
    StartProposals: _start_proposals,
    AdoptArea: _adopt_area,
    AddMandate: _add_mandate,
    EndMandate: _end_mandate,
    ProlongMandate: _prolong_mandate,
    MoveMandate: _move_mandate,
    CloseActor: _close_actor,
    MergeActors: _merge_actors,
    SplitActor: _split_actor,
}
