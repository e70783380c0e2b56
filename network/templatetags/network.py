"""Links to actors and to other rows, on the chosen day."""

from typing import Any

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coordination.base import nouns
from coordination.base.authorisation import may
from coordination.base.charts import language as language_of_page
from coordination.base.templatetags.samsyn import asof
from network import identifiers, names, shortnames
from network.models import Actor, Collaboration
from network.names import Called

register = template.Library()

register.filter("short_name", shortnames.short_name)
register.filter("lower_first", shortnames.lower_first)
register.filter("scheme_name", identifiers.scheme_name)
PARTNERS = 5


@register.filter
def column_name(name: str) -> str:
    """The name of a column as words: “municipality group”."""
    return str(name).replace("_", " ")


@register.filter
def as_written(value: str) -> str:
    """A value of a further column: yes and no in the reader's language, all else as the file has it."""
    return str({"yes": _("yes"), "no": _("no")}.get(str(value), value))


@register.simple_tag(takes_context=True)
def called(context: Context, actor: Actor) -> str:
    """The actor's name on the page's day. One query for the page, whatever the number of actors."""
    return names.on_page(context.get("request"), actor)


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
        url = row.get_absolute_url()  # type: ignore[attr-defined]  # one without is caught
    except (AttributeError, NoReverseMatch):
        return str(row)
    return format_html('<a href="{}">{}</a>', asof(context, url), row)


@register.simple_tag
def other_name(called: Called) -> SafeString | str:
    """The name in the language that the page is not in, after a dot; nothing where it is missing or the same."""
    language = "en" if language_of_page() == "sv" else "sv"
    name = called.name_en if language == "en" else called.name_sv
    if not name or name == called.name:
        return ""
    return format_html(' · <span lang="{}">{}</span>', language, name)


@register.simple_tag
def partners(collaboration: Collaboration, actor: Actor) -> dict[str, Any]:
    """Those of the collaboration's prefetched sides that are not `actor`: the first of them, and how many more."""
    found = [side.actor for side in collaboration.sides.all() if side.actor_id != actor.pk]
    return {"shown": found[:PARTNERS], "more": len(found) - len(found[:PARTNERS])}


@register.simple_tag(takes_context=True)
def row_url(context: Context, row: Model, action: str) -> str:
    """The address of `action` ("edit", "end" …) on `row`, if the user may edit it; empty otherwise."""
    if not may(context["request"].user, "edit", row):
        return ""
    try:
        return nouns.noun_of(row).url(action, row)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def edit_link(context: Context, row: Model) -> SafeString | str:
    """A small link to change a row that has no page of its own, or to propose it; nothing for others."""
    user = context["request"].user
    noun = nouns.noun_of(row)
    if may(user, "edit", row):
        return _small_link(noun.url("edit", row), _("Edit"), row)
    if noun.can_propose and may(user, "propose", row):
        return _small_link(noun.url("propose", row), _("Propose a change"), row)
    return ""


def _small_link(url: str, text: str, row: Model) -> SafeString:
    return format_html('<a class="xs" href="{}">{}<span class="vh"> {}</span></a>', url, text, row)
