"""Who may do what to the rows of this app (design, "Who sees what")."""

from coordination.base.authorisation import allow, is_coordinator, is_reader
from mandates.models import Expectation, Mandate

for model in (Mandate, Expectation):
    allow(model, "view", is_reader)
    allow(model, "edit", is_coordinator)
