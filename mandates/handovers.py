"""Actors that close, merge, split, move or are renamed, and what becomes of all they hold. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from mandates.changes import (
    Change,
    CloseActor,
    DoesNotFit,
    Handover,
    Held,
    MergeActors,
    RenameActor,
    SplitActor,
    TransferActor,
)
from mandates.drafts import Draft, FormerName, end, move, moved_code, the_actor
from mandates.snapshot import ONE_DAY, Actor, Convener, Date, Member, Seat, Snapshot


def holdings(snapshot: Snapshot, slug: str, day: Date) -> tuple[Held, ...]:
    """What must find a receiver or an end if `slug` ceases on `day`: all that goes on then, or begins later."""

    def left(rows: Iterable[Seat | Convener]) -> list[str]:
        return list(dict.fromkeys(r.network for r in rows if r.actor == slug and not r.has_ended(day)))

    mandates = [
        m.code
        for m in snapshot.mandates
        if m.holder == slug and m.status == "decided" and not m.has_ended(day)
    ]
    ties = [c.code for c in snapshot.collaborations if slug in c.participants and not c.has_ended(day)]
    return (
        *(Held("mandate", code) for code in mandates),
        *(Held("convener", network) for network in left(snapshot.conveners)),
        *(Held("seat", network) for network in left(snapshot.seats)),
        *(Held("collaboration", code) for code in ties),
    )


def _hand_over(draft: Draft, change: Change, plan: Handover, day: Date, *, stays: bool) -> None:
    """Pass on or end what `plan.slug` holds. `stays`: what the plan does not name is left as it is."""
    held = holdings(draft.done(), plan.slug, day)
    known = {row.key for row in held}
    named = {*plan.receivers, *(plan.ends or ())}
    if unknown := sorted(named - known):
        raise DoesNotFit(change, "not_held", actor=plan.slug, row=unknown[0].partition(":")[2])
    if twice := sorted(set(plan.receivers) & (plan.ends or frozenset())):
        raise DoesNotFit(change, "both_ways", row=twice[0].partition(":")[2])
    if not stays and plan.rest is None and plan.ends is not None and known - named:
        undecided = [row.id for row in held if row.key not in named]
        raise DoesNotFit(change, "undecided", actor=plan.slug, rows=", ".join(undecided))
    receivers = {*plan.receivers.values(), *([plan.rest] if plan.rest else [])}
    for slug in sorted(receivers):
        if slug == plan.slug:
            raise DoesNotFit(change, "own_receiver", actor=plan.slug)
        the_actor(draft, change, slug, day)
    for row in held:
        receiver = plan.receivers.get(row.key)
        if receiver is None and row.key not in (plan.ends or ()):
            receiver = plan.rest
            if stays and receiver is None:
                continue
        _PASS[row.kind](draft, change, plan.slug, row.id, receiver, day)


def _pass_mandate(
    draft: Draft, change: Change, slug: str, code: str, receiver: str | None, day: Date
) -> None:
    """End a mandate, or move it; one that has not begun can only be moved, as it stands."""
    mandate = draft.mandates[code]
    if mandate.valid_from is not None and mandate.valid_from >= day:
        if receiver is None:
            raise DoesNotFit(change, "needs_receiver", row=code, day=mandate.valid_from)
        draft.mandates[code] = draft.decided(mandate, holder=receiver, confirmed_on=draft.confirmed_on)
    elif receiver is None:
        end(draft, change, mandate, day)
    else:
        move(draft, change, mandate, receiver, day)


def _pass_collaboration(
    draft: Draft, change: Change, slug: str, code: str, receiver: str | None, day: Date
) -> None:
    """End a collaboration, and begin it anew among those that are left and the receiver, if two or more."""
    row = draft.collaborations[code]
    sides = [receiver if side == slug else side for side in row.participants]
    left = tuple(dict.fromkeys(side for side in sides if side is not None))
    if row.valid_from is not None and row.valid_from >= day:
        if len(left) < 2 and code in draft.origins:
            del draft.collaborations[code]  # two that merge have nobody left to work with
            return
        if len(left) < 2:
            raise DoesNotFit(change, "needs_receiver", row=code, day=row.valid_from)
        draft.collaborations[code] = draft.decided(row, participants=left, confirmed_on=draft.confirmed_on)
        return
    draft.collaborations[code] = draft.ended(row, day)
    if len(left) > 1:
        new = moved_code(draft.collaborations, code, receiver or left[0])
        draft.origins[new] = code
        draft.collaborations[new] = draft.begun(row, day, code=new, participants=left, named_contacts=())


def _passed_on(
    draft: Draft,
    change: Change,
    rows: Sequence[Any],
    slug: str,
    network: str,
    receiver: str | None,
    day: Date,
) -> list[Any]:
    """Seats or conveners of `network`, with those of `slug` ended on `day` and begun for the receiver, once."""
    found: list[Any] = []
    has_one = any(row.actor == receiver and row.network == network and not row.has_ended(day) for row in rows)
    for row in rows:
        if row.actor != slug or row.network != network or row.has_ended(day):
            found.append(row)
        elif row.valid_from is not None and row.valid_from >= day:
            if receiver is None:
                raise DoesNotFit(change, "needs_receiver", row=network, day=row.valid_from)
            found.append(draft.decided(row, actor=receiver, confirmed_on=draft.confirmed_on))
        else:
            found.append(draft.ended(row, day))
            if receiver is not None and not has_one:
                found.append(draft.begun(row, day, actor=receiver))
                has_one = True
    return found


def _pass_seat(
    draft: Draft, change: Change, slug: str, network: str, receiver: str | None, day: Date
) -> None:
    draft.seats = _passed_on(draft, change, draft.seats, slug, network, receiver, day)


def _pass_convener(
    draft: Draft, change: Change, slug: str, network: str, receiver: str | None, day: Date
) -> None:
    draft.conveners = _passed_on(draft, change, draft.conveners, slug, network, receiver, day)


_PASS: dict[str, Callable[[Draft, Change, str, str, str | None, Date], None]] = {
    "mandate": _pass_mandate,
    "convener": _pass_convener,
    "seat": _pass_seat,
    "collaboration": _pass_collaboration,
}


def _close(draft: Draft, change: Change, plan: Handover, day: Date, successor: str | None = None) -> None:
    """End an actor on `day`, with every row it holds passed on or ended."""
    actor = the_actor(draft, change, plan.slug, day - ONE_DAY)
    if actor.is_group:
        raise DoesNotFit(change, "is_group", actor=plan.slug)
    _hand_over(draft, change, plan, day, stays=False)
    draft.actors[plan.slug] = draft.ended(actor, day, successor=successor or actor.successor)


def close_actor(draft: Draft, change: CloseActor, day: Date) -> None:
    if change.successor is not None:
        if change.successor == change.slug:
            raise DoesNotFit(change, "own_receiver", actor=change.slug)
        the_actor(draft, change, change.successor, day)
    _close(draft, change, change, day, change.successor)


def _begin(draft: Draft, change: Change, actor: Actor, day: Date) -> None:
    if actor.slug in draft.actors:
        raise DoesNotFit(change, "actor_exists", actor=actor.slug)
    draft.actors[actor.slug] = draft.begun(actor, actor.valid_from or day)


def merge_actors(draft: Draft, change: MergeActors, day: Date) -> None:
    into = change.into if isinstance(change.into, str) else change.into.slug
    others = [slug for slug in change.slugs if slug != into]
    if not others:
        raise DoesNotFit(change, "nothing_to_merge", actor=into)
    if isinstance(change.into, Actor):
        _begin(draft, change, change.into, day)
    the_actor(draft, change, into, day)
    for slug in others:
        _close(draft, change, Handover(slug=slug, rest=into), day, into)


def split_actor(draft: Draft, change: SplitActor, day: Date) -> None:
    if len(change.parts) < 2:
        raise DoesNotFit(change, "nothing_to_split", actor=change.slug)
    for part in change.parts:
        _begin(draft, change, part, day)
    _close(draft, change, change, day)


def rename_actor(draft: Draft, change: RenameActor, day: Date) -> None:
    actor = the_actor(draft, change, change.slug, day)
    if (actor.name_sv, actor.name_en) == (change.name_sv, change.name_en):
        raise DoesNotFit(change, "same_name", actor=change.slug)
    draft.former_names.append(FormerName(change.slug, actor.name_sv, actor.name_en, day))
    draft.actors[change.slug] = draft.decided(
        actor,
        name_sv=change.name_sv,
        name_en=change.name_en,
        aliases=tuple(dict.fromkeys((*actor.aliases, actor.name_sv))),
    )


def transfer_actor(draft: Draft, change: TransferActor, day: Date) -> None:
    actor = the_actor(draft, change, change.slug, day)
    if change.parent is not None:
        if change.parent == change.slug:
            raise DoesNotFit(change, "own_receiver", actor=change.slug)
        the_actor(draft, change, change.parent, day)
        if any(row.actor == change.parent and row.holds_on(day) for row in actor.parents):
            raise DoesNotFit(change, "same_parent", actor=change.slug, parent=change.parent)
        left = tuple(
            replace(row, valid_until=day) if row.holds_on(day) and row.valid_from != day else row
            for row in actor.parents
        )
        parents = (*left, Member(actor=change.parent, valid_from=day))
        draft.actors[change.slug] = draft.decided(actor, parents=parents)
    elif not (change.receivers or change.ends or change.rest):
        raise DoesNotFit(change, "nothing_to_transfer", actor=change.slug)
    _hand_over(draft, change, change, day, stays=True)
