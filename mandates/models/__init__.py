from mandates.models.expectations import Expectation
from mandates.models.findings import (
    Disposition,
    Finding,
    FindingEvent,
    FindingNote,
    FindingSet,
    FoundFinding,
    Reply,
)
from mandates.models.mandates import Mandate
from mandates.models.register_changes import RegisterChange
from mandates.models.reviews import Review
from mandates.models.scenarios import AppliedChanges, Scenario

__all__ = [
    "AppliedChanges",
    "Disposition",
    "Expectation",
    "Finding",
    "FindingEvent",
    "FindingNote",
    "FindingSet",
    "FoundFinding",
    "Mandate",
    "RegisterChange",
    "Reply",
    "Review",
    "Scenario",
]
