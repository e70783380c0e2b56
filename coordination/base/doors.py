"""Doors: how a lower app's page leads to what a higher app can do about what it shows, without importing it.

A higher app registers a door in its AppConfig.ready; a page asks for its address and shows a link if it gets one.
"""

from collections.abc import Iterable
from typing import Protocol

from django.http import HttpRequest


class Builder(Protocol):
    def __call__(
        self, request: HttpRequest, *, findings: Iterable[str], actors: Iterable[str], scenario: str
    ) -> str: ...


CONVENE = "convene"
_doors: dict[str, Builder] = {}


def register(name: str, builder: Builder) -> None:
    """Offer a door. `builder` gives its address, or "" for whoever may not go through. KeyError if twice."""
    if name in _doors:
        raise KeyError(name)
    _doors[name] = builder


def address(
    name: str,
    request: HttpRequest,
    *,
    findings: Iterable[str] = (),
    actors: Iterable[str] = (),
    scenario: str = "",
) -> str:
    """Where the door leads for findings (keys) and actors (ids); "" where there is none for this user."""
    builder = _doors.get(name)
    return builder(request, findings=findings, actors=actors, scenario=scenario) if builder else ""
