"""Search that forgives spelling: å and ä are found as a, ö as o, é as e, and the other way round.

The words become regular expressions that SQLite (Python's `re`) and PostgreSQL read alike, so that the
database filters and a list can go on filtering, counting and paginating. Upper and lower case are both
written out: a database whose locale is "C" folds ASCII only.
"""

import re
import unicodedata
from functools import lru_cache

from django.db.models import Q

from coordination.base.picking import fold

WORDS = 8
LONGEST = 60
LAST_LETTER = 0x017F  # Latin-1 and Latin Extended-A: the letters of every European language
# Letters that do not decompose, under what people type who lack them.
_ALIKE = {"o": "øØ", "a": "æÆ", "d": "đĐðÐ", "l": "łŁ", "t": "þÞ"}


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    """{plain letter: every letter that is it with a mark, both cases}."""
    found: dict[str, list[str]] = {}
    for code in range(0xC0, LAST_LETTER + 1):
        plain = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if plain.isascii() and plain.isalpha():
            found.setdefault(plain, []).append(chr(code))
    return {
        letter: "".join(found.get(letter, [])) + _ALIKE.get(letter, "")
        for letter in "abcdefghijklmnopqrstuvwxyz"
    }


def pattern(word: str) -> str:
    """A regular expression for `word` anywhere in a text, whatever its case and accents.

    >>> import re
    >>> bool(re.search(pattern("lansstyrelsen"), "LÄNSSTYRELSEN")), bool(re.search(pattern("brå"), "Bra (AB)"))
    (True, True)
    >>> bool(re.search(pattern("(a+)+"), "aaaa")), bool(re.search(pattern("c++"), "C++"))
    (False, True)
    """
    written = []
    for char in fold(word[:LONGEST]):
        if char.isascii() and char.isalpha():
            written.append(f"[{char}{char.upper()}{_letters()[char]}]")
        elif char.lower() != char.upper():
            written.append(f"[{char.lower()}{char.upper()}]")
        else:
            written.append(re.escape(char))
    return "".join(written)


def words(text: str) -> list[str]:
    """The words of what somebody typed, at most WORDS of them."""
    return text.split()[:WORDS]


def contains(word: str, *fields: str) -> Q:
    """That one of `fields` holds `word`, forgiving case and accents."""
    wanted, found = pattern(word), Q()
    for field in fields:
        found |= Q(**{f"{field}__regex": wanted})
    return found
