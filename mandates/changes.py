"""Changes that may be laid over the register: what a scenario or a reorganisation does to it. Pure.

Each change is a frozen value with a day on which it takes effect (None: the asked day). `mandates.overlay` lays
a list of them over a snapshot, in order. Nothing is deleted: rows are ended, and begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mandates.snapshot import Actor, Date, Mandate

HeldKind = Literal["mandate", "convener", "seat", "collaboration"]


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


@dataclass(frozen=True, slots=True)
class Held:
    """What an actor holds and somebody else can take: a mandate, or its part in a network or collaboration.

    `id`: the mandate's or collaboration's code, the network's slug. All seats of an actor in one network go
    the same way.
    """

    kind: HeldKind
    id: str

    @property
    def key(self) -> str:
        """By which receivers and ends name it: mandate:DEL-01, seat:natverk-myndigheter."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Change):
    """What becomes of all that an actor holds.

    Args:
        receivers: {key of what is held: actor that takes it}.
        ends: keys of what ends; None: all that is left when receivers and `rest` have got theirs.
        rest: actor that takes whatever is named in neither.
    """

    slug: str
    receivers: Mapping[str, str] = field(default_factory=dict)
    ends: frozenset[str] | None = None
    rest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseActor(Handover):
    """An actor ceases. Everything it holds on that day ends, or passes to a receiver.

    successor: who the actor's own successor is.
    """

    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeActors(Change):
    """Several actors become one, that exists or is new, and takes over all they hold."""

    slugs: tuple[str, ...]
    into: Actor | str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitActor(Handover):
    """An actor becomes several new ones, which can take what it held."""

    parts: tuple[Actor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameActor(Change):
    """An actor goes on under another name; the old one is kept as a former name."""

    slug: str
    name_sv: str
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferActor(Handover):
    """An actor goes on, and is moved under another one, or gives up some of what it holds, or both.

    What is named neither in receivers nor in ends stays where it is, unless `rest` takes it.
    parent: what it is part of from that day; None: as before.
    """

    parent: str | None = None
