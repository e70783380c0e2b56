"""The tables of the insights: what each row shows, and the same rows as files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coordination.base.charts import language
from mandates.explain import Names
from mandates.insights import wording
from mandates.insights.changing import Change
from mandates.insights.closing import Closing, Side
from mandates.insights.holding import Holding
from mandates.insights.introducing import Pair
from mandates.insights.sectors import Division, Line
from mandates.insights.wording import Codes
from mandates.snapshot import Snapshot
from network.graph.brokerage import ROLES
from network.graph_values import Behind, Node, RegisterGraph


@dataclass(frozen=True)
class File:
    """A table as a file: its name, and rows of text by column."""

    name: str
    header: list[str]
    rows: list[dict[str, str]]


def _file(name: str, header: Sequence[str], lines: Sequence[Sequence[object]]) -> File:
    return File(name, list(header), [dict(zip(header, map(_text, line), strict=True)) for line in lines])


def _text(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def _ids(nodes: Sequence[Node]) -> str:
    return ";".join(node.slug for node in nodes)


class Words:
    """Names of the register's rows in the reader's language."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._names, self._language = Names(snapshot), language()

    def actor(self, slug: str) -> str:
        return self._names.actor(slug, self._language)

    def function(self, code: str) -> str:
        return self._names.code("function", code, self._language)

    def cell(self, name: str) -> str:
        return self._names.cell(name, self._language)


# What holds it together.


def of_holding(held: Holding) -> Mapping[str, File]:
    return {
        "points": _file(
            "insights-points",
            ["actor", "name", "cut_off_count", "cut_off"],
            [(row.node.slug, row.node.name, row.count, _ids(row.cut_off)) for row in held.points],
        ),
        "bridges": _file(
            "insights-bridges",
            ["source", "target", "records", "cut_off_count", "cut_off"],
            [
                (*(end.slug for end in row.ends), _records(row.behind), len(row.cut_off), _ids(row.cut_off))
                for row in held.bridges
            ],
        ),
        "brokers": _file(
            "insights-brokers",
            ["actor", "name", "pairs", *ROLES, "cut_off_count"],
            [(row.node.slug, row.node.name, row.total, *row.roles, row.count) for row in held.brokers],
        ),
    }


def _records(behind: Sequence[Behind]) -> str:
    return ";".join(f"{row.kind}:{row.id}" for row in behind)


# If an actor closes.


@dataclass(frozen=True)
class Compared:
    """One measure of the whole: with the actor, without it, and without its networks, too."""

    name: str
    before: int
    own: int
    all_gone: int


def sides(found: Closing) -> list[Compared]:
    """The measures side by side."""

    def row(name: str, read: str) -> Compared:
        values: Sequence[Side] = (found.before, found.own, found.all_gone)
        return Compared(name, *(getattr(side, read) for side in values))

    return [
        row(_("Actors that work with somebody"), "tied"),
        row(_("Ties"), "ties"),
        row(_("Parts without any way between them, loners included"), "parts"),
        row(_("Actors in the largest part"), "largest"),
        row(_("Networks that meet"), "networks"),
        row(_("Expectations that are covered"), "met"),
    ]


def of_closing(found: Closing, words: Words) -> Mapping[str, File]:
    return {
        "sides": _file(
            "insights-closing",
            ["measure", "before", "after", "after_networks"],
            [(row.name, row.before, row.own, row.all_gone) for row in sides(found)],
        ),
        "cut_off": _file(
            "insights-cut-off",
            ["actor", "name", "piece"],
            [
                (node.slug, node.name, number)
                for number, piece in enumerate(found.pieces, start=1)
                for node in piece
            ],
        ),
        "dark": _file(
            "insights-dark",
            ["expectation", "title", "status", "holders_left"],
            [
                (before.cell.id, words.cell(before.cell.id), after.status, ";".join(after.holders))
                for before, after in found.dark
            ],
        ),
        "mandates": _file(
            "insights-mandates",
            ["mandate", "title_sv", "area", "function", "begun", "successor"],
            [
                (
                    task.mandate.code,
                    task.mandate.title_sv,
                    task.mandate.area,
                    task.mandate.function,
                    "yes" if task.begun else "no",
                    task.successor.code if task.successor else "",
                )
                for task in found.tasks
            ],
        ),
        "ties": _file(
            "insights-ties-lost",
            ["actor", "name", "records"],
            [(row.node.slug, row.node.name, _records(row.behind)) for row in found.lost],
        ),
        "networks": _file(
            "insights-networks",
            ["network", "name_sv", "members", "ties"],
            [(row.network.slug, row.network.name_sv, row.members, row.ties) for row in found.networks],
        ),
    }


# Where sectors meet.


@dataclass(frozen=True)
class Sectors:
    """Two sectors with their names, ties and what is said of them."""

    line: Line
    pair: str

    @property
    def verdict(self) -> str:
        return str(wording.VERDICTS[self.line.verdict])

    @property
    def is_apart(self) -> bool:
        return self.line.verdict in ("none", "fewer")

    @property
    def expected(self) -> str:
        return wording.expected(self.line.mix.expected)


@dataclass(frozen=True)
class Divided:
    """A division as a page shows it: `lines` that can be judged, and how many cannot."""

    division: Division
    said: str
    lines: Sequence[Sectors]
    every: Sequence[Sectors]

    @property
    def left_out(self) -> int:
        return len(self.every) - len(self.lines)


def divisions(divided: Sequence[Division], codes: Codes) -> list[Divided]:
    found = []
    for division in divided:
        every = [Sectors(line, wording.pair_of(line, division.by, codes)) for line in division.lines]
        judged = [row for row in every if row.line.verdict != "too_few"]
        found.append(Divided(division, wording.openness(division), judged, every))
    return found


def of_sectors(divided: Sequence[Divided]) -> Mapping[str, File]:
    return {
        one.division.by: _file(
            f"insights-{one.division.by}",
            ["some", "other", "ties", "expected", "verdict"],
            [
                (
                    row.line.mix.some,
                    row.line.mix.other,
                    row.line.mix.ties,
                    row.line.mix.expected,
                    row.line.verdict,
                )
                for row in one.every
            ],
        )
        for one in divided
    }


# Who should meet.


@dataclass
class Introduction:
    """Two actors, why they should meet, and through whom. `propose_url`: where the reader may propose it."""

    pair: Pair
    ends: tuple[Node, Node]
    reasons: list[str]
    chain: list[Node] = field(default_factory=list)
    leading: list[Node] = field(default_factory=list)
    propose_url: str = ""


def introduction(pair: Pair, found: RegisterGraph, codes: Codes) -> Introduction:
    some, other = pair.actors
    return Introduction(
        pair,
        (found.nodes[some], found.nodes[other]),
        wording.reasons(pair, codes),
        [found.nodes[slug] for slug in pair.chain],
        [found.nodes[slug] for slug in pair.leading],
    )


def of_introductions(listed: Sequence[Introduction]) -> Mapping[str, File]:
    return {
        "pairs": _file(
            "insights-introductions",
            ["some", "other", "rank", "reasons", "areas", "through", "leading"],
            [
                (
                    *row.pair.actors,
                    row.pair.worth,
                    ";".join(row.pair.kinds),
                    ";".join(row.pair.areas),
                    _ids(row.chain),
                    _ids(row.leading),
                )
                for row in listed
            ],
        )
    }


# Change.


@dataclass(frozen=True)
class Shown:
    """A measure of the whole on both days, as a page shows it."""

    name: str
    decimals: int
    before: float
    after: float


def measures(found: Change) -> list[Shown]:
    shown = []
    for one in found.measures:
        name, decimals, factor = wording.MEASURES[one.name]
        shown.append(Shown(str(name), decimals, one.before * factor, one.after * factor))
    return shown


def of_change(found: Change) -> Mapping[str, File]:
    return {
        "ties": _file(
            "insights-ties",
            ["source", "target", "change", "records"],
            [
                (tie.source, tie.target, said, ";".join(f"{kind}:{id_}" for kind, id_ in tie.records))
                for said, ties in (("lost", found.lost), ("gained", found.gained))
                for tie in ties
            ],
        ),
        "records": _file(
            "insights-records",
            ["kind", "id", "title_sv", "change", "ties"],
            [
                (row.record.kind, row.record.id, row.record.title_sv, said, row.ties)
                for said, sources in (("lost", found.lost_by), ("gained", found.gained_by))
                for row in sources
            ],
        ),
        "actors": _file(
            "insights-actors",
            ["actor", "name", "ties_before", "ties_after"],
            [(row.node.slug, row.node.name, row.before, row.after) for row in found.moved],
        ),
        "measures": _file(
            "insights-measures",
            ["measure", "before", "after"],
            [(row.name, row.before, row.after) for row in found.measures],
        ),
    }
