"""What nobody has said is still correct for a year, of every kind of row that people confirm."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from coordination.base import nouns
from coordination.base.nouns import Noun
from coordination.base.periods import Period
from mandates.models import Mandate

R = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Kind:
    """A kind of row, and how many of it wait."""

    noun: Noun
    count: int

    @property
    def name(self) -> str:
        # Groups are actors to the database, and a list of their own to people.
        return (
            _("Actor groups") if self.noun.key == "group" else str(self.noun.model._meta.verbose_name_plural)
        )


def kinds(as_of: datetime.date) -> list[Kind]:
    """The kinds of which some row waits, most first. One query for each kind."""
    counted = [Kind(noun, waiting(noun, as_of).count()) for noun in _confirmable()]
    return sorted((kind for kind in counted if kind.count), key=lambda kind: -kind.count)


def waiting(noun: Noun, as_of: datetime.date) -> QuerySet[Any]:
    """Rows in force that nobody has confirmed within R before `as_of`, those that waited longest first."""
    rows: Any = noun.rows
    if issubclass(noun.model, Mandate):
        rows = rows.active(as_of)
    elif issubclass(noun.model, Period):
        rows = rows.as_of(as_of)
    owners = [field.name for field in noun.model._meta.fields if field.many_to_one]
    found: QuerySet[Any] = (
        rows.filter(Q(confirmed_on=None) | Q(confirmed_on__lt=as_of - R))
        .select_related(*owners)
        .order_by(F("confirmed_on").asc(nulls_first=True), "pk")
    )
    return found


def _confirmable() -> list[Noun]:
    return [noun for noun in nouns.all_nouns() if hasattr(noun.model, "confirmed_on") and noun.has_history]
