"""What falls due: mandates that end or begin, reports, milestones."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from coordination.base import dates
from coordination.base.charts import language
from coordination.base.periods import last_day
from mandates import queries
from mandates.models import Mandate
from network.models import Actor, Milestone

BEGINS, REPORT, MILESTONE, ENDS = "begins", "report", "milestone", "ends"
_ORDER = (BEGINS, REPORT, MILESTONE, ENDS)


@dataclass(frozen=True)
class Due:
    """Something on `day`; `what` is one of BEGINS, REPORT, MILESTONE, ENDS.

    `unfollowed`: a mandate ends, and nobody is decided to take over what it asks for.
    """

    day: datetime.date
    what: str
    precision: str = "day"
    mandate: Mandate | None = None
    milestone: Milestone | None = None
    unfollowed: bool = False
    jointly: int = 0  # how many more hold the same joint assignment

    @property
    def said(self) -> str:
        """The day, no more precisely than it is known."""
        return dates.format_date(self.day, self.precision or "day", language())

    @property
    def actor(self) -> Actor | None:
        return self.mandate.holder if self.mandate else self.milestone.organiser if self.milestone else None

    @property
    def row(self) -> Mandate | Milestone | None:
        return self.mandate or self.milestone


def due(
    as_of: datetime.date, days: int, *, holders: Iterable[int] | None = None, jointly: bool = True
) -> list[Due]:
    """What falls due on the `days` days after `as_of`, earliest first. Three queries.

    An end that only bounds what was mapped ("period") is no event. A milestone of the holder on the very
    day of its report says the same thing twice, and is left out.

    Args:
        holders: keys of the actors whose mandates and milestones are meant; all by default.
        jointly: whether what one decision asks of several on the same day is one item, the first holder's.
    """
    first = as_of + datetime.timedelta(days=1)
    last = as_of + datetime.timedelta(days=days)
    mandates = Mandate.objects.decided().filter(
        Q(valid_from__range=(first, last))
        | Q(valid_until__range=(first + datetime.timedelta(days=1), last + datetime.timedelta(days=1)))
        | Q(report_due__range=(first, last))
    )
    milestones = Milestone.objects.filter(date_until__gt=first, date_from__lte=last).select_related(
        "organiser", "kind"
    )
    if holders is not None:
        keys = list(holders)
        mandates = mandates.filter(holder__in=keys)
        milestones = milestones.filter(Q(organiser__in=keys) | Q(participants__in=keys)).distinct()
    found: list[Due] = []
    said: set[tuple[int, datetime.date]] = set()
    for row in queries.described(mandates):
        ends = last_day(row.valid_until)
        if row.report_due and first <= row.report_due <= last:
            found.append(Due(row.report_due, REPORT, "day", row))
            said.add((row.holder_id, row.report_due))
        if row.valid_from and first <= row.valid_from <= last and row.from_precision != "period":
            found.append(Due(row.valid_from, BEGINS, row.from_precision, row))
        if ends and first <= ends <= last and row.to_precision != "period" and ends != row.report_due:
            found.append(
                Due(ends, ENDS, row.to_precision, row, unfollowed=queries.ends_without_successor(row))
            )
    for event in milestones:
        day = last_day(event.date_until) or event.date_from
        if day is not None and (event.organiser_id, day) not in said:
            found.append(Due(day, MILESTONE, event.date_precision, milestone=event))
    found.sort(key=lambda d: (d.day, _ORDER.index(d.what), str(d.row)))
    return _jointly(found) if jointly else found


def ends(as_of: datetime.date, days: int) -> list[Due]:
    """The mandates that end on the `days` days after `as_of`, one item each, earliest first. Two queries.

    What ends with its own report is done then, and needs nobody after it.
    """
    rows = queries.described(queries.ending(Mandate.objects.all(), as_of, days))
    found = [
        Due(
            day,
            ENDS,
            row.to_precision,
            row,
            unfollowed=day != row.report_due and queries.ends_without_successor(row),
        )
        for row in rows
        if (day := last_day(row.valid_until))
    ]
    return sorted(found, key=lambda item: (item.day, str(item.row)))


def _jointly(found: list[Due]) -> list[Due]:
    """One item for what one decision asks of several on the same day."""
    kept: dict[tuple, Due] = {}
    for index, item in enumerate(found):
        joint = item.mandate.joint_assignment if item.mandate else ""
        key = (item.day, item.what, joint) if joint else (index,)
        first = kept.get(key)
        kept[key] = replace(first, jointly=first.jointly + 1) if first else item
    return list(kept.values())
