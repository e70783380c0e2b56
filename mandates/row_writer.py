"""Writing one edit of the register (`mandates.edits`) through the ordinary editing service."""

import datetime
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from coordination.base.editing import save_row, sign
from coordination.base.history import keep_baseline
from coordination.base.models import Citation, Function, Place, PriorityArea, Strategy, User
from mandates.edits import Edit
from mandates.models import Mandate
from mandates.snapshot import CROSS_SECTOR
from network.models import Actor, ActorName, ActorParent, Collaboration, Convener, Network, Participant, Seat


class CannotWrite(Exception):
    """The register refuses a row: `row` is its name, the message says why."""

    def __init__(self, row: str, message: str) -> None:
        super().__init__(message)
        self.row = row


Entry = dict[str, Any]
Set = Callable[["RowWriter", Any, Any, Edit], None]


class RowWriter:
    """Writes edits, remembering of each what it takes to undo it."""

    def __init__(self, *, user: User, reason: str, sources: dict[str, Citation]) -> None:
        self.user, self.reason, self.sources = user, reason, sources
        self.seen_places: set[tuple[type[models.Model], int]] = set()
        self.later: list[tuple[Mandate, str]] = []

    def write(self, edit: Edit) -> Entry:
        row = self._row(edit)
        fields = (
            {} if edit.is_new else {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
        )
        sides = [] if edit.is_new or edit.kind != "collaboration" else sides_of(row)
        for name, value in edit.values.items():
            if name in _SET:
                _SET[name](self, row, value, edit)
        if "confirmed_on" in edit.values:
            row.confirmed_by = self.user
        version = row.version
        try:
            row.full_clean()
            if edit.is_new:
                sign(row, user=self.user, reason=self.reason)
                row.save()
            else:
                keep_baseline(row)
                save_row(row, seen_version=version, user=self.user, reason=self.reason)
        except ValidationError as error:
            raise CannotWrite(str(row), " ".join(error.messages)) from error
        self._relate(row, edit)
        cited = self._cite(row, edit)
        changed = {
            name: value.isoformat() if isinstance(value, datetime.date) else value
            for name, value in fields.items()
            if name not in _NEVER and getattr(row, name) != value
        }
        return {
            "model": row._meta.label,
            "pk": row.pk,
            "name": f"{row._meta.verbose_name}: {row}",
            "is_new": edit.is_new,
            "fields": changed,
            "sides": sides,
            "citations": cited,
        }

    def finish(self, entries: list[Entry]) -> None:
        """Name successors that were begun after what they succeed, and note every row's version."""
        for row, code in self.later:
            row.successor = Mandate.objects.get(code=code)
            save_row(row, seen_version=row.version, user=self.user, reason=self.reason)
        for entry in entries:
            model: Any = apps.get_model(entry["model"])
            entry["version"] = model._default_manager.values_list("version", flat=True).get(pk=entry["pk"])

    def _row(self, edit: Edit) -> Any:
        if edit.is_new:
            return self._new(edit)
        first, last = edit.key[0], edit.key[-1]
        found: Any
        match edit.kind:
            case "area":
                found = PriorityArea.objects.get(strategy__slug=first, code=last)
            case "actor":
                found = Actor.objects.get(slug=first)
            case "mandate":
                found = Mandate.objects.get(code=first)
            case "collaboration":
                found = Collaboration.objects.get(code=first)
            case "parent":
                found = ActorParent.objects.filter(
                    actor__slug=first, parent__slug=last, valid_from=edit.before.valid_from
                ).get()
            case _:
                found = self._place_in_network(
                    Seat if edit.kind == "seat" else Convener, edit.key, edit.before
                )
        return found

    def _place_in_network(self, model: Any, key: tuple[str, ...], before: Any) -> Any:
        """A seat or convener; of several alike in all but their role, the next one."""
        rows = model.objects.filter(
            network__slug=key[0],
            actor__slug=key[1],
            valid_from=before.valid_from,
            valid_until=before.valid_until,
        ).order_by("pk")
        found = next(row for row in rows if (model, row.pk) not in self.seen_places)
        self.seen_places.add((model, found.pk))
        return found

    def _new(self, edit: Edit) -> Any:
        """A new row, with what the snapshot does not have taken from the one that it continues."""
        first, last = edit.key[0], edit.key[-1]
        match edit.kind:
            case "actor":
                return Actor(slug=first)
            case "former_name":
                return ActorName(
                    actor=Actor.objects.get(slug=first), kind=ActorName.Kind.FORMER, to_precision="day"
                )
            case "parent":
                return ActorParent(actor=Actor.objects.get(slug=first), parent=Actor.objects.get(slug=last))
            case "mandate":
                old = Mandate.objects.filter(code=edit.origin).first()
                return Mandate(
                    code=first,
                    target_group_en=old.target_group_en if old else "",
                    amount_sek_per_year=old.amount_sek_per_year if old else None,
                )
            case "collaboration":
                tie = Collaboration.objects.filter(code=edit.origin).first()
                return Collaboration(code=first, amount_sek_per_year=tie.amount_sek_per_year if tie else None)
            case _:
                model: Any = Seat if edit.kind == "seat" else Convener
                row = model(network=Network.objects.get(slug=first))
                if edit.kind == "seat" and edit.origin:
                    former = Seat.objects.filter(
                        network__slug=first, actor__slug=edit.origin, valid_until=edit.values["valid_from"]
                    ).first()
                    row.role_sv, row.role_en = (former.role_sv, former.role_en) if former else ("", "")
                return row

    def _relate(self, row: Any, edit: Edit) -> None:
        """What hangs on the saved row: many-to-many values, and the sides of a collaboration."""
        if edit.kind == "mandate" and edit.is_new:
            row.levels.set(edit.values["levels"])
            row.territory_places.set(Place.objects.filter(code__in=edit.values["territory_places"]))
            row.territory_groups.set(Actor.objects.filter(slug__in=edit.values["territory_groups"]))
        if edit.kind == "collaboration" and "participants" in edit.values:
            set_sides(row, list(edit.values["participants"]), user=self.user, reason=self.reason)

    def _cite(self, row: Any, edit: Edit) -> list[int]:
        """Cite the decision; returns the keys of the new citations."""
        old = set(getattr(edit.before, "sources", ()) or ())
        found = []
        for position, (said, citation) in enumerate(self.sources.items(), start=len(old)):
            if said in old:
                continue
            own = Citation(
                row=row,
                document=citation.document,
                place=citation.place,
                url=citation.url,
                label=citation.label,
                position=position,
            )
            sign(own, user=self.user, reason=self.reason)
            own.save()
            found.append(own.pk)
        return found


def _plain(name: str) -> Set:
    def put(writer: RowWriter, row: Any, value: Any, edit: Edit) -> None:
        setattr(row, name, value)

    return put


def _key(name: str) -> Set:
    def put(writer: RowWriter, row: Any, value: Any, edit: Edit) -> None:
        setattr(row, f"{name}_id", value or None)

    return put


def _set_area(writer: RowWriter, row: Any, value: Any, edit: Edit) -> None:
    if value == CROSS_SECTOR:
        row.area = None
    elif edit.kind == "mandate":
        row.area = PriorityArea.objects.get(strategy__slug=edit.values["strategy"], code=value)
    else:  # the register has no strategy of a tie; the one that it continues has the area
        row.area = Collaboration.objects.get(code=edit.origin).area


def _set_successor(writer: RowWriter, row: Any, value: Any, edit: Edit) -> None:
    if edit.kind == "actor":
        row.successor = Actor.objects.get(slug=value) if value else None
        return
    row.successor = Mandate.objects.filter(code=value).first() if value else None
    if value and row.successor is None:
        writer.later.append((row, value))


def _actor_as(name: str) -> Set:
    def put(writer: RowWriter, row: Any, value: Any, edit: Edit) -> None:
        setattr(row, name, Actor.objects.get(slug=value))

    return put


_SET: dict[str, Set] = {
    **{
        name: _plain(name)
        for name in (
            "valid_from", "valid_until", "from_precision", "to_precision", "confidence", "confirmed_on",
            "title_sv", "title_en", "name_sv", "name_en", "explicit", "legal_basis", "status", "scenario",
            "joint_assignment", "report_due",
        )
    },  # fmt: skip
    **{name: _key(name) for name in ("kind", "level", "role")},
    "inferred_fields": lambda w, row, value, e: setattr(row, "inferred_fields", ";".join(sorted(value))),
    "target_group": lambda w, row, value, e: setattr(row, "target_group_sv", value),
    "place": lambda w, row, value, e: setattr(
        row, "place", Place.objects.get(code=value) if value else None
    ),
    "strategy": lambda w, row, value, e: setattr(row, "strategy", Strategy.objects.get(slug=value)),
    "function": lambda w, row, value, e: setattr(row, "function", Function.objects.get(code=value)),
    "holder": _actor_as("holder"),
    "actor": _actor_as("actor"),
    "area": _set_area,
    "successor": _set_successor,
}  # fmt: skip
# Grow with every save.
_NEVER = frozenset({"version", "updated_at"})


def sides_of(row: Collaboration) -> list[str]:
    return list(row.sides.order_by("position", "pk").values_list("actor__slug", flat=True))


def set_sides(row: Collaboration, slugs: list[str], *, user: User, reason: str) -> None:
    sides = {side.actor.slug: side for side in row.sides.select_related("actor")}
    for position, slug in enumerate(slugs):
        side = sides.pop(slug, None) or Participant(collaboration=row, actor=Actor.objects.get(slug=slug))
        if side.pk is None or side.position != position:
            side.position = position
            sign(side, user=user, reason=reason)
            side.save()
    for side in sides.values():
        sign(side, user=user, reason=reason)
        side.delete()
