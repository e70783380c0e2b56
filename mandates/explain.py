"""Findings in plain Swedish and English: sentences from their keys and parameters. Pure.

What a parameter holds is said by its name (`_READERS`); a template names the parameters it uses. Nothing here
looks at the register's rules, only at its names.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from coordination.base.dates import format_date
from mandates.eligibility import all_cells
from mandates.explain_headlines import HEADLINES, SAID_BY_HEADLINE
from mandates.explain_many import MANY_HEADLINES, MANY_SENTENCES
from mandates.explain_texts import CLOSES, LACKS, REASONS, SENTENCES, WORDS, Text
from mandates.rules.finding import REGISTERED, Finding, Message
from mandates.shortnames import lower_first, plain_title, short_name
from mandates.snapshot import CROSS_SECTOR, Snapshot

LANGUAGES = ("sv", "en")
# How many names a sentence lists before it says "and n more".
LISTED = 4

TEXTS = {**SENTENCES, **MANY_SENTENCES, **CLOSES}
TITLES = {**HEADLINES, **MANY_HEADLINES}


class Names:
    """Names of rows in both languages, as sentences use them: short, without explanations in brackets."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _name(self, row: Any, language: str, field: str = "name") -> str:
        swedish, english = getattr(row, f"{field}_sv", ""), getattr(row, f"{field}_en", "")
        name: str = (english or swedish) if language == "en" else (swedish or english)
        return name

    @cached_property
    def _codes(self) -> Mapping[tuple[str, str], Any]:
        lists: dict[str, tuple[Any, ...]] = {
            "function": self._snapshot.functions,
            "level": self._snapshot.levels,
            "kind": self._snapshot.mandate_kinds,
            "area": self._snapshot.areas,
        }
        return {(name, row.code): row for name, rows in lists.items() for row in rows}

    @cached_property
    def _collaborations(self) -> Mapping[str, Any]:
        return {row.code: row for row in self._snapshot.collaborations}

    @cached_property
    def _cells(self) -> Mapping[str, Any]:
        return {cell.id: cell for cell in all_cells(self._snapshot)}

    def actor(self, slug: str, language: str) -> str:
        row = self._snapshot.actor_by_slug.get(slug)
        if row is None or not row.name_sv + row.name_en:
            return slug
        name = short_name(self._name(row, language))
        return lower_first(name) if row.is_group else name  # a group's name is a common noun

    def code(self, noun: str, code: str, language: str) -> str:
        row = self._codes.get((noun, code))
        return (self._name(row, language) if row else "") or code

    def mandate(self, code: str, language: str) -> str:
        """Title in quotes, with its id: “Statsbidrag till kommuner” (DEL-24)."""
        row = self._snapshot.mandate_by_code.get(code)
        title = plain_title(self._name(row, language, "title")) if row else ""
        return f"{_quote(title, language)} ({code})" if title else code

    def proposed(self, scenario: str) -> list[str]:
        """Codes of the mandates that name `scenario`, proposed or decided since."""
        return [row.code for row in self._snapshot.mandates if row.scenario == scenario]

    def network(self, slug: str, language: str) -> str:
        row = self._snapshot.network_by_slug.get(slug)
        return (self._name(row, language) if row else "") or slug

    def collaboration(self, code: str, language: str) -> str:
        row = self._collaborations.get(code)
        title = plain_title(self._name(row, language, "title")) if row else ""
        return f"{_quote(title, language)} ({code})" if title else code

    def cell(self, name: str, language: str) -> str:
        """What is expected, in quotes; where it is asked in each area, the task, the area and the level."""
        cell = self._cells.get(name)
        if cell is None:
            return name
        asked = cell.expectation
        if name == asked.code:
            return _quote(plain_title(self._name(asked, language, "title")) or name, language)
        task = self.code("function", asked.function, language)
        return (
            f"{_quote(task, language)} {self.area(cell.area, language)} {self.level(asked.level, language)}"
        )

    def area(self, code: str, language: str) -> str:
        """As a sentence goes on: “inom Boende”, “över alla områden”."""
        if code == CROSS_SECTOR:
            return WORDS[language]["cross_sector"]
        return WORDS[language]["in_area"].format(self.code("area", code, language))

    def level(self, code: str, language: str) -> str:
        return WORDS[language]["at_level"].format(self.code("level", code, language).lower())

    def function(self, code: str, language: str) -> str:
        return _quote(self.code("function", code, language), language)

    def bond(self, text: str, language: str) -> str:
        """`kind:id` of a record that ties two actors."""
        kind, _, row = text.partition(":")
        name = {"network": self.network, "collaboration": self.collaboration}.get(kind, self.mandate)
        return WORDS[language][f"bond_{kind}"].format(name(row, language))


def names_before(before: Snapshot, after: Snapshot) -> Names:
    """Names as they are in `before`; what only `after` has by its names there."""
    actors = {**after.actor_by_slug, **before.actor_by_slug}
    return Names(replace(after, actors=tuple(actors.values())))


def _quote(text: str, language: str) -> str:
    return f"“{text}”" if language == "en" else f"”{text}”"


def listed(words: Iterable[str], language: str, limit: int = LISTED) -> str:
    """“A, B och C”; what lies beyond `limit` is counted.

    >>> listed(["A", "B", "C"], "sv"), listed(["A"], "en"), listed("ABCDEF", "en", 3)
    ('A, B och C', 'A', 'A, B, C and 3 more')
    """
    found = list(words)
    comma = "; " if any("," in word for word in found) else ", "
    if len(found) > limit + 1:
        more = WORDS[language]["more"].format(len(found) - limit)
        return f"{comma.join(found[:limit])} {more}"
    if len(found) < 2:
        return "".join(found)
    return f"{comma.join(found[:-1])} {WORDS[language]['and']} {found[-1]}"


def _read(name: str, value: Any, params: Mapping[str, Any], names: Names, language: str) -> Any:
    many: dict[str, Callable[[str, str], str]] = {
        "actors": names.actor,
        "others": names.actor,
        "mandates": names.mandate,
        "collaborations": names.collaboration,
        "cells": names.cell,
        "bonds": names.bond,
        "kinds": lambda code, lang: names.code("kind", code, lang).lower(),
        "lacks": lambda code, lang: LACKS[lang][code],
        "texts": _quote,
    }
    one: dict[str, Callable[[str, str], str]] = {
        "mandate": names.mandate,
        "other_mandate": names.mandate,
        "network": names.network,
        "collaboration": names.collaboration,
        "cell": names.cell,
        "area": names.area,
        "function": names.function,
        "level": names.level,
        "group": names.actor,
    }
    if name in many:
        return listed((many[name](item, language) for item in value or ()), language)
    if name in one:
        return one[name](value, language) if value else ""
    if isinstance(value, datetime.date):
        return format_date(value, _precision(name, params), language)
    return "" if value is None else value


def _precision(name: str, params: Mapping[str, Any]) -> str:
    """A last day is shown no more exactly than it is known; other days are those that were asked about."""
    precision = str(params.get("precision") or "day") if name == "last_day" else "day"
    return "year" if precision == "period" else precision


def sentence(message: Message, names: Names, language: str) -> str:
    """`message` in `language` (sv or en).

    Raises:
        KeyError: there is no template of that key, or it uses a parameter that is not given.
    """
    return _written(TEXTS[message.key][language], message.params, names, language)


def _written(template: Text, params: Mapping[str, Any], names: Names, language: str) -> str:
    if isinstance(template, tuple):
        template = template[0] if _is_one(params) else template[1]
    read = {name: _read(name, value, params, names, language) for name, value in params.items()}
    read.update(_clauses(params, language, names))
    text = template.format_map(read)
    text = " ".join(text.split()).replace(" .", ".").replace(" ,", ",").replace(",.", ".")
    return text[:1].upper() + text[1:]


def _is_one(params: Mapping[str, Any]) -> bool:
    if "days" in params:
        return bool(params["days"] == 1)
    if "count" in params:
        return bool(params["count"] == 1)
    first = next((value for value in params.values() if isinstance(value, (list, tuple))), [None])
    return len(first) == 1


def _clauses(params: Mapping[str, Any], language: str, names: Names) -> dict[str, str]:
    """Parts of a sentence that stand only where they apply."""
    words = WORDS[language]
    kinds = listed(
        (names.code("kind", kind, language).lower() for kind in params.get("kinds") or ()), language
    )
    group = params.get("group")
    last = params.get("last_day")
    return {
        "if_explicit": words["explicit"] if params.get("explicit") else "",
        "if_kinds": words["of_kind"].format(kinds) if kinds else "",
        "if_group": words["held_by_all"].format(names.actor(group, language)) if group else "",
        "if_single_lead": words["single_lead"] if params.get("single_lead") else "",
        "if_ceased": words["ceased"] if params.get("ceased") else "",
        "if_last_day": words["until"].format(format_date(last, _precision("last_day", params), language))
        if last
        else "",
        "if_function": names.function(params["function"], language) if params.get("function") else "",
    }


def paragraph(messages: Iterable[Message], names: Names, language: str) -> str:
    return " ".join(sentence(message, names, language) for message in messages)


def headline(finding: Finding, names: Names) -> dict[str, str]:
    """{"sv": …, "en": …}: what it says in one line, without a full stop."""
    first = finding.explanation[0]
    return {
        language: _written(TITLES[first.key][language], first.params, names, language)
        for language in LANGUAGES
    }


def lead(finding: Finding, names: Names) -> dict[str, str]:
    """{"sv": …, "en": …}: what the explanation says besides the headline."""
    said = finding.explanation[0].key in SAID_BY_HEADLINE
    rest = finding.explanation[1:] if said else finding.explanation
    return {language: paragraph(rest, names, language) for language in LANGUAGES}


def explanation(finding: Finding, names: Names) -> dict[str, str]:
    """{"sv": …, "en": …}: what holds, and why it matters."""
    return {language: paragraph(finding.explanation, names, language) for language in LANGUAGES}


def what_would_close(finding: Finding, names: Names) -> dict[str, list[str]]:
    """{"sv": [sentences], "en": […]}: each one way to end it."""
    return {
        language: [sentence(message, names, language) for message in finding.closes] for language in LANGUAGES
    }


def why_not(reason: str, language: str) -> str:
    """Why a row that almost counts does not: “slutade”, “annan nivå”."""
    return REASONS[language][reason]


def as_json(finding: Finding, names: Names) -> dict[str, Any]:
    """A finding as the machine interface gives it: plain values, dates ISO."""
    return {
        "rule": finding.rule,
        "version": finding.version,
        "key": finding.key,
        "severity": finding.severity,
        "strategy": finding.strategy,
        "expectation": finding.expectation,
        "area": finding.area,
        "function": finding.function,
        "level": finding.level,
        "place": finding.place,
        "actors": list(finding.actors),
        "mandates": list(finding.mandates),
        "networks": list(finding.networks),
        "collaborations": list(finding.collaborations),
        "managed": finding.managed,
        "title": headline(finding, names),
        "explanation": explanation(finding, names),
        "what_would_close": what_would_close(finding, names),
        "evidence": dict(finding.evidence),
        "goes_dark_on": finding.goes_dark_on.isoformat() if finding.goes_dark_on else None,
        "thresholds": {
            name: getattr(finding.thresholds, name) for name in REGISTERED[finding.rule].thresholds
        },
    }
