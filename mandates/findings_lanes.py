"""A finding's own lane: the expectation, the mandates or the network that it is about, over time."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from coordination.base import charts, timeline
from coordination.base.models import Strategy
from coordination.base.timeline import Figure, Group
from mandates import coverage_pages, lanes, timelines
from mandates.cells import Cell
from mandates.models import Mandate
from network import lanes_ties, networks
from network.models import Network

MOST = 8


def cells_of(body: Mapping[str, Any], as_of: datetime.date) -> list[Cell]:
    """The cells that the finding is about, with their runs; at most MOST."""
    evidence = body.get("evidence") or {}
    wanted = [body["expectation"]] if body.get("expectation") else list(evidence.get("cells") or ())
    if not wanted:
        return []
    codes = {name.partition("/")[0] for name in wanted}
    found = {cell.key: cell for cell in coverage_pages.cells(as_of, only=codes)}
    return [found[name] for name in wanted[:MOST] if name in found]


def figure_of(
    body: Mapping[str, Any], as_of: datetime.date, *, cells: Sequence[Cell], mandates: Sequence[Mandate]
) -> Figure | None:
    """The picture of a finding; None where it is about too much for one."""
    strategies = list(Strategy.objects.all())
    first, until = charts.strategy_span(strategies, as_of)
    known = max((row.known_until for row in strategies if row.known_until), default=None)
    span: dict[str, Any] = {"first": first, "until": until, "as_of": as_of, "known_until": known}
    if body.get("networks") and not body.get("mandates"):
        network = networks.detailed(Network.objects.filter(slug=body["networks"][0])).first()
        return lanes_ties.network_figure(network, **span) if network is not None else None
    if len(cells) == 1 and body.get("expectation") and body["rule"] != "orphaned":
        return timeline.single(
            lanes.bars(cells[0]),
            label=_("Who has met the expectation %(title)s over time") % {"title": cells[0].title},
            words=charts.words(),
            uid="finding",
            **span,
        )
    if mandates and len(mandates) <= MOST and body["rule"] != "single_point_of_failure":
        label = _("The mandates that the finding is about, over time")
        return timelines.succession(sorted(mandates, key=_began), label=label, **span)
    if cells:
        return timeline.figure(
            [Group(tuple(map(lanes.lane, cells)))],
            label=_("The expectations that the finding is about, over time"),
            words=charts.words(),
            uid="finding",
            **span,
        )
    return None


def _began(mandate: Mandate) -> tuple[datetime.date, str]:
    return (mandate.valid_from or datetime.date.min, mandate.code)
