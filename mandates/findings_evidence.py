"""The rows that a finding rests on, and those that nearly count: what its page shows of them."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coordination.base import dates
from coordination.base.charts import language
from mandates import explain, queries
from mandates.cells import Cell
from mandates.models import Mandate
from mandates.shortnames import short_name
from network.models import Actor

Body = Mapping[str, Any]
LISTED = 40


@dataclass(frozen=True, slots=True)
class Quoted:
    """A mandate as it was read: with its row today, where there still is one.

    `word` says whether and why it counts; `counts` is None where there is nothing to count towards.
    """

    code: str
    title_sv: str
    title_en: str
    holder: str
    period: str
    counts: bool | None
    word: str
    mandate: Mandate | None = None

    @property
    def title(self) -> str:
        return (self.title_en or self.title_sv) if language() == "en" else (self.title_sv or self.title_en)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two actors whose mandates meet, of those a finding sums up."""

    actors: list[Actor | str]
    mandates: list[str]
    managed: bool | None
    brokers: list[Actor | str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page shows of a finding's evidence; empty lists are left out.

    Attributes:
        is_counted: the rows are measured against an expectation.
        counting, tried: how many count, of how many looked at.
        left: actors that go without: cut off, or left in a collaboration.
    """

    rows: list[Quoted]
    is_counted: bool
    counting: int
    tried: int
    pairs: list[Pair]
    pairs_in_all: int
    cells: list[str]
    left: list[Actor | str]
    parts: list[list[Actor | str]]
    texts: list[str]


def evidence_of(body: Body, as_of: datetime.date, actors: Mapping[str, Actor]) -> Evidence:
    """The evidence of `body`, with names from `actors` by id. Three queries.

    Args:
        as_of: the day on which it was found.
    """
    found = body.get("evidence") or {}
    asked = found.get("asked")
    quoted = _quoted(found, bool(asked))
    rows = _with_mandates(quoted, body, as_of, actors)
    counting = sum(1 for row in rows if row.counts)

    def named(slugs: Iterable[str]) -> list[Actor | str]:
        return [actors.get(slug, slug) for slug in slugs]

    pairs = [
        Pair(
            named(pair.get("actors", ())),
            list(pair.get("mandates", ())),
            pair.get("managed"),
            named(pair.get("brokers", ())),
        )
        for pair in found.get("strongest", ())
    ]
    return Evidence(
        rows=rows[:LISTED],
        is_counted=bool(asked),
        counting=counting,
        tried=len(rows),
        pairs=pairs,
        pairs_in_all=int(found.get("count") or len(pairs)) if pairs else 0,
        cells=list(found.get("cells") or ()),
        left=named([*(found.get("cut_off") or ()), *(found.get("left") or ())]),
        parts=[named(part) for part in found.get("tied") or ()],
        texts=list(found.get("classifications") or ()),
    )


def slugs_of(body: Body) -> set[str]:
    """Ids of every actor that the page of `body` names."""
    found = body.get("evidence") or {}
    slugs = set(body.get("actors") or ())
    slugs |= {row["holder"] for row, _counts, _why in _quoted(found, True)}
    for pair in found.get("strongest", ()):
        slugs |= {*pair.get("actors", ()), *pair.get("brokers", ())}
    for name in ("cut_off", "left", "brokers"):
        slugs |= set(found.get(name) or ())
    slugs |= {slug for part in found.get("tied") or () for slug in part}
    slugs |= {row["actor"] for row in (found.get("conveners") or ())}
    return slugs


Reading = tuple[Mapping[str, Any], bool | None, tuple[str, ...]]


def _quoted(found: Body, is_counted: bool) -> list[Reading]:
    """(row, whether it counts, why not) of each mandate once: those that count first."""
    rows: dict[str, Reading] = {}

    def add(name: str, counts: bool | None, why: tuple[str, ...] = ()) -> None:
        value = found.get(name) or ()
        for row in [value] if isinstance(value, Mapping) else value:
            if isinstance(row, Mapping) and "mandate" in row:
                reasons = why or tuple(row.get("why_not") or ())
                if row["mandate"] not in rows:
                    rows[row["mandate"]] = (row, counts, reasons)

    add("counted", True)
    for name in ("row", "rows", "successors"):
        add(name, None if not found.get("counted") else True)
    almost = {row["mandate"]: tuple(row["why_not"]) for row in found.get("almost") or ()}
    for row in found.get("last_met_by") or ():
        if row["mandate"] not in rows:
            rows[row["mandate"]] = (row, False, almost.get(row["mandate"], ("ended",)))
    add("voluntary", False, ("kind",))
    add("almost", False)
    return list(rows.values()) if is_counted else [(row, None, ()) for row, _c, _w in rows.values()]


def _with_mandates(
    quoted: list[Reading], body: Body, as_of: datetime.date, actors: Mapping[str, Actor]
) -> list[Quoted]:
    known = {row["mandate"] for row, _counts, _why in quoted}
    codes = known | set(body.get("mandates") or ())
    stored = {m.code: m for m in queries.described(Mandate.objects.filter(code__in=codes))}
    found = [
        Quoted(
            code=row["mandate"],
            title_sv=row.get("title_sv", ""),
            title_en=row.get("title_en", ""),
            holder=_name(actors, row["holder"]),
            period=_period(row),
            counts=counts,
            word=_word(row, counts, why, stored.get(row["mandate"]), as_of),
            mandate=stored.get(row["mandate"]),
        )
        for row, counts, why in quoted
    ]
    for code in body.get("mandates") or ():
        mandate = stored.get(code)
        if code not in known and mandate is not None and not (body.get("evidence") or {}).get("strongest"):
            found.append(_of_mandate(mandate, as_of))
    return found


def _of_mandate(mandate: Mandate, as_of: datetime.date) -> Quoted:
    words = dates.format_period(
        mandate.valid_from,
        mandate.from_precision or "day",
        mandate.valid_to,
        mandate.to_precision or "day",
        language(),
    )
    return Quoted(
        mandate.code,
        mandate.title_sv,
        mandate.title_en,
        short_name(mandate.holder.name),
        words,
        None,
        _standing(mandate.valid_from, mandate.valid_to, as_of),
        mandate,
    )


def _name(actors: Mapping[str, Actor], slug: str) -> str:
    return short_name(actors[slug].name) if slug in actors else slug


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _period(row: Mapping[str, Any]) -> str:
    return dates.format_period(
        _day(row.get("valid_from")),
        row.get("from_precision") or "day",
        _day(row.get("valid_to")),
        row.get("to_precision") or "day",
        language(),
    )


def _standing(first: datetime.date | None, last: datetime.date | None, as_of: datetime.date) -> str:
    if last is not None and last < as_of:
        return pgettext("mandate", "has ended")
    if first is not None and first > as_of:
        return pgettext("mandate", "has not begun")
    return pgettext("mandate", "in force")


def _word(
    row: Mapping[str, Any],
    counts: bool | None,
    why: tuple[str, ...],
    mandate: Mandate | None,
    as_of: datetime.date,
) -> str:
    if counts is None:
        return _standing(_day(row.get("valid_from")), _day(row.get("valid_to")), as_of)
    if counts:
        return _("Yes")
    return _("No, %(why)s") % {"why": ", ".join(_reason(reason, mandate) for reason in why)}


def _reason(reason: str, mandate: Mandate | None) -> str:
    """Why it does not count, with the row's own value where one can say it: “lokal nivå”."""
    if mandate is not None and reason == "level":
        levels = ", ".join(level.name.lower() for level in mandate.levels.all())
        if levels:
            return _("%(levels)s level") % {"levels": levels}
    if mandate is not None and reason == "area":
        return mandate.area.name if mandate.area else _("across all areas")
    if mandate is not None and reason == "kind":
        return mandate.kind.name.lower()
    return explain.why_not(reason, language())


def properties(body: Body, cell: Cell | None) -> list[tuple[str, str]]:
    """What a mandate must be to meet the expectation of `body`, as (lead-in, emphasised words)."""
    asked = (body.get("evidence") or {}).get("asked")
    if not asked or cell is None:
        return []
    expectation = cell.expectation
    found = [
        (pgettext("property", "its function is"), expectation.function.name.lower()),
        (
            pgettext("property", "it is"),
            cell.area_name.lower() if cell.area is None else _("within %(area)s") % {"area": cell.area.name},
        ),
        (pgettext("property", "it aims at the level"), expectation.level.name.lower()),
    ]
    if asked["kinds"]:
        found.append(
            (
                pgettext("property", "its kind is"),
                pgettext("alternatives", " or ").join(k.name.lower() for k in expectation.kinds.all()),
            )
        )
    if asked["explicit_only"]:
        found.append((pgettext("property", "it"), pgettext("property", "names the strategy's goal")))
    if expectation.holder_group is not None:
        found.append(
            (
                pgettext("property", "it is held by"),
                _("%(group)s, or all of its members") % {"group": expectation.holder_group.name},
            )
        )
    if asked["single_lead"]:
        found.append((pgettext("property", "and"), _("only one actor leads")))
    return found
