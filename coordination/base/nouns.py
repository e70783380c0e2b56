"""The kinds of row that people edit, each with its form: what the editing views are written against.

Apps register theirs in `<app>/forms.py`, which their AppConfig.ready imports.
"""

import datetime
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from coordination.base.forms import RowForm
from coordination.base.panels import Panel


@dataclass(frozen=True)
class Noun:
    """A kind of row.

    Attributes:
        key: its word in url names ("actor": `network:actor-edit`).
        path: its word in addresses ("actors": `/actors/<id>/edit/`).
        lookup: the field that its addresses name rows by.
        new_title, parent: what the page for a new row says; the field that names the row it belongs to.
        narrow, fits: which rows of the model are of this kind, as a filter and as a question about one.
        on_confirm: gets the row, user and day when somebody says that the row is still correct.
        prepare_new: gets the valid form of a new row and the user; returns what is wrong, or None.
        preview: gets the request and the form, as far as it is filled; returns what to show below it, or None.
        address: {placeholder of the page's address: field}, where that is not `lookup` alone.
    """

    key: str
    path: str
    app: str
    model: type[Model]
    form_class: type[RowForm]
    new_title: str | Promise
    lookup: str = "pk"
    parent: str = ""
    narrow: Callable[[QuerySet], QuerySet] | None = None
    fits: Callable[[Any], bool] | None = None
    can_propose: bool = True
    on_confirm: Callable[[Any, Any, datetime.date], None] | None = None
    prepare_new: Callable[[Any, Any], str | None] | None = None
    address: dict[str, str] = field(default_factory=dict)
    preview: Callable[[Any, Any], Panel | None] | None = None

    @property
    def rows(self) -> QuerySet:
        rows = self.model._default_manager.all()
        return self.narrow(rows) if self.narrow else rows

    @property
    def has_history(self) -> bool:
        return hasattr(self.model, "history")

    @property
    def kind(self) -> str:
        """What a row of this kind is called."""
        return str(self.model._meta.verbose_name)

    def id_of(self, row: Any) -> str:
        return str(getattr(row, self.lookup))

    def url(self, action: str, row: Any = None) -> str:
        """Address of an action ("edit", "new", "history" …) on a row, or on the kind."""
        return reverse(f"{self.app}:{self.key}-{action}", args=[] if row is None else [self.id_of(row)])

    def page_of(self, row: Any) -> str:
        """The page that shows `row`: its own, its parent's, or the front page."""
        with suppress(NoReverseMatch):
            if hasattr(row, "get_absolute_url"):
                return str(row.get_absolute_url())
            return reverse(f"{self.app}:{self.key}", args=[self.id_of(row)])
        if self.parent:
            above = getattr(row, self.parent)
            return noun_of(above).page_of(above)
        return self.url("history", row) if self.has_history else "/"


_nouns: dict[tuple[str, str], Noun] = {}


def register(noun: Noun) -> None:
    """Offer forms for a kind of row. Raises KeyError if its word is taken."""
    if (noun.app, noun.key) in _nouns:
        raise KeyError(f"{noun.app}:{noun.key} is registered already")
    _nouns[noun.app, noun.key] = noun


def get(app: str, key: str) -> Noun:
    return _nouns[app, key]


def all_nouns() -> list[Noun]:
    return list(_nouns.values())


def noun_of(row: Model | type[Model]) -> Noun:
    """The kind of a row; of a model, the first kind registered for it. Raises LookupError."""
    model = row if isinstance(row, type) else type(row)
    found = [noun for noun in _nouns.values() if noun.model is model]
    if isinstance(row, Model):
        for noun in found:
            if noun.fits is None or noun.fits(row):
                return noun
    if not found:
        raise LookupError(model._meta.label)
    return found[0]
