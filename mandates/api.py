"""Operations on mandates, expectations and coverage, below `/api/v1/`."""

import datetime
from enum import StrEnum
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from coordination.base.api import (
    AsOf,
    BadQuestion,
    Day,
    Page,
    PeriodOut,
    RowOut,
    Text,
    answers,
    asked_day,
    common,
    period,
    sources,
)
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from mandates import coverage_report, queries
from mandates.matrix import UnknownCode
from mandates.models import Expectation, Mandate
from mandates.snapshot import CROSS_SECTOR, EACH_AREA

router = Router(tags=["Mandates and coverage"])


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class When(StrEnum):
    IN_FORCE = "in_force"
    ENDED = "ended"
    COMING = "coming"
    ALL = "all"


class Status(StrEnum):
    DECIDED = "decided"
    PROPOSED = "proposed"
    ALL = "all"


class Asked(Schema):
    """What both coverage and the list of mandates may be narrowed to."""

    strategy: Text = ""
    area: Annotated[Text, Field(description="Code; `*` is cross-sector.")] = ""
    function: Text = ""
    level: Text = ""
    kind: Text = ""
    explicit: Annotated[YesNo | None, Field(description="Names the strategy's goal, or does not.")] = None
    actor: Annotated[Text, Field(description="Id of the holder.")] = ""
    legal: Annotated[Text, Field(description="The legal basis contains this text.")] = ""

    def question(self, as_of: datetime.date) -> coverage_report.Question:
        values: dict[str, Any] = {
            name: getattr(self, name) for name in coverage_report.ASKED if hasattr(self, name)
        }
        values["explicit"] = None if self.explicit is None else self.explicit is YesNo.YES
        return coverage_report.Question(as_of=as_of, **values)


class CoverageQuestion(Asked):
    as_of: AsOf = None
    place: Annotated[Text, Field(description="Code: what covers it, and what lies in it.")] = ""
    include_proposed: Annotated[bool, Field(description="Proposals count from the day on.")] = False
    by: Annotated[Text, Field(description="Of area, function, level, place, with commas between.")] = (
        "area,function,level"
    )
    compare: Annotated[Day, Field(description="Also list the gaps opened and closed since this day.")] = None


class CellOut(Schema):
    """`status`: covered, gap, projected_gap, voluntary_only, not_mapped, none or unexpected; `marks`: thin, goes_dark."""

    strategy: str | None
    area: str | None
    function: str | None
    level: str | None
    place: str | None
    expectation: str | None
    expectations: list[str]
    holders: list[str]
    mandates: list[str]
    explicit_holders: list[str]
    explicit_mandates: list[str]
    status: str
    marks: list[str]
    goes_dark_on: datetime.date | None


class CoverageOut(Schema):
    """`holders` and `mandates` are those of the whole selection."""

    as_of: datetime.date
    holders: list[str]
    mandates: list[str]
    cells: list[CellOut]
    compare: datetime.date | None = None
    opened: list[str] | None = None
    closed: list[str] | None = None


@router.get("/coverage", response=answers(CoverageOut), exclude_unset=True)
def coverage(request: Request, asked: Query[CoverageQuestion]) -> object:
    """Who holds which mandates on a day, per area, function and level, and how that compares with what is expected."""
    require(request, "view", Mandate)
    require(request, "view", Expectation)
    try:
        return coverage_report.answer(asked.question(asked_day(request, asked.as_of)))
    except UnknownCode as error:
        parameter = "by" if error.noun == "dimension" else error.noun
        raise BadQuestion(parameter, f"unknown {error.noun} “{error.code[:80]}”") from error


class MandateOut(RowOut):
    id: str
    holder: str
    title_sv: str
    title_en: str
    kind: str
    strategy: str
    area: str
    function: str
    levels: list[str]
    territory: list[str]
    target_group_sv: str
    target_group_en: str
    role: str | None
    explicit: bool
    legal_basis: str
    status: str
    scenario: str
    joint_assignment: str
    report_due: datetime.date | None
    amount_sek_per_year: int | None
    successor: str | None


def mandate_out(row: Mandate) -> dict[str, Any]:
    places = [place.code for place in row.territory_places.all()]
    groups = [f"group:{group.slug}" for group in row.territory_groups.all()]
    plain = (
        "title_sv",
        "title_en",
        "target_group_sv",
        "target_group_en",
        "explicit",
        "legal_basis",
        "status",
    )
    more = ("scenario", "joint_assignment", "report_due", "amount_sek_per_year")
    return {
        "id": row.code,
        "holder": row.holder.slug,
        "kind": row.kind_id,
        "strategy": row.strategy.slug,
        "area": row.area.code if row.area else CROSS_SECTOR,
        "function": row.function.code,
        "levels": [level.code for level in row.levels.all()],
        "territory": [*places, *groups],
        "role": row.role_id,
        "successor": row.successor.code if row.successor else None,
        **{name: getattr(row, name) for name in (*plain, *more)},
        **common(row),
    }


class MandatesAsked(Asked):
    as_of: AsOf = None
    when: Annotated[When, Field(description="In relation to the day.")] = When.IN_FORCE
    status: Annotated[Status, Field(description="Decided, or only proposed.")] = Status.DECIDED


@router.get("/mandates", response=answers(list[MandateOut]))
@paginate(Page, row=mandate_out)
def mandates(request: Request, asked: Query[MandatesAsked]) -> QuerySet[Mandate]:
    """Mandates by id; without a choice the decided ones in force on the day."""
    require(request, "view", Mandate)
    date = asked_day(request, asked.as_of)
    rows = queries.detailed(Mandate.objects.all())
    if asked.when is not When.ALL:
        narrow = {When.IN_FORCE: queries.in_force, When.ENDED: queries.ended, When.COMING: queries.coming}
        rows = narrow[asked.when](rows, date)
    if asked.status is not Status.ALL:
        rows = rows.filter(status=asked.status)
    return queries.chosen(rows, asked.question(date).selection).order_by("code")


@router.get("/mandates/{str:code}", response=answers(MandateOut))
def mandate(request: Request, code: str) -> object:
    """One mandate."""
    return mandate_out(fetch(request, "view", queries.detailed(Mandate.objects.all()), code=code))


class ExpectationOut(PeriodOut):
    """`area`: a code, `*`, or `each`: once per adopted area."""

    id: str
    strategy: str
    area: str
    function: str
    level: str
    min_holders: int
    explicit_only: bool
    kinds: list[str]
    single_lead: bool
    holder_group: str | None
    mapped_from: datetime.date | None
    mapped_until: datetime.date | None
    title_sv: str
    title_en: str
    sources: list[str]


def expectation_out(row: Expectation) -> dict[str, Any]:
    area = row.area.code if row.area else CROSS_SECTOR
    plain = (
        "min_holders",
        "explicit_only",
        "single_lead",
        "mapped_from",
        "mapped_until",
        "title_sv",
        "title_en",
    )
    return {
        "id": row.code,
        "strategy": row.strategy.slug,
        "area": EACH_AREA if row.each_area else area,
        "function": row.function.code,
        "level": row.level_id,
        "kinds": [kind.code for kind in row.kinds.all()],
        "holder_group": row.holder_group.slug if row.holder_group else None,
        **{name: getattr(row, name) for name in plain},
        **period(row),
        "sources": sources(row),
    }


@router.get("/expectations", response=answers(list[ExpectationOut]))
@paginate(Page, row=expectation_out)
def expectations(request: Request) -> QuerySet[Expectation]:
    """What ought to be covered, by id, whenever it is asked for."""
    require(request, "view", Expectation)
    return queries.expectations().prefetch_related("citations__document").order_by("code")


@router.get("/expectations/{str:code}", response=answers(ExpectationOut))
def expectation(request: Request, code: str) -> object:
    """One expectation."""
    rows = queries.expectations().prefetch_related("citations__document")
    return expectation_out(fetch(request, "view", rows, code=code))
