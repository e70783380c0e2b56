"""One view for the page and for the part of it that htmx replaces."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str, status: int = 200
) -> TemplateResponse:
    """Render the page, or only its partial `fragment` when htmx replaces the element of that id.

    The target is asked about, not HX-Request: boosted links and history restores are htmx requests too,
    and need the whole page.
    """
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == fragment:
        template = f"{template}#{fragment}"
    response = TemplateResponse(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Target"])  # one URL, two bodies: keep caches apart
    return response
