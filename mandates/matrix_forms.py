"""What a page of the matrix may be narrowed to and compared with."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from coordination.base import as_of
from coordination.base.facets import EVERY, FacetForm
from coordination.base.models import Level, MandateKind, Place, Strategy
from mandates.matrix import Selection

HOLDERS, MANDATES = "holders", "mandates"
HIDDEN = ("level", "cell")


class DayField(forms.Field):
    """A date as the date bar has it."""

    widget = forms.TextInput(attrs={"size": 11, "maxlength": 40, "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write the date as 2022-12-31.")}

    def to_python(self, value: Any) -> datetime.date | None:
        text = str(value or "").strip()
        if not text:
            return None
        if (found := as_of.parse(text)) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class MatrixFilter(FacetForm):
    """`level` and `cell` come from links."""

    strategy = forms.ModelChoiceField(
        label=_("Strategy"), queryset=Strategy.objects.all(), to_field_name="slug", required=False
    )
    count = forms.ChoiceField(
        label=_("Count"), choices=[(HOLDERS, _("Holders")), (MANDATES, _("Mandates"))], required=False
    )
    explicit = forms.ChoiceField(
        label=_("Names the strategy's goal"),
        choices=[("", EVERY), ("yes", _("Yes")), ("no", _("No, sector mandates"))],
        required=False,
    )
    kind = forms.ModelChoiceField(
        label=_("Kind of mandate"), queryset=MandateKind.objects.all(), empty_label=EVERY, required=False
    )
    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        to_field_name="code",
        empty_label=EVERY,
        required=False,
    )
    compare = DayField(label=_("Compare with"), required=False)
    level = forms.ModelChoiceField(queryset=Level.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, strategy: Strategy | None) -> None:
        super().__init__(data)
        self.default_strategy = strategy
        # A list of every municipality would be longer than the page; a page of a place links here with its own.
        parents = Place.objects.filter(
            Exists(Place.objects.filter(parent=OuterRef("pk"))) | Q(code=data.get("place"))
        )
        self.fields["place"].queryset = parents  # type: ignore[attr-defined]  # a field of rows
        if Strategy.objects.count() < 2:
            del self.fields["strategy"]

    @property
    def answers(self) -> dict[str, Any]:
        """What was chosen; of fields that cannot be read, nothing."""
        self.is_valid()
        return self.cleaned_data

    @property
    def chosen_strategy(self) -> Strategy | None:
        return self.answers.get("strategy") or self.default_strategy

    @property
    def number(self) -> str:
        return self.answers.get("count") or HOLDERS

    @property
    def selection(self) -> Selection:
        found = self.answers
        level, kind, place = (found.get(name) for name in ("level", "kind", "place"))
        return Selection(
            levels=frozenset({level.pk} if level else ()),
            kinds=frozenset({kind.pk} if kind else ()),
            places=frozenset({place.code} if place else ()),
            explicit={"yes": True, "no": False}.get(found.get("explicit", "")),
        )

    @property
    def narrows(self) -> bool:
        """Whether fewer rows are counted than there are; statuses are those of all rows."""
        found = self.answers
        return any(found.get(name) for name in ("explicit", "kind", "place"))

    @property
    def explicit_in_lists(self) -> str:
        """The same choice as the list of mandates writes it."""
        return {"yes": "True", "no": "False"}.get(self.answers.get("explicit", ""), "")

    @property
    def chosen(self) -> int:
        """How many of the controls are set."""
        found = self.answers
        return sum(
            1 for name in self.fields if name not in HIDDEN and found.get(name) not in (None, "", HOLDERS)
        )
