"""How sure a row is, what its note says, and where its sources disagree."""

from typing import Any

from django import template
from django.template import Context

from coordination.base import remarks

register = template.Library()


@register.inclusion_tag("_how_sure.html")
def how_sure(row: Any) -> dict[str, Any]:
    """Whether the source says it or we concluded it, and which fields we inferred."""
    return {"row": row, "inferred": remarks.inferred_words(row)}


@register.inclusion_tag("_disagreement.html", takes_context=True)
def disagreement(context: Context, row: Any) -> dict[str, Any]:
    """What the sources disagree about, and what the register uses; nothing where they agree."""
    said, _rest = remarks.split(row.note)
    return {"request": context.get("request"), "row": row, "pieces": remarks.pieces(said)}


@register.inclusion_tag("_remark.html", takes_context=True)
def remark(context: Context, row: Any) -> dict[str, Any]:
    """The row's note without what `disagreement` shows; documents by their titles, never by file names."""
    _said, rest = remarks.split(row.note)
    return {"request": context.get("request"), "pieces": remarks.pieces(rest)}
