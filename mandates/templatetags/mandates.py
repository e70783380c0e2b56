"""Template tags of the pages about mandates, with the links to actors that they stand on."""

from collections.abc import Iterable

from django import template
from django.db.models import Model
from django.template import Context

from coordination.base.templatetags.samsyn import asof
from coordination.base.wording import listed
from mandates import shortnames
from mandates.shortnames import lower_first
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
