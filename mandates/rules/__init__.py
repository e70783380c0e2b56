"""The finding rules: each a function of (register, day, thresholds), registered by name. Pure.

`RULES` has them in the order of the design's table; `findings` runs them.
"""

from collections.abc import Iterable

from mandates.coverage import DEFAULTS, Thresholds
from mandates.rules import activity, continuity, coverage, overlap, quality, sharing, structure
from mandates.rules.finding import REGISTERED, Finding, Message, Rule
from mandates.snapshot import Date, Snapshot

__all__ = ["FAMILIES", "RULES", "Finding", "Message", "Rule", "findings"]

FAMILIES = {
    "coverage": coverage,
    "overlap": overlap,
    "sharing": sharing,
    "continuity": continuity,
    "structure": structure,
    "activity": activity,
    "quality": quality,
}

# In the order of the design's table, which is that of pages and reports.
RULES: dict[str, Rule] = {
    name: REGISTERED[name]
    for name in (
        "gap",
        "voluntary_only",
        "projected_gap",
        "not_mapped",
        "duplication",
        "overlap",
        "assignment_collision",
        "vertical_sharing",
        "complementary",
        "fragmentation",
        "coordination_gap",
        "orphaned",
        "dangling_successor",
        "contested_lead",
        "no_lead",
        "unmandated",
        "dormant",
        "short_term",
        "absent_holder",
        "single_point_of_failure",
        "person_dependent",
        "conflicting_basis",
        "stale",
        "unsourced",
        "no_sunset",
    )
}


def findings(
    snapshot: Snapshot,
    day: Date,
    thresholds: Thresholds = DEFAULTS,
    *,
    rules: Iterable[str] | None = None,
) -> list[Finding]:
    """The findings of `rules` (all by default) on `day`: most severe first, unmanaged before managed.

    A function of (register, day, thresholds) alone. Keys are unique.

    Raises:
        LookupError: an unknown rule.
    """
    names = list(RULES) if rules is None else list(rules)
    if unknown := [name for name in names if name not in RULES]:
        raise LookupError(f"unknown rule {unknown[0]!r}; known are {', '.join(RULES)}")
    found = [finding for name in names for finding in RULES[name].find(snapshot, day, thresholds)]
    order = {name: place for place, name in enumerate(RULES)}
    return sorted(found, key=lambda f: (-f.severity, bool(f.managed), order[f.rule], f.key))
