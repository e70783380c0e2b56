"""What the operations of every app's router share: who may ask, days, lists and errors.

A router is made in `<app>/api.py` and added in `coordination/api.py`:

    router = Router(tags=["Findings"])

    class FindingsAsked(Schema):
        as_of: AsOf = None
        rule: Text = ""

    @router.get("/findings", response=answers(list[FindingOut]))
    def findings(request: Request, asked: Query[FindingsAsked]) -> object:
        require(request, "view", Finding)
        return …  # asked_day(request, asked.as_of) is the day

The parameters are a schema: django-ninja loses the description of one that is written in the signature.
A list of rows has `@paginate(Page, row=finding_out)` under its route and returns a queryset.

Only `api` modules import this one: django-ninja needs the settings as soon as it is imported.
"""

import datetime
from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import LimitOffsetPagination
from pydantic import BeforeValidator

from coordination.base import as_of as days
from coordination.base.as_of import Request
from coordination.base.models.register import RegisterRow
from coordination.base.periods import last_day

MAX_LIMIT, MAX_OFFSET = 1000, 1_000_000  # SQLite refuses numbers beyond 64 bits, and nobody reads so far
TEXT_LENGTH = 1000


class Problem(Schema):
    """Why there is no answer. `errors` names each parameter that cannot be used."""

    detail: str
    errors: list[dict[str, str]] = []


class BadQuestion(Exception):
    """A parameter that is well formed and still cannot be answered: an unknown code, for one.

    Attributes:
        parameter: its name.
    """

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


def answers(schema: Any) -> dict[Any, Any]:
    """The answers of an operation: `schema`, or the problems that any operation may answer with."""
    return {200: schema, 401: Problem, 403: Problem, 404: Problem, 422: Problem}


def _day(text: Any) -> Any:
    if text is None or isinstance(text, datetime.date):
        return text
    found = days.parse(str(text))
    if found is None:
        raise ValueError("write a date as 2022-06-30, between 1800 and 2200")
    return found


Day = Annotated[datetime.date | None, BeforeValidator(_day, json_schema_input_type=datetime.date | None)]
AsOf = Annotated[
    Day,
    Field(
        description="The day asked about. Without it: today, or the last day that the register was checked."
    ),
]
Text = Annotated[str, Field(max_length=TEXT_LENGTH)]


def asked_day(request: Request, as_of: datetime.date | None) -> datetime.date:
    """The day that was asked about, or the register's default day."""
    default: datetime.date = request.as_of_default
    return as_of or default


class Page(LimitOffsetPagination):
    """`{"items": […], "count": n}`, at most MAX_LIMIT rows at a time; `@paginate(Page, row=…)` says what a row gives."""

    class Input(Schema):
        limit: int = Field(100, ge=1, le=MAX_LIMIT)
        offset: int = Field(0, ge=0, le=MAX_OFFSET)

    def __init__(self, *, row: Callable[[Any], dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.row = row

    def paginate_queryset(
        self, queryset: QuerySet, pagination: Any, request: HttpRequest, **params: Any
    ) -> Any:
        start = pagination.offset
        return {
            "items": [self.row(row) for row in queryset[start : start + pagination.limit]],
            "count": queryset.count(),
        }


class PeriodOut(Schema):
    """The span in which a row holds; `valid_to` is its last day. No date: unknown, or open."""

    valid_from: datetime.date | None
    from_precision: str
    valid_to: datetime.date | None
    to_precision: str


class RowOut(PeriodOut):
    """A row of the register. `sources` are "document place"."""

    confidence: str
    confirmed_on: datetime.date | None
    sources: list[str]


def period(row: Any) -> dict[str, Any]:
    """The fields of `PeriodOut`."""
    return {
        "valid_from": row.valid_from,
        "from_precision": row.from_precision,
        "valid_to": last_day(row.valid_until),
        "to_precision": row.to_precision,
    }


def sources(row: RegisterRow) -> list[str]:
    """ "document place" of each citation; needs `citations__document` prefetched."""
    return [
        f"{c.document.slug} {c.place}".strip() if c.document else c.label or c.url
        for c in row.citations.all()
    ]


def common(row: Any) -> dict[str, Any]:
    """The fields of `RowOut`."""
    return {
        **period(row),
        "confidence": row.confidence,
        "confirmed_on": row.confirmed_on,
        "sources": sources(row),
    }
