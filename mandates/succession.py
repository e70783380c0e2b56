"""Who does now what an ended mandate asked for: the recorded successor, or who began with the same task."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coordination.base.models import Level
from mandates.models import Mandate
from network.models import Actor

# A task that moves is taken up within a year: agencies get their assignments yearly.
WITHIN = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Now:
    """`by` does the task now; `missing` are the levels that nobody aims at any more.

    No `by` at all: nobody. `recorded`: a source names the successor; otherwise the same function in the
    same area at the same levels was given to somebody within a year of the end.
    """

    mandate: Mandate
    by: list[Mandate] = field(default_factory=list)
    missing: list[Level] = field(default_factory=list)
    recorded: bool = False

    @property
    def is_none(self) -> bool:
        return not self.by

    @property
    def is_partial(self) -> bool:
        return bool(self.by and self.missing)

    @property
    def holders(self) -> list[Actor]:
        return list({m.holder_id: m.holder for m in self.by}.values())

    @property
    def levels(self) -> list[Level]:
        """The levels of the ended mandate that are still aimed at."""
        left = {level.pk for level in self.missing}
        return [level for level in self.mandate.levels.all() if level.pk not in left]


def who_now(ended: Iterable[Mandate], active: Sequence[Mandate]) -> list[Now]:
    """For each of `ended`, who of `active` does its task now. Rows come with levels and successors fetched."""
    by_key: dict[tuple[int, int | None], list[Mandate]] = {}
    for mandate in active:
        by_key.setdefault((mandate.function_id, mandate.area_id), []).append(mandate)
    by_pk = {mandate.pk: mandate for mandate in active}
    return [_now(mandate, by_pk, by_key.get((mandate.function_id, mandate.area_id), [])) for mandate in ended]


def _now(mandate: Mandate, by_pk: dict[int, Mandate], alike: list[Mandate]) -> Now:
    successor = by_pk.get(mandate.successor_id or 0)
    if successor is not None:
        return Now(mandate, [successor], [], recorded=True)
    wanted = {level.pk: level for level in mandate.levels.all()}
    if mandate.valid_until is None:
        return Now(mandate, [], list(wanted.values()))
    takers: dict[int, Mandate] = {}
    met: set[str] = set()
    for other in alike:
        began = other.valid_from
        if other.holder_id == mandate.holder_id or began is None or began < mandate.valid_until - WITHIN:
            continue
        if mandate.explicit and not other.explicit:
            continue
        shared = wanted.keys() & {level.pk for level in other.levels.all()}
        if shared:
            met |= shared
            takers.setdefault(other.holder_id, other)
    return Now(mandate, list(takers.values()), [level for pk, level in wanted.items() if pk not in met])
