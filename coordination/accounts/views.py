"""The users that coordinators look after, and one's own account."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.accounts import mail, services
from coordination.accounts.forms import ROLE_LABELS, InviteForm, MembershipForm, OwnAccountForm
from coordination.base.authorisation import LoginRequired, fetch, require
from coordination.base.models import User
from coordination.base.views.rows import the_user
from network.models import Actor

PAGE = 50
STATES: dict[str, Callable[[QuerySet[User]], QuerySet[User]]] = {
    "coordinator": lambda rows: rows.filter(is_active=True, is_coordinator=True),
    "reviewer": lambda rows: rows.filter(is_active=True, is_reviewer=True),
    "member": lambda rows: rows.filter(is_active=True, memberships__isnull=False).distinct(),
    "disabled": lambda rows: rows.filter(is_active=False),
}


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """Everybody with an account. Four queries, however many."""
    require(request, "manage", User)
    found = User.objects.prefetch_related("memberships__actor").order_by("name", "email")
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:200]
    if state in STATES:
        found = STATES[state](found)
    if text:
        found = found.filter(
            Q(name__icontains=text)
            | Q(email__icontains=text)
            | Q(pk__in=User.objects.filter(memberships__actor__name_sv__icontains=text))
        )
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "state": state,
        "q": text,
        "states": [
            ("", _("All")),
            ("coordinator", _("Coordinators")),
            ("reviewer", _("Reviewers")),
            ("member", _("Members")),
            ("disabled", _("Disabled")),
        ],
    }
    return render(request, "accounts/users.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account and mail its owner the link that sets a password."""
    require(request, "manage", User)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        by = the_user(request)
        try:
            user = services.invite(**given, by=by)
        except services.AddressTaken:
            form.add_error("email", _("There is an account with this address already."))
        else:
            _tell_of_mail(request, user, mail.send_invitation(user, by=by))
            return _to(user)
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles, whom it speaks for, and who gave it what."""
    found = _account(request, pk)
    return _user_page(request, found, MembershipForm())


def _user_page(request: HttpRequest, found: User, form: MembershipForm, status: int = 200) -> HttpResponse:
    context = {
        "account": found,
        "roles": [(role, label, getattr(found, f"is_{role}")) for role, label in ROLE_LABELS.items()],
        "memberships": found.memberships.select_related("actor").order_by("actor__sort_sv"),
        "events": found.account_events.select_related("by")[:PAGE],
        "role_labels": ROLE_LABELS,
        "is_self": found.pk == the_user(request).pk,
        "is_invited": not found.has_usable_password(),
        "form": form,
    }
    return render(request, "accounts/user.html", context, status=status)


@require_POST
def role(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    """Give the role (`give=1`) or take it away."""
    return _act(
        request,
        pk,
        lambda found, by: services.set_role(found, role, given=_given(request), by=by),
        _("You cannot take this role from yourself. Ask another coordinator."),
    )


@require_POST
def active(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the account again (`give=1`) or disable it; every session of it ends."""
    return _act(
        request,
        pk,
        lambda found, by: services.set_active(found, active=_given(request), by=by),
        _("You cannot disable your own account. Ask another coordinator."),
    )


@require_POST
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the user speak for an actor (`give=1`), or no longer."""
    found = _account(request, pk)
    form = MembershipForm(request.POST)
    if not form.is_valid():
        return _user_page(request, found, form, status=422)
    actor: Actor = form.cleaned_data["actor"]
    services.set_membership(found, actor, given=_given(request), by=the_user(request))
    return _to(found)


@require_POST
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail the link again."""
    found = _account(request, pk)
    if found.is_active and not found.has_usable_password():
        _tell_of_mail(request, found, mail.send_invitation(found, by=the_user(request)))
    else:
        messages.info(request, _("This account has a password, or is disabled: nothing was sent."))
    return _to(found)


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """My account: name and language, what I may do, and the ways to password, second factor and sessions."""
    if not request.user.is_authenticated:
        raise LoginRequired
    own = the_user(request)
    require(request, "edit_own", own)
    # A copy: a rejected form must not change the name that the page's header shows.
    stored = User.objects.get(pk=own.pk)
    form = OwnAccountForm(request.POST if request.method == "POST" else None, instance=stored)
    if form.is_valid():
        saved = form.save()
        with override(saved.language):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("accounts:account"))
    context = {
        "form": form,
        "memberships": own.memberships.select_related("actor").order_by("actor__sort_sv"),
        "roles": [label for name, label in ROLE_LABELS.items() if getattr(own, f"is_{name}")],
        "events": own.account_events.select_related("by")[:PAGE],
        "role_labels": ROLE_LABELS,
    }
    return render(request, "accounts/account.html", context, status=422 if form.is_bound else 200)


def _account(request: HttpRequest, pk: int) -> User:
    return fetch(request, "manage", User.objects.all(), pk=pk)


def _given(request: HttpRequest) -> bool:
    return request.POST.get("give") == "1"


def _act(
    request: HttpRequest, pk: int, act: Callable[[User, User], Any], refused: str
) -> HttpResponseRedirect:
    found = _account(request, pk)
    try:
        act(found, the_user(request))
    except services.Refused:
        messages.error(request, refused)
    return _to(found)


def _to(found: User) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("accounts:user", args=[found.pk]))


def _tell_of_mail(request: HttpRequest, user: User, sent: bool) -> None:
    if sent:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": user.email})
    else:
        text = _("The account exists, but no mail could be sent to %(email)s. Send the invitation again.")
        messages.error(request, text % {"email": user.email})
