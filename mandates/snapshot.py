"""The register at one revision, and what can be read off its rows. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from coordination.base.dates import add_months
from mandates.register_rows import (
    CROSS_SECTOR,
    EACH_AREA,
    ONE_DAY,
    Actor,
    Area,
    Collaboration,
    Convener,
    Date,
    Dated,
    Encounter,
    Expectation,
    Kind,
    Mandate,
    Member,
    Milestone,
    Network,
    Place,
    Row,
    Seat,
    Strategy,
    earliest,
)

__all__ = [
    "Actor",
    "Area",
    "CROSS_SECTOR",
    "Collaboration",
    "Convener",
    "Date",
    "Dated",
    "EACH_AREA",
    "Encounter",
    "Expectation",
    "Kind",
    "Mandate",
    "Member",
    "Milestone",
    "Network",
    "ONE_DAY",
    "Place",
    "Row",
    "Seat",
    "Snapshot",
    "Strategy",
    "add_months",
    "earliest",
]

T = TypeVar("T")
REMEMBERED = 100_000


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The register at one revision. Derived answers are remembered, since nothing in it can change."""

    strategies: tuple[Strategy, ...] = ()
    areas: tuple[Area, ...] = ()
    functions: tuple[Kind, ...] = ()
    levels: tuple[Kind, ...] = ()
    mandate_kinds: tuple[Kind, ...] = ()
    mandate_roles: tuple[Kind, ...] = ()
    actor_kinds: tuple[Kind, ...] = ()
    collaboration_kinds: tuple[Kind, ...] = ()
    places: tuple[Place, ...] = ()
    actors: tuple[Actor, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    collaborations: tuple[Collaboration, ...] = ()
    networks: tuple[Network, ...] = ()
    seats: tuple[Seat, ...] = ()
    conveners: tuple[Convener, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    _answers: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def remembered(self, key: Any, answer: Callable[[], T]) -> T:
        """`answer()` the first time `key` is asked for, the same value afterwards."""
        if key in self._answers:
            found: T = self._answers[key]
            return found
        if len(self._answers) >= REMEMBERED:
            self._answers.clear()  # a process that is asked for every day must not grow without end
        self._answers[key] = fresh = answer()
        return fresh

    def answers(self) -> list[tuple[Any, Any]]:
        """What is remembered, for a snapshot that differs little and may keep it."""
        return list(self._answers.items())

    @property
    def kept(self) -> dict[str, Any]:
        """The fields, and the indexes that have been made."""
        return self.__dict__

    def keep(self, indexes: Mapping[str, Any]) -> None:
        """Take over indexes from a snapshot with the same rows."""
        self.__dict__.update(indexes)

    # Rows by id.

    @cached_property
    def strategy_by_slug(self) -> Mapping[str, Strategy]:
        return {row.slug: row for row in self.strategies}

    @cached_property
    def area_by_code(self) -> Mapping[tuple[str, str], Area]:
        """(strategy, code) -> area."""
        return {(row.strategy, row.code): row for row in self.areas}

    @cached_property
    def actor_by_slug(self) -> Mapping[str, Actor]:
        return {row.slug: row for row in self.actors}

    @cached_property
    def _actors_by_kind(self) -> Mapping[str, tuple[Actor, ...]]:
        return _grouped(self.actors, lambda row: row.kind)

    @cached_property
    def mandate_by_code(self) -> Mapping[str, Mandate]:
        return {row.code: row for row in self.mandates}

    @cached_property
    def expectation_by_code(self) -> Mapping[str, Expectation]:
        return {row.code: row for row in self.expectations}

    @cached_property
    def network_by_slug(self) -> Mapping[str, Network]:
        return {row.slug: row for row in self.networks}

    @cached_property
    def mandates_by_task(self) -> Mapping[tuple[str, str], tuple[Mandate, ...]]:
        """(strategy, function) -> mandates of any area, period and status."""
        return _grouped(self.mandates, lambda m: (m.strategy, m.function))

    @cached_property
    def mandates_by_area(self) -> Mapping[tuple[str, str, str], tuple[Mandate, ...]]:
        """(strategy, function, area) -> mandates of any level, period and status."""
        return _grouped(self.mandates, lambda m: (m.strategy, m.function, m.area))

    @cached_property
    def collaborations_by_actor(self) -> Mapping[str, tuple[Collaboration, ...]]:
        pairs = [(slug, row) for row in self.collaborations for slug in row.participants]
        return {slug: tuple(r for _, r in found) for slug, found in _grouped(pairs, lambda p: p[0]).items()}

    @cached_property
    def seats_by_network(self) -> Mapping[str, tuple[Seat, ...]]:
        return _grouped(self.seats, lambda row: row.network)

    @cached_property
    def conveners_by_network(self) -> Mapping[str, tuple[Convener, ...]]:
        return _grouped(self.conveners, lambda row: row.network)

    @cached_property
    def encounters_by_network(self) -> Mapping[str, tuple[Encounter, ...]]:
        return _grouped((row for row in self.encounters if row.network), lambda row: row.network or "")

    # Traits of code lists.

    @cached_property
    def _traits(self) -> Mapping[tuple[str, str], frozenset[str]]:
        lists = {
            "function": self.functions,
            "mandate_kind": self.mandate_kinds,
            "role": self.mandate_roles,
            "actor_kind": self.actor_kinds,
            "collaboration_kind": self.collaboration_kinds,
        }
        return {(name, row.code): row.traits for name, rows in lists.items() for row in rows}

    def has_trait(self, code_list: str, code: str, trait: str) -> bool:
        """Whether `code` of function, mandate_kind, role, actor_kind or collaboration_kind has `trait`."""
        return trait in self._traits.get((code_list, code), frozenset())

    def is_government(self, slug: str) -> bool:
        actor = self.actor_by_slug.get(slug)
        return (
            actor is not None
            and not actor.is_group
            and self.has_trait("actor_kind", actor.kind, "government")
        )

    @cached_property
    def level_order(self) -> Mapping[str, int]:
        return {row.code: row.position for row in self.levels}

    # Life and death.

    def exists(self, slug: str, day: Date) -> bool:
        actor = self.actor_by_slug.get(slug)
        return actor is not None and actor.holds_on(day)

    def is_active(self, mandate: Mandate, day: Date) -> bool:
        """Decided, in its period, and its holder exists (design, Rules)."""
        return mandate.status == "decided" and mandate.holds_on(day) and self.exists(mandate.holder, day)

    def ends(self, mandate: Mandate) -> Date | None:
        """The first day on which it is over, by its own period or because its holder ceased."""
        holder = self.actor_by_slug.get(mandate.holder)
        return earliest(mandate.valid_until, holder.valid_until if holder else None)

    def life(self, mandate: Mandate) -> tuple[Date, Date] | None:
        """[first, until) in which it is in its period and its holder exists; None when that is never.

        What is unknown or open is the first or the last day that there is.
        """
        holder = self.actor_by_slug.get(mandate.holder)
        if holder is None:
            return None
        first = max(mandate.valid_from or Date.min, holder.valid_from or Date.min)
        until = min(mandate.valid_until or Date.max, holder.valid_until or Date.max)
        return (first, until) if first < until else None

    def active(self, day: Date) -> tuple[Mandate, ...]:
        """The mandates active on `day`, in the order of the register."""
        return self.remembered(
            ("active", day), lambda: tuple(m for m in self.mandates if self.is_active(m, day))
        )

    def adopted(self, strategy: str, day: Date) -> tuple[Area, ...]:
        """The areas of `strategy` that are adopted on `day`, in their order."""
        return tuple(
            area
            for area in self.areas
            if area.strategy == strategy and area.status == "adopted" and area.holds_on(day)
        )

    # Groups.

    def members(self, slug: str, day: Date) -> frozenset[str] | None:
        """The organisations in the group `slug` on `day`; None when the register cannot name them."""
        return self.remembered(("members", slug, day), lambda: self._members(slug, day))

    def _members(self, slug: str, day: Date) -> frozenset[str] | None:
        group = self.actor_by_slug.get(slug)
        if group is None or not group.is_group or group.rule in ("unknown", ""):
            return None
        also = {other for other in group.also if self.exists(other, day)}
        if group.rule == "list":
            listed = {row.actor for row in group.members if row.holds_on(day)}
            return frozenset({other for other in listed if self.exists(other, day)} | also)
        conditions = dict(part.split("=", 1) for part in group.rule.split(";") if "=" in part)
        kind = conditions.get("kind")
        found = {
            actor.slug
            for actor in (self.actors if kind is None else self._actors_by_kind.get(kind.strip(), ()))
            if not (actor.is_group or actor.is_merged)
            and actor.holds_on(day)
            and self._fits(actor, conditions)
        }
        return frozenset(found | also)

    def _fits(self, actor: Actor, conditions: Mapping[str, str]) -> bool:
        for name, wanted in conditions.items():
            name, wanted = name.strip(), wanted.strip()
            if name in ("kind", "level"):
                if getattr(actor, name) != wanted:
                    return False
            elif actor.place is None or wanted not in self.place_and_above(actor.place):
                return False  # county=, municipality=, place=: at or under the place of that code
        return True

    def groups_of(self, slug: str, day: Date) -> frozenset[str]:
        """The groups that name `slug` among their members on `day`."""
        by_member: Mapping[str, frozenset[str]] = self.remembered(
            ("groups", day), lambda: self._groups_by_member(day)
        )
        return by_member.get(slug, frozenset())

    def _groups_by_member(self, day: Date) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for actor in self.actors:
            if actor.is_group:
                for slug in self.members(actor.slug, day) or ():
                    found.setdefault(slug, set()).add(actor.slug)
        return {slug: frozenset(groups) for slug, groups in found.items()}

    def contains(self, outer: str, inner: str, day: Date) -> bool:
        """A group contains its members, and an organisation its parts, on `day`."""
        if outer == inner:
            return True
        members = self.members(outer, day)
        if members is not None:
            inner_members = self.members(inner, day)
            return inner in members or (inner_members is not None and inner_members <= members)
        return outer in self.above(inner, day)

    def above(self, slug: str, day: Date) -> frozenset[str]:
        """The organisations that `slug` is part of on `day`, near or far."""
        seen, waiting = {slug}, [slug]
        while waiting:
            actor = self.actor_by_slug.get(waiting.pop())
            for row in actor.parents if actor else ():
                if row.holds_on(day) and row.actor not in seen:
                    seen.add(row.actor)
                    waiting.append(row.actor)
        return frozenset(seen - {slug})

    # Places.

    @cached_property
    def _parent_place(self) -> Mapping[str, str | None]:
        return {row.code: row.parent for row in self.places}

    def has_place(self, code: str) -> bool:
        return code in self._parent_place

    def place_and_above(self, code: str) -> tuple[str, ...]:
        """`code` and the places it lies in, nearest first."""
        return self.remembered(("above", code), lambda: self._place_and_above(code))

    def _place_and_above(self, code: str) -> tuple[str, ...]:
        found: list[str] = []
        place: str | None = code
        while place is not None and place not in found:
            found.append(place)
            place = self._parent_place.get(place)
        return tuple(found)

    def territory(self, mandate: Mandate, day: Date) -> frozenset[str] | None:
        """The places of a mandate's territory; None when the register cannot say where it is.

        A mandate without territory works where its holder is. A group whose members are not named
        could be anywhere.
        """
        places = set(mandate.territory_places)
        for slug in mandate.territory_groups:
            members = self.members(slug, day)
            if members is None:
                return None
            places |= {p for m in members if (p := self.actor_by_slug[m].place) is not None}
        if not places:
            holder = self.actor_by_slug.get(mandate.holder)
            if holder is None or holder.place is None:
                return None
            places.add(holder.place)
        return frozenset(places)

    def places_meet(self, some: frozenset[str] | None, others: frozenset[str] | None) -> bool:
        """Whether two territories share ground: one place is, or lies in, another. Unknown: they may."""
        if some is None or others is None:
            return True
        return any(others.intersection(self.place_and_above(p)) for p in some) or any(
            some.intersection(self.place_and_above(p)) for p in others
        )


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, tuple[Any, ...]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: tuple(group) for name, group in found.items()}
