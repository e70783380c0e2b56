"""Where a place lies: what is in it, and what it is in."""

from django.db.models import Q, QuerySet

from coordination.base.models import Place

# NUTS and local units make five below a continent; the walk must end even where the data run in a ring.
DEPTH = 8


def under(*codes: str) -> QuerySet[Place]:
    """The places of `codes` and all that lie in them, as a subquery: no query of its own."""
    found, path = Q(), "code__in"
    for _step in range(DEPTH):
        found |= Q(**{path: codes})
        path = f"parent__{path}"
    return Place.objects.order_by().filter(found)


def above(place: Place | None) -> list[Place]:
    """`place` and the places it lies in, nearest first. A query for each step that is not fetched."""
    found: list[Place] = []
    while place is not None and place not in found:
        found.append(place)
        place = place.parent
    return found
