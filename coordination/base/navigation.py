"""What the header links to. Apps register their entries in AppConfig.ready; base imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from coordination.base.authorisation import AnyUser

MAIN, TOOLS, USER, FOOTER = "main", "tools", "user", "footer"


@dataclass(frozen=True)
class Entry:
    """A registered link; `also` are further namespaces or url names whose pages belong to it."""

    key: str
    label: str | Promise
    url_name: str
    order: int
    place: str = MAIN
    also: tuple[str, ...] = ()
    allowed: Callable[[AnyUser], bool] | None = None


@dataclass(frozen=True)
class NavItem:
    """A link ready to show: `current` when the page belongs to it."""

    key: str
    label: str | Promise
    url: str
    current: bool


_entries: dict[str, Entry] = {}
_included: dict[str, set[str]] = {}


def register(
    key: str,
    label: str | Promise,
    url_name: str,
    order: int,
    *,
    place: str = MAIN,
    also: tuple[str, ...] = (),
    allowed: Callable[[AnyUser], bool] | None = None,
) -> None:
    """Offer a link in the header (`main`), beside it (`tools`), in the user's menu (`user`) or below (`footer`).

    A second registration of `key` replaces the first. An entry whose `url_name` does not resolve is not
    shown, so an app may register before its pages exist; nor is one whose `allowed` says no to the user.
    """
    _entries[key] = Entry(key, label, url_name, order, place, also, allowed)


def include(key: str, *names: str) -> None:
    """Let further namespaces or url names belong to the link `key`, which another app registers."""
    _included.setdefault(key, set()).update(names)


def items(request: HttpRequest, place: str = MAIN) -> list[NavItem]:
    """The links of `place` in order; at most one of them is current.

    The current one names the page's own url name or namespace in `also`, or else has the longest address
    that the page's address begins with. The front page is current only on itself.
    """
    found: list[tuple[Entry, str]] = []
    for entry in sorted(_entries.values(), key=lambda e: (e.order, e.key)):
        if entry.place != place:
            continue
        if entry.allowed is not None and not entry.allowed(getattr(request, "user", AnonymousUser())):
            continue
        try:
            found.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue
    current = _current(request, found)
    return [NavItem(entry.key, entry.label, url, entry.key == current) for entry, url in found]


def _current(request: HttpRequest, found: list[tuple[Entry, str]]) -> str | None:
    match = getattr(request, "resolver_match", None)
    if match is not None:
        names = {match.view_name, *match.namespaces}
        for entry, _url in found:
            also = {*entry.also, *_included.get(entry.key, ())}
            if entry.url_name == match.view_name or names & also:
                return entry.key
    # Every address begins with the front page's.
    fronts = {"/", *(f"/{code}/" for code, _name in settings.LANGUAGES)}
    begins = [(len(url), e.key) for e, url in found if url not in fronts and request.path.startswith(url)]
    return max(begins)[1] if begins else None
