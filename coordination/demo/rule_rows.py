"""How many rows each rule gives on the demo case, on two days: stated on the page “How we count”, held by a test."""

import datetime

from django.http import HttpRequest

from coordination.base import panels
from coordination.base.panels import Panel
from mandates.finding_words import RULE_MEANINGS, RULE_NAMES, RULE_REASONS
from mandates.rules import RULES

DAYS = (datetime.date(2021, 6, 30), datetime.date(2023, 2, 14))
ROWS = {
    "gap": (0, 12),
    "voluntary_only": (0, 0),
    "projected_gap": (2, 1),
    "not_mapped": (0, 0),
    "duplication": (1, 1),
    "overlap": (2, 1),
    "assignment_collision": (0, 0),
    "vertical_sharing": (2, 0),
    "complementary": (1, 1),
    "fragmentation": (3, 2),
    "coordination_gap": (2, 1),
    "orphaned": (0, 13),
    "dangling_successor": (0, 1),
    "contested_lead": (0, 0),
    "no_lead": (1, 0),
    "unmandated": (0, 0),
    "dormant": (0, 0),
    "short_term": (9, 1),
    "absent_holder": (0, 0),
    "single_point_of_failure": (2, 1),
    "person_dependent": (0, 0),
    "conflicting_basis": (0, 0),
    "stale": (0, 0),
    "unsourced": (0, 0),
    "no_sunset": (2, 2),
}


def panel(request: HttpRequest, row: object, as_of: datetime.date) -> Panel:
    """The rules, what each says, how many rows it gives on the demo, and what keeps it from giving more."""
    rules = [(RULE_NAMES[name], RULE_MEANINGS[name], ROWS[name], RULE_REASONS[name]) for name in RULES]
    totals = [sum(rows[place] for rows in ROWS.values()) for place in range(len(DAYS))]
    return Panel("home/_rule_rows.html", {"rules": rules, "days": DAYS, "totals": totals})


def register() -> None:
    panels.register("how_we_count", order=10, model=None, builder=panel)
