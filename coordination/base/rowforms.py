"""Forms of the rows that stand below the actors: documents and places; what the other apps' forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import nouns
from coordination.base.formfields import DatedField, PickField, PickManyField, options_of
from coordination.base.forms import RowForm
from coordination.base.models import (
    CodeList,
    Document,
    Function,
    Level,
    Place,
    PlaceKind,
    PriorityArea,
    Strategy,
)
from coordination.base.nouns import Noun
from coordination.base.picking import Option
from coordination.base.slugs import RESERVED, free_slug

BASIC = ("note", "confidence")


def code_field(model: type[CodeList], **kwargs: Any) -> PickField:
    """A code list as a list to choose from."""
    kwargs.setdefault("empty_label", gettext_lazy("choose"))
    return PickField(lambda: options_of(model._default_manager.all(), key="code"), model=model, **kwargs)


def level_checks(**kwargs: Any) -> PickManyField:
    return PickManyField(lambda: options_of(Level.objects.all(), key="code"), model=Level, **kwargs)


def _area_options() -> list[Option]:
    areas = PriorityArea.objects.select_related("strategy").order_by("strategy__sort_sv", "position")
    several = Strategy.objects.count() > 1
    return [
        Option(
            area.pk,
            f"{area.strategy.slug}/{area.code}",
            f"{area.name} ({area.strategy.name})" if several else area.name,
        )
        for area in areas
    ]


def area_field(**kwargs: Any) -> PickField:
    """A priority area, or none of them: cross-sector."""
    kwargs.setdefault("label", gettext_lazy("Priority area"))
    return PickField(
        _area_options,
        model=PriorityArea,
        required=False,
        empty_label=gettext_lazy("Cross-sector (no single area)"),
        **kwargs,
    )


def area_checks(**kwargs: Any) -> PickManyField:
    return PickManyField(_area_options, model=PriorityArea, **kwargs)


def strategy_field(**kwargs: Any) -> PickField:
    kwargs.setdefault("empty_label", gettext_lazy("choose"))
    return PickField(lambda: options_of(Strategy.objects.all(), key="slug"), model=Strategy, **kwargs)


def function_field(**kwargs: Any) -> PickField:
    kwargs.setdefault("empty_label", gettext_lazy("choose"))
    return PickField(lambda: options_of(Function.objects.all(), key="code"), model=Function, **kwargs)


def _place_options() -> list[Option]:
    return options_of(Place.objects.all(), key="code")


def place_field(**kwargs: Any) -> PickField:
    kwargs.setdefault("label", gettext_lazy("Place"))
    return PickField(_place_options, model=Place, list_id="places", **kwargs)


def places_field(**kwargs: Any) -> PickManyField:
    return PickManyField(_place_options, model=Place, list_id="places", **kwargs)


def require_own_code(form: RowForm, name: str) -> None:
    """Refuse an id that is an address of its own, or that cannot stand in one."""
    code = form.cleaned_data.get(name)
    if code and (code in RESERVED or "/" in code or code in (".", "..")):
        form.add_error(name, _("“%(code)s” cannot be an id. Choose another.") % {"code": code})


class DocumentForm(RowForm):
    published = DatedField(label=gettext_lazy("Published"))
    url = forms.URLField(label=gettext_lazy("Address"), required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Document
        fields = ("title_sv", "title_en", "publisher", "reference", "url", *BASIC)
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("sources", None)  # a source has none
        self.move_to_end("reason")

    def raw_value(self, name: str, row: Any) -> Any:
        if name == "published":
            field = self.fields[name]
            assert isinstance(field, DatedField)
            return field.raw_of(row.published, row.date_precision)
        return super().raw_value(name, row)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "published" in self.cleaned_data:
            self.instance.published, self.instance.date_precision = self.cleaned_data["published"]
        if self.is_new and self.cleaned_data.get("title_sv"):
            taken = set(Document.objects.values_list("slug", flat=True))
            self.instance.slug = free_slug(self.cleaned_data["title_sv"], taken)
        return cleaned


class PlaceForm(RowForm):
    kind = code_field(PlaceKind, label=gettext_lazy("Kind"))
    parent = place_field(label=gettext_lazy("Part of"), required=False)
    only_new = ("code",)

    class Meta:
        model = Place
        fields = ("code", "name_sv", "name_en", "kind", "parent", *BASIC)
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        require_own_code(self, "code")
        above = self.cleaned_data.get("parent")
        seen = set()
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk and not self.is_new:
                self.add_error("parent", _("A place cannot be part of itself."))
                break
            seen.add(above.pk)
            above = above.parent
        return cleaned


def register() -> None:
    """Offer the forms of this app's rows. Called once, when the app is ready."""
    nouns.register(
        Noun("document", "documents", "base", Document, DocumentForm, gettext_lazy("New document"), "slug")
    )
    nouns.register(Noun("place", "places", "base", Place, PlaceForm, gettext_lazy("New place"), "code"))
