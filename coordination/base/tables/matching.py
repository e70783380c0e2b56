"""Which field a column of somebody else's file is, guessed from its name. Pure.

What is guessed is shown and asked about before anything is taken in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

LIKE = 86.0  # of 100: below it a guess is as often wrong as right
_APART = re.compile(r"[^0-9a-zåäöéü]+")
# What Swedish and English spreadsheets call the fields, besides the fields' own names and labels.
WORDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "id-nummer", "identitet", "nyckel", "beteckning", "kortnamn", "slug", "key", "identifier"),
    "code": ("kod", "code"),
    "name_sv": (
        *("namn", "benämning", "organisation", "organisationens namn", "aktör", "myndighet", "svenskt namn"),
        *("name", "organisation name", "agency", "actor"),
    ),
    "name_en": ("engelskt namn", "namn på engelska", "english name", "name in english"),
    "title_sv": ("titel", "rubrik", "uppdrag", "svensk titel", "title", "task", "heading"),
    "title_en": ("engelsk titel", "titel på engelska", "english title", "title in english"),
    "kind": ("typ", "slag", "kategori", "type", "category", "sort"),
    "level": ("nivå", "nivåer", "levels"),
    "place": ("plats", "ort", "kommunkod", "länskod", "location"),
    "parent": ("del av", "överordnad", "tillhör", "part of", "belongs to"),
    "valid_from": (
        *("från", "fr.o.m.", "from", "gäller från", "giltig från", "startdatum", "start", "inrättad"),
        *("start date", "established", "first day"),
    ),
    "valid_to": (
        *("till", "t.o.m.", "to", "gäller till", "giltig till", "slutdatum", "slut", "upphör", "avvecklad"),
        *("end date", "until", "closed", "last day"),
    ),
    "date_from": ("datum", "startdatum", "dag", "date", "day", "start date"),
    "date_to": ("slutdatum", "till", "end date"),
    "holder": (
        "uppdragstagare",
        "innehavare",
        "ansvarig",
        "myndighet",
        "organisation",
        "responsible",
        "agency",
    ),
    "actor": ("aktör", "organisation", "myndighet", "medlem", "agency", "member"),
    "group": ("grupp", "aktörsgrupp"),
    "network": ("nätverk", "forum"),
    "participants": ("deltagare", "parter", "parties", "members"),
    "organiser": ("arrangör", "organizer", "host"),
    "strategy": ("strategi",),
    "area": ("område", "prioriterat område", "sektor", "priority area", "sector"),
    "function": ("funktion", "uppgift"),
    "legal_basis": ("rättslig grund", "författning", "beslut", "lagrum", "legal ground", "decision"),
    "successor": ("efterträdare", "ersatt av", "replaced by"),
    "report_due": ("redovisas senast", "redovisning", "report date"),
    "amount_sek_per_year": ("belopp", "kronor", "kr per år", "anslag", "amount", "budget", "sek"),
    "role_sv": ("roll", "role"),
    "scheme": ("typ av nummer", "system", "register"),
    "value": ("nummer", "organisationsnummer", "orgnr", "org.nr", "number", "registration number"),
    "sources": ("källa", "källor", "source"),
    "external_source": ("länk", "webbadress", "adress", "url", "link", "webpage"),
    "note": ("anmärkning", "kommentar", "notering", "övrigt", "comment", "remark", "notes"),
    "publisher": ("utgivare", "avsändare"),
    "published": ("utgiven", "publicerad", "datum", "date"),
    "reference": ("diarienummer", "dnr", "referens", "reference number"),
}


@dataclass(frozen=True)
class Match:
    """The field that a column is taken for. `is_certain`: its name is the field's own, or its label."""

    field: str
    is_certain: bool


def folded(text: str) -> str:
    """`text` without what people write in different ways: capitals, spaces, dots, underscores.

    >>> folded("Fr.o.m."), folded("valid_from"), folded("Organisationens NAMN")
    ('from', 'validfrom', 'organisationensnamn')
    """
    return _APART.sub("", text.casefold())


def suggest(header: Sequence[str], fields: Mapping[str, Iterable[str]]) -> dict[str, Match]:
    """Which field each column is likely to be; each field once, the likeliest column first.

    Args:
        header: the columns of a file.
        fields: {field: further names of it}, such as its labels.

    >>> found = suggest(["Namn", "name_en", "Startdatum", "Färg"], {"name_sv": (), "name_en": (), "valid_from": ()})
    >>> {column: match.field for column, match in found.items()}
    {'name_en': 'name_en', 'Namn': 'name_sv', 'Startdatum': 'valid_from'}
    """
    scored: list[tuple[float, int, int, str, str]] = []
    for column_index, column in enumerate(header):
        name = folded(column)
        if not name:
            continue
        for field_index, (field, labels) in enumerate(fields.items()):
            own = {word.casefold() for word in (field, *labels)}
            if column.strip().casefold() in own:
                scored.append((101.0, column_index, field_index, column, field))
                continue
            words = {folded(word) for word in (field, *labels, *WORDS.get(field, ()))} - {""}
            best = max((100.0 if name == word else _likeness(name, word)) for word in words)
            if best >= LIKE:
                scored.append((best, column_index, field_index, column, field))
    found: dict[str, Match] = {}
    taken: set[str] = set()
    for score, _column_index, _field_index, column, field in sorted(
        scored, key=lambda s: (-s[0], s[1], s[2])
    ):
        if column not in found and field not in taken:
            found[column] = Match(field, is_certain=score > 100)
            taken.add(field)
    return found


def _likeness(name: str, word: str) -> float:
    # Short words are like each other by chance.
    return float(fuzz.ratio(name, word)) if min(len(name), len(word)) >= 5 else 0.0
