"""Template tags of the pages about mandates: actors by their short names, with links."""

import datetime
from collections.abc import Iterable

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from coordination.base.templatetags.samsyn import ISO_DAY_AND_REST, asof
from mandates import shortnames
from mandates.shortnames import lower_first
from mandates.story import listed
from network.models import Actor

register = template.Library()

register.filter("short_name", shortnames.short_name)
register.filter("plain_title", shortnames.plain_title)
register.filter("lower_first", shortnames.lower_first)


def actor_url(actor: Actor) -> str:
    """The address of an actor's or a group's page."""
    try:
        return reverse("network:group" if actor.is_group else "network:actor", args=[actor.slug])
    except NoReverseMatch:  # an installation without the pages of actors
        return ""


@register.simple_tag(takes_context=True)
def actor_link(context: Context, actor: Actor | None, *, short: bool = False) -> SafeString | str:
    """A link to the actor's page on the chosen day; `short` by its acronym, with the name as title."""
    if actor is None:
        return ""
    name = shortnames.short_name(actor.name) if short else actor.name
    url = actor_url(actor)
    if not url:
        return name
    if name != actor.name:
        return format_html('<a href="{}" title="{}">{}</a>', asof(context, url), actor.name, name)
    return format_html('<a href="{}">{}</a>', asof(context, url), name)


@register.simple_tag(takes_context=True)
def row_link(context: Context, row: Model) -> SafeString | str:
    """A link to the row's page on the chosen day, where it has one; its name in any case."""
    try:
        url = row.get_absolute_url()  # type: ignore[attr-defined]
    except (AttributeError, NoReverseMatch):
        return str(row)
    return format_html('<a href="{}">{}</a>', asof(context, url), row)


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
