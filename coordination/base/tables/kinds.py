"""The kinds of table that files hold. Apps register theirs in `<app>/tablekinds.py` when they are ready.

A kind says which parts a row has; reading, comparing, storing and writing are the same for all.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from coordination.base.periods import PeriodQuerySet
from coordination.base.tables.parts import Part
from coordination.base.tables.relations import Attributes
from coordination.base.tables.report import Remark
from coordination.base.tables.scope import Row, Scope
from coordination.base.tables.storing import Stamp

Check = Callable[[Row, Scope], None]


@dataclass(frozen=True, eq=False)
class TableKind:
    """One kind of table.

    Attributes:
        name: the word of commands and addresses, and of the file that is shipped.
        key: the columns that say which row of the register a row of a file is.
        narrow: which rows of the model are of this kind; new rows are made so.
        ordering: of an export. By ids, so that two registers alike give files alike.
        checks: what no single part can see, asked of each row. They raise Bad.
        remarks: what is worth saying about rows once they are stored.
        after: what else follows from rows that were stored, in the same transaction.
        confirms: what a file's rows are confirmed by: the column with their strategy, "" for the whole
            register, None where nobody confirms such rows.
        ignored: columns that are passed over in silence.
        title: what rows of this kind are called, where not as the model's are.
    """

    name: str
    model: type[Model]
    parts: tuple[Part, ...]
    key: tuple[str, ...]
    narrow: Mapping[str, Any] = field(default_factory=dict)
    ordering: tuple[str, ...] = ("pk",)
    checks: tuple[Check, ...] = ()
    remarks: Callable[[Sequence[Row], Scope], Iterable[Remark]] | None = None
    after: Callable[[Sequence[Row], Stamp], None] | None = None
    confirms: str | None = ""
    ignored: frozenset[str] = frozenset()
    order: int = 0
    title: str | Promise = ""

    @property
    def label(self) -> str:
        """What rows of this kind are called, in the active language."""
        return str(self.title or self.model._meta.verbose_name_plural)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The canonical header: what every export has."""
        return tuple(name for part in self.parts for name in part.columns if name not in part.extra)

    @cached_property
    def extra_columns(self) -> tuple[str, ...]:
        """Columns that a file may have, and that an export has where they say something."""
        return tuple(name for part in self.parts for name in part.columns if name in part.extra)

    @cached_property
    def open_part(self) -> Attributes | None:
        """The part that takes columns with names of their own, if there is one."""
        return next((part for part in self.parts if isinstance(part, Attributes)), None)

    @cached_property
    def key_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if set(part.columns) & set(self.key))

    def rows(self) -> QuerySet:
        """Stored rows of this kind with all that writing them needs: a constant number of queries."""
        found = self.model._default_manager.filter(**self.narrow)
        select = {name for part in self.parts for name in part.select}
        prefetch = {name for part in self.parts for name in part.prefetch}
        return (
            found.select_related(*sorted(select)).prefetch_related(*sorted(prefetch)).order_by(*self.ordering)
        )

    def fetch(self) -> list[Any]:
        """Every stored row of this kind, locked until the transaction ends where the database can."""
        return self.with_parts(self.rows().select_for_update(of=("self",)))

    def with_parts(self, rows: QuerySet) -> list[Any]:
        """The rows, each with what its parts need to be written."""
        found = list(rows)
        for part in self.parts:
            part.attach(found)
        return found

    def select(self, found: QuerySet | None, as_of: datetime.date | None) -> list[Any]:
        """The stored rows to export: those of `found` (all), in force on `as_of` where rows have periods."""
        rows = self.rows()
        if found is not None:
            # The caller's own ordering and columns are of no use in a subquery, and PostgreSQL refuses some.
            rows = rows.filter(pk__in=found.order_by().values("pk"))
        if as_of is not None and isinstance(rows, PeriodQuerySet):
            rows = rows.as_of(as_of)
        return self.with_parts(rows)

    @property
    def is_dated(self) -> bool:
        """Whether rows of this kind hold from one day to another."""
        return isinstance(self.model._default_manager.none(), PeriodQuerySet)

    def count(self, as_of: datetime.date | None = None) -> int:
        """How many rows `select` would give. One query."""
        rows = self.model._default_manager.filter(**self.narrow).order_by()
        if as_of is not None and isinstance(rows, PeriodQuerySet):
            rows = rows.as_of(as_of)
        return rows.count()

    def make(self, row: Row) -> Any:
        """A new, empty row of the model."""
        return self.model(**self.narrow)

    def texts(self, instance: Any, scope: Scope) -> dict[str, str]:
        """What a stored row says, in the words of the file."""
        found: dict[str, str] = {}
        for part in self.parts:
            found |= part.write(instance, scope)
        return found

    def exists_elsewhere(self, row: Row, scope: Scope) -> str | None:
        """Why the id of a new row is taken by a row of another kind, if it is."""
        return None


_kinds: dict[str, TableKind] = {}


def register(kind: TableKind) -> None:
    """Offer a kind of table. Raises KeyError if its name is taken."""
    if kind.name in _kinds:
        raise KeyError(f"{kind.name} is registered already")
    _kinds[kind.name] = kind


def get(name: str) -> TableKind:
    """The kind called `name`. Raises KeyError."""
    return _kinds[name]


def all_kinds() -> list[TableKind]:
    """Every kind, in the order in which an empty register can take their tables."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
