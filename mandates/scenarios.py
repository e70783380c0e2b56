"""Scenarios: those that people made and those of the register's own proposed rows, and what they do."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from coordination.base.authorisation import LoginRequired, may, require
from coordination.base.models import User
from mandates import change_texts, explain, proposed, register_snapshot, thresholds
from mandates.change_json import BadChange, from_json, to_json
from mandates.changes import Change, DoesNotFit, StartProposals
from mandates.coverage import Thresholds
from mandates.explain import Names
from mandates.models import Scenario
from mandates.overlay import Laid, lay, misfits
from mandates.scenario_effects import Effect, effect
from mandates.snapshot import ONE_DAY, Snapshot


@dataclass(frozen=True)
class Outcome:
    """What changes do on a day: `laid` and `effect`, or, where they do not fit the register, `misfits`.

    `unreadable`: places (from 1) of stored changes that cannot be read at all.
    """

    day: datetime.date
    changes: Sequence[Change]
    before: Snapshot
    laid: Laid | None
    effect: Effect | None
    misfits: tuple[DoesNotFit, ...] = ()
    unreadable: tuple[int, ...] = ()

    @property
    def fits(self) -> bool:
        return self.effect is not None

    @property
    def after(self) -> Snapshot:
        """The register with the changes laid over it; as it is, where they do not fit."""
        return self.laid.snapshot if self.laid else self.before

    def problems(self, language: str) -> list[str]:
        """Which changes no longer fit and why, in `language` (sv or en)."""
        names = Names(self.before)
        unreadable = [change_texts.unreadable(number, language) for number in self.unreadable]
        return [*unreadable, *(change_texts.why(refused, language, names) for refused in self.misfits)]


class OutsideStrategy(ValueError):
    """A day on which no strategy is in force: the message says so, and between which days one is."""


def of_register(snapshot: Snapshot) -> list[Scenario]:
    """The scenarios that the register's proposed rows make, as rows that are not stored."""
    return [found for name in proposed.names(snapshot) if (found := from_register(snapshot, name))]


def from_register(snapshot: Snapshot, name: str) -> Scenario | None:
    """The scenario that the register's proposed rows make under `name`; not stored, nobody's own."""
    changes = proposed.changes(snapshot, name)
    if changes is None:
        return None
    titles = proposed.titles(snapshot, name)
    return Scenario(
        slug=name, title_sv=titles["sv"], title_en=titles["en"], changes=[to_json(c) for c in changes]
    )


def named(name: str, snapshot: Snapshot) -> Scenario | None:
    """The stored scenario of that id, or the register's own; None if there is none."""
    return Scenario.objects.filter(slug=name).first() or from_register(snapshot, name)


def visible_to(user: User | AnonymousUser, snapshot: Snapshot) -> tuple[list[Scenario], list[Scenario]]:
    """(the register's own, stored ones) that `user` may see. Two queries besides the snapshot's."""
    own = [row for row in of_register(snapshot) if may(user, "view", row)]
    stored = Scenario.objects.readable_by(user).select_related("owner").prefetch_related("readers")
    return own, list(stored)


def scenario_of(request: HttpRequest, action: str, slug: str) -> Scenario:
    """The stored scenario `slug`, or the register's own, if the user may do `action` to it.

    One that is stored hides one of the register's that has its name.

    Raises:
        LoginRequired: nobody is logged in.
        Http404: there is none that the user may see.
        PermissionDenied: it may be seen, but not this.
    """
    if not request.user.is_authenticated:
        raise LoginRequired
    rows = Scenario.objects.select_related("owner").prefetch_related("readers")
    found = rows.filter(slug=slug).first() or from_register(register_snapshot.current(), slug)
    if found is None:
        raise Http404
    require(request, action, found)
    return found


def readable(scenario: Scenario) -> list[Change | None]:
    """The stored changes of `scenario` in order; None in place of one that cannot be read."""
    found: list[Change | None] = []
    for stored in scenario.changes:
        try:
            found.append(from_json(stored))
        except BadChange:
            found.append(None)
    return found


def written_out(changes: Iterable[Change], snapshot: Snapshot) -> tuple[list[Change], list[int]]:
    """`changes` with the register's own scenarios that they take in written out: the areas these adopt, too.

    Returns:
        (changes, of each the place, from 1, of the one that it comes from)
    """
    found: list[Change] = []
    places: list[int] = []
    for place, change in enumerate(changes, start=1):
        parts: list[Change] = [change]
        if isinstance(change, StartProposals):
            known = proposed.changes(snapshot, change.scenario) or [change]
            parts = [replace(part, on=change.on) for part in known]
            parts = [part for part in parts if part not in found]  # two scenarios may ask for one area
        found += parts
        places += [place] * len(parts)
    return found, places


def require_within(snapshot: Snapshot, day: datetime.date) -> None:
    """Raises OutsideStrategy when there are strategies and none is in force on `day`."""
    strategies = snapshot.strategies
    if not strategies or any(row.holds_on(day) for row in strategies):
        return
    begins = [row.valid_from for row in strategies]
    ends = [row.valid_until for row in strategies]
    first = min(filter(None, begins)).isoformat() if None not in begins else "…"
    last = (max(filter(None, ends)) - ONE_DAY).isoformat() if None not in ends else "…"
    raise OutsideStrategy(
        _("%(day)s lies outside the strategy's time, %(first)s – %(last)s.")
        % {"day": day.isoformat(), "first": first, "last": last}
    )


def as_json(found: Outcome) -> dict[str, Any]:
    """An outcome that fits, as the machine interface gives it: finding objects as those of `findings`."""
    assert found.effect is not None
    after, before = Names(found.after), Names(found.before)
    return {
        "opened": [explain.as_json(finding, after) for finding in found.effect.opened],
        "closed": [explain.as_json(finding, before) for finding in found.effect.closed],
        "unchanged": found.effect.unchanged,
    }


def outcome(
    scenario: Scenario,
    day: datetime.date,
    *,
    snapshot: Snapshot | None = None,
    measures: Thresholds | None = None,
) -> Outcome:
    """What `scenario` does on `day`. Remembered as long as the register and its changes stay the same."""
    register = snapshot or register_snapshot.current()
    measures = measures or thresholds.current()
    key = json.dumps(scenario.changes, sort_keys=True, default=str)
    return register.remembered(
        ("scenario", key, day, measures), lambda: _outcome(scenario, register, day, measures)
    )


def _outcome(scenario: Scenario, register: Snapshot, day: datetime.date, measures: Thresholds) -> Outcome:
    stored = readable(scenario)
    unreadable = tuple(number for number, change in enumerate(stored, start=1) if change is None)
    known = [change for change in stored if change is not None]
    if unreadable:
        return Outcome(day, known, register, None, None, unreadable=unreadable)
    changes, places = written_out(known, register)
    found = outcome_of(changes, day, register, measures)
    for refused in found.misfits:
        refused.number = places[refused.number - 1]
        if "added_by" in refused.params:
            refused.params["added_by"] = places[refused.params["added_by"] - 1]
    return found


def outcome_of(
    changes: Sequence[Change],
    day: datetime.date,
    register: Snapshot,
    measures: Thresholds | None = None,
) -> Outcome:
    """What `changes` do to `register` on `day`."""
    try:
        laid = lay(register, changes, day)
    except DoesNotFit:
        return Outcome(day, changes, register, None, None, tuple(misfits(register, changes, day)))
    return Outcome(
        day, changes, register, laid, effect(register, laid.snapshot, day, measures or thresholds.current())
    )
