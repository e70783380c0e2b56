"""Approved minutes in the meeting's language: what their PDF and DOCX both say, made from their content alone."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mandates import review_docx, review_pdf
from mandates.review_report import grouped
from meetings import times
from meetings.models import AgendaItem, Attendance

TEMPLATES = Path(__file__).with_name("report_templates")
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    number: int
    title: str
    about: str
    text: tuple[str, ...]  # its paragraphs
    decisions: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str, str], ...]  # what, who, by when


@dataclass(frozen=True)
class Report:
    language: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    attendance: tuple[tuple[str, str, str], ...]
    items: tuple[Item, ...]
    approval: str
    remarks: tuple[str, ...]
    footer: str
    words: Mapping[str, str] = field(default_factory=dict)


def report(content: Content, fingerprint: str) -> Report:
    """The minutes in words."""
    language = content["meeting"]["language"]
    with translation.override(language):
        return Report(
            language=language,
            title=_("Minutes: %(title)s") % {"title": content["meeting"]["title"]},
            subtitle=content["network"]["name"][language],
            facts=tuple(_facts(content, language)),
            attendance=tuple(
                (row["who"][language], row["name"] or "–", _took_part(row["attendance"]))
                for row in content["attendance"]
            ),
            items=tuple(_item(row, language) for row in content["items"]),
            approval=_approval(content, language),
            remarks=_paragraphs(content["remarks"]),
            footer=_("Fingerprint of the content: %(fingerprint)s") % {"fingerprint": grouped(fingerprint)},
            words={
                "attendance": _("Attendance"),
                "nobody": _("Nobody is on the list."),
                "organisation": _("Organisation"),
                "name": _("Name"),
                "took_part": _("Took part"),
                "items": _("Items"),
                "decisions": _("Decisions"),
                "actions": pgettext("meeting", "Actions"),
                "what": _("What is to be done"),
                "owner": _("Who sees to it"),
                "due": _("At the latest"),
                "approval": _("Approval"),
                "remarks": _("Remarks"),
                "page": _("Page"),
            },
        )


def pdf(made: Report, at: datetime.datetime) -> bytes:
    """Its bytes depend on the report and `at` alone."""
    return review_pdf.pdf(made, at=int(at.timestamp()), template="minutes", folder=TEMPLATES)


def docx(made: Report, at: datetime.datetime) -> bytes:
    """Its bytes depend on the report and `at` alone."""
    words = made.words
    document = review_docx.begun(made.title, made.subtitle, made.language, at=at)
    document.add_heading(made.title, level=1)
    document.add_paragraph(made.subtitle)
    for label, value in made.facts:
        review_docx.labelled(document, label, value)
    document.add_heading(words["attendance"], level=2)
    review_docx.table(document, (words["organisation"], words["name"], words["took_part"]), made.attendance)
    document.add_heading(words["items"], level=2)
    for item in made.items:
        document.add_heading(f"{item.number}. {item.title}", level=3)
        for line in (item.about, *item.text):
            if line:
                document.add_paragraph(line)
        if item.decisions:
            document.add_heading(words["decisions"], level=4)
            for label, text in item.decisions:
                review_docx.labelled(document, label, text)
        if item.actions:
            document.add_heading(words["actions"], level=4)
            review_docx.table(document, (words["what"], words["owner"], words["due"]), item.actions)
    document.add_heading(words["approval"], level=2)
    document.add_paragraph(made.approval)
    if made.remarks:
        document.add_heading(words["remarks"], level=3)
        for line in made.remarks:
            document.add_paragraph(line)
    document.add_paragraph(made.footer)
    return review_docx.settled(document)


def _facts(content: Content, language: str) -> list[tuple[str, str]]:
    meeting = content["meeting"]
    found = []
    if meeting["starts"] and meeting["ends"]:
        zone = ZoneInfo(meeting["zone"])
        start, end = (
            datetime.datetime.fromisoformat(meeting[name]).astimezone(zone) for name in ("starts", "ends")
        )
        found.append((_("When"), times.span(start, end, language)))
    if meeting["location"]:
        found.append((_("Place"), meeting["location"]))
    if content["case_number"]:
        found.append((_("Case number"), content["case_number"]))
    if meeting["illustrative"]:
        found.append((_("Note"), _("The meeting is made up, for the demonstration.")))
    return found


def _item(row: Content, language: str) -> Item:
    about = []
    if row["owner"]:
        about.append(_("Presented by %(who)s.") % {"who": row["owner"][language]})
    if row["documents"]:
        titles = [one["title"][language] or one["title"]["sv"] or one["id"] for one in row["documents"]]
        about.append(_("Documents: %(titles)s.") % {"titles": "; ".join(titles)})
    if row["outcome"]:
        about.append(_("Outcome: %(what)s.") % {"what": AgendaItem.Outcome(row["outcome"]).label})
    return Item(
        number=row["number"],
        title=row["title"],
        about=" ".join(about),
        text=_paragraphs(row["text"]),
        decisions=tuple(
            (_("Decision %(n)s") % {"n": one["number"]}, one["text"]) for one in row["decisions"]
        ),
        actions=tuple(
            (one["text"], one["owner"]["name"][language], one["due"] or "–") for one in row["actions"]
        ),
    )


def _approval(content: Content, language: str) -> str:
    approval = content["approval"]
    day = approval["at"][:10]
    if approval["adjuster"]:
        who = approval["adjuster"]
        named = ", ".join(filter(None, (who["name"], who["who"][language])))
        return _("Approved %(day)s by %(who)s.") % {"day": day, "who": named}
    return _("Approved %(day)s by silence: nobody objected by %(until)s.") % {
        "day": day,
        "until": approval["silence_until"],
    }


def _took_part(value: str) -> str:
    return str(Attendance(value).label) if value else "–"


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
