"""One finding that somebody may see: as it holds on a day, and as it is kept."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from coordination.base.authorisation import LoginRequired, may, require
from mandates import findings_store
from mandates.findings_store import Found, Row
from mandates.models import Finding


@dataclass(frozen=True, slots=True)
class Seen:
    """`row` is None where it does not hold on the day; `record` may not be stored; `body` is of either."""

    row: Row | None
    record: Finding
    found: Found
    body: dict[str, Any]

    @property
    def is_kept(self) -> bool:
        return self.record.pk is not None


def seen_by(request: HttpRequest, key: str, as_of: datetime.date, action: str = "view") -> Seen:
    """The finding `key` on `as_of`, if the request's user may do `action` to it.

    Whoever is not logged in is sent to log in, whether it exists or not: a link from a colleague then works,
    and tells nothing.

    Raises:
        LoginRequired, Http404, PermissionDenied: as `coordination.base.authorisation.require`.
    """
    if not request.user.is_authenticated and not may(request.user, action, Finding):
        raise LoginRequired
    row, found = findings_store.one(as_of, key)
    record = Finding.objects.select_related("published_by").filter(key=key).first()
    if record is None and row is not None:
        record = Finding(key=key, rule=row.rule, body=row.body or {}, fingerprint=row.fingerprint)
    if record is None or not may(request.user, "view", record):
        if not request.user.is_authenticated:
            raise LoginRequired
        raise Http404
    body = (row.body if row is not None else None) or record.body
    record.body = body  # whom it names today decides who may reply; never saved from here
    require(request, action, record)
    return Seen(row, record, found, body)
