"""Operations on actors and networks, below `/api/v1/`."""

import datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from coordination.base.api import AsOf, Day, Page, PeriodOut, RowOut, Text, answers, asked_day, common, period
from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.periods import last_day
from network import networks as queries_of_networks
from network.models import Actor, Network
from network.models.actors import ActorQuerySet

router = Router(tags=["Actors and networks"])


class SpanOut(Schema):
    """Another actor, in a period."""

    actor: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None


class ActorOut(RowOut):
    """An organisation, or a group (`is_group`) by rule, by list or only counted. `merged_into`: a duplicate of that one."""

    id: str
    name_sv: str
    name_en: str
    kind: str
    level: str
    place: str | None
    is_group: bool
    rule: str
    stated_members: str
    parents: list[SpanOut]
    members: list[SpanOut]
    successor: str | None
    merged_into: str | None


def _span(actor: Actor, row: Any) -> dict[str, Any]:
    return {"actor": actor.slug, "valid_from": row.valid_from, "valid_to": last_day(row.valid_until)}


def actor_out(row: Actor) -> dict[str, Any]:
    return {
        "id": row.slug,
        "name_sv": row.name_sv,
        "name_en": row.name_en,
        "kind": row.kind_id,
        "level": row.level_id,
        "place": row.place.code if row.place else None,
        "is_group": row.is_group,
        "rule": row.rule,
        "stated_members": row.stated_members,
        "parents": [_span(above.parent, above) for above in row.parents.all()],
        "members": [_span(member.actor, member) for member in row.members.all()],
        "successor": row.successor.slug if row.successor else None,
        "merged_into": row.merged_into.slug if row.merged_into else None,
        **common(row),
    }


def _actors() -> ActorQuerySet:
    return Actor.objects.select_related("place", "successor", "merged_into").prefetch_related(
        "parents__parent", "members__actor", "citations__document"
    )


class ActorsAsked(Schema):
    as_of: Annotated[Day, Field(description="Only actors that exist on this day.")] = None
    q: Annotated[Text, Field(description="Part of a name or id.")] = ""
    kind: Text = ""
    level: Text = ""
    place: Annotated[Text, Field(description="Code of the actor's own place.")] = ""
    is_group: bool | None = None


@router.get("/actors", response=answers(list[ActorOut]))
@paginate(Page, row=actor_out)
def actors(request: Request, asked: Query[ActorsAsked]) -> QuerySet[Actor]:
    """Organisations and groups by id; merged duplicates are left out."""
    require(request, "view", Actor)
    rows = _actors().filter(merged_into=None)
    if asked.as_of is not None:
        rows = rows.as_of(asked.as_of)
    if asked.q:
        words = asked.q
        rows = rows.filter(
            Q(name_sv__icontains=words) | Q(name_en__icontains=words) | Q(slug__icontains=words)
        )
    for field, codes in (
        ("kind__in", asked.kind),
        ("level__in", asked.level),
        ("place__code__in", asked.place),
    ):
        if codes:
            rows = rows.filter(**{field: [code.strip() for code in codes.split(";")]})
    if asked.is_group is not None:
        rows = rows.filter(is_group=asked.is_group)
    return rows.order_by("slug")


@router.get("/actors/{str:slug}", response=answers(ActorOut))
def actor(request: Request, slug: str) -> object:
    """One actor or group."""
    return actor_out(fetch(request, "view", _actors(), slug=slug))


class NetworkOut(PeriodOut):
    """A standing forum; without `areas` it is cross-sector."""

    id: str
    name_sv: str
    name_en: str
    purpose_sv: str
    purpose_en: str
    level: str
    areas: list[str]
    stated_members: int | None


def network_out(row: Network) -> dict[str, Any]:
    plain = ("name_sv", "name_en", "purpose_sv", "purpose_en", "stated_members")
    return {
        "id": row.slug,
        "level": row.level_id,
        "areas": [area.code for area in row.areas.all()],
        **{name: getattr(row, name) for name in plain},
        **period(row),
    }


class NetworksAsked(Schema):
    as_of: Annotated[Day, Field(description="Only networks that exist on this day.")] = None


@router.get("/networks", response=answers(list[NetworkOut]))
@paginate(Page, row=network_out)
def networks(request: Request, asked: Query[NetworksAsked]) -> QuerySet[Network]:
    """Networks by id."""
    require(request, "view", Network)
    rows = Network.objects.prefetch_related("areas")
    return (rows.as_of(asked.as_of) if asked.as_of else rows).order_by("slug")


@router.get("/networks/{str:slug}", response=answers(NetworkOut))
def network(request: Request, slug: str) -> object:
    """One network."""
    return network_out(fetch(request, "view", Network.objects.prefetch_related("areas"), slug=slug))


class ConvenersAsked(Schema):
    as_of: AsOf = None


class ConvenersOut(Schema):
    """`seats`: how many named actors sit there besides the conveners; `stated_members`: how many it is said to have."""

    network: str
    conveners: list[str]
    seats: int
    stated_members: int | None


@router.get("/networks/{str:slug}/conveners", response=answers(ConvenersOut))
def conveners(request: Request, slug: str, asked: Query[ConvenersAsked]) -> object:
    """Who convenes a network on a day."""
    row = fetch(request, "view", queries_of_networks.described(Network.objects.all()), slug=slug)
    return queries_of_networks.answer(row, asked_day(request, asked.as_of))
