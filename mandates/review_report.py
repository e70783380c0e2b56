"""A frozen review as a report in one language: what its pages, PDF, DOCX and XLSX all say.

Made from the review's own content and the words of this release alone, so that the same review gives the same report.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.base.citing import canonical
from coordination.base.dates import format_period
from mandates import finding_words
from mandates.finding_facts import quoted_rows
from mandates.finding_words import GROUPS, group_of
from mandates.models import Disposition, Review
from mandates.review_content import sources_of
from mandates.review_diff import BOTH, DATA, RULE, SCOPE, Diff, compare
from mandates.rules import RULES

SERIOUS = 3  # findings on the first page
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Mandate:
    """A quoted mandate, as a row of the evidence table."""

    code: str
    title: str
    holder: str
    period: str


@dataclass(frozen=True)
class Remark:
    """What somebody said of a finding: an effect noted, a reply or a disposition."""

    label: str
    text: str


@dataclass(frozen=True)
class Item:
    """A numbered finding."""

    number: int
    key: str
    kind: str
    severity: int
    title: str
    text: str
    closes: tuple[str, ...]
    mandates: tuple[Mandate, ...]
    sources: tuple[str, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Section:
    """Findings by what there is to do about them."""

    title: str
    intro: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Report:
    """`figures` are (number, what it counts).

    `compared` says in a sentence how it differs from the earlier review (empty without one), `changes` which
    findings (what, because of what, title).
    """

    language: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[int, str], ...]
    serious: tuple[Item, ...]
    compared: str
    changes: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
    method: tuple[str, ...]
    rules: tuple[tuple[str, str, str], ...]
    rule_header: tuple[str, str, str]
    fingerprint: str
    footer: str
    words: Mapping[str, str] = field(default_factory=dict)


def report(review: Review, language: str) -> Report:
    """The report of a frozen review. Raises ValueError of a draft."""
    if review.content is None or review.frozen_at is None:
        raise ValueError("a draft has nothing to report")
    # A database may keep the keys of an object in another order than it was given: PostgreSQL's jsonb does.
    content = json.loads(canonical(review.content))
    with translation.override(language):
        return _Writer(review, content, language).report()


class _Writer:
    def __init__(self, review: Review, content: Body, language: str) -> None:
        self.review, self.content, self.language = review, content, language

    def report(self) -> Report:
        items = [self._item(body) for body in self.content["findings"] if not _is_apart(body)]
        review, content = self.review, self.content
        counts = content["coverage"]
        earlier = review.previous.content if review.previous else None
        diff = compare(earlier, content) if earlier is not None else None
        return Report(
            language=self.language,
            title=_title(review, self.language),
            subtitle=content["strategy"]["name"][self.language],
            facts=self._facts(),
            figures=self._figures(items, counts),
            serious=tuple(sorted(items, key=lambda item: (-item.severity, item.number))[:SERIOUS]),
            compared=self._compared(diff),
            changes=tuple(self._changes(diff)),
            sections=tuple(self._sections(items)),
            method=self._method(),
            rules=self._rules(),
            rule_header=(_("Rule"), _("What it says"), _("Version and measures")),
            fingerprint=grouped(review.fingerprint),
            footer=_("Fingerprint of the content: %(fingerprint)s")
            % {"fingerprint": grouped(review.fingerprint)},
            words={
                "summary": _("Summary"),
                "serious": _("The most serious findings"),
                "findings": _("Findings"),
                "none": _("Nothing was found within the scope."),
                "closes": _("What would close it"),
                "evidence": _("Rows it rests on"),
                "code": _("Id"),
                "mandate": _("Mandate"),
                "holder": _("Holder"),
                "period": _("Period"),
                "sources": _("Sources"),
                "remarks": _("Effects, replies and decision"),
                "method": _("Method"),
                "rules": _("Rules and measures"),
                "page": _("Page"),
                "severity": _("Severity"),
                "kind": _("Kind"),
                "finding": _("Finding"),
                "explanation": _("Explanation"),
                "group": _("What to do"),
                "figures": _("In figures"),
                "number": _("No."),
                "changes": _("Since the earlier review"),
                "change": _("What"),
                "cause": _("Because of"),
            },
        )

    def _facts(self) -> tuple[tuple[str, str], ...]:
        review, scope = self.review, self.content["scope"]
        assert review.frozen_at is not None  # of every report
        names = self.content["names"]["codes"]
        areas = [names.get(f"area/{code}", {}).get(self.language, code) for code in scope["areas"]]
        rules = [finding_words.rule_name(name) for name in scope["rules"]]
        return (
            (_("Day"), self.content["as_of"]),
            (_("Frozen"), review.frozen_at.date().isoformat()),
            (_("Areas"), ", ".join(areas) or _("all")),
            (_("Rules"), ", ".join(rules) or _("all")),
            (_("The register"), _("%(n)s rows in all") % {"n": self.content["register"]["rows"]}),
        )

    def _figures(self, items: Sequence[Item], counts: Body) -> tuple[tuple[int, str], ...]:
        by_status = counts["by_status"]
        unmet = len(counts["unmet"])
        dark = len(counts["marks"].get("goes_dark", ()))
        thin = len(counts["marks"].get("thin", ()))
        unmanaged = sum(body["managed"] is False for body in self.content["findings"])
        decided = sum(bool((body["said"] or {}).get("disposition")) for body in self.content["findings"])
        return (
            (
                counts["expected"],
                ngettext("expected task on the day", "expected tasks on the day", counts["expected"]),
            ),
            (
                by_status.get("covered", 0),
                ngettext(
                    "of them is held by enough actors",
                    "of them are held by enough actors",
                    by_status.get("covered", 0),
                ),
            ),
            (unmet, ngettext("of them is not", "of them are not", unmet)),
            (
                dark,
                ngettext("goes dark within the horizon", "go dark within the horizon", dark),
            ),
            (thin, ngettext("hangs on one actor alone", "hang on one actor alone", thin)),
            (
                unmanaged,
                ngettext("overlap that nobody manages", "overlaps that nobody manages", unmanaged),
            ),
            (decided, ngettext("finding with a decision", "findings with a decision", decided)),
        )

    def _sections(self, items: Sequence[Item]) -> list[Section]:
        by_key = {item.key: item for item in items}
        found: dict[str, list[Item]] = {}
        for body in self.content["findings"]:
            if body["key"] in by_key:
                found.setdefault(group_of(body["rule"], body["managed"]), []).append(by_key[body["key"]])
        return [
            Section(str(GROUPS[group][0]), str(GROUPS[group][1]), tuple(rows))
            for group, rows in found.items()
        ]

    def _item(self, body: Body) -> Item:
        return Item(
            number=body["number"],
            key=body["key"],
            kind=finding_words.pill(body["rule"], body),
            severity=body["severity"],
            title=body["title"][self.language],
            text=body["explanation"][self.language],
            closes=tuple(body["what_would_close"][self.language]),
            mandates=tuple(self._mandate(row) for row in quoted_rows(body.get("evidence") or {}).values()),
            sources=tuple(self._source(text) for text in sources_of(dict(body))),
            remarks=tuple(self._remarks(body["said"] or {})),
        )

    def _mandate(self, row: Body) -> Mandate:
        title = row.get(f"title_{self.language}") or row.get("title_sv") or row.get("title_en") or ""
        names = self.content["names"]["actors"].get(row["holder"], {})
        period = format_period(
            _day(row.get("valid_from")),
            row.get("from_precision") or "",
            _day(row.get("valid_to")),
            row.get("to_precision") or "",
            self.language,
        )
        return Mandate(row["mandate"], title, names.get(self.language, row["holder"]), period)

    def _source(self, text: str) -> str:
        slug, _space, place = text.partition(" ")
        title = self.content["documents"].get(slug, {}).get(self.language)
        return f"{title}, {place}" if title and place else title or text

    def _remarks(self, said: Body) -> list[Remark]:
        effects = {"good": _("Good effect"), "bad": _("Bad effect")}
        found = [Remark(effects[row["kind"]], row["text"]) for row in said.get("effects", ())]
        for row in said.get("replies", ()):
            label = _("Reply of %(actor)s, %(day)s") % {
                "actor": row["actor"][self.language],
                "day": row["on"],
            }
            found.append(Remark(label, row["text"]))
        if made := said.get("disposition"):
            label = _("Decision, %(day)s: %(choice)s") % {
                "day": made["on"],
                "choice": Disposition.Choice(made["choice"]).label,
            }
            parts = [made["reason"]]
            if made["owner"]:
                parts.append(_("Owner: %(actor)s.") % {"actor": made["owner"][self.language]})
            if made["due"]:
                parts.append(_("Due %(day)s.") % {"day": made["due"]})
            found.append(Remark(label, " ".join(parts)))
        return found

    def _compared(self, diff: Diff | None) -> str:
        earlier = self.review.previous
        if earlier is None or diff is None:
            return ""
        return _(
            "Compared with “%(title)s” of %(day)s: %(opened)s new, %(closed)s closed, %(changed)s on other facts, "
            "%(unchanged)s unchanged."
        ) % {
            "title": _title(earlier, self.language),
            "day": earlier.as_of.isoformat(),
            "opened": len(diff.opened),
            "closed": len(diff.closed),
            "changed": len(diff.changed),
            "unchanged": diff.unchanged,
        }

    def _changes(self, diff: Diff | None) -> list[tuple[str, str, str]]:
        if diff is None:
            return []
        causes = {
            DATA: _("the register or the day"),
            RULE: _("the rules"),
            BOTH: _("the register and the rules"),
            SCOPE: _("the scope"),
        }
        parts = (
            (pgettext("change", "New"), diff.opened),
            (pgettext("change", "Closed"), diff.closed),
            (pgettext("change", "Other facts"), diff.changed),
        )
        return [
            (label, causes[row.cause], row.body["title"][self.language])
            for label, rows in parts
            for row in rows
            if not _is_apart(row.body)
        ]

    def _method(self) -> tuple[str, ...]:
        register = self.content["register"]
        return (
            _(
                "Every finding is derived from the register by a rule that is stated below, with its version and its "
                "measures. A finding is a question to judge, with good and bad effects, not a verdict."
            ),
            _(
                "What nobody has checked is listed apart and never counted as a gap. Overlap means similar tasks in the "
                "same area; duplication the same task for the same target group; fragmentation more than one actor in "
                "the same broad area (definitions after GAO-15-49SP)."
            ),
            _(
                "The register had %(rows)s rows when the review was frozen. Their fingerprint (SHA-256 of all tables as "
                "exported) is %(fingerprint)s. Whoever has the same register and the same release gets the same findings."
            )
            % {"rows": register["rows"], "fingerprint": grouped(register["fingerprint"])},
        )

    def _rules(self) -> tuple[tuple[str, str, str], ...]:
        measures = {body["rule"]: body.get("thresholds") or {} for body in self.content["findings"]}
        order = {name: place for place, name in enumerate(RULES)}
        return tuple(
            (
                finding_words.rule_name(name),
                str(finding_words.RULE_MEANINGS.get(name, "")),
                "; ".join(
                    [
                        _("version %(n)s") % {"n": version},
                        *(
                            finding_words.threshold(key, value)
                            for key, value in measures.get(name, {}).items()
                        ),
                    ]
                ),
            )
            for name, version in sorted(
                self.content["rules"].items(), key=lambda one: order.get(one[0], len(order))
            )
        )


def grouped(digits: str, size: int = 8) -> str:
    """Digits that a narrow column can break.

    >>> grouped("fa3cd9e9d7d860e4")
    'fa3cd9e9 d7d860e4'
    """
    return " ".join(digits[at : at + size] for at in range(0, len(digits), size))


def _is_apart(body: Body) -> bool:
    rule = RULES.get(body["rule"])
    return rule is not None and rule.apart


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _title(review: Review, language: str) -> str:
    swedish, english = review.title_sv, review.title_en
    return english or swedish if language == "en" else swedish or english
