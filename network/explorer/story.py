"""The map in words: the sentence above the picture, and what is said of one actor beside it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base.periods import last_day
from coordination.base.wording import listed
from network.explorer.asking import EGO, PATH, SECTORS, Asked, Names
from network.explorer.picture import Measured, Picture
from network.graph import removal
from network.graph.removal import Removal
from network.graph.ties import Tie
from network.graph_values import Behind, Node, RegisterGraph, Stub
from network.models import Convener, Participant
from network.shortnames import short_name

NAMED, NEIGHBOURS = 6, 12


@dataclass(frozen=True)
class Neighbour:
    """Another actor, and why the two are tied."""

    node: Node
    tie: Tie
    behind: Sequence[Behind]


@dataclass(frozen=True)
class Chosen:
    """What is said of one actor beside the picture.

    Attributes:
        gone: what would break if the actor disappeared; None for one without ties.
        convenes: in how many networks, on the day.
        between_share: of the pairs of others that have ties, the per cent whose shortest way passes the actor.
        cut: the actors that would be cut off, the first few by name.
    """

    node: Node
    kind: str
    degree: int
    between_share: int
    convenes: int
    is_link: bool
    neighbours: Sequence[Neighbour]
    gone: Removal | None
    cut: Sequence[str]
    stubs: Sequence[Stub]
    outside: bool = False

    @property
    def cut_count(self) -> int:
        return sum(len(piece) for piece in self.gone.cut_off) if self.gone else 0

    @property
    def alone(self) -> int:
        """How many of those cut off would have nobody left."""
        return sum(1 for piece in self.gone.cut_off if len(piece) == 1) if self.gone else 0


def chosen(
    found: RegisterGraph, slug: str, names: Names, measured: Measured, shown: frozenset[str]
) -> Chosen:
    """What is known of `slug`, one of `found.nodes`. One query."""
    structure = found.structure
    node = found.nodes[slug]
    tied = structure.degree[structure.index[slug]] > 0
    gone = removal.removal(structure, slug) if tied else None
    neighbours = []
    for other, _weight in gone.lost if gone else ():
        tie = found.tie_between(slug, other)
        if tie is not None:
            neighbours.append(Neighbour(found.nodes[other], tie, found.behind(tie)))
    convenes = Convener.objects.as_of(found.asked.as_of).filter(actor__slug=slug)
    cut = (
        sorted(short_name(found.nodes[other].name) for piece in gone.cut_off for other in piece)
        if gone
        else []
    )
    return Chosen(
        node,
        names.kinds[node.kind].name,
        len(neighbours),
        between_share(measured.value(slug, "betweenness"), structure.order, found.tied),
        convenes.values("network").distinct().count(),
        bool(gone and gone.cut_off),
        neighbours,
        gone,
        cut[:NAMED],
        [stub for stub in found.stubs if stub.at == slug],
        slug not in shown,
    )


def between_share(betweenness: float | None, order: int, tied: int) -> int:
    """Betweenness, a share of the pairs of all `order` actors, as per cent of the pairs of the `tied` ones."""
    if not betweenness or tied < 3:
        return 0
    return round(100 * betweenness * (order - 1) * (order - 2) / ((tied - 1) * (tied - 2)))


def lead(found: RegisterGraph, asked: Asked, picture: Picture, about: str, to: str) -> str:
    """The picture in one or two sentences."""
    day = asked.selection.as_of.isoformat()
    if asked.view == PATH:
        return _path(found, picture, about, to)
    if asked.view == SECTORS:
        return _sectors(found, picture, day)
    middle = about if asked.view == EGO else picture.centre
    tied = found.tied
    if asked.view == EGO and not middle:
        return str(_("Choose the actor to look around."))
    if not tied:
        return _("On %(day)s no actor has a tie to another.") % {"day": day}
    if not middle:
        return _("On %(day)s %(tied)s of %(all)s actors have a tie to another.") % {
            "day": day,
            "tied": tied,
            "all": found.structure.order,
        }
    return _around(found, middle, tied, day)


def contact(name: str, degree: int, others: int, day: str) -> str:
    """How many of the `others` that have ties the actor is in contact with."""
    return _("On %(day)s %(name)s is in direct contact with %(n)s of the %(others)s other actors.") % {
        "day": day,
        "name": name,
        "n": degree,
        "others": others,
    }


def _around(found: RegisterGraph, slug: str, tied: int, day: str) -> str:
    name = short_name(found.nodes[slug].name)
    degree = int(found.structure.degree[found.structure.index[slug]])
    if not degree:
        return _("On %(day)s %(name)s has no tie to another actor.") % {"day": day, "name": name}
    said = contact(name, degree, tied - 1, day)
    cut = sum(len(piece) for piece in removal.removal(found.structure, slug).cut_off)
    if cut:
        said += " " + ngettext(
            "Without %(name)s %(n)s of them would lose contact with the rest.",
            "Without %(name)s %(n)s of them would lose contact with the rest.",
            cut,
        ) % {"name": name, "n": cut}
    return said


def _path(found: RegisterGraph, picture: Picture, about: str, to: str) -> str:
    if not about or not to:
        return str(_("Choose two actors to see how they know each other."))
    names = [short_name(found.nodes[slug].name) for slug in (about, to)]
    if not picture.paths:
        return _("%(first)s and %(last)s are not connected on %(day)s.") % {
            "first": names[0],
            "last": names[1],
            "day": found.asked.as_of.isoformat(),
        }
    between = sorted({short_name(found.nodes[slug].name) for path in picture.paths for slug in path[1:-1]})
    if not between:
        return _("%(first)s and %(last)s are in direct contact.") % {"first": names[0], "last": names[1]}
    shown = [*between[:NAMED], str(_("others"))] if len(between) > NAMED else between
    steps = len(picture.paths[0]) - 1
    return ngettext(
        "%(first)s reaches %(last)s in %(n)s step, through %(between)s.",
        "%(first)s reaches %(last)s in %(n)s steps, through %(between)s.",
        steps,
    ) % {"first": names[0], "last": names[1], "n": steps, "between": listed(shown)}


def _sectors(found: RegisterGraph, picture: Picture, day: str) -> str:
    lines = picture.scene.lines
    count = len(picture.members)
    possible = count * (count - 1) // 2
    return _(
        "On %(day)s the actors with ties are of %(groups)s groups, and %(met)s of the %(possible)s pairs of groups meet."
    ) % {"day": day, "groups": count, "met": len(lines), "possible": possible}


@dataclass(frozen=True)
class Missing:
    """An actor without ties on the day that had many: how many collaborations, and the last day with one."""

    name: str
    count: int
    last: datetime.date


def missing(found: RegisterGraph) -> Missing | None:
    """Who is most conspicuously not in the picture. One query."""
    structure = found.structure
    day = found.asked.as_of
    ended = (
        Participant.objects.order_by()
        .filter(collaboration__valid_from__isnull=False, collaboration__valid_until__lte=day)
        .values_list("actor__slug")
        .annotate(n=Count("collaboration"), last=Max("collaboration__valid_until"))
        .order_by("-n", "actor__slug")
    )
    for slug, count, last in ended[:50]:
        if slug in found.nodes and not structure.degree[structure.index[slug]] and count > 1:
            before = last_day(last)
            assert before is not None
            return Missing(short_name(found.nodes[slug].name), count, before)
    return None
