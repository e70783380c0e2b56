"""The collaboration graph of a day, as plain values: actors, ties, and the records behind each tie."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from coordination.base import dates
from coordination.base.charts import language
from coordination.base.models.register import localized
from coordination.base.periods import last_day
from network.graph.selection import Selection
from network.graph.structure import Structure
from network.graph.ties import Tie

COLLABORATION, NETWORK, ENCOUNTER = "collaboration", "network", "encounter"


@dataclass(frozen=True, slots=True)
class Node:
    """An actor that exists on the day, called as it was then.

    Attributes:
        county: code of the tier below the country that its place lies in, or is; empty where it has none.
        unnamed: how many members a group is said to have, in the source's words, where nobody has named
            them; empty for all others.
    """

    slug: str
    name_sv: str
    name_en: str
    kind: str
    level: str
    place: str = ""
    county: str = ""
    is_group: bool = False
    unnamed: str = ""

    @property
    def name(self) -> str:
        """Its name on the day, in the active language or the other."""
        return localized(self, "name")

    def get_absolute_url(self) -> str:
        return reverse("network:group" if self.is_group else "network:actor", args=[self.slug])


@dataclass(frozen=True, slots=True)
class Behind:
    """A record that makes or strengthens ties: a collaboration, a network that meets, or an encounter.

    `detail` is the code of the kind of collaboration or encounter; empty for a network. `areas` are codes;
    none: cross-sector. `participants` are all in it that exist on the day, groups as themselves.
    """

    kind: str
    id: str
    title_sv: str
    title_en: str
    detail: str
    areas: tuple[str, ...]
    participants: tuple[str, ...]
    valid_from: datetime.date | None = None
    from_precision: str = ""
    valid_until: datetime.date | None = None
    to_precision: str = ""

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def valid_to(self) -> datetime.date | None:
        return last_day(self.valid_until)

    @property
    def period(self) -> str:
        """Its period in words, no more precise than it is known."""
        precisions = self.from_precision or "day", self.to_precision or "day"
        return dates.format_period(self.valid_from, precisions[0], self.valid_to, precisions[1], language())

    def get_absolute_url(self) -> str:
        return reverse(f"network:{self.kind}", args=[self.id])


@dataclass(frozen=True, slots=True)
class Stub:
    """Members of a network known only by number: drawn as one, tied to its convener `at`, never measured."""

    at: str
    network: str
    members: int

    @property
    def id(self) -> str:
        return f"{self.network}+{self.at}"


@dataclass(frozen=True, eq=False)
class RegisterGraph:
    """The graph of `asked`: who is a node, who is tied to whom, and why.

    Attributes:
        revision: of the register that was read.
        nodes: by id, in the order of `structure.names`; isolates are among them.
        ties: in the order of `structure.ends`; each names its records as (kind, id), keys of `records`.
        records: every record behind a tie. Without records both are empty, whatever the structure.
        stubs: members of networks known only by number.
    """

    asked: Selection
    revision: int
    nodes: Mapping[str, Node]
    structure: Structure
    ties: Sequence[Tie]
    records: Mapping[tuple[str, str], Behind]
    stubs: tuple[Stub, ...] = ()

    @property
    def isolates(self) -> int:
        """How many actors have no tie: counted in words, hidden at first."""
        return int((self.structure.degree == 0).sum())

    @property
    def tied(self) -> int:
        """How many actors have a tie."""
        return self.structure.order - self.isolates

    @cached_property
    def _tie_by_pair(self) -> Mapping[tuple[str, str], Tie]:
        return {(tie.source, tie.target): tie for tie in self.ties}

    def tie_between(self, some: str, other: str) -> Tie | None:
        """The tie of two actors, in whichever order; None where they have none."""
        return self._tie_by_pair.get((min(some, other), max(some, other)))

    def behind(self, tie: Tie) -> list[Behind]:
        """The records behind `tie`: collaborations and networks first, then encounters."""
        return [self.records[key] for key in tie.records]

    def groups(self, by: str) -> list[str]:
        """The `kind`, `level` or `county` of each actor, in the order of the structure: a division."""
        return [getattr(node, by) for node in self.nodes.values()]
