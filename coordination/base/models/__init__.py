from coordination.base.models.codes import (
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
from coordination.base.models.documents import Citation, Document
from coordination.base.models.imports import ImportedRow, ImportJob, ImportUndo
from coordination.base.models.places import Place
from coordination.base.models.proposals import Proposal
from coordination.base.models.register import Confidence, Named, RegisterRow, Titled
from coordination.base.models.revisions import RegisterRevision
from coordination.base.models.strategies import Function, PriorityArea, Strategy
from coordination.base.models.submissions import Submission
from coordination.base.models.users import AccountEvent, User

__all__ = [
    "AccountEvent",
    "ActorKind",
    "Citation",
    "CodeList",
    "CollaborationKind",
    "Confidence",
    "Document",
    "Function",
    "ImportJob",
    "ImportUndo",
    "ImportedRow",
    "Level",
    "MandateKind",
    "MandateRole",
    "MeetingKind",
    "MilestoneKind",
    "Named",
    "Place",
    "PlaceKind",
    "PriorityArea",
    "Proposal",
    "RegisterRevision",
    "RegisterRow",
    "Strategy",
    "Submission",
    "Titled",
    "User",
]
