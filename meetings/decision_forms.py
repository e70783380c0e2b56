"""The words of a decision, and the actions that come of it."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetings.decision_effects import Choice
from meetings.models import Action, AgendaItem, Decision
from network.options import actor_field

WORDS_ALONE = ("", gettext_lazy("Nothing in the register: the decision is words alone"))


class DecisionForm(forms.ModelForm):
    """What was decided, and which change of the register it makes. `shown` is the change whose form is on the page."""

    change = forms.ChoiceField(label=gettext_lazy("What it changes in the register"), required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    mark = forms.CharField(widget=forms.HiddenInput, required=False)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Decision
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(
        self, data: Any = None, *, choices: list[Choice], shown: Choice | None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        closing = [(one.name, one.label) for one in choices if one.closes]
        other = [(one.name, one.label) for one in choices if not one.closes]
        grouped: list[Any] = [WORDS_ALONE]
        if closing:
            grouped.append((gettext_lazy("Would close the finding"), closing))
        grouped.append((gettext_lazy("Other changes"), other))
        self.fields["change"].choices = grouped  # type: ignore[attr-defined]  # a field of choices
        if not self.is_bound:
            name = shown.name if shown else ""
            self.initial = {
                "change": name,
                "shown": name,
                "submit_key": uuid.uuid4(),
                **self.initial,
            }

    @property
    def asks_for_another(self) -> bool:
        """The change was chosen anew, so that its form must be shown before anything is saved."""
        return bool(self.data.get("switch")) or self.data.get("change", "") != self.data.get("shown", "")


class ActionForm(forms.ModelForm):
    """What somebody is to do, and by when."""

    owner = actor_field(groups=False, label=gettext_lazy("Who is to see to it"))
    due = forms.DateField(
        label=pgettext_lazy("action", "By when"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2027-01-31"}),
        error_messages={"invalid": gettext_lazy("Write the date as 2027-01-31.")},
    )
    decision = forms.ModelChoiceField(Decision.objects.none(), required=False, widget=forms.HiddenInput)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Action
        fields = ("text", "owner", "due")
        widgets = {"text": forms.TextInput()}

    def __init__(self, data: Any = None, *, item: AgendaItem | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        decisions = Decision.objects.filter(item=item) if item is not None else Decision.objects.none()
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]  # a field of a row
        if not self.is_bound:
            self.initial = {"submit_key": uuid.uuid4(), **self.initial}


class ClosingForm(forms.Form):
    """How an action ended: done, or dropped, with what came of it."""

    state = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[
            (Action.State.DONE, Action.State.DONE.label),
            (Action.State.DROPPED, Action.State.DROPPED.label),
        ],
        widget=forms.RadioSelect,
        initial=Action.State.DONE,
    )
    outcome = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("state") == Action.State.DROPPED and not found.get("outcome"):
            self.add_error("outcome", gettext_lazy("Write why it was dropped."))
        return found
