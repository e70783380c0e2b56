"""Taking a file into the register: all of it or nothing, and never twice."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from coordination.base.models import RegisterRevision, RegisterRow, User
from coordination.base.tables import kinds, messages, storing
from coordination.base.tables.journal import CHANGED, CREATED, Journal
from coordination.base.tables.kinds import TableKind
from coordination.base.tables.parts import Part, Ref
from coordination.base.tables.reading import LIMITS, Limits, Sheet, Unreadable, read
from coordination.base.tables.report import Outcome, Remark, Report, remark
from coordination.base.tables.scope import Bad, Row, Scope
from coordination.base.tables.storing import Stamp

log = logging.getLogger(__name__)
LIKE_A_COLUMN = 80.0  # of 100: "valid_form" is "valid_from" mistyped


class BadMapping(ValueError):
    """A mapping that names a column or a field which does not exist."""


class _Undo(Exception):
    """Ends the transaction of a run that is not to be kept."""


def import_rows(
    kind: str,
    content: bytes | Sheet,
    *,
    user: User | None = None,
    dry_run: bool = False,
    skip_rejected: bool = False,
    mapping: Mapping[str, str] | None = None,
    keep_edited: bool = False,
    reason: str | None = None,
    journal: Journal | None = None,
    limits: Limits = LIMITS,
) -> Report:
    """Take the rows of a CSV, XLSX or JSON file into the register, in one transaction.

    Args:
        kind: name of a registered kind of table.
        content: the file's bytes, whatever it is called; or the table that was read from them.
        user, reason: for the history. Whether the user may is the caller's question.
        dry_run: do everything, check everything, and keep nothing.
        skip_rejected: take in the other rows even if some are rejected; otherwise nothing is taken in.
        mapping: {column of the file: field}, for columns that are not called as the field is.
        keep_edited: leave rows alone that somebody has edited since they were loaded.
        journal: where every row that is written is noted, for undoing it.

    Returns:
        A Report in the active language. The same file again gives created = updated = 0.

    Raises:
        KeyError: there is no such kind.
        BadMapping: `mapping` names something that does not exist.
    """
    table = kinds.get(kind)
    try:
        sheet = content if isinstance(content, Sheet) else read(content, limits)
        columns = _columns(table, sheet, mapping or {})
    except Unreadable as error:
        return Report(kind, rejected=[messages.of_unreadable(error)])
    if not sheet.header:
        return Report(kind, applied=not dry_run)  # an export of no rows, as JSON
    run = _Run(table, sheet, columns, Stamp(user, reason, journal=journal), keep_edited)
    report = Report(kind, rows=len(sheet.rows), warnings=[messages.of_note(note) for note in sheet.notes])
    report.warnings += columns.remarks
    if columns.rejected:
        report.rejected = columns.rejected
        return report
    try:
        with transaction.atomic():
            run.prepare()
            if not run.rejected or skip_rejected:
                run.store()
            report.rejected = sorted(run.rejected, key=lambda found: found.row or 0)
            if report.rejected and not skip_rejected:
                report.outcomes = run.outcomes()
                raise _Undo
            report.created, report.updated, report.unchanged = run.counts()
            report.warnings += run.warnings
            report.outcomes = run.outcomes()
            if dry_run:
                raise _Undo
            report.applied = True
    except _Undo:
        pass
    return report


@dataclass(frozen=True)
class _Columns:
    """Which field each column of the file is; None: nothing uses it."""

    fields: list[str | None]
    names: dict[str, str]  # what the file calls each field
    open: tuple[str, ...]
    remarks: list[Remark]
    rejected: list[Remark]


def _columns(table: TableKind, sheet: Sheet, mapping: Mapping[str, str]) -> _Columns:
    known = {*table.columns, *table.extra_columns}
    for column, field in mapping.items():
        if column not in sheet.header:
            raise BadMapping(_("The file has no column “%(column)s”.") % {"column": column[:80]})
        if field not in known:
            raise BadMapping(
                _("“%(field)s” is no field of %(kind)s. The fields are: %(fields)s.")
                % {"field": field[:80], "kind": table.name, "fields": ", ".join(sorted(known))}
            )
    fields: list[str | None] = []
    remarks: list[Remark] = []
    opened: list[str] = []
    for index, column in enumerate(sheet.header):
        name: str | None = mapping.get(column) or (column if column in known else None)
        if name is None and column not in table.ignored:
            # A byte-order mark or capitals must not hide a column that is there.
            folded = column.strip("\ufeff").casefold()
            name = folded if folded in known and folded not in sheet.header else None
        if name is None and column and column not in table.ignored:
            like = process.extractOne(column.casefold(), known, scorer=fuzz.ratio, score_cutoff=LIKE_A_COLUMN)
            if like is None and table.open_part and table.open_part.NAME.fullmatch(column):
                name = column
                opened.append(column)
            else:
                remarks.append(_unused(column, sheet, like[0] if like else None))
        if name is None and not column and any(cells[index] for _number, cells in sheet.rows):
            remarks.append(_unused("", sheet, None))
        if name is not None and name in fields:
            raise Unreadable("duplicate_column", row=sheet.header_row, column=column)
        fields.append(name)
    names = {name: column for name, column in zip(fields, sheet.header, strict=True) if name}
    missing = [
        name
        for part in table.key_parts
        for name in part.columns
        if name in table.key and name not in names and getattr(part, "required", False)
    ]
    rejected = [
        remark(
            _("The column is missing. It says which row is meant."),
            row=sheet.header_row,
            column=name,
            code="missing_column",
        )
        for name in missing
    ]
    return _Columns(fields, names, tuple(opened), remarks, rejected)


def _unused(column: str, sheet: Sheet, like: str | None) -> Remark:
    if like:
        message = _("The column is not used. Is it “%(like)s”?") % {"like": like}
    else:
        message = _("The column is not used.") if column else _("A column without a name is not used.")
    return remark(message, row=sheet.header_row, column=column, code="unused_column")


class _Run:
    """One import: rows are read and compared by `prepare`, written by `store`."""

    def __init__(
        self, table: TableKind, sheet: Sheet, columns: _Columns, stamp: Stamp, keep_edited: bool
    ) -> None:
        self.table, self.stamp, self.keep_edited = table, stamp, keep_edited
        self.names = columns.names
        self.scope = Scope()
        self.rejected: list[Remark] = [messages.of_flaw(flaw) for flaw in sheet.flaws]
        flawed = {flaw.row for flaw in sheet.flaws}
        self.warnings: list[Remark] = []
        self.rows = []
        for number, cells in sheet.rows:
            found = {name: cell for name, cell in zip(columns.fields, cells, strict=True) if name}
            row = Row(number, found, open_columns=columns.open, is_rejected=number in flawed)
            self.rows.append(row)

    # Reading and comparing.

    def prepare(self) -> None:
        table, scope = self.table, self.scope
        stored = self._stored()
        by_key: dict[tuple[str, ...], Row] = {}
        for row in self.rows:
            if row.is_rejected:
                continue
            self._read(row, table.key_parts)
            if row.is_rejected:
                continue
            row.key = tuple(row.text(name) for name in table.key)
            first = by_key.setdefault(row.key, row)
            if first is not row:
                message = (
                    _("Row %(row)s has the same id.")
                    if len(table.key) == 1
                    else _("Row %(row)s is the same.")
                )
                column = table.key[-1] if len(table.key) <= 2 else table.key[0]
                self._reject(row, Bad(message % {"row": first.number}, column=column, code="duplicate"))
                continue
            row.instance, row.stored = stored.get(row.key, (None, {}))
            if row.instance is not None:
                self._read_again(row)
            else:
                taken = table.exists_elsewhere(row, scope)
                if taken:
                    self._reject(row, Bad(taken, column=table.key[-1], code="taken"))
                    continue
                row.instance = table.make(row)
        usable = [row for row in self.rows if not row.is_rejected]
        if len(table.key) == 1:
            scope.pending[table.model] = {
                row.key[0]: row for row in by_key.values() if row.instance is not None
            }
        for row in usable:
            # A stored row keeps what the file has no column for; a new one takes the defaults.
            rest = [p for p in table.parts if p not in row.values and (row.is_new or self._concerns(p, row))]
            self._read(row, rest)
            for check in table.checks:
                if not row.is_rejected:
                    self._attempt(row, check)
        self._reject_dependants(usable)
        for row in usable:
            if not row.is_rejected:
                row.changed = [part for part in row.values if row.is_new or _differs(part, row)]

    def _stored(self) -> dict[tuple[str, ...], tuple[Any, dict[str, str]]]:
        found = {}
        for instance in self.table.fetch():
            texts = self.table.texts(instance, self.scope)
            found[tuple(texts[name] for name in self.table.key)] = (instance, texts)
        return found

    def _concerns(self, part: Part, row: Row) -> bool:
        if part is self.table.open_part:
            return bool(row.open_columns)
        return any(name in row.cells for name in part.columns)

    def _read(self, row: Row, parts: Iterable[Part]) -> None:
        for part in parts:
            try:
                texts, value = part.read(row, self.scope)
            except Bad as bad:
                bad.column = bad.column or part.columns[0]
                self._reject(row, bad)
            else:
                row.texts |= texts
                row.values[part] = value

    def _read_again(self, row: Row) -> None:
        """A stored row keeps what the file does not say, also in the parts that tell which row it is."""
        again = [part for part in self.table.key_parts if set(part.columns) - set(row.cells)]
        for name in (name for part in again for name in part.columns):
            row.texts.pop(name, None)
        self._read(row, again)

    def _attempt(self, row: Row, check: Any) -> None:
        try:
            check(row, self.scope)
        except Bad as bad:
            self._reject(row, bad)

    def _reject(self, row: Row, bad: Bad) -> None:
        row.is_rejected = True
        value = row.cells.get(bad.column) if bad.value is None else bad.value
        column = self.names.get(bad.column, bad.column) or None
        self.rejected.append(remark(bad.message, row=row.number, column=column, value=value, code=bad.code))

    def _reject_dependants(self, rows: Sequence[Row]) -> None:
        """Refuse rows that refer to a row of this file that is refused, and those that refer to them."""
        found = True
        while found:
            found = False
            for row in rows:
                refused = next((need for need in row.needs if need.is_rejected), None)
                if refused is not None and not row.is_rejected and refused.is_new:
                    found = True
                    message = _("The row refers to row %(row)s, which cannot be taken in.")
                    bad = Bad(message % {"row": refused.number}, column="", code="needs_rejected")
                    self._reject(row, bad)

    # Writing.

    def store(self) -> None:
        rows = [row for row in self.rows if not row.is_rejected and row.changed]
        if self.keep_edited:
            edited = [row for row in rows if not row.is_new and getattr(row.instance, "version", 1) > 1]
            for row in edited:
                row.changed = []
            rows = [row for row in rows if row.changed]
        if not rows:
            self._remark()
            return
        versions = [getattr(row.instance, "version", 1) for row in rows]
        try:
            with transaction.atomic():
                self._write(rows)
        except (IntegrityError, DataError) as error:
            log.info("import of %s refused by the database: %s", self.table.name, error)
            for row, version in zip(rows, versions, strict=True):
                row.instance.version = version
                row.instance.pk = None if row.is_new else row.instance.pk
            if self.stamp.journal is not None:
                self.stamp.journal.clear()
            self._explain(rows)
            self.store()  # the rows that are left, in case rejected ones are skipped
            return
        self._remark()

    def _write(self, rows: Sequence[Row]) -> None:
        new = [row for row in rows if row.is_new]
        old = [row for row in rows if not row.is_new]
        for row in new:
            for part in row.changed:
                if not self._waits(row, part):
                    part.assign(row.instance, row.values[part])
            self._confirm(row)
        storing.create(row.instance for row in new)
        if self.stamp.journal is not None:
            self.stamp.journal.watch(row.instance for row in old)
        for row in new:
            late = [part for part in row.changed if self._waits(row, part)]
            for part in late:
                part.assign(row.instance, row.values[part])
                values = {f"{part.attr}_id": getattr(row.instance, f"{part.attr}_id")}
                type(row.instance)._default_manager.filter(pk=row.instance.pk).update(**values)
        for row in old:
            for part in row.changed:
                part.assign(row.instance, row.values[part])
            names = {name for part in row.changed for name in part.fields()}
            storing.update(row.instance, names | self._confirm(row), self.stamp)
        for part in self.table.parts:
            if part.is_relation:
                part.store([row for row in rows if part in row.changed], self.stamp)  # type: ignore[attr-defined]  # `is_relation` says so
        storing.record((row.instance for row in new), CREATED, self.stamp)
        storing.record((row.instance for row in old), CHANGED, self.stamp)
        if self.table.after is not None:
            self.table.after(rows, self.stamp)
        RegisterRevision.touch()

    @staticmethod
    def _waits(row: Row, part: Part) -> bool:
        """Whether what the part refers to has no key before it is stored."""
        value = row.values[part]
        return isinstance(part, Ref) and value is not None and value.pending is not None

    def _confirm(self, row: Row) -> set[str]:
        """Loading a dataset confirms its rows on the day up to which it was checked (design, Rules)."""
        if self.table.confirms is None or not isinstance(row.instance, RegisterRow):
            return set()
        if "confirmed_on" in row.cells:
            return set()  # the file says when, or that nobody has
        strategy = row.text(self.table.confirms) if self.table.confirms else ""
        known = self.scope.known_until(strategy)
        if known and (row.instance.confirmed_on is None or row.instance.confirmed_on < known):
            row.instance.confirmed_on = known
            return {"confirmed_on"}
        return set()

    def _remark(self) -> None:
        if self.table.remarks is None:
            return
        taken = [row for row in self.rows if not row.is_rejected]
        self.scope.forget(self.table.model)
        self.warnings += [
            replace(found, column=self.names.get(found.column, found.column) if found.column else None)
            for found in self.table.remarks(taken, self.scope)
        ]

    def _explain(self, rows: Sequence[Row]) -> None:
        """Say which rows the database refused, by asking the models about each."""
        before = len(self.rejected)
        for row in rows:
            try:
                row.instance.clean_fields(
                    exclude=[f.name for f in row.instance._meta.fields if f.is_relation]
                )
                row.instance.validate_constraints()
            except ValidationError as error:
                for name, texts in error.message_dict.items():
                    column = "" if name == NON_FIELD_ERRORS else name
                    self._reject(row, Bad(" ".join(texts), column=column, code="refused"))
        if len(self.rejected) == before:
            message = _("The database refuses the file as a whole: two of its rows may exclude each other.")
            self.rejected.append(remark(message, code="refused"))
            for row in rows:
                row.is_rejected = True

    def outcomes(self) -> list[Outcome]:
        return [self._outcome(row) for row in self.rows if not row.is_rejected]

    def _outcome(self, row: Row) -> Outcome:
        changes = [
            (self.names.get(name, name), row.stored.get(name, ""), text)
            for name, text in row.texts.items()
            if text != row.stored.get(name, "")
        ]
        what = "created" if row.is_new else "updated" if row.changed else "unchanged"
        return Outcome(
            row=row.number,
            key=" · ".join(filter(None, row.key)),
            name=row.text("name_sv") or row.text("title_sv"),
            what=what,
            model=row.instance._meta.label_lower,
            pk=row.instance.pk,
            changes=changes if row.is_new or row.changed else [],
        )

    def counts(self) -> tuple[int, int, int]:
        taken = [row for row in self.rows if not row.is_rejected]
        created = sum(row.is_new for row in taken)
        updated = sum(bool(row.changed) and not row.is_new for row in taken)
        return created, updated, len(taken) - created - updated


def _differs(part: Part, row: Row) -> bool:
    names = row.open_columns if not part.columns else part.columns
    return any(row.texts.get(name, "") != row.stored.get(name, "") for name in names)
