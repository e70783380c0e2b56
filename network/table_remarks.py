"""What is worth saying about actors, names and numbers in a file: shared, alike, or under another's name.

None of it is refused: registers are like that. Each remark has a code of its own.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coordination.base.periods import last_day
from coordination.base.tables.report import Remark, remark
from coordination.base.tables.scope import Row, Scope
from network.identifiers import SWEDISH, Problem, check, digits_of
from network.models import Actor, ActorName, Identifier

MOST_NAMED = 5
Date = datetime.date


@dataclass(frozen=True)
class Span:
    """A half-open period; None: no bound."""

    first: Date | None
    until: Date | None

    def meets(self, other: "Span") -> bool:
        return (self.until is None or other.first is None or other.first < self.until) and (
            other.until is None or self.first is None or self.first < other.until
        )


@dataclass(frozen=True)
class _Bearer:
    """An actor that bears a name: as its own, formerly, or as an alias."""

    slug: str
    kind: str  # "" for its own name now
    span: Span


@dataclass
class _Register:
    """Every name of every actor, read in two queries."""

    spans: dict[str, Span] = field(default_factory=dict)
    successors: dict[str, str | None] = field(default_factory=dict)
    bearers: dict[str, list[_Bearer]] = field(default_factory=lambda: defaultdict(list))

    def of(self, name: str, slug: str) -> list[_Bearer]:
        """Others that bear, or bore, `name`."""
        return [bearer for bearer in self.bearers.get(name.casefold(), []) if bearer.slug != slug]

    def follow(self, first: str, second: str) -> bool:
        """Whether one of the two succeeded the other."""
        return self.successors.get(first) == second or self.successors.get(second) == first


def _register() -> _Register:
    found = _Register()
    actors = Actor.objects.filter(merged_into=None).order_by("slug")
    names = ActorName.objects.order_by("pk").values_list(
        "actor__slug", "kind", "name_sv", "name_en", "valid_from", "valid_until"
    )
    renamed: dict[str, Date] = {}
    for slug, kind, swedish, english, first, until in names:
        if kind == ActorName.Kind.FORMER and until:
            renamed[slug] = max(until, renamed.get(slug, until))
        for name in {swedish.casefold(), english.casefold()} - {""}:
            found.bearers[name].append(_Bearer(slug, kind, Span(first, until)))
    for slug, swedish, english, first, until, successor in actors.values_list(
        "slug", "name_sv", "name_en", "valid_from", "valid_until", "successor__slug"
    ):
        found.spans[slug], found.successors[slug] = Span(first, until), successor
        # The present name holds from the day on which the last former one ended.
        own = Span(renamed.get(slug, first), until)
        for name in {swedish.casefold(), english.casefold()} - {""}:
            found.bearers[name].append(_Bearer(slug, "", own))
    return found


def of_actors(rows: Sequence[Row], scope: Scope) -> Iterator[Remark]:
    register = scope.remembered("names", _register)
    for row in rows:
        slug = row.key[0]
        if slug not in register.spans:
            continue  # merged into another
        yield from _about_end(row, register)
        own = Span(None, None)
        for bearer in register.bearers.get(row.text("name_sv").casefold(), []):
            if bearer.slug == slug and not bearer.kind:
                own = bearer.span
        yield from _about_name(row, "name_sv", slug, own, register, is_alias=False)


def _about_end(row: Row, register: _Register) -> Iterator[Remark]:
    slug = row.key[0]
    last = last_day(register.spans[slug].until)
    successor = register.successors[slug]
    if last and not successor:
        message = _("It ceased on %(day)s, and no successor is recorded.") % {"day": last.isoformat()}
        yield remark(message, row=row.number, column="valid_to", value=last.isoformat(), code="no_successor")
    if successor and not last:
        message = _("It has a successor but no last day.")
        yield remark(
            message, row=row.number, column="successor", value=successor, code="successor_without_end"
        )


def _about_name(
    row: Row, column: str, slug: str, own: Span, register: _Register, *, is_alias: bool
) -> Iterator[Remark]:
    name = row.text(column)
    alike: dict[str, list[str]] = defaultdict(list)
    for bearer in register.of(name, slug):
        if register.follow(slug, bearer.slug):
            alike["successor_under_name"].append(bearer.slug)
        elif is_alias or bearer.kind in (ActorName.Kind.ALIAS, ActorName.Kind.ACRONYM):
            alike["alias_is_name"].append(bearer.slug)
        elif own.meets(bearer.span):
            alike["ambiguous_name"].append(bearer.slug)
        else:
            alike["name_used_again"].append(bearer.slug)
    for code, others in alike.items():
        text = _named(code) % {"name": name[:80], "others": _listed(others)}
        yield remark(text, row=row.number, column=column, value=name, code=code)


def _named(code: str) -> str:
    return {
        "successor_under_name": _(
            "“%(name)s” is also the name of %(others)s, by succession: the day decides which is meant."
        ),
        "alias_is_name": _("“%(name)s” is an alias of one and the name of another: %(others)s."),
        "ambiguous_name": _("“%(name)s” is also the name of %(others)s at the same time."),
        "name_used_again": _("“%(name)s” is the name of %(others)s at another time."),
    }[code]


def _listed(slugs: Iterable[str]) -> str:
    unique = sorted(set(slugs))
    more = len(unique) - MOST_NAMED
    shown = ", ".join(unique[:MOST_NAMED])
    return _("%(shown)s and %(more)s more") % {"shown": shown, "more": more} if more > 0 else shown


def of_names(rows: Sequence[Row], scope: Scope) -> Iterator[Remark]:
    register = scope.remembered("names", _register)
    for row in rows:
        slug = row.text("actor")
        is_alias = row.text("kind") in (ActorName.Kind.ALIAS, ActorName.Kind.ACRONYM)
        span = Span(row.instance.valid_from, row.instance.valid_until)
        yield from _about_name(row, "name_sv", slug, span, register, is_alias=is_alias)
        if row.text("kind") == ActorName.Kind.FORMER and row.instance.valid_until is None:
            message = _("A former name without a last day is never shown as the name of a day.")
            yield remark(message, row=row.number, column="valid_to", value="", code="former_without_end")


def of_identifiers(rows: Sequence[Row], scope: Scope) -> Iterator[Remark]:
    holders: dict[tuple[str, str], list[tuple[str, Span]]] = defaultdict(list)
    stored = Identifier.objects.order_by("pk").values_list(
        "scheme", "value", "actor__slug", "valid_from", "valid_until"
    )
    for scheme, value, slug, first, until in stored:
        holders[scheme, _plain(scheme, value)].append((slug, Span(first, until)))
    for row in rows:
        scheme, value, slug = row.text("scheme"), row.text("value"), row.text("actor")
        if scheme == SWEDISH:
            problem = check(value)
            if problem is Problem.FORMAT:
                message = _("This is no organisation number: it has ten digits.")
                yield remark(message, row=row.number, column="value", value=value, code="format")
            elif problem is Problem.CHECK_DIGIT:
                message = _("The check digit of the organisation number is wrong.")
                yield remark(message, row=row.number, column="value", value=value, code="check_digit")
        span = Span(row.instance.valid_from, row.instance.valid_until)
        others = [
            other
            for other, period in holders[scheme, _plain(scheme, value)]
            if other != slug and span.meets(period)
        ]
        if others:
            message = _("The number is shared with %(others)s.") % {"others": _listed(others)}
            yield remark(message, row=row.number, column="value", value=value, code="shared_identifier")


def _plain(scheme: str, value: str) -> str:
    return digits_of(value) if scheme == SWEDISH else value.casefold()
