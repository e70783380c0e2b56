"""Who published a document. Documents keep the id as text, since actors stand above them.

The app that knows the ids registers how to look them up; what nobody knows is shown as it is written.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from coordination.base.models import Document


@dataclass(frozen=True)
class Publisher:
    """A publisher's names, short ones for where there is little room, and the page about it (empty: none)."""

    name_sv: str
    name_en: str = ""
    short_sv: str = ""
    short_en: str = ""
    url_name: str = ""
    slug: str = ""

    @property
    def name(self) -> str:
        return _in_language(self.name_sv, self.name_en)

    @property
    def short(self) -> str:
        return _in_language(self.short_sv, self.short_en) or self.name

    @property
    def url(self) -> str:
        with suppress(NoReverseMatch):
            return reverse(self.url_name, args=[self.slug]) if self.url_name else ""
        return ""


def _in_language(swedish: str, english: str) -> str:
    if (get_language() or "sv").startswith("en"):
        return english or swedish
    return swedish or english


Resolver = Callable[[Collection[str]], Mapping[str, Publisher]]
_resolvers: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Offer a look-up from ids to publishers; it leaves out ids that it does not know."""
    _resolvers.append(resolver)


def known(slugs: Collection[str]) -> dict[str, Publisher]:
    """The publishers of those ids that anybody knows. One query for each resolver."""
    found: dict[str, Publisher] = {}
    wanted = {slug for slug in slugs if slug}
    for resolver in _resolvers if wanted else ():
        found |= resolver(wanted)
    return found


def of_documents(request: HttpRequest | None) -> dict[str, Publisher]:
    """Every document's publisher by id, read once for a request."""
    cached: dict[str, Publisher] | None = getattr(request, "_publishers", None)
    if cached is None:
        slugs = Document.objects.order_by().values_list("publisher", flat=True).distinct()
        cached = known(set(slugs))
        if request is not None:
            request._publishers = cached  # type: ignore[attr-defined]  # lives as long as the request
    return cached
