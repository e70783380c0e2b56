"""What the minutes of a meeting say, gathered as plain values when they are approved, and the fingerprint of that."""

import datetime
import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

from meetings.models import Invitation, Meeting, Minutes
from network.models import Actor

FORMAT = 1


def gather(minutes: Minutes, approved_at: datetime.datetime) -> dict[str, Any]:
    """All of it, in values that JSON knows. A constant number of queries."""
    meeting = minutes.meeting
    zone = ZoneInfo(meeting.zone)
    return {
        "format": FORMAT,
        "meeting": {
            "id": meeting.slug,
            "title": meeting.title,
            "language": meeting.language,
            "starts": meeting.starts.astimezone(zone).isoformat() if meeting.starts else None,
            "ends": meeting.ends.astimezone(zone).isoformat() if meeting.ends else None,
            "zone": meeting.zone,
            "form": meeting.form,
            "location": meeting.location,
            "illustrative": meeting.illustrative,
        },
        "network": {"id": meeting.network.slug, "name": _names(meeting.network)},
        "case_number": minutes.case_number,
        "attendance": [_seat(row) for row in _people(meeting)],
        "items": _items(meeting),
        "approval": {
            "adjuster": _seat(minutes.adjuster) if minutes.adjuster else None,
            "silence_until": minutes.silence_until.isoformat() if minutes.silence_until else None,
            "at": approved_at.astimezone(zone).isoformat(timespec="seconds"),
        },
        "remarks": minutes.remarks,
    }


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the content in one fixed spelling."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _people(meeting: Meeting) -> list[Invitation]:
    return list(meeting.invitations.standing().select_related("actor").order_by("sort_sv", "pk"))


def _seat(row: Invitation) -> dict[str, Any]:
    return {
        "actor": row.actor.slug if row.actor else None,
        "who": _names(row.actor) if row.actor else {"sv": row.who, "en": row.who},
        "name": row.name,
        "attendance": row.attendance,
    }


def _items(meeting: Meeting) -> list[dict[str, Any]]:
    rows = meeting.items.select_related("owner", "finding").prefetch_related(
        "documents", "decisions", "actions__owner"
    )
    return [
        {
            "number": number,
            "title": row.title,
            "kind": row.kind,
            "intro": row.intro,
            "duration": row.duration,
            "owner": _names(row.owner) if row.owner else None,
            "finding": row.finding.key if row.finding else None,
            "documents": [
                {"id": document.slug, "title": {"sv": document.title_sv, "en": document.title_en}}
                for document in row.documents.all()
            ],
            "text": row.text,
            "outcome": row.outcome,
            "decisions": [
                {"number": one.number, "text": one.text, "effect": one.effect} for one in row.decisions.all()
            ],
            "actions": [
                {
                    "text": one.text,
                    "owner": {"id": one.owner.slug, "name": _names(one.owner)},
                    "due": one.due.isoformat() if one.due else None,
                }
                for one in row.actions.all()
            ],
        }
        for number, row in enumerate(rows.order_by("position", "pk"), start=1)
    ]


def _names(row: Actor | Any) -> dict[str, str]:
    """In both languages; where one is missing, the other."""
    swedish, english = row.name_sv, row.name_en
    return {"sv": swedish or english, "en": english or swedish}
