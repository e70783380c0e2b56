"""What must be written so that the register becomes another snapshot of itself. Pure.

The difference is taken, not the changes that made it: what is written is what was looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from mandates.drafts import Laid
from mandates.snapshot import Snapshot

EditKind = Literal["area", "actor", "former_name", "parent", "mandate", "collaboration", "seat", "convener"]

# Rows are written in this order, so that what they point at is there.
ORDER: tuple[EditKind, ...] = (
    "area", "actor", "former_name", "parent", "mandate", "collaboration", "convener", "seat",
)  # fmt: skip
# Part of an actor's snapshot, but rows of their own.
_OWN_ROWS = frozenset({"parents", "aliases"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One row to begin or to change.

    Attributes:
        kind: what sort of row.
        key: its ids: (strategy, area), (actor,), (actor, parent), (mandate,), (collaboration,),
            (network, actor).
        before: the row as it stands; None: it is begun.
        values: {field: new value} of what changes; of a new row, all that is set.
        origin: code of the row that a new one continues.
    """

    kind: EditKind
    key: tuple[str, ...]
    before: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    origin: str | None = None

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def id(self) -> str:
        """Its ids as one word, unlike any other edit's: mandate:DEL-01, seat:natverket/scb."""
        began = getattr(self.before, "valid_from", None) if self.kind in ("seat", "convener") else None
        return f"{self.kind}:{'/'.join(self.key)}{f'@{began}' if began else ''}"


def edits(before: Snapshot, laid: Laid) -> list[Edit]:
    """What turns `before` into `laid`, in the order in which it can be written."""
    after = laid.snapshot
    found: list[Edit] = []
    found += _keyed("area", before.areas, after.areas, lambda row: (row.strategy, row.code))
    found += _keyed("actor", before.actors, after.actors, lambda row: (row.slug,))
    found += [
        Edit(
            kind="former_name",
            key=(name.slug,),
            values={"name_sv": name.name_sv, "name_en": name.name_en, "valid_until": name.until},
        )
        for name in laid.former_names
    ]
    found += _parents(before, after)
    found += _keyed("mandate", before.mandates, after.mandates, lambda row: (row.code,), laid.origins)
    found += _keyed(
        "collaboration", before.collaborations, after.collaborations, lambda row: (row.code,), laid.origins
    )
    found += _placed("convener", before.conveners, after.conveners)
    found += _placed("seat", before.seats, after.seats)
    return found


def _values(row: Any) -> dict[str, Any]:
    return {f.name: getattr(row, f.name) for f in fields(row) if f.name not in _OWN_ROWS}


def _changed(old: Any, new: Any) -> dict[str, Any]:
    before = _values(old)
    return {name: value for name, value in _values(new).items() if before[name] != value}


def _keyed(
    kind: EditKind, old: Iterable[Any], new: Iterable[Any], key: Any, origins: Mapping[str, str] | None = None
) -> list[Edit]:
    stands = {key(row): row for row in old}
    found = []
    for row in new:
        own = key(row)
        before = stands.get(own)
        if before is None:
            found.append(Edit(kind=kind, key=own, values=_values(row), origin=(origins or {}).get(own[-1])))
        elif before is not row and (values := _changed(before, row)):
            found.append(Edit(kind=kind, key=own, before=before, values=values))
    # What is begun comes first: a row that ends may name it as its successor.
    return sorted(found, key=lambda edit: not edit.is_new)


def _parents(before: Snapshot, after: Snapshot) -> list[Edit]:
    found = []
    for slug, actor in after.actor_by_slug.items():
        old = before.actor_by_slug.get(slug)
        if old is None or old.parents == actor.parents:
            continue
        stands = {(row.actor, row.valid_from): row for row in old.parents}
        for row in actor.parents:
            was = stands.get((row.actor, row.valid_from))
            if was is None:
                values = {"valid_from": row.valid_from, "from_precision": "day"}
                found.append(Edit(kind="parent", key=(slug, row.actor), values=values))
            elif was != row:
                values = {"valid_until": row.valid_until, "to_precision": "day"}
                found.append(Edit(kind="parent", key=(slug, row.actor), before=was, values=values))
    return found


def _placed(kind: EditKind, old: Iterable[Any], new: Iterable[Any]) -> list[Edit]:
    """Seats and conveners have no ids: a row of `old` is the one of `new` with its network, actor and start."""
    kept = set(map(id, new))
    gone = [row for row in old if id(row) not in kept]
    stood = set(map(id, old))
    come = [row for row in new if id(row) not in stood]
    found: list[Edit] = []
    for row in gone:
        same = next(
            (
                r
                for r in come
                if (r.network, r.actor, r.valid_from) == (row.network, row.actor, row.valid_from)
            ),
            None,
        ) or next((r for r in come if r.network == row.network and r.valid_from == row.valid_from), None)
        if same is None:
            raise ValueError(f"{kind} of {row.actor} in {row.network} has vanished")
        come = [r for r in come if r is not same]
        found.append(Edit(kind=kind, key=(row.network, row.actor), before=row, values=_changed(row, same)))
    origins = {
        (row.network, edit.values.get("valid_until")): row.actor
        for row, edit in zip(gone, found, strict=True)
    }
    found += [
        Edit(
            kind=kind,
            key=(row.network, row.actor),
            values=_values(row),
            origin=origins.get((row.network, row.valid_from)),
        )
        for row in come
    ]
    return found
