"""What a time line shows: lanes of dated bars, and the chart's own words. Pure."""

import datetime
from dataclasses import dataclass

COVERED = ("covered", "voluntary_only")
BLANK = ("none",)


@dataclass(frozen=True)
class Bar:
    """One stretch of a lane: [first, until). None: unknown start, open end.

    `names` are the holders written inside; `kind` is a status (covered, gap, projected_gap, voluntary_only,
    not_mapped, none). `fades`: the end is only known for a period. `dark_from`: the day from which an amber edge
    warns that the bar ends.
    """

    first: datetime.date | None
    until: datetime.date | None
    kind: str = "covered"
    names: tuple[str, ...] = ()
    title: str = ""
    thin: bool = False
    fades: bool = False
    dark_from: datetime.date | None = None


@dataclass(frozen=True)
class Lane:
    """A named row of bars with its status on the chosen day."""

    label: str
    bars: tuple[Bar, ...]
    code: str = ""
    status: str = ""
    status_text: str = ""


@dataclass(frozen=True)
class Group:
    """Lanes under a heading; `alarm` tints those that went dark on the same day."""

    lanes: tuple[Lane, ...]
    heading: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class Words:
    """The chart's own words, in the reader's language. `chosen`, `known`, `both` take a date as {}."""

    chosen: str = "{}"
    known: str = "{}"
    both: str = "{}"
    gap: str = ""
    others: str = "{} …"
