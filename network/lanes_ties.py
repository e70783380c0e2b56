"""Networks and collaborations as time lines: who convened, how many sat, when it met."""

import datetime
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base import charts, timeline
from coordination.base.dates import add_months
from coordination.base.periods import ONE_DAY
from coordination.base.timeline import Bar, Figure, Group, Lane
from network import events, networks, standing
from network.models import Actor, Collaboration, Encounter, Network
from network.shortnames import short_name

VISIBLE = 200  # a meeting of a day is drawn as wide as this part of the whole, or nobody would see it


def network_figure(
    network: Network,
    *,
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
    called: Callable[[Actor], str] = str,
) -> Figure | None:
    """Conveners, seats and meetings of `network` (from `networks.detailed`); None where nothing is dated.

    `called` names an actor.
    """
    horizon = _horizon(known_until, as_of)
    lanes = [
        Lane(label, bars)
        for label, bars in (
            (str(_("Conveners")), convener_bars(network, horizon, called)),
            (str(_("Named in seats")), seat_bars(network, horizon)),
            (str(_("Meetings held")), meeting_bars(network.encounters.all(), first, until)),
        )
        if bars
    ]
    if not lanes:
        return None
    words = charts.words()
    return timeline.figure(
        [Group(tuple(lanes))],
        first=first,
        until=until,
        as_of=as_of,
        known_until=known_until,
        label=_("%(name)s over time: who convened it, how many sat in it, when it met") % {"name": network},
        words=timeline.Words(words.chosen, words.known, words.both, str(_("Nobody")), words.others),
        uid="network",
        width=charts.COLUMN,
    )


def _horizon(known_until: datetime.date | None, as_of: datetime.date) -> datetime.date:
    """The first day on which what is missing is no longer called missing: nobody has checked (as coverage)."""
    known = known_until or as_of
    return max(add_months(known, standing.RECENT_MONTHS), as_of) + ONE_DAY


def convener_bars(
    network: Network, horizon: datetime.date, called: Callable[[Actor], str] = str
) -> tuple[Bar, ...]:
    """Who convened, with the stretches when nobody did; after `horizon` nobody has looked."""
    rows = list(network.conveners.all())
    bars: list[Bar] = []
    for run in standing.runs(networks.spans(rows), first=network.valid_from, until=network.valid_until):
        if run.who:
            by_slug = {row.actor.slug: row.actor for row in rows}
            names = tuple(short_name(called(by_slug[slug])) for slug in run.who)
            said = "; ".join(
                f"{called(row.actor)}, {charts.said_period(row)}" for row in rows if row.actor.slug in run.who
            )
            bars.append(Bar(run.first, run.until, "covered", names, said, fades=run.blurred))
        elif (
            not run.unknown
        ):  # an end that only bounds what is known breaks up, and nothing is said of what follows
            bars += _missing(run, horizon)
    return tuple(bars)


def _missing(run: standing.Run, horizon: datetime.date) -> list[Bar]:
    nobody, unchecked = str(_("Nobody convened it")), str(_("Not mapped"))
    ends = horizon if run.until is None else min(run.until, horizon)
    found = []
    if run.first is None or run.first < ends:
        found.append(Bar(run.first, ends, "gap", (), nobody))
    if run.until is None or run.until > horizon:
        begins = max(run.first, horizon) if run.first else horizon
        found.append(Bar(begins, run.until, "not_mapped", (), unchecked))
    return found


def seat_bars(network: Network, horizon: datetime.date) -> tuple[Bar, ...]:
    """How many actors are named in seats; where none is but a number is stated, that, as not mapped."""
    bars = []
    stated = network.stated_members
    found = standing.runs(
        networks.spans(network.seats.all()), first=network.valid_from, until=network.valid_until
    )
    for run in found:
        if run.who:
            count = len(run.who)
            said = ngettext("%(n)s named", "%(n)s named", count) % {"n": count}
            bars.append(Bar(run.first, run.until, "covered", (said,), said, fades=run.blurred))
        elif stated:
            said = _("%(n)s stated, not named") % {"n": stated}
            bars.append(Bar(run.first, run.until, "not_mapped", (said,), said))
        elif not run.unknown:
            bars.append(Bar(run.first, run.until, "none", (), str(_("Nobody named"))))
    if not found and stated:
        said = _("%(n)s stated, not named") % {"n": stated}
        bars.append(Bar(network.valid_from, network.valid_until, "not_mapped", (said,), said))
    return tuple(bars)


def meeting_bars(
    encounters: Iterable[Encounter], first: datetime.date, until: datetime.date
) -> tuple[Bar, ...]:
    """The dated encounters; those known only as a period break up at the end."""
    least = datetime.timedelta(days=max((until - first).days // VISIBLE, 1))
    bars = []
    for row in encounters:
        if row.date_from is None:
            continue
        ends = max(row.date_until or row.date_from + ONE_DAY, row.date_from + least)
        said = f"{row.title}, {events.when(row)}"
        bars.append(Bar(row.date_from, ends, "covered", (), said, fades=row.date_precision == "period"))
    return tuple(bars)


def collaboration_figure(
    row: Collaboration,
    *,
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
) -> Figure | None:
    """The one lane of a collaboration; None where its start is unknown: an undated tie has no place in time."""
    if row.valid_from is None:
        return None
    said = charts.said_period(row)
    begins = min(first, datetime.date(row.valid_from.year, 1, 1))
    ends = max(until, charts.next_january(row.valid_until)) if row.valid_until else until
    return timeline.single(
        [
            Bar(
                row.valid_from,
                row.valid_until,
                "covered",
                (said,),
                f"{row.title}, {said}",
                fades=row.to_precision == "period",
            )
        ],
        first=begins,
        until=ends,
        as_of=as_of,
        known_until=known_until,
        label=_("When %(title)s is in force: %(period)s") % {"title": row.title, "period": said},
        words=charts.words(),
        uid="tie",
        width=charts.COLUMN,
    )
