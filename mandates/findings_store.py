"""Where pages get their findings from: the kept set of the day, or the rules at once where that is quick.

A set is kept by the worker (`mandates.findings_refresh`). It counts as long as the register and the rules
are those it was made with. Where it does not, a register of ordinary size is asked at once; a large one
answers with the older set, which then says so, or with none yet.
"""

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from coordination.base import revision
from mandates import register_snapshot, thresholds
from mandates.explain import LANGUAGES, Names, as_json, lead
from mandates.models import FindingSet, FoundFinding, Mandate
from mandates.rules import RULES, Finding, findings
from mandates.snapshot import Snapshot

ABOUT = ("actors", "mandates", "networks", "collaborations")
LISTS = ("actors", "mandates")
COLUMNS = (
    "key",
    "rule",
    "severity",
    "managed",
    "strategy",
    "expectation",
    "area",
    "function",
    "level",
    "actors",
    "mandates",
    "title_sv",
    "title_en",
    "text_sv",
    "text_en",
    "fingerprint",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding as lists show it; `body` is all of it, where it has been read."""

    key: str
    rule: str
    severity: int
    managed: bool | None
    strategy: str
    expectation: str
    area: str
    function: str
    level: str
    actors: tuple[str, ...]
    mandates: tuple[str, ...]
    title_sv: str
    title_en: str
    text_sv: str
    text_en: str
    fingerprint: str
    body: dict[str, Any] | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        return self.title_en if _is_english() else self.title_sv

    @property
    def text(self) -> str:
        """What it says besides the title."""
        return self.text_en if _is_english() else self.text_sv

    @property
    def areas(self) -> frozenset[str]:
        return frozenset(part for part in self.area.split(";") if part)

    @property
    def is_apart(self) -> bool:
        """Of a rule whose findings are listed by themselves and ask for no decision."""
        return RULES[self.rule].apart if self.rule in RULES else False

    @property
    def is_unmanaged(self) -> bool:
        return self.managed is False


def _is_english() -> bool:
    return (get_language() or "sv").startswith("en")


@dataclass(frozen=True, slots=True)
class Found:
    """The findings of a day, most severe first.

    Attributes:
        is_stale: the register or the rules have changed since; new ones are being worked out.
        is_missing: there are none yet; they are being worked out.
        computed_at: when they were, for those that were kept.
    """

    as_of: datetime.date
    rows: tuple[Row, ...]
    is_stale: bool = False
    is_missing: bool = False
    computed_at: datetime.datetime | None = None

    def by_key(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)


def rules_version() -> str:
    """Changes with the version of any rule, and with the thresholds."""
    versions = {name: rule.version for name, rule in RULES.items()}
    facts = {"rules": versions, **asdict(thresholds.current())}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def is_quick() -> bool:
    """Whether the rules may be run while somebody waits. One query."""
    return Mandate.objects.count() <= settings.FINDINGS_AT_ONCE


def on(as_of: datetime.date, *, bodies: bool = False, naming: tuple[str, str] | None = None) -> Found:
    """The findings of `as_of`, with all of each where `bodies` says so. Three queries where a set is kept.

    Args:
        naming: only those that name a row: (one of ABOUT, its id).
    """
    kept = FindingSet.objects.filter(as_of=as_of).first()
    if kept is not None and _is_fresh(kept):
        return Found(as_of, _kept(kept, bodies, naming), computed_at=kept.computed_at)
    if is_quick():
        rows = at_once(register_snapshot.current(), as_of)
        if naming is not None:
            kind, name = naming
            rows = tuple(row for row in rows if name in (row.body or {}).get(kind, ()))
        return Found(as_of, rows)
    if kept is None:
        return Found(as_of, (), is_missing=True)
    return Found(as_of, _kept(kept, bodies, naming), is_stale=True, computed_at=kept.computed_at)


def one(as_of: datetime.date, key: str) -> tuple[Row | None, Found]:
    """The finding `key` with its body, where it holds on `as_of`; and the others of the day."""
    found = on(as_of)
    row = found.by_key(key)
    if row is None or row.body is not None:
        return row, found
    body = FoundFinding.objects.filter(found_in__as_of=as_of, key=key).values_list("body", flat=True).first()
    return Row(**{name: getattr(row, name) for name in COLUMNS}, body=body), found


def _is_fresh(kept: FindingSet) -> bool:
    return kept.rules_version == rules_version() and kept.revision == revision.current()


def _kept(kept: FindingSet, bodies: bool, naming: tuple[str, str] | None) -> tuple[Row, ...]:
    rows = kept.rows.order_by("position")
    if naming is not None:
        rows = rows.filter(about__contains=f";{_mark(*naming)};")
    columns = (*COLUMNS, "body") if bodies else COLUMNS
    return tuple(
        Row(**{**values, **{name: tuple(values[name]) for name in LISTS}}) for values in rows.values(*columns)
    )


def at_once(snapshot: Snapshot, as_of: datetime.date) -> tuple[Row, ...]:
    """The findings of `snapshot` on `as_of`, by running the rules."""
    return snapshot.remembered(
        ("rows", as_of, thresholds.current()),
        lambda: tuple(Row(**columns_of(found, body), body=body) for found, body in written(snapshot, as_of)),
    )


def written(snapshot: Snapshot, as_of: datetime.date) -> list[tuple[Finding, dict[str, Any]]]:
    """Each finding with what the machine interface says of it, and the day's `lead` for pages besides."""
    names = Names(snapshot)
    return [
        (found, {**as_json(found, names), "lead": lead(found, names)})
        for found in findings(snapshot, as_of, thresholds.current())
    ]


def columns_of(found: Finding, body: dict[str, Any]) -> dict[str, Any]:
    """The values of COLUMNS."""
    return {
        "key": found.key,
        "rule": found.rule,
        "severity": found.severity,
        "managed": found.managed,
        "strategy": found.strategy or "",
        "expectation": found.expectation or "",
        "area": found.area or "",
        "function": found.function or "",
        "level": found.level or "",
        "actors": found.actors,
        "mandates": found.mandates,
        **{f"title_{language}": body["title"][language] for language in LANGUAGES},
        **{f"text_{language}": body["lead"][language] for language in LANGUAGES},
        "fingerprint": found.fingerprint,
    }


def about_of(found: Finding) -> str:
    """What it concerns, as `FoundFinding.about` has it."""
    named = [_mark(kind, row) for kind in ABOUT for row in getattr(found, kind)]
    return f";{';'.join(named)};" if named else ""


def _mark(kind: str, row: str) -> str:
    return f"{kind.removesuffix('s')}/{row}"
