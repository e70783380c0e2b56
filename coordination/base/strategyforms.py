"""Forms of strategies, priority areas and functions: what the rest of the register is sorted by."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import nouns
from coordination.base.forms import RowForm
from coordination.base.models import Function, PriorityArea, Strategy
from coordination.base.nouns import Noun
from coordination.base.rowforms import BASIC, require_own_code, strategy_field
from coordination.base.slugs import free_slug

NOTE = {"note": forms.Textarea(attrs={"rows": 3})}


class StrategyForm(RowForm):
    class Meta:
        model = Strategy
        fields = ("name_sv", "name_en", "known_until", "reference", *BASIC)
        widgets = {
            **NOTE,
            "known_until": forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2022-08-31"}),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.is_new and self.cleaned_data.get("name_sv"):
            taken = set(Strategy.objects.values_list("slug", flat=True))
            self.instance.slug = free_slug(self.cleaned_data["name_sv"], taken)
        return cleaned


class AreaForm(RowForm):
    strategy = strategy_field(label=gettext_lazy("Strategy"))
    only_new = ("strategy", "code")

    class Meta:
        model = PriorityArea
        fields = ("strategy", "code", "name_sv", "name_en", "status", "position", *BASIC)
        widgets = NOTE

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        require_own_code(self, "code")
        strategy, code = self.cleaned_data.get("strategy"), self.cleaned_data.get("code")
        if self.is_new and strategy and code and strategy.areas.filter(code=code).exists():
            self.add_error("code", _("The strategy has an area with this code already."))
        return cleaned


class FunctionForm(RowForm):
    only_new = ("code",)

    class Meta:
        model = Function
        fields = (
            "code",
            "name_sv",
            "name_en",
            "definition_sv",
            "definition_en",
            "traits",
            "position",
            *BASIC,
        )
        widgets = {
            **NOTE,
            "definition_sv": forms.Textarea(attrs={"rows": 3}),
            "definition_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "traits" in self.fields:
            self.fields["traits"].help_text = _(
                "Words that the rules look for, with semicolons between: lead (a gap is serious), duplicable (the "
                "same can be done twice for the same people), transition (winding down or handing over) and "
                "service (left out of overlaps)."
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        require_own_code(self, "code")
        return cleaned


def register() -> None:
    """Offer the forms. Called once, when the app is ready."""
    for noun in (
        Noun(
            "strategy",
            "strategies",
            "base",
            Strategy,
            StrategyForm,
            gettext_lazy("New strategy"),
            "slug",
            can_propose=False,
        ),
        Noun(
            "area",
            "areas",
            "base",
            PriorityArea,
            AreaForm,
            gettext_lazy("New priority area"),
            can_propose=False,
            address={"strategy": "strategy__slug", "code": "code"},
        ),
        Noun(
            "function",
            "functions",
            "base",
            Function,
            FunctionForm,
            gettext_lazy("New function"),
            "code",
            can_propose=False,
        ),
    ):
        nouns.register(noun)
