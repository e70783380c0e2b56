"""Two people changed one row: what each wants, field by field, as text."""

from dataclasses import dataclass
from typing import Any

from coordination.base.forms import RowForm

THEIRS, YOURS = "theirs", "yours"
KEEP = "keep-"


@dataclass(frozen=True)
class Row:
    """One field of the conflict page. `chosen` is empty while the user has to choose."""

    name: str
    label: str
    base: str
    theirs: str
    yours: str
    chosen: str

    @property
    def is_clash(self) -> bool:
        return not self.chosen


def rows(
    form: RowForm, base: dict[str, Any] | None, theirs: dict[str, Any], yours: dict[str, Any]
) -> list[Row]:
    """The fields on which the stored row and the posted one differ, with what they come from.

    A field that only one of the two changed keeps that change; where both did, or the base is not known,
    the user chooses.
    """
    found: list[Row] = []
    for name in form.row_fields:
        now, wanted = form.normal(name, theirs[name]), form.normal(name, yours.get(name))
        if now == wanted:
            continue
        began = form.normal(name, base[name]) if base is not None and name in base else None
        chosen = ""
        if base is not None and name in base:
            chosen = YOURS if now == began else THEIRS if wanted == began else ""
        found.append(
            Row(
                name=name,
                label=form.field_label(name),
                base=form.words(name, base[name]) if base is not None and name in base else "",
                theirs=form.words(name, theirs[name]),
                yours=form.words(name, yours.get(name)),
                chosen=chosen,
            )
        )
    return found


def merged(
    form: RowForm, theirs: dict[str, Any], yours: dict[str, Any], keep: dict[str, str]
) -> dict[str, Any]:
    """Raw values after the user chose: `keep` says "theirs" or "yours" by field; yours where it is silent."""
    return {
        name: theirs[name] if keep.get(name) == THEIRS else yours.get(name, theirs[name])
        for name in form.row_fields
    }
