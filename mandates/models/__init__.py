from mandates.models.expectations import Expectation
from mandates.models.mandates import Mandate

__all__ = ["Expectation", "Mandate"]
