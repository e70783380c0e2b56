"""Who may do what to the rows of this app (design, "Who sees what")."""

from coordination.base.authorisation import allow, is_coordinator, is_logged_in, is_reader
from coordination.base.models import Citation, Document, Function, Place, PriorityArea, Proposal, Strategy

for model in (Place, Strategy, PriorityArea, Function, Document, Citation):
    allow(model, "view", is_reader)
    allow(model, "edit", is_coordinator)

allow(Proposal, "propose", is_logged_in)
