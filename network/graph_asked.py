"""Which graph somebody asks for in words, checked against what the register knows."""

import datetime
from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from coordination.base.models import ActorKind, CollaborationKind, Level, Place, PriorityArea, Strategy
from coordination.base.models.register import Confidence
from network.graph.selection import CROSS_SECTOR, NETWORK, Selection

SHOWN = 80


class UnknownWord(ValueError):
    """What is asked for in `parameter` is nothing that the register knows; the text says so to its reader."""

    def __init__(self, parameter: str, code: str, known: Iterable[str]) -> None:
        values = {"code": code[:SHOWN], "known": ", ".join(known)}
        super().__init__(
            _("The register knows no “%(code)s”. There are: %(known)s.") % values
            if values["known"]
            else _("The register knows no “%(code)s”.") % values
        )
        self.parameter = parameter


def selection(
    as_of: datetime.date,
    *,
    area: str = "",
    strategy: str = "",
    tie: str = "",
    confidence: str = "",
    kind: str = "",
    level: str = "",
    county: str = "",
    expand_groups: bool = False,
) -> Selection:
    """The `Selection` of words with `;` between alternatives. A query for each word that is given.

    Raises:
        UnknownWord: a code that the register does not have.
    """
    return Selection(
        as_of=as_of,
        areas=_known("area", area, PriorityArea, "code", [CROSS_SECTOR]),
        strategy=next(iter(_known("strategy", strategy, Strategy, "slug", single=True)), ""),
        tie_kinds=_known("tie", tie, CollaborationKind, "code", [NETWORK]),
        confidence=_one_of("confidence", confidence, Confidence.values),
        kinds=_known("kind", kind, ActorKind, "code"),
        levels=_known("level", level, Level, "code"),
        counties=_known("county", county, Place, "code", name_all=False),
        expand_groups=expand_groups,
    )


def _known(
    parameter: str,
    text: str,
    model: type[Model],
    field: str,
    others: Iterable[str] = (),
    *,
    name_all: bool = True,
    single: bool = False,
) -> frozenset[str]:
    parts = (text,) if single else text.split(";")
    wanted = {part.strip() for part in parts if part.strip()}
    if not wanted:
        return frozenset()
    codes = model._default_manager.order_by().filter(**{f"{field}__in": wanted}).values_list(field, flat=True)
    unknown = wanted - set(codes) - set(others)
    if unknown:
        known = model._default_manager.order_by(field).values_list(field, flat=True) if name_all else ()
        raise UnknownWord(parameter, min(unknown), [*others, *dict.fromkeys(known)])
    return frozenset(wanted)


def _one_of(parameter: str, text: str, known: list[str]) -> str:
    if text and text not in known:
        raise UnknownWord(parameter, text, known)
    return text
