"""Rows of any kind in lists: their names, marked with the language that they are in."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from coordination.base.templatetags.samsyn import local

register = template.Library()


@register.simple_tag
def row_name(row: Any) -> SafeString | str:
    """The name or title of any row, with its language where it has none in the active one."""
    for field in ("name", "title"):
        if hasattr(row, f"{field}_sv") and isinstance(getattr(type(row), field, None), property):
            return local(row, field)
    return str(row)
