"""What an import did, or would do: counts, and every row it could not take, with the reason."""

from dataclasses import dataclass, field
from typing import Any

SHOWN = 200


@dataclass(frozen=True)
class Remark:
    """One thing said about a file: `row` as a spreadsheet shows it (None: the file as a whole)."""

    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    code: str = ""

    def as_json(self, word: str) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            word: self.message,
            "code": self.code,
        }

    def __str__(self) -> str:
        where = [str(part) for part in (self.row, self.column, self.value) if part not in (None, "")]
        return ": ".join([", ".join(where), self.message]) if where else self.message


def remark(
    message: str,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    code: str = "",
) -> Remark:
    """A remark whose value is short enough to show."""
    short = value if value is None or len(value) <= SHOWN else value[:SHOWN] + "…"
    return Remark(message, row, column, short, code)


@dataclass(frozen=True)
class Outcome:
    """What became, or in a dry run would become, of one row of a file.

    Attributes:
        row: as a spreadsheet shows it.
        key: the columns that say which row it is, as text.
        name: what the row is called, if the file says.
        what: created, updated or unchanged.
        model, pk: the stored row; a new one has no key until it is stored.
        changes: (column, text before, text now) of what differs.
    """

    row: int
    key: str
    name: str
    what: str
    model: str
    pk: Any
    changes: list[tuple[str, str, str]]


@dataclass
class Report:
    """The outcome of one import.

    `created`, `updated` and `unchanged` count the rows that were (`applied`), or in a dry run would be,
    taken in; nothing is when a row is rejected, unless rejected rows are skipped.
    """

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    warnings: list[Remark] = field(default_factory=list)
    rejected: list[Remark] = field(default_factory=list)
    applied: bool = False
    outcomes: list[Outcome] = field(default_factory=list)  # of the rows that are not rejected

    @property
    def is_bad(self) -> bool:
        """Whether something that was asked for could not be done."""
        return bool(self.rejected)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "warnings": [found.as_json("warning") for found in self.warnings],
            "rejected": [found.as_json("error") for found in self.rejected],
            "applied": self.applied,
        }
