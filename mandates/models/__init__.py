from mandates.models.expectations import Expectation
from mandates.models.mandates import Mandate
from mandates.models.scenarios import AppliedChanges, Scenario

__all__ = ["AppliedChanges", "Expectation", "Mandate", "Scenario"]
