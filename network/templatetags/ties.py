"""Template tags of the pages of networks, collaborations and dated events."""

from typing import Any

from django import template
from django.template import Context

from coordination.base.footnotes import Footnotes
from network import events, networks
from network.models import Encounter, Milestone, Network

register = template.Library()


@register.simple_tag(takes_context=True)
def network_state(context: Context, network: Network) -> networks.State:
    """How `network` (from `networks.described`) stands on the page's day. No query."""
    return networks.state(network, context["request"].as_of)


@register.filter
def when(event: Encounter | Milestone) -> str:
    """The days of a dated event, as exactly as they are known."""
    return events.when(event)


@register.simple_tag(takes_context=True)
def days_left(context: Context, event: Encounter | Milestone) -> int:
    """Days from the page's day to a milestone that lies ahead and is known to the day; else 0."""
    days = events.days_from(event, context["request"].as_of) if isinstance(event, Milestone) else None
    return max(days or 0, 0)


@register.filter
def others(rows: Any, shown: int) -> int:
    """How many of `rows` are left out where `shown` are written."""
    return max(len(rows) - shown, 0)


@register.filter
def footnotes_of(notes: Footnotes, row: Any) -> list[int]:
    return notes.of(row)
