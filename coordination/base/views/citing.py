"""Whether what somebody cited still reads as it did."""

import json
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coordination.base import citing
from coordination.base.authorisation import require
from coordination.base.models import Document

LONGEST_LINK = 500


class CiteForm(forms.Form):
    """A permanent link and the fingerprint that was noted with it."""

    hide_optional = True

    link = forms.CharField(label=gettext_lazy("Permanent link"), max_length=LONGEST_LINK)
    fingerprint = forms.CharField(
        label=gettext_lazy("Fingerprint"),
        max_length=40,
        help_text=gettext_lazy("Sixteen digits and letters a-f, as 3f9a-11c2-77b0-0d15."),
    )

    def __init__(self, *args: Any, host: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        try:
            if urlsplit(link).netloc not in ("", self.host):
                raise citing.NoRow(link)
            self.cited = citing.read_link(link)
        except citing.NoDay as error:
            text = _("The link has no day. It should end with ?as_of= and a date, as 2022-06-30.")
            raise forms.ValidationError(text) from error
        except ValueError as error:  # also what cannot be split as an address
            text = _("“%(link)s” is no page about a row of this register.") % {"link": link}
            raise forms.ValidationError(text) from error
        return link

    def clean_fingerprint(self) -> str:
        text: str = self.cleaned_data["fingerprint"]
        mark = citing.read_fingerprint(text)
        if mark is None:
            raise forms.ValidationError(
                _("“%(text)s” is no fingerprint. It has sixteen digits and letters a-f.") % {"text": text}
            )
        return mark


@require_safe
def cite(request: HttpRequest) -> HttpResponse:
    """Compare the fingerprint of what a link shows now with one that was noted before."""
    require(request, "view", Document)
    asked = "link" in request.GET or "fingerprint" in request.GET
    form = CiteForm(request.GET if asked else None, host=request.get_host())
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        context |= _compared(request, form.cited, form.cleaned_data["fingerprint"])
    status = 422 if asked and not form.is_valid() else 200
    return render(request, "base/cite.html", context, status=status)


def _compared(request: HttpRequest, cited: citing.Cited, noted: str) -> dict[str, Any]:
    """What the page says about a row that may be gone, on the day of the link."""
    rows = cited.noun.model._default_manager
    require(request, "view", cited.noun.model)
    row: Any = rows.filter(**cited.lookup).first()
    shown: dict[str, Any] = {"answered": True, "day": cited.as_of, "noun": cited.noun, "row": row}
    if row is None:
        return shown
    require(request, "view", row)
    now = citing.fingerprint(row, cited.as_of)
    return shown | {
        "now": now,
        "is_unchanged": now == noted,
        "page_url": f"{cited.noun.page_of(row)}?as_of={cited.as_of.isoformat()}",
        "history_url": cited.noun.url("history", row) if cited.noun.has_history else "",
        "content": json.dumps(citing.content(row, cited.as_of), ensure_ascii=False, indent=2, sort_keys=True),
    }
