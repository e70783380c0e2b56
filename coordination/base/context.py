"""What every template may use besides what its view gives it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from coordination.base import as_of, navigation


def frame(request: HttpRequest) -> dict[str, Any]:
    """Header, date bar and script nonce: `nav`, `tools`, `user_menu`, `footer_links`, `csp_nonce`.

    Error pages are rendered for requests that never reached a view, hence the date is attached here too.
    """
    if not hasattr(request, "as_of"):
        as_of.attach(request, today=timezone.localdate())
    return {
        "nav": SimpleLazyObject(lambda: navigation.items(request)),
        "tools": SimpleLazyObject(lambda: navigation.items(request, navigation.TOOLS)),
        "user_menu": SimpleLazyObject(lambda: navigation.items(request, navigation.USER)),
        "footer_links": SimpleLazyObject(lambda: navigation.items(request, navigation.FOOTER)),
        # django-htmx looks for this name; django-csp offers the value under another.
        "csp_nonce": getattr(request, "csp_nonce", None),
    }
