"""Who exists on a day, and what it takes to spell out groups: the nodes of the graph."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from coordination.base.models import Place
from network import membership, names
from network.graph.incidence import Bools
from network.graph.selection import Selection
from network.graph.structure import Ints
from network.graph_values import Node
from network.models import Actor, GroupMember

COLUMNS = (
    "pk",
    "slug",
    "kind_id",
    "level_id",
    "is_group",
    "rule",
    "stated_members",
    "place__code",
    "name_sv",
    "name_en",
)
PK, SLUG, KIND, LEVEL, IS_GROUP, RULE, STATED, PLACE, NAME_SV, NAME_EN = range(len(COLUMNS))


def plain_rows(rows: QuerySet[Any]) -> list[Any]:
    """The rows of a `values_list` of numbers and texts, as the database gives them: a large register is read in half the time."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Any] = cursor.fetchall()
    return found


def names_members(rule: str) -> bool:
    """Whether the register can name the members of a group with this rule."""
    return rule == membership.LIST or bool(membership.conditions(rule))


class Nodes(Mapping[str, Node]):
    """{id: node}. The nodes are made when the first is asked for: measures of a large register ask for none."""

    def __init__(
        self,
        rows: list[tuple[Any, ...]],
        former: Mapping[int, names.Called],
        county: Mapping[str, str],
    ) -> None:
        self._rows, self._former, self._county = rows, former, county

    def __iter__(self) -> Iterator[str]:
        return (row[SLUG] for row in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, slug: str) -> Node:
        return self._made[slug]

    @cached_property
    def _made(self) -> dict[str, Node]:
        return {row[SLUG]: self._node(row) for row in self._rows}

    def _node(self, row: tuple[Any, ...]) -> Node:
        then = self._former.get(row[PK])
        is_group = bool(row[IS_GROUP])
        return Node(
            row[SLUG],
            then.name_sv if then else row[NAME_SV],
            then.name_en if then else row[NAME_EN],
            row[KIND],
            row[LEVEL],
            row[PLACE] or "",
            self._county.get(row[PLACE], ""),
            is_group,
            row[STATED] if is_group and not names_members(row[RULE]) else "",
        )


class People:
    """Everybody who exists on `day`, by id: `slugs`; or those of `among`. Merged duplicates are nobody.

    One query, and more as asked.
    """

    def __init__(self, day: datetime.date, among: Collection[str] | None = None) -> None:
        self.day = day
        alive = Actor.objects.as_of(day).filter(merged_into=None)
        rows = (alive if among is None else alive.filter(slug__in=among)).order_by().values_list(*COLUMNS)
        self.rows: list[tuple[Any, ...]] = sorted(plain_rows(rows), key=itemgetter(SLUG))
        self.slugs: tuple[str, ...] = tuple(row[SLUG] for row in self.rows)
        self.rules: dict[str, str] = {row[SLUG]: row[RULE] for row in self.rows if row[IS_GROUP]}

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """{id: position}."""
        return {slug: place for place, slug in enumerate(self.slugs)}

    @cached_property
    def slug_by_pk(self) -> Mapping[int, str]:
        return {row[PK]: row[SLUG] for row in self.rows}

    def positions(self, keys: Ints) -> Ints:
        """The position of each primary key; -1 for those who do not exist on the day."""
        own = np.fromiter((row[PK] for row in self.rows), dtype=np.int64, count=len(self.rows))
        if not len(own):
            return np.full(len(keys), -1, dtype=np.int64)
        order = np.argsort(own)
        at = np.minimum(np.searchsorted(own, keys, sorter=order), len(own) - 1)
        return np.where(own[order[at]] == keys, order[at], -1)

    def kept(self, asked: Selection) -> Bools | None:
        """Who is a node of `asked`, by position; None: everybody."""
        if not (asked.kinds or asked.levels or asked.counties or asked.expand_groups):
            return None
        return np.asarray([self._is_asked(row, asked) for row in self.rows], dtype=np.bool_)

    def _is_asked(self, row: tuple[Any, ...], asked: Selection) -> bool:
        return (
            (not asked.kinds or row[KIND] in asked.kinds)
            and (not asked.levels or row[LEVEL] in asked.levels)
            and (not asked.counties or self._county.get(row[PLACE], "") in asked.counties)
            and not (asked.expand_groups and names_members(row[RULE]))
        )

    def nodes(self, kept: Bools | None) -> "Nodes":
        """The nodes by id, in the order of positions. Two queries."""
        former, county = names.former_on(self.day), self._county
        rows = (
            self.rows
            if kept is None
            else [row for row, is_kept in zip(self.rows, kept, strict=True) if is_kept]
        )
        return Nodes(rows, former, county)

    def members(self, wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """{group: its members that exist}, of the groups in `wanted` that can name theirs. Three queries at most."""
        groups = [slug for slug in sorted(set(wanted)) if names_members(self.rules.get(slug, ""))]
        if not groups:
            return {}
        found: dict[str, set[str]] = defaultdict(set)
        organisations = {row[PK]: row[SLUG] for row in self.rows if not row[IS_GROUP]}
        listed = GroupMember.objects.as_of(self.day).order_by().filter(group__slug__in=groups)
        for group, actor in listed.values_list("group__slug", "actor_id"):
            if self.rules[group] == membership.LIST and actor in organisations:
                found[group].add(organisations[actor])
        also = Actor.also.through.objects.filter(from_actor__slug__in=groups)
        for group, actor in also.values_list("from_actor__slug", "to_actor_id"):
            if actor in organisations:
                found[group].add(organisations[actor])
        for group in groups:
            if self.rules[group] != membership.LIST:
                asked = membership.conditions(self.rules[group])
                found[group] |= {row[SLUG] for row in self.rows if self._fits(row, asked)}
        return {group: tuple(sorted(found[group])) for group in groups}

    def _fits(self, row: tuple[Any, ...], asked: Iterable[tuple[str, str]]) -> bool:
        own = {"kind": row[KIND], "level": row[LEVEL]}
        return not row[IS_GROUP] and all(
            own[name] == value if name in own else value in self._above.get(row[PLACE], ())
            for name, value in asked
        )

    @cached_property
    def _parents(self) -> Mapping[str, str | None]:
        return dict(Place.objects.order_by().values_list("code", "parent__code"))

    @cached_property
    def _above(self) -> Mapping[str, tuple[str, ...]]:
        """Of each place: itself and all that it lies in, nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for code in self._parents:
            chain: list[str] = []
            at: str | None = code
            while at is not None and at not in chain:
                chain.append(at)
                at = self._parents.get(at)
            found[code] = tuple(chain)
        return found

    @cached_property
    def _county(self) -> Mapping[str, str]:
        """Of each place: the tier below the country; of the country nothing."""
        roots = [code for code, parent in self._parents.items() if parent is None]
        country = roots[0] if len(roots) == 1 else None
        below = {code: [one for one in chain if one != country] for code, chain in self._above.items()}
        return {code: chain[-1] if chain else "" for code, chain in below.items()}
