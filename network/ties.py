"""What the pages of collaborations read."""

import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from network.models import Actor, Collaboration, Convener, Network, Participant, Seat


def described(collaborations: QuerySet[Collaboration]) -> QuerySet[Collaboration]:
    """`collaborations` with everything that a row of a list shows. Two queries, however many rows."""
    return collaborations.select_related("kind", "area").prefetch_related(
        Prefetch("sides", Participant.objects.select_related("actor").order_by("position", "pk"))
    )


def detailed(collaborations: QuerySet[Collaboration]) -> QuerySet[Collaboration]:
    """`collaborations` with everything that their own page shows. Four queries."""
    return collaborations.select_related("kind", "area__strategy", "confirmed_by").prefetch_related(
        Prefetch(
            "sides", Participant.objects.select_related("actor", "actor__kind").order_by("position", "pk")
        ),
        "citations__document",
    )


def current(rows: QuerySet[Collaboration], day: datetime.date) -> QuerySet[Collaboration]:
    """Dated rows in force on `day`; an undated one is never counted as current (design, Decisions)."""
    return rows.filter(Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gt=day))


def ended(rows: QuerySet[Collaboration], day: datetime.date) -> QuerySet[Collaboration]:
    """Rows that are over on `day`, whether or not their start is known."""
    return rows.filter(valid_until__lte=day)


def undated(rows: QuerySet[Collaboration], day: datetime.date) -> QuerySet[Collaboration]:
    """Rows whose start nobody knows and that are not known to be over on `day`."""
    return rows.filter(Q(valid_from=None), Q(valid_until=None) | Q(valid_until__gt=day))


def coming(rows: QuerySet[Collaboration], day: datetime.date) -> QuerySet[Collaboration]:
    """Rows that have not begun on `day`."""
    return rows.filter(valid_from__gt=day)


def counts(rows: QuerySet[Collaboration], day: datetime.date) -> dict[str, int]:
    """How many of `rows` are in_force, ended, undated and coming on `day`; each in one of them. One query."""
    ordered = rows.order_by()
    found: dict[str, int] = ordered.aggregate(
        in_force=Count(
            "pk",
            distinct=True,
            filter=Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day)),
        ),
        ended=Count("pk", distinct=True, filter=Q(valid_until__lte=day)),
        undated=Count(
            "pk", distinct=True, filter=Q(valid_from=None) & (Q(valid_until=None) | Q(valid_until__gt=day))
        ),
        coming=Count("pk", distinct=True, filter=Q(valid_from__gt=day)),
    )
    return found


def between(collaboration: Collaboration) -> list[Collaboration]:
    """The other collaborations that at least two of the same actors share, the latest first. Two queries."""
    actors = [side.actor_id for side in collaboration.sides.all()]
    shared = (
        Collaboration.objects.filter(sides__actor__in=actors)
        .exclude(pk=collaboration.pk)
        .annotate(shared=Count("sides__actor", distinct=True))
        .filter(shared__gte=2)
        .values("pk")
    )
    rows = described(Collaboration.objects.filter(pk__in=shared))
    return sorted(rows, key=lambda row: (row.valid_from or datetime.date.min, row.code), reverse=True)


def shared_networks(collaboration: Collaboration, day: datetime.date) -> list[Network]:
    """Networks where at least two of the same actors sit or convene on `day`. Two queries."""
    actors = [side.actor_id for side in collaboration.sides.all()]
    found: dict[int, set[int]] = {}
    for model in (Seat, Convener):
        rows = model.objects.as_of(day).filter(actor__in=actors)
        for network, actor in rows.values_list("network_id", "actor_id"):
            found.setdefault(network, set()).add(actor)
    keys = [network for network, members in found.items() if len(members) > 1]
    return list(Network.objects.as_of(day).filter(pk__in=keys).order_by("sort_sv", "slug"))


CURRENT, OVER, LATER, NO_DATE = "current", "over", "later", "no_date"


def standing(row: Collaboration, day: datetime.date) -> str:
    """How `row` stands on `day`: CURRENT, OVER, LATER, or NO_DATE, which never counts as current."""
    if row.valid_until is not None and row.valid_until <= day:
        return OVER
    if row.valid_from is None:
        return NO_DATE
    return LATER if row.valid_from > day else CURRENT


def part(row: Collaboration, position: int) -> str:
    """What the side at `position` does: "gives" or "receives" where money is given (the giver stands first)."""
    if not row.kind.has_trait("funding"):
        return ""
    return "receives" if position else "gives"


def has_ceased(actor: Actor, day: datetime.date) -> bool:
    return actor.valid_until is not None and actor.valid_until <= day
