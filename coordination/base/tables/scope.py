"""What one import or export looks up: every list of ids is read once and remembered."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from coordination.base.models import PriorityArea, Strategy

T = TypeVar("T")

LIKENESS = 75.0  # of 100; below it a suggestion is a guess
MOST_SHOWN = 200
ESCAPED = "\\;()"


class Bad(Exception):
    """A cell that cannot be taken in; the message says why in the active language."""

    def __init__(self, message: str, *, column: str = "", value: str | None = None, code: str = "") -> None:
        super().__init__(message)
        self.message, self.column, self.value, self.code = message, column, value, code


@dataclass(frozen=True)
class Found:
    """A row that a cell names. `pending` is the row of this file that is about to become it."""

    pk: Any
    text: str
    position: int = 0
    is_group: bool = False
    pending: "Row | None" = None


@dataclass(frozen=True)
class Reference:
    """How cells name rows of a model: by the unique field `key`; `missing` says that there is no such row."""

    model: type[Model]
    key: str = "code"

    def rows(self) -> QuerySet:
        return self.model._default_manager.all()

    def load(self) -> dict[str, Found]:
        """{text: row}. One query."""
        names = [self.key, "pk"]
        has_position = any(f.name == "position" for f in self.model._meta.fields)
        if has_position:
            names.append("position")
        return {
            str(row[0]): Found(row[1], str(row[0]), row[2] if has_position else 0)
            for row in self.rows().order_by().values_list(*names)
        }

    def missing(self, text: str, like: str | None) -> str:
        values = {"kind": self.model._meta.verbose_name, "text": text[:MOST_SHOWN], "like": like}
        if like:
            return _("There is no %(kind)s “%(text)s”. Is it “%(like)s”?") % values
        return _("There is no %(kind)s “%(text)s”.") % values


@dataclass(eq=False)
class Row:
    """A row of a file on its way into the register.

    Attributes:
        number: as a spreadsheet shows it.
        cells: what the file says, by field; a field that the file lacks is absent.
        stored: what the register says, in the same words; empty for a new row.
        texts: what the file says, in the register's own way of writing.
        values: what was read, by part.
        needs: rows of the same file that must be taken in for this one to be.
    """

    number: int
    cells: dict[str, str]
    stored: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[Any, Any] = field(default_factory=dict)
    needs: list["Row"] = field(default_factory=list)
    key: tuple[str, ...] = ()
    open_columns: tuple[str, ...] = ()  # columns of the file that only an open part takes
    instance: Any = None
    changed: list[Any] = field(default_factory=list)
    is_rejected: bool = False

    @property
    def is_new(self) -> bool:
        return not self.stored

    def text(self, column: str) -> str:
        """What `column` will say: as read from the file, else as the file has it, else as it is stored."""
        for source in (self.texts, self.cells, self.stored):
            if column in source:
                return source[column]
        return ""


class Scope:
    """The lookups of one run. `pending` maps ids of the file's own rows to those rows."""

    def __init__(self) -> None:
        self._tables: dict[Reference, dict[str, Found]] = {}
        self.pending: dict[type[Model], dict[str, Row]] = {}
        self._areas: list[tuple[str, str, int]] | None = None
        self._strategies: dict[str, datetime.date | None] | None = None
        self._remembered: dict[str, Any] = {}

    def remembered(self, key: str, answer: Callable[[], T]) -> T:
        """`answer()`, asked once in a run."""
        if key not in self._remembered:
            self._remembered[key] = answer()
        found: T = self._remembered[key]
        return found

    def table(self, reference: Reference) -> Mapping[str, Found]:
        if reference not in self._tables:
            self._tables[reference] = reference.load()
        return self._tables[reference]

    def find(self, reference: Reference, text: str, row: Row | None = None) -> Found:
        """The row of `reference` that `text` names. Raises Bad."""
        pending = self.pending.get(reference.model, {}).get(text)
        if pending is not None:
            if row is not None and pending is not row:
                row.needs.append(pending)
            return Found(pending.instance.pk, text, pending=pending)
        table = self.table(reference)
        if text in table:
            return table[text]
        raise Bad(reference.missing(text, self.like(table, text)), code="unknown")

    def like(self, known: Mapping[str, Any], text: str) -> str | None:
        """What was probably meant: a code that a spreadsheet took its zeros from, or a likely slip."""
        for width in range(2, 7):
            if text.isdigit() and text.zfill(width) in known:
                return text.zfill(width)
        best = process.extractOne(text[:MOST_SHOWN], known.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS)
        return best[0] if best else None

    @property
    def areas(self) -> list[tuple[str, str, int]]:
        """(strategy, code, key) of every priority area."""
        if self._areas is None:
            self._areas = list(PriorityArea.objects.order_by().values_list("strategy__slug", "code", "pk"))
        return self._areas

    def area(self, text: str, strategy: str = "") -> int:
        """The key of the area `text` ("boende", or "strategy/boende"). Raises Bad."""
        named, _slash, code = text.rpartition("/")
        wanted = named or strategy
        found = [pk for owner, own, pk in self.areas if own == code and wanted in ("", owner)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Bad(
                _("Several strategies have an area “%(text)s”: write strategy/area.") % {"text": text[:80]},
                code="ambiguous",
            )
        known = {own: None for owner, own, _pk in self.areas if wanted in ("", owner)}
        raise Bad(Reference(PriorityArea).missing(text, self.like(known, code)), code="unknown")

    def area_text(self, strategy: str, code: str, *, within: str = "") -> str:
        """How a file names an area: by its code alone where that says which."""
        owners = {owner for owner, own, _pk in self.areas if own == code}
        return code if owners == {strategy} or within == strategy else f"{strategy}/{code}"

    def known_until(self, strategy: str = "") -> datetime.date | None:
        """The day up to which a strategy, or any of them, was checked."""
        if self._strategies is None:
            self._strategies = dict(Strategy.objects.order_by().values_list("slug", "known_until"))
        if strategy:
            return self._strategies.get(strategy)
        return max((day for day in self._strategies.values() if day), default=None)

    def forget(self, model: type[Model]) -> None:
        """Read `model` anew: this run has changed it."""
        self._tables = {ref: table for ref, table in self._tables.items() if ref.model is not model}
        self._areas = self._strategies = None
        self._remembered.clear()


def words(text: str) -> Iterator[str]:
    """The parts of a cell that lists several things, separated by semicolons outside brackets.

    >>> list(words("skr; statskontoret ;")), list(words("s. 3\\\\; tabell 2; s. 4 (not; 5)"))
    (['skr', 'statskontoret'], ['s. 3; tabell 2', 's. 4 (not; 5)'])
    """
    part, depth, escaped = "", 0, False
    counts_brackets = _is_balanced(text)
    for char in text:
        if escaped:
            part += char if char in ESCAPED else f"\\{char}"
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == ";" and not depth:
            if part.strip():
                yield part.strip()
            part = ""
        else:
            depth += {"(": 1, ")": -1}.get(char, 0) if counts_brackets else 0
            part += char
    part += "\\" if escaped else ""
    if part.strip():
        yield part.strip()


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in re.sub(r"\\.", "", text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def word(text: str) -> str:
    """`text` as one part of such a cell.

    >>> word("s. 4 (not; 5)"), word("s. 4; 5")
    ('s. 4 (not; 5)', 's. 4\\\\; 5')
    """
    plain = text.replace("\\", "\\\\")
    if not _is_balanced(plain):
        return re.sub("[;()]", r"\\\g<0>", plain)
    written, depth = "", 0
    for char in plain:
        depth += {"(": 1, ")": -1}.get(char, 0)
        written += "\\;" if char == ";" and not depth else char
    return written
