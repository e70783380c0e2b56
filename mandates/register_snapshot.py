"""The register as one `mandates.snapshot.Snapshot`, read once for each revision of the register."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model, QuerySet

from coordination.base import models as base
from coordination.base import revision
from mandates import models as own
from mandates import snapshot as plain
from network import models as network

_lock = threading.Lock()
_latest: tuple[int, plain.Snapshot] | None = None

PERIOD = ("valid_from", "valid_until")
ROW = (*PERIOD, "from_precision", "to_precision", "confidence", "confirmed_on", "pk", "inferred_fields")


def current() -> plain.Snapshot:
    """The snapshot of the register as it stands. One query while the register stands still.

    Kept in the process, not in the shared cache: it remembers its own answers, and they are not worth
    writing out. Two threads that find it out of date read it one after the other. Inside a transaction it
    is neither used nor kept: what is read there may be rolled back, and another writer may then reach the
    same revision with other rows.
    """
    global _latest
    if connection.in_atomic_block:
        return read()
    number = revision.current()
    kept = _latest
    if kept is not None and kept[0] == number:
        return kept[1]
    with _lock:
        if _latest is None or _latest[0] != number:
            _latest = (number, read())
        return _latest[1]


def forget(**kwargs: Any) -> None:
    """Drop what is kept. Receiver of `post_migrate`: a database emptied or put back counts from the start."""
    global _latest
    _latest = None


def read() -> plain.Snapshot:
    """Read the whole register. A constant number of queries, whatever its size."""
    sources = _sources()
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
        actors=_actors(sources),
        mandates=_mandates(sources),
        expectations=_expectations(sources),
        collaborations=_collaborations(sources),
        networks=_networks(sources),
        seats=_places_in_networks(network.Seat, plain.Seat, sources),
        conveners=_places_in_networks(network.Convener, plain.Convener, sources),
        encounters=_events(network.Encounter, plain.Encounter),
        milestones=_events(network.Milestone, plain.Milestone),
    )


Sources = dict[type[Model], dict[int, list[str]]]
_CITED: tuple[type[Model], ...] = (
    network.Actor,
    own.Mandate,
    own.Expectation,
    network.Collaboration,
    network.Network,
    network.Seat,
    network.Convener,
)


def _sources() -> Sources:
    """{model: {key: ["document place", …]}} of every row that cites something."""
    types = ContentType.objects.get_for_models(*_CITED)
    by_type = {kind.pk: model for model, kind in types.items()}
    found: Sources = {model: defaultdict(list) for model in _CITED}
    cited = base.Citation.objects.filter(content_type__in=by_type).order_by("position", "pk")
    for kind, key, slug, place, label, url in cited.values_list(
        "content_type_id", "object_id", "document__slug", "place", "label", "url"
    ):
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
                aliases=tuple(aliases.get(key, ())),
                also=tuple(also.get(key, ())),
                members=tuple(members.get(key, ())),
                parents=tuple(parents.get(key, ())),
                **values,
            )
        )
    return tuple(found)


def _mandates(sources: Sources) -> tuple[plain.Mandate, ...]:
    levels = _many(own.Mandate.levels.through.objects.values_list("mandate_id", "level_id"))
    places = _many(own.Mandate.territory_places.through.objects.values_list("mandate_id", "place__code"))
    groups = _many(own.Mandate.territory_groups.through.objects.values_list("mandate_id", "actor__slug"))
    found = []
    for values in own.Mandate.objects.order_by("code").values(
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
    ):
        key = values["pk"]
        english = values.pop("target_group_en")
        found.append(
            plain.Mandate(
                **_row(values, sources[own.Mandate]),
                holder=values.pop("holder__slug"),
                kind=values.pop("kind_id"),
                strategy=values.pop("strategy__slug"),
                area=values.pop("area__code") or plain.CROSS_SECTOR,
                function=values.pop("function__code"),
                levels=frozenset(levels.get(key, ())),
                territory_places=frozenset(places.get(key, ())),
                territory_groups=frozenset(groups.get(key, ())),
                target_group=values.pop("target_group_sv") or english,
                role=values.pop("role_id") or "",
                successor=values.pop("successor__code"),
                **values,
            )
        )
    return tuple(found)


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
