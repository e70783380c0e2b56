"""What holds for every page, whoever wrote its view: login, second factor, caches and headers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from coordination.base.authorisation import LoginRequired, needs_second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]
API_PREFIX = "/api/"
# What a browser may ask a page to use; nothing here is asked for.
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
# Where somebody who still lacks a second factor may go: to get one, to prove who they are, and out.
ENROLMENT = {
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "base:privacy",
    "base:accessibility",
}


class PageHeadersMiddleware:
    """Headers that Django has no setting for, and `private` on whatever is shown to somebody logged in.

    A cache between us and the reader must never give one person's page to another: hence `Vary: Cookie`
    on every answer, also where the view looked at no session, and `no-cache` so that the Back button
    after logging out asks again. A view that has decided for itself (feeds, downloads) is left alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        patch_vary_headers(response, ["Cookie"])
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


class LoginRequiredMiddleware:
    """Answers `LoginRequired`: a page leads to the login page and back, the API says 401."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, LoginRequired):
            return None
        return ask_for_login(request)


def ask_for_login(request: HttpRequest) -> HttpResponse:
    """The login page, which leads back to the page that was asked for; for the API, 401 as JSON.

    A form that was posted is not posted again: after logging in one is on the first page. htmx is told to
    leave the page as a whole, and comes back to the page it was on rather than to a piece of it.
    """
    if request.path.startswith(API_PREFIX):
        refused = JsonResponse({"detail": "Log in or send a token."}, status=HTTPStatus.UNAUTHORIZED)
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    htmx: Any = getattr(request, "htmx", None)
    is_part = bool(htmx) and not htmx.boosted
    back = ""
    if is_part:
        back = htmx.current_url_abs_path or ""
    elif request.method in ("GET", "HEAD"):
        back = request.get_full_path()
    url = resolve_url(settings.LOGIN_URL)
    if back:
        url = f"{url}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(url) if htmx else HttpResponseRedirect(url)


class SecondFactorMiddleware:
    """Who may change the whole register or publish findings needs two factors (OWASP ASVS 5.0, 6.3.3).

    Until they have one they are sent to get it, whichever page they ask for. Needs `request.user`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.view_name in ENROLMENT:
            return None
        if not needs_second_factor(request.user):
            return None
        if request.path.startswith(API_PREFIX):
            return JsonResponse({"detail": "Set up two-step login first."}, status=HTTPStatus.FORBIDDEN)
        url = resolve_url("mfa_activate_totp")
        return (
            HttpResponseClientRedirect(url) if getattr(request, "htmx", None) else HttpResponseRedirect(url)
        )


class NulMiddleware:
    """Answers 400 to a NUL in an address, a question or a form: no text has one, and PostgreSQL refuses it
    only when some query meets it, as a fault of ours. Files are another matter: they are read as bytes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in an address")
        if any("\0" in text for _name, texts in request.POST.lists() for text in texts):
            raise SuspiciousOperation("NUL in a form")
