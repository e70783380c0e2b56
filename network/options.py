"""Actors and networks as fields of a form: typed, with suggestions."""

from typing import Any

from django.utils.translation import gettext_lazy

from coordination.base.formfields import PickField, PickManyField, options_of
from coordination.base.picking import Option
from network.models import Actor, ActorName, Network


def actor_options(*, groups: bool | None = None) -> list[Option]:
    """Actors with all their names, present and former. Two queries. Merged ones lead to where they went."""
    names: dict[int, list[str]] = {}
    for pk, sv, en in ActorName.objects.values_list("actor_id", "name_sv", "name_en"):
        names.setdefault(pk, []).extend(filter(None, (sv, en)))
    actors = Actor.objects.only(
        "pk", "slug", "name_sv", "name_en", "is_group", "merged_into_id", "sort_sv", "sort_en"
    )
    found: list[Option] = []
    for actor in actors:
        if actor.merged_into_id is None and groups in (None, actor.is_group):
            own = tuple(filter(None, (actor.name_sv, actor.name_en, *names.get(actor.pk, ()))))
            found.append(Option(actor.pk, actor.slug, actor.name, own))
    return found


def actor_field(*, groups: bool | None = None, **kwargs: Any) -> PickField:
    """One actor or group; `groups` narrows to groups (True) or organisations (False)."""
    kwargs.setdefault("label", gettext_lazy("Actor"))
    kwargs.setdefault("help_text", gettext_lazy("Type the name, a part of it, or the id."))
    return PickField(lambda: actor_options(groups=groups), model=Actor, list_id=_list(groups), **kwargs)


def actors_field(*, groups: bool | None = None, **kwargs: Any) -> PickManyField:
    """Several actors, one in each line."""
    kwargs.setdefault(
        "help_text", gettext_lazy("One in each line; empty a line to take it away. Save to get more lines.")
    )
    return PickManyField(lambda: actor_options(groups=groups), model=Actor, list_id=_list(groups), **kwargs)


def _list(groups: bool | None) -> str:
    return {None: "actors", True: "groups", False: "organisations"}[groups]


def network_field(**kwargs: Any) -> PickField:
    kwargs.setdefault("label", gettext_lazy("Network"))
    return PickField(
        lambda: options_of(Network.objects.all(), key="slug"), model=Network, list_id="networks", **kwargs
    )
