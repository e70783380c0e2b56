"""Outgoing mail: what was promised to whom, what became of it, and another round for what failed."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from meetings import mail_reading, outbox
from meetings.models import OutgoingMail
from meetings.tasks import send_soon

LONGEST = 200  # characters that are searched for
# A mail's HTML is shown as a mail program would: no script, no form, nothing fetched, and apart from this site.
APART = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"


@require_safe
def mail_list(request: Request) -> HttpResponse:
    """All of it, latest first, by state and by words of its subject or recipient. Two queries more than a page."""
    require(request, "view", OutgoingMail)
    text, state = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("state", "")
    found = OutgoingMail.objects.defer("content")
    if text:
        found = found.filter(Q(recipient__icontains=text) | Q(subject__icontains=text))
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    if state in OutgoingMail.State.values:
        found = found.filter(state=state)
    else:
        state = ""
    states: list[tuple[str, str, int]] = [("", _("All"), sum(counts.values()))]
    states += [
        (value, capfirst(str(label)), counts.get(value, 0)) for value, label in OutgoingMail.State.choices
    ]
    context: dict[str, Any] = {
        "page": Paginator(found, settings.PAGE_SIZE).get_page(request.GET.get("page")),
        "states": states,
        "state": state,
        "q": text,
        "trouble": outbox.trouble(timezone.now()),
    }
    return render(request, "meetings/outbox/mails.html", context)


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no views with arguments
def mail(request: Request, pk: int) -> HttpResponse:
    """One mail: what became of it, and what it says as text, as HTML and to calendars."""
    row = fetch(request, "view", OutgoingMail.objects.all(), pk=pk)
    read = None
    if row.content is not None:
        read = mail_reading.read(bytes(row.content), get_language() or "sv")
    return render(request, "meetings/outbox/mail.html", {"mail": row, "read": read})


@require_safe
@xframe_options_sameorigin
def mail_html(request: Request, pk: int) -> HttpResponse:
    """The HTML of a mail, by itself."""
    row = fetch(request, "view", OutgoingMail.objects.all(), pk=pk)
    html = mail_reading.read(_content(row), get_language() or "sv").html
    response = HttpResponse(html)
    response["Content-Security-Policy"] = APART
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def mail_file(request: Request, pk: int) -> HttpResponse:
    """The very bytes, as a file that mail programs open."""
    row = fetch(request, "view", OutgoingMail.objects.all(), pk=pk)
    response = HttpResponse(_content(row), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="samsyn-{row.pk}.eml"'
    return response


def _content(row: OutgoingMail) -> bytes:
    if row.content is None:
        raise Http404
    return bytes(row.content)


@require_POST
def send_again(request: Request, pk: int) -> HttpResponse:
    """Give a mail that was given up another round."""
    row = fetch(request, "send again", OutgoingMail.objects.all(), pk=pk)
    if outbox.send_again(row):
        send_soon()
        messages.success(request, _("The mail waits to be sent again."))
    else:
        messages.warning(request, _("Only a mail that could not be sent can be sent again."))
    return HttpResponseRedirect(reverse("meetings:mail", args=[row.pk]))


@require_POST
def send_all_again(request: Request) -> HttpResponse:
    """Give every mail that was given up another round, when the mail server was at fault."""
    require(request, "send again", OutgoingMail)
    count = outbox.send_all_again()
    if count:
        send_soon()
    said = ngettext("%(n)s mail waits to be sent again.", "%(n)s mails wait to be sent again.", count)
    messages.success(request, said % {"n": count})
    return HttpResponseRedirect(reverse("meetings:mails"))
