"""What this instance measures findings against: the settings, as the pure rules take them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from mandates.coverage import Thresholds


def current() -> Thresholds:
    """The thresholds of the settings, for whoever asks the rules or the status of a cell."""
    measures: Mapping[str, Any] = settings.FINDINGS_THRESHOLDS
    return Thresholds(**measures)
