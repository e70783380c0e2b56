"""Gathering what a review freezes: findings with what people said of them, names, sources and measures.

All that a report says is in it, so that the report of a frozen review is the same whatever the register says later.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from coordination.base.citing import canonical
from coordination.base.models import Document
from coordination.base.tables import all_kinds
from coordination.base.tables.exporting import export_rows
from mandates import coverage, findings_store, register_snapshot, thresholds
from mandates.explain import LANGUAGES, Names
from mandates.finding_facts import quoted_rows
from mandates.finding_words import GROUPS, group_of
from mandates.findings_evidence import slugs_of
from mandates.models import Disposition, Finding, FindingNote, Reply, Review
from mandates.rules import RULES
from mandates.rules import Finding as Found
from mandates.snapshot import Snapshot

FORMAT = 1
EFFECTS = (FindingNote.Kind.GOOD, FindingNote.Kind.BAD)
Body = dict[str, Any]


def gather(review: Review) -> Body:
    """The content of `review` by the register, rules and thresholds as they stand, as JSON values."""
    snapshot = register_snapshot.current()
    names = Names(snapshot)
    found = [
        {**body, "fingerprint": finding.fingerprint}
        for finding, body in findings_store.written(snapshot, review.as_of)
        if _is_in_scope(review, finding)
    ]
    order = list(GROUPS)
    found.sort(key=lambda body: (order.index(group_of(body["rule"], body["managed"])), -body["severity"]))
    said = _said(body["key"] for body in found)
    for number, body in enumerate(found, start=1):
        body |= {"number": number, "said": said.get(body["key"], {})}
    used = [name for name in RULES if not review.rules or name in review.rules]
    tables, digest = register_state()
    content = {
        "format": FORMAT,
        "strategy": _strategy(review),
        "as_of": review.as_of,
        "scope": {"areas": sorted(review.areas), "rules": sorted(review.rules)},
        "rules": {name: RULES[name].version for name in used},
        "thresholds": asdict(thresholds.current()),
        "coverage": _coverage(review, snapshot),
        "findings": found,
        "names": _names(found, names),
        "documents": _documents(found),
        "register": {"tables": tables, "rows": sum(tables.values()), "fingerprint": digest},
    }
    plain: Body = json.loads(json.dumps(content, default=str))
    return plain


def fingerprint(content: Body) -> str:
    """SHA-256 of `content` as canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def register_state() -> tuple[dict[str, int], str]:
    """({table: rows}, SHA-256 of what exporting every table writes): which register it was."""
    digest, counts = hashlib.sha256(), {}
    for kind in all_kinds():
        rows = export_rows(kind.name)
        counts[kind.name] = len(rows)
        digest.update(canonical([kind.name, rows]).encode())
    return counts, digest.hexdigest()


def _is_in_scope(review: Review, finding: Found) -> bool:
    """Of the strategy, or of no one strategy; in an area of the scope, in several of which one is, or across all."""
    if review.rules and finding.rule not in review.rules:
        return False
    if finding.strategy not in (None, review.strategy.slug):
        return False
    return not review.areas or bool(set((finding.area or "").split(";")) & set(review.areas))


def _strategy(review: Review) -> Body:
    row = review.strategy
    return {
        "slug": row.slug,
        "name": _both(row),
        "known_until": row.known_until,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _coverage(review: Review, snapshot: Snapshot) -> Body:
    """Expectations on the day by status, and which carry a mark."""
    states = [
        state
        for state in coverage.states(snapshot, review.as_of, thresholds.current())
        if state.status != "none"
        and state.cell.expectation.strategy == review.strategy.slug
        and (not review.areas or state.cell.area in review.areas)
    ]
    marks: dict[str, list[str]] = defaultdict(list)
    for state in states:
        for mark in state.marks:
            marks[mark].append(state.cell.id)
    return {
        "expected": len(states),
        "by_status": dict(Counter(state.status for state in states)),
        "unmet": [state.cell.id for state in states if state.is_unmet],
        "marks": {name: sorted(cells) for name, cells in marks.items()},
    }


def _said(keys: Iterable[str]) -> dict[str, Body]:
    """{key: effects noted, replies sent and the standing disposition}. Drafts and private notes stay theirs."""
    records = {row.pk: row.key for row in Finding.objects.filter(key__in=list(keys))}
    found: dict[str, Body] = defaultdict(lambda: {"effects": [], "replies": [], "disposition": None})
    notes = FindingNote.objects.filter(finding__in=records, kind__in=EFFECTS)
    for note in notes:
        found[records[note.finding_id]]["effects"].append({"kind": note.kind, "text": note.text})
    replies = Reply.objects.filter(finding__in=records, status=Reply.Status.SENT).select_related("actor")
    for reply in replies:
        found[records[reply.finding_id]]["replies"].append(
            {"actor": _both(reply.actor), "text": reply.text, "on": reply.at.date()}
        )
    made = Disposition.objects.filter(finding__in=records, status=Disposition.Status.MADE)
    for row in made.select_related("owner"):
        found[records[row.finding_id]]["disposition"] = {
            "choice": row.choice,
            "reason": row.reason,
            "owner": _both(row.owner) if row.owner else None,
            "due": row.due,
            "on": row.at.date(),
            "source": row.source,
        }
    return dict(found)


def _both(row: Any) -> dict[str, str]:
    return {"sv": row.name_sv or row.name_en, "en": row.name_en or row.name_sv}


def _names(found: list[Body], names: Names) -> Body:
    """Names in both languages of every actor and code that a finding quotes."""
    actors = {slug for body in found for slug in slugs_of(body)}
    codes = {
        (noun, str(code))
        for body in found
        for noun in ("area", "function", "level")
        for code in str(body[noun] or "").split(";")
        if code
    }
    return {
        "actors": {slug: {lang: names.actor(slug, lang) for lang in LANGUAGES} for slug in sorted(actors)},
        "codes": {
            f"{noun}/{code}": {lang: names.code(noun, code, lang) for lang in LANGUAGES}
            for noun, code in sorted(codes)
        },
    }


def _documents(found: list[Body]) -> Body:
    """Titles of the documents that the quoted rows and expectations cite."""
    cited = {source.partition(" ")[0] for body in found for source in sources_of(body)}
    rows = Document.objects.filter(slug__in=cited).order_by("slug")
    return {
        row.slug: {"sv": row.title_sv or row.title_en, "en": row.title_en or row.title_sv} for row in rows
    }


def sources_of(body: Body) -> list[str]:
    """Every source that the evidence of a finding cites, once, as “document place” or an address."""
    evidence = body.get("evidence") or {}
    asked = (evidence.get("asked") or {}).get("sources") or ()
    quoted = (source for row in quoted_rows(evidence).values() for source in row.get("sources", ()))
    return list(dict.fromkeys([*asked, *quoted]))
