"""Why no mandate can meet an expectation, or none in the register ever has. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mandates.explain import Names, listed
from mandates.snapshot import CROSS_SECTOR, EACH_AREA, Expectation, Mandate, Snapshot

TEXTS: dict[str, dict[str, str]] = {
    "sv": {
        "outside_strategy": "Förväntan gäller bara dagar utanför strategins tid, så den räknas aldrig.",
        "no_area": "Förväntan gäller varje antaget område, men strategin har inget antaget område.",
        "lead_of_many": "Förväntan vill ha en enda ledande aktör men minst {least} innehavare. Båda kan inte gälla.",
        "too_many": "Förväntan vill ha minst {least} innehavare, men registret har bara {count} aktörer.",
        "never_checked": "Ingen dag är både förväntad och kontrollerad, så förväntan visas alltid som ej kartlagd.",
        "empty_group": "Gruppen {group} har ingen namngiven medlem, så bara gruppen själv kan ha uppgiften.",
        "function": "Inget uppdrag i registret har funktionen {function}.",
        "area": "Registret har uppdrag med funktionen {function} ({count}), men inget {area}.",
        "level": "Registret har uppdrag med funktionen {function} {area} ({count}), men inget {level}: de riktas till {found}.",
        "explicit": "Registret har uppdrag med funktionen {function} {area} {level} ({count}), men inget som namnger strategins mål.",
        "kind": "Registret har uppdrag med funktionen {function} {area} {level} ({count}), men inget av slaget {kinds}: de är {found}.",
        "holder_group": "Registret har uppdrag som passar ({count}), men inget som gruppen {group} eller dess medlemmar har: de finns hos {found}.",
        "decided": "Bara föreslagna uppdrag passar ({count}); inget är beslutat.",
    },
    "en": {
        "outside_strategy": "It is expected only on days outside the strategy's time, so it never counts.",
        "no_area": "It is expected in each adopted area, but the strategy has adopted none.",
        "lead_of_many": "It asks for one single lead and for at least {least} holders. Both cannot be.",
        "too_many": "It asks for at least {least} holders, but the register has only {count} actors.",
        "never_checked": "No day is both expected and checked, so it always shows as not mapped.",
        "empty_group": "The group {group} has no named member, so only the group itself can hold the task.",
        "function": "No mandate in the register has the function {function}.",
        "area": "The register has mandates with the function {function} ({count}), but none {area}.",
        "level": "The register has mandates with the function {function} {area} ({count}), but none {level}: they aim at {found}.",
        "explicit": "The register has mandates with the function {function} {area} {level} ({count}), but none that names the strategy's goal.",
        "kind": "The register has mandates with the function {function} {area} {level} ({count}), but none of the kind {kinds}: they are {found}.",
        "holder_group": "The register has mandates that fit ({count}), but none held by the group {group} or its members: they are held by {found}.",
        "decided": "Only proposed mandates fit ({count}); none is decided.",
    },
}
EACH = {"sv": "i varje antaget område", "en": "in each adopted area"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an expectation is never met: `is_impossible` whatever the register says, else by what it says now.

    `count` mandates are left by all that is asked before `key`; `found` are what they have instead.
    """

    key: str
    is_impossible: bool = False
    count: int = 0
    found: tuple[str, ...] = ()


def doubts(snapshot: Snapshot, asked: Expectation) -> list[Doubt]:
    """What stands in the way of `asked`, impossibilities first; empty when some decided mandate fits."""
    found = [Doubt(key, True, count) for key, count, holds in _impossible(snapshot, asked) if holds]
    if _never_checked(asked):
        found.append(Doubt("never_checked"))
    if asked.holder_group is not None and _is_empty(snapshot, asked.holder_group):
        found.append(Doubt("empty_group"))
    nobody = _narrowed(snapshot, asked)
    return [*found, nobody] if nobody is not None else found


def _impossible(snapshot: Snapshot, asked: Expectation) -> Iterable[tuple[str, int, bool]]:
    strategy = snapshot.strategy_by_slug.get(asked.strategy)
    if strategy is not None:
        begins_late = (
            asked.valid_from is not None
            and strategy.valid_until is not None
            and asked.valid_from >= strategy.valid_until
        )
        ends_early = (
            asked.valid_until is not None
            and strategy.valid_from is not None
            and asked.valid_until <= strategy.valid_from
        )
        yield "outside_strategy", 0, begins_late or ends_early
    areas = [a for a in snapshot.areas if a.strategy == asked.strategy and a.status == "adopted"]
    yield "no_area", 0, asked.area == EACH_AREA and not areas
    yield "lead_of_many", 0, asked.single_lead and asked.min_holders > 1
    yield "too_many", len(snapshot.actors), asked.min_holders > max(1, len(snapshot.actors))


def _never_checked(asked: Expectation) -> bool:
    """The checked span, both days of it, lies wholly beside the period in which it is expected."""
    if asked.mapped_from is None and asked.mapped_until is None:
        return False  # that nobody has checked it yet is said elsewhere
    late = asked.mapped_from and asked.valid_until and asked.mapped_from >= asked.valid_until
    return bool(late)


def _is_empty(snapshot: Snapshot, slug: str) -> bool:
    group = snapshot.actor_by_slug.get(slug)
    if group is None or group.rule not in ("list", "unknown"):
        return False
    return not group.members and not group.also


def _narrowed(snapshot: Snapshot, asked: Expectation) -> Doubt | None:
    """The first thing asked that leaves none of the register's mandates, of whatever period."""
    rows = [m for m in snapshot.mandates if m.strategy == asked.strategy]
    adopted = {a.code for a in snapshot.areas if a.strategy == asked.strategy and a.status == "adopted"}
    areas = adopted if asked.area == EACH_AREA else {asked.area}
    group = asked.holder_group
    in_group = (
        {group, *(m.actor for m in snapshot.actor_by_slug[group].members)}
        if group is not None and group in snapshot.actor_by_slug
        else set()
    )
    steps: list[tuple[str, Callable[[Mandate], bool], Callable[[Mandate], Iterable[str]]]] = [
        ("function", lambda m: m.function == asked.function, lambda m: ()),
        ("area", lambda m: m.area in areas, lambda m: ()),
        ("level", lambda m: asked.level in m.levels, lambda m: m.levels),
        ("explicit", lambda m: m.explicit or not asked.explicit_only, lambda m: ()),
        ("kind", lambda m: not asked.kinds or m.kind in asked.kinds, lambda m: (m.kind,)),
        ("holder_group", lambda m: group is None or _is_held(snapshot, m, in_group), lambda m: (m.holder,)),
        ("decided", lambda m: m.status == "decided", lambda m: ()),
    ]
    for key, fits, said in steps:
        left = [m for m in rows if fits(m)]
        if not left:
            instead = dict.fromkeys(word for m in rows for word in sorted(said(m)))
            return Doubt(key, count=len(rows), found=tuple(instead))
        rows = left
    return None


def _is_held(snapshot: Snapshot, mandate: Mandate, in_group: set[Any]) -> bool:
    if mandate.holder in in_group:
        return True
    day = mandate.valid_from
    return day is not None and bool(snapshot.groups_of(mandate.holder, day) & in_group)


def in_words(doubt: Doubt, asked: Expectation, names: Names, language: str) -> str:
    """A doubt as a sentence in `language` (sv or en)."""
    readers: dict[str, Callable[[str], str]] = {
        "level": lambda code: names.code("level", code, language).lower(),
        "kind": lambda code: names.code("kind", code, language).lower(),
        "holder_group": lambda slug: names.actor(slug, language),
    }
    read = readers.get(doubt.key, str)
    area = EACH[language] if asked.area == EACH_AREA else names.area(asked.area or CROSS_SECTOR, language)
    return TEXTS[language][doubt.key].format(
        least=asked.min_holders,
        count=doubt.count,
        function=names.function(asked.function, language),
        area=area,
        level=names.level(asked.level, language) if asked.level else "",
        kinds=listed((names.code("kind", kind, language).lower() for kind in sorted(asked.kinds)), language),
        group=names.actor(asked.holder_group, language) if asked.holder_group else "",
        found=listed((read(code) for code in doubt.found), language),
    )
