"""Panels: how the page of a lower app shows what higher apps know, without importing them.

A higher app registers a panel for a place ("actor", "network", "document" …) in its AppConfig.ready;
the page renders, in order, those that have something to show to this user.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import Promise

from coordination.base import authorisation


@dataclass(frozen=True)
class Panel:
    """What a page includes: `template` rendered with `context`, under `title` (None: it has its own)."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    title: str | Promise | None = None


Builder = Callable[[HttpRequest, Any, datetime.date], Panel | None]


@dataclass(frozen=True)
class _Entry:
    order: int
    model: type[Model] | None
    builder: Builder


_entries: dict[str, list[_Entry]] = {}


def register(place: str, *, order: int, model: type[Model] | None, builder: Builder) -> None:
    """Offer a panel at `place`. It is built only for users who may view rows of `model` (None: everybody)."""
    entries = _entries.setdefault(place, [])
    entries.append(_Entry(order, model, builder))
    entries.sort(key=lambda entry: entry.order)


def panels_for(place: str, request: HttpRequest, row: Model | None, as_of: datetime.date) -> list[Panel]:
    """The panels of `place` about `row` on `as_of` that the request's user may see, in order.

    Args:
        row: None on a page that is about no row.
    """
    built = (
        entry.builder(request, row, as_of)
        for entry in _entries.get(place, [])
        if entry.model is None or authorisation.may(request.user, "view", entry.model)
    )
    return [panel for panel in built if panel is not None]
