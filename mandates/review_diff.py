"""What differs between two frozen reviews, and whether the register or a rule made the difference. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mandates.finding_facts import Difference, differences

Content = Mapping[str, Any]
DATA, RULE, BOTH, SCOPE, DAY = "data", "rule", "both", "scope", "day"
OF_RULES = {"version", "threshold"}


@dataclass(frozen=True)
class Changed:
    """A finding that is in one review alone, or in both with other facts.

    Attributes:
        cause: data (the register, or the day), rule (another version or threshold), both, or scope (the other
            review did not ask for it).
        details: what differs, of one that is in both.
    """

    key: str
    body: Mapping[str, Any]
    cause: str
    details: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Diff:
    """From an earlier review to a later one."""

    opened: tuple[Changed, ...]
    closed: tuple[Changed, ...]
    changed: tuple[Changed, ...]
    unchanged: int

    def by_cause(self, cause: str) -> int:
        return sum(row.cause == cause for row in (*self.opened, *self.closed, *self.changed))


def compare(before: Content, after: Content) -> Diff:
    """What `after` finds that `before` did not, no longer finds, and finds on other facts.

    A finding that came or went is put down to its rule where the rule's version or a threshold that the finding
    names differs, and the register's fingerprint and the day do not; to both where all of it differs; else to data.

    >>> rule = {"rules": {"gap": 1}, "thresholds": {}, "scope": {"areas": [], "rules": []}, "as_of": "2023-02-14"}
    >>> one = rule | {"findings": [{"key": "gap:A", "rule": "gap"}], "register": {"fingerprint": "x"}}
    >>> two = rule | {"findings": [], "register": {"fingerprint": "y"}}
    >>> [(row.key, row.cause) for row in compare(one, two).closed]
    [('gap:A', 'data')]
    """
    old = {body["key"]: body for body in before["findings"]}
    new = {body["key"]: body for body in after["findings"]}
    opened = [Changed(key, body, _cause(body, before, after)) for key, body in new.items() if key not in old]
    closed = [Changed(key, body, _cause(body, after, before)) for key, body in old.items() if key not in new]
    changed = []
    for key in old.keys() & new.keys():
        found = tuple(differences(old[key], new[key]))
        if found and (old[key].get("fingerprint") != new[key].get("fingerprint") or _of_rules(found)):
            changed.append(Changed(key, new[key], _cause_of(found), found))
    changed.sort(key=lambda row: new[row.key].get("number", 0))
    return Diff(tuple(opened), tuple(closed), tuple(changed), len(old.keys() & new.keys()) - len(changed))


def _cause(body: Mapping[str, Any], without: Content, having: Content) -> str:
    """Why `body`, which `having` finds, is not in `without`."""
    rule = body["rule"]
    if rule not in without["rules"] or not _asks_for(without["scope"], body):
        return SCOPE
    measures = body.get("thresholds") or {}
    by_rule = without["rules"][rule] != having["rules"].get(rule) or any(
        without["thresholds"].get(name) != value for name, value in measures.items()
    )
    by_data = (
        without["register"]["fingerprint"] != having["register"]["fingerprint"]
        or without["as_of"] != having["as_of"]
    )
    return BOTH if by_rule and by_data else RULE if by_rule else DATA


def _asks_for(scope: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    return not scope["areas"] or bool(set(str(body.get("area") or "").split(";")) & set(scope["areas"]))


def _of_rules(found: tuple[Difference, ...]) -> bool:
    return any(part["what"] in OF_RULES for part in found)


def _cause_of(found: tuple[Difference, ...]) -> str:
    by_rule, by_data = _of_rules(found), any(part["what"] not in OF_RULES for part in found)
    return BOTH if by_rule and by_data else RULE if by_rule else DATA
