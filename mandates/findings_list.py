"""The findings of a day as people look through them: with what was decided, grouped by what to do."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser

from coordination.base.authorisation import may
from coordination.base.models import User
from mandates import findings_store
from mandates.finding_words import GROUPS, QUIET, group_of
from mandates.findings_store import Found, Row
from mandates.models import Disposition, Finding
from mandates.rules import RULES
from network.models import Actor

ANSWER_TO_ALL = Finding(key="", published_at=None)


@dataclass(frozen=True, slots=True)
class Item:
    """A finding with what stands about it: the stored finding, and the latest disposition made."""

    row: Row
    record: Finding | None = None
    disposition: Disposition | None = None
    actors: tuple[Actor, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Called intended, on the facts as they still are."""
        return is_quiet(self.row, self.disposition)

    @property
    def has_returned(self) -> bool:
        """Called intended, on facts that have changed since."""
        made = self.disposition
        return made is not None and made.choice == Disposition.Choice.BY_DESIGN and not self.is_quiet

    @property
    def group(self) -> str:
        return QUIET if self.is_quiet else group_of(self.row.rule, self.row.managed)

    @property
    def is_published(self) -> bool:
        return self.record is not None and self.record.is_published

    def is_overdue(self, today: datetime.date) -> bool:
        made = self.disposition
        return made is not None and made.due is not None and made.due < today and not self.is_quiet


def is_quiet(row: Row, made: Disposition | None) -> bool:
    """Whether `made` calls the finding intended on the facts that it rests on."""
    return (
        made is not None
        and made.choice == Disposition.Choice.BY_DESIGN
        and made.fingerprint == row.fingerprint
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that ask for the same thing; `shown` are the first of them."""

    key: str
    items: Sequence[Item]
    shown: Sequence[Item]

    @property
    def title(self) -> Any:
        return GROUPS[self.key][0]

    @property
    def text(self) -> Any:
        return GROUPS[self.key][1]

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Listed:
    """All that `user` may see of a day."""

    found: Found
    items: Sequence[Item] = field(default_factory=list)

    @property
    def counted(self) -> list[Item]:
        """Those that ask for a decision: not apart, not called intended."""
        return [item for item in self.items if not item.row.is_apart and not item.is_quiet]

    @property
    def by_rule(self) -> list[tuple[str, int]]:
        """How many rows each rule gives, in the order of the rules."""
        counts = Counter(item.row.rule for item in self.items)
        return [(name, counts[name]) for name in RULES]


def sees_all(user: User | AnonymousUser) -> bool:
    """Whether `user` sees findings that nobody has published."""
    return may(user, "view", ANSWER_TO_ALL)


def listed(
    user: User | AnonymousUser,
    as_of: datetime.date,
    *,
    naming: tuple[str, str] | None = None,
    bodies: bool = False,
) -> Listed:
    """The findings of `as_of` that `user` may see. Six queries at most besides the register's, however many."""
    found = findings_store.on(as_of, naming=naming, bodies=bodies)
    records = records_of(found.rows)
    rows: Iterable[Row] = found.rows
    if not sees_all(user):
        rows = [row for row in rows if row.key in records and records[row.key].is_published]
    made = standing(record.pk for record in records.values())
    slugs = {slug for row in rows for slug in row.actors}
    actors = {actor.slug: actor for actor in Actor.objects.filter(slug__in=slugs)} if slugs else {}
    return Listed(
        found,
        [
            Item(
                row,
                record := records.get(row.key),
                made.get(record.pk) if record else None,
                tuple(actors[slug] for slug in row.actors if slug in actors),
            )
            for row in rows
        ],
    )


def open_to(user: User | AnonymousUser, keys: Iterable[str]) -> frozenset[str]:
    """Those of `keys` whose findings `user` may see. One query at most."""
    wanted = {key for key in keys if key}
    if not wanted or sees_all(user):
        return frozenset(wanted)
    published = Finding.objects.filter(key__in=wanted, published_at__isnull=False)
    return frozenset(published.values_list("key", flat=True))


def records_of(rows: Iterable[Row]) -> dict[str, Finding]:
    """The stored findings of `rows` by key, without what they say."""
    keys = [row.key for row in rows]
    return {row.key: row for row in Finding.objects.filter(key__in=keys).defer("body")} if keys else {}


def standing(findings: Iterable[int]) -> dict[int, Disposition]:
    """The latest disposition made of each of `findings`."""
    made = Disposition.objects.filter(finding__in=list(findings), status=Disposition.Status.MADE)
    rows = made.select_related("owner", "author").defer("body").order_by("at", "pk")
    return {row.finding_id: row for row in rows}


def grouped(items: Sequence[Item], *, limit: int | None = None) -> list[Group]:
    """`items` under what there is to do about them, in the order of GROUPS; `limit` of each are shown."""
    found: dict[str, list[Item]] = {key: [] for key in GROUPS}
    for item in items:
        found[item.group].append(item)
    return [Group(key, rows, rows[:limit]) for key, rows in found.items() if rows]
