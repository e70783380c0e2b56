"""Template tags of the pages about mandates, with the links to actors that they stand on."""

import datetime
from collections.abc import Iterable

from django import template
from django.db.models import Model
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from coordination.base.templatetags.samsyn import ISO_DAY_AND_REST, asof
from mandates import shortnames
from mandates.shortnames import lower_first
from mandates.story import listed
from network.templatetags.network import actor_link, row_link

register = template.Library()

register.filter("short_name", shortnames.short_name)
register.filter("plain_title", shortnames.plain_title)
register.filter("lower_first", shortnames.lower_first)
for tag in (actor_link, row_link):
    register.simple_tag(tag, takes_context=True)


@register.simple_tag(takes_context=True)
def day_in_url(context: Context, url: str) -> str:
    """As `asof`, for an address that ends in a fragment."""
    address, mark, fragment = url.partition("#")
    return f"{asof(context, address)}{mark}{fragment}"


@register.filter
def names_lower(rows: Iterable[Model]) -> str:
    """The rows' names in running text: “nationell och regional”."""
    return listed([lower_first(str(row)) for row in rows])


@register.filter
def nobreak(text: str | datetime.date) -> SafeString:
    """Running text, or a date, in which no date is broken after a hyphen."""
    parts = ISO_DAY_AND_REST.split(str(text))  # every second part is a date
    return format_html_join(
        "",
        "{}",
        ((format_html("<time>{}</time>", part) if at % 2 else part,) for at, part in enumerate(parts)),
    )
