"""Text that a spreadsheet would run as a formula, made harmless and read back unchanged. Pure.

OWASP ASVS 5.0, 1.2.10: a cell that begins with one of these may be evaluated when the file is opened. The
apostrophe is the spreadsheets' own mark for text; an apostrophe that was there already gets another, so
that what is written is read back as it was ("+46 8 …" included).
"""

import re

DANGEROUS = "=+\\-@\t\r\n\0＝＋－＠"  # the last four: full-width forms, which spreadsheets fold to ASCII
_BEGINS = re.compile(rf"^'*\s*[{DANGEROUS}]")
_QUOTED = re.compile(rf"^'+\s*[{DANGEROUS}]")


def protect(text: str) -> str:
    """`text` as it is written to a CSV file.

    >>> [protect(text) for text in ("=1+1", " @x", "'-1", "Åre", "'s Gravenhage")]
    ["'=1+1", "' @x", "''-1", 'Åre', "'s Gravenhage"]
    """
    return f"'{text}" if _BEGINS.match(text) else text


def protect_string_cell(text: str) -> str:
    """`text` as it is written to a cell that is a string by type: only what `unprotect` would change.

    >>> protect_string_cell("=1+1"), protect_string_cell("'=1+1")
    ('=1+1', "''=1+1")
    """
    return f"'{text}" if _QUOTED.match(text) else text


def unprotect(text: str) -> str:
    """What `protect` was given.

    >>> unprotect("'=1+1"), unprotect("''-1"), unprotect("'s Gravenhage")
    ('=1+1', "'-1", "'s Gravenhage")
    """
    return text[1:] if _QUOTED.match(text) else text
