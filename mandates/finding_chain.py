"""Where a finding stands on its way: finding, agenda, meeting, decision, changed mandate, closed.

What meetings do about it is known above this app: it registers how to find out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

FINDING, AGENDA, MEETING, DECISION, CHANGE, CLOSED = STEPS = (
    "finding",
    "agenda",
    "meeting",
    "decision",
    "change",
    "closed",
)
WORDS: dict[str, str | Promise] = {
    FINDING: gettext_lazy("Finding"),
    AGENDA: gettext_lazy("Agenda"),
    MEETING: gettext_lazy("Meeting"),
    DECISION: gettext_lazy("Decision"),
    CHANGE: gettext_lazy("Changed register"),
    CLOSED: pgettext_lazy("finding", "Closed"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chain: reached or not, the latest one reached, and where it can be seen."""

    name: str
    is_done: bool
    is_now: bool
    url: str = ""

    @property
    def word(self) -> str | Promise:
        return WORDS[self.name]


# Given the request and the key of a finding: address of what shows the step, or "" where it is reached
# without an address of its own; None where it is not reached.
Finder = Callable[[HttpRequest, str], str | None]
_finders: dict[str, Finder] = {}


def register(step: str, finder: Finder) -> None:
    """Say how to find out whether a finding has reached `step`: agenda, meeting, decision or change.

    Raises:
        KeyError: the step is none of them, or is registered already.
    """
    if step not in (AGENDA, MEETING, DECISION, CHANGE) or step in _finders:
        raise KeyError(step)
    _finders[step] = finder


def chain(request: HttpRequest, key: str, *, changed: bool, closed: bool) -> list[Step]:
    """The steps of the finding `key`, in order."""
    reached: dict[str, str] = {FINDING: ""}
    for name, finder in _finders.items():
        url = finder(request, key)
        if url is not None:
            reached[name] = url
    if changed:
        reached.setdefault(CHANGE, "")
    if closed:
        reached[CLOSED] = ""
    latest = max(reached, key=STEPS.index)
    return [Step(name, name in reached, name == latest, reached.get(name, "")) for name in STEPS]
