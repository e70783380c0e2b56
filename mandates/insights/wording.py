"""The insights in sentences: headlines, verdicts and reasons, in the reader's language."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.base.facets import CROSS_SECTOR
from coordination.base.models import ActorKind, Level, PriorityArea
from coordination.base.templatetags.samsyn import number
from coordination.base.wording import listed
from mandates.insights import introducing, sectors
from mandates.insights.changing import Change
from mandates.insights.closing import Closing
from mandates.insights.holding import Holding
from mandates.insights.introducing import Introductions, Pair
from mandates.insights.reading import called
from mandates.insights.sectors import Division, Line
from network.graph_values import Node, RegisterGraph
from network.shortnames import lower_first

ROLES: Sequence[tuple[str | Promise, str | Promise]] = (
    (gettext_lazy("Inside its own sector"), gettext_lazy("between two of its own kind")),
    (gettext_lazy("From its own to another"), gettext_lazy("between one of its own kind and one of another")),
    (gettext_lazy("Inside another sector"), gettext_lazy("between two of one other kind")),
    (gettext_lazy("Between two others"), gettext_lazy("between two of different kinds, neither its own")),
)
VERDICTS: Mapping[str, str | Promise] = {
    sectors.NONE: gettext_lazy("never meet, though chance would have them"),
    sectors.FEWER: gettext_lazy("clearly fewer than by chance"),
    sectors.AS_CHANCE: gettext_lazy("about as many as by chance"),
    sectors.MORE: gettext_lazy("clearly more than by chance"),
    sectors.TOO_FEW: gettext_lazy("too few to say"),
}
REASONS: Mapping[str, str | Promise] = {
    introducing.OVERLAP: gettext_lazy("the same task"),
    introducing.HANDED_OVER: gettext_lazy("one took over from the other"),
    introducing.COMPLEMENTARY: gettext_lazy("tasks that complete each other"),
    introducing.SAME_GROUND: gettext_lazy("the same area and territory"),
}
# What a measure of the whole is called, how many decimals it has, and what it is multiplied with.
MEASURES: Mapping[str, tuple[str | Promise, int, int]] = {
    "actors": (gettext_lazy("Actors that exist"), 0, 1),
    "tied": (gettext_lazy("Actors that work with somebody"), 0, 1),
    "ties": (gettext_lazy("Ties"), 0, 1),
    "components": (gettext_lazy("Parts without any way between them, loners included"), 0, 1),
    "largest_component": (gettext_lazy("Actors in the largest part"), 0, 1),
    "density": (gettext_lazy("Ties of a thousand possible ones"), 2, 1000),
    "transitivity": (
        gettext_lazy("How often two partners of an actor also work together, in per cent"),
        0,
        100,
    ),
    "articulation_points": (gettext_lazy("Actors that others hang on"), 0, 1),
    "bridges": (gettext_lazy("Ties that are the only way"), 0, 1),
}


@dataclass(frozen=True)
class Codes:
    """Names of codes by division: what `Mix.some` and `Pair.areas` are called."""

    kinds: Mapping[str, str]
    levels: Mapping[str, str]
    areas: Mapping[str, str]

    @classmethod
    def read(cls) -> "Codes":
        """Three queries."""
        return cls(
            {row.code: row.name for row in ActorKind.objects.all()},
            {row.code: row.name for row in Level.objects.all()},
            {
                CROSS_SECTOR: _("Across all areas"),
                **{row.code: row.name for row in PriorityArea.objects.order_by("-position")},
            },
        )

    def name(self, by: str, code: str) -> str:
        names = {sectors.KIND: self.kinds, sectors.LEVEL: self.levels, sectors.AREA: self.areas}[by]
        return names.get(code, code)


def pair_of(line: Line, by: str, codes: Codes) -> str:
    """“Kommun – region”; “Kommun sinsemellan” for a sector with itself."""
    some, other = (codes.name(by, code) for code in (line.mix.some, line.mix.other))
    if line.is_inside:
        return _("%(sector)s among themselves") % {"sector": some}
    return f"{some} – {lower_first(other)}"


def against_chance(line: Line) -> str:
    """“1 band; slumpen skulle ge ungefär 58”."""
    return ngettext(
        "%(n)s tie; chance would give about %(expected)s",
        "%(n)s ties; chance would give about %(expected)s",
        line.mix.ties,
    ) % {"n": line.mix.ties, "expected": expected(line.mix.expected)}


def expected(value: float) -> str:
    """A whole number of ties; below ten with a decimal."""
    return number(value, 0 if value >= 10 else 1)


def openness(division: Division) -> str:
    """What the E-I index of a division says, in a sentence."""
    own, chance = division.openness.index, division.openness.expected
    if own is None or chance is None:
        return _("There are no ties to judge by.")
    inside, ties = division.openness.internal, division.openness.internal + division.openness.external
    said = ngettext(
        "%(inside)s of %(ties)s tie stays inside a group.",
        "%(inside)s of %(ties)s ties stay inside a group.",
        ties,
    ) % {"inside": inside, "ties": ties}
    if abs(own - chance) < 0.05:
        return said + " " + _("That is about what chance would give.")
    if own < chance:
        return said + " " + _("The groups keep more to themselves than chance would have them.")
    return said + " " + _("They reach out to other groups more than chance would have them.")


def sectors_headline(found: RegisterGraph, divided: Sequence[Division], codes: Codes) -> str:
    day = found.asked.as_of.isoformat()
    if not found.structure.size:
        return _("On %(day)s the register knows of no ties") % {"day": day}
    apart = divided[0].apart
    if not apart:
        return _("On %(day)s no two kinds of actors meet clearly less than by chance") % {"day": day}
    worst = apart[0]
    return _("%(pair)s: %(ties)s") % {
        "pair": pair_of(worst, divided[0].by, codes),
        "ties": against_chance(worst),
    }


def names(nodes: Sequence[Node], shown: int = 3) -> str:
    """“A, B och 4 till”."""
    said = [called(node) for node in nodes]
    if len(said) > shown + 1:
        said = [*said[:shown], _("%(n)s more") % {"n": len(said) - shown}]
    return listed(said)


def holding_headline(found: RegisterGraph, held: Holding) -> str:
    day = found.asked.as_of.isoformat()
    if held.points:
        first = held.points[0]
        return ngettext(
            "Without %(name)s %(n)s other loses contact with the rest",
            "Without %(name)s %(n)s others lose contact with the rest",
            first.count,
        ) % {"name": called(first.node), "n": first.count}
    if not found.structure.size:
        return _("On %(day)s there is nothing to hold together") % {"day": day}
    return _("On %(day)s nobody is the only link between others") % {"day": day}


def holding_lead(found: RegisterGraph, held: Holding) -> str:
    tied, ties = found.structure.order - found.isolates, found.structure.size
    if not ties:
        return _(
            "The register knows of no ties on this day: no dated collaboration and no network that meets."
        )
    said = ngettext("%(tied)s actors share %(ties)s tie.", "%(tied)s actors share %(ties)s ties.", ties) % {
        "tied": tied,
        "ties": ties,
    }
    if not held.points:
        return f"{said} {_two_and_two() if ties < tied else _('Each of them can be reached in more than one way.')}"
    return (
        said
        + " "
        + ngettext(
            "%(n)s actor is the only link to somebody else",
            "%(n)s actors are the only link to somebody else",
            len(held.points),
        )
        % {"n": len(held.points)}
        + " "
        + ngettext(
            "and %(n)s tie is the only way to somebody.",
            "and %(n)s ties are the only way to somebody.",
            len(held.bridges),
        )
        % {"n": len(held.bridges)}
    )


def _two_and_two() -> str:
    return _(
        "They work two and two, so nobody stands between others. "
        "That is no strength: there is hardly any web left to tear."
    )


def closing_headline(found: Closing) -> str:
    parts = []
    if found.cut_off:
        parts.append(
            ngettext("%(n)s other actor loses contact", "%(n)s other actors lose contact", len(found.cut_off))
            % {"n": len(found.cut_off)}
        )
    if found.dark:
        parts.append(
            ngettext("%(n)s expectation goes dark", "%(n)s expectations go dark", len(found.dark))
            % {"n": len(found.dark)}
        )
    if found.networks:
        parts.append(
            ngettext(
                "%(n)s network loses its convener", "%(n)s networks lose their convener", len(found.networks)
            )
            % {"n": len(found.networks)}
        )
    values = {"name": called(found.node), "what": listed(parts)}
    if not parts:
        return _("If %(name)s closes, nobody is cut off and no expectation goes dark") % values
    return _("If %(name)s closes, %(what)s") % values


def closing_lead(found: Closing) -> str:
    ties = len(found.lost)
    if not ties:
        said = _("It has no tie on this day, so no contact is lost.")
    else:
        said = ngettext("%(n)s tie goes with it at once.", "%(n)s ties go with it at once.", ties) % {
            "n": ties
        }
    more = found.own.ties - found.all_gone.ties
    if more:
        said += " " + ngettext(
            "If nobody else convenes its networks, %(n)s more tie goes.",
            "If nobody else convenes its networks, %(n)s more ties go.",
            more,
        ) % {"n": more}
    unfollowed = len(found.unfollowed)
    if unfollowed:
        said += " " + ngettext(
            "%(n)s of its %(of)s mandates has no successor.",
            "%(n)s of its %(of)s mandates have no successor.",
            unfollowed,
        ) % {"n": unfollowed, "of": len(found.tasks)}
    return said


def introductions_headline(found: Introductions, day: datetime.date) -> str:
    if not found.count:
        return _("On %(day)s nobody with something in common is missing a link") % {"day": day.isoformat()}
    return ngettext(
        "%(n)s pair of actors has something in common, and nobody between them",
        "%(n)s pairs of actors have something in common, and nobody between them",
        found.count,
    ) % {"n": found.count}


def reasons(pair: Pair, codes: Codes) -> list[str]:
    """“samma uppgift inom Boende och Utbildning”, one for each kind of reason."""
    said = []
    for kind in pair.kinds:
        areas = dict.fromkeys(reason.area for reason in pair.reasons if reason.kind == kind)
        named = [codes.areas.get(area, area) for area in areas if area != CROSS_SECTOR]
        where = [lower_first(codes.areas[CROSS_SECTOR])] if CROSS_SECTOR in areas else []
        where += [_("within %(areas)s") % {"areas": listed(named)}] if named else []
        said.append(f"{REASONS[kind]}, {listed(where)}")
    return said


def change_headline(found: Change) -> str:
    lost, gained = len(found.lost), len(found.gained)
    since = found.before.asked.as_of.isoformat()
    if not lost and not gained:
        return _("The same ties as on %(day)s") % {"day": since}
    said = ngettext("%(n)s tie is gone since %(day)s", "%(n)s ties are gone since %(day)s", lost) % {
        "n": lost,
        "day": since,
    }
    return said + ngettext(", and %(n)s is new", ", and %(n)s are new", gained) % {"n": gained}


def change_lead(found: Change) -> str:
    said = ngettext("%(n)s tie is as before.", "%(n)s ties are as before.", found.kept) % {"n": found.kept}
    first = found.lost_by[0] if found.lost_by else None
    if first is not None and len(found.lost) > 1 and 2 * first.ties > len(found.lost):
        said += " " + _("Most went with “%(record)s”: %(n)s.") % {
            "record": first.record.title,
            "n": first.ties,
        }
    if found.went:
        said += " " + _("No longer there: %(names)s.") % {"names": names(found.went)}
    if found.came:
        said += " " + _("New: %(names)s.") % {"names": names(found.came)}
    return said
