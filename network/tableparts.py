"""The parts of this app's tables that are its own: actors by their ids, parents, sides, rules, numbers, days."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from coordination.base.formfields import DatedField
from coordination.base.models import (
    ActorKind,
    Level,
)
from coordination.base.partialdates import PartialDate
from coordination.base.periods import Precision, day_after
from coordination.base.tablekinds import PLACE
from coordination.base.tables import storing
from coordination.base.tables.journal import CHANGED, CREATED
from coordination.base.tables.parts import Part, Ref, Text, read_date
from coordination.base.tables.relations import (
    Relation,
    grouped,
    pk_of,
)
from coordination.base.tables.scope import Bad, Found, Reference, Row, Scope, words
from coordination.base.tables.storing import Stamp
from network.identifiers import SWEDISH, Problem, check, digits_of
from network.membership import LIST, OF_ACTOR, UNKNOWN
from network.models import (
    Actor,
    ActorParent,
    Network,
    Participant,
)


class ActorReference(Reference):
    """An actor or group by its id; the id of a duplicate that was merged means the one it was merged into."""

    def load(self) -> dict[str, Found]:
        rows = list(Actor.objects.order_by().values_list("slug", "pk", "is_group", "merged_into__slug"))
        own = {slug: Found(pk, slug, is_group=is_group) for slug, pk, is_group, _merged in rows}
        merged = {slug: into for slug, _pk, _is_group, into in rows if into}
        found = {}
        for slug in own:
            last, passed = slug, {slug}
            while last in merged and merged[last] not in passed:
                last = merged[last]
                passed.add(last)
            found[slug] = own[last]
        return found

    def missing(self, text: str, like: str | None) -> str:
        if like:
            return _("There is no actor or group “%(text)s”. Is it “%(like)s”?") % {
                "text": text[:80],
                "like": like,
            }
        return _("There is no actor or group “%(text)s”.") % {"text": text[:80]}


ACTOR = ActorReference(Actor, "slug")
NETWORK = Reference(Network, "slug")


class GroupRef(Ref):
    """An actor that must be a group."""

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, Found | None]:
        text, found = super().parse(text, row, scope)
        if found is not None and not found.is_group:
            raise Bad(_("“%(text)s” is an organisation, not a group.") % {"text": text}, code="no_group")
        return text, found


class Parents(Relation):
    """What an actor is part of, without dates; dated ones have a table of their own (`parents`)."""

    refers_back = True
    prefetch = ("parents__parent",)

    def __init__(self) -> None:
        super().__init__("parent")

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], tuple[list[Found], Any]]:
        found = {}
        for text in words(row.text("parent")):
            item = scope.find(ACTOR, text, row)
            if item.pending is row or item.text == row.text("id"):
                raise Bad(_("An actor cannot be part of itself."), code="itself")
            found[item.text] = item
        # The day that loading confirms rows on, as in the table of dated parents.
        return {"parent": ";".join(sorted(found))}, ([found[t] for t in sorted(found)], scope.known_until())

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        undated = (row for row in instance.parents.all() if row.valid_from is None)
        return {"parent": ";".join(sorted(row.parent.slug for row in undated))}

    def store(self, rows: Sequence[Row], stamp: Stamp) -> None:
        stored = ActorParent.objects.filter(
            valid_from=None, actor__in=[row.instance.pk for row in rows if not row.is_new]
        )
        kept = grouped((parent.actor_id, parent) for parent in stored)
        made, dropped = [], []
        for row in rows:
            parents, known_until = row.values[self]
            wanted = {pk_of(found) for found in parents}
            old = kept.get(row.instance.pk, [])
            dropped += [parent for parent in old if parent.parent_id not in wanted]
            for pk in wanted - {parent.parent_id for parent in old}:
                made.append(ActorParent(actor_id=row.instance.pk, parent_id=pk, confirmed_on=known_until))
        storing.remove(dropped, stamp)
        storing.create(made)
        storing.record(made, CREATED, stamp)


class Sides(Relation):
    """The participants of a collaboration, in order, each with a row of its own."""

    prefetch = ("sides__actor",)

    def __init__(self) -> None:
        super().__init__("participants")

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], list[Found]]:
        found = {}
        for text in words(row.text("participants")):
            item = scope.find(ACTOR, text)
            found[item.text] = item
        if len(found) < 2:
            raise Bad(_("A collaboration has at least two participants."), code="too_few")
        return {"participants": ";".join(found)}, list(found.values())

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        sides = sorted(instance.sides.all(), key=lambda side: (side.position, side.pk))
        return {"participants": ";".join(side.actor.slug for side in sides)}

    def store(self, rows: Sequence[Row], stamp: Stamp) -> None:
        stored = Participant.objects.filter(
            collaboration__in=[row.instance.pk for row in rows if not row.is_new]
        )
        kept = grouped((side.collaboration_id, side) for side in stored)
        made: list[Participant] = []
        dropped: list[Participant] = []
        moved: list[Participant] = []
        for row in rows:
            old = {side.actor_id: side for side in kept.get(row.instance.pk, [])}
            for position, found in enumerate(row.values[self]):
                side = old.pop(found.pk, None)
                if side is None:
                    made.append(
                        Participant(collaboration_id=row.instance.pk, actor_id=found.pk, position=position)
                    )
                elif side.position != position:
                    side.position = position
                    moved.append(side)
            dropped += old.values()
        storing.remove(dropped, stamp)
        for side in moved:
            storing.update(side, {"position"}, stamp)
        storing.record(moved, CHANGED, stamp)
        storing.create(made)
        storing.record(made, CREATED, stamp)


class Rule(Text):
    """How a group's members are known: “list”, “unknown”, or conditions such as kind=municipality;county=12."""

    def __init__(self) -> None:
        super().__init__("rule", most=200, required=True)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        text, _value = super().parse(text, row, scope)
        if text in (LIST, UNKNOWN):
            return text, text
        conditions = []
        for part in words(text):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not (name and equals and value):
                raise Bad(
                    _("A rule is “list”, “unknown”, or conditions such as kind=municipality;county=12."),
                    code="rule",
                )
            code_list: type[Model] | None = {"kind": ActorKind, "level": Level}.get(name)
            reference = Reference(code_list, "code") if code_list and name in OF_ACTOR else PLACE
            scope.find(reference, value)
            conditions.append(f"{name}={value}")
        canonical = ";".join(conditions)
        return canonical, canonical


class Value(Text):
    """An official number. A person's identity number is refused, and not even repeated in the refusal."""

    def __init__(self) -> None:
        super().__init__("value", most=80, required=True)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        text, _value = super().parse(text, row, scope)
        if row.text("scheme") == SWEDISH:
            if check(text) is Problem.PERSONAL:
                raise Bad(
                    _("This is a person's identity number. The register holds organisations only."),
                    value="******-****",
                    code="personal_number",
                )
            text = _dashed(text)
        return text, text

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        text = super().write(instance, scope)["value"]
        return {"value": _dashed(text) if instance.scheme == SWEDISH else text}


def _dashed(text: str) -> str:
    """An organisation number as it is printed, 202100-5489; anything else as it is."""
    digits = digits_of(text)
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == 10 and digits.isdigit() else text


class EventDays(Part):
    """First and last day of an event and the one precision with which both are known."""

    def __init__(self) -> None:
        super().__init__("date_from", "date_to", "date_precision")

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], Any]:
        precision = row.text("date_precision")
        if precision and precision not in Precision.values:
            values = {"text": precision[:80], "choices": ", ".join(Precision.values)}
            message = _("“%(text)s” is none of: %(choices)s.") % values
            raise Bad(message, column="date_precision", value=precision, code="unknown")
        first_text, last_text = row.text("date_from"), row.text("date_to")
        if row.is_new and "date_to" not in row.cells:
            last_text = first_text  # a list of meetings with one date each
        first, last = (
            self._day(first_text, precision, "date_from"),
            self._day(last_text, precision, "date_to"),
        )
        if precision not in ("", "unknown") and first.date is None and last.date is None:
            raise Bad(str(DatedField.MESSAGES["needs_date"]), column="date_from", code="date")
        known = precision or first.precision or last.precision
        texts = {
            "date_from": first.date.isoformat() if first.date else "",
            "date_to": last.date.isoformat() if last.date else "",
            "date_precision": known,
        }
        return texts, (first.date, day_after(last.date), known)

    def _day(self, text: str, precision: str, column: str) -> PartialDate:
        try:
            return read_date(text, precision if text else "", is_end=column == "date_to")
        except Bad as bad:
            bad.column = column
            raise

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        first, last = instance.date_from, instance.date_to
        return {
            "date_from": first.isoformat() if first else "",
            "date_to": last.isoformat() if last else "",
            "date_precision": instance.date_precision or ("day" if first or last else ""),
        }

    def assign(self, instance: Any, value: Any) -> None:
        instance.date_from, instance.date_until, instance.date_precision = value

    def fields(self) -> tuple[str, ...]:
        return ("date_from", "date_until", "date_precision")
