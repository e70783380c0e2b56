"""Reading the register, or some of it, as plain rows."""

from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter
from sys import intern
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from coordination.base import models as base
from mandates import models as own
from mandates import snapshot as plain
from network import models as network

PERIOD = ("valid_from", "valid_until")
ROW = (*PERIOD, "from_precision", "to_precision", "confidence", "confirmed_on", "pk", "inferred_fields")


def read(known: tuple[plain.Mandate, ...] | None = None) -> plain.Snapshot:
    """Read the whole register, or all of it but the mandates, which are `known`.

    A constant number of queries, whatever its size.
    """
    cited = sources(*(m for m in CITED if known is None or m is not own.Mandate))
    return plain.Snapshot(
        strategies=tuple(
            plain.Strategy(**row)
            for row in base.Strategy.objects.order_by("slug").values(
                "slug", "name_sv", "name_en", "known_until", *PERIOD
            )
        ),
        areas=tuple(
            plain.Area(strategy=row.pop("strategy__slug"), **row)
            for row in base.PriorityArea.objects.values(
                "strategy__slug", "code", "name_sv", "name_en", "status", "position", *PERIOD
            )
        ),
        functions=_kinds(base.Function.objects.all()),
        levels=_kinds(base.Level.objects.all()),
        mandate_kinds=_kinds(base.MandateKind.objects.all()),
        mandate_roles=_kinds(base.MandateRole.objects.all()),
        actor_kinds=_kinds(base.ActorKind.objects.all()),
        collaboration_kinds=_kinds(base.CollaborationKind.objects.all()),
        places=tuple(
            plain.Place(code=code, parent=parent, name_sv=swedish, name_en=english)
            for code, parent, swedish, english in base.Place.objects.order_by("code").values_list(
                "code", "parent__code", "name_sv", "name_en"
            )
        ),
        actors=_actors(cited),
        mandates=mandates(cited) if known is None else known,
        expectations=_expectations(cited),
        collaborations=_collaborations(cited),
        networks=_networks(cited),
        seats=_places_in_networks(network.Seat, plain.Seat, cited),
        conveners=_places_in_networks(network.Convener, plain.Convener, cited),
        encounters=_events(network.Encounter, plain.Encounter),
        milestones=_events(network.Milestone, plain.Milestone),
    )


Sources = dict[type[Model], dict[int, list[str]]]
CITED: tuple[type[Model], ...] = (
    network.Actor,
    own.Mandate,
    own.Expectation,
    network.Collaboration,
    network.Network,
    network.Seat,
    network.Convener,
)


def sources(*models: type[Model], keys: set[int] | None = None) -> Sources:
    """{model: {key: ["document place", …]}} of every row of `models`, or of those with these keys."""
    types = ContentType.objects.get_for_models(*models)
    by_type = {kind.pk: model for model, kind in types.items()}
    found: Sources = {model: defaultdict(list) for model in models}
    cited = base.Citation.objects.filter(content_type__in=by_type).order_by("position", "pk")
    if keys is not None:
        cited = cited.filter(object_id__in=keys)
    for kind, key, slug, place, label, url in cited.values_list(
        "content_type_id", "object_id", "document__slug", "place", "label", "url"
    ).iterator():
        found[by_type[kind]][key].append(f"{slug} {place}".strip() if slug else label or url)
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";") if part.strip())


def _kinds(rows: QuerySet[Any]) -> tuple[plain.Kind, ...]:
    return tuple(
        plain.Kind(traits=_words(row.pop("traits")), **row)
        for row in rows.values("code", "name_sv", "name_en", "traits", "position")
    )


def _many(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    """{key of the one side: values of the other} of a many-to-many table."""
    found: dict[int, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _row(values: dict[str, Any], cited: dict[int, list[str]]) -> dict[str, Any]:
    """What every `plain.Row` has; takes the fields of `ROW` out of `values`."""
    return {
        **{name: values.pop(name) for name in ROW if name not in ("pk", "inferred_fields")},
        "inferred_fields": _words(values.pop("inferred_fields")),
        "sources": tuple(cited.get(values.pop("pk"), ())),
    }


def _members(rows: QuerySet[Any], owner: str, member: str) -> dict[int, list[plain.Member]]:
    found: dict[int, list[plain.Member]] = defaultdict(list)
    for key, slug, first, until in rows.values_list(owner, f"{member}__slug", *PERIOD):
        found[key].append(plain.Member(actor=slug, valid_from=first, valid_until=until))
    return found


def _actors(sources: Sources) -> tuple[plain.Actor, ...]:
    aliases = _many(network.ActorName.objects.values_list("actor_id", "name_sv"))
    also = _many(network.Actor.also.through.objects.values_list("from_actor_id", "to_actor__slug"))
    members = _members(network.GroupMember.objects.all(), "group_id", "actor")
    parents = _members(network.ActorParent.objects.all(), "actor_id", "parent")
    found = []
    for values in network.Actor.objects.order_by("slug").values(
        "slug",
        "name_sv",
        "name_en",
        "kind_id",
        "level_id",
        "place__code",
        "is_group",
        "rule",
        "stated_members",
        "successor__slug",
        "merged_into_id",
        *ROW,
    ):
        key = values["pk"]
        found.append(
            plain.Actor(
                **_row(values, sources[network.Actor]),
                kind=values.pop("kind_id"),
                level=values.pop("level_id"),
                place=values.pop("place__code"),
                successor=values.pop("successor__slug"),
                is_merged=values.pop("merged_into_id") is not None,
                aliases=tuple(aliases.get(key, ())),
                also=tuple(also.get(key, ())),
                members=tuple(members.get(key, ())),
                parents=tuple(parents.get(key, ())),
                **values,
            )
        )
    return tuple(found)


def mandates(cited: Sources, *, keys: set[int] | None = None) -> tuple[plain.Mandate, ...]:
    """All mandates, or those with these keys, in the order of their codes: the same in every database."""
    rows = own.Mandate.objects.all() if keys is None else own.Mandate.objects.filter(pk__in=keys)

    def linked(field: Any, value: str) -> dict[int, frozenset[str]]:
        pairs = (
            field.through.objects.all() if keys is None else field.through.objects.filter(mandate__in=keys)
        )
        return _shared(_many(pairs.values_list("mandate_id", value).iterator()))

    levels = linked(own.Mandate.levels, "level_id")
    places = linked(own.Mandate.territory_places, "place__code")
    groups = linked(own.Mandate.territory_groups, "actor__slug")
    nothing: frozenset[str] = frozenset()
    found = []
    for values in rows.values(
        "code",
        "holder__slug",
        "title_sv",
        "title_en",
        "kind_id",
        "strategy__slug",
        "area__code",
        "function__code",
        "target_group_sv",
        "target_group_en",
        "role_id",
        "explicit",
        "legal_basis",
        "status",
        "scenario",
        "joint_assignment",
        "report_due",
        "successor__code",
        *ROW,
    ).iterator():
        key = values["pk"]
        english = values.pop("target_group_en")
        found.append(
            plain.Mandate(
                **_row(values, cited[own.Mandate]),
                holder=intern(values.pop("holder__slug")),
                kind=intern(values.pop("kind_id")),
                strategy=intern(values.pop("strategy__slug")),
                area=intern(values.pop("area__code") or plain.CROSS_SECTOR),
                function=intern(values.pop("function__code")),
                levels=levels.get(key, nothing),
                territory_places=places.get(key, nothing),
                territory_groups=groups.get(key, nothing),
                target_group=values.pop("target_group_sv") or english,
                role=values.pop("role_id") or "",
                successor=values.pop("successor__code"),
                **values,
            )
        )
    found.sort(key=attrgetter("code"))
    return tuple(found)


def _shared(found: dict[int, list[str]]) -> dict[int, frozenset[str]]:
    """Sets, one for all rows that have the same: a million rows aim at a handful of levels and places."""
    sets: dict[tuple[str, ...], frozenset[str]] = {}
    return {key: sets.setdefault(tuple(sorted(values)), frozenset(values)) for key, values in found.items()}


def _expectations(sources: Sources) -> tuple[plain.Expectation, ...]:
    kinds = _many(own.Expectation.kinds.through.objects.values_list("expectation_id", "mandatekind_id"))
    found = []
    for values in own.Expectation.objects.order_by("code").values(
        "pk",
        "code",
        "strategy__slug",
        "area__code",
        "each_area",
        "function__code",
        "level_id",
        "min_holders",
        "explicit_only",
        "single_lead",
        "holder_group__slug",
        "mapped_from",
        "mapped_until",
        "title_sv",
        "title_en",
        *PERIOD,
    ):
        key = values.pop("pk")
        area = values.pop("area__code") or plain.CROSS_SECTOR
        found.append(
            plain.Expectation(
                strategy=values.pop("strategy__slug"),
                area=plain.EACH_AREA if values.pop("each_area") else area,
                function=values.pop("function__code"),
                level=values.pop("level_id"),
                holder_group=values.pop("holder_group__slug"),
                kinds=frozenset(kinds.get(key, ())),
                sources=tuple(sources[own.Expectation].get(key, ())),
                **values,
            )
        )
    return tuple(found)


def _collaborations(sources: Sources) -> tuple[plain.Collaboration, ...]:
    sides = _many(
        network.Participant.objects.order_by("position", "pk").values_list("collaboration_id", "actor__slug")
    )
    found = []
    for values in network.Collaboration.objects.order_by("code").values(
        "code", "kind_id", "area__code", "title_sv", "title_en", *ROW
    ):
        key = values["pk"]
        found.append(
            plain.Collaboration(
                **_row(values, sources[network.Collaboration]),
                participants=tuple(sides.get(key, ())),
                kind=values.pop("kind_id"),
                area=values.pop("area__code") or plain.CROSS_SECTOR,
                **values,
            )
        )
    return tuple(found)


def _networks(sources: Sources) -> tuple[plain.Network, ...]:
    areas = _many(network.Network.areas.through.objects.values_list("network_id", "priorityarea__code"))
    found = []
    for values in network.Network.objects.order_by("slug").values(
        "pk", "slug", "name_sv", "name_en", "level_id", "stated_members", *PERIOD
    ):
        key = values.pop("pk")
        found.append(
            plain.Network(
                level=values.pop("level_id"),
                areas=frozenset(areas.get(key, ())),
                sources=tuple(sources[network.Network].get(key, ())),
                **values,
            )
        )
    return tuple(found)


def _places_in_networks(model: Any, made: Any, sources: Sources) -> tuple[Any, ...]:
    """Seats or conveners, by network and then as they began."""
    rows = model.objects.order_by("network__slug", "valid_from", "pk").values(
        "network__slug", "actor__slug", *ROW
    )
    return tuple(
        made(network=values["network__slug"], actor=values["actor__slug"], **_row(values, sources[model]))
        for values in rows
    )


def _events(model: Any, made: Any) -> tuple[Any, ...]:
    """Encounters or milestones; their days are a half-open period as everything else's."""
    owner = f"{model._meta.model_name}_id"
    present = _many(model.participants.through.objects.values_list(owner, "actor__slug"))
    found = []
    for values in model.objects.order_by("date_from", "code").values(
        "pk",
        "code",
        "network__slug",
        "area__code",
        "title_sv",
        "title_en",
        "date_from",
        "date_until",
        "date_precision",
    ):
        found.append(
            made(
                code=values["code"],
                network=values["network__slug"],
                participants=frozenset(present.get(values["pk"], ())),
                area=values["area__code"] or plain.CROSS_SECTOR,
                precision=values["date_precision"] or "day",
                title_sv=values["title_sv"],
                title_en=values["title_en"],
                valid_from=values["date_from"],
                valid_until=values["date_until"],
            )
        )
    return tuple(found)
