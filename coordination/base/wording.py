"""Running text put together from parts."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from coordination.base.charts import language
from coordination.base.ordering import english_key, swedish_key


def listed(parts: Sequence[str]) -> str:
    """“a, b och c”."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def reading_key(text: str) -> str:
    """The key that orders `text` as its reader expects: å, ä and ö last in Swedish, as a and o in English."""
    return english_key(text) if language() == "en" else swedish_key(text)
