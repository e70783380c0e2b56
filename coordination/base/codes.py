"""The code lists every instance starts with. An instance edits them as data; nothing here overwrites."""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

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


@lru_cache(maxsize=1)
def _defaults() -> list[dict[str, str]]:
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plural(row: CodeList) -> str:
    """What several of a kind are called in running text (“kommuner”); empty for a code of the instance's own.

    Only as long as the instance calls the kind what the default does: whoever renames it means another thing.
    """
    language = "en" if (get_language() or "sv").startswith("en") else "sv"
    for default in _defaults():
        if SCHEMES[default["scheme"]] is type(row) and default["code"] == row.pk:
            return default[f"plural_{language}"] if default["name_sv"] == row.name_sv else ""
    return ""


def add_missing(using: str = "default", **kwargs: Any) -> None:
    """Add the default codes that are missing. Receiver of `post_migrate`; safe to run again."""
    rows = _defaults()
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
