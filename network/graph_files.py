"""A file of ties from somebody's disk, read without the register."""

import stat
from pathlib import Path

from django.utils.translation import gettext as _

from coordination.base.tables.encodings import decode
from network.graph.files import LONGEST_ID, BadLine, read_ties
from network.graph.structure import Structure


class NoFile(ValueError):
    """There is no such file, or it cannot be opened; the text says why to its reader."""


class BadFile(ValueError):
    """The file is there, and a line of it cannot be used; the text names line, column and value."""


def read(path: str) -> Structure:
    """The graph of the CSV file at `path`, with the columns source, target and, optionally, weight.

    Raises:
        NoFile, BadFile.
    """
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):  # a pipe or a device could go on for ever
            raise NoFile(_("%(file)s is no file.") % {"file": path})
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, NoFile):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise NoFile(_("%(file)s cannot be read: %(reason)s.") % {"file": path, "reason": reason}) from error
    text, _encoding = decode(content)
    if text is None:
        raise BadFile(_("%(file)s is no text: its bytes are not what its mark says.") % {"file": path})
    try:
        return read_ties(text)
    except BadLine as error:
        raise BadFile(explain(error)) from error


def explain(error: BadLine) -> str:
    """What is wrong with a line, in the active language."""
    why = {
        "header": _("the first line must name the columns source and target, and may name weight"),
        "too_short": _("the line has too few columns"),
        "empty": _("the source is missing"),
        "too_long": _("the id is longer than %(most)s characters") % {"most": LONGEST_ID},
        "weight": _("the weight must be a number greater than 0; an empty one counts as 1"),
        "unreadable": _("the line cannot be read as CSV"),
    }[error.code]
    values = {"line": error.line, "column": error.column, "value": error.value[:80], "why": why}
    return _("Line %(line)s, column %(column)s, “%(value)s”: %(why)s.") % values
