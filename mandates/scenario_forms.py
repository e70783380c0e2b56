"""Forms of scenarios and of each kind of change: rows are chosen from the register with the scenario laid over it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.models import User
from coordination.base.periods import day_after, last_day
from coordination.base.slugs import RESERVED, free_slug
from mandates.changes import (
    AddMandate,
    AdoptArea,
    Change,
    CloseActor,
    EndMandate,
    MergeActors,
    MoveMandate,
    ProlongMandate,
    RenameActor,
    SplitActor,
    StartProposals,
    TransferActor,
)
from mandates.models import Scenario
from mandates.scenario_fields import (
    KeyField,
    SnapshotForm,
    actor_field,
    areas,
    day_field,
    kinds,
    mandate_field,
    named,
    proposed_areas,
    scenarios,
)
from mandates.snapshot import CROSS_SECTOR, Actor, Snapshot
from mandates.snapshot import Mandate as Row

REASON_LENGTH = 100
MOST_PARTS = 20


class ChangeForm(SnapshotForm):
    """One change. `title` says what it does; `explains` what it does not say itself."""

    title: ClassVar[Any] = ""
    explains: ClassVar[Any] = ""

    on = day_field(
        label=gettext_lazy("First day on which it holds"),
        required=False,
        help_text=gettext_lazy("Empty: the day that the page shows."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = self.fields.pop("on")  # last

    def change(self) -> Change:
        """The change that the valid form asks for."""
        raise NotImplementedError

    @staticmethod
    def initial_of(change: Any) -> dict[str, Any]:
        """What the form shows of a change of its kind."""
        return {name: getattr(change, name) for name in change.__dataclass_fields__}


class ProposalsForm(ChangeForm):
    title = gettext_lazy("Decide proposals")
    explains = gettext_lazy(
        "The proposed mandates of a scenario begin, and the areas it asks for are adopted."
    )
    scenario = KeyField(scenarios, label=gettext_lazy("Proposals of"))

    def change(self) -> Change:
        return StartProposals(on=self.cleaned_data["on"], scenario=self.cleaned_data["scenario"])


class AdoptForm(ChangeForm):
    title = gettext_lazy("Adopt an area")
    area = KeyField(proposed_areas, label=gettext_lazy("Proposed area"))

    def change(self) -> Change:
        strategy, _slash, code = self.cleaned_data["area"].partition("/")
        return AdoptArea(on=self.cleaned_data["on"], strategy=strategy, code=code)

    @staticmethod
    def initial_of(change: Any) -> dict[str, Any]:
        return {"on": change.on, "area": f"{change.strategy}/{change.code}"}


class AddForm(ChangeForm):
    title = gettext_lazy("Add a mandate")
    holder = actor_field(label=gettext_lazy("Holder"))
    title_sv = forms.CharField(label=gettext_lazy("Title in Swedish"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300, required=False)
    kind = KeyField(kinds("mandate_kinds"), label=gettext_lazy("Kind"))
    strategy = KeyField(
        lambda register: named(register.strategies, lambda row: row.slug), label=gettext_lazy("Strategy")
    )
    area = KeyField(
        areas,
        label=gettext_lazy("Priority area"),
        required=False,
        empty_label=gettext_lazy("Cross-sector (no single area)"),
    )
    function = KeyField(kinds("functions"), label=gettext_lazy("Function"))
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels aimed at"), widget=forms.CheckboxSelectMultiple
    )
    explicit = forms.BooleanField(label=gettext_lazy("names the strategy's goal"), required=False)
    code = forms.SlugField(
        label=gettext_lazy("Id"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Permanent. Empty: made from the title."),
    )
    valid_to = day_field(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = self.fields["levels"]
        levels.choices = [(o.key, o.label) for o in named(self.register.levels, lambda row: row.code)]  # type: ignore[attr-defined]  # a field of choices
        if len(self.register.strategies) == 1:
            self.fields["strategy"].initial = self.register.strategies[0].slug

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        area = found.get("area")
        if area and found.get("strategy") and area.partition("/")[0] != found["strategy"]:
            self.add_error("area", _("This area belongs to another strategy."))
        if found.get("code") in RESERVED:
            self.add_error("code", _("“%(code)s” cannot be an id. Choose another.") % {"code": found["code"]})
        return cleaned

    def change(self) -> Change:
        given = self.cleaned_data
        code = given["code"] or free_slug(given["title_sv"], self.register.mandate_by_code)
        until = day_after(given["valid_to"])
        row = Row(
            code=code,
            holder=given["holder"],
            title_sv=given["title_sv"],
            title_en=given["title_en"],
            kind=given["kind"],
            strategy=given["strategy"],
            area=given["area"].partition("/")[2] or CROSS_SECTOR,
            function=given["function"],
            levels=frozenset(given["levels"]),
            explicit=given["explicit"],
            valid_until=until,
            to_precision="day" if until else "",
        )
        return AddMandate(on=given["on"], mandate=row)

    @staticmethod
    def initial_of(change: Any) -> dict[str, Any]:
        row: Row = change.mandate
        area = "" if row.area == CROSS_SECTOR else f"{row.strategy}/{row.area}"
        return {
            **{name: getattr(row, name) for name in ("holder", "title_sv", "title_en", "kind", "strategy")},
            **{name: getattr(row, name) for name in ("function", "explicit", "code")},
            "levels": sorted(row.levels),
            "area": area,
            "valid_to": last_day(row.valid_until),
            "on": change.on,
        }


class EndForm(ChangeForm):
    title = gettext_lazy("End a mandate")
    code = mandate_field(label=gettext_lazy("Mandate"))
    successor = mandate_field(label=gettext_lazy("Successor"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("First day on which it no longer holds")

    def change(self) -> Change:
        given = self.cleaned_data
        return EndMandate(on=given["on"], code=given["code"], successor=given["successor"] or None)


class ProlongForm(ChangeForm):
    title = gettext_lazy("Prolong a mandate")
    code = mandate_field(label=gettext_lazy("Mandate"))
    valid_to = day_field(
        label=gettext_lazy("New last day"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on"]  # it goes on from where it would have ended

    def change(self) -> Change:
        return ProlongMandate(code=self.cleaned_data["code"], until=day_after(self.cleaned_data["valid_to"]))

    @staticmethod
    def initial_of(change: Any) -> dict[str, Any]:
        return {"code": change.code, "valid_to": last_day(change.until)}


class MoveForm(ChangeForm):
    title = gettext_lazy("Move a mandate")
    explains = gettext_lazy("The holder's mandate ends, and the new holder gets one that succeeds it.")
    code = mandate_field(label=gettext_lazy("Mandate"))
    holder = actor_field(label=gettext_lazy("New holder"))

    def change(self) -> Change:
        given = self.cleaned_data
        return MoveMandate(on=given["on"], code=given["code"], holder=given["holder"])


class CloseForm(ChangeForm):
    title = gettext_lazy("Close an actor")
    explains = gettext_lazy(
        "To say of each thing who takes it, begin on the actor's own page: Reorganise, then keep it as a scenario."
    )
    slug = actor_field(label=gettext_lazy("Actor"))
    rest = actor_field(
        label=gettext_lazy("Takes over everything"),
        required=False,
        help_text=gettext_lazy("Empty: everything that it holds ends."),
    )
    successor = actor_field(label=gettext_lazy("Successor"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("First day on which it is gone")

    def change(self) -> Change:
        given = self.cleaned_data
        return CloseActor(
            on=given["on"],
            slug=given["slug"],
            rest=given["rest"] or None,
            successor=given["successor"] or given["rest"] or None,
        )


def new_actor(register: Snapshot, name: str, like: str, taken: set[str], name_en: str = "") -> Actor:
    """An actor that does not exist yet: its id from its name, its kind, level and place from `like`."""
    model = register.actor_by_slug.get(like)
    slug = free_slug(name, {*register.actor_by_slug, *taken})
    taken.add(slug)
    if model is None:
        return Actor(slug=slug, name_sv=name, name_en=name_en)
    return Actor(
        slug=slug, name_sv=name, name_en=name_en, kind=model.kind, level=model.level, place=model.place
    )


class MergeForm(ChangeForm):
    title = gettext_lazy("Merge actors")
    first = actor_field(label=gettext_lazy("Actor"))
    second = actor_field(label=gettext_lazy("And"))
    third = actor_field(label=gettext_lazy("And"), required=False)
    into = actor_field(
        label=gettext_lazy("Become part of"),
        required=False,
        help_text=gettext_lazy("One of them, or another actor. Empty: a new one."),
    )
    name_sv = forms.CharField(label=gettext_lazy("Name of the new actor"), max_length=300, required=False)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        if not self.errors and bool(found.get("into")) == bool(found.get("name_sv")):
            self.add_error("into", _("Choose an actor, or name a new one; one of the two."))
        return cleaned

    def change(self) -> Change:
        given = self.cleaned_data
        slugs = tuple(dict.fromkeys(filter(None, (given["first"], given["second"], given["third"]))))
        into: Actor | str = given["into"]
        if not into:
            into = new_actor(self.register, given["name_sv"], given["first"], set())
        return MergeActors(on=given["on"], slugs=slugs, into=into)

    @staticmethod
    def initial_of(change: Any) -> dict[str, Any]:
        slugs = dict(zip(("first", "second", "third"), change.slugs, strict=False))
        is_new = isinstance(change.into, Actor)
        return {
            **slugs,
            "into": "" if is_new else change.into,
            "name_sv": change.into.name_sv if is_new else "",
            "on": change.on,
        }


class SplitForm(ChangeForm):
    title = gettext_lazy("Split an actor")
    explains = CloseForm.explains
    slug = actor_field(label=gettext_lazy("Actor"))
    names = forms.CharField(
        label=gettext_lazy("Names of the new actors"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One in each line, at least two."),
    )
    first_takes = forms.BooleanField(
        label=gettext_lazy("The first of them takes over everything"), required=False, initial=True
    )

    def clean_names(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if not 2 <= len(names) <= MOST_PARTS:
            raise ValidationError(_("Name at least two and at most %(most)s."), params={"most": MOST_PARTS})
        if any(len(name) > 300 for name in names):
            raise ValidationError(_("A name has at most 300 characters."))
        return names

    def change(self) -> Change:
        given, taken = self.cleaned_data, set[str]()
        parts = tuple(new_actor(self.register, name, given["slug"], taken) for name in given["names"])
        rest = parts[0].slug if given["first_takes"] else None
        return SplitActor(on=given["on"], slug=given["slug"], parts=parts, rest=rest)

    @staticmethod
    def initial_of(change: Any) -> dict[str, Any]:
        return {
            "on": change.on,
            "slug": change.slug,
            "names": "\n".join(part.name_sv for part in change.parts),
            "first_takes": change.rest is not None,
        }


class RenameForm(ChangeForm):
    title = gettext_lazy("Rename an actor")
    slug = actor_field(label=gettext_lazy("Actor"))
    name_sv = forms.CharField(label=gettext_lazy("New name in Swedish"), max_length=300)
    name_en = forms.CharField(label=gettext_lazy("New name in English"), max_length=300, required=False)

    def change(self) -> Change:
        return RenameActor(**self.cleaned_data)


class TransferForm(ChangeForm):
    title = gettext_lazy("Move an actor under another")
    slug = actor_field(label=gettext_lazy("Actor"))
    parent = actor_field(label=gettext_lazy("Becomes part of"))

    def change(self) -> Change:
        return TransferActor(**self.cleaned_data)


# By the words of `mandates.change_json`, in the order in which they are offered.
CHANGE_FORMS: Mapping[str, type[ChangeForm]] = {
    "start_proposals": ProposalsForm,
    "add_mandate": AddForm,
    "end_mandate": EndForm,
    "prolong_mandate": ProlongForm,
    "move_mandate": MoveForm,
    "adopt_area": AdoptForm,
    "close_actor": CloseForm,
    "merge_actors": MergeForm,
    "split_actor": SplitForm,
    "rename_actor": RenameForm,
    "transfer_actor": TransferForm,
}


class ScenarioForm(forms.Form):
    """What a scenario is called, what it is for, and who besides the owner sees it."""

    title_sv = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300, required=False)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    readers = forms.CharField(
        label=gettext_lazy("Who else may see it"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("The email address of one user in each line. Nobody else sees it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def clean_readers(self) -> list[User]:
        wanted = [line.strip().lower() for line in self.cleaned_data["readers"].splitlines() if line.strip()]
        found = {user.email.lower(): user for user in User.objects.filter(email__in=wanted, is_active=True)}
        if unknown := [email for email in wanted if email not in found]:
            raise ValidationError(
                _("Nobody here has the address %(emails)s."), params={"emails": ", ".join(unknown[:5])}
            )
        return list(found.values())

    @staticmethod
    def initial_of(scenario: Scenario) -> dict[str, Any]:
        return {
            "title_sv": scenario.title_sv,
            "title_en": scenario.title_en,
            "purpose": scenario.purpose,
            "readers": "\n".join(scenario.readers.order_by("email").values_list("email", flat=True)),
            "version": scenario.version,
        }
