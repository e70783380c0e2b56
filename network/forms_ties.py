"""The forms of collaborations, networks, seats, conveners, and dated events."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.formfields import DatedField, PickManyField
from coordination.base.forms import RowForm
from coordination.base.models import CollaborationKind, Level, MeetingKind, MilestoneKind, User
from coordination.base.periods import day_after
from coordination.base.rowforms import BASIC, area_checks, area_field, code_field, require_own_code
from coordination.base.slugs import free_slug
from network.models import Collaboration, Convener, Encounter, Milestone, Network, Participant, Seat
from network.options import actor_field, actors_field, network_field
from network.permissions import convenes

NOTE = {"note": forms.Textarea(attrs={"rows": 3})}


def new_code(model: Any, title: str) -> str:
    """A free permanent id for a row that people named only by its title."""
    return free_slug(title, set(model._default_manager.values_list("code", flat=True)))


class CollaborationForm(RowForm):
    kind = code_field(CollaborationKind, label=gettext_lazy("Kind"))
    area = area_field()
    participants = actors_field(label=gettext_lazy("Participants"), least=2)
    source_required = True
    collections: ClassVar = {"participants": (Participant, "collaboration_id")}

    class Meta:
        model = Collaboration
        fields = ("title_sv", "title_en", "kind", "area", "amount_sek_per_year", *BASIC)
        widgets = NOTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move_to_end("note", "confidence", "sources", "reason")

    def raw_value(self, name: str, row: Any) -> Any:
        if name == "participants":
            return self.raw_collection(name, row.sides.all())
        return super().raw_value(name, row)

    def raw_collection(self, name: str, rows: Iterable[Any]) -> Any:
        if name == "participants":
            field = self.fields[name]
            assert isinstance(field, PickManyField)
            return [field.key_of(side.actor_id) for side in rows]
        return super().raw_collection(name, rows)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.is_new and self.cleaned_data.get("title_sv"):
            self.instance.code = new_code(Collaboration, self.cleaned_data["title_sv"])
        return cleaned

    def save_related(self) -> None:
        super().save_related()
        if "participants" not in self.cleaned_data:
            return
        sides = {side.actor_id: side for side in self.instance.sides.all()}
        for position, actor in enumerate(self.cleaned_data["participants"]):
            side = sides.pop(actor.pk, None)
            if side is None:
                side = Participant(collaboration=self.instance, actor=actor, position=position)
            elif side.position == position:
                continue
            side.position = position
            self._sign(side)
            side.save()
        for side in sides.values():
            self._sign(side)
            side.delete()

    def _sign(self, side: Any) -> None:
        side._history_user, side._change_reason = self.user, self.cleaned_data.get("reason", "")


class NetworkForm(RowForm):
    level = code_field(Level, label=gettext_lazy("Level"))
    areas = area_checks(
        label=gettext_lazy("Priority areas"),
        help_text=gettext_lazy("None: the network works across all areas."),
    )

    class Meta:
        model = Network
        fields = (
            "name_sv",
            "name_en",
            "purpose_sv",
            "purpose_en",
            "level",
            "areas",
            "stated_members",
            "stated_on",
            *BASIC,
        )
        widgets = {
            **NOTE,
            "purpose_sv": forms.Textarea(attrs={"rows": 3}),
            "purpose_en": forms.Textarea(attrs={"rows": 3}),
            "stated_on": forms.DateInput(format="%Y-%m-%d"),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.is_new and self.cleaned_data.get("name_sv"):
            taken = set(Network.objects.values_list("slug", flat=True))
            self.instance.slug = free_slug(self.cleaned_data["name_sv"], taken)
        return cleaned


class SeatForm(RowForm):
    network = network_field()
    actor = actor_field()
    only_new = ("network", "actor")
    own_fields = ("role_sv", "role_en")
    source_required = True

    class Meta:
        model = Seat
        fields = ("network", "actor", "role_sv", "role_en", *BASIC)
        widgets = NOTE

    def fields_of(self, user: User) -> tuple[str, ...] | None:
        # A network's convener keeps its seats; who holds one keeps its role.
        return None if self.is_new or convenes(user, self.instance) else self.own_fields


class ConvenerForm(RowForm):
    network = network_field()
    actor = actor_field()
    only_new = ("network", "actor")

    class Meta:
        model = Convener
        fields = ("network", "actor", *BASIC)
        widgets = NOTE


class EventForm(RowForm):
    """A dated event: its days are written as people know them."""

    date_from = DatedField(label=gettext_lazy("First day"))
    date_to = DatedField(
        label=gettext_lazy("Last day"), is_end=True, help_text=gettext_lazy("Empty: the same day.")
    )
    area = area_field()
    network = network_field(required=False)
    organiser = actor_field(label=gettext_lazy("Organiser"), required=False)
    participants = actors_field(label=gettext_lazy("Participants"), required=False)
    only_new = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Permanent. Empty: made from the title.")
            self.fields["code"].label = _("Id")
        self.move_to_end("note", "confidence", "sources", "reason")

    def raw_value(self, name: str, row: Any) -> Any:
        field = self.fields[name]
        if name in ("date_from", "date_to") and isinstance(field, DatedField):
            day = row.date_from if name == "date_from" else row.date_to
            if name == "date_to" and row.date_precision == "day" and day == row.date_from:
                day = None
            return field.raw_of(day, row.date_precision if day else "")
        return super().raw_value(name, row)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        require_own_code(self, "code")
        if self.is_new and not found.get("code") and found.get("title_sv"):
            found["code"] = self.instance.code = new_code(self._meta.model, found["title_sv"])
        if "date_from" in found and "date_to" in found:
            first, last = found["date_from"], found["date_to"]
            row = self.instance
            row.date_from, row.date_precision = first.date, first.precision or last.precision
            row.date_until = day_after(last.date or (first.date if first.precision == "day" else None))
            if last.date is None and first.date is not None and first.precision != "day":
                # "2022" alone means the whole of it.
                text = str(self.raw_posted()["date_from"][0])
                row.date_until = day_after(_last_day_of(text, first.date))
            if first.date and last.date and last.date < first.date:
                self.add_error("date_to", _("The last day is before the first day."))
        return cleaned


def _last_day_of(text: str, first: Any) -> Any:
    from coordination.base import partialdates

    try:
        return partialdates.parse(text, is_end=True).date
    except partialdates.BadDate:
        return first


class EncounterForm(EventForm):
    kind = code_field(MeetingKind, label=gettext_lazy("Kind"))

    class Meta:
        model = Encounter
        fields = (
            "code",
            "title_sv",
            "title_en",
            "kind",
            "date_text",
            "area",
            "network",
            "organiser",
            "participants",
            *BASIC,
        )
        widgets = NOTE


class MilestoneForm(EventForm):
    kind = code_field(MilestoneKind, label=gettext_lazy("Kind"))

    class Meta:
        model = Milestone
        fields = EncounterForm.Meta.fields
        widgets = NOTE
