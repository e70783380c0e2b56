"""What the columns of a table are called on pages, in the active language."""

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from coordination.base.tables.kinds import TableKind

# Where the column is not called as the model's field is, or says more than it.
COLUMNS: dict[str, str | Promise] = {
    "id": _("Id"),
    "valid_from": _("First day"),
    "valid_to": _("Last day"),
    "date_from": _("First day"),
    "date_to": _("Last day"),
    "from_precision": _("Precision of the first day"),
    "to_precision": _("Precision of the last day"),
    "date_precision": _("Precision of the date"),
    "level": _("Level"),
    "territory": _("Territory"),
    "area": _("Priority area"),
    "sources": _("Sources: documents and places in them"),
    "external_source": _("Source outside the register"),
    "inferred_fields": _("Fields that we concluded"),
    "participants": _("Participants"),
    "also": _("Also members"),
    "scheme": _("List, or kind of number"),
    "parent": _("Part of"),
}


def label_of(kind: TableKind, column: str) -> str:
    """The name of a column as people read it; the column's own where nothing better is known."""
    if column in COLUMNS:
        return str(COLUMNS[column])
    part = next((part for part in kind.parts if column in part.columns), None)
    name = getattr(part, "attr", column) if part is not None else column
    try:
        field = kind.model._meta.get_field(str(name))
    except FieldDoesNotExist:
        return column
    return capfirst(str(getattr(field, "verbose_name", column)))


def names_of(kind: TableKind, languages: tuple[str, ...]) -> dict[str, set[str]]:
    """{column: what it is called in each of `languages`}, of every column that a file may have."""
    names: dict[str, set[str]] = {}
    for language in languages:
        with override(language):
            for column in (*kind.columns, *kind.extra_columns):
                names.setdefault(column, set()).add(label_of(kind, column))
    return names
