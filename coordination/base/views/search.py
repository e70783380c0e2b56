"""One search over everything in the register: by name, former name, acronym, number or word."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.base import rowkinds, search_index, wordindex
from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.highlights import pieces
from coordination.base.htmx import render_page
from coordination.base.models import Document
from coordination.base.rowkinds import RowKind
from coordination.base.wordindex import Hits, Index

SHOWN = 5  # of each kind, before one asks for all of it
SUGGESTED = 8
LEAST_TYPED = 2  # letters, before anything is suggested

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Line:
    """A row that was found, its words marked: `other` is (what it is, name) where it was found by that."""

    row: Any
    kind: RowKind
    name: Pieces
    detail: Pieces
    other: tuple[str, Pieces] | None = None

    @property
    def url(self) -> str:
        return self.kind.url_of(self.row)

    @property
    def code(self) -> str:
        return self.kind.code_of(self.row)


@dataclass(frozen=True)
class Section:
    kind: RowKind
    count: int
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Search:
    """A question and what it found among the kinds that the user may see."""

    question: str
    kinds: dict[str, RowKind]
    index: Index
    hits: Hits
    is_behind: bool
    as_of: datetime.date

    @property
    def count(self) -> int:
        return len(self.hits.rows)

    @cached_property
    def counts(self) -> list[tuple[RowKind, int]]:
        """The kinds that have hits, with how many; the kind of the best one first."""
        return [(self.kinds[kind], count) for kind, count in self.index.kind_counts(self.hits.rows)]

    @property
    def words(self) -> list[str]:
        """The words to mark: as asked, or as they were read."""
        said = [word for alternatives in wordindex.asked(self.question) for word in alternatives]
        return [*said, *self.hits.read_as.values()]

    def lines(self, rows: Any) -> list[Line]:
        """Lines of rows of one or more kinds, in their order. One query, and prefetches, for each kind."""
        wanted: dict[str, list[int]] = {}
        keyed = [(self.index.kinds[self.index.kind[row]], int(self.index.keys[row])) for row in rows]
        for kind, key in keyed:
            wanted.setdefault(kind, []).append(key)
        found = {
            (kind, row.pk): row
            for kind, keys in wanted.items()
            for row in self.kinds[kind].lines(self.kinds[kind].rows.filter(pk__in=keys))
        }
        called = {
            (kind, pk): name
            for kind, keys in wanted.items()
            for pk, name in self.kinds[kind]
            .names_on([found[kind, key] for key in keys if (kind, key) in found], self.as_of)
            .items()
        }
        words = self.words
        return [
            _line(found[key], self.kinds[key[0]], words, called.get(key)) for key in keyed if key in found
        ]


def search_for(request: Request, question: str) -> Search:
    """Ask the index, about the kinds that the request's user may see."""
    kinds = {kind.key: kind for kind in rowkinds.visible(request.user) if kind.entries is not None}
    index, is_behind = search_index.current()
    as_of: datetime.date = request.as_of
    return Search(question, kinds, index, index.ask(question, kinds, as_of), is_behind, as_of)


def _line(row: Any, kind: RowKind, words: list[str], called: str | None) -> Line:
    """`called`: its name on the day, where that was another than now."""
    name = pieces(called or str(row), words)
    others = [(_("name now"), str(row))] if called else []
    if kind.other_names:
        others += kind.other_names(row)
    other = None
    if not any(marked for _piece, marked in name):
        marked_names = ((label, pieces(text, words)) for label, text in others)
        other = next((pair for pair in marked_names if any(marked for _piece, marked in pair[1])), None)
    return Line(row, kind, name, pieces(kind.detail_of(row), words), other)


@require_safe
def search(request: Request) -> HttpResponse:
    """What was found, some of each kind, or (`?kind=`) all of one by pages; and help where nothing was."""
    require(request, "view", Document)
    question = " ".join(request.GET.get("q", "")[: wordindex.LONGEST_QUESTION].split())
    found = search_for(request, question)
    wanted = request.GET.get("kind", "")
    context: dict[str, Any] = {"question": question, "found": found, "kind": wanted, "page": None}
    if wanted and wanted not in found.kinds:
        raise Http404
    if wanted:
        rows = found.index.of_kind(found.hits.rows, wanted)
        page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
        lines = found.lines(page.object_list)
        sections = [Section(found.kinds[wanted], len(rows), lines)] if lines else []
        context |= {"page": page, "sections": sections}
    else:
        best = {kind.key: found.index.of_kind(found.hits.rows, kind.key)[:SHOWN] for kind, _n in found.counts}
        context["sections"] = [
            Section(kind, count, found.lines(best[kind.key])) for kind, count in found.counts
        ]
    if not question:
        counted = dict(found.index.kind_counts(found.index.all_rows))
        context["every"] = [(kind, counted.get(key, 0)) for key, kind in found.kinds.items()]
    elif not context["sections"]:
        likely = found.index.suggestions(question, found.kinds, SHOWN)
        context["likely"] = found.lines(likely)
    return render_page(request, "base/search.html", context, fragment="hits")


@require_safe
def suggest(request: Request) -> HttpResponse:
    """The best rows for what is being typed, for htmx; anybody else gets the page."""
    require(request, "view", Document)
    question = " ".join(request.GET.get("q", "")[: wordindex.LONGEST_QUESTION].split())
    if not getattr(request, "htmx", None):
        return HttpResponseRedirect(f"{reverse('base:search')}?{urlencode({'q': question})}")
    context: dict[str, Any] = {"question": question}
    if len(question) >= LEAST_TYPED:
        found = search_for(request, question)
        context |= {"count": found.count, "lines": found.lines(found.hits.rows[:SUGGESTED])}
    return render(request, "base/_suggestions.html", context)
