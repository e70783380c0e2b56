"""Addresses of everything that can be done to rows, for the url modules of the apps."""

from django.urls import URLPattern, path

from coordination.base import nouns
from coordination.base.views import editing, history, proposals


def patterns(app: str) -> list[URLPattern]:
    """Addresses of everything that can be done to the kinds of row of `app`; include before its own."""
    found: list[URLPattern] = []
    for noun in nouns.all_nouns():
        if noun.app != app:
            continue
        key = f"{noun.path}/<int:key>" if noun.lookup == "pk" else f"{noun.path}/<str:key>"
        given = {"noun": noun}
        found.append(path(f"{noun.path}/new/", editing.new, given, name=f"{noun.key}-new"))
        if noun.can_propose:
            found.append(
                path(f"{noun.path}/propose/", proposals.propose_new, given, name=f"{noun.key}-propose-new")
            )
            found.append(path(f"{key}/propose/", proposals.propose, given, name=f"{noun.key}-propose"))
        found.append(path(f"{key}/edit/", editing.edit, given, name=f"{noun.key}-edit"))
        if "valid_to" in noun.form_class().fields:
            found.append(path(f"{key}/end/", editing.end, given, name=f"{noun.key}-end"))
        found.append(path(f"{key}/remove/", editing.remove, given, name=f"{noun.key}-remove"))
        found.append(path(f"{key}/confirm/", editing.confirm, given, name=f"{noun.key}-confirm"))
        if noun.has_history:
            found.append(path(f"{key}/history/", history.history_page, given, name=f"{noun.key}-history"))
            found.append(path(f"{key}/undo/", history.undo, given, name=f"{noun.key}-undo"))
    return found
