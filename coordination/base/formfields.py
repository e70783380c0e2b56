"""Fields of the editing forms: dated ends, rows picked by name, sources.

Every field speaks three ways: the *raw* value (strings and lists of strings, in the words of the import
files: ids and codes, never primary keys), the Python value that is stored, and words for people. Raw
values make edits comparable: history, undo, conflict page and proposals are all built on them.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Model, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coordination.base import dates, partialdates, picking
from coordination.base.models import Citation, Document
from coordination.base.periods import Precision
from coordination.base.picking import Option

BLANK_ROWS = 2  # empty lines after those in use, so that adding works without a script
MOST_ROWS = 400
MOST_IN_SELECT = 40

Source = Callable[[], QuerySet]


class Raw(dict[str, Any]):
    """Raw values by field name, where a form expects posted data."""


class DatedWidget(forms.MultiWidget):
    """A date and how exactly it is known."""

    template_name = "editing/widgets/dated.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        choices = [("", gettext_lazy("as it is written")), *Precision.choices]
        super().__init__(
            {
                "date": forms.TextInput({"size": 12, "autocomplete": "off", "maxlength": 40}),
                "precision": forms.Select(choices=choices),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[str]:
        return list(value) if value else ["", ""]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        if isinstance(data, Raw):
            return data.get(name) or ["", ""]
        return super().value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        if isinstance(data, Raw):
            return name not in data
        return super().value_omitted_from_data(data, files, name)


class DatedField(forms.Field):
    """A `PartialDate`. Raw: [text, precision]. `is_end`: the *last* day, as people say it."""

    widget = DatedWidget
    MESSAGES: ClassVar = {
        "format": gettext_lazy("Write the date as 2022-08-31, 2022-08 or 2022."),
        "range": gettext_lazy("The year must lie between 1000 and 2199."),
        "too_fine": gettext_lazy(
            "The date is written less exactly than the precision says. Write it in full."
        ),
        "unknown_with_date": gettext_lazy(
            "Leave the date empty if it is unknown, or choose another precision."
        ),
        "needs_date": gettext_lazy("Write the date that the precision is about."),
    }

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", gettext_lazy("2022-08-31, 2022-08 or 2022."))
        super().__init__(**kwargs)
        self.is_end = is_end

    def clean(self, value: Any) -> partialdates.PartialDate:
        text, precision = ([*(value or []), "", ""])[:2]
        text, precision = str(text or ""), str(precision or "")
        if precision and precision not in Precision.values:
            raise ValidationError(_("Choose one of the precisions in the list."))
        try:
            found = partialdates.parse(text, precision, is_end=self.is_end)
        except partialdates.BadDate as error:
            raise ValidationError(self.MESSAGES[error.code], code=error.code) from error
        if self.required and found.date is None and found.precision != Precision.UNKNOWN:
            raise ValidationError(_("Write a date, or choose “unknown”."))
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.normal(initial) != self.normal(data)

    def normal(self, raw: Any) -> list[str]:
        """Two ways of writing the same date are the same raw value."""
        text, precision = ([str(part or "") for part in raw or []] + ["", ""])[:2]
        try:
            return self.raw_of(*partialdates.parse(text, precision, is_end=self.is_end))
        except (partialdates.BadDate, ValueError):
            return [text, precision]

    def raw_of(self, date: datetime.date | None, precision: str) -> list[str]:
        text = partialdates.write(date, precision, is_end=self.is_end)
        # Nothing is chosen where the way of writing says it: a new date then brings its own precision.
        said = {4: "year", 7: "month", 10: "day"}.get(len(text))
        return [text, "" if precision == said else precision]

    def words(self, raw: Any) -> str:
        text, precision = ([*(raw or []), "", ""])[:2]
        try:
            found = partialdates.parse(text or "", precision or "", is_end=self.is_end)
        except partialdates.BadDate:
            return str(text)
        if found.date is None:
            return _("unknown") if found.precision == Precision.UNKNOWN else ""
        return dates.format_date(found.date, found.precision, get_language() or "sv")


class PickWidget(forms.TextInput):
    """A text input with suggestions; what is typed is resolved by the server, so no script is needed."""

    template_name = "editing/widgets/pick.html"
    field: "OptionsMixin"

    def format_value(self, value: Any) -> str:
        return self.field.shown(str(value)) if value else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, {"autocomplete": "off", "maxlength": 400, **(attrs or {})})
        context["widget"]["attrs"]["list"] = self.field.list_id
        return context


class PickSelect(forms.Select):
    """A list to choose from; its options are read once, when the form first shows or reads them."""

    field: "PickField"

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        self.choices = [("", self.field.empty_label), *((o.key, o.label) for o in self.field.options)]
        return super().optgroups(name, value, attrs)


class RowsWidget(forms.Widget):
    """One text input per row, and a few empty ones."""

    template_name = "editing/widgets/rows.html"
    use_fieldset = True
    field: "PickManyField"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [self.field.shown(str(key)) for key in value or [] if key]
        context["widget"]["rows"] = rows + [""] * BLANK_ROWS
        context["widget"]["list_id"] = self.field.list_id
        context["widget"]["row_label"] = self.field.label
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        if isinstance(data, Raw):
            return list(data.get(name) or [])
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [text for text in found[:MOST_ROWS] if text.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class PickChecks(forms.CheckboxSelectMultiple):
    field: "PickManyField"

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        self.choices = [(o.key, o.label) for o in self.field.options]
        return super().optgroups(name, value, attrs)


class OptionsMixin:
    """What fields that choose among rows have in common."""

    label: Any
    _options: list[Option] | None
    make_options: Callable[[], list[Option]]
    list_id: str

    @property
    def options(self) -> list[Option]:
        """Every row that can be chosen. Read once per form."""
        if self._options is None:
            self._options = self.make_options()
        return self._options

    def shown(self, key: str) -> str:
        return next((option.shown for option in self.options if option.key == key), key)

    def key_of(self, pk: Any) -> str:
        """The id of the row with that primary key; "" for none, a mark for one that is gone."""
        if pk is None:
            return ""
        return next((option.key for option in self.options if option.pk == pk), f"#{pk}")

    def word(self, key: Any) -> str:
        return next((option.label for option in self.options if option.key == key), str(key or ""))

    def key_typed(self, text: str) -> str:
        """The id that was typed or chosen; the text itself where it names no row."""
        try:
            return picking.resolve(text, self.options).key if text.strip() else ""
        except picking.NotFound:
            return text

    def find(self, text: str) -> Option:
        try:
            return picking.resolve(text, self.options)
        except picking.NotFound as error:
            shown = text if len(text) <= 60 else f"{text[:60]}…"
            names = ", ".join(option.shown for option in error.suggestions)
            if error.ambiguous:
                raise ValidationError(
                    _("“%(text)s” can mean several: %(names)s. Write the id in brackets too."),
                    params={"text": shown, "names": names},
                ) from error
            if names:
                raise ValidationError(
                    _("“%(text)s” is not in the register. Did you mean %(names)s?"),
                    params={"text": shown, "names": names},
                ) from error
            raise ValidationError(
                _("“%(text)s” is not in the register."), params={"text": shown}, code="unknown"
            ) from error


def options_of(
    rows: QuerySet, *, key: str, label: str = "name", names: Callable[[Any], Iterable[str]] | None = None
) -> list[Option]:
    """Options of the rows of a queryset, in its order. One query."""
    return [
        Option(
            row.pk,
            str(getattr(row, key)),
            str(getattr(row, label)),
            tuple(names(row)) if names else _both_names(row, label),
        )
        for row in rows
    ]


def _both_names(row: Any, label: str) -> tuple[str, ...]:
    return tuple(filter(None, (getattr(row, f"{label}_sv", ""), getattr(row, f"{label}_en", ""))))


class PickField(OptionsMixin, forms.Field):
    """One row, chosen from a list (`select`) or typed with suggestions. Raw: its id."""

    def __init__(
        self,
        make_options: Callable[[], list[Option]],
        *,
        list_id: str = "",
        empty_label: Any = "",
        model: type[Model],
        **kwargs: Any,
    ) -> None:
        self.make_options, self._options = make_options, None
        self.list_id, self.empty_label, self.model = list_id, empty_label, model
        kwargs.setdefault("widget", PickWidget() if list_id else PickSelect())
        super().__init__(**kwargs)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "PickField":
        copied: PickField = super().__deepcopy__(memo)
        copied.widget.field = copied
        copied._options = None
        return copied

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        option = self.find(text) if self.list_id else self._exact(text)
        row = self.model._default_manager.filter(pk=option.pk).first()
        if row is None:
            raise ValidationError(_("This row was removed meanwhile. Choose another."))
        return row

    def _exact(self, text: str) -> Option:
        for option in self.options:
            if option.key == text:
                return option
        raise ValidationError(_("Choose one of the values in the list."), code="unknown")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.normal(initial) != self.normal(data)

    def normal(self, raw: Any) -> str:
        return self.key_typed(str(raw or "")) if self.list_id else str(raw or "")

    def words(self, raw: Any) -> str:
        return self.word(raw) if raw else str(self.empty_label)


class PickManyField(OptionsMixin, forms.Field):
    """Several rows: checkboxes, or typed one per line with suggestions. Raw: a list of ids."""

    def __init__(
        self,
        make_options: Callable[[], list[Option]],
        *,
        list_id: str = "",
        least: int = 0,
        model: type[Model],
        **kwargs: Any,
    ) -> None:
        self.make_options, self._options = make_options, None
        self.list_id, self.model, self.least = list_id, model, least
        kwargs.setdefault("required", least > 0)
        kwargs.setdefault("widget", RowsWidget() if list_id else PickChecks())
        super().__init__(**kwargs)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "PickManyField":
        copied: PickManyField = super().__deepcopy__(memo)
        copied.widget.field = copied
        copied._options = None
        return copied

    def clean(self, value: Any) -> list[Any]:
        found: list[Option] = []
        for text in value or []:
            option = self.find(str(text)) if self.list_id else self._exact(str(text))
            if option not in found:
                found.append(option)
        if len(found) < self.least:
            raise ValidationError(
                _("Name at least %(least)s."), params={"least": self.least}, code="required"
            )
        rows = self.model._default_manager.in_bulk([option.pk for option in found])
        return [rows[option.pk] for option in found if option.pk in rows]

    def _exact(self, text: str) -> Option:
        for option in self.options:
            if option.key == text:
                return option
        raise ValidationError(_("Choose among the values in the list."), code="unknown")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.normal(initial) != self.normal(data)

    def normal(self, raw: Any) -> list[str]:
        """Ids in the order of the list; typed rows keep the order in which they were typed."""
        if self.list_id:
            return [self.key_typed(str(text)) for text in raw or []]
        chosen = {str(key) for key in raw or []}
        known = [option.key for option in self.options if option.key in chosen]
        return known + sorted(chosen - set(known))

    def words(self, raw: Any) -> str:
        return ", ".join(self.word(key) for key in self.normal(raw))


class SourcesWidget(forms.Widget):
    """Lines of document + place, or an external page."""

    template_name = "editing/widgets/sources.html"
    use_fieldset = True
    PARTS = ("document", "place", "label", "url")
    field: "SourcesField"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [dict(zip(self.PARTS, row, strict=True)) for row in value or []]
        for row in rows:
            row["document"] = self.field.shown(row["document"]) if row["document"] else ""
        context["widget"]["rows"] = rows + [{}] * (1 if rows else BLANK_ROWS)
        context["widget"]["list_id"] = self.field.list_id
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[str]]:
        if isinstance(data, Raw) or not hasattr(data, "getlist"):
            return list(data.get(name) or [])
        columns = [data.getlist(f"{name}-{part}")[:MOST_ROWS] for part in self.PARTS]
        length = max(map(len, columns), default=0)
        rows = [[column[i].strip() if i < len(column) else "" for column in columns] for i in range(length)]
        return [row for row in rows if any(row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        if isinstance(data, Raw):
            return name not in data
        return not any(f"{name}-{part}" in data for part in self.PARTS)


class SourcesField(OptionsMixin, forms.Field):
    """Where the row comes from. Raw: [[document id, place, label, address], …]; Python: unsaved citations."""

    def __init__(self, **kwargs: Any) -> None:
        self.make_options, self._options = document_options, None
        self.list_id = "documents"
        kwargs.setdefault("label", gettext_lazy("Sources"))
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", SourcesWidget())
        kwargs.setdefault(
            "help_text", gettext_lazy("A document and the place in it, or the name and address of a page.")
        )
        super().__init__(**kwargs)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SourcesField":
        copied: SourcesField = super().__deepcopy__(memo)
        copied.widget.field = copied
        copied._options = None
        return copied

    def clean(self, value: Any) -> list[Citation]:
        found = [self._citation(row) for row in value or []]
        if self.required and not found:
            raise ValidationError(_("Name at least one source."), code="required")
        for position, citation in enumerate(found):
            citation.position = position
        return found

    def _citation(self, row: Sequence[str]) -> Citation:
        document, place, label, url = ([str(part or "") for part in row] + [""] * 4)[:4]
        for text in (place, label, url):
            if "\x00" in text:
                raise ValidationError(_("Null characters are not allowed."))
        if document and (label or url):
            raise ValidationError(_("Name a document, or an external source; not both."))
        if document:
            option = self.find(document)
            citation = Citation(document_id=option.pk, place=place)
        elif place and not (label or url):
            raise ValidationError(_("Say which document “%(place)s” is in."), params={"place": place[:60]})
        else:
            citation = Citation(label=label, url=url)
            if place:
                raise ValidationError(_("A place belongs to a document. Write it in the name of the page."))
        if url:
            URLValidator(schemes=["http", "https"], message=_("Write the whole address, with https://."))(url)
        for name in ("place", "label", "url"):
            most: int = getattr(Citation._meta.get_field(name), "max_length", 0)
            if len(getattr(citation, name)) > most:
                raise ValidationError(
                    _("“%(start)s…” is too long: at most %(most)s characters."),
                    params={"start": getattr(citation, name)[:40], "most": most},
                )
        return citation

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.normal(initial) != self.normal(data)

    def normal(self, raw: Any) -> list[list[str]]:
        rows = [([str(part or "") for part in row] + [""] * 4)[:4] for row in raw or []]
        return [[self.key_typed(document), *rest] for document, *rest in rows]

    def raw_of(self, citations: Iterable[Any]) -> list[list[str]]:
        """Raw rows of citations, or of their historical records."""
        return [[self.key_of(c.document_id), c.place, c.label, c.url] for c in citations]

    def words(self, raw: Any) -> str:
        lines = []
        for row in raw or []:
            document, place, label, url = ([*row, "", "", "", ""])[:4]
            lines.append(f"{self.word(document)} {place}".strip() if document else label or url)
        return "; ".join(lines)


def document_options() -> list[Option]:
    return options_of(Document.objects.all(), key="slug", label="title")
