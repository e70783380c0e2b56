"""A snapshot being changed: what changes are laid on. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mandates.changes import Change, DoesNotFit
from mandates.snapshot import Actor, Convener, Date, Mandate, Seat, Snapshot

LONGEST = 75  # of the 80 that a code may have; the rest is for a number


@dataclass(frozen=True, slots=True)
class Decision:
    """What changed rows rest on: "document place" strings, and the day on which they were confirmed.

    confirmed_on None: the asked day.
    """

    sources: tuple[str, ...] = ("scenario",)
    confirmed_on: Date | None = None


UNSAID = Decision()


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that an actor no longer has from `until` on."""

    slug: str
    name_sv: str
    name_en: str
    until: Date


@dataclass(frozen=True, slots=True)
class Laid:
    """A snapshot with changes laid over it.

    origins: {code of a mandate or collaboration that was begun: that of the one it continues}.
    former_names: what renamed actors were called.
    """

    snapshot: Snapshot
    origins: Mapping[str, str]
    former_names: tuple[FormerName, ...]


@dataclass
class Draft:
    """A snapshot being changed: rows by id, where new ones came from, which change added what."""

    base: Snapshot
    sources: tuple[str, ...]
    confirmed_on: Date
    number: int = 0
    added_by: dict[str, int] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    former_names: list[FormerName] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.areas = {(row.strategy, row.code): row for row in self.base.areas}
        self.actors = {row.slug: row for row in self.base.actors}
        self.mandates = {row.code: row for row in self.base.mandates}
        self.collaborations = {row.code: row for row in self.base.collaborations}
        self.seats: list[Seat] = list(self.base.seats)
        self.conveners: list[Convener] = list(self.base.conveners)

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

    def decided(self, row: Any, **values: Any) -> Any:
        """`row` with `values` that the decision gave it."""
        cited = tuple(dict.fromkeys((*row.sources, *self.sources)))
        return replace(row, sources=cited, **values)

    def begun(self, row: Any, day: Date, **values: Any) -> Any:
        """A new row, which rests on the decision alone."""
        values = {
            "valid_from": day,
            "from_precision": "day",
            "confidence": "stated",
            "inferred_fields": frozenset(),
            **values,
        }
        return replace(row, sources=self.sources, confirmed_on=self.confirmed_on, **values)

    def ended(self, row: Any, day: Date, **values: Any) -> Any:
        return self.decided(row, valid_until=day, to_precision="day", **values)


# Rows that a change names, and what several changes do to them.


def the_mandate(draft: Draft, change: Change, code: str) -> Mandate:
    if code not in draft.mandates:
        raise DoesNotFit(change, "unknown_mandate", mandate=code)
    return draft.mandates[code]


def the_actor(draft: Draft, change: Change, slug: str, day: Date) -> Actor:
    """The actor `slug`, alive on `day`."""
    if slug not in draft.actors:
        raise DoesNotFit(change, "unknown_actor", actor=slug)
    actor = draft.actors[slug]
    if actor.has_ended(day):
        raise DoesNotFit(change, "actor_ceased", actor=slug, day=actor.valid_until)
    if not actor.holds_on(day):
        raise DoesNotFit(change, "actor_not_begun", actor=slug, day=actor.valid_from)
    return actor


def end(draft: Draft, change: Change, mandate: Mandate, day: Date, successor: str | None = None) -> None:
    if mandate.status != "decided":
        raise DoesNotFit(change, "not_decided", mandate=mandate.code)
    if mandate.has_ended(day):
        raise DoesNotFit(change, "mandate_ended", mandate=mandate.code, day=mandate.valid_until)
    if mandate.valid_from is not None and mandate.valid_from >= day:
        if mandate.code in draft.added_by:
            raise DoesNotFit(
                change, "ends_added", mandate=mandate.code, added_by=draft.added_by[mandate.code], day=day
            )
        raise DoesNotFit(change, "ends_before_start", mandate=mandate.code, day=mandate.valid_from)
    draft.mandates[mandate.code] = draft.ended(mandate, day, successor=successor or mandate.successor)


def moved_code(taken: Iterable[str], code: str, holder: str) -> str:
    """A free code for a row that `holder` takes over from `code`: DEL-01-boverket, DEL-01-boverket-2 …"""
    known = set(taken)
    wanted = f"{code}-{holder}"[:LONGEST].rstrip("-")
    number = 1
    while (found := wanted if number == 1 else f"{wanted}-{number}") in known:
        number += 1
    return found


def move(draft: Draft, change: Change, mandate: Mandate, holder: str, day: Date) -> None:
    the_actor(draft, change, holder, day)
    if holder == mandate.holder:
        raise DoesNotFit(change, "same_holder", mandate=mandate.code, actor=holder)
    code = moved_code(draft.mandates, mandate.code, holder)
    end(draft, change, mandate, day, code)
    draft.origins[code] = mandate.code
    draft.mandates[code] = draft.begun(mandate, day, code=code, holder=holder)
