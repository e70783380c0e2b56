"""What the pages of encounters and milestones read, and how their days are said."""

import datetime
from typing import TypeVar

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from coordination.base import dates
from coordination.base.charts import language
from network.models import Encounter, Milestone

Event = TypeVar("Event", Encounter, Milestone)


def described(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with everything that a row of a list shows. Two queries, however many rows."""
    return events.select_related("kind", "network", "organiser", "area__strategy").prefetch_related(
        "participants"
    )


def detailed(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with everything that their own page shows."""
    return (
        described(events)
        .select_related("confirmed_by")
        .prefetch_related("participants__kind", "citations__document")
    )


def before(rows: QuerySet[Event], day: datetime.date) -> QuerySet[Event]:
    """Events that had begun on `day`, or were over."""
    return rows.filter(date_from__lte=day)


def after(rows: QuerySet[Event], day: datetime.date) -> QuerySet[Event]:
    return rows.filter(date_from__gt=day)


def undated(rows: QuerySet[Event]) -> QuerySet[Event]:
    return rows.filter(date_from=None)


def in_year(rows: QuerySet[Event], year: int) -> QuerySet[Event]:
    """Events of which some day falls in `year`."""
    begins, ends = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
    return rows.filter(date_from__lt=ends).filter(
        Q(date_until__gt=begins) | Q(date_until=None, date_from__gte=begins)
    )


def newest_first(rows: QuerySet[Event]) -> QuerySet[Event]:
    """The latest first, those without a date last; alike on every database."""
    return rows.order_by(F("date_from").desc(nulls_last=True), "-code")


def counts(rows: QuerySet[Event], day: datetime.date) -> dict[str, int]:
    """How many of `rows` lie before (or on) `day`, after it, and on no known day. One query."""
    found: dict[str, int] = rows.order_by().aggregate(
        before=Count("pk", distinct=True, filter=Q(date_from__lte=day)),
        after=Count("pk", distinct=True, filter=Q(date_from__gt=day)),
        undated=Count("pk", distinct=True, filter=Q(date_from=None)),
    )
    return found


def when(event: Encounter | Milestone) -> str:
    """The days of `event` as exactly as they are known: “2022-10-11 – 2022-11-11”, “sep. 2022”, “känt för 2018–2022”."""
    precision = event.date_precision or "day"
    if event.date_from is None:
        return str(_("day unknown"))
    if event.date_to is None:
        return dates.format_date(event.date_from, precision, language())
    return dates.format_period(event.date_from, precision, event.date_to, precision, language())


def days_from(event: Encounter | Milestone, day: datetime.date) -> int | None:
    """Days from `day` to the last day of `event`, negative if it is over; None where no day is known."""
    ends = event.date_to or event.date_from
    if ends is None or event.date_precision not in ("", "day"):
        return None
    return (ends - day).days


def neighbours(event: Event) -> tuple[Event | None, Event | None]:
    """The events before and after `event`: of its network, or of the whole register without one. Two queries."""
    if event.date_from is None:
        return None, None
    model = type(event)
    rows = model.objects.exclude(pk=event.pk).filter(network=event.network_id)
    same, earlier, later = (
        Q(date_from=event.date_from),
        Q(date_from__lt=event.date_from),
        Q(date_from__gt=event.date_from),
    )
    before = rows.filter(earlier | same & Q(code__lt=event.code)).order_by("-date_from", "-code").first()
    after = rows.filter(later | same & Q(code__gt=event.code)).order_by("date_from", "code").first()
    return before, after
