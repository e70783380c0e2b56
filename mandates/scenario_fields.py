"""Fields whose choices are the rows of a snapshot: of the register with a scenario laid over it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from coordination.base.charts import language
from coordination.base.formfields import OptionsMixin, PickField
from coordination.base.models.register import localized
from coordination.base.picking import Option
from coordination.base.wording import reading_key
from mandates import proposed
from mandates.models import Mandate
from mandates.snapshot import Snapshot


def named(rows: Any, key: Callable[[Any], str], field: str = "name") -> list[Option]:
    """Rows to choose among, by `key`, with the text in `field` as their label."""
    return [
        Option(
            0,
            key(row),
            localized(row, field) or key(row),
            tuple(filter(None, (getattr(row, f"{field}_sv"), getattr(row, f"{field}_en")))),
        )
        for row in rows
    ]


def _actors(register: Snapshot) -> list[Option]:
    rows = sorted(register.actors, key=lambda row: reading_key(localized(row, "name")))
    return [
        Option(
            0,
            row.slug,
            localized(row, "name") or row.slug,
            tuple(filter(None, (row.name_sv, row.name_en, *row.aliases))),
        )
        for row in rows
    ]


def _mandates(register: Snapshot) -> list[Option]:
    return named(register.mandates, lambda row: row.code, "title")


def areas(register: Snapshot) -> list[Option]:
    """The priority areas of all strategies."""
    return named(register.areas, lambda row: f"{row.strategy}/{row.code}")


def proposed_areas(register: Snapshot) -> list[Option]:
    """Those that exist in scenarios only, until one adopts them."""
    rows = [row for row in register.areas if row.status == "proposed"]
    return named(rows, lambda row: f"{row.strategy}/{row.code}")


def scenarios(register: Snapshot) -> list[Option]:
    """The scenarios that the register's own proposals make."""
    return [
        Option(0, name, f"{proposed.titles(register, name)[language()]} ({name})")
        for name in proposed.names(register)
    ]


class KeyField(PickField):
    """The id of a row of a snapshot: typed with suggestions where `list_id` is given, else chosen in a list."""

    def __init__(self, source: Callable[[Snapshot], list[Option]], **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("empty_label", gettext_lazy("choose"))
        super().__init__(list, model=Mandate, **kwargs)

    def read_from(self, register: Snapshot) -> None:
        """Offer the rows of `register`."""
        self.make_options, self._options = (lambda: self.source(register)), None

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        return (self.find(text) if self.list_id else self._exact(text)).key


def actor_field(**kwargs: Any) -> KeyField:
    kwargs.setdefault("help_text", gettext_lazy("Type the name, a part of it, or the id."))
    return KeyField(_actors, list_id="actors", **kwargs)


def mandate_field(**kwargs: Any) -> KeyField:
    kwargs.setdefault("help_text", gettext_lazy("Type the title, a part of it, or the id."))
    return KeyField(_mandates, list_id="mandates", **kwargs)


def kinds(name: str) -> Callable[[Snapshot], list[Option]]:
    """The codes that the snapshot has under `name`."""
    return lambda register: named(getattr(register, name), lambda row: row.code)


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2024-01-01", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write the date as 2024-01-01.")},
        **kwargs,
    )


class SnapshotForm(forms.Form):
    """A form whose rows are those of a snapshot."""

    def __init__(self, *args: Any, register: Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = register
        for field in self.fields.values():
            if isinstance(field, KeyField):
                field.read_from(register)

    @property
    def suggestion_lists(self) -> dict[str, list[Option]]:
        """Options by id of the <datalist> that shows them; each list is on the page once."""
        return {
            field.list_id: field.options
            for field in self.fields.values()
            if isinstance(field, OptionsMixin) and field.list_id
        }
