"""New, edit, end and remove, alike for every kind of row."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coordination.base import conflicts, history, nouns
from coordination.base.authorisation import may, require
from coordination.base.editing import Conflict, once, result_of, save_form, save_row, what_refers_to
from coordination.base.forms import RowForm
from coordination.base.history import keep_baseline
from coordination.base.models import User
from coordination.base.nouns import Noun
from coordination.base.views.rows import (
    ENDING,
    LOOK,
    back_to,
    form_page,
    given,
    int_or,
    row_of,
    the_user,
    undo_link,
)

CONFLICT = 409  # RFC 9110, 15.5.10
GONE = 410


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, noun: Noun) -> HttpResponse:
    """A form for a new row; a double click, or a reload, finds the row that the first one made."""
    require(request, "add", noun.model)
    user = the_user(request)
    form = noun.form_class(
        request.POST if request.method == "POST" else None, initial=given(request, noun), user=user
    )
    if LOOK in request.POST:
        return form_page(request, noun, form, None)
    if request.method == "POST" and form.is_valid():
        problem = noun.prepare_new(form, user) if noun.prepare_new else None
        if problem is None and may(user, "add", form.instance):
            made = _save(request, noun, form, _("Saved: %(row)s."))
            if made is not None:
                return made
        else:
            form.add_error(None, problem or _("You may not add this row."))
    elif request.method == "POST" and (url := result_of(form.cleaned_data.get("submit_key"), user)):
        return HttpResponseRedirect(url)
    return form_page(request, noun, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """The form of a row. Somebody else's change meanwhile leads to the conflict page, never over it."""
    return _change(request, noun, key, only=None)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """End a row on a last day, with its source: what is over is ended, not removed."""
    return _change(request, noun, key, only=ENDING)


def _change(
    request: HttpRequest, noun: Noun, key: str | int, *, only: tuple[str, ...] | None
) -> HttpResponse:
    try:
        row = row_of(request, noun, "edit", key)
    except Http404:
        if request.method == "POST" and (gone := _removed_meanwhile(request, noun, key)):
            return gone
        raise
    user = the_user(request)
    if request.method != "POST":
        return form_page(
            request, noun, noun.form_class(instance=row, user=user, only=only), row, ending=bool(only)
        )
    form = noun.form_class(request.POST, instance=row, user=user, only=only)
    if LOOK in request.POST:
        return form_page(request, noun, form, noun.model._default_manager.get(pk=row.pk), ending=bool(only))
    if "resolve" in request.POST:
        posted = form.raw_posted()
        resolved = _resolved(request, noun, form, row.pk, posted, only)
        if resolved is None:
            return conflict_page(request, noun, row.pk, posted, int_or(request.POST.get("version")), only)
        form = resolved
    posted = form.raw_posted()
    if form.is_valid():
        if not form.cleaned_data.get("version"):
            form.add_error(None, _("This page was out of date. Check your changes and save again."))
        elif not form.changed_rows and form.cleaned_data["version"] == _version(noun, row.pk):
            messages.info(request, _("Nothing was changed."))
            return HttpResponseRedirect(noun.page_of(row))
        else:
            try:
                saved = _save(request, noun, form, _("Saved: %(row)s."))
            except Conflict as conflict:
                if conflict.current is None:
                    return removed_page(request, noun, form, posted)
                return conflict_page(request, noun, row.pk, posted, form.cleaned_data["version"], only)
            if saved is not None:
                return saved
    elif url := result_of(form.cleaned_data.get("submit_key"), user):
        return HttpResponseRedirect(url)
    return form_page(request, noun, form, noun.model._default_manager.get(pk=row.pk), ending=bool(only))


def _version(noun: Noun, pk: Any) -> int | None:
    return noun.model._default_manager.filter(pk=pk).values_list("version", flat=True).first()


def _save(request: HttpRequest, noun: Noun, form: RowForm, text: str) -> HttpResponse | None:
    """Save once, and answer with the row's page; None (with an error in the form) if the database refuses."""
    user = the_user(request)

    def act() -> str:
        if not form.is_new:
            keep_baseline(form.instance)
        return noun.page_of(save_form(form, user=user))

    try:
        url, done = once(form.cleaned_data.get("submit_key"), user, act)
    except IntegrityError:
        form.add_error(None, _("The same row exists already, or something it refers to was removed."))
        return None
    if done:
        said = text % {"row": form.instance}
        undo = undo_link(noun, form.instance, user)
        messages.success(request, format_html("{} {}", said, undo) if undo else said)
    return HttpResponseRedirect(url)


# Conflicts


def _resolved(
    request: HttpRequest,
    noun: Noun,
    form: RowForm,
    pk: Any,
    yours: dict[str, Any],
    only: tuple[str, ...] | None,
) -> RowForm | None:
    """The form filled as the user chose on the conflict page; None while a choice is missing."""
    current: Any = noun.model._default_manager.get(pk=pk)
    theirs = form.raw_values(current)
    version = int_or(request.POST.get("version"))
    base = history.version_at(noun, current, int_or(request.POST.get("base")), form)
    keep = {name: request.POST.get(f"{conflicts.KEEP}{name}", "") for name in form.row_fields}
    if version == current.version:
        for row in conflicts.rows(form, base.values if base else None, theirs, yours):
            if not keep[row.name]:
                return None
    chosen = conflicts.merged(form, theirs, yours, keep)
    filled: RowForm = noun.form_class.from_raw(
        chosen,
        instance=noun.model._default_manager.get(pk=pk),
        version=version,
        reason=request.POST.get("reason", ""),
        submit_key=request.POST.get("submit_key", ""),
        user=the_user(request),
        only=only,
    )
    return filled


def conflict_page(
    request: HttpRequest,
    noun: Noun,
    pk: Any,
    yours: dict[str, Any],
    seen_version: int,
    only: tuple[str, ...] | None,
) -> HttpResponse:
    """Base, theirs and yours side by side, as text, with a choice for each field."""
    current: Any = noun.model._default_manager.get(pk=pk)
    form = noun.form_class(instance=current, user=the_user(request), only=only)
    base_number = int_or(request.POST.get("base")) or seen_version
    past = history.versions(noun, current, form)
    base = next((v for v in past if v.number == base_number and not v.is_removal), None)
    latest = past[0] if past else None
    found = conflicts.rows(form, base.values if base else None, form.raw_values(current), yours)
    context = {
        "noun": noun,
        "row": current,
        "rows": found,
        "chosen": {row.name: request.POST.get(f"{conflicts.KEEP}{row.name}", "") for row in found},
        "missing": "resolve" in request.POST,
        "who": str(latest.user) if latest and latest.user else "",
        "when": latest.at if latest else None,
        "base_number": base_number,
        "version": current.version,
        "submit_key": uuid.uuid4(),
        "reason": request.POST.get("reason", ""),
        "carried": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "version", "submit_key", "reason", "resolve", "base")
            and not name.startswith(conflicts.KEEP)
            for value in values
        ],
        "back": noun.page_of(current),
    }
    return render(request, "editing/conflict.html", context, status=CONFLICT)


def _removed_meanwhile(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse | None:
    if not noun.has_history:
        return None
    model: Any = noun.model
    lookup = model._meta.pk.attname if noun.lookup == "pk" else noun.lookup
    record = model.history.filter(**{lookup: key}).order_by("-history_date", "-history_id").first()
    if record is None or not may(request.user, "edit", noun.model):
        return None
    past = record.instance
    if not may(request.user, "edit", past):
        return None
    form = noun.form_class(request.POST, instance=past, user=the_user(request))
    return removed_page(request, noun, form, form.raw_posted())


def removed_page(request: HttpRequest, noun: Noun, form: RowForm, posted: dict[str, Any]) -> HttpResponse:
    """The row was removed while it was edited: what was written is shown, so that nothing is lost."""
    lines = [(form.field_label(name), form.words(name, posted[name])) for name in form.row_fields]
    context = {"noun": noun, "lines": [line for line in lines if line[1]]}
    return render(request, "editing/removed_meanwhile.html", context, status=GONE)


# Removing and confirming


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """Take back a mistake; refused, with the list, while other rows refer to it."""
    row = row_of(request, noun, "remove", key)
    user = the_user(request)
    in_the_way = what_refers_to(row)
    back = noun.page_of(row)
    error = ""
    if request.method == "POST" and not in_the_way:
        reason = request.POST.get("reason", "").strip()
        if noun.has_history and not reason:
            error = _("Write why this is a mistake.")
        else:
            above = getattr(row, noun.parent) if noun.parent else None
            name = str(row)
            try:
                if noun.has_history:
                    history.remove(
                        row,
                        seen_version=int_or(request.POST.get("version")),
                        user=user,
                        reason=reason,
                        now=timezone.now(),
                    )
                else:
                    row.delete()
            except Conflict as conflict:
                if conflict.current is not None:
                    error = _("Somebody changed this row meanwhile. Look at it again before you remove it.")
                    row = conflict.current
            if not error:
                messages.success(request, _("Removed: %(row)s.") % {"row": name})
                url = nouns.noun_of(above).page_of(above) if above is not None else "/"
                return HttpResponseRedirect(url)
    context = {
        "noun": noun,
        "row": row,
        "in_the_way": [(other, _page_or_none(other)) for other in in_the_way],
        "back": back,
        "error": error,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "editing/remove.html", context, status=CONFLICT if in_the_way else 200)


def _page_or_none(row: Any) -> str:
    try:
        return nouns.noun_of(row).page_of(row)
    except LookupError:
        return ""


@require_POST
def confirm(request: HttpRequest, noun: Noun, key: str | int) -> HttpResponse:
    """“Still correct”: somebody who should know looked at the row today."""
    row = row_of(request, noun, "confirm", key)
    user = the_user(request)
    seen = int_or(request.POST.get("version"), row.version)
    undoing = "undo" in request.POST
    done = take_back(noun, row, seen, user) if undoing else confirm_row(row, seen, user, timezone.localdate())
    if done and undoing:
        messages.success(request, _("The confirmation is taken back: %(row)s.") % {"row": row})
    elif done:
        said = _("Confirmed as still correct: %(row)s.") % {"row": row}
        messages.success(request, said)
    else:
        messages.warning(
            request, _("Somebody changed “%(row)s” while you looked at it. Read it again.") % {"row": row}
        )
    return HttpResponseRedirect(back_to(request, noun.page_of(row)))


def take_back(noun: Noun, row: Any, seen_version: int, user: User) -> bool:
    """Undo the user's own confirmation of `row`; False if it is no longer the latest change."""
    if not noun.has_history:
        row.confirmed_on = None
    else:
        past = history.versions(noun, row, noun.form_class(instance=row))
        if len(past) < 2 or past[0].number != row.version or past[0].user != user:
            return False
        row.confirmed_on, row.confirmed_by_id = past[1].confirmed_on, past[1].confirmed_by_id
    try:
        save_row(row, seen_version=seen_version, user=user, reason=_("Confirmation taken back"))
    except Conflict:
        return False
    return True


@transaction.atomic
def confirm_row(row: Any, seen_version: int, user: User, today: Any) -> bool:
    """Note that `user` found `row` correct on `today`; False if it is no longer what they saw."""
    keep_baseline(row)
    row.confirmed_on = today
    if hasattr(row, "confirmed_by_id"):
        row.confirmed_by = user
    try:
        save_row(row, seen_version=seen_version, user=user, reason=_("Still correct"))
        told = nouns.noun_of(row).on_confirm
        if told is not None:
            told(row, user, today)
    except (Conflict, ValidationError):
        return False
    return True
