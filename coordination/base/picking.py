"""Finding the one row that somebody means by what they typed. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SUGGESTIONS = 3
LEAST_LIKENESS = 60.0  # of 100: below this a suggestion is more confusing than none


@dataclass(frozen=True)
class Option:
    """A row that can be chosen: its primary key, its permanent id, what it is called, and was called."""

    pk: int | str
    key: str
    label: str
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What the input and its suggestions say; the id makes it unambiguous."""
        return f"{self.label} ({self.key})"


class NotFound(Exception):
    """No row, or more than one, is meant; `suggestions` are the nearest."""

    def __init__(self, suggestions: list[Option], *, ambiguous: bool) -> None:
        super().__init__("ambiguous" if ambiguous else "not found")
        self.suggestions = suggestions
        self.ambiguous = ambiguous


def fold(text: str) -> str:
    """`text` as tolerant matching sees it: without case, accents, or repeated spaces.

    >>> fold("  Länsstyrelsen i  SKÅNE ")
    'lansstyrelsen i skane'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def resolve(text: str, options: Iterable[Option]) -> Option:
    """The option that `text` names: its id, "name (id)", a name in any language or time, or its beginning.

    Raises:
        NotFound: nothing fits, or several do equally well.

    >>> rows = [Option(1, "boras", "Borås", ("Borås stad",)), Option(2, "borlange", "Borlänge")]
    >>> [resolve(t, rows).key for t in ("boras", "Borås (boras)", "BORAS", "borås stad", "borl")]
    ['boras', 'boras', 'boras', 'boras', 'borlange']
    """
    rows = list(options)
    typed = text.strip()
    if typed.endswith(")") and "(" in typed:
        inner = typed[typed.rindex("(") + 1 : -1].strip()
        for option in rows:
            if option.key == inner:
                return option
    for option in rows:
        if option.key == typed:
            return option
    folded = fold(typed)
    if not folded:
        raise NotFound([], ambiguous=False)
    named: list[tuple[Option, tuple[str, ...]]] = [
        (option, tuple(fold(name) for name in (option.key, option.label, *option.names) if name))
        for option in rows
    ]
    exact = [option for option, names in named if folded in names]
    begins = exact or [option for option, names in named if any(name.startswith(folded) for name in names)]
    if len(begins) == 1:
        return begins[0]
    if begins:
        raise NotFound(begins[:SUGGESTIONS], ambiguous=True)
    flat = {(index, name): name for index, (_option, names) in enumerate(named) for name in names}
    near = process.extract(
        folded, flat, scorer=fuzz.WRatio, limit=SUGGESTIONS * 3, score_cutoff=LEAST_LIKENESS
    )
    found: list[Option] = []
    for _name, _score, (index, _text) in near:
        if named[index][0] not in found:
            found.append(named[index][0])
    raise NotFound(found[:SUGGESTIONS], ambiguous=False)
