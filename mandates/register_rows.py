"""The rows of the register as coverage and the rules see them: plain and frozen. Pure.

Ids are those of the data files (slugs and codes), never primary keys. Periods are half-open
`[valid_from, valid_until)`; None: unknown start, open end. The area `*` is cross-sector: an area of its
own, never all the others.
"""

import datetime
from dataclasses import dataclass

Date = datetime.date
CROSS_SECTOR = "*"
EACH_AREA = "each"
ONE_DAY = datetime.timedelta(days=1)


def earliest(*days: Date | None) -> Date | None:
    """The earliest of the known `days`; None when none is known."""
    return min((day for day in days if day is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    valid_from: Date | None = None
    valid_until: Date | None = None

    def holds_on(self, day: Date) -> bool:
        """In force on `day`; an unknown start counts as begun."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )

    def has_ended(self, day: Date) -> bool:
        return self.valid_until is not None and self.valid_until <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Dated):
    """A row of the register: with precision of its dates, sources and confirmation.

    `sources` are "document place" strings as the files have them; empty: unsourced.
    """

    from_precision: str = ""
    to_precision: str = ""
    confidence: str = "stated"
    inferred_fields: frozenset[str] = frozenset()
    confirmed_on: Date | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A value of a code list (level, kind, role, function) with the traits that the rules look at.

    Functions: `lead`, `duplicable`, `transition`, `service`, and `coordination` for the task of
    coordinating others. Mandate kinds: `voluntary`, `statutory`, `assignment`. Actor kinds:
    `government`. Collaboration kinds: `funding`. Roles: `lead`.
    """

    code: str
    name_sv: str = ""
    name_en: str = ""
    traits: frozenset[str] = frozenset()
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy(Dated):
    slug: str
    name_sv: str = ""
    name_en: str = ""
    known_until: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Dated):
    """A priority area; `status` is adopted, proposed or outside."""

    strategy: str
    code: str
    name_sv: str = ""
    name_en: str = ""
    status: str = "adopted"
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    code: str
    parent: str | None = None
    name_sv: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Dated):
    """An organisation's span in a listed group, or a parent's span over an actor."""

    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Row):
    """An organisation or a group. `rule` of a group: "list", "unknown", or `kind=…;county=…`.

    `is_merged`: a duplicate of another, kept for its old address; no group counts it.
    """

    slug: str
    name_sv: str = ""
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    kind: str = ""
    level: str = ""
    place: str | None = None
    is_group: bool = False
    rule: str = ""
    also: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    stated_members: str = ""
    parents: tuple[Member, ...] = ()
    successor: str | None = None
    is_merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate(Row):
    """One task of one holder. `status` is decided or proposed.

    `classification` names the official classification it steers by (a list of areas, an index); empty
    where the register does not say.
    """

    code: str
    holder: str
    title_sv: str = ""
    title_en: str = ""
    kind: str = ""
    strategy: str = ""
    area: str = CROSS_SECTOR
    function: str = ""
    levels: frozenset[str] = frozenset()
    territory_places: frozenset[str] = frozenset()
    territory_groups: frozenset[str] = frozenset()
    target_group: str = ""
    role: str = ""
    explicit: bool = False
    legal_basis: str = ""
    status: str = "decided"
    scenario: str = ""
    joint_assignment: str = ""
    report_due: Date | None = None
    successor: str | None = None
    classification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(Dated):
    """What ought to be covered. `area` is a code, `*`, or `each`: once per area adopted on the day.

    `mapped_from` and `mapped_until` are both inclusive: the span in which somebody checked it. One of them
    missing leaves that side open; both missing means that nobody has checked it at all.
    """

    code: str
    strategy: str
    area: str = CROSS_SECTOR
    function: str = ""
    level: str = ""
    min_holders: int = 1
    explicit_only: bool = False
    kinds: frozenset[str] = frozenset()
    single_lead: bool = False
    holder_group: str | None = None
    mapped_from: Date | None = None
    mapped_until: Date | None = None
    title_sv: str = ""
    title_en: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration(Row):
    """Two or more `participants`; in a funding one the first pays the others.

    `named_contacts`: (participant, number of contacts that are persons by name), where recorded.
    """

    code: str
    participants: tuple[str, ...]
    kind: str = ""
    area: str = CROSS_SECTOR
    title_sv: str = ""
    title_en: str = ""
    named_contacts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Dated):
    """A standing forum; no `areas`: cross-sector."""

    slug: str
    name_sv: str = ""
    name_en: str = ""
    level: str = ""
    areas: frozenset[str] = frozenset()
    stated_members: int | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat(Row):
    network: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Convener(Row):
    network: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter(Dated):
    """A meeting that was held on days [valid_from, valid_until); `precision` "period": met throughout it."""

    code: str
    network: str | None = None
    participants: frozenset[str] = frozenset()
    area: str = CROSS_SECTOR
    precision: str = "day"
    title_sv: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Encounter):
    """A dated decision, deadline or report."""
