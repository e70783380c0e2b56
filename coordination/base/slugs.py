"""Permanent ids from names. Pure."""

import re
import unicodedata
from collections.abc import Container

SLUG_LENGTH = 60
# Words that are addresses of their own beside the ids.
RESERVED = frozenset({"new", "propose", "timeline", "amounts", "merges", "tree"})
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l"})


def slug_of(name: str) -> str:
    """`name` transliterated: å and ä become a, ö becomes o; at most SLUG_LENGTH characters.

    >>> slug_of("Länsstyrelsen i Örebro län"), slug_of("Håbo"), slug_of("§§")
    ('lansstyrelsen-i-orebro-lan', 'habo', '')
    """
    lower = name.casefold().translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:SLUG_LENGTH].rstrip("-")


def free_slug(name: str, taken: Container[str], place_code: str = "") -> str:
    """An id for `name` that is not taken: with the place's code if need be, else with a number.

    >>> free_slug("Håbo", {"habo"}, "0305"), free_slug("Habo", {"habo", "habo-0643"}, "0643")
    ('habo-0305', 'habo-0643-2')
    """
    base = slug_of(name) or "id"
    tried = [base] if base not in RESERVED else []
    if place_code:
        tried.append(f"{base}-{slug_of(place_code)}")
    for slug in tried:
        if slug not in taken:
            return slug
    stem, number = (tried or [base])[-1], 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
