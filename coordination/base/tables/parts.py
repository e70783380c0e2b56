"""The parts of a row: each reads one or a few columns, compares, stores and writes them."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coordination.base import partialdates
from coordination.base.formfields import DatedField
from coordination.base.periods import ONE_DAY, Precision, last_day
from coordination.base.slugs import RESERVED
from coordination.base.tables.reading import clean
from coordination.base.tables.scope import Bad, Found, Reference, Row, Scope

YES = frozenset({"yes", "ja", "true", "sant", "1", "y", "j", "x"})
NO = frozenset({"", "no", "nej", "false", "falskt", "0", "n"})
_ID = re.compile(r"[-\w.]+")


class Part:
    """One or a few columns of a table, and what they mean for a row.

    `extra` are columns that the canonical header lacks: they are read where a file has them, and written
    where leaving them out would lose something.
    """

    select: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    is_relation = False  # stored in rows of its own, after the row itself
    refers_back = False  # may name a row of the same table

    def __init__(self, *columns: str, extra: Sequence[str] | bool = ()) -> None:
        self.columns = columns
        self.extra: frozenset[str] = frozenset(columns if extra is True else extra or ())

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], Any]:
        """What the row's cells say: (canonical text by column, value to store). Raises Bad."""
        raise NotImplementedError

    def attach(self, instances: Sequence[Any]) -> None:
        """Fetch for stored rows what `write` needs beyond `select` and `prefetch`, in one query for all."""

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        """What a stored row says, by column."""
        raise NotImplementedError

    def assign(self, instance: Any, value: Any) -> None:
        """Set the value on the row; parts kept in rows of their own do nothing here."""

    def fields(self) -> tuple[str, ...]:
        """The model fields that `assign` sets."""
        return ()

    def default(self, column: str, texts: Mapping[str, str], number: int, scope: Scope) -> str:
        """What row `number` of a file without `column` says by not saying it."""
        return ""


class Field(Part):
    """A part that is one column and one field."""

    def __init__(self, column: str, attr: str = "", *, extra: bool = False, required: bool = False) -> None:
        super().__init__(column, extra=extra)
        self.column, self.attr, self.required = column, attr or column, required

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], Any]:
        text = row.text(self.column)
        if self.required and not text:
            raise Bad(_("A value is missing."), code="missing")
        canonical, value = self.parse(text, row, scope)
        return {self.column: canonical}, value

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, Any]:
        raise NotImplementedError

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        return {self.column: self.format(getattr(instance, self.attr), scope)}

    def format(self, value: Any, scope: Scope) -> str:
        return "" if value is None else clean(str(value))

    def assign(self, instance: Any, value: Any) -> None:
        setattr(instance, self.attr, value)

    def fields(self) -> tuple[str, ...]:
        return (self.attr,)


class Text(Field):
    """Text, at most as long as the model's field."""

    def __init__(self, column: str, attr: str = "", *, most: int, **kwargs: Any) -> None:
        super().__init__(column, attr, **kwargs)
        self.most = most

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        if len(text) > self.most:
            values = {"length": number_format(len(text)), "most": number_format(self.most)}
            message = _("The text has %(length)s characters; there is room for %(most)s.")
            raise Bad(message % values, code="too_long")
        return text, text


class Id(Text):
    """A permanent id; `slug` where it may only be made of letters, digits, hyphens and underscores."""

    def __init__(self, column: str, attr: str = "", *, slug: bool = True, **kwargs: Any) -> None:
        super().__init__(column, attr, required=True, **{"most": 80, **kwargs})
        self.slug = slug

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        text, value = super().parse(text, row, scope)
        fits = re.fullmatch(r"[-a-zA-Z0-9_]+", text) if self.slug else _ID.fullmatch(text)
        if not fits or text in RESERVED or set(text) <= {"."}:
            raise Bad(_("“%(code)s” cannot be an id. Choose another.") % {"code": text[:80]}, code="bad_id")
        return text, value


class Choice(Field):
    """One of the field's own choices; empty means `default`."""

    def __init__(self, column: str, choices: type[models.TextChoices], default: str, **kwargs: Any) -> None:
        super().__init__(column, **kwargs)
        self.choices, self.default_value = choices, default

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        if not text:
            return self.default_value, self.default_value
        if text not in self.choices.values:
            values = {"text": text[:80], "choices": ", ".join(self.choices.values)}
            raise Bad(_("“%(text)s” is none of: %(choices)s.") % values, code="unknown")
        return text, text

    def default(self, column: str, texts: Mapping[str, str], number: int, scope: Scope) -> str:
        return self.default_value


class YesNo(Field):
    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, bool]:
        word = text.casefold()
        if word not in YES and word not in NO:
            raise Bad(_("“%(text)s” is neither yes nor no.") % {"text": text[:80]}, code="yes_no")
        return ("yes" if word in YES else "no"), word in YES

    def format(self, value: Any, scope: Scope) -> str:
        return "yes" if value else "no"


class Number(Field):
    """A whole number; `empty` is what an empty cell stands for."""

    def __init__(
        self, column: str, *, least: int = 0, most: int = 2**31 - 1, empty: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(column, **kwargs)
        self.least, self.most, self.empty = least, most, empty

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, int | None]:
        if not text:
            return ("" if self.empty is None else str(self.empty)), self.empty
        digits = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})", "", text)
        if not re.fullmatch(r"-?\d{1,19}", digits) or not digits.isascii():
            raise Bad(_("“%(text)s” is not a whole number.") % {"text": text[:80]}, code="number")
        number = int(digits)
        if not self.least <= number <= self.most:
            values = {"least": number_format(self.least), "most": number_format(self.most)}
            raise Bad(_("The number must lie between %(least)s and %(most)s.") % values, code="range")
        return str(number), number


class Position(Number):
    """The place of a row in its list: where a file does not say, as it stands in the file."""

    def __init__(self) -> None:
        super().__init__("position", most=32767, extra=True)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, int | None]:
        return super().parse(text or str(row.number - 1), row, scope)

    def default(self, column: str, texts: Mapping[str, str], number: int, scope: Scope) -> str:
        return str(number)


class Day(Field):
    """A day without precision: the file writes it in full."""

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, datetime.date | None]:
        found = read_date(text, "", is_end=False)
        if found.date is not None and found.precision != "day":
            raise Bad(_("Write the whole date, as 2022-08-31."), code="date")
        return (found.date.isoformat() if found.date else ""), found.date

    def format(self, value: Any, scope: Scope) -> str:
        return value.isoformat() if value else ""


class Dated(Part):
    """A day and how exactly it is known. `is_end`: the file has the last day, the register the day after."""

    def __init__(
        self,
        column: str,
        precision: str,
        attr: str = "",
        precision_attr: str = "",
        *,
        is_end: bool = False,
        extra: Sequence[str] | bool = (),
    ) -> None:
        super().__init__(column, precision, extra=extra)
        self.column, self.precision, self.is_end = column, precision, is_end
        self.attr = attr or ("valid_until" if is_end else column)
        self.precision_attr = precision_attr or precision

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], partialdates.PartialDate]:
        precision = row.cells.get(self.precision, "")
        if precision and precision not in Precision.values:
            values = {"text": precision[:80], "choices": ", ".join(Precision.values)}
            message = _("“%(text)s” is none of: %(choices)s.") % values
            raise Bad(message, column=self.precision, value=precision, code="unknown")
        text = row.text(self.column)
        if not text and self.precision not in row.cells:
            precision = "unknown" if row.stored.get(self.precision) == "unknown" else ""
        found = read_date(text, precision, is_end=self.is_end)
        written = found.date.isoformat() if found.date else ""
        same_day = written and written == row.stored.get(self.column)
        if same_day and self.precision not in row.cells and len(text) == len(written):
            found = found._replace(precision=row.stored[self.precision])
        return {self.column: written, self.precision: found.precision}, found

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        day = getattr(instance, self.attr)
        day = last_day(day) if self.is_end else day
        precision = getattr(instance, self.precision_attr)
        return {
            self.column: day.isoformat() if day else "",
            self.precision: precision or ("day" if day else ""),
        }

    def assign(self, instance: Any, value: partialdates.PartialDate) -> None:
        day = value.date + ONE_DAY if value.date and self.is_end else value.date
        setattr(instance, self.attr, day)
        setattr(instance, self.precision_attr, value.precision)

    def fields(self) -> tuple[str, ...]:
        return (self.attr, self.precision_attr)

    def default(self, column: str, texts: Mapping[str, str], number: int, scope: Scope) -> str:
        return "day" if column == self.precision and texts.get(self.column) else ""


def read_date(text: str, precision: str, *, is_end: bool) -> partialdates.PartialDate:
    """As `partialdates.parse`, telling people what is wrong. Raises Bad."""
    if text.endswith(" 00:00:00"):
        text = text.removesuffix(" 00:00:00")  # how spreadsheets and databases write a day
    try:
        return partialdates.parse(text, precision, is_end=is_end)
    except partialdates.BadDate as error:
        raise Bad(str(DatedField.MESSAGES[error.code]), code="date") from error


class Code(Field):
    """A value of a code list, whose code is its key."""

    def __init__(self, column: str, model: type[models.Model], **kwargs: Any) -> None:
        super().__init__(column, f"{kwargs.pop('attr', column)}_id", **kwargs)
        self.reference = Reference(model, "code")

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, Any]:
        if not text:
            return "", None
        found = scope.find(self.reference, text)
        return found.text, found.pk

    def fields(self) -> tuple[str, ...]:
        return (self.attr.removesuffix("_id"),)


class Ref(Field):
    """A row of another table, or of the same one (`refers_back`), by its id."""

    def __init__(
        self, column: str, reference: Reference, *, attr: str = "", refers_back: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(column, attr or column, **kwargs)
        self.reference, self.refers_back = reference, refers_back
        self.select = (self.attr,)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, Found | None]:
        if not text:
            return "", None
        found = scope.find(self.reference, text, row)
        if self.refers_back and row.instance is not None:
            own = found.pending is row or (found.pk is not None and found.pk == row.instance.pk)
            if own:
                raise Bad(_("The row refers to itself."), code="itself")
        return found.text, found

    def format(self, value: Any, scope: Scope) -> str:
        return "" if value is None else str(getattr(value, self.reference.key))

    def assign(self, instance: Any, value: Found | None) -> None:
        pk = None if value is None else value.pending.instance.pk if value.pending else value.pk
        setattr(instance, f"{self.attr}_id", pk)
