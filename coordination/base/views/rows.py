"""What the pages about rows have in common."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from coordination.base.authorisation import fetch, may
from coordination.base.formfields import DatedField, PickManyField, Raw, SourcesField
from coordination.base.forms import RowForm
from coordination.base.models import User
from coordination.base.nouns import Noun

ENDING = ("valid_to", "sources")  # the fields with which a row is ended, or asked to end


LOOK = "look"  # the button that shows what a row would say, and saves nothing


def the_user(request: HttpRequest) -> User:
    """The logged-in user; views ask for it after authorisation, which has sent everybody else away."""
    assert isinstance(request.user, User)
    return request.user


def given(request: HttpRequest, noun: Noun) -> dict[str, Any]:
    """What the address fills in of a new row: `?network=x`, `?participants=x&participants=y`."""
    found: dict[str, Any] = {}
    for name, values in request.GET.lists():
        field = noun.form_class.base_fields.get(name)
        if isinstance(field, PickManyField):
            found[name] = values
        elif field is not None and not isinstance(field, DatedField | SourcesField):
            found[name] = values[-1]
    return found


def row_of(request: HttpRequest, noun: Noun, action: str, key: str | int) -> Any:
    return fetch(request, action, noun.rows, **{noun.lookup: key})


def int_or(text: str | None, default: int = 0) -> int:
    """`text` as a number that fits a version column, else `default`."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def undo_link(noun: Noun, row: Any, user: User) -> str:
    if not noun.has_history or row.version < 2 or not may(user, "edit", row):
        return ""
    return format_html('<a href="{}?to={}">{}</a>', noun.url("undo", row), row.version - 1, _("Undo"))


def form_page(
    request: HttpRequest,
    noun: Noun,
    form: RowForm,
    row: Any,
    *,
    ending: bool = False,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page with a row's form; 422 when there is something to correct.

    Where the kind of row has a preview it is shown too, also on request alone: then nothing was sent in.
    """
    looking = LOOK in request.POST
    if form.is_bound:
        # A rejected form was not saved: its key must not lead to another one's result.
        form.data = Raw(form.data) if isinstance(form.data, Raw) else request.POST.copy()
        form.data["submit_key"] = str(uuid.uuid4())
    user = the_user(request)
    if row is None:
        title = str(noun.new_title)
    else:
        title = (_("End %(row)s") if ending else _("Edit %(row)s")) % {"row": row}
    context = {
        "noun": noun,
        "form": form,
        "row": row,
        "title": title,
        "back": noun.page_of(row) if row is not None else "",
        "may_remove": row is not None and may(user, "remove", row),
        "may_end": row is not None and not ending and "valid_to" in form.fields,
        "ending": ending,
        "end_url": _url(noun, "end", row),
        "history_url": _url(noun, "history", row),
        "remove_url": _url(noun, "remove", row),
        "has_preview": noun.preview is not None and not ending,
        "preview": noun.preview(request, form) if noun.preview is not None and not ending else None,
        **(extra or {}),
    }
    status = 422 if form.is_bound and not looking else 200
    return render(request, "editing/form.html", context, status=status)


def _url(noun: Noun, action: str, row: Any) -> str:
    """The address of an action, where the kind of row has it."""
    try:
        return noun.url(action, row) if row is not None else ""
    except NoReverseMatch:
        return ""


def back_to(request: HttpRequest, default: str) -> str:
    """The page that the form was on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    # A browser drops tabs and line feeds: "/<tab>/elsewhere" is another site. Django's own judge knows that.
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else default
