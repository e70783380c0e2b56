"""What a review is about, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.base.models import PriorityArea, Strategy
from mandates.finding_words import RULE_NAMES
from mandates.models import Review
from mandates.rules import RULES


class ReviewForm(forms.ModelForm):
    """`version` is the one that the user saw."""

    areas = forms.MultipleChoiceField(
        label=_("Areas"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all, and what is about no one area."),
    )
    rules = forms.MultipleChoiceField(
        label=_("Rules"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Review
        fields = ("title_sv", "title_en", "strategy", "as_of", "purpose", "areas", "rules")
        widgets = {
            "as_of": forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2023-02-14", "size": 12}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        areas = PriorityArea.objects.filter(valid_from__isnull=False).order_by("sort_sv")
        fields["areas"].choices = [(row.code, row.name) for row in areas]
        fields["rules"].choices = [(name, RULE_NAMES[name]) for name in RULES]
        fields["strategy"].queryset = Strategy.objects.order_by("sort_sv")
        fields["strategy"].empty_label = None
        self.initial.setdefault("version", self.instance.version)
