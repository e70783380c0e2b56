"""Forms that lead to edits of the register: reason and source of changes, and who takes what an actor holds."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.charts import language
from coordination.base.dates import format_period
from coordination.base.formfields import SourcesField
from coordination.base.periods import last_day
from coordination.base.picking import Option
from mandates.change_texts import held as held_words
from mandates.changes import (
    Change,
    CloseActor,
    Held,
    MergeActors,
    RenameActor,
    SplitActor,
    TransferActor,
)
from mandates.explain import Names
from mandates.overlay import holdings
from mandates.scenario_fields import SnapshotForm, actor_field, day_field
from mandates.scenario_forms import MOST_PARTS, REASON_LENGTH, new_actor
from mandates.snapshot import Actor, Date, Snapshot

KINDS: Mapping[str, Any] = {
    "mandate": gettext_lazy("Mandates"),
    "convener": gettext_lazy("Networks it convenes"),
    "seat": gettext_lazy("Seats in networks"),
    "collaboration": gettext_lazy("Collaborations"),
}
WHAT = [
    ("close", gettext_lazy("It closes")),
    ("merge", gettext_lazy("It becomes part of another, existing or new")),
    ("split", gettext_lazy("It is split into new ones")),
    ("rename", gettext_lazy("It is renamed")),
    ("transfer", gettext_lazy("It goes on, and hands over tasks or moves under another")),
]


class ApplyForm(forms.Form):
    """Why, on what source, and that somebody has looked at what will be written."""

    reason = forms.CharField(
        label=gettext_lazy("Why the change is made"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Kept in the history, at most 100 characters."),
    )
    sources = SourcesField(required=True, label=gettext_lazy("The decision behind it"))
    confirm = forms.BooleanField(label=gettext_lazy("I have looked at what will be written to the register"))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()

    @property
    def document_options(self) -> list[Option]:
        field = self.fields["sources"]
        assert isinstance(field, SourcesField)
        return field.options


class WhatForm(SnapshotForm):
    """What happens to an actor, and from which day: the first step of a reorganisation."""

    what = forms.ChoiceField(
        label=gettext_lazy("What happens"), choices=WHAT, widget=forms.RadioSelect, initial="close"
    )
    on = day_field(label=gettext_lazy("From which day"), required=True)
    into = actor_field(
        label=gettext_lazy("Who takes over, or what it becomes part of"),
        required=False,
        help_text=gettext_lazy(
            "An actor of the register. Suggested for every row below; you can choose others."
        ),
    )
    names = forms.CharField(
        label=gettext_lazy("New name, or names of the new actors"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One in each line."),
    )
    name_en = forms.CharField(label=gettext_lazy("New name in English"), required=False, max_length=300)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        names = [line.strip() for line in found.get("names", "").splitlines() if line.strip()]
        found["names"] = names
        what, into = found.get("what"), found.get("into")
        if any(len(name) > 300 for name in names):
            self.add_error("names", _("A name has at most 300 characters."))
        if what == "split" and not 2 <= len(names) <= MOST_PARTS:
            self.add_error("names", _("Name at least two and at most %(most)s.") % {"most": MOST_PARTS})
        elif what == "rename" and len(names) != 1:
            self.add_error("names", _("Write the new name."))
        elif what == "merge" and bool(into) == (len(names) == 1):
            self.add_error("into", _("Choose an actor, or name a new one; one of the two."))
        return cleaned


@dataclass(frozen=True)
class HeldRow:
    """One thing that the actor holds, with its two fields."""

    held: Held
    name: str
    period: str
    to: BoundField
    end: BoundField


class HandoverForm(SnapshotForm):
    """Who takes each thing that an actor holds, or that it ends: nothing is left unsaid.

    Args:
        stays: what is left empty stays where it is; else it is an error.
        suggested: the receiver that every row starts with.
        made: actors that do not exist yet and may take something.
    """

    def __init__(
        self,
        *args: Any,
        register: Snapshot,
        slug: str,
        day: Date,
        stays: bool,
        suggested: str = "",
        made: tuple[Actor, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, register=register, **kwargs)
        self.held = holdings(register, slug, day)
        self.stays = stays
        extra = [Option(0, actor.slug, actor.name_sv) for actor in made]
        names = Names(register)
        self.names = {row.key: held_words(names, row.key, language()) for row in self.held}
        options: list[Option] | None = None
        for row in self.held:
            name = self.names[row.key]
            to = actor_field(label=_("Who takes over %(row)s") % {"row": name}, required=False, help_text="")
            to.read_from(register)
            source = to.make_options

            def offered(source: Any = source) -> list[Option]:
                nonlocal options
                if options is None:
                    options = [*extra, *source()]
                return options

            to.make_options = offered
            to.initial = suggested
            self.fields[f"to-{row.key}"] = to
            self.fields[f"end-{row.key}"] = forms.BooleanField(
                label=_("%(row)s ends") % {"row": name}, required=False
            )

    @property
    def groups(self) -> list[tuple[Any, list[HeldRow]]]:
        """What is held, under a heading for each kind."""
        found: dict[str, list[HeldRow]] = {}
        for row in self.held:
            pair = (self[f"to-{row.key}"], self[f"end-{row.key}"])
            line = HeldRow(row, self.names[row.key], _period(self.register, row), *pair)
            found.setdefault(row.kind, []).append(line)
        return [(KINDS[kind], rows) for kind, rows in found.items()]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for row in self.held:
            to, end = f"to-{row.key}", f"end-{row.key}"
            if to in self.errors:
                continue
            receiver, ends = self.cleaned_data.get(to), self.cleaned_data.get(end)
            if receiver and ends:
                self.add_error(to, _("It cannot both be taken over and end."))
            elif not receiver and not ends and not self.stays:
                self.add_error(to, _("Say who takes it over, or that it ends."))
        return cleaned

    @property
    def receivers(self) -> dict[str, str]:
        return {
            row.key: self.cleaned_data[f"to-{row.key}"]
            for row in self.held
            if self.cleaned_data.get(f"to-{row.key}")
        }

    @property
    def ends(self) -> frozenset[str]:
        return frozenset(row.key for row in self.held if self.cleaned_data.get(f"end-{row.key}"))


def _period(register: Snapshot, row: Held) -> str:
    """When a held mandate or collaboration holds, in words; empty for what has no period of its own."""
    if row.kind == "mandate":
        found: Any = register.mandate_by_code[row.id]
    elif row.kind == "collaboration":
        found = next(tie for tie in register.collaborations if tie.code == row.id)
    else:
        return ""
    return format_period(
        found.valid_from,
        found.from_precision or "day",
        last_day(found.valid_until),
        found.to_precision or "day",
        language(),
    )


def planned(what: Mapping[str, Any], slug: str, register: Snapshot, handover: HandoverForm | None) -> Change:
    """The change that the two valid forms of a reorganisation ask for."""
    kind, on, names = what["what"], what["on"], what["names"]
    if kind == "rename":
        return RenameActor(on=on, slug=slug, name_sv=names[0], name_en=what["name_en"])
    if kind == "merge":
        into: Actor | str = what["into"] or new_actor(register, names[0], slug, set(), what["name_en"])
        return MergeActors(on=on, slugs=(slug,), into=into)
    assert handover is not None
    plan: dict[str, Any] = {"on": on, "slug": slug, "receivers": handover.receivers, "ends": handover.ends}
    if kind == "split":
        return SplitActor(parts=new_parts(names, slug, register), **plan)
    if kind == "transfer":
        return TransferActor(parent=what["into"] or None, **plan)
    return CloseActor(successor=what["into"] or None, **plan)


def new_parts(names: list[str], slug: str, register: Snapshot) -> tuple[Actor, ...]:
    """The new actors of a split, always with the same ids for the same names."""
    taken = set[str]()
    return tuple(new_actor(register, name, slug, taken) for name in names)
