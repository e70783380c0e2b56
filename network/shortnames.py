"""The name an actor goes by where there is no room for all of it. Pure."""

import re

_IN_BRACKETS = re.compile(r"^(?P<long>.+?)\s*\((?P<short>[^\s()]{2,14})\)$")


def short_name(name: str) -> str:
    """The acronym or short form that a name gives in brackets at its end, otherwise the name.

    >>> short_name("Delegationen mot segregation (Delmos)"), short_name("Boverket")
    ('Delmos', 'Boverket')
    >>> short_name("Region Gotland (regionen)"), short_name("Nämnden (ej inrättad)")
    ('Region Gotland (regionen)', 'Nämnden (ej inrättad)')
    """
    found = _IN_BRACKETS.match(name)
    if found is None or not found["short"][0].isupper():
        return name
    return found["short"]


def lower_first(text: str) -> str:
    """`text` as the continuation of a sentence; acronyms and proper names of two capitals stay.

    >>> lower_first("Nationell uppföljning"), lower_first("SCB:s statistik"), lower_first("")
    ('nationell uppföljning', 'SCB:s statistik', '')
    """
    if len(text) > 1 and text[1].isupper():
        return text
    return text[:1].lower() + text[1:]
