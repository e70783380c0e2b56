"""What the first page reads: the day's story, and what each role has to do."""

import datetime
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Q
from django.utils.translation import gettext as _

from coordination.base import charts, nouns, signs, stepchart
from coordination.base.models import Proposal, Strategy
from coordination.base.periods import last_day
from mandates import coverage_pages, due, lanes, queries, story, succession
from mandates.cells import Cell
from mandates.models import Mandate
from mandates.succession import Now
from network import networks
from network.models import Actor, Convener, Network

TRANSITION = "transition"
R = datetime.timedelta(days=365)
NO_ENDS = ("period", "unknown")


@dataclass(frozen=True)
class Overview:
    """All that the first page shows of the register on a day."""

    strategy: Strategy | None
    headline: str
    lead: list[str]
    figures: list[story.Figure]
    chart: stepchart.Figure | None
    chart_rows: list[tuple[datetime.date, list[int]]]
    chart_words: list[str]
    first_year: int
    last_year: int
    ended_on: datetime.date | None
    ended_by: Actor | None
    ended: list[Now]
    ended_elsewhere: int
    began_on: datetime.date | None
    began: list[Mandate]
    upcoming: list[due.Due]
    mandates: int
    ending: int
    holders: int
    expected: int


def overview(strategy: Strategy | None, as_of: datetime.date) -> Overview:
    """The story of `as_of`. A constant number of queries, few while the register stands still."""
    cells = coverage_pages.cells(as_of)
    active = list(queries.described(Mandate.objects.active(as_of)))
    ended_on, actor = _focus(cells, as_of)
    ended = _ended(ended_on)
    if actor is None and ended:
        counts: dict[int, int] = {}
        for mandate in ended:
            counts[mandate.holder_id] = counts.get(mandate.holder_id, 0) + 1
        most = max(counts, key=lambda pk: (counts[pk], -pk))
        actor = next(m.holder for m in ended if m.holder_id == most)
    own = [m for m in ended if actor and m.holder_id == actor.pk and TRANSITION not in m.function.trait_set]
    fate = succession.who_now(own, active)
    # Nobody first, then in part, then taken over: the order in which a reader should worry.
    fate.sort(key=lambda now: (bool(now.by), not now.missing, now.mandate.code))
    began = [m for m in active if ended_on and m.valid_from == ended_on and m.from_precision not in NO_ENDS]
    begins, until = charts.strategy_span(Strategy.objects.all(), as_of)
    chart, rows, words = _chart(cells, begins, until, as_of)
    return Overview(
        strategy,
        story.headline(cells, as_of),
        story.lead(cells, fate, as_of),
        story.figures(cells, as_of),
        chart,
        rows,
        words,
        begins.year,
        until.year - 1,
        last_day(ended_on),
        actor,
        fate,
        sum(1 for m in ended if actor and m.holder_id != actor.pk),
        ended_on if began else None,
        sorted(began, key=lambda m: (m.valid_until is not None, m.code)),
        due.due(as_of, R.days)[:8],
        len(active),
        queries.ending(Mandate.objects.active(as_of), as_of, R.days).count(),
        len({m.holder_id for m in active}),
        sum(1 for cell in cells if cell.is_expected),
    )


def _focus(cells: Sequence[Cell], as_of: datetime.date) -> tuple[datetime.date | None, Actor | None]:
    """The first day without what the page tells about, and who stopped then."""
    found = story.focus(cells)
    if found is not None:
        return found
    latest = (
        Mandate.objects.decided()
        .filter(valid_until__lte=as_of)
        .exclude(to_precision__in=NO_ENDS)
        .order_by("-valid_until")
        .values_list("valid_until", flat=True)
        .first()
    )
    return latest, None


def _ended(day: datetime.date | None) -> list[Mandate]:
    if day is None:
        return []
    return list(queries.described(Mandate.objects.decided().filter(valid_until=day)).order_by("code"))


def _chart(
    cells: Sequence[Cell], begins: datetime.date, until: datetime.date, as_of: datetime.date
) -> tuple[stepchart.Figure | None, list[tuple[datetime.date, list[int]]], list[str]]:
    steps = lanes.steps(cells, begins, until)
    if not cells or not steps:
        return None, [], []
    kinds = [kind for kind in stepchart.ORDER if any(step.counts.get(kind) for step in steps)]
    words = {kind: str(signs.WORDS[kind]) for kind in kinds}
    words["goes_dark"] = _("Covered, ends within 12 months")
    gaps = sum(1 for cell in cells if cell.status == "gap")
    most = max(step.counts.get("gap", 0) for step in steps)
    chart = stepchart.figure(
        steps,
        until=until,
        as_of=as_of,
        label=_("Expectations that are covered and not, %(first)s–%(last)s")
        % {"first": begins.year, "last": until.year - 1},
        words=words,
        labels={
            "covered": _("Covered expectations"),
            # The number belongs to the day; it is written only where the widest part has just as many.
            "gap": _("%(n)s gaps") % {"n": gaps} if gaps == most > 1 else _("Gaps"),
            "not_mapped": _("Not mapped: nobody has checked yet"),
        },
        uid="overview",
    )
    rows = [(step.first, [step.counts.get(kind, 0) for kind in kinds]) for step in steps]
    return chart, rows, [words[kind] for kind in kinds]


@dataclass(frozen=True)
class Change:
    """One saved version of a row: what, when, who and why. `url` is empty where the row is removed."""

    when: datetime.datetime
    what: str
    who: str
    why: str
    name: str
    url: str
    kind: str


def changes(limit: int) -> list[Change]:
    """The latest changes of every kind of row that people edit, newest first. Two queries for each kind."""
    found: list[Change] = []
    words = {"+": _("added"), "~": _("changed"), "-": _("removed")}
    kinds = {noun.model: noun for noun in nouns.all_nouns() if noun.has_history}
    for model in kinds:
        # Rows that a command loaded are no news; what somebody changed, or gave a reason for, is.
        past = (
            model.history.exclude(history_user=None, history_change_reason=None)  # type: ignore[attr-defined]  # simple-history's manager
            .select_related("history_user")
            .order_by("-history_date", "-history_id")[:limit]
        )
        versions = list(past)
        # A row's name and page may take what it belongs to.
        owners = [field.name for field in model._meta.fields if field.many_to_one]
        rows = model._default_manager.select_related(*owners).in_bulk({v.instance.pk for v in versions})
        for version in versions:
            row: Any = rows.get(version.instance.pk)
            found.append(
                Change(
                    version.history_date,
                    words.get(version.history_type, ""),
                    str(version.history_user or ""),
                    version.history_change_reason or "",
                    str(row) if row is not None else _name_then(version),
                    nouns.noun_of(row).page_of(row) if row is not None else "",
                    str(model._meta.verbose_name),
                )
            )
    return sorted(found, key=lambda change: change.when, reverse=True)[:limit]


def _name_then(version: Any) -> str:
    """What a removed row was called, if that can still be said: what it belonged to may be gone too."""
    with suppress(ObjectDoesNotExist):
        return str(version.instance)
    return ""


def to_confirm(as_of: datetime.date) -> Any:
    """Mandates in force that nobody has confirmed within R, those that waited longest first."""
    return (
        queries.described(Mandate.objects.active(as_of))
        .filter(Q(confirmed_on=None) | Q(confirmed_on__lt=as_of - R))
        .order_by(F("confirmed_on").asc(nulls_first=True), "code")
    )


def proposals_waiting() -> int:
    return Proposal.objects.filter(status=Proposal.Status.PENDING).count()


def started(as_of: datetime.date) -> list[Mandate]:
    """Mandates that began within R before `as_of`, the latest first."""
    rows = Mandate.objects.active(as_of).filter(valid_from__gt=as_of - R).exclude(from_precision__in=NO_ENDS)
    return list(queries.described(rows).order_by("-valid_from", "code"))


def own_mandates(actors: Sequence[Actor], as_of: datetime.date) -> list[Mandate]:
    """Mandates in force of `actors`, the longest unconfirmed first."""
    rows = Mandate.objects.active(as_of).filter(holder__in=actors)
    return list(
        queries.described(rows).order_by(F("confirmed_on").asc(nulls_first=True), "holder__sort_sv", "code")
    )


def convened(actors: Iterable[int], as_of: datetime.date) -> list[tuple[Network, networks.State]]:
    """The networks that one of `actors` convenes on `as_of`, and how each stands then. Six queries."""
    keys = Convener.objects.as_of(as_of).filter(actor__in=list(actors)).values("network")
    rows = networks.described(Network.objects.as_of(as_of).filter(pk__in=keys)).order_by("sort_sv", "slug")
    return [(row, networks.state(row, as_of)) for row in rows]
