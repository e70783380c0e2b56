"""Who may do what to the rows of this app (design, "Who sees what")."""

import rules

from coordination.base.authorisation import AnyUser, allow, is_coordinator, is_logged_in, is_reader
from coordination.base.codes import SCHEMES
from coordination.base.models import (
    Citation,
    Document,
    Function,
    ImportJob,
    Place,
    PriorityArea,
    Proposal,
    Strategy,
    User,
)

for model in (Place, Strategy, PriorityArea, Function, Document, Citation):
    allow(model, "view", is_reader)
    allow(model, "edit", is_coordinator)
for model in (Place, Strategy, PriorityArea, Function, Document):
    for action in ("add", "remove", "confirm"):
        allow(model, action, is_coordinator)

for code_list in SCHEMES.values():
    allow(code_list, "view", is_reader)
for action in ("add", "view", "apply"):
    allow(ImportJob, action, is_coordinator)


@rules.predicate
def is_proposer(user: AnyUser, row: Proposal | None = None) -> bool:
    """The proposal is the user's own; with no row, the user may have some."""
    return user.is_authenticated and (row is None or row.proposed_by_id == user.pk)


allow(Proposal, "propose", is_logged_in)
allow(Proposal, "view", is_coordinator | is_proposer)
allow(Proposal, "withdraw", is_proposer)
allow(Proposal, "decide", is_coordinator)
allow(User, "restore", is_coordinator)


@rules.predicate
def is_self(user: AnyUser, row: User | None = None) -> bool:
    """The account is the user's own; with no row, the user has one."""
    return user.is_authenticated and (row is None or row.pk == user.pk)


allow(User, "manage", is_coordinator)  # invite, roles, memberships, disable
allow(User, "view", is_coordinator)
allow(User, "edit_own", is_self)
