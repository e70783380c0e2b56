"""Names and titles where there is no room for all of them. Pure."""

import re

from network.shortnames import short_name

__all__ = ["lower_first", "plain_title", "short_name"]


def plain_title(title: str) -> str:
    """A title without the explanation in brackets at its end, for charts and sentences.

    >>> plain_title("Erfarenhetsutbyte mellan kommuner (kommunnätverk)")
    'Erfarenhetsutbyte mellan kommuner'
    """
    cut = re.sub(r"\s*\([^()]*\)$", "", title)
    return cut or title


def lower_first(text: str) -> str:
    """`text` as the continuation of a sentence; acronyms and proper names of two capitals stay.

    >>> lower_first("Nationell uppföljning"), lower_first("SCB:s statistik"), lower_first("")
    ('nationell uppföljning', 'SCB:s statistik', '')
    """
    if len(text) > 1 and text[1].isupper():
        return text
    return text[:1].lower() + text[1:]
