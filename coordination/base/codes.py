"""The code lists every instance starts with. An instance edits them as data; nothing here overwrites."""

import csv
from pathlib import Path
from typing import Any

from coordination.base.models import (
    ActorKind,
    CodeList,
    CollaborationKind,
    Level,
    MandateKind,
    MandateRole,
    MeetingKind,
    MilestoneKind,
    PlaceKind,
)

SCHEMES: dict[str, type[CodeList]] = {
    "level": Level,
    "place_kind": PlaceKind,
    "actor_kind": ActorKind,
    "mandate_kind": MandateKind,
    "mandate_role": MandateRole,
    "collaboration_kind": CollaborationKind,
    "meeting_kind": MeetingKind,
    "milestone_kind": MilestoneKind,
}
DEFAULTS = Path(__file__).with_name("codes.csv")


def add_missing(using: str = "default", **kwargs: Any) -> None:
    """Add the default codes that are missing. Receiver of `post_migrate`; safe to run again."""
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for scheme, model in SCHEMES.items():
        known = set(model._default_manager.using(using).values_list("code", flat=True))
        missing = [
            model(
                code=row["code"],
                name_sv=row["name_sv"],
                name_en=row["name_en"],
                position=int(row["position"]),
                traits=row["traits"],
            )
            for row in rows
            if row["scheme"] == scheme and row["code"] not in known
        ]
        for code in missing:
            code.set_sort_keys()
        model._default_manager.using(using).bulk_create(missing)
