"""Names and titles where there is no room for all of them. Pure."""

import re

from network.shortnames import lower_first, short_name

__all__ = ["lower_first", "plain_title", "short_name"]


def plain_title(title: str) -> str:
    """A title without the explanation in brackets at its end, for charts and sentences.

    >>> plain_title("Erfarenhetsutbyte mellan kommuner (kommunnätverk)")
    'Erfarenhetsutbyte mellan kommuner'
    """
    cut = re.sub(r"\s*\([^()]*\)$", "", title)
    return cut or title
