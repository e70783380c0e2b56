"""What is filed of a meeting: its approved minutes and everything they rest on, as one ZIP with one time for all."""

import csv
import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from meetings import minutes_report
from meetings.minutes_report import Content

EARLIEST = (1980, 1, 1, 0, 0, 0)  # of what a ZIP can say; the days are in metadata.json


def package(content: Content, fingerprint: str, at: datetime.datetime) -> bytes:
    """Its bytes depend on the arguments alone."""
    made = minutes_report.report(content, fingerprint)
    language = content["meeting"]["language"]
    decisions = [
        {"item": row["number"], "number": one["number"], "decision": one["text"]}
        for row in content["items"]
        for one in row["decisions"]
    ]
    actions = [
        {
            "item": row["number"],
            "action": one["text"],
            "owner_id": one["owner"]["id"],
            "owner": one["owner"]["name"][language],
            "due": one["due"] or "",
        }
        for row in content["items"]
        for one in row["actions"]
    ]
    attendance = [
        {
            "organisation_id": row["actor"] or "",
            "organisation": row["who"][language],
            "name": row["name"],
            "attendance": row["attendance"],
        }
        for row in content["attendance"]
    ]
    agenda = [
        {
            "item": row["number"],
            "title": row["title"],
            "minutes": row["duration"],
            "finding": row["finding"] or "",
        }
        for row in content["items"]
    ]
    files = {"minutes.pdf": minutes_report.pdf(made, at), "minutes.docx": minutes_report.docx(made, at)}
    tables: dict[str, tuple[Sequence[str], list[dict[str, Any]]]] = {
        "agenda": (("item", "title", "minutes", "finding"), agenda),
        "attendance": (("organisation_id", "organisation", "name", "attendance"), attendance),
        "decisions": (("item", "number", "decision"), decisions),
        "actions": (("item", "action", "owner_id", "owner", "due"), actions),
    }
    for name, (header, rows) in tables.items():
        files[f"{name}.csv"] = _csv(header, rows)
        files[f"{name}.json"] = _json(rows)
    files["content.json"] = _json(content)
    files["metadata.json"] = _json(
        {
            "title": made.title,
            "network": content["network"],
            "meeting": content["meeting"]["id"],
            "held": content["meeting"]["starts"],
            "case_number": content["case_number"],
            "language": language,
            "approved": content["approval"]["at"],
            "fingerprint": fingerprint,
            "sha256": {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())},
        }
    )
    return _zip(files)


def _csv(header: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    written = io.StringIO()
    table = csv.DictWriter(written, header, lineterminator="\r\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def _json(rows: Any) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return made.getvalue()
