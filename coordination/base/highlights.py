"""Where in a text the words of a question stand, whatever their case, accents and punctuation. Pure."""

import re
from collections.abc import Iterable

from coordination.base.wordindex import LEAST_PART, fold


def pieces(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it is one of `words` (folded). Joined, the pieces are the text.

    >>> pieces("Länsstyrelsen i Skåne", ["lans", "skane"])
    [('Läns', True), ('styrelsen i ', False), ('Skåne', True)]
    >>> pieces("Förordning (2018:151)", ["2018151"])
    [('Förordning (', False), ('2018:151', True), (')', False)]
    """
    folded, places = "", []
    for at, char in enumerate(text):
        plain = fold(char)
        folded += plain
        places += [at] * len(plain)
    covered = [False] * len(text)
    for word in words:
        for found in re.finditer(_pattern(word), folded):
            if found.end() > found.start():
                first, last = places[found.start()], places[found.end() - 1]
                covered[first : last + 1] = [True] * (last + 1 - first)
    found_pieces: list[tuple[str, bool]] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or covered[at] != covered[begin]:
            found_pieces.append((text[begin:at], covered[begin]))
            begin = at
    return found_pieces


def _pattern(word: str) -> str:
    """Short words only where a word begins; digits with whatever separates them in the text."""
    if any(char.isdigit() for char in word):
        return r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, word))
    anywhere = re.escape(word)
    return anywhere if len(word) >= LEAST_PART else rf"(?<![^\W_]){anywhere}"
