"""Operations on findings, below `/api/v1/`. Whoever sees only what is published gets only that."""

import datetime
from typing import Annotated, Any

from django.http import Http404, HttpResponse
from ninja import Field, Query, Router, Schema

from coordination.base.api import AsOf, BadQuestion, Text, answers, asked_day
from coordination.base.as_of import Request
from coordination.base.authorisation import may, require
from mandates import (
    coverage_report,
    findings_list,
    findings_report,
    register_snapshot,
    scenarios,
)
from mandates.findings_seen import seen_by
from mandates.matrix import UnknownCode
from mandates.models import Finding, Scenario

router = Router(tags=["Findings"])
STALE = "Samsyn-Stale"  # a header: the register has changed since the findings were worked out


class FindingsAsked(Schema):
    as_of: AsOf = None
    strategy: Text = ""
    rule: Annotated[Text, Field(description="One of the rules, or several.")] = ""
    area: Annotated[Text, Field(description="Code; `*` is cross-sector.")] = ""
    scenario: Annotated[
        Text, Field(description="Id of a scenario that you may see; it is laid over the register first.")
    ] = ""


class DayAsked(Schema):
    as_of: AsOf = None


class FindingOut(Schema):
    """`evidence` has the rows that the finding rests on; `what_would_close` one sentence for each way."""

    rule: str
    version: int
    key: str
    severity: int
    strategy: str | None
    expectation: str | None
    area: str | None
    function: str | None
    level: str | None
    place: str | None
    actors: list[str]
    mandates: list[str]
    networks: list[str]
    collaborations: list[str]
    managed: bool | None
    title: dict[str, str]
    explanation: dict[str, str]
    what_would_close: dict[str, list[str]]
    evidence: dict[str, Any]
    goes_dark_on: datetime.date | None
    thresholds: dict[str, Any]


@router.get("/findings", response=answers(list[FindingOut]))
def findings(request: Request, response: HttpResponse, asked: Query[FindingsAsked]) -> object:
    """What the rules find on a day, most severe first.

    The header `Samsyn-Stale` says that the register has changed since they were worked out.
    """
    require(request, "view", Finding)
    question = findings_report.Question(
        as_of=asked_day(request, asked.as_of),
        strategy=asked.strategy,
        rule=asked.rule,
        area=asked.area,
        scenario=asked.scenario,
    )
    try:
        findings_report.check(question)
        if question.scenario:
            return findings_report.answer(question, scenario=_scenario(request, question.scenario))
    except UnknownCode as error:
        raise BadQuestion(error.noun, coverage_report.explain(error)) from error
    except findings_report.DoesNotFit as error:
        raise BadQuestion("scenario", str(error)) from error
    every = findings_list.listed(request.user, question.as_of, bodies=True)
    if every.found.is_stale or every.found.is_missing:
        response[STALE] = "true"
    return [
        item.row.body
        for item in every.items
        if findings_report.is_asked(question, item.row.rule, item.row.strategy or None, item.row.area)
    ]


def _scenario(request: Request, name: str) -> Scenario:
    """The scenario of that id, which reads as missing to whoever may not see it, or not all findings."""
    found = scenarios.named(name, register_snapshot.current())
    if found is None or not may(request.user, "view", found) or not findings_list.sees_all(request.user):
        raise UnknownCode("scenario", name)
    return found


@router.get("/findings/{path:key}", response=answers(FindingOut))
def finding(request: Request, key: str, asked: Query[DayAsked]) -> object:
    """One finding, by its key, as it holds on a day."""
    seen = seen_by(request, key, asked_day(request, asked.as_of))
    if seen.row is None:
        raise Http404
    return seen.body
