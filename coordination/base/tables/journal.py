"""What an import does to the rows it touches: how each stood before and after, so that it can be undone.

Values are JSON: {column: value}, with the keys of plain many-to-many fields as sorted lists.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

BATCH = 500
CREATED, CHANGED, REMOVED = "+", "~", "-"  # as the history has them
Values = dict[str, Any]
Name = tuple[str, str]  # label of the model, key as text


@dataclass(frozen=True)
class Written:
    """One row that was touched; `before` is empty for a new row, `after` for one that was taken away."""

    model: str
    key: str
    what: str
    before: Values
    after: Values


class Journal:
    """The rows that one run creates, changes and removes. Written to by `storing`."""

    def __init__(self) -> None:
        self._before: dict[Name, Values] = {}
        self._what: dict[Name, str] = {}
        self._models: dict[str, type[Model]] = {}

    def clear(self) -> None:
        """Forget what was taken back."""
        self._before.clear()
        self._what.clear()

    def watch(self, instances: Iterable[Any]) -> None:
        """Read how rows stand that are about to change. A query for each model and batch."""
        for model, rows in by_model(instances).items():
            label = self._label(model)
            keys = [row.pk for row in rows if (label, str(row.pk)) not in self._before]
            for key, values in stored(model, keys).items():
                self._before[label, key] = values
                self._what.setdefault((label, key), CHANGED)

    def created(self, instances: Iterable[Any]) -> None:
        for row in instances:
            self._what[self._label(type(row)), str(row.pk)] = CREATED

    def removed(self, instances: Iterable[Any]) -> None:
        """Rows that are about to go."""
        rows = list(instances)
        self.watch(rows)
        for row in rows:
            self._what[self._label(type(row)), str(row.pk)] = REMOVED

    def written(self) -> Iterator[Written]:
        """What was done, in the order in which it began, as the rows stand now."""
        now: dict[Name, Values] = {}
        for label, model in self._models.items():
            keys = [key for own, key in self._what if own == label]
            now |= {(label, key): values for key, values in stored(model, keys).items()}
        for name, what in self._what.items():
            yield Written(*name, what, self._before.get(name, {}), {} if what == REMOVED else now[name])

    def _label(self, model: type[Model]) -> str:
        self._models[model._meta.label_lower] = model
        return model._meta.label_lower


def by_model(instances: Iterable[Any]) -> dict[type[Model], list[Any]]:
    """The rows of several tables, by table."""
    found: dict[type[Model], list[Any]] = defaultdict(list)
    for instance in instances:
        found[type(instance)].append(instance)
    return found


def links(model: type[Model]) -> list[Any]:
    """The many-to-many fields of a model that have no rows of their own."""
    relations: list[Any] = [*model._meta.many_to_many]
    return [relation for relation in relations if relation.remote_field.through._meta.auto_created]


def stored(model: type[Model], keys: Sequence[Any]) -> dict[str, Values]:
    """{key as text: values} of the rows that exist. Queries: one a batch, and one for each field of links."""
    columns = [field.attname for field in model._meta.concrete_fields]
    own_key = columns[[field.primary_key for field in model._meta.concrete_fields].index(True)]
    found: dict[str, Values] = {}
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        for row in model._default_manager.filter(pk__in=part).values(*columns):
            found[str(row[own_key])] = row
        for field in links(model):
            owner, target = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
            linked: dict[str, list[Any]] = defaultdict(list)
            through: Any = field.remote_field.through
            for key, other in through._default_manager.filter(**{f"{owner}__in": part}).values_list(
                owner, target
            ):
                linked[str(key)].append(other)
            for key in map(str, part):
                if key in found:
                    found[key][field.name] = sorted(linked[key], key=str)
    plain: dict[str, Values] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return plain
