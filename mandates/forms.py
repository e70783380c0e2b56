"""The forms of mandates and expectations."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import nouns
from coordination.base.formfields import PickField, PickManyField, Raw, options_of
from coordination.base.forms import RowForm
from coordination.base.models import Level, MandateKind, MandateRole
from coordination.base.nouns import Noun
from coordination.base.rowforms import (
    BASIC,
    area_field,
    code_field,
    function_field,
    level_checks,
    places_field,
    require_own_code,
    strategy_field,
)
from coordination.base.slugs import free_slug
from mandates import expectation_preview, register_snapshot
from mandates.models import Expectation, Mandate
from network.options import actor_field, actors_field

NOTE = {"note": forms.Textarea(attrs={"rows": 3})}
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2022-08-31"})


def _mandate_field(**kwargs: Any) -> PickField:
    return PickField(
        lambda: options_of(Mandate.objects.all(), key="code", label="title"),
        model=Mandate,
        list_id="mandates",
        **kwargs,
    )


class _CodedForm(RowForm):
    """A row with a permanent id that is given, or made from its title."""

    only_new = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].label = _("Id")
            self.fields["code"].help_text = _("Permanent. Empty: made from the title.")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        require_own_code(self, "code")
        if self.is_new and "code" not in self.errors and not found.get("code") and found.get("title_sv"):
            taken = set(self._meta.model._default_manager.values_list("code", flat=True))
            found["code"] = self.instance.code = free_slug(found["title_sv"], taken)
        area, strategy = found.get("area"), found.get("strategy")
        if area and strategy and area.strategy_id != strategy.pk:
            self.add_error("area", _("This area belongs to another strategy."))
        return cleaned


class MandateForm(_CodedForm):
    holder = actor_field(label=gettext_lazy("Holder"))
    kind = code_field(MandateKind, label=gettext_lazy("Kind"))
    strategy = strategy_field(label=gettext_lazy("Strategy"))
    area = area_field()
    function = function_field(label=gettext_lazy("Function"))
    levels = level_checks(label=gettext_lazy("Levels aimed at"), least=1)
    territory_places = places_field(
        label=gettext_lazy("Territory"),
        required=False,
        help_text=gettext_lazy("One place in each line. Empty: the whole country."),
    )
    territory_groups = actors_field(groups=True, label=gettext_lazy("Territory of a group"), required=False)
    role = code_field(
        MandateRole, label=gettext_lazy("Role"), required=False, empty_label=gettext_lazy("not stated")
    )
    successor = _mandate_field(label=gettext_lazy("Successor"), required=False)
    source_required = True

    class Meta:
        model = Mandate
        fields = (
            "code",
            "holder",
            "title_sv",
            "title_en",
            "kind",
            "strategy",
            "area",
            "function",
            "levels",
            "territory_places",
            "territory_groups",
            "target_group_sv",
            "target_group_en",
            "role",
            "explicit",
            "legal_basis",
            "status",
            "scenario",
            "joint_assignment",
            "report_due",
            "amount_sek_per_year",
            "successor",
            *BASIC,
        )
        widgets = {**NOTE, "report_due": DAY}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        if found.get("status") == Mandate.Status.PROPOSED and not found.get("scenario", True):
            self.add_error("scenario", _("Name the scenario in which this mandate is proposed."))
        successor = found.get("successor")
        if successor is not None and not self.is_new and successor.pk == self.instance.pk:
            self.add_error("successor", _("A mandate cannot succeed itself."))
        return cleaned


class ExpectationForm(_CodedForm):
    strategy = strategy_field(label=gettext_lazy("Strategy"))
    area = area_field()
    function = function_field(label=gettext_lazy("Function"))
    level = code_field(Level, label=gettext_lazy("Level"))
    kinds = PickManyField(
        lambda: options_of(MandateKind.objects.all(), key="code"),
        model=MandateKind,
        label=gettext_lazy("Kinds of mandate that count"),
        help_text=gettext_lazy("None: every kind counts."),
    )
    holder_group = actor_field(groups=True, label=gettext_lazy("Group that is to hold it"), required=False)
    save_anyway = forms.BooleanField(label=gettext_lazy("It is meant so: save it anyway"), required=False)

    class Meta:
        model = Expectation
        fields = (
            "code",
            "title_sv",
            "title_en",
            "strategy",
            "area",
            "each_area",
            "function",
            "level",
            "min_holders",
            "explicit_only",
            "kinds",
            "single_lead",
            "holder_group",
            "mapped_from",
            "mapped_until",
            *BASIC,
        )
        widgets = {**NOTE, "mapped_from": DAY, "mapped_until": DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields.pop("save_anyway", None)
        self.move_to_end("save_anyway")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("each_area") and self.cleaned_data.get("area"):
            self.add_error("area", _("Choose one area, or each adopted area; not both."))
        if self.cleaned_data.get("min_holders") == 0:
            self.add_error("min_holders", _("At least one holder must be expected."))
        return cleaned

    @property
    def row_fields(self) -> list[str]:
        return [name for name in super().row_fields if name != "save_anyway"]

    def _post_clean(self) -> None:
        """What no mandate can ever meet is stored only when somebody says that it is meant so."""
        super()._post_clean()  # type: ignore[misc]  # of the form that it is mixed into
        if "save_anyway" not in self.fields:
            return  # ending it asks for nothing new
        asked = expectation_preview.asked_in(self)
        wrong = (
            []
            if asked is None or self.errors_so_far()
            else expectation_preview.said_doubts(asked, register_snapshot.current(), impossible_only=True)
        )
        if not wrong:
            self.fields.pop("save_anyway", None)
        # A version of the past, or a proposal, is put back as it was.
        elif not self.cleaned_data.get("save_anyway") and not isinstance(self.data, Raw):
            for text in wrong:
                self.add_error(None, text)


def register() -> None:
    """Offer the forms of this app's rows. Called once, when the app is ready."""
    nouns.register(
        Noun("mandate", "mandates", "mandates", Mandate, MandateForm, gettext_lazy("New mandate"), "code")
    )
    nouns.register(
        Noun(
            "expectation",
            "expectations",
            "mandates",
            Expectation,
            ExpectationForm,
            gettext_lazy("New expectation"),
            "code",
            preview=expectation_preview.preview,
        )
    )
