"""Pages about the product itself; open to everybody, since they hold nothing of the register."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.base import signs
from coordination.base.as_of import Request
from coordination.base.panels import panels_for


@require_safe
def how_we_count(request: Request) -> HttpResponse:
    """The rules in plain words."""
    statuses = [(name, signs.EXPLANATIONS[name]) for name in signs.NAMES]
    as_of = request.as_of
    shown = panels_for("how_we_count", request, None, as_of)
    return render(request, "base/how_we_count.html", {"statuses": statuses, "panels": shown})


@require_safe
def accessibility(request: Request) -> HttpResponse:
    """The statement that the Act on accessibility of digital public service (2018:1937) asks for."""
    return render(request, "base/accessibility.html")


@require_safe
def privacy(request: Request) -> HttpResponse:
    """The information that Articles 13 and 14 GDPR ask for."""
    return render(request, "base/privacy.html")
