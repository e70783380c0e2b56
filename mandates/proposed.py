"""Scenarios that the register itself holds: its proposed mandates, by the scenario that each names. Pure.

A scenario takes in the proposed mandates that name it, and adopts a proposed area when it is about that area
alone, or when somebody is to lead it there. `<stem>-alla` is all scenarios whose names begin with `<stem>-`
taken together, where there are two or more.
"""

from collections import defaultdict

from mandates.changes import AdoptArea, Change, StartProposals
from mandates.explain import LANGUAGES, Names, listed
from mandates.shortnames import plain_title
from mandates.snapshot import CROSS_SECTOR, Mandate, Snapshot

ALL = "alla"
WORDS = {
    "sv": {"several": "{holders}: {n} föreslagna uppdrag", "all": "Alla förslag ({stem})"},
    "en": {"several": "{holders}: {n} proposed mandates", "all": "All proposals ({stem})"},
}


def _by_scenario(snapshot: Snapshot) -> dict[str, list[Mandate]]:
    found: dict[str, list[Mandate]] = defaultdict(list)
    for mandate in snapshot.mandates:
        if mandate.status == "proposed" and mandate.scenario:
            found[mandate.scenario].append(mandate)
    return dict(sorted(found.items()))


def _stems(names: list[str]) -> dict[str, list[str]]:
    """{stem: the scenarios whose names begin with it}, for those that have two or more."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        stem, dash, _rest = name.partition("-")
        if dash:
            found[stem].append(name)
    return {stem: names for stem, names in found.items() if len(names) > 1}


def names(snapshot: Snapshot) -> list[str]:
    """The scenarios of the register, in order; those that take in several come after them."""
    own = list(_by_scenario(snapshot))
    together = [f"{stem}-{ALL}" for stem in _stems(own)]
    return own + [name for name in together if name not in own]


def changes(snapshot: Snapshot, name: str) -> list[Change] | None:
    """What the scenario `name` of the register does; None if it has no such scenario."""
    rows = _by_scenario(snapshot)
    if name in rows:
        return [*_adoptions(snapshot, rows[name]), StartProposals(scenario=name)]
    stem, _dash, rest = name.rpartition("-")
    parts = _stems(list(rows)).get(stem, []) if rest == ALL else []
    if not parts:
        return None
    adopted = {change: None for part in parts for change in _adoptions(snapshot, rows[part])}
    return [*adopted, *(StartProposals(scenario=part) for part in parts)]


def _adoptions(snapshot: Snapshot, proposals: list[Mandate]) -> list[Change]:
    proposed = {(a.strategy, a.code) for a in snapshot.areas if a.status == "proposed"}
    asked = {
        (m.strategy, m.area)
        for m in proposals
        if len({other.area for other in proposals}) == 1 or snapshot.has_trait("function", m.function, "lead")
    }
    return [
        AdoptArea(strategy=strategy, code=code)
        for strategy, code in sorted(asked & proposed)
        if code != CROSS_SECTOR
    ]


def titles(snapshot: Snapshot, name: str) -> dict[str, str]:
    """What a scenario of the register is called, in both languages."""
    rows = _by_scenario(snapshot).get(name)
    said = Names(snapshot)
    if rows is None:
        stem = name.rpartition("-")[0]
        return {language: WORDS[language]["all"].format(stem=stem) for language in LANGUAGES}
    if len(rows) == 1:
        row = rows[0]
        return {
            "sv": plain_title(row.title_sv or row.title_en or row.code),
            "en": plain_title(row.title_en or row.title_sv or row.code),
        }
    holders = dict.fromkeys(m.holder for m in rows)
    return {
        language: WORDS[language]["several"].format(
            holders=listed((said.actor(slug, language) for slug in holders), language, 2), n=len(rows)
        )
        for language in LANGUAGES
    }
