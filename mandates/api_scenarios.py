"""Operations on scenarios, below `/api/v1/`: for their owners, those named, and who makes them."""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from coordination.base.api import AsOf, BadQuestion, answers, asked_day
from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.views.rows import the_user
from mandates import register_snapshot, scenarios
from mandates.models import Scenario

router = Router(tags=["Scenarios"])


class ScenarioOut(Schema):
    """`changes` name rows by id; `owner` is null of one that the register's own proposed mandates make."""

    id: str
    title_sv: str
    title_en: str
    purpose: str
    owner: str | None
    changes: list[dict[str, Any]]


class EffectAsked(Schema):
    as_of: AsOf = None


class EffectOut(Schema):
    """Finding objects as those of `findings`."""

    opened: Annotated[list[dict[str, Any]], Field(description="Only with the scenario.")]
    closed: Annotated[list[dict[str, Any]], Field(description="Only without it.")]
    unchanged: int


def scenario_out(row: Scenario) -> dict[str, Any]:
    return {
        "id": row.slug,
        "owner": str(row.owner) if row.owner else None,
        **{name: getattr(row, name) for name in ("title_sv", "title_en", "purpose", "changes")},
    }


@router.get("/scenarios", response=answers(list[ScenarioOut]), url_name="scenarios")
def scenario_list(request: Request) -> object:
    """The scenarios that you may see: the register's own first."""
    require(request, "view", Scenario)
    own, stored = scenarios.visible_to(the_user(request), register_snapshot.current())
    return [scenario_out(row) for row in (*own, *stored)]


@router.get("/scenarios/{str:slug}", response=answers(EffectOut), url_name="scenario")
def scenario(request: Request, slug: str, asked: Query[EffectAsked]) -> object:
    """Which findings a scenario opens and closes on a day."""
    row = scenarios.scenario_of(request, "view", slug)
    register, day = register_snapshot.current(), asked_day(request, asked.as_of)
    try:
        scenarios.require_within(register, day)
    except scenarios.OutsideStrategy as error:
        raise BadQuestion("as_of", str(error)) from error
    found = scenarios.outcome(row, day, snapshot=register)
    if found.effect is None:
        raise BadQuestion("slug", " ".join(["The scenario no longer fits.", *found.problems("en")]))
    return scenarios.as_json(found)
