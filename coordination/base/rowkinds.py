"""What pages and the search know of every kind of row, whichever app it belongs to.

Apps register theirs in AppConfig.ready. Base thereby lists rows that cite a document, or that a search found,
without importing who owns them.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from coordination.base import dates, nouns
from coordination.base.authorisation import AnyUser, may
from coordination.base.wordindex import NAME, Entry

# How much a word weighs in a search, by where in a row it stands (`wordindex.NAME` is 1).
CODE, OTHER_NAME, CONTEXT = NAME, 0.8, 0.3


@dataclass(frozen=True)
class RowKind:
    """A kind of row.

    Attributes:
        key: its word in addresses (`?kind=mandate`).
        label: what several are called ("Mandates").
        order: where it stands among the others.
        related, prefetch: what the lines of a list need besides the row, so that no row asks for more.
        narrow: which rows of the model are of this kind.
        detail: the muted line under a row's name.
        code: the field that is written after the name.
        entries: what the search reads of all rows; None: the kind is not searched.
        other_names: (what it is, name) of a row, to show when the search found it by one of them.
        prepare: given rows before their lines are written, to look up together what `detail` says of each.
        called_on: {key: name} of those of some rows that had another name on a day. One query.
        list_name: url name of the list of all.
    """

    key: str
    model: type[Model]
    label: str | Promise
    order: int
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    narrow: Callable[[QuerySet], QuerySet] | None = None
    detail: Callable[[Any], str] | None = None
    code: str = ""
    entries: Callable[[], Iterable[Entry]] | None = None
    other_names: Callable[[Any], list[tuple[str, str]]] | None = None
    prepare: Callable[[list[Any]], None] | None = None
    called_on: Callable[[Iterable[Any], datetime.date], dict[int, str]] | None = None
    list_name: str = ""

    @property
    def bare_rows(self) -> QuerySet:
        """The rows of this kind, with nothing besides."""
        rows = self.model._default_manager.all()
        return self.narrow(rows) if self.narrow else rows

    @property
    def rows(self) -> QuerySet:
        """The rows of this kind with all that a line of a list shows. One query, and one for each prefetch."""
        return self.bare_rows.select_related(*self.related).prefetch_related(*self.prefetch)

    def lines(self, rows: Iterable[Any]) -> list[Any]:
        """`rows` (of `self.rows`) read, and ready for `detail_of`."""
        found = list(rows)
        if self.prepare and found:
            self.prepare(found)
        return found

    @property
    def list_url(self) -> str:
        """The page that lists all; empty where there is none."""
        with suppress(NoReverseMatch):
            return reverse(self.list_name) if self.list_name else ""
        return ""

    def url_of(self, row: Any) -> str:
        """The page that shows `row`; empty where there is none."""
        with suppress(NoReverseMatch, LookupError):
            return str(nouns.noun_of(row).page_of(row))
        return ""

    def names_on(self, rows: Iterable[Any], date: datetime.date) -> dict[int, str]:
        """What those of `rows` were called on `date` that had another name then. At most one query."""
        return self.called_on(rows, date) if self.called_on else {}

    def detail_of(self, row: Any) -> str:
        return self.detail(row) if self.detail else ""

    def code_of(self, row: Any) -> str:
        return str(getattr(row, self.code)) if self.code else ""


__all__ = ["CODE", "CONTEXT", "NAME", "OTHER_NAME", "Entry", "RowKind", "all_kinds", "line", "period_of"]
_kinds: dict[str, RowKind] = {}


def register(kind: RowKind) -> None:
    """Make a kind of row known. Raises KeyError if its word is taken."""
    if kind.key in _kinds:
        raise KeyError(f"{kind.key} is registered already")
    _kinds[kind.key] = kind


def all_kinds() -> list[RowKind]:
    """Every kind, in order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))


def visible(user: AnyUser) -> Iterator[RowKind]:
    """The kinds whose rows `user` may see, in order."""
    return (kind for kind in all_kinds() if may(user, "view", kind.model))


def period_of(row: Any) -> str:
    """A row's period in words; empty where nothing is known of it."""
    if row.valid_from is None and row.valid_until is None:
        return ""
    return dates.format_period(
        row.valid_from,
        row.from_precision or "day",
        row.valid_to,
        row.to_precision or "day",
        get_language() or "sv",
    )


def line(*parts: object) -> str:
    """The parts that say something, as the muted line under a name."""
    return " · ".join(str(part) for part in parts if part)
