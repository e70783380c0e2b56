"""The tables of this app: actors, their names, identifiers and parents, groups, ties, networks, events."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.models import (
    ActorKind,
    CollaborationKind,
    Level,
    MeetingKind,
    MilestoneKind,
)
from coordination.base.tablekinds import PLACE, doubts, ends_after_start, names, period, titles
from coordination.base.tables import TableKind, register
from coordination.base.tables.parts import Choice, Code, Day, Id, Number, Part, Ref, Text
from coordination.base.tables.relations import (
    Area,
    Areas,
    Attributes,
    Many,
    Sources,
)
from coordination.base.tables.scope import Bad, Row, Scope
from network import table_remarks
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Collaboration,
    Convener,
    Encounter,
    GroupMember,
    Identifier,
    Milestone,
    Network,
    Seat,
)
from network.tableparts import ACTOR, NETWORK, EventDays, GroupRef, Parents, Rule, Sides, Value


def taken_by_the_other_kind(row: Row, scope: Scope) -> str | None:
    """Actors and groups share one name space of ids."""
    found = scope.table(ACTOR).get(row.key[0])
    if found is None:
        return None
    return _("The id is that of a group.") if found.is_group else _("The id is that of an organisation.")


class ActorKindOfTable(TableKind):
    def exists_elsewhere(self, row: Row, scope: Scope) -> str | None:
        return taken_by_the_other_kind(row, scope)


def _actor(column: str, **kwargs: Any) -> Ref:
    return Ref(column, ACTOR, **kwargs)


def _basics() -> tuple[Part, ...]:
    return (
        Id("id", "slug"),
        *names(),
        Code("kind", ActorKind, required=True),
        Code("level", Level, required=True),
    )


def register_all() -> None:
    """Offer this app's tables. Called once, when the app is ready."""
    register(
        ActorKindOfTable(
            "actors",
            Actor,
            (
                *_basics(),
                Ref("place", PLACE),
                Parents(),
                *period(),
                _actor("successor", refers_back=True),
                Attributes(),
                Sources(),
                *doubts(),
            ),
            key=("id",),
            narrow={"is_group": False},
            ordering=("slug",),
            checks=(ends_after_start(),),
            remarks=table_remarks.of_actors,
            order=10,
        )
    )
    register(
        TableKind(
            "former_names",
            ActorName,
            (
                _actor("actor", required=True),
                Text("name_sv", most=300, required=True),
                *period(extra=("from_precision",)),
                Text("name_en", most=300, extra=True),
                Choice("kind", ActorName.Kind, ActorName.Kind.FORMER, extra=True),
                Sources(extra=("sources", "external_source")),
                *doubts(confidence=False),
            ),
            key=("actor", "kind", "name_sv", "valid_from"),
            ordering=("actor__slug", "kind", "name_sv", "valid_from", "pk"),
            checks=(ends_after_start(),),
            remarks=table_remarks.of_names,
            order=11,
            title=gettext_lazy("Former names and aliases"),
        )
    )
    register(
        TableKind(
            "identifiers",
            Identifier,
            (
                _actor("actor", required=True),
                Id("scheme", most=40),
                Value(),
                *period(),
                Sources(),
                *doubts(),
            ),
            key=("actor", "scheme", "value", "valid_from"),
            ordering=("actor__slug", "scheme", "value", "valid_from", "pk"),
            checks=(ends_after_start(),),
            remarks=table_remarks.of_identifiers,
            order=12,
            title=gettext_lazy("Official numbers"),
        )
    )
    register(
        ActorKindOfTable(
            "actor_groups",
            Actor,
            (
                *_basics(),
                Rule(),
                Many("also", ACTOR, refers_back=True),
                Text("stated_members", most=40),
                Sources(extra=("external_source",)),
                *period(extra=("valid_from", "from_precision", "valid_to", "to_precision")),
                Ref("place", PLACE, extra=True),
                *doubts(confidence=False),
            ),
            key=("id",),
            narrow={"is_group": True},
            ordering=("slug",),
            checks=(ends_after_start(),),
            order=13,
            title=gettext_lazy("Actor groups"),
        )
    )
    register(
        TableKind(
            "group_members",
            GroupMember,
            (
                GroupRef("group", ACTOR, required=True),
                _actor("actor", required=True),
                *period(extra=("to_precision",)),
                Sources(),
                *doubts(confidence=False, note=False),
            ),
            key=("group", "actor", "valid_from"),
            ordering=("group__slug", "actor__slug", "valid_from", "pk"),
            checks=(
                ends_after_start(),
                _another("group", "actor", gettext_lazy("A group is no member of itself.")),
            ),
            order=14,
            title=gettext_lazy("Members of groups"),
        )
    )
    register(
        TableKind(
            "parents",
            ActorParent,
            (
                _actor("actor", required=True),
                _actor("parent", required=True),
                *period(),
                Sources(),
                *doubts(),
            ),
            key=("actor", "parent", "valid_from"),
            ordering=("actor__slug", "parent__slug", "valid_from", "pk"),
            checks=(
                ends_after_start(),
                _another("actor", "parent", gettext_lazy("An actor cannot be part of itself.")),
            ),
            order=15,
            title=gettext_lazy("What actors are part of"),
        )
    )
    _register_ties()
    _register_events()


def _another(first: str, second: str, message: Any) -> Any:
    def check_another(row: Row, scope: Scope) -> None:
        if row.text(first) == row.text(second):
            raise Bad(str(message), column=second, code="itself")

    return check_another


def _register_ties() -> None:
    register(
        TableKind(
            "collaborations",
            Collaboration,
            (
                Id("id", "code", slug=False),
                Sides(),
                Code("kind", CollaborationKind, required=True),
                Area(),
                *period(),
                Number("amount_sek_per_year", most=2**53),
                *titles(english=False),
                Sources(),
                *doubts(),
            ),
            key=("id",),
            ordering=("code",),
            checks=(ends_after_start(),),
            order=30,
        )
    )
    register(
        TableKind(
            "networks",
            Network,
            (
                Id("id", "slug"),
                *names(),
                Text("purpose_sv", most=2000),
                Text("purpose_en", most=2000, extra=True),
                Code("level", Level, required=True),
                Areas(),
                *period(extra=("valid_from", "from_precision", "to_precision")),
                Number("stated_members"),
                Day("stated_on"),
                Sources(extra=("external_source",)),
                *doubts(confidence=False),
            ),
            key=("id",),
            ordering=("slug",),
            checks=(ends_after_start(),),
            order=31,
        )
    )
    register(
        TableKind(
            "conveners",
            Convener,
            (
                Ref("network", NETWORK, required=True),
                _actor("actor", required=True),
                *period(),
                Sources(),
                *doubts(),
            ),
            key=("network", "actor", "valid_from"),
            ordering=("network__slug", "actor__slug", "valid_from", "pk"),
            checks=(ends_after_start(),),
            order=32,
            title=gettext_lazy("Conveners of networks"),
        )
    )
    register(
        TableKind(
            "seats",
            Seat,
            (
                Ref("network", NETWORK, required=True),
                _actor("actor", required=True),
                Text("role_sv", most=200),
                Text("role_en", most=200, extra=True),
                *period(),
                Sources(),
                *doubts(),
            ),
            key=("network", "actor", "role_sv", "valid_from"),
            ordering=("network__slug", "actor__slug", "role_sv", "valid_from", "pk"),
            checks=(ends_after_start(),),
            order=33,
            title=gettext_lazy("Seats in networks"),
        )
    )


def _register_events() -> None:
    kinds: list[tuple[str, type[Model], type[Model]]] = [
        ("meetings", Encounter, MeetingKind),
        ("milestones", Milestone, MilestoneKind),
    ]
    for order, (name, model, kind) in enumerate(kinds, 34):
        register(
            TableKind(
                name,
                model,
                (
                    Id("id", "code", slug=False),
                    *titles(english=False),
                    Code("kind", kind, required=True),
                    EventDays(),
                    Text("date_text", most=200),
                    Ref("network", NETWORK),
                    _actor("organiser"),
                    Many("participants", ACTOR),
                    Area(),
                    Sources(),
                    *doubts(),
                ),
                key=("id",),
                ordering=("code",),
                checks=(ends_after_start("date_from", "date_to"),),
                order=order,
            )
        )
