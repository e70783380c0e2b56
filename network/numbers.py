"""By which official numbers actors were known on a day."""

import datetime
from collections.abc import Iterable

from network.models import Identifier


def numbers_on(
    date: datetime.date, keys: Iterable[int] | None = None, *, scheme: str = ""
) -> dict[int, list[Identifier]]:
    """{actor's key: its identifiers in force on `date`}, of one scheme or all. One query.

    `keys` narrows to some actors; None asks about all. Several actors may have the same number.
    """
    rows = Identifier.objects.as_of(date).order_by("scheme", "value", "pk")
    if keys is not None:
        rows = rows.filter(actor__in=list(keys))
    if scheme:
        rows = rows.filter(scheme=scheme)
    found: dict[int, list[Identifier]] = {}
    for row in rows:
        found.setdefault(row.actor_id, []).append(row)
    return found
