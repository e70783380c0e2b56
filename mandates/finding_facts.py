"""What has changed between two looks at the same finding: the reasons why it returns. Pure.

Works on findings as the machine interface has them (`mandates.explain.as_json`), since that is what is
kept of those decided on earlier.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Body = Mapping[str, Any]
Difference = dict[str, Any]

NAMED = {"mandates": "mandate", "actors": "actor", "networks": "network", "collaborations": "collaboration"}
# Fields of a quoted mandate in the order in which a change of them is told.
FIELDS = (
    "holder",
    "kind",
    "area",
    "function",
    "levels",
    "explicit",
    "valid_from",
    "valid_to",
    "report_due",
    "confirmed_on",
    "role",
    "classification",
)
NUMBERS = ("count", "members_covered", "members_asked", "unmanaged")
DAYS = ("since", "last_met_on", "ended_on", "last_end", "needed_to", "holder_ceased_on", "last_met")


def differences(before: Body, after: Body) -> list[Difference]:
    """Each change as {"what": …} with `before` and `after`, or with the `kind` and `id` of what came or went.

    What differs in some way that has no word of its own is {"what": "other"}, so that the list is empty
    only where nothing differs that the fingerprint looks at.

    >>> differences({"severity": 2, "mandates": ["A"]}, {"severity": 3, "mandates": ["A", "B"]})
    [{'what': 'severity', 'before': 2, 'after': 3}, {'what': 'added', 'kind': 'mandate', 'id': 'B'}]
    """
    found: list[Difference] = []
    for name in ("version", "severity", "managed", "goes_dark_on"):
        found += _changed(name, before.get(name), after.get(name))
    old, new = before.get("thresholds") or {}, after.get("thresholds") or {}
    for name in sorted({*old, *new}):
        found += _changed("threshold", old.get(name), new.get(name), name=name)
    for field, kind in NAMED.items():
        had, has = set(before.get(field) or ()), set(after.get(field) or ())
        found += [{"what": "added", "kind": kind, "id": row} for row in sorted(has - had)]
        found += [{"what": "removed", "kind": kind, "id": row} for row in sorted(had - has)]
    found += _rows(before.get("evidence") or {}, after.get("evidence") or {})
    return found


def _changed(what: str, before: Any, after: Any, **more: Any) -> list[Difference]:
    return [] if before == after else [{"what": what, **more, "before": before, "after": after}]


def _rows(before: Body, after: Body) -> list[Difference]:
    found: list[Difference] = []
    old, new = quoted_rows(before), quoted_rows(after)
    for code in sorted(old.keys() & new.keys()):
        for field in FIELDS:
            if field in old[code] and field in new[code]:
                found += _changed("field", old[code][field], new[code][field], mandate=code, field=field)
    for name in NUMBERS:
        found += _changed(name, before.get(name), after.get(name))
    if not found:
        for name in DAYS:
            found += _changed(name, before.get(name), after.get(name))
    return found


def quoted_rows(evidence: Body) -> dict[str, Mapping[str, Any]]:
    """{code: mandate} of every mandate that `evidence` quotes, at any depth; rows that almost count left out."""
    found: dict[str, Mapping[str, Any]] = {}

    def look(value: Any) -> None:
        if isinstance(value, Mapping):
            if isinstance(value.get("mandate"), str) and "holder" in value:
                found.setdefault(value["mandate"], value)
            else:
                look([part for name, part in value.items() if name != "almost"])
        elif isinstance(value, Iterable) and not isinstance(value, str):
            for part in value:
                look(part)

    look(evidence)
    return found
