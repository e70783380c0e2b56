"""Marked words, escaped."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """Pieces of a text (`coordination.base.highlights.pieces`), the found ones in <mark>."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if found else text,) for text, found in pieces)
    )
