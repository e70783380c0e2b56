"""What pages and the search know of this app's rows, and who published a document."""

import datetime
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coordination.base import dates, publishers, rowkinds
from coordination.base.publishers import Publisher
from coordination.base.rowkinds import CODE, CONTEXT, NAME, OTHER_NAME, Entry, RowKind, line, period_of
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
    Participant,
    Seat,
)
from network.names import former_on
from network.shortnames import short_name

Texts = dict[int, list[tuple[str, float]]]


def publishers_of(slugs: Collection[str]) -> dict[str, Publisher]:
    """The actors among those ids. One query."""
    rows = Actor.objects.filter(slug__in=slugs).values_list("slug", "name_sv", "name_en", "is_group")
    return {
        slug: Publisher(
            swedish,
            english,
            short_name(swedish),
            short_name(english) if english else "",
            "network:group" if is_group else "network:actor",
            slug,
        )
        for slug, swedish, english, is_group in rows
    }


def _organisations(rows: QuerySet) -> QuerySet:
    return rows.filter(is_group=False, merged_into=None)


def _groups(rows: QuerySet) -> QuerySet:
    return rows.filter(is_group=True, merged_into=None)


def _actor_entries(*, groups: bool) -> Iterator[Entry]:
    """Three queries: actors, their other names, their identifiers."""
    other: Texts = {}
    for pk, kind, *held in ActorName.objects.order_by().values_list("actor_id", "kind", "name_sv", "name_en"):
        weight = NAME if kind == ActorName.Kind.ACRONYM else OTHER_NAME
        other.setdefault(pk, []).extend((text, weight) for text in held if text)
    for pk, value in Identifier.objects.order_by().values_list("actor_id", "value"):
        other.setdefault(pk, []).append((value, CODE))
    rows = (_groups if groups else _organisations)(Actor.objects.order_by("sort_sv", "slug"))
    for pk, swedish, english, slug, begins, ends in rows.values_list(
        "pk", "name_sv", "name_en", "slug", "valid_from", "valid_until"
    ).iterator():
        names = [(text, NAME) for text in (swedish, english) if text]
        yield Entry(pk, (*names, (slug, CODE), *other.get(pk, ())), begins, ends)


def _other_names(actor: Any) -> list[tuple[str, str]]:
    """The names and numbers that an actor also goes by."""
    found = [(actor_name.get_kind_display(), actor_name.name_sv) for actor_name in actor.names.all()]
    found += [
        (actor_name.get_kind_display(), n) for actor_name in actor.names.all() if (n := actor_name.name_en)
    ]
    found += [(str(_("identifier")), identifier.value) for identifier in actor.identifiers.all()]
    return [*found, *((str(_("name in English")), name) for name in [actor.name_en] if name)]


def _called_on(actors: Iterable[Any], date: datetime.date) -> dict[int, str]:
    return {pk: str(called) for pk, called in former_on(date, [actor.pk for actor in actors]).items()}


def _names_of_actors() -> dict[int, tuple[str, ...]]:
    rows = Actor.objects.order_by().values_list("pk", "name_sv", "name_en")
    return {pk: tuple(filter(None, names)) for pk, *names in rows}


def _network_entries() -> Iterator[Entry]:
    rows = Network.objects.order_by("sort_sv", "slug").values_list(
        "pk", "name_sv", "name_en", "slug", "purpose_sv", "purpose_en", "valid_from", "valid_until"
    )
    for pk, swedish, english, slug, purpose, purpose_en, begins, ends in rows:
        texts = _texts(
            (swedish, NAME), (english, NAME), (slug, CODE), (purpose, CONTEXT), (purpose_en, CONTEXT)
        )
        yield Entry(pk, texts, begins, ends)


def _collaboration_entries() -> Iterator[Entry]:
    """Three queries: collaborations, their sides, the names of those."""
    actors = _names_of_actors()
    sides: Texts = {}
    for pk, actor in Participant.objects.order_by().values_list("collaboration_id", "actor_id"):
        sides.setdefault(pk, []).extend((name, CONTEXT) for name in actors.get(actor, ()))
    rows = Collaboration.objects.order_by("sort_sv", "code").values_list(
        "pk", "title_sv", "title_en", "code", "valid_from", "valid_until"
    )
    for pk, swedish, english, code, begins, ends in rows:
        texts = _texts((swedish, NAME), (english, NAME), (code, CODE), *sides.get(pk, ()))
        yield Entry(pk, texts, begins, ends)


def _event_entries(model: Any) -> Iterator[Entry]:
    rows = model.objects.order_by("sort_sv", "code").values_list(
        "pk", "title_sv", "title_en", "code", "date_text", "network__name_sv", "network__name_en"
    )
    for pk, swedish, english, code, text, *network in rows:
        context = [(name, CONTEXT) for name in (text, *network)]
        yield Entry(pk, _texts((swedish, NAME), (english, NAME), (code, CODE), *context))


def _texts(*texts: tuple[str | None, float]) -> tuple[tuple[str, float], ...]:
    return tuple((text, weight) for text, weight in texts if text)


def _event_detail(row: Any) -> str:
    when = dates.format_date(row.date_from, row.date_precision or "day", get_language() or "sv")
    return line(when, row.kind, row.network)


def _sides(row: Any) -> str:
    names = [short_name(side.actor.name) for side in row.sides.all()]
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    return line(shown, row.kind, period_of(row))


def _organisation_entries() -> Iterable[Entry]:
    return _actor_entries(groups=False)


def _group_entries() -> Iterable[Entry]:
    return _actor_entries(groups=True)


def register() -> None:
    """Make this app's rows known. Called once, when the app is ready."""
    publishers.register(publishers_of)
    of_actor: dict[str, Any] = {
        "related": ("kind", "level"),
        "prefetch": ("names", "identifiers"),
        "other_names": _other_names,
        "called_on": _called_on,
    }
    for kind in (
        RowKind(
            "actor",
            Actor,
            _("Actors"),
            10,
            narrow=_organisations,
            detail=lambda row: line(row.kind, row.level, _life(row)),
            entries=_organisation_entries,
            list_name="network:actors",
            **of_actor,
        ),
        RowKind(
            "group",
            Actor,
            _("Actor groups"),
            20,
            narrow=_groups,
            detail=lambda row: line(row.kind, row.level, _life(row)),
            entries=_group_entries,
            list_name="network:groups",
            **of_actor,
        ),
        RowKind(
            "network",
            Network,
            _("Networks"),
            50,
            related=("level",),
            detail=lambda row: line(row.level, period_of(row)),
            entries=_network_entries,
            list_name="network:networks",
        ),
        RowKind(
            "collaboration",
            Collaboration,
            _("Collaborations"),
            60,
            related=("kind",),
            prefetch=("sides__actor",),
            detail=_sides,
            code="code",
            entries=_collaboration_entries,
            list_name="network:collaborations",
        ),
        RowKind(
            "encounter",
            Encounter,
            _("Meetings held"),
            70,
            related=("kind", "network"),
            detail=_event_detail,
            code="code",
            entries=lambda: _event_entries(Encounter),
            list_name="network:encounters",
        ),
        RowKind(
            "milestone",
            Milestone,
            _("Milestones"),
            80,
            related=("kind", "network"),
            detail=_event_detail,
            code="code",
            entries=lambda: _event_entries(Milestone),
            list_name="network:milestones",
        ),
        # Parts of the above: listed where they cite a source, found by what they are part of.
        RowKind("convener", Convener, _("Conveners"), 110, ("actor", "network"), detail=period_of),
        RowKind(
            "seat",
            Seat,
            _("Seats"),
            120,
            ("actor", "network"),
            detail=lambda row: line(row.role, period_of(row)),
        ),
        RowKind(
            "actor-name",
            ActorName,
            _("Names of actors"),
            130,
            ("actor",),
            detail=lambda row: line(row.actor, row.get_kind_display(), period_of(row)),
        ),
        RowKind(
            "identifier", Identifier, _("Identifiers"), 140, ("actor",), detail=lambda row: line(row.actor)
        ),
        RowKind(
            "actor-parent", ActorParent, _("Parents of actors"), 150, ("actor", "parent"), detail=period_of
        ),
        RowKind(
            "group-member", GroupMember, _("Members of groups"), 160, ("actor", "group"), detail=period_of
        ),
    ):
        rowkinds.register(kind)


def _life(actor: Any) -> str:
    """How long an actor has existed, where it has ended; one that goes on needs no such word."""
    return period_of(actor) if actor.valid_until else ""
