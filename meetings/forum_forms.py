"""The forms of a network's own life."""

import datetime
import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.periods import ONE_DAY
from meetings.forms import OnOneLine, day_field
from meetings.models import CircularMail, Pause, SeatContact, SeatRequest
from meetings.models.meetings import LANGUAGES, TEXT, TITLE
from network.models import Actor

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Versioned(forms.Form):
    """Carries the version that the user saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class AddressForm(Versioned, forms.ModelForm):
    """Where mail to a seat goes."""

    name = OnOneLine(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty for a mailbox that several people read."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        help_text=gettext_lazy("Preferably the mailbox of a role or a unit: it stays when people change."),
    )

    class Meta:
        model = SeatContact
        fields = ("email", "name", "language")


class PauseForm(Versioned, forms.ModelForm):
    """A time in which the network will not meet."""

    first = day_field(label=gettext_lazy("First day"))
    last = day_field(label=gettext_lazy("Last day"))
    reason = OnOneLine(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("Shown to everybody who reads the network's page."),
    )

    class Meta:
        model = Pause
        fields = ("reason",)

    field_order = ("first", "last", "reason")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first: datetime.date | None = found.get("first")
        last: datetime.date | None = found.get("last")
        if first is None or last is None:
            return found
        for name, day in (("first", first), ("last", last)):
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("The year must lie between 2000 and 2100."))
        if last < first:
            self.add_error("last", _("The last day is before the first day."))
        elif not self.errors:
            self.instance.valid_from, self.instance.valid_until = first, last + ONE_DAY
            self.instance.from_precision = self.instance.to_precision = "day"
        return found


class RequestForm(forms.ModelForm):
    """A member asks, for an actor of theirs, to join the network or to leave it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What you ask for"),
        choices=[
            ("join", gettext_lazy("a seat in the network")),
            ("leave", gettext_lazy("to leave the seat")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SeatRequest
        fields = ("actor", "kind", "reason")

    def __init__(self, *args: Any, actors: QuerySet[Actor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = forms.ModelChoiceField(
            queryset=actors, to_field_name="slug", label=gettext_lazy("For whom"), empty_label=None
        )
        self.fields["actor"] = field
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()


class AnswerRequestForm(forms.Form):
    """Yes from a day on, or no with a reason."""

    day = day_field(label=gettext_lazy("From which day"))
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mailed to whoever asked. Needed to decline."),
    )

    def __init__(self, *args: Any, leaves: bool, declines: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declines = declines
        if leaves:
            self.fields["day"].label = _("Last day of the seat")
        if declines:
            self.fields["day"].required = False

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        day = found.get("day")
        if self.declines and not found.get("answer") and "answer" not in self.errors:
            self.add_error("answer", _("Say why the request is declined."))
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.add_error("day", _("The year must lie between 2000 and 2100."))
        return found


class CircularForm(forms.ModelForm):
    """A message to all seats."""

    subject = OnOneLine(label=gettext_lazy("Subject"), max_length=TITLE)
    text = forms.CharField(
        label=gettext_lazy("Message"), max_length=TEXT, widget=forms.Textarea(attrs={"rows": 10})
    )
    language = forms.ChoiceField(
        label=gettext_lazy("The message is written in"), choices=LANGUAGES, initial="sv"
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = CircularMail
        fields = ("subject", "text", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()
