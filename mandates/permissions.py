"""Who may do what to the rows of this app (design, "Who sees what")."""

import rules

from coordination.base.authorisation import AnyUser, allow, is_coordinator, is_reader, is_reviewer
from mandates.models import Expectation, Mandate
from network.permissions import is_member, own_actors


@rules.predicate
def holds_mandate(user: AnyUser, row: Mandate | None = None) -> bool:
    """The mandate is held by one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    return bool(own) if row is None else row.holder_id in own


for model in (Mandate, Expectation):
    allow(model, "view", is_reader)
    for action in ("edit", "add", "remove"):
        allow(model, action, is_coordinator)

allow(Mandate, "propose", holds_mandate | is_reviewer)
allow(Mandate, "confirm", is_coordinator | holds_mandate)
# An expectation is nobody's own: whoever is to meet it may say that it is wrong.
allow(Expectation, "propose", is_member | is_reviewer)
allow(Expectation, "confirm", is_coordinator)
