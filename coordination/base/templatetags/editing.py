"""What the editing pages and the rows' pages need: actions by permission, small look-ups."""

from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.http import urlencode

from coordination.base import nouns
from coordination.base.authorisation import may
from coordination.base.nouns import Noun

register = template.Library()


@register.filter
def item(mapping: dict[str, str], key: str) -> str:
    """`mapping[key]`, empty if missing."""
    return mapping.get(key, "")


@register.filter
def kind(row: Any) -> str:
    """What a row of this kind is called."""
    return str(row._meta.verbose_name)


@register.inclusion_tag("editing/_row_actions.html", takes_context=True)
def row_actions(context: Context, row: Any) -> dict[str, Any]:
    """What this user may do to `row`: edit, propose, still correct, history."""
    return actions(context.get("request"), row, csrf_token=context.get("csrf_token"))


def actions(request: Any, row: Any, csrf_token: Any = None) -> dict[str, Any]:
    """Addresses of what the request's user may do to `row`, for `editing/_row_actions.html`."""
    noun = nouns.noun_of(row)
    user = request.user
    may_edit = may(user, "edit", row)
    return {
        "row": row,
        "request": request,
        "csrf_token": csrf_token,
        "ready": True,
        "today": timezone.localdate(),
        "edit_url": _url(noun, "edit", row) if may_edit else "",
        "propose_url": ""
        if may_edit or not noun.can_propose or not may(user, "propose", row)
        else _url(noun, "propose", row),
        "confirm_url": _url(noun, "confirm", row) if may(user, "confirm", row) else "",
        "history_url": _url(noun, "history", row),
        "confirmed_by_me": getattr(row, "confirmed_by_id", None) == user.pk and user.is_authenticated,
    }


def _url(noun: Noun, action: str, row: Any) -> str:
    try:
        return noun.url(action, row)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def new_url(context: Context, app: str, key: str, **given: Any) -> str:
    """Address of the form for a new row, if this user may add (or else propose) one; empty otherwise.

    `{% new_url "network" "seat" network=network.slug as url %}` fills in what it belongs to.
    """
    request = context.get("request")
    try:
        noun = nouns.get(app, key)
    except KeyError:
        return ""
    user = request.user if request else None
    if user is None:
        return ""
    action = "new" if may(user, "add", noun.model) else "propose-new"
    if action == "propose-new" and not (noun.can_propose and may(user, "propose", noun.model)):
        return ""
    try:
        url = noun.url(action)
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode(given)}" if given else url
