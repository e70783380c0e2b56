"""The list of planned meetings as rows of a file: what is public of them."""

from django.db.models import QuerySet

from meetings.models import Meeting

COLUMNS = (
    "id",
    "title",
    "network",
    "starts",
    "ends",
    "zone",
    "form",
    "place",
    "state",
    "reason",
    "encounter",
)


def lines(rows: QuerySet[Meeting]) -> list[dict[str, str]]:
    """One for each meeting, in order of time; ids and codes as in the other files."""
    return [
        {
            "id": row.slug,
            "title": row.title,
            "network": row.network.slug,
            "starts": f"{row.local_start:%Y-%m-%d %H:%M}" if row.local_start else "",
            "ends": f"{row.local_end:%Y-%m-%d %H:%M}" if row.local_end else "",
            "zone": row.zone,
            "form": row.form,
            "place": row.location,
            "state": row.state,
            "reason": row.reason,
            "encounter": row.encounter.code if row.encounter else "",
        }
        for row in rows
    ]
