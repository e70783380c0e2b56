"""What actors were called on a day: a former name until it was changed, then the present one.

Aliases and acronyms never take the name's place. A former name without a first day goes back as far as anybody
asks, up to the former name before it; one without a last day says nothing about any day.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from coordination.base.models.register import localized
from network.models import Actor, ActorName


@dataclass(frozen=True)
class Called:
    """A name in both languages; English may be missing, and is then the Swedish one."""

    name_sv: str
    name_en: str = ""

    @property
    def name(self) -> str:
        return localized(self, "name")

    def __str__(self) -> str:
        return self.name


def former_on(date: datetime.date, keys: Iterable[int] | None = None) -> dict[int, Called]:
    """{actor's key: its name then} of those who had another name on `date` than now. One query.

    `keys` narrows to some actors; None asks about all.
    """
    rows = ActorName.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=date), kind=ActorName.Kind.FORMER, valid_until__gt=date
    )
    if keys is not None:
        rows = rows.filter(actor__in=list(keys))
    # Of several the one that ended first: the others were taken later. The last one written stays.
    found = rows.order_by("-valid_until", "-pk").values_list("actor_id", "name_sv", "name_en")
    return {actor: Called(swedish, english) for actor, swedish, english in found}


def name_on(actor: Actor, date: datetime.date, names: Iterable[ActorName] | None = None) -> Called:
    """What `actor` was called on `date`. No query where its `names` are given or prefetched."""
    rows = actor.names.all() if names is None else names
    held = [
        row
        for row in rows
        if row.kind == ActorName.Kind.FORMER
        and row.valid_until is not None
        and row.valid_until > date
        and (row.valid_from is None or row.valid_from <= date)
    ]
    if not held:
        return Called(actor.name_sv, actor.name_en)
    first = min(held, key=lambda row: (row.valid_until, row.pk))
    return Called(first.name_sv, first.name_en)


def on_page(request: HttpRequest | None, actor: Actor) -> str:
    """What `actor` was called on the page's day. One query for the page, whatever the number of actors."""
    day = getattr(request, "as_of", None)
    if day is None:
        return actor.name
    then: dict[int, Called] | None = getattr(request, "_names_then", None)
    if then is None:
        then = former_on(day)
        request._names_then = then  # type: ignore[union-attr]  # a request: it has a day
    return then[actor.pk].name if actor.pk in then else actor.name
