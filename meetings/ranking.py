"""Which of several proposed times suits best. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

YES, IF_NEEDED, NO = "yes", "if_needed", "no"
ABILITY = {NO: 0, IF_NEEDED: 1, YES: 2}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many actors can come at one time.

    Attributes:
        slot: the time's key. yes, if_needed, no: actors that answer so; none is counted twice.
        quorum: whether at least as many as asked for can come, by need or gladly.
    """

    slot: Hashable
    yes: int
    if_needed: int
    no: int
    quorum: bool

    @property
    def able(self) -> int:
        return self.yes + self.if_needed

    @property
    def worth(self) -> tuple[bool, int, int, int]:
        """What times are compared by: quorum, then yes, then “if need be”, then the fewest no."""
        return self.quorum, self.yes, self.if_needed, -self.no


def tally(slot: Hashable, answers: Iterable[tuple[Hashable, str]], *, quorum: int) -> Tally:
    """Count actors, not answers: of an actor that several answer for, the one who can come counts.

    Args:
        answers: (actor, YES, IF_NEEDED or NO) about `slot`; an actor may occur several times.

    Raises:
        KeyError: an answer is none of the three.

    >>> tally("mon", [("scb", "no"), ("scb", "yes"), ("skr", "if_needed")], quorum=2)
    Tally(slot='mon', yes=1, if_needed=1, no=0, quorum=True)
    """
    best: dict[Hashable, str] = {}
    for actor, answer in answers:
        if ABILITY[answer] > ABILITY.get(best.get(actor, ""), -1):
            best[actor] = answer
    given = list(best.values())
    yes, if_needed = given.count(YES), given.count(IF_NEEDED)
    return Tally(slot, yes, if_needed, given.count(NO), yes + if_needed >= quorum)


def ranked(answers: Mapping[Hashable, Iterable[tuple[Hashable, str]]], *, quorum: int) -> list[Tally]:
    """The times of `answers`, best first; of equally good ones the first given, so give the earliest first.

    A time at which the quorum is met goes before every time at which it is not. Among those, more who say yes
    count more than any number of “if need be”.

    >>> asked = {"mon": [("a", "if_needed"), ("b", "if_needed")], "tue": [("a", "yes"), ("b", "no")], "wed": []}
    >>> [found.slot for found in ranked(asked, quorum=1)]
    ['tue', 'mon', 'wed']
    >>> [found.slot for found in ranked(asked, quorum=2)]
    ['mon', 'tue', 'wed']
    """
    counted = [tally(slot, given, quorum=quorum) for slot, given in answers.items()]
    return sorted(counted, key=lambda found: found.worth, reverse=True)


def best(tallies: Iterable[Tally]) -> list[Hashable]:
    """Keys of the times that nothing beats: several where they are equally good, none where nobody can come.

    >>> best(ranked({"mon": [("a", "yes")], "tue": [("b", "yes")], "wed": [("a", "no")]}, quorum=1))
    ['mon', 'tue']
    >>> best(ranked({"mon": [("a", "no")]}, quorum=1))
    []
    """
    able = [found for found in tallies if found.able]
    top = max((found.worth for found in able), default=None)
    return [found.slot for found in able if found.worth == top]
