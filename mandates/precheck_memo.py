"""A pre-check as a memo that goes into the file: plain sections, as PDF or DOCX."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coordination.base import charts
from coordination.base.dates import format_period
from coordination.base.periods import last_day
from mandates.explain import Names
from mandates.precheck import Precheck
from mandates.snapshot import Snapshot

Row = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, and a table where `header` names its columns; `empty` where there is nothing."""

    title: str
    lines: tuple[str, ...] = ()
    header: Row = ()
    rows: tuple[Row, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Memo:
    """A document of sections."""

    language: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str
    words: Mapping[str, str]


def memo(found: Precheck, register: Snapshot) -> Memo:
    """The memo of a pre-check, in the active language."""
    row, language, names = found.mandate, charts.language(), Names(register)
    area = _("cross-sector") if row.area == "*" else names.code("area", row.area, language)
    levels = [names.code("level", code, language) for code in sorted(row.levels)]
    period = format_period(found.day, "day", last_day(row.valid_until), row.to_precision, language)
    closed = [change.cell.title for change in found.view.gaps_closed]
    return Memo(
        language=language,
        title=(row.title_en or row.title_sv) if language == "en" else row.title_sv or row.title_en,
        subtitle=_("Pre-check of a draft assignment"),
        facts=(
            (_("Holder"), names.actor(row.holder, language)),
            (_("Task"), names.code("function", row.function, language)),
            (_("Area"), area),
            (_("Levels aimed at"), ", ".join(levels)),
            (_("Period"), period),
        ),
        sections=(
            Section(
                _("What it would close"),
                lines=tuple(closed),
                empty=_("No gap closes by it."),
            ),
            Section(
                _("Who already holds the task"),
                header=(_("Id"), _("Holder"), _("Mandate"), _("Period")),
                rows=tuple((held.code, held.holder, held.title, held.period) for held in found.holders),
                empty=_("Nobody holds it on that day."),
            ),
            Section(
                _("Overlaps and collisions that it would make"),
                lines=tuple(f"{told.title}. {told.text}" for told in found.clashes),
                empty=_("None."),
            ),
            Section(
                _("Whom to name as those to work with"),
                header=(_("Actor"), _("Why")),
                rows=tuple((partner.name, partner.why) for partner in found.partners),
                empty=_("Nobody else has to do with it, as far as the register shows."),
            ),
            Section(
                _("What else would be found"),
                lines=tuple(f"{told.title}. {told.text}" for told in found.others),
                empty=_("Nothing."),
            ),
        ),
        footer=_(
            "Worked out from the register on %(day)s. Nothing of the draft was saved. A finding is a question to judge."
        )
        % {"day": found.day.isoformat()},
        words={"page": _("Page")},
    )
