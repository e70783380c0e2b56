"""On which days the register changes: where the arrows of the date bar lead.

Apps register the date fields of their models in AppConfig.ready, as half-open bounds: a `valid_until`
is itself the day on which things look different.
"""

import datetime

from django.core.cache import cache
from django.db.models import Max, Min, Model, Q

from coordination.base import revision

DAY_SECONDS = 24 * 60 * 60
_fields: dict[type[Model], tuple[str, ...]] = {}

Neighbours = tuple[datetime.date | None, datetime.date | None]


def register(model: type[Model], *fields: str) -> None:
    """Note that rows of `model` begin or end on the dates in `fields`."""
    _fields[model] = fields


def neighbours(date: datetime.date) -> Neighbours:
    """The nearest days before and after `date` on which something in the register begins or ends.

    One query per registered model, or one in all while the register stands still: the answer is cached
    under the register's revision.
    """
    key = f"changes:{revision.current()}:{date.isoformat()}"
    cached: Neighbours | None = cache.get(key)
    if cached is None:
        cached = _read(date)
        cache.set(key, cached, DAY_SECONDS)
    return cached


def _read(date: datetime.date) -> Neighbours:
    before: list[datetime.date] = []
    after: list[datetime.date] = []
    for model, fields in _fields.items():
        wanted = {f"before_{field}": Max(field, filter=Q(**{f"{field}__lt": date})) for field in fields}
        later = {f"after_{field}": Min(field, filter=Q(**{f"{field}__gt": date})) for field in fields}
        # order_by(): Meta.ordering has no meaning for an aggregate and costs a join in some models.
        found = model._default_manager.order_by().aggregate(**wanted, **later)
        before += [day for name, day in found.items() if day and name.startswith("before_")]
        after += [day for name, day in found.items() if day and name.startswith("after_")]
    return max(before, default=None), min(after, default=None)
