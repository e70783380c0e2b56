"""Changes as plain JSON values, in the words of the import files, and back. Pure.

Ids and codes are those of the data files; `valid_to` is the last day. A stored change names rows by id alone,
so that it can be read, and refused with a reason, when a row is gone.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from mandates.changes import (
    AddMandate,
    AdoptArea,
    Change,
    CloseActor,
    EndMandate,
    MergeActors,
    MoveMandate,
    ProlongMandate,
    RenameActor,
    SplitActor,
    StartProposals,
    TransferActor,
)
from mandates.snapshot import ONE_DAY, Actor, Date, Mandate

KINDS: dict[str, type[Change]] = {
    "start_proposals": StartProposals,
    "adopt_area": AdoptArea,
    "add_mandate": AddMandate,
    "end_mandate": EndMandate,
    "prolong_mandate": ProlongMandate,
    "move_mandate": MoveMandate,
    "close_actor": CloseActor,
    "merge_actors": MergeActors,
    "split_actor": SplitActor,
    "rename_actor": RenameActor,
    "transfer_actor": TransferActor,
}
_WORD = {kind: word for word, kind in KINDS.items()}

MANDATE_TEXTS = (
    "code", "holder", "title_sv", "title_en", "kind", "strategy", "area", "function", "role", "legal_basis",
    "target_group", "joint_assignment",
)  # fmt: skip
MANDATE_SETS = ("levels", "territory_places", "territory_groups")
ACTOR_TEXTS = ("slug", "name_sv", "name_en", "kind", "level")


class BadChange(ValueError):
    """A stored change that cannot be read: an unknown kind, or a value that is missing or no date."""


def to_json(change: Change) -> dict[str, Any]:
    """`change` as a dictionary that JSON can hold; what is empty is left out.

    >>> to_json(EndMandate(code="SKR-01", on=datetime.date(2024, 1, 1)))
    {'kind': 'end_mandate', 'on': '2024-01-01', 'code': 'SKR-01'}
    """
    found: dict[str, Any] = {"kind": _WORD[type(change)], "on": change.on.isoformat() if change.on else None}
    for name in change.__dataclass_fields__:
        value = getattr(change, name)
        if name == "until":
            found["valid_to"] = (value - ONE_DAY).isoformat() if value else None
        elif name == "mandate":
            found["mandate"] = _mandate_to_json(value)
        elif name != "on":
            found[name] = _plain(value)
    empty: tuple[Any, ...] = (None, "", {}, [])
    # An empty list of ends says that nothing ends; none at all, that everything left does.
    return {
        name: value for name, value in found.items() if name == "ends" and value == [] or value not in empty
    }


def from_json(value: Any) -> Change:
    """The change that `to_json` wrote.

    Raises:
        BadChange: it cannot be read.
    """
    try:
        kind = KINDS[value["kind"]]
        return _READ[kind](value, _day(value.get("on")))
    except BadChange:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadChange(f"{type(error).__name__}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Actor):
        found = {name: getattr(value, name) for name in ACTOR_TEXTS if getattr(value, name)}
        return {**found, "place": value.place} if value.place else found
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _mandate_to_json(row: Mandate) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(row, name) for name in MANDATE_TEXTS if getattr(row, name)}
    found |= {name: sorted(getattr(row, name)) for name in MANDATE_SETS if getattr(row, name)}
    if row.explicit:
        found["explicit"] = True
    if row.valid_from:
        found["valid_from"] = row.valid_from.isoformat()
    if row.valid_until:
        found["valid_to"] = (row.valid_until - ONE_DAY).isoformat()
    if row.report_due:
        found["report_due"] = row.report_due.isoformat()
    return found


def _day(text: Any) -> Date | None:
    return datetime.date.fromisoformat(text) if text else None


def _until(text: Any) -> Date | None:
    last = _day(text)
    return last + ONE_DAY if last else None


def _text(value: Any, name: str) -> str:
    found = value[name]
    if not isinstance(found, str) or not found:
        raise BadChange(f"{name}: {found!r}")
    return found


def _maybe(value: Any, name: str) -> str | None:
    return _text(value, name) if value.get(name) else None


def _mandate(value: Any) -> Mandate:
    given: dict[str, Any] = {name: str(value[name]) for name in MANDATE_TEXTS if value.get(name)}
    given |= {name: frozenset(map(str, value.get(name, ()))) for name in MANDATE_SETS}
    given |= {name: _text(value, name) for name in ("code", "holder")}
    return Mandate(
        **given,
        explicit=bool(value.get("explicit")),
        valid_from=_day(value.get("valid_from")),
        valid_until=_until(value.get("valid_to")),
        to_precision="day" if value.get("valid_to") else "",
        report_due=_day(value.get("report_due")),
    )


def _actor(value: Any) -> Actor:
    given: dict[str, Any] = {name: str(value[name]) for name in ACTOR_TEXTS if value.get(name)}
    return Actor(**{**given, "slug": _text(value, "slug")}, place=_maybe(value, "place"))


def _handover(value: Any) -> dict[str, Any]:
    ends = value.get("ends")
    return {
        "slug": _text(value, "slug"),
        "receivers": {str(key): str(to) for key, to in dict(value.get("receivers") or {}).items()},
        "ends": None if ends is None else frozenset(map(str, ends)),
        "rest": _maybe(value, "rest"),
    }


_READ: dict[type[Change], Callable[[Any, Date | None], Change]] = {
    StartProposals: lambda v, on: StartProposals(on=on, scenario=_text(v, "scenario")),
    AdoptArea: lambda v, on: AdoptArea(on=on, strategy=_text(v, "strategy"), code=_text(v, "code")),
    AddMandate: lambda v, on: AddMandate(on=on, mandate=_mandate(v["mandate"])),
    EndMandate: lambda v, on: EndMandate(on=on, code=_text(v, "code"), successor=_maybe(v, "successor")),
    ProlongMandate: lambda v, on: ProlongMandate(
        on=on, code=_text(v, "code"), until=_until(v.get("valid_to"))
    ),
    MoveMandate: lambda v, on: MoveMandate(on=on, code=_text(v, "code"), holder=_text(v, "holder")),
    CloseActor: lambda v, on: CloseActor(on=on, successor=_maybe(v, "successor"), **_handover(v)),
    MergeActors: lambda v, on: MergeActors(
        on=on,
        slugs=tuple(map(str, v["slugs"])),
        into=_text(v, "into") if isinstance(v["into"], str) else _actor(v["into"]),
    ),
    SplitActor: lambda v, on: SplitActor(on=on, parts=tuple(map(_actor, v["parts"])), **_handover(v)),
    RenameActor: lambda v, on: RenameActor(
        on=on, slug=_text(v, "slug"), name_sv=_text(v, "name_sv"), name_en=str(v.get("name_en", ""))
    ),
    TransferActor: lambda v, on: TransferActor(on=on, parent=_maybe(v, "parent"), **_handover(v)),
}
