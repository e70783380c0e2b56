"""Who changed what, when and why; undo; and what was removed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coordination.base import history, nouns
from coordination.base.authorisation import may, require
from coordination.base.editing import Conflict, save_form
from coordination.base.history import keep_baseline
from coordination.base.models import User
from coordination.base.nouns import Noun
from coordination.base.views.rows import back_to, int_or, row_of, the_user

PAGE = 20
MOST_REMOVED = 100


@require_safe
def history_page(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """The versions of a row, newest first; names of people only for those who are logged in."""
    row = row_of(request, noun, "view", key)
    past = history.versions(noun, row, noun.form_class(instance=row))
    page = Paginator(past, PAGE).get_page(request.GET.get("page"))
    context = {
        "noun": noun,
        "row": row,
        "page": page,
        "current": row.version,
        "may_edit": may(request.user, "edit", row),
        "names_shown": request.user.is_authenticated,
        "back": noun.page_of(row),
        "undo_url": noun.url("undo", row),
    }
    return render(request, "editing/history.html", context)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """Go back to version `?to=`: shown first, then saved as a new version."""
    row = row_of(request, noun, "edit", key)
    user = the_user(request)
    form_class = noun.form_class
    stored = form_class(instance=row, user=user)
    number = int_or(request.GET.get("to"))
    wanted = history.version_at(noun, row, number, stored)
    if wanted is None:
        raise Http404
    now = stored.raw_values(row)
    changes = history.differences(stored, now, wanted.values)
    confirmed = getattr(row, "confirmed_on", None) != wanted.confirmed_on
    errors: list[str] = []
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip() or _("Undo: back to version %(n)s") % {"n": number}
        filled: Any = form_class.from_raw(
            wanted.values,
            instance=noun.model._default_manager.get(pk=row.pk),
            version=int_or(request.POST.get("version")),
            reason=reason,
            user=user,
        )
        if filled.is_valid():
            filled.instance.confirmed_on = wanted.confirmed_on
            filled.instance.confirmed_by = User.objects.filter(pk=wanted.confirmed_by_id or 0).first()
            try:
                keep_baseline(filled.instance)
                save_form(filled, user=user)
            except Conflict:
                errors = [
                    _("Somebody changed this row meanwhile. Below is what going back would change now.")
                ]
            except IntegrityError:
                errors = [_("The same row exists already, or something it refers to was removed.")]
            else:
                messages.success(request, _("The row is back as it was in version %(n)s.") % {"n": number})
                return HttpResponseRedirect(noun.page_of(filled.instance))
        else:
            errors = [
                f"{filled.field_label(name) + ': ' if name in filled.fields else ''}{text}"
                for name, found in filled.errors.items()
                for text in found
            ]
    context = {
        "noun": noun,
        "row": noun.model._default_manager.get(pk=row.pk),
        "wanted": wanted,
        "changes": changes,
        "confirmed": confirmed,
        "errors": errors,
        "back": noun.page_of(row),
    }
    return render(request, "editing/undo.html", context, status=409 if errors else 200)


@require_safe
def removed(request: HttpRequest) -> HttpResponse:
    """What was removed as a mistake, newest first, with a way back."""
    require(request, "restore", User)
    found = history.removed(nouns.all_nouns(), limit=MOST_REMOVED)
    rows = [
        {
            "noun": noun,
            "record": record,
            "name": str(record.instance),
            "at": record.history_date,
            "user": record.history_user,
            "reason": record.history_change_reason,
        }
        for noun, record in found
    ]
    return render(request, "editing/removed.html", {"rows": rows})


@require_http_methods(["POST"])
def restore(request: HttpRequest, app: str, key: str, record: int) -> HttpResponse:
    """Put a removed row back."""
    require(request, "restore", User)
    try:
        noun = nouns.get(app, key)
    except KeyError as error:
        raise Http404 from error
    model: Any = noun.model
    past = (
        model.history.filter(history_id=record, history_type=history.REMOVED).first()
        if noun.has_history
        else None
    )
    if past is None:
        raise Http404
    user = the_user(request)
    form = noun.form_class(instance=past.instance, user=user)
    try:
        row = history.restore(noun, past, form, user=user, reason=_("Restored"))
    except (ValidationError, IntegrityError):
        messages.error(
            request,
            _("“%(row)s” cannot be restored: its id is taken, or something it refers to is gone.")
            % {"row": past.instance},
        )
        return HttpResponseRedirect(back_to(request, "/"))
    messages.success(request, _("Restored: %(row)s.") % {"row": row})
    return HttpResponseRedirect(noun.page_of(row))
