"""Who is in a group on a day: by rule, by a dated list, or nobody can say. Expanded when asked, never copied.

A rule is "list", "unknown", or conditions that all must hold, such as `kind=municipality;county=12`: `kind`
and `level` are codes, every other word names a place that the organisation stands at or under.
"""

import datetime
from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base import codes, territory
from coordination.base.models import ActorKind, Level, Place
from network.models import Actor, GroupMember

LIST, UNKNOWN = "list", "unknown"
OF_ACTOR = ("kind", "level")
PAST = 50


def conditions(rule: str) -> list[tuple[str, str]]:
    """What a rule asks for, word by word.

    >>> conditions("kind=municipality; county=12"), conditions("list")
    ([('kind', 'municipality'), ('county', '12')], [])
    """
    parts = (part.split("=", 1) for part in rule.split(";") if "=" in part)
    return [(name.strip(), value.strip()) for name, value in parts]


def is_named(group: Actor) -> bool:
    """Whether the register can name the members; otherwise they are only counted."""
    return group.rule == LIST or bool(conditions(group.rule))


def existing(date: datetime.date) -> QuerySet[Actor]:
    """Organisations alive on `date`, without the duplicates that were merged."""
    return Actor.objects.organisations().as_of(date).filter(merged_into=None)


def condition(group: Actor, date: datetime.date) -> Q | None:
    """The members of `group` on `date` as a filter of `existing`; None where they are only counted."""
    if not is_named(group):
        return None
    if group.rule == LIST:
        listed = GroupMember.objects.as_of(date).order_by().filter(group=group)
        found = Q(pk__in=listed.values("actor"))
    else:
        found = Q()
        for name, value in conditions(group.rule):
            found &= Q(**{name: value}) if name in OF_ACTOR else Q(place__in=territory.under(value))
    return found | Q(pk__in=Actor.also.through.objects.filter(from_actor=group).values("to_actor"))


def members(group: Actor, date: datetime.date) -> QuerySet[Actor]:
    """The organisations in `group` on `date`, as one query; none where they are only counted."""
    found = condition(group, date)
    return existing(date).none() if found is None else existing(date).filter(found)


def sizes(groups: Iterable[Actor], date: datetime.date) -> dict[int, int | None]:
    """How many members each of `groups` has on `date`; None where they are only counted. One query."""
    wanted = {group.pk: condition(group, date) for group in groups}
    counts = {f"g{pk}": Count("pk", filter=q) for pk, q in wanted.items() if q is not None}
    found = existing(date).order_by().aggregate(**counts) if counts else {}
    return {pk: found.get(f"g{pk}") for pk in wanted}


def listed(group: Actor, actors: Iterable[Actor]) -> dict[int, GroupMember]:
    """{actor's key: its row in the list}, the latest of each, for `actors` of a listed group. One query."""
    if group.rule != LIST:
        return {}
    rows = GroupMember.objects.filter(group=group, actor__in=[actor.pk for actor in actors])
    return {row.actor_id: row for row in rows.order_by(F("valid_from").asc(nulls_first=True), "pk")}


def past(group: Actor, date: datetime.date) -> list[GroupMember]:
    """Who left a listed group by `date`, the latest first, at most PAST. One query."""
    rows = GroupMember.objects.ended_by(date).filter(group=group).select_related("actor")
    return list(rows.order_by("-valid_until", "actor__sort_sv", "pk")[:PAST]) if group.rule == LIST else []


def territory_of(group: Actor) -> list[Place]:
    """Where a group's members are by its rule, or where the group is said to be. One query."""
    wanted = [value for name, value in conditions(group.rule) if name not in OF_ACTOR]
    if wanted:
        return list(Place.objects.filter(code__in=wanted).order_by("sort_sv", "code"))
    return [group.place] if group.place else []


def in_words(group: Actor, count: int, date: datetime.date) -> str:
    """How many members a group is known to have on `date`, and what its source states where that differs."""
    stated, day = group.stated_members.strip(), date.isoformat()
    said = ngettext(
        "On %(day)s the group has %(n)s member.", "On %(day)s the group has %(n)s members.", count
    ) % {"day": day, "n": count}
    if stated and stated != str(count):
        said += " " + _("The source states %(stated)s.") % {"stated": stated}
    return said


def groups_of(actor: Actor, date: datetime.date) -> list[Actor]:
    """The groups that name `actor` among their members on `date`, by name.

    Four queries besides those for the places above the actor's, whatever the number of groups.
    """
    if actor.is_group:
        return []
    places = {place.code for place in territory.above(actor.place)}
    listed = set(GroupMember.objects.as_of(date).filter(actor=actor).values_list("group_id", flat=True))
    also = set(Actor.also.through.objects.filter(to_actor=actor).values_list("from_actor_id", flat=True))
    groups = Actor.objects.groups().as_of(date).filter(merged_into=None).exclude(rule=UNKNOWN)
    return [
        group
        for group in groups
        if (group.pk in listed if group.rule == LIST else _fits(actor, group.rule, places))
        or (group.pk in also and is_named(group))
    ]


def _fits(actor: Actor, rule: str, places: set[str]) -> bool:
    asked = conditions(rule)
    return bool(asked) and all(
        getattr(actor, f"{name}_id") == value if name in OF_ACTOR else value in places
        for name, value in asked
    )


def rules_in_words(groups: Iterable[Actor]) -> dict[int, str]:
    """What each group's rule says: “alla kommuner i Skåne län, och även Region Gotland”. Four queries.

    Of a listed group: that it is a list; of one that is only counted: that nobody has named its members.
    """
    rows = list(groups)
    asked = [pair for group in rows for pair in conditions(group.rule)]
    kinds = ActorKind.objects.in_bulk([value for name, value in asked if name == "kind"])
    levels = Level.objects.in_bulk([value for name, value in asked if name == "level"])
    codes_ = [value for name, value in asked if name not in OF_ACTOR]
    places = {place.code: place for place in Place.objects.filter(code__in=codes_)}
    also: dict[int, list[str]] = {}
    through = Actor.also.through.objects.filter(from_actor__in=[group.pk for group in rows])
    extra = Actor.objects.in_bulk(list(through.values_list("to_actor_id", flat=True)))
    for group_pk, actor_pk in through.values_list("from_actor_id", "to_actor_id"):
        also.setdefault(group_pk, []).append(extra[actor_pk].name)
    return {group.pk: _said(group, sorted(also.get(group.pk, [])), kinds, levels, places) for group in rows}


def _said(
    group: Actor,
    also: list[str],
    kinds: dict[str, ActorKind],
    levels: dict[str, Level],
    places: dict[str, Place],
) -> str:
    if group.rule == LIST:
        return str(_("a dated list"))
    asked = conditions(group.rule)
    if not asked:
        return str(_("only counted: nobody has named the members"))
    who, where = str(_("all actors")), []
    for name, value in asked:
        if name == "kind":
            kind = kinds.get(value)
            many = codes.plural(kind) if kind else ""
            who = (
                _("all %(kinds)s") % {"kinds": many}
                if many
                else _("all actors of the kind “%(kind)s”") % {"kind": kind.name if kind else value}
            )
        elif name == "level":
            level = levels.get(value)
            where.append(_("at the level “%(level)s”") % {"level": level.name if level else value})
        else:
            place = places.get(value)
            where.append(_("in %(place)s") % {"place": place.name if place else value})
    said = " ".join([who, *where])
    if also:
        said = _("%(rule)s, and also %(names)s") % {"rule": said, "names": ", ".join(also)}
    return said


def counted(named: int, stated: int | None) -> str:
    """“33 namngivna, 290 uppgivna”; empty where nobody is named and no number is stated."""
    said = []
    if named:
        said.append(ngettext("%(n)s named", "%(n)s named", named) % {"n": named})
    if stated is not None:
        said.append(ngettext("%(n)s stated", "%(n)s stated", stated) % {"n": stated})
    return ", ".join(said)
