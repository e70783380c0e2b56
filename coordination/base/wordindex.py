"""An index of words in memory that forgives spelling, and ranks what it finds. Pure.

Every row has texts with weights (its name 1, what it is about less). Each word of a question must stand in a
row: as it is, as the beginning or a part of a longer word, or, where nothing like that exists, nearly spelt
so. Words are compared without case, accents and punctuation: “lansstyrelsen” finds Länsstyrelsen.

Postings lie in one array sorted by word, so that all words with a common beginning are one slice of it: a
question over 100,000 rows takes milliseconds, and the index tens of megabytes.
"""

import datetime
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

WORDS = 8  # of a question; the rest is left out
LONGEST_QUESTION = 200
# How well a word fits: as it is, as a beginning (more, the more of the word it is), as a part, nearly.
WHOLE, BEGINNING, PART, NEARLY = 1.0, 0.75, 0.5, 0.4
LEAST_PART = 3  # letters; shorter pieces are in every word
MOST_NEARLY = 12  # words that one misspelt word is taken for
NOT_IN_FORCE = 0.85  # what ended or has not begun comes after its like that is in force
NAMED_SO = 0.5  # more for a row whose name is the question; less, the longer a name that only begins so
NAME = 1.0  # the weight of what a row is called
NEVER, ALWAYS = -(2**31), 2**31 - 1

_LIGATURES = str.maketrans({"æ": "a", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "t", "ı": "i"})
_MARKS = re.compile("[\u0300-\u036f]+")
_RUNS = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")


class Entry(NamedTuple):
    """A row as the index reads it: its key, texts with their weights (of 1), and its half-open period."""

    pk: int
    texts: Sequence[tuple[str, float]]
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None


def fold(text: str) -> str:
    """`text` without case and accents, with ligatures and ø as plain letters.

    >>> fold("Länsstyrelsen i SKÅNE"), fold("Ærø"), fold("Straße")
    ('lansstyrelsen i skane', 'aro', 'strasse')
    """
    folded = text.casefold()
    if folded.isascii():
        return folded
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", folded))
    return plain if plain.isascii() else plain.translate(_LIGATURES)


def words(text: str) -> list[str]:
    """The words of `text`, folded; what has digits in it is one word however it is punctuated.

    >>> words("Förordning (2018:151)"), words("DEL-01"), words("Samverkan, mot-segregation")
    (['forordning', '2018151'], ['del01'], ['samverkan', 'mot', 'segregation'])
    """
    return _words(fold(text))


def _words(folded: str) -> list[str]:
    if not _DIGIT.search(folded):
        return _RUNS.findall(folded)
    found: list[str] = []
    for chunk in folded.split():
        runs = _RUNS.findall(chunk)
        found += ["".join(runs)] if len(runs) > 1 and _DIGIT.search(chunk) else runs
    return found


def asked(question: str) -> list[tuple[str, ...]]:
    """The words that a question asks for, each as the alternatives to try in turn; at most WORDS.

    >>> asked("Delmos 2018:151")
    [('delmos',), ('2018151', '2018')]
    """
    found: list[tuple[str, ...]] = []
    for chunk in fold(question[:LONGEST_QUESTION]).split():
        runs = _RUNS.findall(chunk)
        if len(runs) > 1 and _DIGIT.search(chunk):
            found.append(("".join(runs), runs[0]))
        else:
            found += [(run,) for run in runs]
    return list(dict.fromkeys(found))[:WORDS]


@dataclass(frozen=True)
class Hits:
    """Rows that answer a question, best first: positions in the index.

    `is_partial`: no row has all the words, these have some. `read_as` says which word was taken for which.
    """

    rows: Any
    is_partial: bool = False
    read_as: dict[str, str] = field(default_factory=dict)


class Index:
    """Words of rows of several kinds. Build once, ask often; safe to share between threads.

    Args:
        kinds: {kind: its rows}, each kind's in the order in which equals are shown.
    """

    def __init__(self, kinds: dict[str, Iterable[Entry]]) -> None:
        self.kinds = list(kinds)
        self.names: list[tuple[str, ...]] = []
        numbers: dict[str, int] = {}
        post_word: list[int] = []
        post_row: list[int] = []
        post_weight: list[float] = []
        keys: list[int] = []
        kind_of: list[int] = []
        begins: list[int] = []
        ends: list[int] = []
        for at, rows in enumerate(kinds.values()):
            for row in rows:
                number = len(keys)
                keys.append(row.pk)
                kind_of.append(at)
                begins.append(row.valid_from.toordinal() if row.valid_from else NEVER)
                ends.append(row.valid_until.toordinal() if row.valid_until else ALWAYS)
                best: dict[str, float] = {}
                names = []
                for text, weight in row.texts:
                    folded = fold(text)
                    for word in _words(folded):
                        if best.get(word, 0.0) < weight:
                            best[word] = weight
                    if weight == NAME:
                        names.append(folded)
                self.names.append(tuple(names))
                for word, weight in best.items():
                    post_word.append(numbers.setdefault(word, len(numbers)))
                    post_row.append(number)
                    post_weight.append(weight)
        self.keys = np.array(keys, dtype=np.int64)
        self.kind = np.array(kind_of, dtype=np.int16)
        self.begins = np.array(begins, dtype=np.int64)
        self.ends = np.array(ends, dtype=np.int64)
        self._sort(numbers, post_word, post_row, post_weight)

    def _sort(self, numbers: dict[str, int], word: list[int], row: list[int], weight: list[float]) -> None:
        """Lay the postings in the alphabetical order of their words."""
        self.vocabulary = sorted(numbers)
        place = np.empty(len(numbers), dtype=np.int64)
        place[[numbers[text] for text in self.vocabulary]] = np.arange(len(numbers))
        at = place[np.array(word, dtype=np.int64)] if word else np.array([], dtype=np.int64)
        order = np.argsort(at, kind="stable")
        self.rows = np.array(row, dtype=np.intp)[order]
        self.weights = np.array(weight, dtype=np.float32)[order]
        self.starts = np.concatenate(([0], np.cumsum(np.bincount(at, minlength=len(numbers))))).astype(
            np.int64
        )
        # Parts of words are looked for in all of them at once.
        self._joined = "\n".join(self.vocabulary)
        self._lengths = np.array([len(text) for text in self.vocabulary], dtype=np.float32)
        self._offsets = np.concatenate(([0], np.cumsum(self._lengths.astype(np.int64) + 1)))
        # Misspelt words are looked for among those about as long; nobody misspells a code.
        self._by_length: dict[int, tuple[list[str], list[int]]] = {}
        for number, text in enumerate(self.vocabulary):
            if not _DIGIT.search(text):
                texts, places = self._by_length.setdefault(len(text), ([], []))
                texts.append(text)
                places.append(number)

    def __len__(self) -> int:
        return len(self.keys)

    def ask(self, question: str, kinds: Collection[str], as_of: datetime.date) -> Hits:
        """The rows of `kinds` that have the words of `question`, best first."""
        wanted = asked(question)
        allowed = np.isin(self.kind, [self.kinds.index(kind) for kind in kinds if kind in self.kinds])
        if not wanted or not allowed.any():
            return Hits(np.array([], dtype=np.int64))
        read_as: dict[str, str] = {}
        fits = [self._fits(word, read_as, nearly=False) for word in wanted]
        found = self._all_of(fits, allowed)
        if not found.any():
            # Every word is somewhere, but no row has them all: one of them may be another's misspelling.
            read_as.clear()
            fits = [self._fits(word, read_as, nearly=True) for word in wanted]
            found = self._all_of(fits, allowed)
        is_partial = not found.any()
        total = np.sum(fits, axis=0)
        if is_partial:
            hits = np.sum([fit > 0 for fit in fits], axis=0)
            found = allowed & (hits == hits[allowed].max(initial=0)) & (hits > 0)
        rows = np.flatnonzero(found)
        scores = total[rows] / len(wanted)
        day = as_of.toordinal()
        in_force = (self.begins[rows] <= day) & (day < self.ends[rows])
        scores *= np.where(in_force, 1.0, NOT_IN_FORCE)
        scores += self._name_bonus(question, rows, scores)
        order = np.lexsort((rows, -scores))
        return Hits(rows[order], is_partial, read_as)

    @staticmethod
    def _all_of(fits: list[Any], allowed: Any) -> Any:
        found = allowed.copy()
        for fit in fits:
            found &= fit > 0
        return found

    def _fits(self, alternatives: tuple[str, ...], read_as: dict[str, str], *, nearly: bool) -> Any:
        """How well each row has one of the ways to write a word: 0 where it has none of them.

        A word that nothing has is taken for those spelt nearly so; with `nearly`, any word is.
        """
        fit = np.zeros(len(self), dtype=np.float32)
        for number, word in enumerate(alternatives):
            if number and fit.any():
                break
            self._direct(word, fit)
        if nearly or not fit.any():
            near = self._near(alternatives[0])
            if near and not fit.any():
                read_as[alternatives[0]] = self.vocabulary[near[0][0]]
            for at, likeness in near:
                self._raise(fit, at, at + 1, NEARLY * likeness)
        return fit

    def _direct(self, word: str, fit: Any) -> None:
        first = bisect_left(self.vocabulary, word)
        last = bisect_left(self.vocabulary, word + "\U0010ffff", lo=first)
        if first < last:
            begin, end = self.starts[first], self.starts[last]
            counts = np.diff(self.starts[first : last + 1])
            share = np.float32(len(word)) / self._lengths[first:last]
            quality = np.float32(BEGINNING) + np.float32(WHOLE - BEGINNING) * share**2
            np.maximum.at(fit, self.rows[begin:end], self.weights[begin:end] * np.repeat(quality, counts))
        if len(word) >= LEAST_PART:
            holding = self._holding(word)
            begins, counts = self.starts[holding], self.starts[holding + 1] - self.starts[holding]
            # The postings of all those words: for each, its first place and those that follow it.
            ahead = np.cumsum(counts) - counts
            at = np.repeat(begins - ahead, counts) + np.arange(counts.sum())
            np.maximum.at(fit, self.rows[at], self.weights[at] * np.float32(PART))

    def _holding(self, part: str) -> Any:
        """Places of the words that hold `part` somewhere."""
        found = [match.start() for match in re.finditer(re.escape(part), self._joined)]
        return np.unique(np.searchsorted(self._offsets, np.array(found, dtype=np.int64), side="right") - 1)

    def _near(self, word: str) -> list[tuple[int, float]]:
        """Words that differ from `word` by a letter or two (transposed ones count as one), nearest first."""
        most = 0 if len(word) < 4 or _DIGIT.search(word) else 1 if len(word) < 7 else 2
        found: list[tuple[int, int]] = []
        for length in range(len(word) - most, len(word) + most + 1) if most else ():
            texts, places = self._by_length.get(length, ([], []))
            near = process.extract(
                word, texts, scorer=OSA.distance, score_cutoff=most, limit=MOST_NEARLY, processor=None
            )
            found += [(distance, places[at]) for _text, distance, at in near if distance]
        return [(at, 1.0 - distance / len(word)) for distance, at in sorted(found)[:MOST_NEARLY]]

    def _raise(self, fit: Any, first: int, last: int, quality: float) -> None:
        begin, end = self.starts[first], self.starts[last]
        np.maximum.at(fit, self.rows[begin:end], self.weights[begin:end] * np.float32(quality))

    def _name_bonus(self, question: str, rows: Any, scores: Any) -> Any:
        """More for rows that are named as the question says; looked at for those that could come first."""
        bonus = np.zeros(len(rows), dtype=np.float32)
        said = " ".join(fold(question).split())
        could = np.argsort(-scores, kind="stable")[:1000] if len(rows) > 1000 else range(len(rows))
        for at in could:
            begun = [len(name) for name in self.names[rows[at]] if name.startswith(said)]
            if begun:
                bonus[at] = NAMED_SO * len(said) / min(begun)
        return bonus

    @property
    def all_rows(self) -> Any:
        return np.arange(len(self))

    def kind_counts(self, rows: Any) -> list[tuple[str, int]]:
        """(kind, how many of `rows` are of it), for kinds that have any; that of the first row first."""
        kinds, first, counts = np.unique(self.kind[rows], return_index=True, return_counts=True)
        return [(self.kinds[kinds[at]], int(counts[at])) for at in np.argsort(first)]

    def of_kind(self, rows: Any, kind: str) -> Any:
        """Those of `rows` that are of `kind`, in the same order."""
        return rows[self.kind[rows] == self.kinds.index(kind)]

    def suggestions(self, question: str, kinds: Collection[str], limit: int) -> list[int]:
        """Rows whose name is likest to `question` as a whole, for when nothing was found."""
        said = " ".join(fold(question).split())
        if len(said) < LEAST_PART:
            return []
        allowed = {self.kinds.index(kind) for kind in kinds if kind in self.kinds}
        choices = {
            row: names[0] for row, names in enumerate(self.names) if names and int(self.kind[row]) in allowed
        }
        near = process.extract(
            said, choices, scorer=OSA.normalized_similarity, score_cutoff=0.5, limit=limit, processor=None
        )
        return [row for _name, _likeness, row in near]
