"""The list of findings, and a finding's own page."""

import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import may, require
from coordination.base.htmx import render_page
from coordination.base.listing import FORMATS
from coordination.base.panels import panels_for
from coordination.base.tables.exporting import download, write
from mandates import (
    finding_chain,
    finding_words,
    findings_evidence,
    findings_lanes,
    findings_list,
    findings_page,
    findings_told,
    tasks,
)
from mandates.findings_forms import DispositionForm, FindingFilter, NoteForm, ReplyForm
from mandates.findings_list import Item
from mandates.findings_seen import Seen, seen_by
from mandates.findings_store import Row
from mandates.models import Disposition, Expectation, Finding, Scenario
from mandates.rules import RULES

SHOWN = 12  # of each group, before one asks for all of it


@require_safe
def finding_list(request: Request) -> HttpResponse:
    """The findings of the day, by what there is to do; unmanaged overlaps first."""
    require(request, "view", Finding)
    as_of: datetime.date = request.as_of
    today = timezone.localdate()
    wanted = request.GET.get("format", "")
    if wanted and wanted not in FORMATS:
        raise Http404
    every = findings_list.listed(request.user, as_of, bodies=wanted == "json")
    if every.found.is_missing or every.found.is_stale:
        tasks.keep_soon(as_of)
    form = FindingFilter(request.GET, today=today)
    items = [item for item in every.items if form.keeps(item)] if form.is_valid() else []
    if wanted:
        return _export(items, wanted)
    asked = form.cleaned_data.get("group", "") if form.is_valid() else ""
    groups = findings_list.grouped(items, limit=None if asked else SHOWN)
    page = Paginator(items, settings.PAGE_SIZE).get_page(request.GET.get("page")) if asked else None
    sees_all = findings_list.sees_all(request.user)
    if page is not None:
        groups = [findings_list.Group(g.key, g.items, list(page.object_list)) for g in groups]
    context: dict[str, Any] = {
        "form": form,
        "filter_count": form.count,
        "listed": every,
        "found": every.found,
        "items": items,
        "groups": groups,
        "page": page,
        "title": findings_told.headline(every, sees_all),
        "lead": findings_told.lead(every, sees_all),
        "rules": [
            (
                name,
                finding_words.RULE_NAMES[name],
                finding_words.RULE_MEANINGS[name],
                count,
                RULES[name].apart,
            )
            for name, count in every.by_rule
        ],
        "today": today,
        "sees_all": sees_all,
        "may_publish": may(request.user, "publish", Finding),
        "may_draft": may(request.user, "add", Scenario),
    }
    return render_page(request, "mandates/findings.html", context, fragment="finding-groups")


COLUMNS = (
    "key",
    "rule",
    "severity",
    "managed",
    "title",
    "explanation",
    "strategy",
    "expectation",
    "area",
    "function",
    "level",
    "actors",
    "mandates",
    "disposition",
    "owner",
    "due",
    "published",
)


def _export(items: list[Item], wanted: str) -> HttpResponse:
    """What the facets leave as a file; JSON as the machine interface has it."""
    if wanted == "json":
        rows: list[Any] = [
            {name: value for name, value in (item.row.body or {}).items() if name != "lead"} for item in items
        ]
    else:
        rows = [_texts(item) for item in items]
    return download(write("findings", rows, wanted, header=list(COLUMNS)), wanted, "findings")


def _texts(item: Item) -> dict[str, str]:
    row, made = item.row, item.disposition
    return {
        **{name: getattr(row, name) for name in ("key", "rule", "strategy", "expectation", "area")},
        "function": row.function,
        "level": row.level,
        "severity": str(row.severity),
        "managed": {True: "yes", False: "no", None: ""}[row.managed],
        "title": row.title,
        "explanation": row.text,
        "actors": ";".join(row.actors),
        "mandates": ";".join(row.mandates),
        "disposition": made.choice if made else "",
        "owner": made.owner.slug if made and made.owner else "",
        "due": made.due.isoformat() if made and made.due else "",
        "published": "yes" if item.is_published else "no",
    }


@require_safe
def finding(request: Request, key: str) -> HttpResponse:
    """All that there is to know and decide about one finding."""
    seen = seen_by(request, key, request.as_of)
    if seen.found.is_missing or seen.found.is_stale:
        tasks.keep_soon(request.as_of)
    return page_of(request, seen)


def page_of(
    request: Request,
    seen: Seen,
    *,
    status: int = 200,
    disposition_form: DispositionForm | None = None,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
    conflict: Disposition | None = None,
) -> HttpResponse:
    """The page of a finding, with forms that were refused in place of empty ones."""
    as_of: datetime.date = request.as_of
    found_on = as_of if seen.row is not None else seen.record.body_as_of or as_of
    today, user, body = timezone.localdate(), request.user, seen.body
    replies = list(seen.record.replies.select_related("actor", "author")) if seen.is_kept else []
    made = findings_list.standing([seen.record.pk]).get(seen.record.pk) if seen.is_kept else None
    if made is not None:
        made = Disposition.objects.select_related("owner", "author").get(pk=made.pk)
    actors = findings_page.actors_of({*findings_evidence.slugs_of(body), *(body.get("actors") or ())})
    names = findings_page.names_of(actors)
    evidence = findings_evidence.evidence_of(body, found_on, actors)
    cells = findings_lanes.cells_of(body, found_on)
    parties, more_parties = findings_page.parties_of(body, actors, replies, user, today)
    sees_all = findings_list.sees_all(user)
    stand = findings_page.stand_of(seen.row, made, names)
    is_closed = seen.row is None and seen.is_kept and not seen.record.is_open
    may_do = {name for name in ("dispose", "act", "note", "publish") if may(user, name, seen.record)}
    draft = _draft(seen, user) if "dispose" in may_do else None
    if "dispose" in may_do and disposition_form is None:
        disposition_form = DispositionForm(
            instance=draft, initial={"version": seen.record.version}, today=today
        )
    speakers = [party.actor for party in parties if party.may_reply]
    if speakers and reply_form is None:
        drafted = next((party.draft for party in parties if party.draft is not None), None)
        reply_form = ReplyForm(
            instance=drafted,
            actors=speakers,
            initial={"actor": (drafted.actor if drafted else speakers[0]).slug},
        )
    asked = cells[0].expectation if cells and body.get("expectation") else None
    context = {
        "seen": seen,
        "row": seen.row,
        "record": seen.record,
        "body": body,
        "found_on": found_on,
        "rule": finding_words.rule_name(body["rule"]),
        "pill": finding_words.pill(body["rule"], body),
        "sign": finding_words.sign_of(body["rule"], body),
        "group": finding_words.GROUPS[finding_words.group_of(body["rule"], body.get("managed"))][0],
        "title": (body.get("title") or {}).get(_language(), seen.record.key),
        "lead": (body.get("lead") or {}).get(_language(), ""),
        "closes": (body.get("what_would_close") or {}).get(_language(), []),
        "evidence": evidence,
        "cells": cells,
        "asked": asked,
        "asked_sources": _sources(asked),
        "properties": findings_evidence.properties(body, cells[0] if asked else None),
        "figure": findings_lanes.figure_of(
            body, found_on, cells=cells, mandates=[r.mandate for r in evidence.rows if r.mandate]
        ),
        "steps": finding_chain.chain(
            request,
            seen.record.key,
            changed=made is not None and made.choice == Disposition.Choice.ACTION_TAKEN,
            closed=is_closed,
        ),
        "is_closed": is_closed,
        "parties": parties,
        "more_parties": more_parties,
        "stand": stand,
        "draft": draft,
        "disposition_form": disposition_form if "dispose" in may_do else None,
        "choice_help": finding_words.CHOICE_HELP,
        "reply_form": reply_form if speakers else None,
        "note_form": (note_form or NoteForm()) if "note" in may_do else None,
        "notes": findings_page.notes_of(seen.record, user, all_of_it=sees_all),
        "history": findings_page.history_of(seen.record, user, names, all_of_it=sees_all),
        "related": [
            (
                other,
                finding_words.pill(other.rule, {"managed": other.managed}),
                finding_words.sign_of(other.rule, {}),
            )
            for other in _visible(findings_page.related(seen.row, body, seen.found), sees_all)
        ],
        "tried": findings_page.tried(user, seen.record.key, found_on) if seen.row is not None else None,
        "thresholds": [
            finding_words.threshold(name, value) for name, value in (body.get("thresholds") or {}).items()
        ],
        "meaning": finding_words.RULE_MEANINGS.get(body["rule"], ""),
        "may_do": may_do,
        "sees_all": sees_all,
        "conflict": conflict,
        "today": today,
        "panels": panels_for("finding", request, seen.record, as_of),
    }
    return render(request, "mandates/finding.html", context, status=status)


def _language() -> str:
    return "en" if (get_language() or "sv").startswith("en") else "sv"


def _draft(seen: Seen, user: Any) -> Disposition | None:
    if not seen.is_kept:
        return None
    return seen.record.dispositions.filter(status=Disposition.Status.DRAFT, author=user).first()


def _sources(asked: Expectation | None) -> list[Any]:
    return list(asked.citations.select_related("document")) if asked is not None else []


def _visible(rows: list[Row], sees_all: bool) -> list[Row]:
    if sees_all or not rows:
        return rows
    records = findings_list.records_of(rows)
    return [row for row in rows if row.key in records and records[row.key].is_published]
