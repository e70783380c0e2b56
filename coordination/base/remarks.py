"""What a row's free-text note says: remarks, and where its sources disagree.

Two sources that disagree are both kept. The note then begins with “MOTSÄGELSE:” or “CONTRADICTION:”; its first
sentence is the disagreement, the rest an ordinary remark. A note may name documents by their ids.
"""

import re
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from coordination.base.models import Document

_MARK = re.compile(r"^\s*(?:MOTSÄGELSE|CONTRADICTION)\s*:\s*", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")

# Columns of the import files by the field that they fill, where the names differ.
COLUMN_FIELDS = {
    "level": "levels",
    "level_targeted": "levels",
    "valid_to": "valid_until",
    "territory": "territory_places",
    "explicit_segregation": "explicit",
    "successor_mandate": "successor",
    "actor": "holder",
}


@dataclass(frozen=True)
class Piece:
    """A part of a note: text, or the document that the text names."""

    text: str
    document: Document | None = None
    is_repeated: bool = False  # the document was the last one named

    @property
    def url(self) -> str:
        """The document's page; empty where the installation has none."""
        with suppress(NoReverseMatch):
            return self.document.get_absolute_url() if self.document else ""
        return ""


def split(note: str) -> tuple[str, str]:
    """(where the sources disagree, the rest of the note); either may be empty.

    >>> split("MOTSÄGELSE: A säger 1.2.3; B säger 4. Utrett 2023.")
    ('A säger 1.2.3; B säger 4.', 'Utrett 2023.')
    >>> split("Utrett 2023.")
    ('', 'Utrett 2023.')
    """
    found = _MARK.match(note)
    if found is None:
        return "", note.strip()
    first, _space, rest = _cut(note[found.end() :].strip())
    return first, rest


def _cut(text: str) -> tuple[str, str, str]:
    found = _SENTENCE.search(text)
    return (text[: found.start()], found.group(), text[found.end() :]) if found else (text, "", "")


def pieces(note: str) -> list[Piece]:
    """`note` with the documents that it names by their ids. One query, none where nothing looks like an id."""
    words = set(_ID.findall(note))
    documents = {row.slug: row for row in Document.objects.filter(slug__in=words)} if words else {}
    if not documents:
        return [Piece(note)] if note else []
    found, at, last = [], 0, None
    for match in _ID.finditer(note):
        if match.group() in documents:
            named = documents[match.group()]
            found += [Piece(note[at : match.start()]), Piece(match.group(), named, named is last)]
            at, last = match.end(), named
    return [piece for piece in [*found, Piece(note[at:])] if piece.text]


def inferred_words(row: Model) -> list[str]:
    """The fields that we inferred, by the words that the pages use for them."""
    words = []
    fields = {one.name for one in row._meta.get_fields()}
    for column in filter(None, (part.strip() for part in getattr(row, "inferred_fields", "").split(";"))):
        name = column if column in fields else COLUMN_FIELDS.get(column, column)
        if name in ("valid_until", "valid_from"):
            words.append(str(_("last day") if name == "valid_until" else _("first day")))
            continue
        try:
            words.append(str(row._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a field that has none is caught
        except (AttributeError, FieldDoesNotExist):
            words.append(name.replace("_", " "))
    return list(dict.fromkeys(words))
