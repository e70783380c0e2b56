"""How well a network works together, by the eight leading practices for collaboration. Pure.

The practices are those of the United States Government Accountability Office: GAO-12-1022 (2012), confirmed and
renamed in GAO-23-105520 (2023). Where the register knows, a level is computed; where it does not, the members say.
What is not known is no level at all, which is not the lowest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from statistics import fmean

OUTCOMES, ACCOUNTABILITY, CULTURES, LEADERSHIP, ROLES, PARTICIPANTS, RESOURCES, AGREEMENTS = PRACTICES = (
    "outcomes",
    "accountability",
    "cultures",
    "leadership",
    "roles",
    "participants",
    "resources",
    "agreements",
)
COMPUTED = frozenset({ACCOUNTABILITY, LEADERSHIP, PARTICIPANTS, AGREEMENTS})
ASKED = tuple(name for name in PRACTICES if name not in COMPUTED)
MOSTLY_CONVENED = 0.75  # of the year
MOST_SEATED = 0.8  # of those with a mandate, as the rule of fragmentation asks
RHYTHM = (1, 2, 4)  # meetings held in a year: partly, mostly, fully


class Level(IntEnum):
    """The four steps of the scale, of what is computed as of what is answered."""

    NOT_AT_ALL = 1
    PARTLY = 2
    MOSTLY = 3
    FULLY = 4


@dataclass(frozen=True)
class Facts:
    """What the register knows of a network in the part of a year that has passed.

    Attributes:
        days, convened: days in which it existed, and of them those in which somebody convened it.
        mandated, seated: actors with a mandate in its areas, and of them those with a seat.
        held: meetings in the year; None where none was ever recorded, which is no proof that it has not met.
        due, in_time: actions that fell due, and those done by then; None where the reader may not know.
        has_purpose, is_written: it has a purpose, and cites a document for it.
        agreements: collaborations in force, with a source, between two or more of its seats.
    """

    days: int = 0
    convened: int = 0
    mandated: int = 0
    seated: int = 0
    held: int | None = None
    due: int | None = None
    in_time: int = 0
    has_purpose: bool = False
    is_written: bool = False
    agreements: int = 0


def by_share(part: float, whole: float, mostly: float) -> Level | None:
    """The level of a share; None of nothing.

    >>> by_share(4, 4, 0.8), by_share(4, 5, 0.8), by_share(1, 5, 0.8), by_share(0, 5, 0.8), by_share(0, 0, 0.8)
    (<Level.FULLY: 4>, <Level.MOSTLY: 3>, <Level.PARTLY: 2>, <Level.NOT_AT_ALL: 1>, None)
    """
    if not whole:
        return None
    if part >= whole:
        return Level.FULLY
    if part / whole >= mostly:
        return Level.MOSTLY
    return Level.PARTLY if part else Level.NOT_AT_ALL


def by_rhythm(held: int | None) -> Level | None:
    """The level of so many meetings in a year.

    >>> [by_rhythm(n) for n in (None, 0, 1, 3, 4)]
    [None, <Level.NOT_AT_ALL: 1>, <Level.PARTLY: 2>, <Level.MOSTLY: 3>, <Level.FULLY: 4>]
    """
    return None if held is None else Level(1 + sum(held >= least for least in RHYTHM))


def computed(facts: Facts) -> dict[str, Level | None]:
    """The level of each practice in COMPUTED. Accountability is the worse of its rhythm and its follow-through.

    >>> found = computed(Facts(days=365, convened=100, mandated=5, seated=4, held=2, due=4, in_time=1))
    >>> [found[name] and int(found[name]) for name in ("leadership", "participants", "accountability", "agreements")]
    [2, 3, 2, 1]
    """
    through = by_share(facts.in_time, facts.due or 0, MOST_SEATED)
    both = [level for level in (by_rhythm(facts.held), through) if level is not None]
    written = Level(1 + facts.has_purpose + facts.is_written + bool(facts.agreements))
    return {
        LEADERSHIP: by_share(facts.convened, facts.days, MOSTLY_CONVENED),
        PARTICIPANTS: by_share(facts.seated, facts.mandated, MOST_SEATED),
        ACCOUNTABILITY: min(both, default=None),
        AGREEMENTS: written,
    }


@dataclass(frozen=True)
class Answered:
    """What the members say of a practice: the mean, how many said so, and how far apart they are."""

    mean: float
    count: int
    lowest: int
    highest: int

    @property
    def level(self) -> Level:
        """The nearest step; halfway counts as the lower, so that nothing is rounded up to done."""
        return Level(max(1, min(4, int(self.mean + 0.499))))


def answered(values: Mapping[str, Iterable[int]]) -> dict[str, Answered]:
    """{practice: what was answered}, of those that anybody answered.

    >>> answered({"roles": [1, 2, 4], "outcomes": []})
    {'roles': Answered(mean=2.3333333333333335, count=3, lowest=1, highest=4)}
    """
    found = {name: list(given) for name, given in values.items()}
    return {
        name: Answered(fmean(given), len(given), min(given), max(given))
        for name, given in found.items()
        if given
    }
