"""Columns of the lists: cells drawn by templates, so that dates and links are written as elsewhere."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class CellColumn(tables.Column):  # type: ignore[misc]  # the package has no types
    """A cell drawn by a template that gets `row`, `table` and `request`."""

    def __init__(self, template: str, **kwargs: Any) -> None:
        kwargs.setdefault("empty_values", ())
        super().__init__(**kwargs)
        self.template = template

    def render(self, record: Any, table: tables.Table) -> SafeString:
        request = getattr(table, "request", None)
        shown = render_to_string(self.template, {"row": record, "table": table, "request": request})
        return SafeString(shown.strip())  # an empty cell is left out on a phone

    def value(self, record: Any) -> str:
        return str(record)

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """Rows in this column's order, what is unknown last either way: databases differ on where it goes."""
        keys = []
        for name in self.order_by or ():
            field = F(str(name).removeprefix("-"))
            descends = str(name).startswith("-") != is_descending
            keys.append(field.desc(nulls_last=True) if descends else field.asc(nulls_last=True))
        return (queryset.order_by(*keys), True) if keys else (queryset, False)
