"""What is worth saying about actors, names and identifiers that a file brings: shared, alike, under another's name."""

from collections.abc import Iterable, Sequence

from coordination.base.tables.report import Remark
from coordination.base.tables.scope import Row, Scope


def of_actors(rows: Sequence[Row], scope: Scope) -> Iterable[Remark]:
    return []


def of_names(rows: Sequence[Row], scope: Scope) -> Iterable[Remark]:
    return []


def of_identifiers(rows: Sequence[Row], scope: Scope) -> Iterable[Remark]:
    return []
