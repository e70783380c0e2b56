"""Links to actors and to other rows, on the chosen day."""

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coordination.base.templatetags.samsyn import asof
from network import shortnames
from network.models import Actor
from network.names import Called, former_on

register = template.Library()

register.filter("short_name", shortnames.short_name)


@register.simple_tag(takes_context=True)
def called(context: Context, actor: Actor) -> str:
    """The actor's name on the page's day. One query for the page, whatever the number of actors."""
    request = context.get("request")
    day = getattr(request, "as_of", None)
    if day is None:
        return actor.name
    then: dict[int, Called] | None = getattr(request, "_names_then", None)
    if then is None:
        then = former_on(day)
        request._names_then = then
    return then[actor.pk].name if actor.pk in then else actor.name


@register.simple_tag(takes_context=True)
def actor_link(context: Context, actor: Actor | None, *, short: bool = False) -> SafeString | str:
    """A link to the actor's page on the chosen day; `short` by its acronym, with the name as title."""
    if actor is None:
        return ""
    full = called(context, actor)
    name = shortnames.short_name(full) if short else full
    try:
        url = actor.get_absolute_url()
    except NoReverseMatch:  # an installation without the pages of actors
        return name
    if name != full:
        return format_html('<a href="{}" title="{}">{}</a>', asof(context, url), full, name)
    return format_html('<a href="{}">{}</a>', asof(context, url), name)


@register.simple_tag(takes_context=True)
def row_link(context: Context, row: Model) -> SafeString | str:
    """A link to the row's page on the chosen day, where it has one; its name in any case."""
    try:
        url = row.get_absolute_url()  # type: ignore[attr-defined]
    except (AttributeError, NoReverseMatch):
        return str(row)
    return format_html('<a href="{}">{}</a>', asof(context, url), row)
