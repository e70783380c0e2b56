"""Template tags of the pages about findings."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coordination.base.templatetags import samsyn
from coordination.base.wording import listed
from mandates import finding_words
from mandates.findings_list import Item
from mandates.findings_store import Row
from mandates.shortnames import short_name
from network.models import Actor
from network.templatetags.network import actor_link

register = template.Library()
NAMED = 4


@register.filter
def finding_url(item: Item | Row) -> str:
    """The address of a finding's own page."""
    key = item.row.key if isinstance(item, Item) else item.key
    return reverse("mandates:finding", args=[key])


@register.simple_tag
def finding_actors(item: Item) -> str:
    """Whom it names, shortly."""
    names = [short_name(actor.name) for actor in item.actors]
    if len(names) > NAMED + 1:
        names = [*names[:NAMED], _("%(n)s more") % {"n": len(names) - NAMED}]
    return listed(names)


@register.simple_tag
def finding_pill(row: Row) -> SafeString:
    """The rule in a word, with the sign of the status where it is one."""
    body = row.body or {"managed": row.managed}
    name = finding_words.sign_of(row.rule, body)
    word = finding_words.rule_name(row.rule)
    return samsyn.status(name, word) if name else format_html("<span>{}</span>", word)


@register.simple_tag
def severity(value: int) -> SafeString:
    """Severity as a number and as bars, for the eye that runs down a column."""
    bars = format_html_join(
        "", "<i{}></i>", ((SafeString(' class="on"') if n <= value else "",) for n in (1, 2, 3))
    )
    said = _("%(n)s of 3") % {"n": value}
    return format_html(
        '<span class="severity"><span class="bars" aria-hidden="true">{}</span>{}</span>', bars, said
    )


@register.filter
def of(mapping: dict, key: str) -> object:
    """`mapping[key]`, for a key that is a variable."""
    return mapping.get(key, "")


@register.simple_tag(takes_context=True)
def finding_actor(context: template.Context, actor: Actor | str) -> SafeString | str:
    """A link to an actor by its short name; its id, where the register no longer has it."""
    return actor if isinstance(actor, str) else actor_link(context, actor, short=True)
