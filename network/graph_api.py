"""Operations on the collaboration graph, below `/api/v1/`.

No request computes more than a bounded amount (network.graph_store): measures are those that the worker has
kept, or of a small graph; a graph of a large register is given as one actor's surroundings.
"""

from enum import StrEnum
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import override
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import paginate

from coordination.base.api import AsOf, BadQuestion, Page, Text, answers, asked_day
from coordination.base.as_of import Request
from coordination.base.authorisation import require
from network import graph_asked, graph_output, graph_queries, graph_store
from network.explorer import wording
from network.graph.brokerage import ROLES
from network.graph.measures import ACTOR_MEASURES
from network.graph.selection import Selection
from network.models import Actor, GraphActor

router = Router(tags=["Graph"])
STALE = "Samsyn-Stale"  # a header: the register has changed since the measures were worked out
RETRY = 5  # seconds
MOST_ACTORS = 5_000
TYPES = {"graphml": "application/graphml+xml", "gexf": "application/gexf+xml", "csv": "text/csv"}


class Format(StrEnum):
    JSON = "json"
    GRAPHML = "graphml"
    GEXF = "gexf"
    CSV = "csv"


class GraphAsked(Schema):
    as_of: AsOf = None
    area: Annotated[Text, Field(description="Only ties of records of this area; `*` is cross-sector.")] = ""
    strategy: Annotated[
        Text, Field(description="Only ties of records of its areas, and cross-sector ones.")
    ] = ""
    tie: Annotated[
        Text, Field(description="Kinds of collaboration, and `network` for networks that meet.")
    ] = ""
    confidence: Annotated[Text, Field(description="Only records that are `stated`, or `inferred`.")] = ""
    kind: Annotated[Text, Field(description="Only actors of these kinds.")] = ""
    level: Annotated[Text, Field(description="Only actors of these levels.")] = ""
    county: Annotated[Text, Field(description="Only actors in these counties.")] = ""
    expand_groups: Annotated[bool, Field(description="The members of groups in place of the groups.")] = False

    def selection(self, request: Request) -> Selection:
        words = {name: getattr(self, name) for name in GraphAsked.model_fields if name != "as_of"}
        try:
            return graph_asked.selection(asked_day(request, self.as_of), **words)
        except graph_asked.UnknownWord as error:
            raise BadQuestion(error.parameter, str(error)) from error


class NodeOut(Schema):
    """An actor, called as it was on the day. `unnamed_members`: members known only by number."""

    id: str
    name_sv: str
    name_en: str
    kind: str
    level: str
    place: str | None
    county: str | None
    is_group: bool
    unnamed_members: str | None
    degree: int
    strength: float


class KeyOut(Schema):
    """`kind`: collaboration, network or encounter."""

    kind: str
    id: str


class EdgeOut(Schema):
    source: str
    target: str
    weight: float
    records: list[KeyOut]


class RecordOut(KeyOut):
    """`detail`: the kind of collaboration or encounter. Without `areas` it is cross-sector."""

    detail: str | None
    title_sv: str
    title_en: str
    areas: list[str]
    valid_from: str | None
    from_precision: str
    valid_to: str | None
    to_precision: str


class StubOut(Schema):
    """Members of a network known only by number, at the actor that convenes them; no node."""

    id: str
    actor: str
    network: str
    members: int


class GraphOut(Schema):
    """`isolates`: how many of the nodes have no tie."""

    as_of: str
    areas: list[str]
    expand_groups: bool
    isolates: int
    nodes: list[NodeOut]
    edges: list[EdgeOut]
    records: list[RecordOut]
    stubs: list[StubOut]


class MeasuresOut(Schema):
    """As the command `graph_measures` has it. `revision`: the register's, to which the measures belong.

    `actors`: {id: {measure: value}}; null where there are more than 5,000, which /graph/actors gives by page.
    What is undefined is null.
    """

    as_of: str
    revision: int
    network: dict[str, Any]
    actors: dict[str, dict[str, Any]] | None


class WaitOut(Schema):
    """It is being worked out: ask again in a few seconds. `stage` of `stages`.

    `failed`: it is too large, or not begun: whoever is not logged in starts work only on the whole graph of the
    register's own day.
    """

    detail: str
    stage: int
    stages: int
    failed: bool


class WholeAsked(GraphAsked):
    format: Annotated[Format, Field(description="What the answer is written in.")] = Format.JSON


@router.get("/graph", response=answers(GraphOut))
def graph(request: Request, asked: Query[WholeAsked]) -> object:
    """The graph of a day with the records behind each tie.

    Of a register with more than 15,000 actors, sides and seats only by the command `graph`.
    """
    require(request, "view", Actor)
    selection = asked.selection(request)
    if not graph_store.is_small():
        raise BadQuestion(
            "as_of", "This register is too large for one answer: use the command graph, or /graph/actors."
        )
    found = graph_queries.graph(selection)
    if asked.format is Format.JSON:
        return graph_output.as_json(found)
    kind = asked.format.value
    response = HttpResponse(graph_output.as_text(found, kind), content_type=f"{TYPES[kind]}; charset=utf-8")
    name = f"graph-{selection.as_of.isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get("/graph_measures", response={**answers(MeasuresOut), 202: WaitOut})
def graph_measures(request: Request, response: HttpResponse, asked: Query[GraphAsked]) -> object:
    """Measures of the graph of a day, as they were last worked out.

    202 where they are being worked out for the first time. The header `Samsyn-Stale` says that the register
    has changed since, and that newer ones are on their way.
    """
    require(request, "view", Actor)
    stored = _stored(request, asked)
    if stored.result is None or not stored.is_known:
        response["Retry-After"] = str(RETRY)
        return Status(202, _waiting(stored))
    if stored.state != graph_store.FRESH:
        response[STALE] = "true"
    few = stored.result.order <= MOST_ACTORS
    return Status(
        200,
        {
            "as_of": stored.asked.as_of.isoformat(),
            "revision": stored.revision,
            "network": stored.network,
            "actors": {row.slug: measures_of(row) for row in stored.actors()} if few else None,
        },
    )


def _stored(request: Request, asked: GraphAsked) -> graph_store.Stored:
    return graph_store.stored_graph(asked.selection(request), may_start=request.user.is_authenticated)


def _waiting(stored: graph_store.Stored) -> dict[str, Any]:
    said = {
        graph_store.FAILED: "It takes too long to work out.",
        graph_store.CLOSED: "Nobody has asked for this selection yet; log in, or ask again later.",
    }
    failed = stored.state in said
    return {
        "detail": said.get(stored.state, "It is being worked out."),
        "stage": stored.stage,
        "stages": graph_store.STAGES,
        "failed": failed,
    }


class ActorsAsked(GraphAsked):
    order: Annotated[Text, Field(description="A measure, `-` in front: largest first.")] = "-betweenness"


class MeasuredActorOut(Schema):
    """An actor's measures; `brokerage` has the pairs that it brokers by role. `x`, `y`: where it is drawn."""

    id: str
    name_sv: str
    name_en: str
    kind: str
    level: str
    degree: int
    strength: float
    betweenness: float
    closeness: float
    harmonic: float
    pagerank: float
    core_number: int
    constraint: float | None
    effective_size: float | None
    clustering: float
    community: int
    articulation: bool
    brokerage: dict[str, int]
    x: float | None
    y: float | None


def measures_of(row: GraphActor) -> dict[str, Any]:
    """An actor's measures as `graph_measures` has them."""
    return {
        **{name: getattr(row, name) for name in (*ACTOR_MEASURES, "community", "articulation")},
        "brokerage": {role: getattr(row, role) for role in ROLES},
    }


def measured_actor_out(row: GraphActor) -> dict[str, Any]:
    plain = ("name_sv", "name_en", "kind", "level", "x", "y")
    return {"id": row.slug, **{name: getattr(row, name) for name in plain}, **measures_of(row)}


@router.get("/graph/actors", response=answers(list[MeasuredActorOut]))
@paginate(Page, row=measured_actor_out)
def measured_actors(request: Request, asked: Query[ActorsAsked]) -> object:
    """The actors with their measures, as they were last worked out; none while that is for the first time."""
    require(request, "view", Actor)
    stored = _stored(request, asked)
    try:
        return stored.actors(asked.order)
    except ValueError as error:
        known = ", ".join(graph_store.SORTABLE)
        raise BadQuestion("order", f"Sort by one of {known}, with or without `-`.") from error


class MeaningOut(Schema):
    """What a measure is called, and in one sentence what it says here and what it does not, by language."""

    name: dict[str, str]
    meaning: dict[str, str]


@router.get("/graph/meanings", response=answers(dict[str, MeaningOut]))
def meanings(request: Request) -> object:
    """What each measure means, in every language."""
    require(request, "view", Actor)
    return {
        measure: {"name": _said(words.label), "meaning": _said(words.meaning)}
        for measure, words in wording.EVERY.items()
    }


def _said(text: object) -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found
