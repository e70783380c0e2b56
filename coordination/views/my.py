"""“My organisation”: every row of a member's own actors on one page, to read, confirm and correct."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coordination import ownrows
from coordination.base import nouns
from coordination.base.authorisation import may, require
from coordination.base.models import Proposal
from coordination.base.views.editing import confirm_row
from coordination.base.views.rows import int_or, the_user
from meetings import queries
from network.permissions import own_actors


@require_http_methods(["GET", "POST"])
def my(request: HttpRequest) -> HttpResponse:
    """The page; posted, it confirms the rows that are ticked, or all that were shown, each on the version that was shown."""
    require(request, "propose", Proposal)
    user = the_user(request)
    own = ownrows.own_rows(own_actors(user))
    if request.method == "POST":
        return _confirm(request, own)
    shown = [
        {
            "actor": one.actor,
            "groups": [
                (_("The organisation"), [_line(request, one.actor)]),
                (_("Mandates"), [_line(request, row) for row in one.mandates]),
                (_("Collaborations"), [_line(request, row) for row in one.collaborations]),
                (_("Networks that you convene"), [_line(request, row) for row in one.conveners]),
                (_("Seats in networks"), [_line(request, row) for row in one.seats]),
                (_("Contacts"), [_line(request, row) for row in one.contacts]),
            ],
            "new": _new_links(one.actor),
        }
        for one in own
    ]
    return render(
        request,
        "editing/my.html",
        {
            "own": shown,
            "to_answer": ownrows.proposals_to_answer(user, own),
            "invitations": list(queries.own_invitations(user, timezone.now())),
        },
    )


def _line(request: HttpRequest, row: Any) -> dict[str, Any]:
    noun = nouns.noun_of(row)
    may_edit = may(request.user, "edit", row)
    return {
        "row": row,
        "key": f"{noun.app}:{noun.key}:{row.pk}",
        "name": str(row.network) if noun.key in ("seat", "convener") else str(row),
        "detail": row.role if noun.key == "seat" else getattr(row, "email", ""),
        "has_period": hasattr(row, "valid_until"),
        "url": noun.page_of(row),
        "change_url": noun.url("edit" if may_edit else "propose", row),
        "may_edit": may_edit,
        "confirmed_by": getattr(row, "confirmed_by", None),
    }


def _new_links(actor: Any) -> list[tuple[str, str]]:
    found = []
    for name, label, field in (
        ("mandates:mandate-propose-new", _("Propose a mandate that is missing"), "holder"),
        ("network:collaboration-new", _("Add a collaboration"), "participants"),
        ("network:contact-new", _("Add a contact"), "actor"),
    ):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append((label, f"{url}?{field}={actor.slug}"))
    return found


def _confirm(request: HttpRequest, own: list[ownrows.OwnActor]) -> HttpResponse:
    user, today = the_user(request), timezone.localdate()
    ticked = set(request.POST.getlist("row"))
    if "all" in request.POST:
        ticked = {name.removeprefix("version:") for name in request.POST if name.startswith("version:")}
    confirmed, changed, seen = 0, [], set()
    for one in own:
        for row in one.rows:
            noun = nouns.noun_of(row)
            key = f"{noun.app}:{noun.key}:{row.pk}"
            if key in ticked and key not in seen and may(user, "confirm", row):
                seen.add(key)
                if confirm_row(row, int_or(request.POST.get(f"version:{key}")), user, today):
                    confirmed += 1
                else:
                    changed.append(str(row))
    if confirmed:
        messages.success(
            request,
            ngettext(
                "One row is confirmed as still correct.",
                "%(n)s rows are confirmed as still correct.",
                confirmed,
            )
            % {"n": confirmed},
        )
    if changed:
        messages.warning(
            request,
            _("Changed by somebody while you looked, and not confirmed: %(rows)s")
            % {"rows": ", ".join(changed)},
        )
    if not seen:
        messages.info(request, _("Tick the rows that are still correct."))
    return HttpResponseRedirect(reverse("my"))
