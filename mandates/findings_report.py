"""The machine interface's answer to “what do the rules find on a day”: one for the command, the API and scenarios."""

import datetime
from dataclasses import dataclass
from typing import Any

from mandates import proposed, register_snapshot, scenarios, thresholds
from mandates.change_texts import why
from mandates.coverage_report import alternatives
from mandates.explain import Names, as_json
from mandates.matrix import UnknownCode
from mandates.models import Scenario
from mandates.rules import RULES, findings
from mandates.snapshot import CROSS_SECTOR, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is written: codes with `;` between alternatives; `scenario` is one id."""

    as_of: datetime.date
    strategy: str = ""
    rule: str = ""
    area: str = ""
    scenario: str = ""


class DoesNotFit(ValueError):
    """The scenario no longer fits the register; the message says which change, and why."""


def answer(question: Question, *, scenario: Scenario | None = None) -> list[dict[str, Any]]:
    """The findings as plain values, most severe first.

    Args:
        scenario: the one that the question names, where the caller has looked it up already.

    Raises:
        UnknownCode: the question names a code that the register, or Samsyn, does not know.
        DoesNotFit: the scenario does not.
    """
    snapshot = register_snapshot.current()
    check(question, snapshot)
    rules = alternatives(question.rule)
    if question.scenario:
        snapshot = _laid(question, snapshot, scenario)
    names = Names(snapshot)
    wanted = [name for name in RULES if name in rules] if rules else None
    return [
        as_json(found, names)
        for found in findings(snapshot, question.as_of, thresholds.current(), rules=wanted)
        if is_asked(question, found.rule, found.strategy, found.area or "")
    ]


def check(question: Question, snapshot: Snapshot | None = None) -> None:
    """Raises UnknownCode when the question names a strategy, area or rule that there is not."""
    register = snapshot or register_snapshot.current()
    _check("strategy", alternatives(question.strategy), [row.slug for row in register.strategies])
    codes = dict.fromkeys(row.code for row in register.areas)
    _check("area", alternatives(question.area), [CROSS_SECTOR, *codes])
    _check("rule", alternatives(question.rule), list(RULES))


def is_asked(question: Question, rule: str, strategy: str | None, area: str) -> bool:
    """Whether a finding of `rule` about `strategy` and `area` (several with `;`) is asked for.

    What is about no one strategy, such as an actor that many depend on, is about each.
    """
    strategies, areas = alternatives(question.strategy), alternatives(question.area)
    rules = alternatives(question.rule)
    return (
        (not rules or rule in rules)
        and (not strategies or strategy is None or strategy in strategies)
        and (not areas or bool(areas.intersection(area.split(";"))))
    )


def _check(noun: str, codes: frozenset[str], known: list[str]) -> None:
    if unknown := codes.difference(known):
        raise UnknownCode(noun, min(unknown), known)


def _laid(question: Question, snapshot: Snapshot, scenario: Scenario | None) -> Snapshot:
    row = scenario or scenarios.named(question.scenario, snapshot)
    if row is None:
        raise UnknownCode("scenario", question.scenario, proposed.names(snapshot))
    outcome = scenarios.outcome(row, question.as_of, snapshot=snapshot)
    if outcome.laid is None:
        names = Names(snapshot)
        said = [f"Change {number}: it cannot be read." for number in outcome.unreadable]
        raise DoesNotFit(
            "\n".join(
                ["The scenario no longer fits.", *said, *(why(m, "en", names) for m in outcome.misfits)]
            )
        )
    return outcome.laid.snapshot
