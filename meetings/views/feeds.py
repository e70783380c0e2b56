"""Calendar feeds: the page where they are made and revoked, and the address that programs fetch."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, may, require
from coordination.base.views.rows import the_user
from meetings import feed_forms, feeds, links
from meetings.feed_forms import FeedForm
from meetings.models import Feed

MOST = 50  # feeds of one person that stand
TYPE = "text/calendar; charset=utf-8"


@require_safe
def fetch_feed(request: Request, secret: str) -> HttpResponse:
    """The calendar of a secret. Whatever is wrong with it is answered alike: nothing is told to who guesses."""
    feed = feeds.find(secret)
    if feed is None:
        return _unshared(HttpResponse("Not found\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain"))
    now = timezone.now()
    calendar = feeds.calendar(feed, now=now)
    feeds.note_use(feed, now=now)
    response = HttpResponse(calendar.content, content_type=TYPE)
    response["ETag"] = calendar.etag
    response["Content-Disposition"] = 'inline; filename="samsyn.ics"'
    answered = get_conditional_response(request, etag=calendar.etag, response=response)
    assert answered is not None  # a response was given
    return _unshared(answered)


def _unshared(response: HttpResponse) -> HttpResponse:
    """No cache on the way may keep it, and no page may be told where it was read."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: Request) -> HttpResponse:
    """One's own feeds, and a form for a new one. Its address is shown in the answer to the form, and never again."""
    require(request, "add", Feed)
    user = the_user(request)
    asked = feed_forms.find(request.GET.get("about", "") or request.POST.get("about", ""))
    if asked is not None and not may(user, "view", asked):
        asked = None
    form = FeedForm(request.POST if request.method == "POST" else None, user=user, asked=asked)
    made = secret = None
    if form.is_valid():
        if Feed.objects.filter(owner=user, revoked_at=None).count() >= MOST:
            form.add_error(None, _("You have %(n)s calendars. Revoke one first.") % {"n": MOST})
        else:
            key = form.cleaned_data["about"]
            about = feed_forms.find(key)
            kind = key.partition(":")[0]
            made, secret = feeds.make(user, kind, about=about, language=form.cleaned_data["language"])
            form = FeedForm(user=user)
    url = address(secret) if secret else ""
    context = {
        "form": form,
        "made": made,
        "url": url,
        "webcal": f"webcal:{url.partition(':')[2]}" if url else "",
        "rows": [(feed, feeds.name_of(feed)) for feed in feeds.own(user)],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    response = render(request, "meetings/feeds/calendars.html", context, status=status)
    return _unshared(response) if made else response


def address(secret: str) -> str:
    """Where the feed of a secret is fetched: one address, whichever language a page is in."""
    with translation.override(settings.LANGUAGE_CODE):
        return links.absolute(reverse("meetings:feed", args=[secret]))


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """End a feed of one's own at once."""
    feed = fetch(request, "revoke", Feed.objects.select_related("network", "actor", "area"), pk=pk)
    feeds.revoke(feed, now=timezone.now())
    messages.success(request, _("The calendar's address no longer works."))
    return HttpResponseRedirect(reverse("meetings:calendars"))
