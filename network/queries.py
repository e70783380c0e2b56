"""What the lists of actors and groups read, and what an actor's page shows of the actor itself."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from coordination.base.charts import language
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Convener,
    Identifier,
    Participant,
    Seat,
)

PARTS = 12


def actors() -> QuerySet[Actor]:
    """Organisations with what a row of a list shows, in the order of the reader's language. Two queries."""
    return _described(Actor.objects.organisations()).select_related("place", "place__parent")


def groups() -> QuerySet[Actor]:
    """Groups with what a row of a list shows. Two queries."""
    return _described(Actor.objects.groups())


def _described(rows: QuerySet[Actor]) -> QuerySet[Actor]:
    return (
        rows.filter(merged_into=None)
        .select_related("kind", "level")
        .prefetch_related("names")
        .order_by(f"sort_{language()}", "slug")
    )


def detailed() -> QuerySet[Actor]:
    """Actors and groups with what their own page shows of themselves. A constant number of queries."""
    return Actor.objects.select_related(
        "kind", "level", "place__parent__parent", "successor", "confirmed_by", "merged_into"
    ).prefetch_related(
        "citations__document",
        Prefetch("names", ActorName.objects.order_by("valid_until", "pk")),
        Prefetch("identifiers", Identifier.objects.order_by("scheme", "valid_from", "value")),
        Prefetch(
            "parents", ActorParent.objects.select_related("parent").order_by("valid_from", "parent__sort_sv")
        ),
        Prefetch("predecessors", Actor.objects.filter(merged_into=None).order_by("valid_until", "sort_sv")),
    )


# Periods are asked about by joining and not by `__in`: SQLite would read the inner rows again for each actor.


def _holds(date: datetime.date, prefix: str = "") -> Q:
    return (Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": date})) & (
        Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": date})
    )


def tie_count(date: datetime.date) -> Coalesce:
    """An actor's current collaborations, dated and in force (design, Decisions), as an expression."""
    current = _holds(date, "collaboration__") & Q(collaboration__valid_from__isnull=False)
    sides = Participant.objects.order_by().filter(current, actor=OuterRef("pk"))
    return _or_none_is_zero(sides.values("actor").annotate(n=Count("pk")))


def network_count(date: datetime.date) -> Coalesce:
    """The networks that an actor sits in or convenes, as an expression."""
    there = _holds(date) & _holds(date, "network__")
    seats = Seat.objects.order_by().filter(there)
    held = seats.filter(actor=OuterRef("pk")).values("actor").annotate(n=Count("network", distinct=True))
    besides = Exists(seats.filter(network=OuterRef("network"), actor=OuterRef("actor")))
    convened = (
        Convener.objects.order_by()
        .filter(there, ~besides, actor=OuterRef("pk"))
        .values("actor")
        .annotate(n=Count("network", distinct=True))
    )
    return _or_none_is_zero(held) + _or_none_is_zero(convened)  # type: ignore[return-value]  # a sum of expressions is one


def _or_none_is_zero(counted: QuerySet) -> Coalesce:
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Numbers:
    """An actor's current collaborations, and the networks that it sits in or convenes."""

    ties: int = 0
    networks: int = 0


def numbers(keys: Iterable[int], date: datetime.date) -> dict[int, Numbers]:
    """The numbers of the actors `keys` on `date`. One query."""
    rows = Actor.objects.order_by().filter(pk__in=list(keys))
    found = rows.values_list("pk").annotate(ties=tie_count(date), networks=network_count(date))
    return {pk: Numbers(ties, networks) for pk, ties, networks in found}


# An actor's own page


def parts(actor: Actor, date: datetime.date) -> tuple[list[Actor], int]:
    """The first PARTS parts of `actor` on `date`, by name, and how many there are. Two queries."""
    held = ActorParent.objects.as_of(date).order_by().filter(parent=actor)
    found = Actor.objects.as_of(date).filter(pk__in=held.values("actor"), merged_into=None)
    shown = list(found.order_by(f"sort_{language()}", "slug")[: PARTS + 1])
    return shown[:PARTS], found.count() if len(shown) > PARTS else len(shown)


def survivor(actor: Actor) -> Actor:
    """Where the id of a merged actor leads, whatever number of mergers later."""
    seen = {actor.pk}
    while actor.merged_into is not None and actor.merged_into_id not in seen:
        actor = actor.merged_into
        seen.add(actor.pk)
    return actor
