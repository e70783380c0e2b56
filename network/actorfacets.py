"""Facets of the list of actors that higher apps offer, such as the areas in which an actor holds a mandate.

Registered in AppConfig.ready, as panels are; the list imports none of those apps.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from coordination.base import authorisation
from coordination.base.authorisation import AnyUser
from network.models import Actor

Actors = QuerySet[Actor]


@dataclass(frozen=True)
class Facet:
    """`narrow` gets the actors, the chosen value and the page's day."""

    name: str
    label: str | Promise
    model: type[Model]
    choices: Callable[[], list[tuple[str, Any]]]
    narrow: Callable[[Actors, str, datetime.date], Actors]


_facets: dict[str, Facet] = {}


def register(facet: Facet) -> None:
    """Offer a facet, to users who may view rows of its `model`. A second of the same name replaces it."""
    _facets[facet.name] = facet


def offered(user: AnyUser) -> list[Facet]:
    return [facet for facet in _facets.values() if authorisation.may(user, "view", facet.model)]
