"""Which actor somebody means by what they typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from coordination.base.picking import NotFound, Option, resolve
from network.graph_values import Node
from network.models import ActorName

SUGGESTED = 1_000


@dataclass(frozen=True)
class Meant:
    """`slug` is the actor; empty if there is none, and then `near` are the actors it may have been."""

    typed: str = ""
    slug: str = ""
    near: tuple[Option, ...] = ()
    several: bool = False

    @property
    def is_missing(self) -> bool:
        return bool(self.typed) and not self.slug


def meant(typed: str, nodes: Mapping[str, Node]) -> Meant:
    """The actor of `nodes` that `typed` names: an id, a name of any time, its beginning. One query at most."""
    text = typed.strip()
    if not text or text in nodes:
        return Meant(text, text)
    names: dict[str, list[str]] = {}
    for slug, swedish, english in ActorName.objects.order_by("pk").values_list(
        "actor__slug", "name_sv", "name_en"
    ):
        names.setdefault(slug, []).extend(filter(None, (swedish, english)))
    options = [
        Option(slug, slug, node.name, (node.name_sv, node.name_en, *names.get(slug, ())))
        for slug, node in nodes.items()
    ]
    try:
        return Meant(text, resolve(text, options).key)
    except NotFound as fault:
        return Meant(text, "", tuple(fault.suggestions), fault.ambiguous)
