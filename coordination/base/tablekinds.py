"""The tables of this app: documents, places, strategies, areas, functions, code lists."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.codes import SCHEMES
from coordination.base.models import (
    Confidence,
    Document,
    Function,
    Place,
    PlaceKind,
    PriorityArea,
    Strategy,
)
from coordination.base.models.register import NAME_LENGTH
from coordination.base.tables import TableKind, all_kinds, register
from coordination.base.tables.parts import (
    Choice,
    Code,
    Dated,
    Day,
    Field,
    Id,
    Number,
    Part,
    Position,
    Ref,
    Text,
)
from coordination.base.tables.relations import Sources
from coordination.base.tables.scope import Bad, Reference, Row, Scope
from coordination.base.tables.storing import Stamp

STRATEGY = Reference(Strategy, "slug")
FUNCTION = Reference(Function, "code")
PLACE = Reference(Place, "code")
FUNCTION_TRAITS = Path(__file__).with_name("function_traits.csv")
NOTE_LENGTH = 4000


# What the tables of all apps share.


def names(*, english: bool = True) -> tuple[Part, ...]:
    """Swedish and English name; `english`: whether the canonical header has the English one."""
    return (
        Text("name_sv", most=NAME_LENGTH, required=True),
        Text("name_en", most=NAME_LENGTH, extra=not english),
    )


def titles(*, english: bool = True) -> tuple[Part, ...]:
    return (
        Text("title_sv", most=NAME_LENGTH, required=True),
        Text("title_en", most=NAME_LENGTH, extra=not english),
    )


def period(extra: Iterable[str] = ()) -> tuple[Part, ...]:
    """First and last day with their precisions; `extra`: which of them the canonical header lacks."""
    lacking = set(extra)
    first, last = ("valid_from", "from_precision"), ("valid_to", "to_precision")
    return (
        Dated(*first, extra=[name for name in first if name in lacking]),
        Dated(*last, is_end=True, extra=[name for name in last if name in lacking]),
    )


class Confirmed(Day):
    """The day on which somebody last confirmed the row; where a file does not say, its strategy's own."""

    def __init__(self, strategy: str | None = "") -> None:
        super().__init__("confirmed_on", extra=True)
        self.strategy = strategy

    def default(self, column: str, texts: Mapping[str, str], number: int, scope: Scope) -> str:
        if self.strategy is None:
            return ""
        day = scope.known_until(texts[self.strategy] if self.strategy else "")
        return day.isoformat() if day else ""


def doubts(
    *, confidence: bool = True, inferred: bool = False, note: bool = True, confirmed: str | None = ""
) -> tuple[Part, ...]:
    """How sure a row is, and what is to be said about it; the flags: what the canonical header has.

    `confirmed`: the column with the strategy that confirms the rows ("": any; None: nobody confirms them).
    """
    return (
        Choice("confidence", Confidence, Confidence.STATED, extra=not confidence),
        Text("inferred_fields", most=200, extra=not inferred),
        Text("note", most=NOTE_LENGTH, extra=not note),
        Confirmed(confirmed),
    )


def ends_after_start(first: str = "valid_from", last: str = "valid_to") -> Any:
    """Checks that a period does not end before it begins; both are days in full by now."""

    def check(row: Row, scope: Scope) -> None:
        begins, ends = row.text(first), row.text(last)
        if begins and ends and ends < begins:
            message = _("The last day, %(last)s, is before the first day, %(first)s.")
            raise Bad(message % {"first": begins, "last": ends}, column=last, code="ends_before_start")

    return check


# Code lists.


class Scheme(Field):
    """Which code list a row belongs to: its model says it."""

    def __init__(self) -> None:
        super().__init__("scheme", required=True)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        if text not in SCHEMES:
            values = {"text": text[:80], "choices": ", ".join(SCHEMES)}
            raise Bad(_("“%(text)s” is none of: %(choices)s.") % values, code="unknown")
        return text, text

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        return {"scheme": next(name for name, model in SCHEMES.items() if type(instance) is model)}

    def assign(self, instance: Any, value: Any) -> None:
        """The model says it already."""

    def fields(self) -> tuple[str, ...]:
        return ()


class CodeKind(TableKind):
    """All code lists in one table, told apart by the scheme."""

    def fetch(self) -> list[Any]:
        return self.select(None, None)

    def select(self, found: Any, as_of: Any) -> list[Any]:
        models = [found.model] if found is not None else list(SCHEMES.values())
        return [
            row for model in models for row in (found if found is not None else model._default_manager.all())
        ]

    def count(self, as_of: Any = None) -> int:
        return sum(model._default_manager.count() for model in SCHEMES.values())

    def make(self, row: Row) -> Any:
        return SCHEMES[row.texts["scheme"]]()


# Functions.


class Traits(Text):
    """What the rules look for in a function; the words that come with well-known codes are the default."""

    def __init__(self) -> None:
        super().__init__("traits", most=200, extra=True)

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], Any]:
        if self.column not in row.cells and row.is_new:
            default = function_traits().get(row.text("code"), "")
            return {self.column: default}, default
        return super().read(row, scope)

    def default(self, column: str, texts: Mapping[str, str], number: int, scope: Scope) -> str:
        return function_traits().get(texts["code"], "")


@lru_cache(maxsize=1)
def function_traits() -> dict[str, str]:
    with FUNCTION_TRAITS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["traits"] for row in csv.DictReader(file)}


# Strategies.


def confirm_what_came_before(rows: Sequence[Row], stamp: Stamp) -> None:
    """The first strategy of a register confirms what was loaded before it: the order of files says nothing."""
    known = max((row.instance.known_until for row in rows if row.instance.known_until), default=None)
    others = Strategy.objects.exclude(pk__in=[row.instance.pk for row in rows]).filter(
        known_until__isnull=False
    )
    if known is None or not all(row.is_new for row in rows) or others.exists():
        return
    for kind in all_kinds():
        if kind.confirms == "":
            unconfirmed = {"confirmed_on": None, "version": 1}
            came_before = kind.model._default_manager.filter(**kind.narrow, **unconfirmed)
            if stamp.journal is not None:
                stamp.journal.watch(came_before)
            came_before.update(confirmed_on=known)
            history: Any = kind.model.history  # type: ignore[attr-defined]  # simple-history's manager
            history.filter(**kind.narrow, **unconfirmed).update(confirmed_on=known)


# Places.


def no_circle(row: Row, scope: Scope) -> None:
    """A place must not lie within itself, at any distance."""
    seen, above = [row.key[0]], row.text("parent")
    parents = scope.remembered("parents of places", _parents) if above else {}
    while above:
        if above in seen:
            message = _("The place would be part of itself: %(chain)s.")
            raise Bad(message % {"chain": " → ".join([*seen, above])[:200]}, column="parent", code="circle")
        seen.append(above)
        pending = scope.pending[Place].get(above)
        above = pending.text("parent") if pending else parents.get(above, "")


def _parents() -> dict[str, str]:
    return dict(Place.objects.exclude(parent=None).order_by().values_list("code", "parent__code"))


class Url(Text):
    """A web address."""

    def __init__(self) -> None:
        super().__init__("url", most=500, extra=True)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, str]:
        text, value = super().parse(text, row, scope)
        if text and not text.startswith(("http://", "https://")):
            raise Bad(_("Write the whole address, with https://."), code="url")
        return text, value


def register_all() -> None:
    """Offer this app's tables. Called once, when the app is ready."""
    register(
        TableKind(
            "documents",
            Document,
            (
                Id("id", "slug"),
                *titles(),
                Text("publisher", most=80),
                Dated("published", "date_precision"),
                Text("reference", most=300),
                Url(),
                *doubts(confidence=False, confirmed=None),
            ),
            key=("id",),
            ordering=("slug",),
            confirms=None,
            order=1,
        )
    )
    register(
        TableKind(
            "places",
            Place,
            (
                Id("code", most=40),
                Code("kind", PlaceKind, required=True),
                Ref("parent", PLACE, refers_back=True),
                *names(),
                *doubts(confidence=False, note=False, confirmed=None),
                Sources(extra=("sources", "external_source")),
            ),
            key=("code",),
            ordering=("code",),
            checks=(no_circle,),
            confirms=None,
            order=2,
        )
    )
    register(
        TableKind(
            "strategies",
            Strategy,
            (
                Id("id", "slug"),
                *names(),
                *period(),
                Day("known_until"),
                Text("reference", most=200),
                Sources(extra=("external_source",)),
                *doubts(confidence=False, note=False, confirmed=None),
            ),
            key=("id",),
            ordering=("slug",),
            checks=(ends_after_start(),),
            after=confirm_what_came_before,
            confirms=None,
            order=3,
        )
    )
    register(
        TableKind(
            "areas",
            PriorityArea,
            (
                Ref("strategy", STRATEGY, required=True),
                Id("code", most=40),
                *names(),
                *period(extra=("from_precision", "to_precision")),
                Choice("status", PriorityArea.Status, PriorityArea.Status.ADOPTED),
                Sources(extra=("external_source",)),
                *doubts(confidence=False, confirmed="strategy"),
                Position(),
            ),
            key=("strategy", "code"),
            ordering=("strategy__slug", "position", "code"),
            checks=(ends_after_start(),),
            confirms="strategy",
            order=4,
        )
    )
    register(
        TableKind(
            "functions",
            Function,
            (
                Id("code", most=40),
                *names(),
                Text("definition_sv", most=1000),
                Text("definition_en", most=1000, extra=True),
                Sources(extra=("external_source",)),
                Traits(),
                *doubts(confidence=False, note=False),
                Position(),
            ),
            key=("code",),
            ordering=("position", "code"),
            order=5,
        )
    )
    register(
        CodeKind(
            "codes",
            PlaceKind,
            (
                Scheme(),
                Id("code", most=40),
                *names(),
                Number("position", most=32767, empty=0),
                Text("traits", most=200),
            ),
            key=("scheme", "code"),
            confirms=None,
            ignored=frozenset({"plural_sv", "plural_en"}),
            order=0,
            title=gettext_lazy("Kinds and levels"),
        )
    )
