"""The one question that every view, export, feed, search and API operation asks: may this user do this?

Deny by default: an action nobody allowed is refused. Apps allow actions on their own models, with
predicates of the `rules` package, in `authorisation.py` beside their models:

    allow(Actor, "edit", is_coordinator)

A predicate gets (user, row); `row` is None when the question is about the kind of row, before one is
fetched ("could this user edit some actor?").
"""

from typing import Any, NoReturn, TypeVar

import rules
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from coordination.base.models import User

Row = TypeVar("Row", bound=Model)
AnyUser = User | AnonymousUser

_allowed = rules.RuleSet()


class LoginRequired(Exception):
    """Nobody is logged in, and somebody who is might be allowed. Answered with the login page."""


def allow(model: type[Model], action: str, predicate: Any) -> None:
    """Allow `action` on rows of `model` to whom `predicate(user, row)` says yes. Raises KeyError if twice."""
    _allowed.add_rule(_name(model, action), predicate)


def may(user: AnyUser, action: str, target: Model | type[Model]) -> bool:
    """Whether `user` may do `action` to a row, or (given a model) to some row of that kind."""
    if isinstance(target, type):
        return bool(_allowed.test_rule(_name(target, action), user, None))
    return bool(_allowed.test_rule(_name(target.__class__, action), user, target))


def actions(model: type[Model]) -> set[str]:
    """The actions that anybody at all may do to rows of `model`."""
    prefix = f"{model._meta.label_lower}:"
    return {name.removeprefix(prefix) for name in _allowed if name.startswith(prefix)}


def require(request: HttpRequest, action: str, target: Model | type[Model]) -> None:
    """Return if the request's user may; otherwise refuse.

    Raises:
        LoginRequired: nobody is logged in.
        Http404: the row may not even be seen; it answers as a missing one does.
        PermissionDenied: it may be seen, but not this.
    """
    if not may(request.user, action, target):
        _refuse(request, target)


def fetch(request: HttpRequest, action: str, rows: QuerySet[Row], **lookup: Any) -> Row:
    """The one row that `lookup` finds, if the request's user may do `action` to it.

    The kind is asked about before the row is fetched, so that whoever is not logged in learns nothing
    about which ids exist. Raises as `require` does.
    """
    if not request.user.is_authenticated and not may(request.user, action, rows.model):
        raise LoginRequired
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    if not may(request.user, action, row):
        _refuse(request, row)
    return row


def _refuse(request: HttpRequest, target: Model | type[Model]) -> NoReturn:
    if not isinstance(target, type) and not may(request.user, "view", target):
        raise Http404
    if not request.user.is_authenticated:
        raise LoginRequired
    raise PermissionDenied


def _name(model: type[Model], action: str) -> str:
    return f"{model._meta.label_lower}:{action}"


def must_have_second_factor(user: AnyUser) -> bool:
    """Whether this user's roles ask for a second factor, here. The printed demo accounts are let off."""
    if not settings.MFA_REQUIRED or not isinstance(user, User) or user.email in settings.MFA_EXEMPT:
        return False
    return user.is_coordinator or user.is_reviewer or user.is_staff


def needs_second_factor(user: AnyUser) -> bool:
    """Whether this user must have a second factor and has none yet. One query for those who must."""
    return must_have_second_factor(user) and not is_mfa_enabled(user, [Authenticator.Type.TOTP])


@rules.predicate
def is_reader(user: AnyUser, row: object = None) -> bool:
    """Anybody who is logged in; everybody where the instance is open to the public."""
    return settings.ANONYMOUS_READING or user.is_authenticated


@rules.predicate
def is_logged_in(user: AnyUser, row: object = None) -> bool:
    return user.is_authenticated


@rules.predicate
def is_coordinator(user: AnyUser, row: object = None) -> bool:
    return isinstance(user, User) and user.is_active and user.is_coordinator


@rules.predicate
def is_reviewer(user: AnyUser, row: object = None) -> bool:
    return isinstance(user, User) and user.is_active and user.is_reviewer
