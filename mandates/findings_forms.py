"""Forms about findings: facets of the list, disposition, reply, note."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coordination.base.facets import area_choices
from coordination.base.picking import fold
from coordination.base.searching import WORDS
from mandates.finding_words import GROUPS, RULE_NAMES
from mandates.findings_list import Item
from mandates.models import Disposition, FindingNote, Reply
from network.options import actor_field

EVERY = ("", gettext_lazy("All"))
NONE, RETURNED, OVERDUE = "none", "returned", "overdue"
TO_BE_DONE = frozenset({"manage", "clarify_lead", "merge", "give_assignment", "need_facts"})


class FindingFilter(forms.Form):
    """Which findings to show. `group` and `published` are reached by links, `mandate` and `network` too."""

    hide_optional = True

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=200)
    rule = forms.ChoiceField(label=gettext_lazy("Rule"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Priority area"), required=False)
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"),
        required=False,
        choices=[
            EVERY,
            ("3", gettext_lazy("3 of 3")),
            ("2", gettext_lazy("2 of 3")),
            ("1", gettext_lazy("1 of 3")),
        ],
    )
    managed = forms.ChoiceField(
        label=pgettext_lazy("facet", "Managed"),
        required=False,
        choices=[EVERY, ("no", gettext_lazy("Unmanaged")), ("yes", pgettext_lazy("facet", "Managed"))],
    )
    disposition = forms.ChoiceField(label=gettext_lazy("Disposition"), required=False)
    actor = forms.CharField(
        label=gettext_lazy("Actor"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Name or id")}),
    )
    group = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    expectation = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    def __init__(self, data: Any, *, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today = today
        self.fields["q"].widget.input_type = "search"
        choices = [
            (NONE, gettext_lazy("None yet")),
            *Disposition.Choice.choices,
            (RETURNED, gettext_lazy("Returned")),
            (OVERDUE, gettext_lazy("Overdue")),
        ]
        for name, found in (
            ("rule", list(RULE_NAMES.items())),
            ("area", area_choices()),
            ("disposition", choices),
            ("group", [(key, title) for key, (title, _text) in GROUPS.items()]),
        ):
            self.fields[name].choices = [EVERY, *found]  # type: ignore[attr-defined]  # a field of choices

    @property
    def count(self) -> int:
        """How many facets are chosen."""
        return sum(1 for name in self.fields if self.data.get(name))

    def keeps(self, item: Item) -> bool:
        """Whether the chosen facets leave `item`."""
        wanted: dict[str, str] = self.cleaned_data
        row = item.row
        managed = {True: "yes", False: "no", None: "-"}[row.managed]
        return (
            wanted["rule"] in ("", row.rule)
            and wanted["severity"] in ("", str(row.severity))
            and wanted["managed"] in ("", managed)
            and wanted["group"] in ("", item.group)
            and wanted["expectation"] in ("", row.expectation)
            and (not wanted["area"] or wanted["area"] in row.areas)
            and self._decided(item, wanted["disposition"])
            and _names(item, wanted["actor"])
            and _says(item, wanted["q"])
        )

    def _decided(self, item: Item, wanted: str) -> bool:
        made = item.disposition
        if wanted in ("", NONE):
            return not wanted or made is None
        if wanted == RETURNED:
            return item.has_returned
        if wanted == OVERDUE:
            return item.is_overdue(self.today)
        return made is not None and made.choice == wanted


def _names(item: Item, wanted: str) -> bool:
    text = fold(wanted)
    if not text:
        return True
    names = (name for actor in item.actors for name in (actor.name_sv, actor.name_en))
    return wanted.strip() in item.row.actors or any(text in fold(name) for name in names)


def _says(item: Item, wanted: str) -> bool:
    words = fold(wanted).split()[:WORDS]
    if not words:
        return True
    row = item.row
    actors = " ".join(f"{actor.name_sv} {actor.name_en}" for actor in item.actors)
    said = fold(" ".join([row.key, row.title_sv, row.title_en, row.text_sv, row.text_en, actors]))
    return all(word in said for word in words)


class DispositionForm(forms.ModelForm):
    """What is decided about a finding. `version` is that of the finding as it was shown."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Disposition"), choices=Disposition.Choice.choices, widget=forms.RadioSelect
    )
    owner = actor_field(label=gettext_lazy("Who is to see to it"), required=False)
    due = forms.DateField(
        label=gettext_lazy("By when"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2023-06-30"}),
        error_messages={"invalid": gettext_lazy("Write the date as 2023-06-30.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    class Meta:
        model = Disposition
        fields = ("choice", "reason", "owner", "due")
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["reason"].help_text = _("What it rests on. It stays in the record.")

    @property
    def is_draft(self) -> bool:
        return "draft" in self.data

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.is_draft:
            return found
        if found.get("choice") in TO_BE_DONE:
            if "owner" in found and not found.get("owner"):
                self.add_error("owner", _("Somebody must see to it. Name an actor."))
            if "due" in found and not found.get("due"):
                self.add_error("due", _("Say by when."))
            elif found.get("due") and found["due"] < self.today:
                self.add_error("due", _("This day has passed."))
        return found


class ReplyForm(forms.ModelForm):
    """What one of the named actors says."""

    actor = forms.ChoiceField(label=gettext_lazy("On behalf of"))

    class Meta:
        model = Reply
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    field_order = ("actor", "text")

    def __init__(self, *args: Any, actors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actors = {actor.slug: actor for actor in actors}
        self.fields["actor"].choices = [(slug, actor.name) for slug, actor in self.actors.items()]  # type: ignore[attr-defined]  # a field of choices

    def clean_actor(self) -> Any:
        return self.actors[self.cleaned_data["actor"]]


class NoteForm(forms.ModelForm):
    """An effect noted, good or bad, a comment, or a note of one's own."""

    class Meta:
        model = FindingNote
        fields = ("kind", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = FindingNote.Kind.choices  # type: ignore[attr-defined]  # no empty one


class ActionForm(forms.Form):
    """Why an action was taken; stands beside the form of the change itself."""

    reason = forms.CharField(
        label=gettext_lazy("What was done, and on whose decision"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    even_if_open = forms.BooleanField(
        label=gettext_lazy("Save the change although the finding stays open"),
        required=False,
        widget=forms.HiddenInput,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def offer_to_save_anyway(self) -> None:
        self.fields["even_if_open"].widget = forms.CheckboxInput()
