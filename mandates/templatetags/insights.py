"""Template tags of the pages of insights: names of rows that are known only by their ids."""

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from mandates.insights.rows import Words

register = template.Library()


@register.filter
def actor_name(slug: str, words: Words) -> str:
    return words.actor(slug)


@register.filter
def function_name(code: str, words: Words) -> str:
    return words.function(code)


@register.filter
def cell_name(name: str, words: Words) -> str:
    return words.cell(name)


@register.filter
def named(
    counts: Sequence[int], roles: Sequence[tuple[str | Promise, str | Promise]]
) -> list[tuple[str | Promise, int]]:
    """Each count with the name of its role."""
    return [(name, count) for (name, _meaning), count in zip(roles, counts, strict=True)]
