"""What mail one wants: by the link in a mail without an account, or logged in."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.views.rows import the_user
from meetings import preferences
from meetings.models import Recipient
from meetings.preference_forms import PreferencesForm

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def own(request: Request) -> HttpResponse:
    """Of the address that one logs in with."""
    require(request, "edit", Recipient)
    email = the_user(request).email.casefold()
    row = Recipient.objects.filter(email=email).first() or Recipient(email=email)
    return _page(request, row)


@require_http_methods(FORM)
def by_link(request: Request, secret: str) -> HttpResponse:
    """Of the address that the link was mailed to."""
    return _apart(_page(request, _the_recipient(secret)))


def _page(request: Request, row: Recipient) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your choice is saved."))
        return HttpResponseRedirect(request.path)
    return render(request, "meetings/preferences/preferences.html", {"form": form, "recipient": row})


@csrf_exempt  # RFC 8058, 3.2: a mail program posts it, without cookies; the secret is the proof
@require_http_methods(FORM)
def unsubscribe(request: Request, secret: str, what: str) -> HttpResponse:
    """End mail of one kind: at once if posted, after a question if opened, since scanners open links."""
    row = _the_recipient(secret)
    if what not in preferences.KINDS:
        raise Http404
    if request.method == "POST":
        preferences.set_wish(row, what, False)
    context = {
        "recipient": row,
        "what": PreferencesForm.Meta.labels[preferences.field_of(what)],
        "done": request.method == "POST",
        "page_url": preferences.page_url(row),
    }
    return _apart(render(request, "meetings/preferences/unsubscribe.html", context))


def _the_recipient(secret: str) -> Recipient:
    row = preferences.find(secret)
    if row is None:
        raise Http404
    return row


def _apart(response: HttpResponse) -> HttpResponse:
    """No page may be told of the address, and nobody else's cache may keep it."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
