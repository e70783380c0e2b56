"""Edits in words: which row, and what of it becomes what, in both languages. Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from mandates.edits import Edit
from mandates.explain import LANGUAGES, Names, listed
from mandates.shortnames import plain_title
from mandates.snapshot import CROSS_SECTOR, ONE_DAY, Date

KINDS: dict[str, dict[str, str]] = {
    "sv": {
        "area": "Område",
        "actor": "Aktör",
        "former_name": "Tidigare namn",
        "parent": "Del av",
        "mandate": "Uppdrag",
        "collaboration": "Samverkan",
        "seat": "Plats i nätverk",
        "convener": "Sammankallande",
    },
    "en": {
        "area": "Area",
        "actor": "Actor",
        "former_name": "Former name",
        "parent": "Part of",
        "mandate": "Mandate",
        "collaboration": "Collaboration",
        "seat": "Seat in a network",
        "convener": "Convener",
    },
}
# Which fields are told, and in which order; the rest is of no interest to whoever looks through them.
LABELS: dict[str, dict[str, str]] = {
    "sv": {
        "holder": "Innehavare",
        "actor": "Aktör",
        "participants": "Deltagare",
        "name_sv": "Namn",
        "name_en": "Engelskt namn",
        "status": "Status",
        "area": "Område",
        "function": "Funktion",
        "levels": "Nivåer",
        "valid_from": "Första dag",
        "valid_until": "Sista dag",
        "successor": "Efterträdare",
    },
    "en": {
        "holder": "Holder",
        "actor": "Actor",
        "participants": "Participants",
        "name_sv": "Name",
        "name_en": "English name",
        "status": "Status",
        "area": "Area",
        "function": "Function",
        "levels": "Levels",
        "valid_from": "First day",
        "valid_until": "Last day",
        "successor": "Successor",
    },
}
STATUS = {
    "sv": {"decided": "beslutat", "proposed": "föreslaget", "adopted": "antaget", "outside": "utanför"},
    "en": {"decided": "decided", "proposed": "proposed", "adopted": "adopted", "outside": "outside"},
}
OPEN = {"sv": "tills vidare", "en": "until further notice"}
Line = tuple[str, str, str]


def heading(edit: Edit, names: Names, language: str) -> str:
    """The row's own name: ”Titel” (DEL-01), Delmos i Nätverket."""
    first, last = edit.key[0], edit.key[-1]
    if edit.kind == "area":
        return names.code("area", last, language)
    if edit.kind in ("actor", "former_name"):
        return names.actor(first, language)
    if edit.kind == "parent":
        return f"{names.actor(first, language)} – {names.actor(last, language)}"
    if edit.kind == "mandate":
        return names.mandate(first, language)
    if edit.kind == "collaboration":
        return names.collaboration(first, language)
    return f"{names.actor(last, language)} – {names.network(first, language)}"


def lines(edit: Edit, names: Names, language: str) -> list[Line]:
    """(label, before, after) of each field that changes and is worth telling; before is empty for a new row."""
    found = []
    for name, label in LABELS[language].items():
        if name not in edit.values or (edit.kind in ("seat", "convener") and name == "actor" and edit.is_new):
            continue
        after = _said(name, edit.values[name], edit, names, language)
        before = "" if edit.is_new else _said(name, getattr(edit.before, name, None), edit, names, language)
        if after or before:
            found.append((label, before, after))
    return found


def _said(name: str, value: Any, edit: Edit, names: Names, language: str) -> str:
    if name == "valid_until":
        return (value - ONE_DAY).isoformat() if value else OPEN[language]
    if isinstance(value, Date):
        return value.isoformat()
    if not value:
        return ""
    readers: dict[str, Callable[[Any], str]] = {
        "holder": lambda slug: names.actor(slug, language),
        "actor": lambda slug: names.actor(slug, language),
        "successor": lambda row: (
            names.actor(row, language) if edit.kind == "actor" else names.mandate(row, language)
        ),
        "participants": lambda rows: listed((names.actor(slug, language) for slug in rows), language),
        "levels": lambda rows: listed(
            (names.code("level", level, language).lower() for level in sorted(rows)), language
        ),
        "area": lambda code: (
            names.area(code, language) if code == CROSS_SECTOR else names.code("area", code, language)
        ),
        "function": lambda code: names.code("function", code, language),
        "status": lambda word: STATUS[language].get(word, word),
    }
    return readers.get(name, str)(value)


def _kind(edit: Edit, names: Names, language: str) -> str:
    """What sort of row it is; of a mandate also whose, since several may have the same title."""
    kind = KINDS[language][edit.kind]
    if edit.kind != "mandate":
        return kind
    holder = edit.before.holder if edit.before is not None else edit.values["holder"]
    return f"{kind}, {names.actor(holder, language)}"


def told(edit: Edit, names: Names) -> dict[str, dict[str, Any]]:
    """{language: {"kind", "name", "lines"}}: an edit as it is kept in the report."""
    return {
        language: {
            "kind": _kind(edit, names, language),
            "name": plain_title(heading(edit, names, language))
            if edit.kind == "area"
            else heading(edit, names, language),
            "lines": lines(edit, names, language),
        }
        for language in LANGUAGES
    }


def fingerprint(edits: Iterable[Edit]) -> str:
    """The same for the same edits, whatever they rest on: what was looked at is what is written."""
    passing = ("sources", "confirmed_on")

    def plain(value: Any) -> Any:
        return sorted(value) if isinstance(value, frozenset) else str(value)

    facts = [
        [edit.id, edit.is_new, {n: plain(v) for n, v in edit.values.items() if n not in passing}]
        for edit in edits
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
