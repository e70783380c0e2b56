"""What the map is asked to show. All of it stands in the address, so that a link restores the same view."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from coordination.base import as_of
from coordination.base.facets import EVERY, FacetForm, area_choices
from coordination.base.models import ActorKind, CollaborationKind, Level, Place
from coordination.base.models.register import Confidence
from network.explorer.wording import MEASURES, SIZES
from network.graph.selection import NETWORK, Selection

WHOLE, EGO, PATH, SECTORS = "whole", "ego", "path", "sectors"
VIEWS = [
    (WHOLE, _("The whole network")),
    (EGO, _("Around an actor")),
    (PATH, _("From one to another")),
    (SECTORS, _("Between groups")),
]
PICTURE, TABLE, COMPONENTS, COMMUNITIES, RECORDS = "picture", "table", "components", "communities", "records"
TABS = (PICTURE, TABLE, COMPONENTS, COMMUNITIES, RECORDS)
COLOURS = [
    ("kind", _("Kind of actor")),
    ("level", _("Level")),
    ("community", _("Community")),
    ("area", _("Priority area")),
]
ORDERS = [("", _("By itself")), ("rings", _("Rings")), ("free", _("Free"))]
BY = [("kind", _("Kind of actor")), ("county", _("County"))]
STEPS = [("1", _("1 step")), ("2", _("2 steps"))]
LONGEST = 200


class MapForm(FacetForm):
    """The controls beside the picture. What is no choice of theirs is marked at the field, and left out."""

    method = "get"

    view = forms.ChoiceField(choices=VIEWS, required=False, widget=forms.HiddenInput)
    tab = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    actor = forms.CharField(label=_("Actor"), required=False, max_length=LONGEST)
    to = forms.CharField(label=_("To"), required=False, max_length=LONGEST)
    steps = forms.ChoiceField(label=_("How far"), choices=STEPS, required=False)
    by = forms.ChoiceField(label=_("Groups"), choices=BY, required=False)
    chosen = forms.CharField(label=_("Find an actor"), required=False, max_length=LONGEST)
    kind = forms.MultipleChoiceField(label=_("Actors"), required=False, widget=forms.CheckboxSelectMultiple)
    tie = forms.MultipleChoiceField(label=_("Ties"), required=False, widget=forms.CheckboxSelectMultiple)
    groups = forms.BooleanField(label=_("Members instead of groups"), required=False)
    isolates = forms.BooleanField(label=_("Actors without ties"), required=False)
    area = forms.ChoiceField(label=_("Priority area"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)
    sure = forms.ChoiceField(label=_("How sure"), required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=COLOURS, required=False)
    size = forms.ChoiceField(label=_("Size"), required=False)
    order = forms.ChoiceField(label=_("Arrangement"), choices=ORDERS, required=False)
    compare = forms.CharField(
        label=_("Beside another day"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"placeholder": "2021-06-30", "inputmode": "numeric"}),
    )

    def __init__(self, data: QueryDict, *, names: "Names") -> None:
        super().__init__(data)
        every = ("", EVERY)
        choices: dict[str, list[tuple[str, Any]]] = {
            "kind": [(row.code, row.name) for row in names.kinds.values()],
            "tie": [
                *((row.code, row.name) for row in names.ties.values()),
                (NETWORK, _("Seats in networks")),
            ],
            "area": [every, *names.areas.items()],
            "level": [every, *((row.code, row.name) for row in names.levels.values())],
            "county": [every, *names.counties.items()],
            "sure": [every, *Confidence.choices],
            "size": [("", _("The same")), *((name, MEASURES[name].label) for name in SIZES)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # a field of choices
        self.is_valid()

    def got(self, name: str) -> Any:
        """The cleaned value, or nothing where it was refused."""
        return self.cleaned_data.get(name) or ""

    def clean_compare(self) -> datetime.date | None:
        text = self.cleaned_data["compare"]
        day = as_of.parse(text)
        if text and day is None:
            raise forms.ValidationError(_("Write the date as 2022-06-30."))
        return day


@dataclass(frozen=True)
class Names:
    """What codes are called, in their order. Five queries."""

    kinds: Mapping[str, ActorKind]
    levels: Mapping[str, Level]
    ties: Mapping[str, CollaborationKind]
    areas: Mapping[str, Any]
    counties: Mapping[str, str]

    @classmethod
    def read(cls) -> "Names":
        return cls(
            {row.code: row for row in ActorKind.objects.all()},
            {row.code: row for row in Level.objects.all()},
            {row.code: row for row in CollaborationKind.objects.all()},
            dict(area_choices()),
            {row.code: row.name for row in _counties()},
        )


def _counties() -> QuerySet[Place]:
    """The tier below the country, or the uppermost where there are several countries."""
    roots = list(Place.objects.filter(parent=None).values_list("pk", flat=True)[:2])
    within = {"parent__in": roots} if len(roots) == 1 else {"parent": None}
    return Place.objects.filter(**within).order_by("sort_sv", "code")


@dataclass(frozen=True)
class Asked:
    """The view that an address asks for.

    `actor`, `to` and `chosen` are what somebody typed or followed a link to: an id, or a name to look up.
    """

    selection: Selection
    view: str = WHOLE
    tab: str = PICTURE
    actor: str = ""
    to: str = ""
    steps: int = 1
    by: str = "kind"
    chosen: str = ""
    colour: str = "kind"
    size: str = ""
    order: str = ""
    isolates: bool = False
    compare: datetime.date | None = None
    unfolded: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def read(cls, form: MapForm, query: QueryDict, day: datetime.date) -> "Asked":
        """What `form` and the rest of the query ask for on `day`; whatever is no choice asks for nothing."""
        got = form.got
        narrowed = Selection(
            as_of=day,
            areas=_one(got("area")),
            tie_kinds=_some(got("tie"), form, "tie"),
            confidence=got("sure"),
            kinds=_some(got("kind"), form, "kind"),
            levels=_one(got("level")),
            counties=_one(got("county")),
            expand_groups=bool(got("groups")),
        )
        tab = got("tab")
        return cls(
            narrowed,
            got("view") or WHOLE,
            tab if tab in TABS else PICTURE,
            got("actor"),
            got("to"),
            int(got("steps") or 1),
            got("by") or "kind",
            got("chosen"),
            got("colour") or "kind",
            got("size"),
            got("order"),
            bool(got("isolates")),
            got("compare") or None,
            frozenset(int(text) for text in query.getlist("open") if text.isdecimal() and len(text) < 7),
        )


def _one(code: str) -> frozenset[str]:
    return frozenset({code}) if code else frozenset()


def _some(codes: Any, form: MapForm, name: str) -> frozenset[str]:
    """The codes; all of them is the same as none of them: nothing is narrowed."""
    offered = len(form.fields[name].choices)  # type: ignore[attr-defined]  # a field of choices
    found = frozenset(codes or ())
    return frozenset() if len(found) == offered else found
