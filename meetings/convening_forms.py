"""The form that puts findings on an agenda, or drafts a meeting for them."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.base.picking import fold
from meetings.convening import Forum
from meetings.models import Meeting
from meetings.models.meetings import TITLE
from network.models import Actor, Network

MEETING, NETWORK, OTHER = "meeting", "network", "other"


class ConveneForm(forms.Form):
    """Where to: an open meeting, a new one of a network that fits, or of another that is named."""

    target = forms.ChoiceField(label=gettext_lazy("Where"), widget=forms.RadioSelect)
    other = forms.CharField(
        label=gettext_lazy("Another network"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Type the name, or the id."),
        widget=forms.TextInput(attrs={"list": "own-networks", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title of a new meeting"),
        max_length=TITLE,
        required=False,
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        meetings: list[Meeting],
        forums: list[Forum],
        networks: list[Network],
        actors: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.meetings = {row.slug: row for row in meetings}
        self.forums = {forum.network.slug: forum for forum in forums}
        self.networks = networks
        choices = [
            (
                f"{NETWORK}:{slug}",
                _("New meeting: %(network)s (%(n)s)")
                % {"network": forum.network.name, "n": _seated(forum.seated, actors)},
            )
            for slug, forum in self.forums.items()
        ]
        choices += [(f"{MEETING}:{slug}", _of_meeting(row)) for slug, row in self.meetings.items()]
        if networks:
            choices.append((OTHER, _("New meeting of another network")))
        self.fields["target"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        if not self.is_bound:
            self.initial = {
                # An agenda that has nothing to do with the actors is no default.
                "target": choices[0][0] if forums else OTHER if networks else "",
                "submit_key": uuid.uuid4(),
                **self.initial,
            }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        target = found.get("target", "")
        kind, _colon, slug = target.partition(":")
        found["meeting"] = self.meetings.get(slug) if kind == MEETING else None
        found["network"] = self.forums[slug].network if kind == NETWORK else None
        if target == OTHER:
            wanted = fold(found.get("other", ""))
            fits = [row for row in self.networks if wanted and wanted in (fold(row.name), row.slug)]
            fits = fits or [row for row in self.networks if wanted and wanted in fold(row.name)]
            if len(fits) == 1:
                found["network"] = fits[0]
            else:
                self.add_error(
                    "other", _("Name one of the networks.") if not fits else _("Several networks fit.")
                )
        if found["network"] is not None and not found.get("title"):
            self.add_error("title", _("Give the meeting a title."))
        return found


def _seated(n: int, actors: int) -> str:
    said = ngettext(
        "%(n)s of %(actors)s actor has or had a seat", "%(n)s of %(actors)s actors have or had a seat", actors
    )
    return said % {"n": n, "actors": actors}


def _of_meeting(row: Meeting) -> str:
    start = row.local_start
    when = start.strftime("%Y-%m-%d %H:%M") if start else _("no time yet")
    return _("Agenda of %(title)s, %(network)s (%(when)s)") % {
        "title": row.title,
        "network": row.network.name,
        "when": when,
    }


class AddressForm(forms.Form):
    """An address for each actor that has none in the network. One left empty is not asked."""

    def __init__(self, data: Any = None, *, actors: list[Actor], **kwargs: Any) -> None:
        super().__init__(data, prefix="address", **kwargs)
        self.actors = actors
        for actor in actors:
            self.fields[actor.slug] = forms.EmailField(label=actor.name, required=False)

    @property
    def addresses(self) -> dict[int, str]:
        return {actor.pk: self.cleaned_data.get(actor.slug, "") for actor in self.actors}
