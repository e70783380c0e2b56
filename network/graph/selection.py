"""Which graph is asked for. Pure."""

import datetime
from dataclasses import dataclass

CROSS_SECTOR = "*"
NETWORK = "network"  # the kind of tie that seats and conveners make; the others are kinds of collaboration


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The day, and what narrows the graph of that day. An empty set or text narrows nothing.

    Attributes:
        as_of: the day.
        areas: codes; `*` is cross-sector, never all the others. Only records of these make ties.
        strategy: its slug. Only records of its areas, and cross-sector ones, make ties.
        tie_kinds: codes of kinds of collaboration, and NETWORK for seats and conveners.
        confidence: "stated" or "inferred". Only collaborations, seats and conveners with it make ties.
        kinds, levels, counties: codes. Only actors of these are nodes; what a record weighs stays as it is.
        expand_groups: the members that exist take the place of a group, where they are known.
    """

    as_of: datetime.date
    areas: frozenset[str] = frozenset()
    strategy: str = ""
    tie_kinds: frozenset[str] = frozenset()
    confidence: str = ""
    kinds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    expand_groups: bool = False

    @property
    def key(self) -> str:
        """The same text for the same selection: what stored results are found by.

        >>> Selection(as_of=datetime.date(2022, 6, 30), areas=frozenset({"b", "a"}), expand_groups=True).key
        'as_of=2022-06-30&areas=a;b&expand_groups=1'
        """
        said = [f"as_of={self.as_of.isoformat()}"]
        for name in ("areas", "tie_kinds", "kinds", "levels", "counties"):
            if codes := getattr(self, name):
                said.append(f"{name}={';'.join(sorted(codes))}")
        said += [
            f"{name}={getattr(self, name)}" for name in ("strategy", "confidence") if getattr(self, name)
        ]
        if self.expand_groups:
            said.append("expand_groups=1")
        return "&".join(sorted(said))
