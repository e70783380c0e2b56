"""What must hold between actors, groups, networks and ties."""

import datetime
from collections.abc import Iterator

from django.db.models import Count, F, Q

from coordination.base.faults import Fault, cycles, fault, register
from coordination.base.integrity import overlapping
from coordination.base.models import ActorKind, Level, Place
from network import identifiers, merging
from network.membership import LIST, OF_ACTOR, UNKNOWN, conditions
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Collaboration,
    Convener,
    GroupMember,
    Identifier,
    Seat,
)

ACTOR = "network.actor"


@register("group_rule")
def group_rules() -> Iterator[Fault]:
    """A group's rule can be read, and the kinds, levels and places in it exist."""
    known = {
        "kind": set(ActorKind.objects.values_list("code", flat=True)),
        "level": set(Level.objects.values_list("code", flat=True)),
    }
    places = set(Place.objects.values_list("code", flat=True))
    for group in Actor.objects.groups().order_by("slug"):
        if group.rule in (LIST, UNKNOWN):
            continue
        asked = conditions(group.rule)
        written = [part for part in group.rule.split(";") if part.strip()]
        if not asked or len(asked) != len(written):
            yield fault("group_rule", group, "rule", group.rule, "Cannot be read.")
        for name, value in asked:
            if value not in (known[name] if name in OF_ACTOR else places):
                yield fault("group_rule", group, "rule", f"{name}={value}", "Names what does not exist.")
    for actor in Actor.objects.organisations().filter(~Q(rule="") | ~Q(stated_members="")).order_by("slug"):
        yield fault("group_rule", actor, "rule", actor.rule, "Only a group has a rule.")


@register("group_member")
def group_members() -> Iterator[Fault]:
    """Only a group has members, and only one that is kept as a list has them listed; a member is no group."""
    listed = GroupMember.objects.select_related("group", "actor").order_by("pk")
    for row in listed.filter(Q(group__is_group=False) | ~Q(group__rule=LIST)):
        yield fault("group_member", row, "group", row.group.slug, "Is not a group kept as a list.")
    also = Actor.also.through.objects
    for slug in also.filter(from_actor__is_group=False).values_list("from_actor__slug", flat=True):
        yield fault("group_member", (Actor, slug), "also", "", "Only a group has members.")
    holds = {
        (group, actor)
        for group, actor in listed.filter(actor__is_group=True).values_list("group__slug", "actor__slug")
    }
    holds |= set(also.filter(to_actor__is_group=True).values_list("from_actor__slug", "to_actor__slug"))
    for knot in cycles(holds):
        yield Fault("group_member", ACTOR, knot[0], "also", ", ".join(knot), "Contains itself.")


@register("successor_cycle")
def successors() -> Iterator[Fault]:
    """No chain of successors, or of mergers, leads back to where it began."""
    for name in ("successor", "merged_into"):
        edges = Actor.objects.exclude(**{name: None}).values_list("slug", f"{name}__slug")
        for knot in cycles(edges):
            yield Fault("successor_cycle", ACTOR, knot[0], name, ", ".join(knot), "Leads back to itself.")


@register("parent_cycle")
def parents() -> Iterator[Fault]:
    """On no day is an actor part of itself, by whatever way round."""
    rows = list(ActorParent.objects.values_list("actor__slug", "parent__slug", "valid_from", "valid_until"))
    days = sorted(
        {first or datetime.date.min for _a, _p, first, _u in rows}
    )  # a knot begins with one of its ties
    said = set()
    for day in days:
        holding = [
            (a, p)
            for a, p, first, until in rows
            if (not first or first <= day) and (not until or day < until)
        ]
        for knot in cycles(holding):
            if (key := tuple(knot)) not in said:
                said.add(key)
                yield Fault(
                    "parent_cycle", ACTOR, knot[0], "parent", ", ".join(knot), f"Is part of itself on {day}."
                )


@register("merger")
def mergers() -> Iterator[Fault]:
    """Nothing but old addresses leads to an actor that was merged into another."""
    merged = dict(Actor.objects.exclude(merged_into=None).values_list("pk", "slug"))
    if not merged:
        return
    for reference in merging.references():
        rows = reference.model._default_manager.filter(**{f"{reference.field}__in": list(merged)})
        for row in rows.distinct().order_by("pk"):
            named = getattr(row, reference.field)
            slugs = [a.slug for a in named.all() if a.pk in merged] if reference.many else [named.slug]
            error = "Refers to an actor that was merged into another."
            yield fault("merger", row, reference.field, ", ".join(slugs), error)
    for slug in Actor.objects.filter(merged_into__merged_into__isnull=False).values_list("slug", flat=True):
        yield fault(
            "merger", (Actor, slug), "merged_into", "", "Was merged into an actor that was merged itself."
        )
    for actor in Actor.objects.exclude(merged_into=None).exclude(is_group=F("merged_into__is_group")):
        yield fault(
            "merger", actor, "merged_into", actor.merged_into, "A group and an organisation are merged."
        )


@register("duplicate_row")
def duplicates() -> Iterator[Fault]:
    """Nothing is said twice of the same day."""
    for model, same in {
        Seat: ("network", "actor", "role_sv"),
        Convener: ("network", "actor"),
        GroupMember: ("group", "actor"),
        ActorParent: ("actor", "parent"),
        ActorName: ("actor", "kind", "name_sv"),
        Identifier: ("actor", "scheme", "value"),
    }.items():
        yield from overlapping("duplicate_row", model, *same)


@register("collaboration")
def collaborations() -> Iterator[Fault]:
    """A collaboration is between two or more."""
    few = Collaboration.objects.annotate(count=Count("sides")).filter(count__lt=2).order_by("code")
    for row in few:
        yield fault("collaboration", row, "participants", row.count, "Has fewer than two participants.")


@register("personal_number")
def personal_numbers() -> Iterator[Fault]:
    """No person's identity number is kept where an organisation's belongs. The number is not repeated here."""
    for row in Identifier.objects.filter(scheme=identifiers.SWEDISH).select_related("actor").order_by("pk"):
        if identifiers.check(row.value) is identifiers.Problem.PERSONAL:
            yield fault("personal_number", row.actor, "identifier", "", "Is a person's identity number.")
