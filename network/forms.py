"""The forms of actors, groups and what belongs to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.editing import sign
from coordination.base.formfields import DatedField
from coordination.base.forms import RowForm
from coordination.base.models import ActorKind, Level
from coordination.base.partialdates import PartialDate
from coordination.base.rowforms import BASIC, code_field, place_field
from coordination.base.slugs import free_slug
from network import identifiers
from network.duplicates import near_duplicates
from network.models import Actor, ActorName, ActorParent, Contact, GroupMember, Identifier
from network.options import actor_field, actors_field

NOTE = {"note": forms.Textarea(attrs={"rows": 3})}


class ActorForm(RowForm):
    """An organisation. Its id comes from its first name and is permanent."""

    kind = code_field(ActorKind, label=gettext_lazy("Kind"))
    level = code_field(Level, label=gettext_lazy("Level"))
    place = place_field(required=False)
    successor = actor_field(label=gettext_lazy("Successor"), required=False)
    keep_old_name = forms.BooleanField(
        label=gettext_lazy("Keep the old name as a former name"),
        required=False,
        help_text=gettext_lazy("When you change the name: the register still finds and shows the old one."),
    )
    renamed_on = DatedField(label=gettext_lazy("First day of the new name"))
    create_anyway = forms.BooleanField(
        label=gettext_lazy("This is another actor: create it anyway"), required=False
    )
    own_fields = ()

    class Meta:
        model = Actor
        fields = ("name_sv", "name_en", "kind", "level", "place", "successor", *BASIC)
        widgets = NOTE

    is_group = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.is_group = self.is_group
        self.look_alikes: list[Actor] = []
        if self.is_new or self.proposing or self.only is not None:
            self.fields.pop("keep_old_name", None)
            self.fields.pop("renamed_on", None)
        if not (self.is_new and self.is_bound):
            self.fields.pop("create_anyway", None)

    @property
    def row_fields(self) -> list[str]:
        asides = ("keep_old_name", "renamed_on", "create_anyway")
        return [name for name in super().row_fields if name not in asides]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        if self.is_new and found.get("name_sv"):
            taken = set(Actor.objects.values_list("slug", flat=True))
            place = found.get("place")
            self.instance.slug = free_slug(found["name_sv"], taken, place.code if place else "")
            self.look_alikes = near_duplicates(found["name_sv"], found.get("name_en", ""))
            if self.look_alikes and not found.get("create_anyway"):
                self.add_error(
                    "name_sv",
                    _("The register has a similar name already: %(names)s. Is it the same actor?")
                    % {"names": ", ".join(f"{actor.name} ({actor.slug})" for actor in self.look_alikes)},
                )
            elif not self.look_alikes:
                self.fields.pop("create_anyway", None)
        if found.get("keep_old_name") and not (found.get("renamed_on") or PartialDate(None, "")).date:
            self.add_error("renamed_on", _("Write from which day the new name holds."))
        return cleaned

    def save_related(self) -> None:
        super().save_related()
        since = self.cleaned_data.get("renamed_on")
        if not (self.cleaned_data.get("keep_old_name") and since and since.date):
            return
        old_sv, old_en = self.old_names
        if (old_sv, old_en) != (self.instance.name_sv, self.instance.name_en):
            name = ActorName(
                actor=self.instance,
                kind=ActorName.Kind.FORMER,
                name_sv=old_sv,
                name_en=old_en,
                valid_until=since.date,
                to_precision=since.precision,
            )
            sign(name, user=self.user, reason=self.cleaned_data.get("reason", ""))
            name.save()

    def _post_clean(self) -> None:
        # Read before the instance takes the new values.
        self.old_names = (self.instance.name_sv, self.instance.name_en)
        super()._post_clean()  # type: ignore[misc]  # Django's own, untold by its types


class GroupForm(ActorForm):
    """A group of actors: by rule, by list, or only counted."""

    is_group = True
    also = actors_field(label=gettext_lazy("Also counts"), required=False)

    class Meta:
        model = Actor
        widgets = NOTE
        fields = (
            "name_sv",
            "name_en",
            "kind",
            "level",
            "place",
            "rule",
            "also",
            "stated_members",
            "successor",
            *BASIC,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "rule" in self.fields:
            self.fields["rule"].required = True


class PartForm(RowForm):
    """A row that belongs to an actor and is edited from its page."""

    actor = actor_field()
    only_new = ("actor",)
    own_fields = ()


class ActorNameForm(PartForm):
    class Meta:
        model = ActorName
        fields = ("actor", "kind", "name_sv", "name_en", *BASIC)
        widgets = NOTE


class ActorParentForm(PartForm):
    parent = actor_field(label=gettext_lazy("Part of"))

    class Meta:
        model = ActorParent
        fields = ("actor", "parent", *BASIC)
        widgets = NOTE


class IdentifierForm(PartForm):
    """An official number. A wrong check digit is a warning; a person's number is refused."""

    accept_warning = forms.BooleanField(
        label=gettext_lazy("The number is written so in the source: save it anyway"), required=False
    )

    class Meta:
        model = Identifier
        fields = ("actor", "scheme", "value", *BASIC)
        widgets = NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields.pop("accept_warning", None)
            self.initial.setdefault("scheme", identifiers.SWEDISH)

    @property
    def row_fields(self) -> list[str]:
        return [name for name in super().row_fields if name != "accept_warning"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        problem = None
        if self.cleaned_data.get("scheme") == identifiers.SWEDISH and self.cleaned_data.get("value"):
            problem = identifiers.check(self.cleaned_data["value"])
        if problem is identifiers.Problem.PERSONAL:
            self.add_error(
                "value", _("This is a person's identity number. It must not be stored in the register.")
            )
            self.fields.pop("accept_warning", None)
        elif problem is not None:
            if not self.cleaned_data.get("accept_warning"):
                self.add_error(
                    "value",
                    _("The check digit is wrong. Compare with the source, or save anyway.")
                    if problem is identifiers.Problem.CHECK_DIGIT
                    else _("An organisation number has ten digits. Compare with the source, or save anyway."),
                )
        else:
            self.fields.pop("accept_warning", None)
        return cleaned


class GroupMemberForm(RowForm):
    group = actor_field(groups=True, label=gettext_lazy("Group"))
    actor = actor_field()
    only_new = ("group",)
    own_fields = ()

    class Meta:
        model = GroupMember
        fields = ("group", "actor", *BASIC)
        widgets = NOTE


class ContactForm(RowForm):
    """How to reach an actor: a role's mailbox first. Members keep their own."""

    actor = actor_field()
    only_new = ("actor",)

    class Meta:
        model = Contact
        fields = ("actor", "role_sv", "role_en", "name", "email", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("reason", None)  # contacts have no history (GDPR)
