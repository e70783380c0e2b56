"""Which graph is asked for. Pure."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

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
    def words(self) -> dict[str, Any]:
        """What narrows it, as plain values that JSON can hold; `read` is the way back.

        >>> asked = Selection(as_of=datetime.date(2022, 6, 30), areas=frozenset({"b", "a"}), expand_groups=True)
        >>> asked.words
        {'as_of': '2022-06-30', 'areas': ['a', 'b'], 'expand_groups': True}
        >>> Selection.read(asked.words) == asked
        True
        """
        found: dict[str, Any] = {"as_of": self.as_of.isoformat()}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "as_of" and value:
                found[field.name] = sorted(value) if isinstance(value, frozenset) else value
        return found

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> "Selection":
        """The selection of `words`."""
        plain: Any = {
            name: frozenset(value) if isinstance(value, list) else value for name, value in words.items()
        }
        return cls(**(plain | {"as_of": datetime.date.fromisoformat(words["as_of"])}))

    @property
    def key(self) -> str:
        """The same digest for the same selection: what stored results are found by."""
        return _digest(self.words)

    @property
    def family(self) -> str:
        """The same digest for the same selection of any day."""
        return _digest({name: value for name, value in self.words.items() if name != "as_of"})


def _digest(words: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()
